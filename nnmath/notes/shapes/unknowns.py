"""What is looked for in a file, how many dimensions each symbol has, and what is found: every dimension with a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from nnmath.latex import DerivationError, Place, ShapeError
from nnmath.latex.symbols.dimensions import OPEN, Dim, is_any, is_calculated, names_in, replaced
from nnmath.latex.syntax import tree
from nnmath.notes.shapes.known_before import is_given
from nnmath.notes.shapes.model import Model, Quantity
from nnmath.notes.shapes.remembered import Remembered
from nnmath.notes.shapes.runnable import model_of
from nnmath.notes.shapes.windows import windows
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role, in_order
from nnmath.sampling import Domain


@dataclass
class Unknowns:
    """What is looked for.

    Attributes
    ----------
    roles : dict
        The equations.
    given : dict
        What an annotation says of symbols.
    free : dict
        For every other symbol that is not defined how many dimensions it may have, the most usual first.
    delayed : dict
        The same for symbols that are defined by their earlier steps.
    dimensions : frozenset of str
        The names of dimensions.
    domains : dict
        What the values of symbols may be.
    drawn : dict
        The lines that say how something is distributed.
    stars : bool
        Whether products are written with a star.
    """

    roles: dict[int, Role]
    given: dict[str, Quantity]
    free: dict[str, dict[int, float]]
    delayed: dict[str, dict[int, float]]
    dimensions: frozenset[str]
    domains: dict[str, Domain] = field(default_factory=dict)
    drawn: dict[int, tree.Chain] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    results: dict[str, int] = field(default_factory=dict)
    lengths: dict[Dim, Dim] = field(default_factory=dict)
    stars: bool = False

    def __post_init__(self) -> None:
        """Put the equations in order once, and look for windows."""
        self.order = in_order(self.roles)
        self.results, self.lengths = windows(
            self.roles.values(), dict.fromkeys(self.free, ()) | {name: one.dims for name, one in self.given.items()}
        )

    @property
    def firsts(self) -> list[str]:
        """The recursions that begin with something that the notes do not define."""
        defined = {role.name for role in self.roles.values()}
        return [name for name in self.delayed if f"{name}_{{0}}" not in defined]

    def model(self, ranks: Mapping[str, int], remembered: Remembered | None = None) -> Model:
        """Return the model in which symbols have so many dimensions, all of them open."""
        inputs = {name: _opened(one) for name, one in self.given.items()}
        for name in self.free:
            inputs[name] = Quantity(_open(name, ranks[name]), self.domains.get(name, Domain()))
        for name in self.firsts:
            inputs[f"{name}_{{0}}"] = Quantity(_open(name, ranks[name])[1:])
        delayed = {name: _open(name, ranks[name]) for name in self.delayed}
        delayed |= {name: _open(name, rank) for name, rank in self.results.items() if name not in delayed}
        return model_of(self.roles, self.order, inputs, self.dimensions, delayed, self.drawn.values(), self.lengths,
                        self.stars, remembered)  # fmt: skip


def _open(name: str, rank: int) -> tuple[Dim, ...]:
    return tuple(f"{OPEN}{name}.{i}" for i in range(rank))


def _opened(one: Quantity) -> Quantity:
    """Open the dimensions that an annotation gives: equations may say that one of them is another's."""
    classes = OPEN + one.domain.classes if isinstance(one.domain.classes, str) else one.domain.classes
    return Quantity(tuple(map(_opened_dim, one.dims)), replace(one.domain, classes=classes))


def _parts(dim: Dim) -> Iterable[Dim]:
    """Return a dimension, or those that it is calculated from."""
    return names_in(dim) if is_calculated(dim) else (dim,)


def _opened_dim(dim: Dim) -> Dim:
    """Open a dimension, or those that it is calculated from; a number is no other one."""
    if str(dim).isdigit():
        return dim
    return replaced(dim, OPEN.__add__) if is_calculated(dim) else f"{OPEN}{dim}"


