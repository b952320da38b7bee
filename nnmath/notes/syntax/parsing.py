"""From statements to trees. LaTeX does not say whether f(x) applies f or multiplies by it: the whole file says it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.names import KnownNames
from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.spelling.factors import with_letters_below
from nnmath.notes.spelling.respelling import respelled, unstyled
from nnmath.notes.spelling.slopes import ACCENT
from nnmath.notes.spelling.statements import Statement
from nnmath.notes.syntax.bold import bold_and_plain
from nnmath.notes.syntax.entries import (
    with_arrays_called,
    with_closed_arguments,
    with_entries,
    with_features,
    with_numbers_below,
    with_own_functions,
    with_tables,
    with_two_indices,
)
from nnmath.notes.syntax.function_names import with_function_names, with_functions_below, with_powers_of
from nnmath.notes.syntax.gradients import is_differentiated_by, with_scores, with_slopes_at, with_variable
from nnmath.notes.syntax.left_out import LeftOut
from nnmath.notes.syntax.parameters_below import without_parameters, without_shared_arguments
from nnmath.notes.syntax.primes import with_primes
from nnmath.notes.syntax.words import with_words

_GREEK = rf"\\(?:{'|'.join(sorted(alphabet.GREEK, key=len, reverse=True))})(?![A-Za-z])"
_LETTER = rf"(?:{_GREEK}|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z]*\}}))"
_NAME = rf"(?:{ACCENT}\s*\{{\s*(?:[A-Za-z]|{_GREEK})\s*\}}|\\mathcal\{{[A-Z]\}}|{_LETTER})"
_WORD = r"\\(?:text|operatorname)\{(?P<word>[A-Za-z]+)\}"
_CALL = re.compile(rf"(?:{_WORD}|(?P<name>{_NAME}))(?P<primes>'*)\s*(?:\\left\s*)?(?P<open>[(\[])")
_ENTRY_CALL = re.compile(
    r"(?P<name>[fghFGJLCE]|\\(?:varphi|phi|psi|ell)|\\mathcal\{[A-Z]\})\s*_\s*(?P<index>[i-nst](?![A-Za-z])|\{\s*[i-nst]\s*\})"
    r"\s*(?P<call>(?:\\left\s*)?\((?P<arguments>[^()]*?)(?:\\right\s*)?\))"
)

_WORD_LEFT = re.compile(r"\s*\\text\{([A-Za-z]+)\}\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*:?=")

#: Letters that are functions where brackets follow, unless the brackets hold the letter itself.
FUNCTION_LETTERS = frozenset(["f", "g", "h", "F", "G", r"\sigma", r"\phi", r"\varphi", r"\psi", r"\Phi"])

#: Letters of what is minimised; brackets behind them say what it depends on.
OBJECTIVES = frozenset(["J", "L", "C", "E", r"\ell", "R", "H", "S", r"\mathcal{L}", r"\mathcal{J}", r"\mathcal{C}",
                        r"\mathcal{E}", r"\mathcal{R}"])  # fmt: skip

#: Words that the language knows; a file may define others.
_BUILTIN_WORDS = alphabet.FUNCTIONS | alphabet.LIBRARY | alphabet.EXTREMES | alphabet.WORDS.keys()


@dataclass(frozen=True)
class Parsed:
    """A statement and its tree; no tree where it cannot be read, for the reason that `problem` gives.

    `left_out` are sides that cannot be read or judged.
    """

    statement: Statement
    chain: tree.Chain | None
    texts: tuple[str, ...]
    problem: str = ""
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Spelled:
    """The equations of a file in the spelling of the language, and the names that are functions in it."""

    texts: tuple[str, ...]
    functions: frozenset[str]
    known: KnownNames
    bold: frozenset[str]
    kept: frozenset[str]
    words: frozenset[str] = frozenset()

    @property
    def known_in_definitions(self) -> KnownNames:
        """The names for the definitions that notes leave out: there e is Euler's number."""
        return KnownNames(frozenset(self.known.symbols) - {"e"}, self.known.functions)

    def name(self, text: str) -> str:
        """Return a name that stands in an annotation in the spelling of the equations."""
        return rf"\text{{{text}}}" if text in self.words else unstyled(respelled(text), self.kept)


