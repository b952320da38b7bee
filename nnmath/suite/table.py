"""The results of the checks as text: a table with a row for each entry, the sides of the triangle as columns."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from nnmath.suite.results import Properties, Row, SuiteResults

HEADING = (
    f"{'':22}{'derivation':^12}  {'code against it':^21}  {'backward against finite differences':^49}\n"
    f"{'':22}{'equations':^12}  {'worst':^21}  {'examples':>8} {'compared':>9} {'worst':>6}  {'at':17} {'unjudged':>8}"
)
UNITS = (
    "code: units in the last place (ulp); 8 are allowed\n"
    "or, where terms cancel, epsilon times their size (eps); 8 and the length of the longest axis are allowed\n"
    "finite differences: in error bars; more than 1 is wrong; x[...] is a product with a random vector"
)


def line_of(row: Row) -> str:
    """Return the line of one row."""
    equations = f"{row.equations.held} of {row.equations.run}" if row.equations else "-"
    code = "-"
    if row.code is not None:
        worst = row.code.worst
        code = f"{worst.error:.2g} {worst.unit}, {worst.name}" if worst else "?"
    d = row.differences
    numbers = (
        f"{d.examples:>8,} {d.compared:>9,} {d.worst:>6.2g}  {d.worst_at:17} {d.not_judged:>8,}"
        if d
        else f"{'-':>8} {'-':>9} {'-':>6}  {'-':17} {'-':>8}"
    )
    return f"{row.name:22}{equations:^12}  {code:^21}  {numbers}  {'right' if row.ok else 'WRONG'}"


def table(results: SuiteResults, networks: Mapping[str, str], families: Mapping[str, str] | None = None) -> str:
    """Return the whole text.

    Parameters
    ----------
    results : SuiteResults
    networks : mapping
        The layers of each network that may be among the rows.
    families : mapping, optional
        By name the family of a row, under which it stands.
    """
    return "\n".join(_lines(results, networks, families or {}))


def _lines(results: SuiteResults, networks: Mapping[str, str], families: Mapping[str, str]) -> Iterator[str]:
    yield HEADING
    for family, rows in groupby(
        results.rows, lambda row: "networks" if row.name in networks else families.get(row.name)
    ):
        if len(results.rows) > 1 and family:
            yield f"\n{family}"
        yield from map(line_of, rows)
    yield ""
    yield from (f"{row.name}: {networks[row.name]}" for row in results.rows if row.name in networks)
    yield UNITS
    for folder, found in results.properties.items():
        yield f"{folder}: {_properties(found)}"
    for row in results.rows:
        yield from (f"\n{failure}" for failure in row.failures)
    yield from (f"\n{found.failure}" for found in results.properties.values() if found.failure)


def _properties(found: Properties) -> str:
    skipped = f", {found.skipped} skipped" if found.skipped else ""
    return found.not_run or f"{found.held} of {found.held + found.broken} hold{skipped}"
