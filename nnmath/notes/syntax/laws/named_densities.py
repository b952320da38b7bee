r"""Densities by what stands in their brackets: ``p(x, z)``, ``p(x \mid z)`` and ``p(z)`` are three quantities.

Other functions are the same at whatever they are called with. Of a density the letters in the brackets say which one it
is, and an index of theirs is one of its own: ``q(x_t \mid x_{t-1})`` has the index t. So it is of entropies, H(X, Y).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, permutations

from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.spelling.slopes import ACCENT
from nnmath.notes.syntax.gradients import is_differentiated_by
from nnmath.notes.syntax.names.letters import DIGITS

_STYLE = r"\\(?:mathbb|mathrm|mathcal|mathsf|text|operatorname)"
_SCRIPTS = r"(?:\s*[_^]\s*(?:\{[^{}]*\}|\\[A-Za-z]+|[\w*]))*"
_LETTER = rf"(?:{_STYLE}\s*\{{\s*(?:[pqPQ]|Pr)\s*\}}|\\(?:Pr|pi)(?![A-Za-z])|(?<![A-Za-z\\])[pqPQHI](?![A-Za-z]))"
_DENSITY = re.compile(rf"(?<!_)(?<!_\{{)(?<!_ )(?P<name>{_LETTER}{_SCRIPTS})\s*(?:\\(?:left|[bB]igg?l?)\s*)?(?=\()")
_BAR = r"\||\\(?:mid|vert|lvert|middle\s*\|)(?![A-Za-z])|;"
_BOLD = r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathcal)\s*"
_SYMBOL = re.compile(
    rf"\s*(?:{_BOLD})?\{{?\s*(?:{_BOLD})?(?P<accent>(?:{ACCENT}\s*)?)\{{?\s*(?P<letter>\\?[A-Za-z]+)\s*\}}?\s*\}}?(?P<primes>'*)"
    rf"(?P<scripts>{_SCRIPTS})\s*"
)
_INDEX = re.compile(r"\s*\(?\s*(?P<letter>[a-z])\s*(?P<offset>[-+]\s*\d)?\s*\)?\s*")
_BEGINS = re.compile(r"[\s&]*(?:\\(?:log|ln)\s*)?")
#: Begins the letters of a name that are indices.
_ANY = "Any"
_DIGITS = DIGITS | str.maketrans({"+": "Plus", "-": "Lag", "'": "Prime"})


@dataclass(frozen=True)
class _Call:
    """A call: where it stands, which density it is, its shape and letters, and its indices."""

    begin: int
    end: int
    function: str
    shape: tuple[int, ...]
    letters: tuple[str, ...]
    marks: tuple[str, ...]
    indices: tuple[str, ...]

    @property
    def name(self) -> str:
        """A name of letters for the density."""
        words = [f"{letter} {mark}" for letter, mark in zip(self.letters, self.marks, strict=True)]
        given = self.shape[0]
        whole = f"{self.function} Of {' And '.join(words[:given])}"
        whole += f" Given {' And '.join(words[given:])}" if words[given:] else ""
        return re.sub(r"[^A-Za-z]", "", whole.translate(_DIGITS))

    @property
    def latex(self) -> str:
        """How the density is written as a quantity."""
        below = "".join(dict.fromkeys(self.indices)) and f"_{{{','.join(dict.fromkeys(self.indices))}}}"
        return rf"\text{{{self.name}}}{below}"

    @property
    def bare(self) -> tuple[str, ...]:
        """The letters in the brackets with their primes, those that have an index or an accent as they stand."""
        return tuple(
            letter + mark if not mark.strip("'") else "" for letter, mark in zip(self.letters, self.marks, strict=True)
        )

    def with_classes(self, classes: Mapping[str, str]) -> _Call:
        """Return the call with letters that are indices as its indices; the class that they count stays in the name."""
        every = [one if one in classes else "" for one in self.bare]
        letters = tuple(_ANY + classes[one] if one else letter for one, letter in zip(every, self.letters, strict=True))
        marks = tuple("" if one else mark for one, mark in zip(every, self.marks, strict=True))
        indices = (*every[self.shape[0] :], *every[: self.shape[0]])  # what it is a density of comes last
        return replace(self, letters=letters, marks=marks, indices=(*self.indices, *filter(None, indices)))


_SUMMED = re.compile(r"\\(?:sum|prod|max|min)\s*(?:\\limits)?\s*_\s*(?:\{(?P<braced>[^{}=\\]*)|(?P<one>[a-z]))")
#: Calls of whatever there may be, and what stands below letters.
_CALLED = re.compile(r"(?<![A-Za-z\\])\\?[A-Za-z]+(?:_\s*(?:\{[^{}]*\}|\\?\w+))?\s*\([^()]*\)")
_INDEX_BELOW = re.compile(r"_\s*(?:\{[^{}]*\}|\w)")


def _classes(calls: Sequence[_Call], texts: Sequence[str]) -> dict[str, str]:
    r"""Return the letters in brackets that are indices, with a letter for what they count.

    Such a letter is summed over, as j in ``\sum_j p(x | j)``, or stands where one of these does: k in ``p(x | k)``.
    """
    summed = {one for text in texts for found in _SUMMED.finditer(text)
              for one in re.findall(r"[a-z]'*", found["braced"] or found["one"] or "")}  # fmt: skip
    bare = {letter for call in calls for letter in call.bare if re.fullmatch("[a-z]'*", letter)}
    found = {letter: letter.rstrip("'") for letter in bare if {letter, letter + "'"} & summed}
    for _ in bare:
        for one, other in permutations(calls, 2):
            pairs = [(u, v) for u, v in zip(one.bare, other.bare, strict=False) if u != v]
            same = (one.function, one.shape) == (other.function, other.shape)
            if same and len(pairs) == 1 and pairs[0][0] in found and pairs[0][1] in bare:
                u, v = pairs[0]
                if len(one.letters) > 1 or {u, v} <= {*"ijklmn"}:
                    least = min(found[u], found.get(v, found[u]))
                    found |= {letter: least for letter, kind in found.items() if kind in (found[u], found.get(v))}
                    found[v] = least
    return found


def with_named_densities(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file, as they are written, with names for densities that their brackets tell apart."""
    every = [list(_calls(text)) for text in texts]
    families: dict[str, list[_Call | None]] = defaultdict(list)
    for function, call in (one for calls in every for one in calls):
        families[function].append(call)
    classes = _classes([call for _, call in chain(*every) if call is not None], texts)
    rest = [_INDEX_BELOW.sub(" ", _CALLED.sub(" ", text)) for text in texts]
    values = {
        letter for letter in classes for text in rest if re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z'])", text)
    }
    named = {function for function, calls in families.items() if _are_told_apart(function, calls, texts)
             and not any(call and values.intersection(call.bare) for call in calls)}  # fmt: skip
    done = []
    for text, calls in zip(texts, every, strict=True):
        for function, call in reversed(calls):
            if call is not None and function in named:
                text = f"{text[: call.begin]}{call.with_classes(classes).latex} {text[call.end :]}"
        done.append(text)
    return done