@dataclass(frozen=True)
class Found:
    """The best assignment: the model, with every dimension named, and how many dimensions each symbol has.

    `tied` are the claims whose shapes fit only if dimensions are equal that are not equal elsewhere.
    """

    model: Model
    tied: frozenset[int]
    ranks: dict[str, int]
    quantities: dict[str, Quantity]


def named(unknowns: Unknowns, ranks: Mapping[str, int], tied: int | None = None) -> Found:
    """Give every dimension that is open a name, and check the equations with these.

    With the number of a claim in `tied`, dimensions are equal as far as its shapes need that.
    """
    open_model = unknowns.model(ranks)
    if tied is not None:
        open_model.found = open_model.tied[tied]
    given = [dim for one in unknowns.given.values() for dim in one.dims]
    taken = set(unknowns.dimensions).union(*map(names_in, given))
    taken |= {name for role in unknowns.roles.values() for name in trees.names(role.chain)}
    names: dict[Dim, Dim] = {}
    given += [one.domain.classes for one in unknowns.given.values() if isinstance(one.domain.classes, str)]
    for dim in chain.from_iterable(map(_parts, given)):
        if is_given(OPEN + str(dim)):
            names.setdefault(open_model.resolved(OPEN + str(dim)), dim)

    open_now: list[Dim] = []

    def name_of(dim: Dim) -> Dim:
        known = open_model.resolved(dim)
        if is_calculated(known):
            if known in open_now:
                raise DerivationError("a dimension would be calculated from itself", Place(1, 1))
            open_now.append(known)
            try:
                return replaced(known, name_of)
            finally:
                open_now.pop()
        if not is_any(known):
            return known
        if known not in names:
            names[known] = next(one for one in _letters() if one not in taken)
            taken.add(str(names[known]))
        return names[known]

    def quantity(name: str) -> Quantity:
        domain = unknowns.domains.get(name, Domain())
        if domain.kind == "probabilities" and not ranks[name]:
            domain = Domain()  # what is a number in this reading has no sum
        if str(domain.classes).startswith(OPEN):
            domain = replace(domain, classes=str(name_of(domain.classes)))
        return Quantity(tuple(map(name_of, _open(name, ranks[name]))), domain)

    quantities = {name: Quantity(tuple(name_of(_opened_dim(dim)) for dim in one.dims), _named(one.domain, name_of))
                  for name, one in unknowns.given.items()}  # fmt: skip
    quantities |= {name: quantity(name) for name in unknowns.free}
    delayed = {name: tuple(map(name_of, _open(name, ranks[name]))) for name in unknowns.delayed}
    delayed |= {name: tuple(map(name_of, _open(name, rank))) for name, rank in unknowns.results.items()
                if name not in delayed}  # fmt: skip
    firsts = {f"{name}_{{0}}": Quantity(delayed[name][1:]) for name in unknowns.firsts}
    model = model_of(unknowns.roles, unknowns.order, {**quantities, **firsts}, unknowns.dimensions, delayed,
                     unknowns.drawn.values(), stars=unknowns.stars)  # fmt: skip
    for i, error in open_model.problems.items():  # that dimensions with names differ follows from it
        if i in model.problems and not isinstance(error, ShapeError):
            model.problems[i] = error
    return Found(model, frozenset(open_model.tied), dict(ranks), quantities)


def _named(domain: Domain, name_of: Callable[[Dim], Dim]) -> Domain:
    """Return the domain with the name of the dimension that its labels count."""
    classes = domain.classes
    return replace(domain, classes=str(name_of(OPEN + classes))) if isinstance(classes, str) else domain


def _letters() -> Iterable[str]:
    """Yield names for dimensions: capital letters, then capital letters with a number."""
    letters = "DMKPQNRSTUVGHBFZX"
    yield from letters
    for i in range(1, 100):
        for letter in letters:
            yield f"{letter}{i}"
