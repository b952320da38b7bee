"""Reading a derivation: block after block, each checked with what is known from the blocks above."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from nnmath.latex.claims.code_results import side_that_computes
from nnmath.latex.claims.declared_derivatives import convention_of, declares_derivative
from nnmath.latex.claims.declared_distributions import distribution_of
from nnmath.latex.claims.definitions import check_links, definition_of, length_of, sizes_given
from nnmath.latex.claims.derivation import Assignment, Derivation, Equation, Stage
from nnmath.latex.claims.environments import refuse_outside_domain
from nnmath.latex.claims.first_steps import begins_recursion, with_first_steps
from nnmath.latex.claims.imports import with_imports
from nnmath.latex.claims.lengths import longest
from nnmath.latex.document import Block, Document
from nnmath.latex.errors import DerivationError, naming_the_equation, naming_the_file
from nnmath.latex.markdown import read_document, read_document_text
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.source import read_source
from nnmath.latex.symbols.dimensions import OPEN, Dim, is_any
from nnmath.latex.symbols.scope import Definition, Scope
from nnmath.latex.symbols.table import read_symbols
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import PI
from nnmath.latex.syntax.tree import base_name

WORKED_EXAMPLE = "A worked example"


def read(path: str | Path) -> Derivation:
    """Read a derivation and check it; nothing is run yet.

    Parameters
    ----------
    path : str or Path
        A Markdown file of the form that ``derivations/README.md`` describes.

    Raises
    ------
    DerivationError
        Something is not understood; says where and what.
    """
    return _read(Path(path), 0)


#: What has been read, by its path: a derivation never changes, and each is asked for by many.
_READ: dict[str, _Read] = {}


@dataclass(frozen=True)
class _Read:
    """A derivation, and the text that each file had which it was read from: its own, and those that it cites."""

    derivation: Derivation
    texts: dict[str, str]

    def is_current(self) -> bool:
        with suppress(OSError, DerivationError):  # a file is gone, or no text any more
            return all(read_source(path) == text for path, text in self.texts.items())
        return False


def _read(path: Path, depth: int) -> Derivation:
    name = str(path)
    if name not in _READ or not _READ[name].is_current():
        document, cited = read_document(path), dict[str, str]()
        _READ[name] = _Read(_understood(document, depth, cited), {name: document.text, **cited})
    return _READ[name].derivation


def read_text(text: str, path: str = "<derivation>") -> Derivation:
    """Read a derivation from its text; `path` is what messages call it."""
    return _understood(read_document_text(text, path), 0, {})


def _understood(document: Document, depth: int, cited: dict[str, str]) -> Derivation:
    """Understand the equations of a file; `cited` takes the texts of the files whose functions are used in it."""

    def read_cited(path: Path, depth: int) -> Derivation:
        derivation = _read(path, depth)
        cited.update(_READ[str(path)].texts)
        return derivation

    if document.problems:
        raise document.problems[0]
    with naming_the_file(document.path):
        symbols = read_symbols(document.rows)
        equations = _equations(document, with_imports(Scope.of(symbols), document, read_cited, depth))
        if not equations:
            raise DerivationError("no equation is run", document.blocks[0].place)
        derivation = Derivation(document, symbols, equations, [block for block in document.blocks if block.not_run])
        for symbol in symbols:
            if not symbol.is_input:
                side_that_computes(derivation, symbol)
        return derivation


def _equations(document: Document, scope: Scope) -> list[Equation]:
    """Read all blocks; once more where later ones say how far an index of an earlier definition runs."""
    reader = _Reader(replace(scope, later={}))
    reader.read_all(document)
    if reader.opened:
        reader = _Reader(reader.completed(scope))
        reader.read_all(document)
    return reader.finished()


def _open_ones(found: Mapping[Dim, Dim]) -> dict[Dim, Dim]:
    return {dim: other for dim, other in found.items() if str(dim).startswith(OPEN)}


@dataclass
class _Reader:
    """Reads block after block; what has been defined is known to the blocks below."""

    scope: Scope
    equations: list[Equation] = field(default_factory=list)
    local: Stage | None = None
    example: Stage | None = None
    #: The dimensions that later equations say, where they are asked for, and what definitions and claims say of them.
    opened: dict[Dim, tuple[Block, Definition, str, Scope]] = field(default_factory=dict)
    found: dict[Dim, Dim] = field(default_factory=dict)
    claimed: dict[Dim, Dim] = field(default_factory=dict)
    #: First steps of recursions that are not defined yet, by their names.
    begun: dict[str, list[tuple[Block, tree.Chain, list[str]]]] = field(default_factory=dict)

    def read_all(self, document: Document) -> None:
        for block in document.blocks:
            if not block.not_run:
                with naming_the_equation(block.tag):
                    self.read(block)
        for name, (first, *_) in self.begun.items():
            with naming_the_equation(first[0].tag):
                raise DerivationError(f"one step of {name} is defined here, and nowhere the others", first[0].place)

    def completed(self, scope: Scope) -> Scope:
        """Return the scope to begin with, in which the open dimensions are known; refuse one that nothing says.

        They are what later definitions say, otherwise as large as the indices allow, otherwise what claims say.
        """
        check = ShapeCheck(self.scope, found=self.found)
        for dim, (block, definition, letter, here) in self.opened.items():
            if not is_any(check.resolved(dim)):
                continue
            length = longest(definition, letter, here)
            if length is not None:
                name = f"length of {letter} in {definition.name}"
                check.found[check.resolved(dim)] = name
                scope = replace(scope.with_length(name, length), dimensions=scope.dimensions | {name})
                continue
            claimed = ShapeCheck(self.scope, found=self.claimed).resolved(dim)
            if is_any(claimed):
                problem = f"nothing says how far {letter} runs; a row for {definition.name} in the table of symbols"
                with naming_the_equation(block.tag):
                    raise DerivationError(f"{problem} does, with its shape", block.place)
            check.found[check.resolved(dim)] = claimed
        return replace(scope, later={dim: check.resolved(dim) for dim in self.opened})

    def read(self, block: Block) -> None:
        in_example = block.section == WORKED_EXAMPLE
        if in_example and self.local is None:
            self.local = Stage(self.scope, worked=True)
        elif not in_example:
            self.example, self.local = self.local or self.example, None
        scope = self.local.scope if self.local else self.scope
        chain, texts = parse(block.without_full_stop, scope.known, block.place)
        if not chain.relations:
            raise DerivationError("an equation has a relation: :=, =, \\approx, \\ne, <, >, \\le or \\ge", chain.at)
        if "∼" in chain.relations:
            self._draw(block, chain, texts)
            return
        if ":=" in chain.relations[1:]:
            raise DerivationError(":= stands only once, at the beginning of a chain", chain.at)
        if chain.relations[0] != ":=":
            self._claim(block, chain, texts, scope)
        elif self.local and base_name(chain.sides[0]) in scope.inputs:
            self._give(block, chain, texts)
        elif declares_derivative(chain.sides[0]):
            self._declare(block, chain, texts, scope)
        elif begins_recursion(chain.sides[0], scope) and not self.local:
            self.begun.setdefault(base_name(chain.sides[0]), []).append((block, chain, texts))
        else:
            self._define(block, chain, texts, scope)

    def finished(self) -> list[Equation]:
        """Return the equations, those outside of the worked example in the scope that the end of the file has."""
        whole = Stage(self.scope)
        return [one if one.stage.worked else replace(one, stage=self._stage_of(one, whole)) for one in self.equations]

    def _stage_of(self, equation: Equation, whole: Stage) -> Stage:
        """Return the whole file; a derivative that is declared is judged without what it declares."""
        return Stage(self.scope.with_convention(equation.declares, None)) if equation.declares else whole

    # ------------------------------------------------------------------ the three kinds of equations

    def _claim(self, block: Block, chain: tree.Chain, texts: list[str], scope: Scope) -> None:
        if self.example and not self.local and "≈" in chain.relations:
            self._claim_with_numbers(block, chain, texts, scope)
        else:
            self._claim_for(block, chain, texts, self.local or Stage(scope))

    def _claim_for(self, block: Block, chain: tree.Chain, texts: list[str], stage: Stage) -> None:
        check = ShapeCheck(stage.scope, found={**self.claimed, **self.found})
        check_links(check, chain, [check.shape(side) for side in chain.sides])
        ranges = check.ranges()
        if not stage.worked:  # there, dimensions have numbers of their own
            self.claimed |= _open_ones(check.found)
        self.equations.append(Equation(block, chain.sides, chain.relations, tuple(texts), ranges, None, stage))

    def _claim_with_numbers(self, block: Block, chain: tree.Chain, texts: list[str], scope: Scope) -> None:
        r"""Read a chain below the worked example: every ``\approx`` in it speaks of the values of that example."""
        assert self.example is not None
        for i, relation in enumerate(chain.relations):
            link = tree.Chain((relation,), chain.sides[i : i + 2], at=chain.sides[i].at)
            self._claim_for(block, link, texts[i : i + 2], self.example if relation == "≈" else Stage(scope))

    def _draw(self, block: Block, chain: tree.Chain, texts: list[str]) -> None:
        """Read how an input is distributed."""
        if self.local:
            raise DerivationError("a distribution is declared outside of the worked example", chain.at)
        name, drawn, ranges = distribution_of(chain, self.scope)
        self.scope = self.scope.with_distribution(name, drawn)
        self.equations.append(Equation(block, chain.sides, (":=",), tuple(texts), ranges, None, Stage(self.scope)))

    def _declare(self, block: Block, chain: tree.Chain, texts: list[str], scope: Scope) -> None:
        """Read a derivative that is declared."""
        if self.local:
            raise DerivationError("a derivative is declared outside of the worked example", chain.at)
        name, convention, ranges = convention_of(chain, scope)
        self.scope = scope.with_convention(name, convention)
        stage = Stage(scope)
        self.equations.append(Equation(block, chain.sides, ("=",), tuple(texts), ranges, None, stage, declares=name))

    def _define(self, block: Block, chain: tree.Chain, texts: list[str], scope: Scope) -> None:
        if isinstance(chain.sides[0], tree.Name) and chain.sides[0].name in scope.dimensions:
            self._size(block, chain, texts, scope)
            return
        found = dict(self.found)
        begun = self.begun.pop(base_name(chain.sides[0]), [])
        chain = with_first_steps(chain, [step for _, step, _ in begun], scope)
        definition, ranges = definition_of(chain, scope, found)
        if definition.name == PI and self._uses_pi():
            raise DerivationError("\\pi is a number in an equation above; take another letter", block.place)
        if not self.local:
            self.found |= _open_ones(found)
        for letter, dim in zip(definition.letters, definition.shape, strict=False):
            if str(dim).startswith(OPEN):
                self.opened.setdefault(dim, (block, definition, letter, scope))
        scope = scope.defining(definition)
        stage = Stage(scope)
        if self.local:
            stage = self.local = replace(self.local, scope=scope)
        else:
            self.scope = scope
            if self.example:
                self.example = replace(self.example, scope=self.example.scope.defining(definition))
        self.equations.append(Equation(block, chain.sides, chain.relations, tuple(texts), ranges, definition, stage))
        for where, step, written in begun:
            self._claim(where, replace(step, relations=("=", *step.relations[1:])), written, scope)

    def _uses_pi(self) -> bool:
        nodes = (node for one in self.equations for side in one.sides for node in tree.walk(side))
        return any(isinstance(node, tree.Name) and node.name == PI for node in nodes)

    def _size(self, block: Block, chain: tree.Chain, texts: list[str], scope: Scope) -> None:
        """Read how large a dimension is."""
        check = ShapeCheck(scope)
        self.scope = scope.with_length(*length_of(chain, check))
        stage = Stage(self.scope)
        self.equations.append(Equation(block, chain.sides, chain.relations, tuple(texts), check.ranges(), None, stage))

    def _give(self, block: Block, chain: tree.Chain, texts: list[str]) -> None:
        """Read ``z := 2`` of a worked example."""
        assert self.local is not None
        left, right = chain.sides[:2]
        if not isinstance(left, tree.Name) or len(chain.sides) > 2:
            raise DerivationError("a worked example gives an input as a whole: z := ...", left.at)
        symbol = self.local.scope.inputs[left.name]
        check = ShapeCheck(self.local.scope)
        sizes = sizes_given(check, symbol, check.shape(right), right)
        ranges = check.ranges()
        if ranges.free:
            raise DerivationError(f"{next(iter(ranges.free))} is unknown here", right.at)
        others = tuple(assignment for assignment in self.local.assignments if assignment.name != left.name)
        assignment = Assignment(left.name, right, ranges, len(symbol.shape))
        self.local = Stage(self.local.scope.sized(sizes), (*others, assignment), worked=True)
        refuse_outside_domain(self.local, symbol, right.at)
        self.equations.append(Equation(block, chain.sides, chain.relations, tuple(texts), ranges, None, self.local))
