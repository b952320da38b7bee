"""Letters that stand bold, and the same letters beside them that do not: two quantities, or one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nnmath.notes.spelling.slopes import ACCENT
from nnmath.notes.spelling.styles import BOLD

#: What an objective is said to depend on; J(w) beside a bold w is a function of that.
_OBJECTIVE_OF = re.compile(r"(?<![A-Z\\])[JLCE]\s*\(\s*\\?[A-Za-z]+(?:\s*[,;]\s*\\?[A-Za-z]+)*\s*\)")

#: What a function is said to depend on; a body that has the same letter, and never bold, means that.
_ARGUMENT = re.compile(r"\s*[^=()]*\(\s*(?:\\left\s*)?(?P<argument>" + BOLD.pattern + r")\s*(?:\\right\s*)?\)\s*:?=")


def bold_and_plain(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the letters that stand bold, and those that stand beside the same letter not bold: two quantities."""
    bold: set[str] = set()
    both: set[str] = set()
    for text in texts:
        said = _ARGUMENT.match(text)
        if said and _letter_of(said) not in map(_letter_of, BOLD.finditer(text, said.end())):
            text = text[: said.start("argument")] + text[said.end("argument") :]
        here = {_letter_of(one) for one in BOLD.finditer(text)}
        rest = _OBJECTIVE_OF.sub(" ", BOLD.sub(" ", text))
        plain = re.finditer(r"(?<![\\A-Za-z{_^])(\\[a-z]+|[A-Za-z])(?![A-Za-z}])(?!\s*[_({^])", rest)
        both |= here & {one.group(1) for one in plain}
        bold |= here
        for left in (re.match(r"\s*(?:&\s*)?" + BOLD.pattern + r"\s*&?\s*:?=", text),):
            letter = _letter_of(left) if left else ""
            if letter and re.search(rf"(?<![\\A-Za-z]){re.escape(letter)}\s*\(", rest):
                both.add(letter)  # a quantity with the letter of the function that it is computed by
    if "e" in bold and any(re.search(r"(?<![\\A-Za-z])e\s*\^", BOLD.sub(" ", text)) for text in texts):
        both.add("e")  # Euler's number is not bold
    return frozenset(bold), frozenset(letter for letter in both if not letter.startswith("\\"))


def with_plain_entries(texts: Sequence[str], bold: Iterable[str]) -> frozenset[str]:
    """Return the small letters that stand bold, and with an index only when they do not: x_i is an entry."""
    found = set()
    for letter in (one for one in bold if not re.fullmatch(r"[A-Z]|\\[A-Z]\w*", one)):
        above = [one for text in texts for one in BOLD.finditer(text) if _letter_of(one) == letter]
        counted = any(re.match(r"[}\s]*(?:_|\^\s*\{?\s*[(\[])", one.string[one.end() :]) for one in above)
        entry = rf"(?<![A-Za-z\\]){re.escape(letter)}[}}\s]*_\s*(?:\{{\s*[a-z]\s*\}}|[a-z])"
        if not counted and any(re.search(entry, BOLD.sub(" ", text)) for text in texts):
            found.add(letter)
    return frozenset(found)


def _letter_of(found: re.Match[str]) -> str:
    return re.sub(rf"^{ACCENT}\s*\{{?|[{{}}\s]", "", found["inner"] or found["bare"])
