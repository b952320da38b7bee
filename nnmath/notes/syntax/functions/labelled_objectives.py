r"""What is minimised, with a label: ``\mathcal{L}_{CE}(\theta)``, ``J_1(w)``, ``L^{CLIP}(\theta)``.

The label is part of the name. Brackets say what it depends on where they hold the same everywhere; otherwise it is a
function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnmath.notes.document.brackets import group_end
from nnmath.notes.syntax.names.letters import DIGITS, NAME, OBJECTIVES

_OBJECTIVE = (
    "(?<![A-Za-z\\\\])(?:"
    + "|".join(re.escape(one) + ("(?![A-Za-z])" if one[-1].isalpha() else "") for one in sorted(OBJECTIVES))
    + ")"
)
_WORD = r"\\text\s*\{\s*[A-Za-z]+\s*\}|[A-Z]{2,}"
#: Above a letter a label is written in capitals: anything else there may be a power.
_ABOVE = re.compile(
    rf"(?P<letter>{_OBJECTIVE})\s*\^\s*(?:\{{\s*(?P<label>\\text\s*\{{\s*[A-Za-z]+\s*\}}|[A-Z]{{2,}})\s*\}}"
    r"|(?P<bare>\\text\s*\{\s*[A-Za-z]+\s*\}))(?!\s*[_^])"
)
_CALL = re.compile(
    rf"(?P<nabla>\\nabla\s*(?!_))?(?P<name>(?P<letter>{_OBJECTIVE})\s*_\s*"
    rf"(?:\{{\s*(?P<label>{_WORD}|\d)\s*\}}|(?P<bare>\d|\\text\s*\{{\s*[A-Za-z]+\s*\}})))\s*(?:\\left\s*)?(?=\()"
)
#: What an objective depends on: names with scripts, between commas.
_DEPENDED = rf"(?:{NAME}|[A-Za-z])(?:\s*[_^]\s*(?:\{{[^{{}}]*\}}|\w))*"
_ARGUMENTS = re.compile(rf"\(\s*{_DEPENDED}(?:\s*[,;|]\s*{_DEPENDED})*\s*(?:\\right\s*)?\)")
_VARIABLE = re.compile(rf"\(\s*(?P<name>{NAME})\s*\)")


def with_labelled_objectives(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with one name for each such objective, and without brackets that say nothing."""
    texts = [
        _ABOVE.sub(lambda one: f"{one['letter']}_{{{_text(one['label'] or one['bare'])}}}", text) for text in texts
    ]
    every: dict[str, set[str]] = {}
    for found, _, inside in (one for text in texts for one in _calls(text)):
        every.setdefault(_name(found), set()).add(re.sub(r"\s|\\left|\\right", "", inside))
    quantities = {name for name, inside in every.items() if len(inside) == 1 and all(map(_ARGUMENTS.fullmatch, inside))}
    functions = {name for name, inside in every.items() if len(inside) > 1 and any(map(_ARGUMENTS.fullmatch, inside))}
    return [_rewritten(text, quantities, functions) for text in texts] if every else texts


def _calls(text: str) -> Iterator[tuple[re.Match[str], int, str]]:
    """Yield such objectives with brackets behind them, where these end, and what stands in them."""
    for found in _CALL.finditer(text):
        if (end := group_end(text, found.end())) > 0:
            yield found, end, text[found.end() : end]


def _rewritten(text: str, quantities: set[str], functions: set[str]) -> str:
    for found, end, inside in reversed([*_calls(text)]):
        name = _name(found)
        if name in quantities:
            variable = _VARIABLE.fullmatch(inside)
            by = rf"\nabla_{{{variable['name']}}} " if found["nabla"] and variable else found["nabla"] or ""
            text = f"{text[: found.start()]}{by}{name} {text[end:]}"
        elif name in functions:
            text = f"{text[: found.start()]}{found['nabla'] or ''}{_word(name)}{text[found.end() :]}"
    return text


def _name(found: re.Match[str]) -> str:
    label = found["label"] or found["bare"]
    return f"{found['letter']}_{label}" if label.isdigit() else f"{found['letter']}_{{{_text(label)}}}"


def _text(label: str) -> str:
    return label if label.startswith("\\") else rf"\text{{{label}}}"


def _word(name: str) -> str:
    """Return a name as a word, of letters alone."""
    letters = re.sub(r"\\(?:text|mathcal)|[^A-Za-z0-9]", "", name)
    return rf"\text{{{letters.translate(DIGITS)}}}"
