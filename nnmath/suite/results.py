"""What the checks found: one schema for the terminal, for ``--json``, for ``results/check.json`` and for the pages.

JSON knows no infinity: an error that is infinite or not a number is written as null, and read as infinity.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True)
class WrongEquation:
    """An equation that does not hold: its number, its line in the file, and what was found."""

    equation: str
    line: int
    message: str


@dataclass(frozen=True)
class EquationsSide:
    """The equations of a derivation.

    Attributes
    ----------
    run, held, not_run : int
        How many were run, how many of those hold, and how many are marked as not run.
    wrong : tuple of WrongEquation
    failure : str
        What does not hold, or why the derivation could not be read; empty where all is well.
    """

    run: int
    held: int
    not_run: int
    wrong: tuple[WrongEquation, ...] = ()
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether equations were run, and all of them hold."""
        return not self.failure and self.held == self.run > 0


@dataclass(frozen=True)
class ResultError:
    """The largest error of one result of the code.

    Attributes
    ----------
    name : str
        Of the result, in the code.
    tag : str
        The number of the equation that it is compared with.
    unit : str
        ``ulp``, or ``eps`` where the error is measured by the size of the terms.
    error, limit : float
        In these units.
    where : str
        The entry, and what was computed there.
    """

    name: str
    tag: str
    unit: str
    error: float
    limit: float
    where: str

    @property
    def ok(self) -> bool:
        """Whether the error is within the limit."""
        return self.error <= self.limit


@dataclass(frozen=True)
class CodeSide:
    """The code, compared with the equations of its derivation."""

    module: str
    examples: int
    results: tuple[ResultError, ...] = ()
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether results were compared, and all of them are within their limits."""
        return not self.failure and self.results != () and all(one.ok for one in self.results)

    @property
    def worst(self) -> ResultError | None:
        """The result that is furthest from its equation, as a share of what is allowed."""
        return max(self.results, key=lambda one: one.error / one.limit, default=None)


@dataclass(frozen=True)
class DifferencesSide:
    """The backward pass, compared with finite differences of the forward pass.

    Attributes
    ----------
    examples, compared, kinks, not_judged : int
        How many inputs were drawn, how many derivatives were compared there, how many of them lay on a kink, and how
        many could not be judged.
    worst, widest : float
        The largest deviation in error bars, and the widest error bar.
    worst_at : str
        Where the largest deviation was.
    """

    examples: int
    compared: int
    worst: float
    worst_at: str
    widest: float
    kinks: int
    not_judged: int
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether examples were checked, and every derivative that was compared is right."""
        return not self.failure and self.examples > 0


@dataclass(frozen=True)
class Row:
    """What was found about one derivation or network. A side that it does not have is None."""

    name: str
    equations: EquationsSide | None = None
    code: CodeSide | None = None
    differences: DifferencesSide | None = None

    @property
    def sides(self) -> tuple[EquationsSide | CodeSide | DifferencesSide, ...]:
        """The sides that it has."""
        return tuple(side for side in (self.equations, self.code, self.differences) if side is not None)

    @property
    def ok(self) -> bool:
        """Whether it has a side, and every side holds."""
        return self.sides != () and all(side.ok for side in self.sides)

    @property
    def failures(self) -> list[str]:
        """What does not hold, in words."""
        return [side.failure for side in self.sides if side.failure]


@dataclass(frozen=True)
class Properties:
    """The tests of a folder: how many hold, do not, and were skipped; or why they were not run."""

    held: int = 0
    broken: int = 0
    not_run: str = ""
    failure: str = ""
    skipped: int = 0

    @property
    def ok(self) -> bool:
        """Whether all that were run hold, and some were; or there are none to be run."""
        return bool(self.not_run) or (self.held > 0 and not self.broken)


@dataclass(frozen=True)
class SuiteResults:
    """One run of ``nnmath check`` over the catalogue, or over one entry of it.

    Attributes
    ----------
    rows : tuple of Row
    properties : dict
        By the folder of the tests.
    examples : int
        How many inputs were drawn for each row.
    sources : dict
        The sha256 of each file that was checked, by its path in the project.
    seconds : float
        How long it took.
    versions : dict
        Of Python and NumPy.
    finished : str
        When it ended, as ``2026-11-21T00:47:05Z``.
    """

    rows: tuple[Row, ...]
    properties: dict[str, Properties]
    examples: int
    seconds: float
    versions: dict[str, str]
    finished: str
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.rows != () and all(row.ok for row in self.rows) and all(one.ok for one in self.properties.values())


def to_json(results: Row | SuiteResults) -> dict[str, Any]:
    """Return what can be written as JSON; ``ok`` is written, too, for those who read no more than that."""
    found: dict[str, Any] = finite(asdict(results))
    if isinstance(results, SuiteResults):
        found["rows"] = [to_json(row) for row in results.rows]
    else:
        for name in ("equations", "code", "differences"):
            side = getattr(results, name)
            found[name] = side and {"ok": side.ok, **found[name]}
    return {"ok": results.ok, **found}


def from_json(kind: type[T], found: object) -> T:
    """Read what `to_json` made.

    Parameters
    ----------
    kind : type
        `SuiteResults`, or any other class of this module.
    found : object
        From ``json.loads``.

    Raises
    ------
    ValueError
        It is not of this form.
    """
    try:
        read: T = _read(kind, found)
    except (TypeError, KeyError) as error:
        raise ValueError(f"expected the results of a check, got something else: {error}") from None
    return read


def finite(value: Any) -> Any:
    """Replace NaN and infinity, which JSON does not have, by None."""
    if isinstance(value, dict):
        return {name: finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _read(kind: Any, found: Any) -> Any:
    """Read one value of a kind that is annotated."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if found is None else _read(arguments[0], found)
    if origin is tuple:
        return tuple(_read(arguments[0], one) for one in _of(list, found))
    if origin is dict:
        return {_of(str, name): _read(arguments[1], one) for name, one in _of(dict, found).items()}
    if isinstance(kind, type) and is_dataclass(kind):
        given, kinds = _of(dict, found), get_type_hints(kind)
        known = {one.name: _read(kinds[one.name], given[one.name]) for one in fields(kind) if one.name in given}
        make: Any = kind
        return make(**known)
    if kind is float:
        return math.inf if found is None else float(_of((int, float), found))
    return _of(kind, found)


def _of(kind: Any, found: Any) -> Any:
    if not isinstance(found, kind):
        expected = getattr(kind, "__name__", "a number")
        raise TypeError(f"expected {expected}, got {type(found).__name__}")
    return found if not isinstance(found, Mapping) else dict(found)
