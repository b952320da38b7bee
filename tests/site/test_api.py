"""The page of the Python interface says what the docstrings say."""

import importlib

import pytest

pytest.importorskip("nnmath.site.site", reason="what builds the pages is missing: make setup")

from nnmath.site.api import PACKAGES, api_text, docstring_text


def test_a_docstring_becomes_paragraphs_lists_and_code() -> None:
    docstring = """Do *one* thing.

    It has `code` and a_name.

    Parameters
    ----------
    x, y : array, shape (N,)
        What goes
        in.

    Raises
    ------
    ValueError
        It is wrong.

    Examples
    --------
    >>> f(1)
    2
    """
    found = list(docstring_text("\n".join(line.removeprefix("    ") for line in docstring.splitlines())))
    assert found == [
        "Do \\*one\\* thing.",
        "It has `code` and a\\_name.",
        "**Parameters**",
        "- `x, y` : array, shape (N,) – What goes in.",
        "**Raises**",
        "- `ValueError` – It is wrong.",
        "**Examples**",
        "```python\n>>> f(1)\n2\n```",
    ]


@pytest.mark.parametrize("name", PACKAGES)
def test_everything_that_is_exported_stands_on_the_page(name: str) -> None:
    text = api_text().split(f"\n## {name}\n")[1].split("\n## ")[0]
    package = importlib.import_module(name)
    for member in package.__all__:
        if callable(getattr(package, member)):
            assert f"### {member}\n" in text
            assert f"```python\n{member}" in text


@pytest.mark.parametrize("name", ["nnmath", "nnmath.training", "nnmath.estimators", "nnmath.export"])
def test_everything_that_is_exported_has_a_docstring(name: str) -> None:
    package = importlib.import_module(name)
    without = [member for member in package.__all__ if not (getattr(package, member).__doc__ or "").strip()]
    assert without == []
