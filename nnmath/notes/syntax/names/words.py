r"""Names of several letters, as people write them without a command: ``loss``, ``net_j``, ``sigmoid(x)``, ``\Delta w``.

LaTeX does not say whether letters that stand side by side are factors or a word. They are a word where the field knows
them as a function and brackets follow, where capitals stand before several arguments, where an equation of the file has
them, and nothing else, on its left, and where there are five of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from nnmath.latex.syntax.alphabet import EXTREMES, FUNCTIONS, LIBRARY
from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.spelling.function_powers import with_powers_outside

#: Words that are functions where brackets follow them.
_KNOWN = frozenset(word for word in FUNCTIONS | EXTREMES | LIBRARY if not word.startswith("\\"))
#: Functions that have a command of their own.
_COMMANDS = frozenset(["exp", "log", "ln", "tanh", "sinh", "cosh", "sin", "cos", "tan", "arctan", "max", "min", "det"])

#: Behind an a these are others: atan(x).
_ANGLES = frozenset(["sin", "cos", "tan", "sinh", "cosh", "tanh"])

_PIECE = re.compile(r"\\(?:text|operatorname|begin|end)\s*\{[^{}]*\}|\\[A-Za-z]+|(?P<run>[A-Za-z]+)")
_APPLIED = re.compile(r"(?:\s|\\[,;:! ])*(?:\\(?:left|[bB]igg?l?)\s*)?[(\[]")
#: A command for space, which stands behind functions and in no product: ``ln\\; p``.
_SPACED = re.compile(r"\s*\\[,;:! ]")
_LEFT = re.compile(
    r"\s*(?P<word>[A-Za-z]{2,})(?P<prime>'*)\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*(?P<call>\([^()]*\))?\s*:?=(?!=)"
)
#: Three letters or more that are one name where they stand.
_ONE_NAME = re.compile(
    r"\\partial\s+(?P<top>[A-Za-z]{3,}(?=\s*_)|[A-Za-z]{4,}(?=\s*\}))|(?<![A-Za-z\\])(?P<word>[A-Za-z]{3,})(?=\s*_\s*\{\s*[a-z]\d)"
)
#: E before square brackets, and E.
_EXPECTED = re.compile(r"(?<![A-Za-z\\])E(?=(?:\s|\\[!,;: ])*(?:\\(?:left|[bB]igg?l?)\s*)?\[)")
_E = re.compile(r"(?<![A-Za-z\\])E(?![A-Za-z])")
_BOLD = r"\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*(?P<bold>[A-Za-z])\s*\}"
_DELTA = re.compile(rf"\\Delta\s*(?=(?P<letter>{_BOLD}|\\?[A-Za-z]+)|\{{|$|[^\sA-Za-z\\])")
_FEWEST_LETTERS = 3
#: Nobody writes a product of so many letters without space.
_FEWEST_LETTERS_OF_WORDS = 5


def with_words(texts: Sequence[str], declared: Collection[str] = ()) -> list[str]:
    r"""Return the equations of a file with ``\text`` around every word that is one name, as those `declared` are."""
    texts = _with_differences(_with_policies(_with_expectations(texts)))
    alone = {found["run"] for text in texts for found in _runs(text) if len(found["run"]) == 1}
    words = frozenset(_defined(texts, alone)) | {*declared} | {*_differentiated(texts, alone)}
    factors = {letter for text in texts for found in _runs(text) if len(found["run"]) < _FEWEST_LETTERS
               for letter in found["run"]}  # fmt: skip
    texts = [_with_functions_behind(text, factors, words | _KNOWN) for text in texts]
    commands = {word for word in _COMMANDS if len(word) >= _FEWEST_LETTERS or not set(word) <= alone}
    return [with_powers_outside("".join(_marked(text, words, commands, alone))) for text in texts]


def _defined(texts: Sequence[str], alone: Collection[str]) -> Iterator[str]:
    """Yield the words that stand on the left of an equation by themselves, unless all of their letters are symbols."""
    for text in texts:
        found = _LEFT.match(text)
        if found and not set(found["word"]).issubset(alone):
            one_name = found["call"] or len(found["word"]) >= _FEWEST_LETTERS or set(found["word"]).isdisjoint(alone)
            yield from [found["word"]] if one_name else []


def _differentiated(texts: Sequence[str], alone: Collection[str]) -> Iterator[str]:
    r"""Yield the words behind ``\\partial``, and before the number of a neuron, as in ``out_{o1}``, likewise."""
    for found in (one for text in texts for one in _ONE_NAME.finditer(text)):
        word = found["top"] or found["word"]
        if not {*word} <= {*alone}:
            yield word


def _runs(text: str) -> Iterator[re.Match[str]]:
    return (found for found in _PIECE.finditer(text) if found["run"])


def _marked(text: str, words: Collection[str], commands: Collection[str], alone: Collection[str]) -> Iterator[str]:
    position = 0
    for found in _runs(text):
        word = found["run"]
        spaced = word in _COMMANDS and _SPACED.match(text, found.end())
        known = word in _KNOWN and (_APPLIED.match(text, found.end()) or word in commands or spaced)
        long = len(word) >= _FEWEST_LETTERS_OF_WORDS or _has_an_index(text, found, alone)
        if word in words or known or long or _is_of_several(text, found, alone):
            yield text[position : found.start()]
            yield rf"\{word} " if word in _COMMANDS and word not in words else rf"\text{{{word}}}"
            position = found.end()
    yield text[position:]


def _with_functions_behind(text: str, factors: Collection[str], words: Collection[str]) -> str:
    r"""Write ``xln(x)`` and ``y_iln(x)`` as x \ln(x) and y_i \ln(x), in files in which x is a symbol."""
    for found in reversed([one for one in _runs(text) if one["run"] not in words and _APPLIED.match(text, one.end())]):
        indexed = text[: found.start()].rstrip().endswith("_")
        for function in _COMMANDS:
            before = found["run"].removesuffix(function)
            angle = before == "a" and function in _ANGLES
            if before != found["run"] and {*before[indexed:]} <= {*factors} and not angle:
                text = rf"{text[: found.end() - len(function)]}\{function} {text[found.end() :]}"
                break
    return text


def _has_an_index(text: str, found: re.Match[str], alone: Collection[str]) -> bool:
    """Whether an index or brackets stand behind four letters that are not all symbols of the file: bias_i."""
    word = found["run"]
    behind = re.match(r"\s*(?:_|\()", text[found.end() :])
    return len(word) == _FEWEST_LETTERS_OF_WORDS - 1 and behind is not None and not {*word} <= {*alone}


def _is_of_several(text: str, found: re.Match[str], alone: Collection[str]) -> bool:
    """Whether capitals that are no symbols of the file stand before several arguments, CE(y, p)."""
    word, applied = found["run"], _APPLIED.match(text, found.end())
    if applied is None or len(word) == 1 or not word.isupper() or set(word) <= {*alone}:
        return False
    end = group_end(text, applied.end() - 1)
    return end > 0 and len(split_outermost(text[applied.end() : end - 1], ",")) > 1


def _with_differences(texts: Sequence[str]) -> list[str]:
    r"""Read ``\Delta w`` as one name, in files in which no ``\Delta`` stands by itself."""
    every = [found for text in texts for found in _DELTA.finditer(text)]
    if not all(found["letter"] for found in every):
        return list(texts)
    return [re.sub(rf"\\Delta\s*(?:{_BOLD}|\\?(?P<word>[A-Za-z]+))", _difference, text) for text in texts]


def _difference(found: re.Match[str]) -> str:
    letters = found["bold"] or found["word"]
    word = letters if "\\" in found.group()[1:] else letters[0]
    return rf"\text{{Delta{word}}}{letters[len(word) :]}"


def _with_expectations(texts: Sequence[str]) -> Sequence[str]:
    """Read ``E[x]`` as an expectation, in files in which no E stands by itself."""
    alone = [text[found.start() :] for text in texts for found in _E.finditer(text)]
    if alone and all(map(_EXPECTED.match, alone)):
        return [_EXPECTED.sub(r"\\mathbb{E}", text) for text in texts]
    return texts


def _with_policies(texts: Iterable[str]) -> list[str]:
    r"""Read ``\pi(a | s)`` as a function where an equation defines it; π by itself is the number."""
    call = r"(?<!_)(?<!_\{)\\pi\s*(?:_\s*(?:\{[^{}]*\}|\\?[A-Za-z]+))?\s*(?=\()"
    texts = list(texts)
    if any(re.match(rf"\s*{call}\([^=]*\)\s*:?=", text) for text in texts):
        return [re.sub(call, r"\\text{policy}", text) for text in texts]
    return texts
