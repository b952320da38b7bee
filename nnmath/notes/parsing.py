"""From statements to trees. LaTeX does not say whether f(x) applies f or multiplies by it: the whole file says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nnmath.latex import DerivationError
from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.notes.brackets import group_end, split_outermost
from nnmath.notes.primes import with_primes
from nnmath.notes.settled import WORDS
from nnmath.notes.spelling import ACCENT, BOLD, respelled, unstyled
from nnmath.notes.statements import Statement
from nnmath.notes.words import with_words

_GREEK = rf"\\(?:{'|'.join(sorted(alphabet.GREEK, key=len, reverse=True))})(?![A-Za-z])"
_LETTER = rf"(?:{_GREEK}|(?<![A-Za-z\\])[A-Za-z](?![A-Za-z]*\}}))"
_NAME = rf"(?:{ACCENT}\s*\{{\s*(?:[A-Za-z]|{_GREEK})\s*\}}|\\mathcal\{{[A-Z]\}}|{_LETTER})"
_WORD = r"\\(?:text|operatorname)\{(?P<word>[A-Za-z]+)\}"
_CALL = re.compile(rf"(?:{_WORD}|(?P<name>{_NAME}))(?P<primes>'*)\s*(?:\\left\s*)?(?P<open>[(\[])")
_INDEXED_CALL = re.compile(
    r"(?P<name>[fghFGJLCE]|\\(?:sigma|phi|varphi|psi|ell)|\\mathcal\{[A-Z]\})\s*_\s*"
    r"(?:\{\s*(?:\\[a-z]+|[wWb]|[wWb\\a-z]+(?:\s*,\s*(?:\\[a-z]+|[wWb]))+)\s*\}|\\(?:theta|phi|psi|omega|beta)|[wW])"
    r"(?=\s*(?:\\left\s*)?\()"
)

#: Letters that are functions where brackets follow, unless the brackets hold the letter itself.
FUNCTION_LETTERS = frozenset(["f", "g", "h", "F", "G", r"\sigma", r"\phi", r"\varphi", r"\psi", r"\Phi"])

#: Letters of what is minimised; brackets behind them say what it depends on.
OBJECTIVES = frozenset(["J", "L", "C", "E", r"\ell", "R", "H", "S", r"\mathcal{L}", r"\mathcal{J}", r"\mathcal{C}",
                        r"\mathcal{E}", r"\mathcal{R}"])  # fmt: skip

#: Words that the language knows; a file may define others.
_BUILTIN_WORDS = alphabet.FUNCTIONS | alphabet.LIBRARY | alphabet.EXTREMES | alphabet.WORDS.keys()


@dataclass(frozen=True)
class Parsed:
    """A statement and its tree; no tree where it cannot be read, for the reason that `problem` gives."""

    statement: Statement
    chain: tree.Chain | None
    texts: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class Spelled:
    """The equations of a file in the spelling of the language, and the names that are functions in it."""

    texts: tuple[str, ...]
    functions: frozenset[str]
    known: KnownNames
    bold: frozenset[str]
    kept: frozenset[str]

    @property
    def known_in_definitions(self) -> KnownNames:
        """The names for the definitions that notes leave out: there e is Euler's number."""
        return KnownNames(frozenset(self.known.symbols) - {"e"}, self.known.functions)

    def name(self, text: str) -> str:
        """Return a name that stands in an annotation in the spelling of the equations."""
        return unstyled(respelled(text), self.kept)


def spelled(every: Sequence[Statement]) -> Spelled:
    """Respell all statements of a file; find out which names are functions."""
    respelt = with_primes(with_words([respelled(one.latex) for one in every]))
    bold, kept = _bold_and_plain(respelt)
    texts = tuple(_INDEXED_CALL.sub(lambda found: found["name"], unstyled(text, kept)) for text in respelt)
    texts = tuple(_with_variable(text, texts) for text in texts)
    functions = _functions(texts)
    return Spelled(texts, functions, KnownNames(symbols=_symbols(texts) - functions, functions=functions), bold, kept)


def _with_variable(text: str, texts: Sequence[str]) -> str:
    r"""Write ``\nabla f(x)``, and ``\nabla f`` beside a definition of f(x), with the variable below."""

    def variable(found: re.Match[str]) -> str:
        name = found["name"]
        call = re.compile(
            re.escape(name)
            + r"\s*(?:\\left\s*)?\(\s*(\\?[A-Za-z]+|\\begin\{[pb]matrix\}.*?\\end\{[pb]matrix\})\s*(?:\\right\s*)?\)",
            re.S,
        )
        said = call.match(text, found.start("name")) or next(
            filter(None, (call.match(one.strip()) for one in texts)), None
        )
        return rf"\nabla_{{{said.group(1)}}} {name}" if said else found.group()

    return re.sub(rf"\\nabla(?![A-Za-z])\s*(?P<name>{_NAME})", variable, text)


