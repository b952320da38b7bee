"""The function that a derivation describes: in the first module that it links to, the one of the derivation's name."""

import importlib
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath.gradcheck.entry_by_entry import EntryByEntry
from nnmath.latex import Derivation, DerivationError, Symbol
from nnmath.sampling import Input, forms, parse_domain
from nnmath.suite.catalogue import PACKAGE, linked_file
from nnmath.suite.code_inputs import Named, draw_inputs, inputs_in_code, with_rows_that_sum_to_nearly_1
from nnmath.suite.loading import load_module

#: Of so many drawn inputs it is seen whether a function takes other rows than those that sum to 1.
TRIES = 12
PROBABILITIES = parse_domain("probabilities")


@dataclass(frozen=True)
class Implementation:
    """A function that returns its value and its backward pass, as a derivation describes it.

    Attributes
    ----------
    module : str
        The path of its file.
    function : callable
    arguments : list of str
        Its parameters without a default, and those that the derivation has a symbol for, in order; each is one.
    derivation : Derivation
    """

    module: str
    function: Callable[..., Any]
    arguments: list[str]
    derivation: Derivation

    @property
    def inputs(self) -> list[Symbol]:
        """The inputs of the derivation that have a name in the code."""
        return inputs_in_code(self.derivation)

    def call(self, inputs: Named) -> Any:
        """Call the function; rows that it refuses are made such that they sum to nearly 1."""
        try:
            return self.function(*(inputs[name] for name in self.arguments))
        except ValueError:
            for symbol in self.inputs:
                if symbol.code in inputs and may_be_probabilities(symbol) and inputs[symbol.code].ndim == 2:
                    inputs[symbol.code] = with_rows_that_sum_to_nearly_1(inputs[symbol.code])
            return self.function(*(inputs[name] for name in self.arguments))

    def takes_only_probabilities(self, symbol: Symbol) -> bool:
        """Whether the function refuses rows that do not sum to 1, though the equations hold for them."""
        if not may_be_probabilities(symbol):
            return False
        for number in range(TRIES):
            drawn = draw_inputs(self.derivation, number)
            rows = drawn[symbol.code]
            if rows.ndim != 2:  # another form of the same input
                continue
            with suppress(Exception):  # what else is wrong with the function is found when it is checked
                self.call(drawn)
                if drawn[symbol.code] is not rows:
                    return True
        return False


def in_stacks(function: Callable[..., Any], derivation: Derivation) -> Callable[..., Any]:
    """Return a function; where it is derived for one number, as one that acts on each entry of an array by itself."""
    of_one_number = all(symbol.shape == () for symbol in derivation.symbols if symbol.code)
    return EntryByEntry(function) if of_one_number else function


def may_be_probabilities(symbol: Symbol) -> bool:
    """Whether an input is a matrix of numbers of which some rows are probabilities."""
    return symbol.domain.kind == "interval" and len(symbol.shape) == 2


def implementation_of(derivation: Derivation, seed: int = 0) -> Implementation | None:
    """Find the function that a derivation describes.

    Returns
    -------
    Implementation or None
        None where there is nothing to compare: the derivation links to no module, or the module has no function of its
        name that takes inputs of the symbols table and returns a value and a backward pass.

    Raises
    ------
    DerivationError
        The module that it links to is not there.
    LoadingError
        The module cannot be loaded.
    """
    source = linked_module(derivation)
    if source is None:
        return None
    function = getattr(_module_at(source), Path(derivation.path).stem, None)
    if not callable(function):
        return None
    declared = {symbol.code for symbol in inputs_in_code(derivation)}
    parameters = inspect.signature(function).parameters
    arguments = [name for name, p in parameters.items() if p.default is p.empty or name in declared]
    found = Implementation(_short(source), function, arguments, derivation)
    return found if set(arguments) <= declared and _returns_backward(found, seed) else None


def input_forms(implementation: Implementation) -> list[tuple[Input, ...]]:
    """Return the forms in which the arguments of a function come, from the table of symbols of its derivation."""
    return forms(
        [
            Input(s.code, s.shape, PROBABILITIES) if implementation.takes_only_probabilities(s) else s.as_input()
            for argument in implementation.arguments
            for s in implementation.inputs
            if s.code == argument
        ]
    )


def linked_module(derivation: Derivation) -> Path | None:
    """Return the first module that a derivation links to; None where it links to none."""
    links = derivation.document.module_links
    if not links:
        return None
    source = linked_file(Path(derivation.path), links[0].target)
    if not source.is_file():
        error = DerivationError(f"this links to {links[0].target}, which is not there", links[0].place)
        error.path = derivation.path
        raise error
    return source


def _module_at(source: Path) -> Any:
    """Import a module of nnmath by its name, run any other file."""
    if not source.is_relative_to(PACKAGE):
        return load_module(source)
    return importlib.import_module(".".join(source.relative_to(PACKAGE.parent).with_suffix("").parts))


def _returns_backward(implementation: Implementation, seed: int) -> bool:
    """Whether the function returns its value and its backward pass."""
    try:
        result = implementation.call(draw_inputs(implementation.derivation, 0, seed))
    except Exception:  # then it is a finding, when the inputs are compared
        return True
    return isinstance(result, tuple) and len(result) == 2 and callable(result[1])


def _short(source: Path) -> str:
    """Return the path from here, if it is below."""
    here = Path.cwd().resolve()
    return str(source.relative_to(here)) if source.is_relative_to(here) else str(source)
