"""Claims that fail and may define anew what is defined above: another function, choice or value of the same name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.notation.sums.one_example import ONE
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.notes import Notes
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side, quantities
from nnmath.notes.syntax.statements.roles import equation_of

#: Letters that one file may use for several functions.
_ANY_FUNCTION = frozenset(["f", "g", "h", "F", "G"])

#: With these words the text offers a choice; "or equivalently" does not.
_CHOICE = re.compile(
    r"(?:^|[.\n])\s*or\b(?!,? (?:equivalently|simply|in|more|written|equally))|\b(?:alternative(?:ly)?|instead)\b"
    r"|\banother (?:choice|common)\b|\bfor (?:binary |multi-?class |linear |logistic )?(?:classification|regression)\b",
    re.I,
)

#: The heading of a section, in Markdown and in LaTeX.
_HEADING = re.compile(
    r"^ {0,3}#{1,6}\s|^[^\n]+\n(?:={3,}|-{3,})\s*$|\\(?:sub)*(?:section|paragraph)(?![A-Za-z])|<h[1-6]", re.M
)

_ARITHMETIC = (tree.Number, tree.Sum, tree.Product, tree.Quotient, tree.Power, tree.Group)


@dataclass
class SecondDefinitions:
    """What claims of a file may define anew.

    Attributes
    ----------
    notes : Notes
        The file.
    base : Interpretation
        Its first reading.
    """

    notes: Notes
    base: Interpretation

    def is_compared(self, i: int) -> bool:
        """Whether a claim gives by a formula what an annotation defines, and is compared with that."""
        roles = self.base.unknowns.roles
        left, *others = roles[i].chain.sides
        name, _ = left_side(left)
        return not all(isinstance(one, tree.Number) for one in others) and any(
            role.name == name != "" and equation_of(number) in self.notes.annotated for number, role in roles.items()
        )

    def of(self, i: int) -> Iterator[str]:
        """Yield why a claim that fails may be a definition."""
        if name := self._defines_anew(i):
            yield f"{name} is defined above; this may be another function of the same name"
        if name := self._is_a_premise(i):
            yield f"{name} is defined above; what follows is said of this one"
        if name := self._is_another_choice(i):
            yield f"{name} is defined above; the text offers this as another one"
        if name := self._has_another_value(i):
            yield f"{name} is another number above; % nnmath: new part begins a part in which it is this one"
        if name := self._has_example_values(i):
            yield f"{name} is defined above; % nnmath: new part begins a part in which it has these values"
        if name := self._is_another_update(i):
            yield f"{name} has another update above; % nnmath: new part begins a part that is by itself"
        if name := self._had_any_function(i):
            yield f"{name} is defined above by a function that the notes do not define; it may be another one here"
        if name := self._is_of_another_section(i):
            yield f"{name} is defined in another section; % nnmath: new part begins a part that is by itself"
        if name := self._uses_a_later_section(i):
            yield f"{name} is defined in a section below; % nnmath: new part begins a part that is by itself"

    def _defines_anew(self, i: int) -> str:
        """Return a function that a claim gives by a formula, as if it was not defined above by another one."""
        roles = self.base.unknowns.roles
        left, *others = roles[i].chain.sides
        if (name := left_side(left)[0]) and self._is_of_one_example(name, others):
            return name
        defined = {role.name for role in roles.values()} & _ANY_FUNCTION - {roles[i].defines}
        if (
            not isinstance(left, tree.Call)
            or left.function not in defined
            or not all(isinstance(one, tree.Name) for one in left.arguments)
        ):
            return ""
        if {tree.base_name(one) for one in left.arguments} <= {role.name for role in roles.values()}:
            return ""  # the value at something that is defined, f(x^*)
        uses = set().union(*map(trees.names, others))
        return "" if left.primes or left.function in uses or any(map(has_derivative, others)) else left.function

    def _is_a_premise(self, i: int) -> str:
        """Return what a claim gives by a formula, from which something is said to follow: L = d^2, so L' = 2 d."""
        left, *others = self.base.unknowns.roles[i].chain.sides
        said = 0 <= i < len(self.notes.equations) and self.notes.equations[i].statement.is_premise
        return left_side(left)[0] if said and not any(map(has_derivative, others)) else ""

    def _is_another_choice(self, i: int) -> str:
        """Return what a claim gives by a formula, where the text says "or", "for classification", "alternatively"."""
        left, *others = self.base.unknowns.roles[i].chain.sides
        offered = 0 <= i < len(self.notes.equations) and _CHOICE.search(self.notes.equations[i].statement.before)
        return left_side(left)[0] if offered and not any(map(has_derivative, others)) else ""

    def _has_another_value(self, i: int) -> str:
        """Return a symbol that a claim sets to a number and a definition above to another one: a second case."""
        roles = self.base.unknowns.roles
        numbers = {role.name for role in roles.values() if role.name and _has_only_numbers(role.chain.sides[1])}
        left, *others = roles[i].chain.sides
        name = tree.base_name(left)
        return name if name in numbers and isinstance(left, tree.Name) and all(map(_has_only_numbers, others)) else ""

    def _has_example_values(self, i: int) -> str:
        """Return a symbol that depends on others, and that a claim sets to a matrix of numbers, or to a decimal one."""
        left, *others = self.base.unknowns.roles[i].chain.sides
        name = left.name if isinstance(left, tree.Name) else ""
        values = [node for side in others for node in tree.walk(side)]
        examples = any(isinstance(one, tree.Matrix) or (isinstance(one, tree.Number) and "." in one.text)
                       for one in values)  # fmt: skip
        numbers = all(isinstance(one, (*_ARITHMETIC, tree.Matrix)) for one in values)
        scope = self.base.found.model.scope
        free = scope.inputs.keys() & self.base.uses(i)  # without any the value can be compared
        return name if examples and numbers and free and name in scope.definitions else ""

    def _is_another_update(self, i: int) -> str:
        """Return what a claim gives from its step before, by other quantities than a definition above."""
        roles, (left, *others) = self.base.unknowns.roles, self.base.unknowns.roles[i].chain.sides
        name = tree.base_name(left)
        above = [quantities(role.chain.sides[1]) for number, role in roles.items()
                 if role.name == name != "" and equation_of(number) != i]  # fmt: skip
        here = set().union(*map(quantities, others))
        if name not in here or not isinstance(left, tree.Element) or any(map(has_derivative, others)):
            return ""
        return name if any(name in there and there != here for there in above) else ""

    def _had_any_function(self, i: int) -> str:
        """Return what a claim gives by a formula, and a definition above by a function that has none.

        That is so for one layer, L, or where it is any function by its letter, x = g(t).
        """
        roles, (left, *others) = self.base.unknowns.roles, self.base.unknowns.roles[i].chain.sides
        name, indices = tree.base_name(left), left.indices if isinstance(left, tree.Element) else ()
        bodies = [role.chain.sides[1] for role in roles.values() if role.name == name]
        functions = self.base.undefined & self.notes.how.functions
        if not any(isinstance(one, tree.Number) or one == tree.Name("L", at=one.at) for one in indices):
            functions &= _ANY_FUNCTION - set().union(*map(trees.names, others))
        called = any(isinstance(body, tree.Call) and body.function in functions for body in bodies)
        return "" if not called or any(map(has_derivative, others)) else name

    def _is_of_another_section(self, i: int) -> str:
        """Return what a claim gives by a formula of other quantities than the definition in a section above has."""
        roles, chain = self.base.unknowns.roles, self.base.unknowns.roles[i].chain
        name, _ = left_side(chain.sides[0])
        above = {j: role for j, role in roles.items() if role.name == name != ""}
        if not above or i < 0 or any(map(has_derivative, chain.sides)):
            return ""
        (number, role), *_ = above.items()
        begin = equation_of(number)
        headed = 0 <= begin < i and self._is_headed(begin, i)
        return name if headed and quantities(role.chain.sides[1]) != quantities(chain.sides[1]) else ""

    def _uses_a_later_section(self, i: int) -> str:
        """Return what a claim depends on and a section below defines."""
        uses = self.base.uses(i)
        roles = self.base.unknowns.roles.items()
        below = [(role.name, equation_of(number)) for number, role in roles if role.name in uses]
        return next((name for name, number in below if 0 <= i < number and self._is_headed(i, number)), "")

    def _is_headed(self, begin: int, end: int) -> bool:
        """Whether a heading stands between two equations."""
        return any(_HEADING.search(one.statement.before) for one in self.notes.equations[begin + 1 : end + 1])

    def _is_of_one_example(self, name: str, others: Sequence[tree.Expr]) -> bool:
        """Whether a symbol is defined for one example, and these bodies are those for all of them."""
        bodies = [role.chain.sides[1] for role in self.base.unknowns.roles.values() if role.name == name]
        ones = {one.removesuffix(ONE) for body in bodies for one in trees.names(body) if one.endswith(ONE)}
        return bool(ones & set().union(*map(trees.names, others)))


def _has_only_numbers(node: tree.Expr) -> bool:
    """Whether an expression holds nothing but numbers."""
    return all(isinstance(one, _ARITHMETIC) for one in tree.walk(node))