def _bold_and_plain(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the letters that stand bold, and those that stand beside the same letter not bold: two quantities."""
    bold: set[str] = set()
    both: set[str] = set()
    for text in texts:
        here = {_letter_of(one) for one in BOLD.finditer(text)}
        rest = BOLD.sub(" ", text)
        plain = re.finditer(r"(?<![\\A-Za-z{_^])(\\[a-z]+|[A-Za-z])(?![A-Za-z}])(?!\s*[_({^])", rest)
        both |= here & {one.group(1) for one in plain}
        bold |= here
    return frozenset(bold), frozenset(letter for letter in both if not letter.startswith("\\"))


def _letter_of(found: re.Match[str]) -> str:
    return re.sub(rf"^{ACCENT}\s*\{{?|[{{}}\s]", "", found["inner"] or found["bare"])


def _functions(texts: Sequence[str]) -> frozenset[str]:
    """Return the names that are functions: words, what has a prime, what is defined as one, and some letters."""
    found: set[str] = set()
    refused: set[str] = set()
    for text in texts:
        for call in _CALL.finditer(text):
            name = call["word"] or re.sub(r"\s", "", call["name"])
            if name in _BUILTIN_WORDS and not (call["primes"] and name in WORDS):
                continue
            end = group_end(text, call.end() - 1)
            inside = text[call.end() : end - 1] if end > 0 else ""
            behind = text[end:] if end > 0 else ""
            begins = re.fullmatch(r"(?:.*=)?\s*", text[: call.start()], re.DOTALL)
            defined = begins and re.match(r"(?:\s*_\s*\{?[a-z]\}?)?\s*:?=", behind)
            letters = re.fullmatch(rf"(?:\s*(?:{_NAME}|[A-Za-z])\s*(?:_\s*\{{?\w\}}?)?\s*,?)+(?:\\right)?", inside)
            if re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z(])", inside):
                refused.add(name)
            if (
                call["word"]
                or call["primes"]
                or (call["open"] == "(" and len(split_outermost(inside, ",")) > 1)
                or (letters and (defined or _is_always_called(call.group("name") or "", texts)))
                or name in FUNCTION_LETTERS
                or (name in OBJECTIVES and letters)
            ):
                found.add(name)
    found |= {"ReLU", "relu"} if found & {"ReLU", "relu"} else set()  # the language takes them for one
    return frozenset(found - refused)


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
    if _is_kronecker(texts):
        letters.discard(r"\delta")
    return frozenset(letters)


def _is_kronecker(texts: Sequence[str]) -> bool:
    """Whether every δ has two indices and none stands where it would be defined."""
    two = r"_\s*\{\s*(?:[a-z]|\\[a-z]+)\s*,?\s*(?:[a-z]|\\[a-z]+)(?:_\s*\{?[a-z]\}?)?\s*\}"
    uses = [text[found.end() :] for text in texts for found in re.finditer(r"\\delta(?![A-Za-z])", text)]
    begins = any(re.match(r"\s*\\delta(?![A-Za-z])", text) for text in texts)
    return not begins and all(re.match(rf"\s*{two}(?!\s*\^)", use) for use in uses)


def parsed(every: Sequence[Statement], how: Spelled) -> list[Parsed]:
    """Parse all statements."""
    return [_parsed(one, text, how.known) for one, text in zip(every, how.texts, strict=True)]


def _parsed(statement: Statement, text: str, known: KnownNames) -> Parsed:
    if statement.reason:
        return Parsed(statement, None, (), statement.reason)
    try:
        chain, texts = parse(text, known, statement.place)
        conditions = [parse(respelled(one), known, statement.place)[0] for one in statement.conditions]
    except DerivationError as error:
        return Parsed(statement, None, (), f"it cannot be read: {error.problem}")
    if not chain.relations:
        return Parsed(statement, None, (), "it is no equation")
    if ":=" in chain.relations[1:]:
        chain = tree.Chain(tuple("=" if one == ":=" else one for one in chain.relations), chain.sides, at=chain.at)
    for one in conditions:
        where = tree.Compare(one.relations, one.sides, at=one.at)
        sides = tuple(tree.Product((where, tree.Group(side, at=side.at)), at=side.at) for side in chain.sides)
        chain = tree.Chain(chain.relations, sides, at=chain.at)
    return Parsed(statement, chain, tuple(texts))
