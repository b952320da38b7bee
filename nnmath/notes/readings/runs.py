"""One reading of a file of notes, and what comes of its equations when they are run in it or in another one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from nnmath.latex import run
from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.claims.running import MOST_SIMPLIFIED, MOST_WORK
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.notes import Notes
from nnmath.notes.shapes.model import Model
from nnmath.notes.syntax import trees

#: How many operations one equation may take in one reading.
MOST_WORK_FOR_READING = MOST_WORK / 8

#: What holds for fewer examples, and has no value for others, holds by chance perhaps.
FEWEST = 3


@dataclass
class Runs:
    """The equations of a file of notes, as they are run one by one.

    Attributes
    ----------
    notes : Notes
        The file.
    base : Interpretation
        Its first reading.
    examples, seed : int
        How many examples each equation is judged for, and what chooses them.
    results : dict
        What came of the equations in the first reading.
    held : set of int
        The claims that hold in another one, as far as they have been judged.
    undecided : set of int
        The claims for which it took too long to find out whether they hold in some reading.
    functions_held : set of str
        What functions are that the file does not define, in readings in which claims hold.
    simplified : set of str
        The claims for which the simplest inputs at which they do not hold were looked for; of the first ones alone.
    """

    notes: Notes
    base: Interpretation
    examples: int
    seed: int
    results: dict[int, EquationResult] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    undecided: set[int] = field(default_factory=set)
    functions_held: set[str] = field(default_factory=set)
    simplified: set[str] = field(default_factory=set)
    _comparing: dict[int, bool] = field(default_factory=dict)

    def run(self, model: Model, equation: Equation, simplest: bool = False, more: int = 1) -> EquationResult:
        """Run one equation, if wanted to the simplest inputs at which it does not hold; or with `more` work.

        One that has a value for few examples, as logarithms of determinants, is run for more of them; so is one that
        holds and compares quantities.
        """
        derivation = model.derivation(self.notes.path, [equation])
        if simplest := simplest and len(self.simplified) < MOST_SIMPLIFIED:
            self.simplified.add(equation.block.tag)
        work = MOST_WORK_FOR_READING * (2 if simplest else more)
        result = run(derivation, self.examples, self.seed, shrink=simplest, work=work, total=False).results[0]
        few = result.judged < FEWEST <= result.not_judged
        if result.ok and equation.definition is None and (few or self._compares(int(equation.block.tag))):
            many = 8 * self.examples
            return run(derivation, many, self.seed, shrink=simplest, work=work, total=False).results[0]
        return result

    def _compares(self, i: int) -> bool:
        r"""Whether quantities are compared in a claim, as in ``\max(0, m - d)``: m > d may be seldom drawn."""
        if i not in self._comparing:
            self._comparing[i] = any(map(_has_branches, self._chains(i)))
        return self._comparing[i]

    def first(self, i: int) -> EquationResult | None:
        """Return what came of an equation; of a claim with few values or with branches, what does for many more."""
        result = self.results.get(i)
        if not result or not result.ok or self.base.unknowns.roles[i].name:
            return result
        if 4 * result.judged < result.not_judged or self._compares(i):
            model = self.base.found.model
            self.results[i] = replace(self, examples=8 * self.examples).run(model, model.equations[i])
        return self.results.get(i)

    def not_by_chance(self, model: Model, i: int, decides: bool = True, is_often_zero: bool = False) -> EquationResult:
        """Run a claim; for more examples where its sides are 0, or terms of it often are, as those of ReLU.

        What takes too long is tried for a few examples, which may refute it; otherwise it is not decided. That of
        another smooth function is, for what is wrong for one is not right for all.
        """
        result = self.run(model, model.equations[i])
        if result.refutation is not None and "too long" in result.refutation.reason:
            few = replace(self, examples=max(1, self.examples // 4)).run(model, model.equations[i], more=4)
            if few.refutation is not None and few.refutation.left is not None:
                return few
            if decides:
                self.undecided.add(i)
            return result
        if result.ok and (is_often_zero or self.is_zero(model, model.equations[i])):
            more = replace(self, examples=8 * self.examples)
            return more.run(model, model.equations[i])
        return result

    def is_zero(self, model: Model, equation: Equation) -> bool:
        """Whether the sides of an equation that holds are 0 at all inputs that are tried."""
        zero = tree.Number("0", at=equation.sides[0].at)
        sides = (equation.sides[0], zero)
        return self.run(model, replace(equation, sides=sides, relations=("=",), texts=("", ""), definition=None)).ok

    def uses(self, i: int) -> frozenset[str]:
        """Return the symbols that a claim depends on."""
        return self.base.uses(i)

    def uses_of_side(self, i: int, k: int) -> frozenset[str]:
        """Return the symbols that a side of a claim depends on."""
        return frozenset(self.base.found.model.scope.uses(self.base.unknowns.roles[i].chain.sides[k]))

    def is_about_derivatives(self, i: int) -> bool:
        """Whether a derivative stands in a claim, or in the definition of what it speaks of."""
        return any(map(has_derivative, self._chains(i)))

    def is_about_expectations(self, i: int) -> bool:
        """Whether an expectation stands there."""
        return any(tree.Expected in tree.kinds(chain) for chain in self._chains(i))

    def _chains(self, i: int) -> list[tree.Chain]:
        """Return a claim, and the definitions of what it speaks of."""
        roles, uses = self.base.unknowns.roles, self.uses(i)
        return [roles[i].chain, *(role.chain for role in roles.values() if role.name in uses)]


def _has_branches(chain: tree.Chain) -> bool:
    """Whether a quantity is compared with another one in an equation."""
    nodes = list(tree.walk(chain))
    conditions = [one.condition for one in nodes if isinstance(one, tree.Case) and one.condition is not None]
    extremes = [one for one in nodes if isinstance(one, tree.Call) and one.function in ("max", "min")]
    return any(len(trees.names(one) - trees.index_letters(one) - {"max", "min"}) > 1 for one in conditions + extremes)
