"""What one example says about one equation: whether its sides are equal there, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.derivation_report import Refutation, listed
from nnmath.latex.claims.drawn_examples import inputs_of
from nnmath.latex.claims.judging import PRECISIONS, Judgement, PreparedExample, judged_link
from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls, jets
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.numbers.work import TooMuchWork, at_most, left
from nnmath.latex.semantics.application import applied
from nnmath.latex.semantics.evaluation import Environment
from nnmath.latex.symbols.dimensions import is_any
from nnmath.latex.symbols.scope import Definition

#: How much work one equation takes for one example at most, in operations.
MOST_WORK_FOR_ONE = 3_000_000


@dataclass(frozen=True)
class Outcome:
    """What one example says about one equation."""

    judged: int = 0
    not_judged: int = 0
    refutation: Refutation | None = None
    differing: frozenset[int] = frozenset()
    too_long: bool = False


def judge(equation: Equation, case: PreparedExample) -> Outcome:
    """Judge one equation for one example."""
    try:
        with at_most(min(MOST_WORK_FOR_ONE, left() / 4)):
            outcome = _chain(equation, case)
    except TooMuchWork:
        return Outcome(too_long=True)
    except Undefined as error:
        outcome = Outcome(refutation=Refutation(str(error), computed=False))
    except (ArithmeticError, ValueError, MemoryError, RecursionError) as error:
        outcome = Outcome(refutation=Refutation(f"it cannot be computed: {error}", computed=False))
    if outcome.refutation:
        return replace(outcome, refutation=replace(outcome.refutation, values=_values(equation, case)))
    return outcome


def _values(equation: Equation, case: PreparedExample) -> dict[str, str]:
    """Print those inputs of an example that the equation depends on."""
    if case.example is None:
        return {}
    scope = case.stage.scope
    used = frozenset[str]().union(*(scope.uses(side) for side in equation.sides))
    if equation.definition:
        used |= equation.definition.uses | set(equation.definition.parameters)
    values = case.example.values
    return {symbol.latex: listed(*values[symbol.name]) for symbol in inputs_of(scope) if symbol.name in used}


def _chain(equation: Equation, case: PreparedExample) -> Outcome:
    if equation.relations == (":=",):
        return _definition(equation, case)
    total = Outcome()
    for link, relation in enumerate(equation.relations):
        if relation == ":=":
            continue
        one = _link(equation, link, case)
        total = Outcome(
            total.judged + one.judged,
            total.not_judged + one.not_judged,
            one.refutation,
            total.differing | one.differing,
        )
        if one.refutation:
            break
    return total


def _definition(equation: Equation, case: PreparedExample) -> Outcome:
    """Judge a definition: it claims nothing, but it has to have a value."""
    definition = equation.definition
    if definition is None:  # an input is given a value, which the reader has checked
        return Outcome(judged=1)
    for bits in PRECISIONS:
        with balls.precision(bits):
            here = case.at(bits)
            if definition.parameters:
                found = applied(here, definition, _any_arguments(here, definition))
            else:
                found = here.value(definition.name)
        value = jets.primal(found)
        finite = sum(map(balls.is_finite, value.data.flat))
        if finite == value.data.size or case.has_no_value(bits, *value.data.flat):
            break
    case.refuse_without_value(definition.body, value)
    return Outcome(finite, value.data.size - finite)


def _any_arguments(here: Environment, function: Definition) -> list[Array]:
    """Return arguments for a function: what their letters stand for in claims, or ones, of lengths that fit."""
    shapes = dict(zip(function.parameters, function.parameter_shapes, strict=True))
    given = {letter: here.value(letter) for letter, shape in shapes.items()
             if here.has(letter) and jets.primal(here.value(letter)).rank == len(shape.dims)}  # fmt: skip
    lengths = dict[str, int]()
    for letter in given:
        for dim, length in zip(shapes[letter].dims, jets.primal(given[letter]).shape, strict=True):
            lengths.setdefault(str(dim), length)
    arguments = list[Array]()
    for letter, shape in shapes.items():
        sizes = tuple(lengths.get(str(dim), 2) if is_any(dim) else here.size(dim) for dim in shape.dims)
        fits = letter in given and jets.primal(given[letter]).shape == sizes
        arguments.append(given[letter] if fits else Tensor((), np.full(sizes, balls.ONE, dtype=object)))
    return arguments


def _link(equation: Equation, link: int, case: PreparedExample) -> Outcome:
    found = judged_link(equation, link, case)
    judgements = [entry.judgement for entry in found]
    # between one-sided derivatives anything may be claimed: that confirms nothing but what is claimed at this one point
    judged = judgements.count(Judgement.HOLDS) + judgements.count(Judgement.FAILS)
    judged += judgements.count(Judgement.WITHIN) if case.stage.worked else 0
    outcome = Outcome(judged, len(found) - judged)
    if equation.relations[link] == "≠":
        return replace(outcome, differing=frozenset([link] if Judgement.HOLDS in judgements else []))
    wrong = next((entry for entry in found if entry.judgement is Judgement.FAILS), None)
    if wrong is None:
        return outcome
    return replace(outcome, refutation=Refutation("", link, wrong.left, wrong.right, wrong.where))
