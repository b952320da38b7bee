"""Which names of a file are functions. LaTeX does not say whether f(x) applies f or multiplies by it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from nnmath.latex.syntax import alphabet
from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.syntax.names.letters import DEPENDED, FUNCTION_LETTERS, NAME, OBJECTIVES

_WORD = r"\\(?:text|operatorname)\{(?P<word>[A-Za-z]+)\}"
_CALL = re.compile(rf"(?:{_WORD}|(?P<name>{NAME}))(?P<primes>'*)\s*(?:\\left\s*)?(?P<open>[(\[])")

#: Words that the language knows; a file may define others.
_BUILTIN_WORDS = alphabet.FUNCTIONS | alphabet.LIBRARY | alphabet.EXTREMES | alphabet.WORDS.keys()


def functions_in(texts: Sequence[str]) -> frozenset[str]:
    """Return the names that are functions: words, what has a prime, what is defined as one, and some letters."""
    found: set[str] = set()
    refused: set[str] = set()
    called: set[str] = set()
    for text in texts:
        for call in _CALL.finditer(text):
            name = call["word"] or re.sub(r"\s", "", call["name"])
            if text[: call.start()].rstrip().endswith(("_", "^")):
                continue  # W_f [h, x], a^L(x): it stands below another letter, or above it
            if call["open"] == "(" and _is_differential(name, text, call.end() - 1):
                continue  # d(X Y), A (dX) B
            own = any(re.match(rf"\s*\\text\{{{re.escape(name)}\}}\s*\(", one) for one in texts)
            if name in _BUILTIN_WORDS and not (call["primes"] and own):
                continue
            end = group_end(text, call.end() - 1)
            inside = text[call.end() : end - 1] if end > 0 else ""
            behind = text[end:] if end > 0 else ""
            begins = re.fullmatch(r"(?:.*=)?\s*(?:\\(?:log|ln)(?![A-Za-z])\s*)?", text[: call.start()], re.DOTALL)
            defined = begins and re.match(r"(?:\s*_\s*\{?[a-z]\}?)?\s*:?=", behind)
            letters = re.fullmatch(rf"(?:\s*(?:{NAME}|[A-Za-z])\s*(?:_\s*\{{?\w\}}?)?\s*,?)+(?:\\right)?", inside)
            if _stands(name, inside):
                refused.add(name)
                continue
            called |= {name} & FUNCTION_LETTERS
            if (
                call["word"]
                or call["primes"]
                or (call["open"] == "(" and len(split_outermost(inside, "[,;]")) > 1)
                or (letters and (defined or _is_called(call["name"] or "", texts)))
                or name in FUNCTION_LETTERS
                or (name in OBJECTIVES and letters)
            ):
                found.add(name)
    refused -= called
    return frozenset(found - refused - {name for name in found if _is_quantity(name, texts)})


_DIFFERENTIAL = re.compile(rf"\s*(?<![A-Za-z\\])d\s*\{{?\s*(?:{NAME}|[A-Za-z])[^,;]*")


def _is_differential(name: str, text: str, begin: int) -> bool:
    """Whether brackets hold a differential, (dX), or are what d is one of, in an equation with others."""
    end = group_end(text, begin)
    inside, rest = text[begin + 1 : end - 1], text[:begin] + text[end:]
    if name != "d":
        return end > 0 and _DIFFERENTIAL.fullmatch(inside) is not None
    return not re.search("[,;]", inside) and _DIFFERENTIAL.search(rest) is not None


def _stands(name: str, inside: str) -> bool:
    r"""Whether brackets behind a letter hold the letter itself, ``\sigma (1 - \sigma)``: that is a product."""
    return (
        re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z(]|\s*\\(?:left|[bB]igg?l?)\s*\()", inside) is not None
    )


def with_own_products(text: str, functions: Collection[str]) -> str:
    r"""Return an equation with a sign in products of a function and what holds it, ``\sigma (1 - \sigma)``."""
    for call in reversed(list(_CALL.finditer(text))):
        end = group_end(text, call.end() - 1)
        if call["name"] in {*functions} & FUNCTION_LETTERS and _stands(call["name"], text[call.end() : end]):
            text = f"{text[: call.end('name')]} \\cdot {text[call.end('name') :]}"
    return text


def _is_quantity(name: str, texts: Sequence[str]) -> bool:
    r"""Whether a letter has a value, ``\sigma = \sqrt{v}``, by which others are divided, and no letter in brackets."""
    letter = rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])"
    call = rf"{letter}\s*(?:'|(?:\\left\s*)?[(\[])"
    of_letters = rf"{letter}\s*(?:'|(?:\\left\s*)?[(\[]\s*{DEPENDED}\s*(?:\\right\s*)?[)\],])"
    has_value = any(re.match(rf"\s*{letter}\s*:?=", text) and not re.search(call, text) for text in texts)
    divides = any(re.search(rf"(?:/\s*|\}}\s*\{{\s*){letter}(?!\s*(?:'|(?:\\left\s*)?[(\[]))", text) for text in texts)
    return (
        has_value
        and divides
        and not any(re.search(of_letters, text) or re.match(rf"\s*{call}", text) for text in texts)
    )


def _is_called(name: str, texts: Sequence[str]) -> bool:
    r"""Whether brackets follow a letter everywhere, but in ``\frac{\partial c}{\partial u}`` beside c(u)."""
    letter, variable = re.escape(name), r"\\?[A-Za-z]+"
    calls = re.compile(rf"(?<![A-Za-z\\]){letter}\s*(?:\\left\s*)?\(([^()]*)\)")
    inside = {one for text in texts for call in calls.finditer(text) for one in re.findall(variable, call[1])}
    slopes = re.compile(rf"\\frac\{{\\partial\s*{letter}\s*\}}\{{\\partial\s*({variable})[^{{}}]*\}}")
    without = [slopes.sub(lambda slope: "" if slope[1] in inside else slope[0], text) for text in texts]
    return bool(name) and is_always_called(name, without)


def is_always_called(name: str, texts: Sequence[str]) -> bool:
    """Whether brackets follow a letter wherever it stands."""
    spelled = re.escape(name) + ("(?![A-Za-z])" if name[-1:].isalpha() else "")
    return bool(name) and not any(
        re.search(rf"(?<![A-Za-z\\]){spelled}(?!\s*'*\s*(?:\\left\s*)?[(\[])", text) for text in texts
    )
