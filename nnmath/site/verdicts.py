"""What the last `nnmath check` and `nnmath accuracy` found, as the pages show it, or that there is none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from nnmath.files import read_json
from nnmath.site.library import DerivationFile
from nnmath.site.sweeps import SweptFunction, read_sweeps
from nnmath.suite.catalogue import catalogue, derivations_folder
from nnmath.suite.mathematics_digest import mathematics_digest
from nnmath.suite.results import CodeSide, DifferencesSide, EquationsSide, Row, SuiteResults, from_json

_UNITS = {"ulp": "units in the last place", "eps": "ε"}


@dataclass(frozen=True)
class Side:
    """One side of the triangle: what was compared, in words, and whether it holds."""

    name: str
    ok: bool
    result: str
    detail: str


@dataclass(frozen=True)
class Verdict:
    """What was found out about one derivation and its module.

    Attributes
    ----------
    state : str
        "holds"; "fails"; "outdated", when the text or the code is no longer what was run; "missing".
    sides : list of Side
        The sides that were run.
    marks : mapping
        For each equation that was run "held" or "failed", or "unknown" when it is not recorded which one failed.
    code : mapping
        For each equation that the code was compared with how far off it was.
    """

    state: str
    sides: list[Side]
    marks: Mapping[str, str]
    code: Mapping[str, str]


@dataclass(frozen=True)
class LastCheck:
    """One run of `nnmath check`; `found` is None when there was none, or when its file cannot be read.

    With it go the sweeps over the float32 inputs.
    """

    found: SuiteResults | None
    sweeps: Sequence[SweptFunction] = ()

    @property
    def state(self) -> str:
        """Return "holds", "fails" or "missing"."""
        if self.found is None:
            return "missing"
        return "holds" if self.found.ok else "fails"

    @property
    def stamp(self) -> str:
        """When it was, with which versions, and how many examples were drawn."""
        if self.found is None:
            return ""
        finished = datetime.fromisoformat(self.found.finished)
        date = f"{finished.day} {finished:%B %Y, %H:%M} UTC"
        versions = self.found.versions
        return (
            f"{date}, with Python {versions['python']} and NumPy {versions['numpy']}; "
            f"{self.found.examples:,} examples drawn for each row"
        )

    @property
    def totals(self) -> dict[str, int]:
        """How many equations were run and held, derivatives compared, properties held."""
        rows = self.found.rows if self.found else ()
        properties = self.found.properties.values() if self.found else ()
        return {
            "run": sum(row.equations.run for row in rows if row.equations),
            "held": sum(row.equations.held for row in rows if row.equations),
            "compared": sum(row.differences.compared for row in rows if row.differences),
            "properties": sum(one.held for one in properties),
        }

    def of(self, derivation: DerivationFile) -> Verdict:
        """Return what was found out about a derivation; networks are rows of the derivation of that name."""
        found = self.found.rows if self.found else ()
        rows = [row for row in found if row.name.endswith(f" {derivation.name}") or row.name == derivation.name]
        rows.sort(key=lambda row: row.name != derivation.name)
        own = next((row for row in rows if row.name == derivation.name), Row(derivation.name))
        swept = [
            Side(sweep.where, sweep.ok, sweep.result, sweep.detail)
            for sweep in self.sweeps
            if sweep.name == derivation.name and sweep.digest == mathematics_digest(catalogue()[sweep.name])
        ]
        if not rows:
            return Verdict("missing", swept, {}, {})
        state = "holds" if all(row.ok for row in rows) else "fails"
        sides = [side for row in rows for side in _sides(row)] + swept
        if self._outdated(derivation, own):
            return Verdict("outdated", sides, {}, {})
        return Verdict(state, sides, _marks(derivation, own.equations), _code_marks(own.code))

    def _outdated(self, derivation: DerivationFile, row: Row) -> bool:
        assert self.found is not None
        if _changed(derivation, self.found.sources):
            return True
        return row.equations is not None and row.equations.run > len(derivation.tags)


def read_check(results: Path) -> LastCheck:
    """Read what the last `nnmath check` and `nnmath accuracy` wrote; a file that is missing or not whole is none.

    Before the first sweep here, the one that the derivations bring along is shown.
    """
    sweeps = read_sweeps(results / "accuracy.json") or read_sweeps(derivations_folder() / "accuracy.json")
    try:
        check = LastCheck(from_json(SuiteResults, read_json(results / "check.json")), sweeps)
        _ = check.stamp
    except (OSError, ValueError, KeyError, OverflowError):
        return LastCheck(None, sweeps)
    return check


def _changed(derivation: DerivationFile, sources: Mapping[str, str]) -> bool:
    """Whether the derivation or its module is not what these digests are of."""
    texts = {derivation.path: derivation.text}
    if derivation.module:
        texts[derivation.module.path] = derivation.module.text
    digests = {path: sha256(text.encode()).hexdigest() for path, text in texts.items()}
    return any(sources.get(path, digest) != digest for path, digest in digests.items())


def _marks(derivation: DerivationFile, equations: EquationsSide | None) -> dict[str, str]:
    if equations is None:
        return {}
    failed = {one.equation for one in equations.wrong}
    if equations.held < equations.run and not failed:
        return dict.fromkeys(derivation.tags, "unknown")
    return {tag: "failed" if tag in failed else "held" for tag in derivation.tags}


def _code_marks(code: CodeSide | None) -> dict[str, str]:
    results = code.results if code else ()
    return {one.tag: f"{one.error:.2g} of {one.limit:g} {_UNITS[one.unit]}" for one in results}


def _sides(row: Row) -> Iterator[Side]:
    if row.equations:
        yield _equations(row.equations)
    if row.code and row.code.worst:
        yield _code(row.code)
    if row.differences:
        yield _differences(row.differences, "" if row.equations else f" of a {row.name}")


def _equations(found: EquationsSide) -> Side:
    rest = f"{found.not_run} more marked as not run, with the reason" if found.not_run else "none left out"
    result = f"{found.held} of {found.run} hold"
    return Side("The equations", found.ok, result, f"run to 30 digits, {rest}")


def _code(found: CodeSide) -> Side:
    worst = found.worst
    assert worst is not None
    unit = "ulp" if worst.unit == "ulp" else "ε"
    off = f"at most {worst.error:.2g} {unit} off" if worst.error else "exact"
    detail = f"in <code>{worst.name}</code>, where {worst.limit:g} are allowed; {found.examples} examples"
    return Side("The code against them", found.ok, off, detail)


def _differences(found: DifferencesSide, whose: str) -> Side:
    unjudged = f"{found.not_judged:,} entries not judged" if found.not_judged else "none left unjudged"
    detail = f"{found.compared:,} derivatives in {found.examples:,} examples, {unjudged}"
    result = f"at most {found.worst:.2g} error bars off" if found.worst else "exact"
    if not found.ok:
        result = "differs from finite differences, or could not be run to the end"
    return Side(f"The backward pass{whose}", found.ok, result, detail)
