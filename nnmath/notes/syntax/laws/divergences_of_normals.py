r"""Divergences of normal laws, ``D_{KL}(q \| p)`` where notes give q as ``\mathcal{N}(\mu, \sigma^2)`` and p likewise.

Its value follows from the laws: it is defined so, and what the notes say of it is judged by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnmath.latex import Place
from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.document.source import Formula
from nnmath.notes.spelling.statements import Statement, statements
from nnmath.notes.syntax.laws.named_densities import BARS, divergences
from nnmath.notes.syntax.names.letters import letters_in

_NORMAL = re.compile(
    r"\s*(?:\\mathcal\s*(?:\{\s*N\s*\}|N)|\\(?:text|mathrm|operatorname)\s*\{\s*(?:N|Normal)\s*\}|N)\s*"
    r"(?:\\left|\\[bB]igg?l?)?\s*(?=\()"
)
_STYLE = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathbb|left|right|[bB]igg?[lr]?)(?![A-Za-z])|\\[,;:! ]|[\s{}]"
)
#: What tells the parameters of two laws apart.
_BELOW = "_[0-9pqPQ]"
_SQUARE = re.compile(rf"(?P<root>\\?[A-Za-z]+(?:{_BELOW})?)\^2(?P<times>\\?I(?:_\w)?)?(?P<below>{_BELOW})?")
_SCRIPT = re.compile(r"_\s*(?:\{[^{}]*\}|\w)")
_HEAD = re.compile(r"\\?[A-Za-z]+")
_DIAGONAL = re.compile(r"\\?(?:operatorname|text)?(?:diag)\((?P<inside>.*)\)")


@dataclass(frozen=True)
class _Law:
    """A normal law: its mean, and its standard deviation, or its covariance."""

    mean: str
    deviation: str = ""
    covariance: str = ""


def divergences_of_normals(every: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the definitions of such divergences, each once."""
    texts = [one.latex for one in every]
    laws = dict(pair for text in texts for pair in _laws(text))
    done = set()
    for text in texts:
        for begin, end, name, inside in divergences(text):
            sides = [
                _law_of(side, laws) or _law_by_letter(side, "\n".join(texts))
                for _, side in split_outermost(inside, BARS)
            ]
            key = name, _plain(inside)
            if len(sides) == 2 and sides[0] and sides[1] and key not in done:
                done.add(key)
                if value := _value(sides[0], sides[1], "\n".join(map(_plain, texts))):
                    yield from statements(Formula(f"{text[begin:end]} = {value}", Place(1, 1), ""))


def gives_law(text: str) -> bool:
    r"""Whether a text says with ``=`` which normal law a letter stands for, and so claims nothing."""
    return r"\sim" not in text and any(_laws(text))


def unknown_laws(text: str) -> str:
    """Return the divergence that a text gives by a formula in which neither law stands; empty where there is none.

    The general definition speaks of both laws. A formula of other letters is that of certain laws.
    """
    left, *others = (side for _, side in split_outermost(text, r":=|=|\\equiv(?![A-Za-z])"))
    letters = set[str]().union(*(letters_in(_SCRIPT.sub("", side)) for side in others))
    for begin, end, _, inside in divergences(left):
        heads = {head[0] for _, side in split_outermost(inside, BARS) if (head := _HEAD.search(_plain(side)))}
        alone = not re.sub(r"[\s&+-]", "", left[:begin] + left[end:])
        if alone and others and not heads & letters:
            return left[begin:end].strip()
    return ""


def _laws(text: str) -> Iterator[tuple[str, _Law]]:
    r"""Yield the laws that an equation gives, ``q(z \mid x) = \mathcal{N}(\mu, \sigma^2)``."""
    *names, last = (side for _, side in split_outermost(text, r":=|=|\\sim(?![A-Za-z])|\\equiv(?![A-Za-z])"))
    if names and (law := _normal(last)):
        for name in names:
            yield _plain(name), law
            yield _plain(name).partition("(")[0], law


def _law_of(text: str, laws: dict[str, _Law]) -> _Law | None:
    return _normal(text) or laws.get(_plain(text))