#: What stands before the brackets of a divergence, and the bars within.
_DIVERGENCE = re.compile(
    r"(?P<name>(?:\\(?:text|mathrm|operatorname|mathcal|mathbb|mathbf)\s*\{[^{}]*\}|(?<![A-Za-z\\])[A-Z]+)"
    r"(?:\s*_\s*(?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\}|\w))?)\s*(?:\\(?:left|[bB]igg?l?)\s*)?(?=[(\[])"
)
BARS = r"‖|\\\||\|\s*\||\\(?:parallel|Vert)(?![A-Za-z])|\\mid\s*\\mid(?![A-Za-z])"


def with_named_divergences(texts: Sequence[str]) -> list[str]:
    r"""Write ``D_{KL}(q \| p)`` as one name, unless a file defines it for two letters and speaks of others, too."""
    every = [list(divergences(text)) for text in texts]
    contents: dict[str, set[str]] = defaultdict(set)
    defined = set()
    for text, calls in zip(texts, every, strict=True):
        for begin, end, name, content in calls:
            contents[name].add("".join(content.split()))
            if (
                _BEGINS.fullmatch(text[:begin])
                and re.match(r"[\s&]*:?=", text[end:])
                and _TWO_LETTERS.fullmatch(content)
            ):
                defined.add(name)
    functions = {name for name in defined if len(contents[name]) > 1}
    bare = {_bare(name): rf"\\text{{{_word(name, *content)}}} " for name, content in contents.items()
            if len(content) == 1 and name not in functions}  # fmt: skip
    done = []
    for text, calls in zip(texts, every, strict=True):
        for begin, end, name, content in reversed(calls):
            if name not in functions:
                text = rf"{text[:begin]}\text{{{_word(name, content)}}} {text[end:]}"
        for pattern, word in bare.items():
            text = pattern.sub(word, text)
        done.append(text)
    return done


