r"""Expectations over laws that notes name and do not give: ``\mathbb{E}_{p(x)}``, ``\mathbb{E}_{z \sim q}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnmath.notes.document.brackets import argument_at, group_end
from nnmath.notes.syntax.gradients import is_differentiated_by
from nnmath.notes.syntax.names.letters import DIGITS, letters_in

#: Begins the names of laws.
LAW = "law"

_E = (
    r"(?:\\(?:mathbb|mathrm|mathbf|boldsymbol|mathsf|operatorname\*?|text|Bbb)\s*(?:\{\s*E\s*\}|E(?![A-Za-z]))"
    r"|(?<![A-Za-z\\{])E)"
)
_WRAPPED = rf"(?:\\mathop\s*\{{\s*{_E}\s*\}}|\{{\s*{_E}\s*\}}|{_E})\s*(?:\\(?:no)?limits(?![A-Za-z]))?"
_UNDERSET = re.compile(r"\\underset\s*(?=\{)")
_BELOW = re.compile(rf"{_WRAPPED}\s*_\s*")
_OPENING = re.compile(r"\s*(?:\\[,;:! ]\s*)*(?:\\(?:left|[bB]igg?l?)\s*)?(?:[\[(]|\\\{|\\lbrace)")
#: What says below an E that it is no index: a sign of what is drawn, or a density.
_NAMES_A_LAW = re.compile(r"\\sim(?![A-Za-z])|(?<![A-Za-z\\])[pqPQ](?![A-Za-z])|\\pi(?![A-Za-z])")
_DRAWN = re.compile(
    r"[\s&]*(?P<names>(?:\\?[A-Za-z]+(?:\s*[_^]\s*(?:\{[^{}]*\}|\w))*(?:\s|,|\\[,;:! ])*)+)\\sim(?![A-Za-z])"
)
_STYLES = re.compile(
    r"\\(?:mathbb|mathrm|mathcal|mathbf|boldsymbol|bm|text|left|right|mid|sim|vert|middle)(?![A-Za-z])"
)


@dataclass(frozen=True)
class Law:
    """A law that is named below an expectation: the density that names it, and the letters that it may depend on."""

    density: str
    parameters: frozenset[str]


def with_named_laws(texts: Sequence[str]) -> tuple[list[str], dict[str, Law]]:
    """Return the equations of a file, as they are written, with names for the laws below expectations, and these laws.

    Those with a distribution that the notes give stay as they are, and so do those by whose parameters something is
    differentiated.
    """
    texts = [_without_underset(text) for text in texts]
    drawn = {name for text in texts if (found := _DRAWN.match(text)) for name in letters_in(found["names"])}
    laws: dict[str, Law] = {}
    done = []
    for text in texts:
        for begin, end, below in reversed(list(_expectations(text))):
            name, law = _law(below, texts)
            given = drawn & letters_in(below)
            if given and "(" in below:  # of q(z) nothing more need be known than how z is distributed
                text = rf"{text[:begin]}\mathbb{{E}}_{{{','.join(sorted(given))}}}{text[end:]}"
            elif not given and not (law.parameters and is_differentiated_by(sorted(law.parameters), texts)):
                laws[name] = law
                text = rf"{text[:begin]}\mathbb{{E}}_{{\text{{{name}}} \sim \text{{{name}}}}}{text[end:]}"
        done.append(text)
    return done, laws


def _without_underset(text: str) -> str:
    r"""Write ``\underset{x \sim p}{\mathbb{E}}`` with its law below it."""
    for found in reversed(list(_UNDERSET.finditer(text))):
        below, middle = argument_at(text, found.end())
        inner, end = argument_at(text, middle) if middle > 0 else ("", -1)
        if end > 0 and re.fullmatch(rf"\s*{_WRAPPED}\s*", inner):
            text = rf"{text[: found.start()]}\mathbb{{E}}_{{{below}}}{text[end:]}"
    return text


def _expectations(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where expectations stand, with what stands below them."""
    for found in _BELOW.finditer(text):
        below, end = argument_at(text, found.end())
        told = _NAMES_A_LAW.search(below) or "mathbb" in found.group() or "Bbb" in found.group()
        if end > 0 and told and _OPENING.match(text, end):
            yield found.start(), end, below


def _law(below: str, texts: Sequence[str]) -> tuple[str, Law]:
    """Return the name of a law, and what it may depend on: whatever stands below or behind its letter anywhere."""
    plain = _STYLES.sub(lambda found: "|" if found.group() in (r"\mid", r"\vert") else
                        "~" if found.group() == r"\sim" else " ", below)  # fmt: skip
    drawn, _, density = plain.rpartition("~")
    density = density.strip()
    head = re.match(r"[\s{]*(?P<letter>\\?[A-Za-z]+)", density)
    letter = head["letter"] if head else ""
    random = letters_in(drawn) | letters_in(_conditioned(density))
    parameters = letters_in(density) - {letter}
    own = rf"(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z])\s*_\s*(\{{[^{{}}]*\}}|\\?[A-Za-z]+)"
    for text in texts if letter else ():
        parameters |= letters_in(" ".join(re.findall(own, text)))
    function = re.sub(r"[^A-Za-z]", "", re.split(r"\(", density)[0].translate(DIGITS))
    plain = density if plain.count("~") == 1 and "(" in density else plain
    name = re.sub(r"[^A-Za-z]", "", plain.replace("|", "Given").replace("~", "Of").translate(DIGITS))
    return LAW + name, Law(function, frozenset(parameters - random))


def _conditioned(density: str) -> str:
    """Return what stands in the brackets of a density, before its bar."""
    begin = density.find("(")
    end = group_end(density, begin) if begin >= 0 else -1
    return re.split(r"[|;]", density[begin + 1 : end - 1])[0] if end > 0 else ""
