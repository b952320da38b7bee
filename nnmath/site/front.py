"""The front page: the catalogue by subject, with what a reader wants to know before opening a derivation."""

import posixpath
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from nnmath.site.figures import figures_of
from nnmath.site.library import DerivationFile, Library
from nnmath.site.mathematics import displayed
from nnmath.site.prose import Links, line
from nnmath.site.verdicts import LastCheck

#: The folders of derivations in the order of the front page, and what they are called there; another one stands at the
#: end, under its own name.
SUBJECTS = {
    "basics": "Before you begin",
    "activations": "Activation functions",
    "linear": "Linear layers",
    "regularization": "Regularization",
    "normalization": "Normalization",
    "convolution": "Convolution",
    "recurrent": "Recurrent networks",
    "attention": "Attention",
    "losses": "Losses",
    "training": "Networks and training",
    "gradcheck": "Checking gradients",
}
_LEVELS = ("one variable", "vectors", "matrices")
_WORDS_A_MINUTE, _MINUTES_AN_EQUATION = 200, 0.3

_STATES = {
    "holds": "checked",
    "fails": "fails its check",
    "outdated": "changed since its check",
    "missing": "unchecked",
}


@dataclass(frozen=True)
class Subject:
    """A folder of derivations, in their order."""

    slug: str
    title: str
    derivations: list[DerivationFile]


def subjects(library: Library) -> list[Subject]:
    """Return the derivations by subject, those of a subject in the reading order."""
    found: dict[str, Subject] = {}
    for one in library:
        slug = posixpath.basename(posixpath.dirname(one.path))
        title = SUBJECTS.get(slug, slug.replace("_", " ").capitalize())
        found.setdefault(slug, Subject(slug, title, [])).derivations.append(one)
    order = list(SUBJECTS)
    return sorted(
        found.values(), key=lambda subject: order.index(subject.slug) if subject.slug in order else len(order)
    )


def minutes(one: DerivationFile) -> int:
    """Return about how long it takes to read a derivation."""
    return max(round(len(one.document.prose.split()) / _WORDS_A_MINUTE + _MINUTES_AN_EQUATION * len(one.tags)), 1)


def level(one: DerivationFile) -> str:
    """Return what the derivation is about: numbers, vectors or matrices, by the shapes of its symbols."""
    return _LEVELS[min(one.document.most_dimensions, len(_LEVELS) - 1)]


def prerequisites(one: DerivationFile, library: Library) -> list[DerivationFile]:
    """Return the derivations that come before this one in the reading order, and that it links to."""
    earlier = library.derivations[: library.derivations.index(one)]
    linked = {posixpath.basename(link.target.partition("#")[0]) for link in one.document.links}
    return [other for other in earlier if posixpath.basename(other.path) in linked]


def catalogue(library: Library, check: LastCheck, links: Links) -> list[dict[str, Any]]:
    """Return what the front page shows of each subject."""
    return [
        {
            "slug": subject.slug,
            "title": subject.title,
            "entries": [_entry(one, library, check, links) for one in subject.derivations],
        }
        for subject in subjects(library)
    ]


def _entry(one: DerivationFile, library: Library, check: LastCheck, links: Links) -> dict[str, Any]:
    state = check.of(one).state
    figures = figures_of(one)
    return {
        "address": f"{one.name}.html",
        "title": one.title,
        "adds": Markup(line(one.adds, links)),
        "picture": figures[0].name if figures else "",
        "level": level(one),
        "minutes": minutes(one),
        "after": [(f"{other.name}.html", other.title) for other in prerequisites(one, library)],
        "state": state,
        "says": f"{len(one.tags)} equations, {_STATES[state]}",
    }


def sides(check: LastCheck) -> list[tuple[str, str, str]]:
    """Return what the check found, in short: how each thing stands, what it is, and what is said of it."""
    totals = check.totals
    if check.state == "missing":
        return [("missing", "Not checked.", "These pages were built without a run of make check.")]
    equations = "holds" if totals["held"] == totals["run"] else "fails"
    found = [
        (equations, f"{totals['held']:,} of {totals['run']:,}", "equations hold"),
        ("holds", f"{totals['compared']:,}", "derivatives compared with finite differences"),
        ("holds", f"{totals['properties']:,}", "identities and limits hold"),
    ]
    if check.state == "fails":
        found.insert(0, ("fails", "Not everything holds.", "The pages below say what does not."))
    return found


def sample(library: Library) -> dict[str, Any] | None:
    """Return the last equation of the first derivation that a line of code implements, and that line."""
    for one in library:
        for n, carried in sorted(one.module.numbers.items() if one.module else (), reverse=True):
            assert one.module is not None
            tag = carried.tags[-1]
            latex = one.latex_of(tag)
            if latex:
                return {
                    "formula": Markup("".join(displayed(latex)[0])),
                    "code": one.module.lines[n - 1].strip(),
                    "tag": tag,
                    "title": one.title,
                    "address": f"{one.name}.html#eq-{tag}",
                }
    return None


def live_figure(library: Library) -> Any:
    """Return the first figure with a slider; None where there is none."""
    return next((figure for one in library for figure in figures_of(one) if figure.live), None)