def _bare(name: str) -> re.Pattern[str]:
    """Return what finds the name of a divergence without brackets, which is the only one that a file has."""
    spaced = r"\s*".join(map(re.escape, re.findall(r"\\[A-Za-z]+|.", name)))
    return re.compile(rf"(?<![A-Za-z\\{{]){spaced}(?![A-Za-z_]|\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[])")


_TWO_LETTERS = re.compile(rf"\s*\\?[A-Za-z]\s*(?:{BARS})\s*\\?[A-Za-z]\s*")
_COMMANDS = re.compile(
    r"\\(?:text|mathrm|operatorname|mathcal|mathbb|mathbf|boldsymbol|bm|left|right|[bB]igg?[lr]?)(?![A-Za-z])"
)


def _word(name: str, content: str) -> str:
    """Return a name of letters for a divergence."""
    return re.sub(r"[^A-Za-z]", "", _COMMANDS.sub("", f"{name}Of{re.sub(BARS, 'From', content)}").translate(_DIGITS))


def divergences(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield where divergences stand, their names, and what stands in their brackets: two laws with bars between."""
    position = 0
    while found := _DIVERGENCE.search(text, position):
        position, end = found.end(), group_end(text, found.end())
        inside = text[found.end() + 1 : end - 1] if end > 0 else ""
        if len(split_outermost(inside, BARS)) == 2 and "=" not in inside:
            yield found.start(), end, re.sub(r"\s", "", found["name"]), inside
            position = end


def _calls(text: str) -> Iterator[tuple[str, _Call | None]]:
    """Yield the densities of an equation; none where something else than symbols stands in the brackets."""
    for found in _DENSITY.finditer(text):
        end = group_end(text, found.end())
        if end < 0:
            continue
        inside = re.sub(r"\\(?:right|[bB]igg?r?)\s*$", "", text[found.end() + 1 : end - 1])
        function = re.sub(r"[\s{}]|\\(?:mathbb|mathrm|mathcal|mathsf|text|operatorname)", "", found["name"])
        parts = [split_outermost(part, r",") for _, part in split_outermost(inside, _BAR)]
        symbols = [_symbol(item) for part in parts for _, item in part]
        if any(one is None for one in symbols):
            yield function, None
            continue
        letters, marks, indices = zip(*(one for one in symbols if one is not None), strict=True)
        flat = tuple(letter for some in indices for letter in some)
        yield function, _Call(found.start(), end, function, tuple(map(len, parts)), letters, marks, flat)


def _symbol(item: str) -> tuple[str, str, tuple[str, ...]] | None:
    """Return the letter of a symbol, what else belongs to its name, and its indices; None where it is none."""
    found = _SYMBOL.fullmatch(re.sub(r"\\right\s*$", "", item))
    if found is None or (len(found["letter"]) > 1 and not found["letter"].startswith("\\")):
        return None
    marks, indices = found["accent"] + found["primes"], []
    for script in re.findall(r"[_^]\s*(\{[^{}]*\}|\\[A-Za-z]+|[\w*])", found["scripts"]):
        for index in split_outermost(script.strip("{}"), ","):
            if one := _INDEX.fullmatch(index[1]):
                indices.append(one["letter"])
                marks += (one["offset"] or "").replace(" ", "")
            else:
                marks += f"_{index[1]}"
    return found["letter"], marks, tuple(indices)


def _are_told_apart(function: str, calls: Sequence[_Call | None], texts: Sequence[str]) -> bool:
    """Whether what stands in brackets behind a letter tells densities apart: always symbols, in several ways.

    It is no function that is called at several places or stands without brackets elsewhere, and what is not defined is
    not differentiated.
    """
    known = [call for call in calls if call is not None]
    if len(known) < len(calls) or any(re.search(r"\\nabla(?!\s*_)", text) for text in texts):
        return False
    ways: dict[tuple[tuple[int, ...], tuple[str, ...]], list[_Call]] = defaultdict(list)
    for call in known:
        ways[call.shape, call.letters].append(call)
    if not all(map(_are_of_one_kind, ways.values())):
        return False
    alone = re.compile(rf"(?<![A-Za-z\\_{{]){re.escape(function)}(?![A-Za-z])(?!\s*(?:[_^()]|\\(?:left|[bB]ig)))")
    if len(ways) == 1 and any(map(alone.search, texts)):
        return False  # Q, which is Q(\theta; \theta^{(t)}) elsewhere
    lefts = {call.name for text in texts for call in _defined(text) if call.function == function}
    parameters = {*re.findall(r"\\[A-Za-z]+", function)}
    letters = {letter for call in known if call.name not in lefts for letter in call.letters}
    if (letters or not lefts) and is_differentiated_by(sorted(letters | parameters), texts):
        return False
    several = len({call.shape for call in known}) > 1
    return (
        several
        or any(call.indices and call.name in lefts for call in known)
        or (not lefts and len(known[0].letters) > 1)
    )


def _defined(text: str) -> Iterator[_Call]:
    """Yield the density that an equation has on its left, or its logarithm."""
    for _, call in _calls(text):
        if call is not None and _BEGINS.fullmatch(text[: call.begin]) and re.match(r"[\s&]*:?=", text[call.end :]):
            yield call


def _are_of_one_kind(calls: Sequence[_Call]) -> bool:
    """Whether calls with the same letters have indices, all or none: otherwise they are values of one function."""
    indexed = [bool(call.indices) for call in calls]
    return all(indexed) or not any(indexed)


_NAMED = re.compile(r"(?P<function>[A-Za-z]+?)Of(?P<of>[A-Za-z]+?)(?:Given(?P<given>[A-Za-z]+))?")


def is_table(name: str) -> bool:
    """Whether a name is that of a density whose last index is what it is a density of: its entries have the sum 1."""
    found = _NAMED.fullmatch(name)
    is_one = found and not found["function"].startswith(("Q", "qpi"))  # these are values of actions
    return bool(found and is_one and found["of"].startswith(_ANY) and "And" not in found["of"])


def written(name: str) -> str:
    """Return how notes write a density of this name; any other name as it is."""
    found = _NAMED.fullmatch(name)
    if found is None:
        return name
    parts = [part.replace(_ANY, "").replace("And", ", ") for part in (found["of"], found["given"]) if part]
    return f"{found['function']}({' | '.join(parts)})"


def may_follow(names: Iterable[str]) -> tuple[str, str] | None:
    """Return two densities of some names that may follow from each other: they are of the same letter."""
    found = [(name, one) for name in sorted(names) if (one := _NAMED.fullmatch(name))]
    for (name, one), (other, two) in combinations(found, 2):
        if one["function"] == two["function"] and {*one["of"].split("And")} & {*two["of"].split("And")}:
            return written(name), written(other)
    return None
