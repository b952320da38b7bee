"""The page of the Python interface: what each package exports, made of its docstrings."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from textwrap import dedent
from typing import Any

#: The packages that are for users, in the order of the page, and what each is for.
PACKAGES = {
    "nnmath": "The primitives: each returns its value and its backward pass.",
    "nnmath.gradcheck": "Is this backward pass right? For functions of your own.",
    "nnmath.training": "The thin trainer.",
    "nnmath.estimators": "Networks as scikit-learn estimators; `pip install 'nnmath[table]'`.",
    "nnmath.interop": "A primitive inside PyTorch and JAX; `pip install 'nnmath[torch]'` or `'nnmath[jax]'`.",
    "nnmath.export": "A saved model as an ONNX file; `pip install 'nnmath[onnx]'`.",
}

#: Sections of a docstring whose entries are a name, a type and what it means.
LISTS = ("Parameters", "Returns", "Yields", "Raises", "Attributes")


def api_text() -> str:
    """Return the page as Markdown; a package whose extra is not installed says what to install."""
    parts = ["# Python", "What each package exports, from its docstrings. Everything else may change without notice."]
    for name, purpose in PACKAGES.items():
        parts += [f"## {name}", purpose]
        try:
            package = import_module(name)
        except ImportError:
            continue
        for member in package.__all__:
            found = getattr(package, member)
            if callable(found):
                parts += _described(member, found)
    return "\n\n".join(parts) + "\n"


def _described(name: str, found: Any) -> Iterator[str]:
    yield f"### {name}"
    yield f"```python\n{_signature(name, found)}\n```"
    yield from docstring_text(inspect.getdoc(found) or "")
    if inspect.isclass(found):
        for method, function in vars(found).items():
            if inspect.isfunction(function) and not method.startswith("_") and function.__doc__:
                yield f"```python\n{_signature(f'{name}.{method}', function)}\n```"
                yield from docstring_text(inspect.getdoc(function) or "")


def _signature(name: str, found: Any) -> str:
    """Return a call as it is written, without annotations, which the text explains."""
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return name
    parameters = [one.replace(annotation=one.empty) for one in signature.parameters.values() if one.name != "self"]
    bare = signature.replace(parameters=parameters, return_annotation=signature.empty)
    return f"{name}{re.sub(r'<[^>]*>', '...', str(bare))}"


def docstring_text(docstring: str) -> Iterator[str]:
    """Yield a NumPy docstring as paragraphs and lists of Markdown."""
    opening, *rest = re.split(r"^([A-Z][\w ]*)\n-{3,}\n", docstring, flags=re.MULTILINE)
    yield from _paragraphs(opening)
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        yield f"**{title}**"
        if title in LISTS:
            yield "\n".join(_entries(body))
        elif title == "Examples":
            yield f"```python\n{body.strip()}\n```"
        else:
            yield from _paragraphs(body)


def _entries(body: str) -> Iterator[str]:
    """Yield the entries of a list: a name and its type begin a line, what they mean is indented below."""
    for entry in re.split(r"\n(?=\S)", body.strip("\n")):
        head, _, told = entry.partition("\n")
        names, colon, kind = head.partition(" : ")
        meaning = " ".join(dedent(told).split())
        shown = f"`{names.strip()}`" + (f" : {_escaped(kind)}" if colon else "")
        yield f"- {shown}" + (f" – {_escaped(meaning)}" if meaning else "")


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        if paragraph.strip():
            yield _escaped(" ".join(paragraph.split()))


def _escaped(text: str) -> str:
    """Return text in which only backticks are markup."""
    text = text.replace("``", "`")
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return re.sub(r"([\\`*_$<>\[\]|#])", r"\\\1", text)
    plain = [re.sub(r"([\\*_$<>\[\]|#])", r"\\\1", part) if i % 2 == 0 else part for i, part in enumerate(parts)]
    return "`".join(plain)