def _law_by_letter(text: str, formula: str) -> _Law | None:
    r"""Return the law whose mean and covariance a formula calls by its letter, ``\mu_p`` and ``\Sigma_p``."""
    law, formula = _plain(text).partition("(")[0], _plain(formula)
    if not re.fullmatch(_BELOW, f"_{law}") or r"\mu_" not in formula:
        return None
    if re.search(rf"\\(?:Sigma|sum)_{law}", formula):
        return _Law(rf"\mu_{law}", covariance=rf"\Sigma_{law}")
    return _Law(rf"\mu_{law}", deviation=rf"\sigma_{law}") if rf"\sigma_{law}" in formula else None


def _plain(text: str) -> str:
    return _STYLE.sub("", re.sub(r"\\(?:mid|vert)(?![A-Za-z])", "|", text))


def _normal(text: str) -> _Law | None:
    """Return the law that a text is; None where it is none, or one of another form."""
    text = re.sub(r"\\[,;:! ]", " ", text).rstrip(" .,;")
    found = _NORMAL.match(text)
    if not found or group_end(text, found.end()) != len(text):
        return None
    inside = text[found.end() + 1 : group_end(text, found.end()) - 1]
    inside = split_outermost(inside, r";|\||\\mid(?![A-Za-z])")[-1][1]
    parts = [_plain(part).removesuffix(")") if part.count(")") > part.count("(") else _plain(part)
             for _, part in split_outermost(inside, ",")]  # fmt: skip
    if len(parts) != 2 or not re.fullmatch(rf"\\?[A-Za-z]+(?:{_BELOW})?|0", parts[0]):
        return None
    mean, spread = parts
    if re.fullmatch(r"1|I(?:_\w)?", spread):
        return _Law(mean, deviation="1")
    if re.fullmatch(rf"\\Sigma(?:{_BELOW})?", spread):
        return _Law(mean, covariance=spread)
    diagonal = _DIAGONAL.fullmatch(spread)
    square = _SQUARE.fullmatch(diagonal["inside"] if diagonal else spread)
    return _Law(mean, deviation=square["root"] + (square["below"] or "")) if square else None


def _value(one: _Law, other: _Law, texts: str) -> str:
    """Return the divergence of a law from another one, as LaTeX; empty where it is not known here."""
    standard = other == _Law("0", deviation="1")
    if one.covariance:
        mean, spread = one.mean, one.covariance
        unit = rf"\operatorname{{tr}}({spread} {spread}^{{-1}})"  # as many as there are dimensions
        if standard:
            return (
                rf"\frac{{1}}{{2}} (\operatorname{{tr}}({spread}) + {mean}^\top {mean} - {unit} - \log \det {spread})"
            )
        if not other.covariance:
            return ""
        inverse, apart = f"{other.covariance}^{{-1}}", f"({other.mean} - {mean})"
        return (
            rf"\frac{{1}}{{2}} (\operatorname{{tr}}({inverse} {spread}) + {apart}^\top {inverse} {apart} - {unit}"
            rf" + \log \det {other.covariance} - \log \det {spread})"
        )
    if other.covariance or not re.fullmatch(rf"\\?[A-Za-z]+(?:{_BELOW})?", one.deviation):
        return ""
    index = _index_of(one, texts)
    if index and not standard:
        return ""
    if index:
        mean, spread = f"{one.mean}_{index}", f"{one.deviation}_{index}"
        return rf"\sum_{{{index}}} (\frac{{1}}{{2}} ({mean}^2 + {spread}^2 - 1) - \log {spread})"
    return (
        rf"\log \frac{{{other.deviation}}}{{{one.deviation}}}"
        rf" + \frac{{{one.deviation}^2 + ({one.mean} - {other.mean})^2}}{{2 {other.deviation}^2}} - \frac{{1}}{{2}}"
    )


def _index_of(law: _Law, texts: str) -> str:
    """Return the index that stands below the mean or the deviation of a law, which are vectors then."""
    found = re.search(rf"(?:{re.escape(law.mean)}|{re.escape(law.deviation)})_([a-z])(?![a-z])", texts)
    return found[1] if found else ""
