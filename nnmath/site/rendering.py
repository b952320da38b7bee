"""The HTML of each kind of page, from its template."""

import posixpath
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nnmath.latex import Document
from nnmath.site.api import api_text
from nnmath.site.digits import Network, steps
from nnmath.site.equations import equation
from nnmath.site.front import catalogue, live_figure, sample, sides, subjects
from nnmath.site.gallery import ShownRun
from nnmath.site.library import DerivationFile, Library, Module
from nnmath.site.listing import colours, listing
from nnmath.site.mathematics import NONE, converted, displayed, inline
from nnmath.site.picture_style import Picture
from nnmath.site.prose import Links, PageSection, line, sections
from nnmath.site.search import entries, script
from nnmath.site.symbols import PageSymbol, Symbols, symbols_of
from nnmath.site.verdicts import LastCheck, Verdict

NOTATION = "notation.html"
RUNS = "runs.html"
DIGIT = "digit.html"
API = "api.html"
MENU = (
    ("index.html", "Derivations"),
    (NOTATION, "Notation"),
    (RUNS, "Training runs"),
    (DIGIT, "Draw a digit"),
    (API, "Python"),
)

#: What a page may load: what was built with it, and nothing from any other host.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)

#: The three sides of the triangle, as the pages call them.
SIDES = ("The equations", "The code against them", "The backward pass")

_HEADLINES = {
    "holds": "Checked: everything on this page holds",
    "fails": "Checked: not everything on this page holds",
    "outdated": "Changed since it was checked",
    "missing": "Not checked",
}
_REMARKS = {
    "holds": "",
    "fails": " Where it fails, the table of make check says at which inputs.",
    "outdated": " The text or the code of this page is no longer what was run then, so its equations carry no marks."
    " Run make check, then build the pages again.",
}
_UNCHECKED = "These pages were built without a run of make check that covers this page. Run it, then build them again."


