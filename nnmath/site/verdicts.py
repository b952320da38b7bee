"""What `make check` found, for the pages: `results/check.json`, or that there is none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from nnmath.site.library import Derivation


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
class Check:
    """One run of `make check`; `found` is None when there was none, or when its file cannot be read."""

    found: dict[str, Any] | None

    @property
    def state(self) -> str:
        """Return "holds", "fails" or "missing"."""
        if self.found is None:
            return "missing"
        return "holds" if self.found["ok"] else "fails"

    @property
    def stamp(self) -> str:
        """When it was, with which versions, and how many examples were drawn."""
        if self.found is None:
            return ""
        finished = datetime.fromisoformat(self.found["finished"])
        date = f"{finished.day} {finished:%B %Y, %H:%M} UTC"
        versions = self.found["versions"]
        return (
            f"{date}, with Python {versions['python']} and NumPy {versions['numpy']}; "
            f"{self.found['examples']:,} examples drawn for each row"
        )

    @property
    def totals(self) -> dict[str, int]:
        """How many equations were run and held, derivatives compared, properties held."""
        rows = self.found["rows"] if self.found else []
        properties = self.found["properties"].values() if self.found else []
        return {
            "run": sum(row.get("equations", {}).get("run", 0) for row in rows),
            "held": sum(row.get("equations", {}).get("held", 0) for row in rows),
            "compared": sum(row.get("differences", {}).get("compared", 0) for row in rows),
            "properties": sum(one["held"] for one in properties),
        }

    def of(self, derivation: Derivation) -> Verdict:
        """Return what was found out about a derivation; networks are rows of the derivation of that name."""
        found = self.found["rows"] if self.found else []
        rows = [row for row in found if row["name"].endswith(f" {derivation.name}") or row["name"] == derivation.name]
        rows.sort(key=lambda row: row["name"] != derivation.name)
        own: dict[str, Any] = next((row for row in rows if row["name"] == derivation.name), {})
        if not rows:
            return Verdict("missing", [], {}, {})
        state = "holds" if all(row["ok"] for row in rows) else "fails"
        if self._outdated(derivation, own):
            return Verdict("outdated", _sides(rows), {}, {})
        return Verdict(state, _sides(rows), _marks(derivation, own), _code_marks(own))

    def _outdated(self, derivation: Derivation, row: dict[str, Any]) -> bool:
        assert self.found is not None
        texts = {derivation.path: derivation.text}
        if derivation.module:
            texts[derivation.module.path] = derivation.module.text
        known = self.found.get("sources", {})
        digests = {path: sha256(text.encode()).hexdigest() for path, text in texts.items()}
        if any(known.get(path, digest) != digest for path, digest in digests.items()):
            return True
        return "equations" in row and row["equations"]["run"] > len(derivation.tags)


def read_check(path: Path) -> Check:
    """Read what the last `make check` wrote; a file that is missing or not whole is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        check = Check(found if isinstance(found, dict) else None)
        _ = check.stamp, check.totals, check.state
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Check(None)
    return check


def _marks(derivation: Derivation, row: dict[str, Any]) -> dict[str, str]:
    equations = row.get("equations")
    if not equations:
        return {}
    failed = set(map(str, equations.get("failed", ())))
    if equations["held"] < equations["run"] and not failed:
        return dict.fromkeys(derivation.tags, "unknown")
    return {tag: "failed" if tag in failed else "held" for tag in derivation.tags}


def _code_marks(row: dict[str, Any]) -> dict[str, str]:
    results = row.get("code", {}).get("results", [])
    return {one["tag"]: f"{one['error']:.2g} of {one['limit']:g} {_UNITS[one['unit']]}" for one in results}


_UNITS = {"ulp": "units in the last place", "eps": "ε"}


def _sides(rows: list[dict[str, Any]]) -> list[Side]:
    return [side for row in rows for side in _sides_of(row)]


def _sides_of(row: dict[str, Any]) -> list[Side]:
    sides = []
    if "equations" in row:
        run, held, not_run = (row["equations"][name] for name in ("run", "held", "not_run"))
        rest = f"{not_run} more marked as not run, with the reason" if not_run else "none left out"
        sides.append(Side("The equations", held == run, f"{held} of {run} hold", f"run to 30 digits, {rest}"))
    if row.get("code", {}).get("results"):
        results = row["code"]["results"]
        worst = max(results, key=lambda one: one["error"] / one["limit"])
        ok = all(one["error"] <= one["limit"] for one in results)
        unit = "ulp" if worst["unit"] == "ulp" else "ε"
        off = f"at most {worst['error']:.2g} {unit} off" if worst["error"] else "exact"
        detail = (
            f"in <code>{worst['name']}</code>, where {worst['limit']:g} are allowed; {row['code']['examples']} examples"
        )
        sides.append(Side("The code against them", ok, off, detail))
    if "differences" in row:
        one = row["differences"]
        name = "The backward pass" if "equations" in row else f"The backward pass of a {row['name']}"
        unjudged = f"{one['not_judged']:,} entries not judged" if one["not_judged"] else "none left unjudged"
        detail = f"{one['compared']:,} derivatives in {one['examples']:,} examples, {unjudged}"
        wrong = one["worst"] > 1 or (not row["ok"] and all(side.ok for side in sides))
        result = f"at most {one['worst']:.2g} error bars off" if one["worst"] else "exact"
        if wrong:
            result = "differs from finite differences, or could not be run to the end"
        sides.append(Side(name, not wrong, result, detail))
    return sides
