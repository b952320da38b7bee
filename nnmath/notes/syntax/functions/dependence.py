"""What quantities depend on stands in brackets behind them; where it is always the same, it is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from nnmath.notes.syntax.gradients import is_differentiated_by
from nnmath.notes.syntax.names.letters import DEPENDED, FUNCTION_LETTERS, NAME, OBJECTIVES

_DEPENDENCE = re.compile(
    rf"\s*(?P<name>(?:{NAME}|[A-Za-z])\s*(?:_\s*(?:\{{[^{{}}]*\}}|\\?[A-Za-z]+)|\^\s*\{{\s*\([ijknmt]\)\s*\}}))\s*"
    rf"(?P<call>\(\s*{DEPENDED}(?:\s*[,;|]\s*{DEPENDED})*\s*\))\s*:?="
)


def without_dependence(texts: Sequence[str]) -> tuple[str, ...]:
    r"""Leave out what an indexed quantity depends on, x in ``y_k(x) = ...``, wherever the same stands behind it.

    A gradient of it, ``\nabla y_k(x)``, is one by that.
    """
    for found in filter(None, map(_DEPENDENCE.match, texts)):
        base, script, below = re.split(r"\s*([_^])\s*", found["name"], maxsplit=1)
        below = re.escape(below.strip("{} "))
        called = rf"{re.escape(base)}\s*\{script}\s*(?:\{{\s*{below}\s*\}}|{below})\s*{re.escape(found['call'])}"
        if by := re.fullmatch(rf"\(\s*({NAME}|[A-Za-z])\s*\)", found["call"]):
            gradient = re.compile(rf"\\nabla(?P<order>\s*\^\s*\{{?\s*2\s*\}}?)?\s*(?={called})")
            texts = [gradient.sub(partial(_by, by[1]), text) for text in texts]
        texts = [re.sub(called, found["name"].replace("\\", r"\\"), text) for text in texts]
    return _without_the_same_arguments(texts)


def _by(name: str, found: re.Match[str]) -> str:
    return rf"\nabla_{{{name}}}{found['order'] or ''} "


_INDEXED_CALL = re.compile(
    rf"(?P<name>(?P<letter>{NAME})\s*_\s*(?:\{{[^{{}}]*\}}|\\?[A-Za-z]|\d))\s*(?P<power>\^\s*(?:\{{\s*\d\s*\}}|\d))?\s*"
    rf"(?P<call>\(\s*{DEPENDED}(?:\s*[,;|]\s*{DEPENDED})*\s*\))"
)


def _without_the_same_arguments(texts: Sequence[str]) -> tuple[str, ...]:
    r"""Leave out what an indexed quantity depends on that is the same wherever it stands, z in ``\mu_t(z)``.

    Nothing is differentiated by that; otherwise it is a function with what stands below its letter in its name. The
    array of such entries is left as it is, too: \eta in ``\eta(\theta)^\top s(x)`` beside ``\eta_i(\theta)``.
    """
    calls: dict[str, set[str]] = {}
    for found in (one for text in texts for one in _INDEXED_CALL.finditer(text)):
        calls.setdefault(re.sub(r"\s", "", found["name"]), set()).add(re.sub(r"[\s()]", "", found["call"]))
    kept = (FUNCTION_LETTERS | OBJECTIVES) - {r"\sigma"}
    alike = {name for name, every in calls.items() if len(every) == 1}
    gone = {name for name in alike if not is_differentiated_by(re.split("[,;|]", min(calls[name])), texts)}

    def without(found: re.Match[str]) -> str:
        name = re.sub(r"\s", "", found["name"])
        if name not in alike or found["letter"] in kept:
            return found.group()
        if name in gone:
            return found["name"] + (found["power"] or "")
        word = re.sub(r"[^A-Za-z]", "", name)
        return found.group() if found["power"] else rf"\text{{{word}}}{found['call']}"

    arrays: dict[str, set[str]] = {}
    for name in gone:
        arrays.setdefault(name.partition("_")[0], set()).update(calls[name])
    texts = [_INDEXED_CALL.sub(without, text) for text in texts]
    for letter in sorted(arrays.keys() - kept):
        call = re.compile(rf"(?<![A-Za-z\\])(?P<name>{re.escape(letter)})\s*(?P<call>\([^()]*\))")
        every = {re.sub(r"[\s()]", "", found["call"]) for text in texts for found in call.finditer(text)}
        texts = [call.sub(r"\g<name>", text) for text in texts] if every == arrays[letter] else texts
    return tuple(texts)