@dataclass(frozen=True)
class Pages:
    """The pages of a project."""

    library: Library
    check: LastCheck
    texts: dict[str, list[PageSection]] = field(default_factory=dict)
    templates: Environment = field(
        default_factory=lambda: Environment(
            loader=PackageLoader("nnmath.site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
    )

    def links(self, page: str = "", folder: str = "derivations") -> Links:
        """Return where the links of a page lead."""
        pages = {"derivations/README.md": NOTATION, "derivations": "index.html", "nnmath/primitives": "index.html"}
        for one in self.library:
            pages[one.path] = f"{one.name}.html"
            if one.module:
                pages[one.module.path] = f"{one.name}.html#code"
        return Links(page, folder, pages, {one.name: one.tags for one in self.library})

    def page(
        self,
        template: str,
        here: str,
        title: str,
        description: str,
        scripts: Sequence[str],
        contents: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> str:
        """Fill a template."""
        in_order = [one for subject in subjects(self.library) for one in subject.derivations]
        order = [(NOTATION, "Notation"), *((f"{one.name}.html", one.title) for one in in_order)]
        order += [(RUNS, "Training runs"), (DIGIT, "Draw a digit"), (API, "Python")]
        at = next((i for i, (address, _) in enumerate(order) if address == here), None)
        stamp = (
            f"Built from the make check of {self.check.stamp}."
            if self.check.found
            else "Built without a run of make check."
        )
        return self.templates.get_template(template).render(
            here=here,
            title=title,
            description=description,
            scripts=scripts,
            policy=POLICY,
            contents=contents,
            kind=template.removesuffix(".html"),
            menu=MENU,
            previous=order[at - 1] if at else None,
            next=order[at + 1] if at is not None and at + 1 < len(order) else None,
            stamp=stamp,
            **more,
        )

    def text(self, one: DerivationFile) -> list[PageSection]:
        """Return the text of a derivation, rendered once: its opening, then its sections."""
        if one.name not in self.texts:
            symbols = symbols_of(one.document, converted)
            show = partial(_shown, one.document, one.module, self.check.of(one), symbols)
            links = self.links(one.name, posixpath.dirname(one.path))
            self.texts[one.name] = sections(one.text, links, show, symbols)
        return self.texts[one.name]

    def derivation(self, one: DerivationFile, pictures: Sequence[Picture]) -> str:
        """Return the page of a derivation, its module beside it."""
        verdict = self.check.of(one)
        opening, *rest = self.text(one)
        links = self.links(one.name, posixpath.dirname(one.path))
        scripts = [
            "reading.js",
            "graph.js",
            "editor.js",
            *(["live.js"] if any(picture.live for picture in pictures) else []),
        ]
        remark = _UNCHECKED if verdict.state == "missing" else f"{self.check.stamp}.{_REMARKS[verdict.state]}"
        slugs = {section.slug for section in rest}
        contents = [*_contents(rest), ("checked", "How it was checked")]
        return self.page(
            "derivation.html",
            f"{one.name}.html",
            one.title,
            f"{one.title}: the derivation beside the code that computes it",
            scripts,
            contents,
            opening=Markup(opening.html),
            sections=[_marked(section) for section in rest],
            verdict=verdict,
            headline=_HEADLINES[verdict.state],
            remark=remark,
            not_run=[name for name in SIDES if not any(side.name.startswith(name) for side in verdict.sides)],
            pictures=[replace(p, section=_place(p.section, slugs)) for p in pictures],
            symbols=[_explained(symbol, links) for symbol in symbols_of(one.document, converted).listed],
            listing=Markup(listing(one.module, one.tags)) if one.module else "",
            path=one.module.path if one.module else "",
        )

    def notation_text(self) -> list[PageSection]:
        """Return the text on notation, rendered."""
        nothing = Verdict("missing", [], {}, {})
        show = partial(_shown, self.library.notation, None, nothing, NONE)
        return sections(self.library.notation.text, self.links(), show)

    def notation(self) -> str:
        """Return the page on notation."""
        says = "Notation, conventions and reading order of the derivations"
        return self._plain(NOTATION, "Notation", says, self.notation_text())

    def api_sections(self) -> list[PageSection]:
        """Return the text on the Python interface, rendered."""
        return sections(api_text(), self.links(), lambda line: "")

    def api(self) -> str:
        """Return the page on the Python interface."""
        says = "The Python interface: what each package exports, from its docstrings"
        return self._plain(API, "Python", says, self.api_sections())

    def _plain(self, here: str, title: str, says: str, text: Sequence[PageSection]) -> str:
        opening, *rest = text
        return self.page(
            "text.html",
            here,
            title,
            says,
            ["reading.js"],
            _contents(rest),
            opening=Markup(opening.html),
            sections=[_marked(section) for section in rest],
        )

    def search_index(self) -> bytes:
        """Return the script that the pages search."""
        found = entries(NOTATION, "Notation", self.notation_text())
        found += entries(API, "Python", self.api_sections())
        for one in self.library:
            found += entries(f"{one.name}.html", one.title, self.text(one))
        return script(found)

    def index(self) -> str:
        """Return the front page."""
        shown = catalogue(self.library, self.check, self.links())
        return self.page(
            "index.html",
            "index.html",
            "nnmath",
            "Neural-network gradients in NumPy, derived and verified",
            ["live.js"],
            [*((subject["slug"], subject["title"]) for subject in shown), ("more", "Beside the derivations")],
            subjects=shown,
            start=self.library.derivations[0],
            notation=NOTATION,
            sides=sides(self.check),
            sample=sample(self.library),
            figure=live_figure(self.library),
            more=[
                (NOTATION, "Notation", "letters, conventions, and the form in which an equation can be run"),
                (RUNS, "Training runs", "networks of these primitives, and the boundaries that they learn"),
                (DIGIT, "Draw a digit", "a trained network answers, and shows what its gradient looks at"),
            ],
        )

    def runs(self, runs: Sequence[ShownRun]) -> str:
        """Return the page of the training runs."""
        says = "Networks of these primitives, and the boundaries that they learn"
        return self.page(
            "runs.html",
            RUNS,
            "Training runs",
            says,
            ["runs.js"],
            [(f"run-{run.name}", run.name) for run in runs],
            runs=runs,
        )

    def digit(self, network: Network) -> str:
        """Return the page on which a person draws a digit."""
        shown = []
        for step in steps(self.library, network):
            parts, width = displayed(step["latex"])
            shown.append({**step, "formula": Markup("".join(parts)), "width": f"{width:.1f}"})
        says = "A trained network answers in the browser, and shows what its gradient looks at"
        contents = [("drawing", "Your digit"), ("answer", "The answer"), ("gradient-title", "The gradient")]
        contents += [("seen-title", "What the network sees"), ("steps", "The equations")]
        scripts = ["model.js", "digit.js"]
        return self.page("digit.html", DIGIT, "Draw a digit", says, scripts, contents, network=network, steps=shown)


def _shown(document: Document, module: Module | None, verdict: Verdict, symbols: Symbols, line: int) -> str:
    block = document.block_at(line)
    assert block is not None
    return equation(block, module, verdict, colours(module, document.tagged), symbols)


def _contents(rest: Sequence[PageSection]) -> list[tuple[str, str]]:
    return [(section.slug, section.title) for section in rest if section.level == 2]


def _marked(section: PageSection) -> dict[str, Any]:
    html = {"heading": Markup(section.heading), "html": Markup(section.html)}
    return {"slug": section.slug, "looked_up": section.looked_up, "tally": _tally(section.html), **html}


def _tally(html: str) -> dict[str, str] | None:
    """Return what is said of the equations of a section in one line, and how they stand; None where there is none."""
    held, failed, unknown, not_run = (html.count(f'class="mark {s}"') for s in ("held", "failed", "unknown", "not-run"))
    if not held + failed + unknown + not_run:
        return None
    parts = [f"{held} equation{'s' if held != 1 else ''} run, {'all hold' if held > 1 else 'holds'}" if held else ""]
    if failed or unknown:
        parts = [f"{held} equations hold", f"{failed} do not hold" if failed else f"{unknown} were run, not all hold"]
    parts.append(f"{not_run} not run, for the reason given above it" if not_run else "")
    return {
        "says": "; ".join(part for part in parts if part),
        "state": "fails" if failed else "unknown" if unknown else "",
    }


def _explained(symbol: PageSymbol, links: Links) -> dict[str, Any]:
    """Return what is shown of a symbol."""
    return {
        "number": symbol.number,
        "formula": Markup(inline(symbol.latex)),
        "code": symbol.code,
        "shape": symbol.shape if symbol.shape != "()" else "a number",
        "meaning": Markup(line(symbol.meaning, links)),
        "example": Markup(inline(symbol.example)) if symbol.example else "",
    }


def _place(section: str, slugs: Collection[str]) -> str:
    """Return the section at whose end a picture stands; one without a section shows what is defined in the first."""
    wanted = section or "forward"
    return wanted if wanted in slugs else ""
