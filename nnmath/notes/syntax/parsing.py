"""From statements to trees. LaTeX does not say whether f(x) applies f or multiplies by it: the whole file says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.names import KnownNames
from nnmath.notes.spelling.factors import with_letters_below
from nnmath.notes.spelling.respelling import respelled
from nnmath.notes.spelling.slopes import ACCENT
from nnmath.notes.spelling.statements import Statement
from nnmath.notes.spelling.styles import unstyled
from nnmath.notes.syntax.functions.dependence import without_dependence
from nnmath.notes.syntax.functions.entries import (
    with_arrays_called,
    with_closed_arguments,
    with_entries,
    with_features,
    with_numbers_below,
    with_own_functions,
    with_responsibilities,
    with_tables,
    with_two_indices,
)
from nnmath.notes.syntax.functions.function_names import with_function_names, with_functions_below, with_powers_of
from nnmath.notes.syntax.functions.labelled_objectives import with_labelled_objectives
from nnmath.notes.syntax.functions.networks import with_networks
from nnmath.notes.syntax.functions.parameters_below import (
    without_indices_of_functions,
    without_parameters,
    without_shared_arguments,
)
from nnmath.notes.syntax.functions.target_networks import with_targets
from nnmath.notes.syntax.functions.which_functions import functions_in, is_always_called, with_own_products
from nnmath.notes.syntax.gradients import with_operators, with_scores, with_slopes_at, with_variable
from nnmath.notes.syntax.laws.joint_densities import with_joint_densities, with_scores_by_parameters
from nnmath.notes.syntax.laws.laws import Law, with_named_laws
from nnmath.notes.syntax.laws.named_densities import with_named_densities, with_named_divergences
from nnmath.notes.syntax.names.bold import bold_and_plain, with_plain_entries
from nnmath.notes.syntax.names.fraktur import with_fraktur
from nnmath.notes.syntax.names.given import with_given
from nnmath.notes.syntax.names.letters import DIGITS, NAME, OBJECTIVES
from nnmath.notes.syntax.names.primes import with_primes
from nnmath.notes.syntax.names.words import with_words
from nnmath.notes.syntax.sets import without_sets
from nnmath.notes.syntax.slopes_of_nothing import with_what_is_differentiated
from nnmath.notes.syntax.statements.left_out import LeftOut

_ENTRY_CALL = re.compile(
    r"(?P<name>[fghFGJLCE]|\\(?:varphi|phi|psi|ell)|\\mathcal\{[A-Z]\})\s*_\s*(?P<index>[i-nst](?![A-Za-z])|\{\s*[i-nst]\s*\})"
    r"\s*(?P<call>(?:\\left\s*)?\((?P<arguments>[^()]*?)(?:\\right\s*)?\))"
)

_WORD_LEFT = re.compile(r"\s*\\text\{([A-Za-z]+)\}\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*:?=")


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
    vectors: frozenset[str]
    words: frozenset[str] = frozenset()
    laws: Mapping[str, Law] = field(default_factory=dict)

    @property
    def known_in_definitions(self) -> KnownNames:
        """The names for the definitions that notes leave out: there e is Euler's number."""
        return KnownNames(frozenset(self.known.symbols) - {"e"}, self.known.functions)

    def name(self, text: str) -> str:
        """Return a name that stands in an annotation in the spelling of the equations."""
        if text in self.words:
            return rf"\text{{{text}}}"
        text = with_fraktur([text], beside=self.texts)[0]
        return with_given([unstyled(respelled(text), self.kept)], within=self.texts)[0]


def spelled(every: Sequence[Statement], declared: Iterable[str] = ()) -> Spelled:
    """Respell all statements of a file; find out which names are functions, and which words that are `declared`."""
    words = frozenset(one for one in declared if re.fullmatch(r"(?!d[A-Za-z]$)[A-Za-z]{2,}", one))
    written, laws = with_named_laws(with_targets([one.latex for one in every]))
    written = with_joint_densities(with_scores_by_parameters(with_fraktur(written)))
    written = with_named_densities(with_named_divergences(written))
    respelt = with_words(without_sets([respelled(one) for one in written]), words)
    respelt = without_indices_of_functions(respelt)
    respelt = with_networks(with_labelled_objectives(respelt))
    respelt = with_primes(with_function_names(respelt))
    respelt = with_own_functions(with_two_indices(respelt))
    bold, kept = bold_and_plain(respelt)
    plain = without_parameters([unstyled(text, kept) for text in _with_numbered_words(_with_deltas(respelt))], NAME)
    plain = without_shared_arguments(plain, NAME)
    plain = with_what_is_differentiated(with_slopes_at(plain), NAME)
    texts = without_dependence(with_given(with_features(with_responsibilities(with_scores(plain), NAME), NAME)))
    texts = tuple(_ENTRY_CALL.sub(partial(_entry, texts), text) for text in with_operators(texts, NAME))
    listed = with_arrays_called(with_numbers_below(texts, NAME), NAME)
    texts = with_entries(with_tables([with_variable(text, listed, NAME) for text in listed], NAME), NAME)
    functions = functions_in(texts)
    texts = tuple(with_own_products(text, functions) for text in texts)
    texts = tuple(
        with_letters_below(with_closed_arguments(text, functions, NAME), functions)
        for text in with_powers_of(with_functions_below(texts, functions), functions)
    )
    symbols = _symbols(texts) - functions | {rf"\mathbf{{{letter}}}" for letter in kept}
    vectors = with_plain_entries(respelt, bold)
    return Spelled(texts, functions, KnownNames(symbols, functions), bold, kept, vectors, words, laws)


