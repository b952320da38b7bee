"""A function that one derivation defines is used by name in another that links to it."""

from pathlib import Path

import pytest

from nnmath.latex import DerivationError, check_file, read
from tests.latex.documents import document

SOFTMAX = document(
    """
    | $z$ | `z` | (N, K) | real | logits |
    | $q$ | `q` | () | 2 | a constant |
    | $p$ | `p` | (N, K) | (2) | probabilities |
    """,
    r"""
    e_{nk} := e^{q z_{nk} / 2}

    p_{nk} := \frac{e_{nk}}{\sum_j e_{nj}}
    """,
)
ROWS = """
    | $x$ | - | (N, D) | real | input |
    | $W$ | - | (D, M) | real | weights |
    | $Q$ | - | (H, T, D) | real | a batch of matrices |
"""


def failing(folder: Path, claim: str) -> list[str]:
    (folder / "soft_max.md").write_text(SOFTMAX, encoding="utf-8")
    text = document(ROWS, r"a := \operatorname{soft max}(x W)", claim)
    text = text.replace("# A derivation", "# Attention\n\nWith the [soft max](soft_max.md) of rows.")
    (folder / "attention.md").write_text(text, encoding="utf-8")
    return [result.equation.block.tag for result in check_file(folder / "attention.md", 6).failures]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\sum_m a_{nm} = 1", r"\sum_n a_{nm} = 1"),
        (r"a_n = \operatorname{soft max}(W^\top x_n)", r"a_n = \operatorname{soft max}(2 W^\top x_n)"),
        (r"\sum_u \operatorname{soft max}(Q)_{htu} = 1", r"\sum_h \operatorname{soft max}(Q)_{htu} = 1"),
        (
            r"\frac{\partial a_{nm}}{\partial W_{dj}} = x_{nd} a_{nm} (\delta_{jm} - a_{nj})",
            r"\frac{\partial a_{nm}}{\partial W_{dj}} = x_{nd} a_{nm} (1 - a_{nj})",
        ),
    ],
)
def test_a_function_of_another_derivation(tmp_path: Path, right: str, wrong: str) -> None:
    assert failing(tmp_path, right) == []
    assert failing(tmp_path, wrong) == ["2"]


def test_what_it_does_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DerivationError, match="takes something of shape"):
        failing(tmp_path, r"\operatorname{soft max}(x_{11}) = 1")


def test_derivations_that_cite_each_other_are_refused(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        text = document(
            "| $z$ | `z` | () | real | x |\n| $a$ | `a` | () | (1) | x |", rf"a := \operatorname{{{other}}}(z)"
        )
        text = text.replace("# A derivation", f"# A\n\nSee [{other}]({other}.md).")
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    with pytest.raises(DerivationError, match="cite each other"):
        check_file(tmp_path / "one.md")


def test_what_was_read_is_kept_until_one_of_its_texts_changes(tmp_path: Path) -> None:
    assert failing(tmp_path, r"\sum_m a_{nm} = 1") == []
    kept = read(tmp_path / "attention.md")
    assert read(tmp_path / "attention.md") is kept
    cited = tmp_path / "soft_max.md"
    cited.write_text(SOFTMAX.replace(r"\frac{e_{nk}}", r"\frac{2 e_{nk}}"), encoding="utf-8")
    assert [one.equation.block.tag for one in check_file(tmp_path / "attention.md", 6).failures] == ["2"]
    cited.unlink()
    with pytest.raises(DerivationError, match="does not exist"):
        read(tmp_path / "attention.md")