def spelled(every: Sequence[Statement], declared: Iterable[str] = ()) -> Spelled:
    """Respell all statements of a file; find out which names are functions, and which words that are `declared`."""
    words = frozenset(one for one in declared if re.fullmatch(r"(?!d[A-Za-z]$)[A-Za-z]{2,}", one))
    respelt = with_words([respelled(one.latex) for one in every], words)
    respelt = with_primes(with_function_names(respelt))
    respelt = with_own_functions(with_two_indices(respelt))
    bold, kept = bold_and_plain(respelt)
    plain = without_parameters([unstyled(text, kept) for text in _with_numbered_words(_with_deltas(respelt))], _NAME)
    plain = without_shared_arguments(plain, _NAME)
    texts = _without_dependence(_with_given(with_features(with_scores(with_slopes_at(plain)), _NAME)))
    texts = tuple(_ENTRY_CALL.sub(partial(_entry, texts), text) for text in texts)
    listed = with_arrays_called(with_numbers_below(texts, _NAME), _NAME)
    texts = with_entries(with_tables([with_variable(text, listed, _NAME) for text in listed], _NAME), _NAME)
    functions = _functions(texts)
    texts = tuple(_with_own_products(text, functions) for text in texts)
    texts = tuple(
        with_letters_below(with_closed_arguments(text, functions, _NAME), functions)
        for text in with_powers_of(with_functions_below(texts, functions), functions)
    )
    symbols = _symbols(texts) - functions | {rf"\mathbf{{{letter}}}" for letter in kept}
    return Spelled(texts, functions, KnownNames(symbols, functions), bold, kept, words)


_DELTA = r"\\delta(?![A-Za-z])\s*"


def _with_deltas(texts: Sequence[str]) -> list[str]:
    r"""Read ``\delta h_t`` as ``dh_t`` in files in which no δ stands by itself."""
    joined = "\n".join(texts)
    alone = re.search(
        _DELTA + r"(?![A-Za-z\\\s])|" + _DELTA + r"\\(?:odot|cdot|top|times|right|quad)(?![A-Za-z])", joined
    )
    left = any(re.match(rf"\s*{_DELTA}(?:\\hat|\\tilde|\\bar)?\s*[A-Za-z\\{{][^=]*:?=", text) for text in texts)
    return [re.sub(_DELTA, "d ", text) for text in texts] if left and not alone else list(texts)


_NUMBERED_WORD = re.compile(r"_\s*\{\s*(?P<letter>[a-z])(?P<number>\d)\s*\}")


def _with_numbered_words(texts: Sequence[str]) -> list[str]:
    r"""Read h1 in ``w_{h1}`` as one word, in files in which h stands below letters with a number behind it alone."""
    joined = "\n".join(texts)
    letters = {found["letter"] for found in _NUMBERED_WORD.finditer(joined)}
    rest = _NUMBERED_WORD.sub(" ", joined)
    words = {one for one in letters if not re.search(rf"_\s*(?:\{{[^{{}}]*(?<![A-Za-z]){one}(?![A-Za-z])|{one})", rest)}

    def word(found: re.Match[str]) -> str:
        number = "ABCDEFGHIJ"[int(found["number"])]
        return rf"_{{\text{{{found['letter']}{number}}}}}" if found["letter"] in words else found.group()

    return [_NUMBERED_WORD.sub(word, text) for text in texts]


_GIVEN = re.compile(r"(?P<name>[a-z])\s*_\s*\{\s*(?P<one>[a-z])\s*\|\s*(?P<other>[a-z])\s*\}")


def _with_given(texts: Sequence[str]) -> list[str]:
    """Read p_{j|i} as an array with two indices; beside p_{ij} it is another one."""
    return [_GIVEN.sub(r"\\check{\g<name>}_{\g<one>,\g<other>}", text) for text in texts]


_DEPENDED = rf"(?:{_NAME}|[A-Za-z])(?:\s*_\s*(?:\w|\{{\s*\w\s*\}}))?"
_DEPENDENCE = re.compile(
    rf"\s*(?P<name>(?:{_NAME}|[A-Za-z])\s*(?:_\s*(?:\{{[^{{}}]*\}}|\\?[A-Za-z]+)|\^\s*\{{\s*\([ijknmt]\)\s*\}}))\s*"
    rf"(?P<call>\(\s*{_DEPENDED}(?:\s*[,;|]\s*{_DEPENDED})*\s*\))\s*:?="
)


def _without_dependence(texts: Sequence[str]) -> tuple[str, ...]:
    r"""Leave out what an indexed quantity depends on, x in ``y_k(x) = ...``, wherever the same stands behind it."""
    for found in filter(None, map(_DEPENDENCE.match, texts)):
        base, script, below = re.split(r"\s*([_^])\s*", found["name"], maxsplit=1)
        below = re.escape(below.strip("{} "))
        called = rf"{re.escape(base)}\s*\{script}\s*(?:\{{\s*{below}\s*\}}|{below})\s*{re.escape(found['call'])}"
        texts = [re.sub(called, found["name"].replace("\\", r"\\"), text) for text in texts]
    return _without_the_same_arguments(texts)


_INDEXED_CALL = re.compile(
    rf"(?P<name>(?P<letter>{_NAME})\s*_\s*(?:\{{[^{{}}]*\}}|\\?[A-Za-z]|\d))\s*(?P<power>\^\s*(?:\{{\s*\d\s*\}}|\d))?\s*"
    rf"(?P<call>\(\s*{_DEPENDED}(?:\s*[,;|]\s*{_DEPENDED})*\s*\))"
)