_DELTA = r"\\delta(?![A-Za-z])\s*"


def _with_deltas(texts: Sequence[str]) -> list[str]:
    r"""Read ``\delta h_t`` as ``dh_t`` in files in which no δ stands by itself; ``\partial X`` as ``dX``."""
    texts = [_with_differentials(text) for text in texts]
    joined = "\n".join(texts)
    alone = re.search(
        _DELTA + r"(?![A-Za-z\\\s(])|" + _DELTA + r"\\(?:odot|cdot|top|times|right|quad)(?![A-Za-z])", joined
    )
    left = any(re.match(rf"\s*{_DELTA}(?:\\hat|\\tilde|\\bar)?\s*[A-Za-z\\{{(][^=]*:?=", text) for text in texts)
    return [re.sub(_DELTA, "d ", text) for text in texts] if left and not alone else list(texts)


_ROUND = re.compile(r"\\partial(?![A-Za-z])")
_ROUND_ELSEWHERE = re.compile(r"(?:[{/^]|\\over)\s*\\partial(?![A-Za-z])|\\partial\s*[_^)}=]")


def _with_differentials(text: str) -> str:
    r"""Read ``\partial(X Y) = (\partial X) Y + X \partial Y`` with d, where each stands before what it is one of."""
    left, _, right = text.partition("=")
    if not (_ROUND.search(left) and _ROUND.search(right)) or _ROUND_ELSEWHERE.search(text):
        return text
    return _ROUND.sub("d ", text)


_NUMBERED_WORD = re.compile(r"_\s*\{\s*(?P<letter>[a-z])(?P<number>\d)\s*\}")


def _with_numbered_words(texts: Sequence[str]) -> list[str]:
    r"""Read h1 in ``w_{h1}`` as one word, in files in which h stands below letters with a number behind it alone."""
    joined = "\n".join(texts)
    letters = {found["letter"] for found in _NUMBERED_WORD.finditer(joined)}
    rest = _NUMBERED_WORD.sub(" ", joined)
    words = {one for one in letters if not re.search(rf"_\s*(?:\{{[^{{}}]*(?<![A-Za-z]){one}(?![A-Za-z])|{one})", rest)}

    def word(found: re.Match[str]) -> str:
        number = found["number"].translate(DIGITS)
        return rf"_{{\text{{{found['letter']}{number}}}}}" if found["letter"] in words else found.group()

    return [_NUMBERED_WORD.sub(word, text) for text in texts]


def _entry(texts: Sequence[str], found: re.Match[str]) -> str:
    r"""Write ``f_i(x)`` as entry i of f(x), and ``L_i(w)`` as L_i, which depends on w."""
    named = re.fullmatch(rf"\s*(?:{NAME}|[A-Za-z])(?:\s*[,;]\s*(?:{NAME}|[A-Za-z]))*\s*", found["arguments"])
    indexed = f"{found['name']}_{found['index']}"
    if not named or not is_always_called(indexed, texts):
        return indexed if named and found["name"] in OBJECTIVES else found.group()
    return indexed if found["name"] in OBJECTIVES else f"{found['name']}{found['call']}_{found['index']}"


def _symbols(texts: Sequence[str]) -> frozenset[str]:
    """Return the letters of a file, but for Euler's e and Kronecker's δ where they are nothing else."""
    whole = "\n".join(texts)
    letters = set(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![a-z]*\})|\\[A-Za-z]+(?![A-Za-z])", whole))
    letters |= {
        re.sub(r"\s", "", one)
        for one in re.findall(rf"{ACCENT}\s*\{{\s*\\?[A-Za-z]+\s*\}}|\\mathcal\{{[A-Z]\}}", whole)
    }
    if not any(re.match(r"\s*e\s*(?:_\s*\{?\w\}?\s*)?(?:\^\s*\{?2\}?\s*)?:?=", text) for text in texts):
        letters.discard("e")
    letters -= {name for name in alphabet.LIBRARY & letters if is_always_called(name, texts)}
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
