r"""Names and equations as their author wrote them: W_{ir} for ``W_{i}_{[r]}_{r}``, which no reader has seen before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from nnmath.notes.document.brackets import split_outermost
from nnmath.notes.document.constraints import POSITIVE_DEFINITE
from nnmath.notes.notation.derivatives.any_loss import ANY_LOSS
from nnmath.notes.notation.derivatives.differentials import ALONG
from nnmath.notes.readings.constrained import Constrained
from nnmath.notes.shapes.model import FREE
from nnmath.notes.syntax.parsing import Parsed
from nnmath.notes.verdicts.verdict import Judged, Verdict

_BEHIND = r"\{([A-Za-z, ]+)\}|([A-Za-z])(?![A-Za-z])"
_RULES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"_\{\[(?:one|free|drawn|point|\d+)\]\}"), ""),
    (re.compile(r"((?:\\[a-z]+\{[^{}]*\}|\\?[A-Za-z]+)(?:[_^]\{[^{}\[\]]*\})*)_\{\[direction\]\}"), r"d\1"),
    (re.compile(r"_\{\[[A-Za-z]+\]\}(?=_)"), ""),  # told apart by the letter that stands below it anyway
    (re.compile(r"_\{\[([A-Za-z]+)\]\}"), r"_{\1}"),
    (re.compile(rf"_\{{([A-Za-z, ]+)\}}_(?:{_BEHIND})"), r"_{\1\2\3}"),
    (re.compile(r"\\text\{meanSquare(Delta)?([A-Za-z]+)\}"), r"E[\2^2]"),
    (re.compile(r"\\text\{Prob([A-Za-z])A\}((?:_\w|_\{[^{}]*\})?)"), r"P(\1\2=0)"),
    (re.compile(r"\\text\{Prob([A-Za-z])B\}((?:_\w|_\{[^{}]*\})?)"), r"P(\1\2=1)"),
    (re.compile(r"\\text\{own([a-z]+)\}"), r"\\\1"),
    (re.compile(r"\\text\{policy\}"), r"\\pi"),
    (re.compile(r"\\text\{fraktur([A-Z])\}"), r"\\mathfrak{\1}"),
    (re.compile(r"\\text\{Delta([A-Za-z])\}"), r"\\Delta \1"),
]
_NUMBERED = re.compile(r"(?P<below>_\{)?\\text\{(?P<letter>sigma|varphi|phi|psi|[a-z])(?P<number>[A-J])\}")

_RELATION = r":=|=|\\(?:leftarrow|gets|equiv|triangleq|coloneqq|approx|doteq)(?![A-Za-z])"


def text_as_written(text: str) -> str:
    """Return a message with names as they stand in the notes."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return _NUMBERED.sub(_numbered, text)


def _numbered(found: re.Match[str]) -> str:
    number = "ABCDEFGHIJ".index(found["number"])
    if found["below"]:
        return f"_{{{found['letter']}{number}"
    return ("\\" if len(found["letter"]) > 1 else "") + f"{found['letter']}_{number}"


def as_written(found: Judged, kinds: Mapping[str, str]) -> Judged:
    """Return the verdicts with names and equations as they stand in the notes.

    What is computed from something free, symmetric or one of two numbers, is shown itself; `kinds` says what it is.
    """
    quantities = {name: one for name, one in found.shapes.items() if is_of_the_file(name)}
    shapes = {text_as_written(name): _constrained(name, kinds).quantity(one) if name.endswith(FREE) else one
              for name, one in quantities.items()}  # fmt: skip
    return Judged([_verdict(one, kinds) for one in found.verdicts], shapes)


def _constrained(name: str, kinds: Mapping[str, str]) -> Constrained:
    name = name.removesuffix(FREE)
    return Constrained(name, kinds.get(name, POSITIVE_DEFINITE))


def _verdict(one: Verdict, kinds: Mapping[str, str]) -> Verdict:
    result = one.result
    if result is not None and (refutation := result.refutation) is not None:
        texts = _sides(one.parsed)
        equation = replace(result.equation, texts=tuple(texts.get(text, text) for text in result.equation.texts))
        values = {text_as_written(name): _constrained(name, kinds).shown(value) if name.endswith(FREE) else value
                  for name, value in refutation.values.items() if is_of_the_file(name)}  # fmt: skip
        refutation = replace(refutation, values=values, reason=text_as_written(refutation.reason))
        result = replace(result, equation=equation, refutation=refutation)
    return replace(one, reason=text_as_written(one.reason), defines=text_as_written(one.defines), result=result)


def is_of_the_file(name: str) -> bool:
    """Whether the notes have a symbol themselves."""
    return not name.startswith(ANY_LOSS) and name != ALONG


def _sides(one: Parsed) -> Mapping[str, str]:
    """Return the sides of an equation as they are written by what they are respelled to, if they correspond."""
    written = [" ".join(side.replace("&", " ").split()) for _, side in split_outermost(one.statement.latex, _RELATION)]
    return dict(zip(one.texts, written, strict=True)) if len(written) == len(one.texts) else {}