def _without_the_same_arguments(texts: Sequence[str]) -> tuple[str, ...]:
    r"""Leave out what an indexed quantity depends on that is the same wherever it stands, z in ``\mu_t(z)``.

    Nothing is differentiated by that; otherwise it is a function with what stands below its letter in its name.
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

    return tuple(_INDEXED_CALL.sub(without, text) for text in texts)


def _entry(texts: Sequence[str], found: re.Match[str]) -> str:
    r"""Write ``f_i(x)`` as entry i of f(x), and ``L_i(w)`` as L_i, which depends on w."""
    named = re.fullmatch(rf"\s*(?:{_NAME}|[A-Za-z])(?:\s*[,;]\s*(?:{_NAME}|[A-Za-z]))*\s*", found["arguments"])
    indexed = f"{found['name']}_{found['index']}"
    if not named or not _is_always_called(indexed, texts):
        return indexed if named and found["name"] in OBJECTIVES else found.group()
    return indexed if found["name"] in OBJECTIVES else f"{found['name']}{found['call']}_{found['index']}"


def _functions(texts: Sequence[str]) -> frozenset[str]:
    """Return the names that are functions: words, what has a prime, what is defined as one, and some letters."""
    found: set[str] = set()
    refused: set[str] = set()
    called: set[str] = set()
    for text in texts:
        for call in _CALL.finditer(text):
            name = call["word"] or re.sub(r"\s", "", call["name"])
            if text[: call.start()].rstrip().endswith("_"):
                continue  # W_f [h, x]: it stands below another letter
            own = any(re.match(rf"\s*\\text\{{{re.escape(name)}\}}\s*\(", one) for one in texts)
            if name in _BUILTIN_WORDS and not (call["primes"] and own):
                continue
            end = group_end(text, call.end() - 1)
            inside = text[call.end() : end - 1] if end > 0 else ""
            behind = text[end:] if end > 0 else ""
            begins = re.fullmatch(r"(?:.*=)?\s*(?:\\(?:log|ln)(?![A-Za-z])\s*)?", text[: call.start()], re.DOTALL)
            defined = begins and re.match(r"(?:\s*_\s*\{?[a-z]\}?)?\s*:?=", behind)
            letters = re.fullmatch(rf"(?:\s*(?:{_NAME}|[A-Za-z])\s*(?:_\s*\{{?\w\}}?)?\s*,?)+(?:\\right)?", inside)
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


def _stands(name: str, inside: str) -> bool:
    r"""Whether brackets behind a letter hold the letter itself, ``\sigma (1 - \sigma)``: that is a product."""
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z(])", inside) is not None


def _with_own_products(text: str, functions: Collection[str]) -> str:
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
    of_letters = rf"{letter}\s*(?:'|(?:\\left\s*)?[(\[]\s*{_DEPENDED}\s*(?:\\right\s*)?[)\],])"
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
    return bool(name) and _is_always_called(name, without)


def _is_always_called(name: str, texts: Sequence[str]) -> bool:
    """Whether brackets follow a letter wherever it stands."""
    spelled = re.escape(name) + ("(?![A-Za-z])" if name[-1:].isalpha() else "")
    return bool(name) and not any(
        re.search(rf"(?<![A-Za-z\\]){spelled}(?!\s*(?:\\left\s*)?[(\[])", text) for text in texts
    )


def _symbols(texts: Sequence[str]) -> frozenset[str]:
    """Return the letters of a file, but for Euler's e and Kronecker's δ where they are nothing else."""
    whole = "\n".join(texts)
    letters = set(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![a-z]*\})|\\[A-Za-z]+(?![A-Za-z])", whole))
    letters |= {
        re.sub(r"\s", "", one)
        for one in re.findall(rf"{ACCENT}\s*\{{\s*\\?[A-Za-z]+\s*\}}|\\mathcal\{{[A-Z]\}}", whole)
    }
    if not any(re.match(r"\s*e\s*(?:_\s*\{?\w\}?\s*)?:?=", text) for text in texts):
        letters.discard("e")
    letters -= {name for name in alphabet.LIBRARY & letters if _is_always_called(name, texts)}
    letters |= {left[1] for text in texts if (left := _WORD_LEFT.match(text)) and left[1] in alphabet.LIBRARY}
    if _is_kronecker(texts):
        letters.discard(r"\delta")
    return frozenset(letters)


def _is_kronecker(texts: Sequence[str]) -> bool:
    """Whether every δ has two indices and none stands where it would be defined."""
    two = r"_\s*\{\s*(?:[a-z]|\\[a-z]+)\s*,?\s*(?:[a-z0-9]|\\[a-z]+)(?:_\s*\{?[a-z]\}?)?\s*\}"
    uses = [text[found.end() :] for text in texts for found in re.finditer(r"\\delta(?![A-Za-z])", text)]
    begins = any(re.match(r"\s*\\delta(?![A-Za-z])", text) for text in texts)
    return not begins and all(re.match(rf"\s*{two}(?!\s*\^)", use) for use in uses)
