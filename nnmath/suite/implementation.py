"""The function that a derivation describes: in the first module that it links to, the one of the derivation's name."""

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath.latex import Derivation, DerivationError, Symbol
from nnmath.sampling import Input, forms, parse_domain
from nnmath.suite.catalogue import PACKAGE, linked_file
from nnmath.suite.code_inputs import Named, draw_inputs, inputs_in_code, with_rows_that_sum_to_nearly_1
from nnmath.suite.loading import load_module

#: Where a function takes less than the equations of its derivation are true for: by its name and the name of an input,
#: what its floating-point arrays may be.
NARROWER = {("softmax_cross_entropy", "targets"): parse_domain("probabilities")}


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
    inputs : list of Symbol
        The inputs of the derivation that have a name in the code.
    """

    module: str
    function: Callable[..., Any]
    arguments: list[str]
    inputs: list[Symbol]

    def call(self, inputs: Named) -> Any:
        """Call the function; inputs that it refuses as no distributions are made nearly such."""
        try:
            return self.function(*(inputs[name] for name in self.arguments))
        except ValueError:
            for symbol in self.inputs:
                if symbol.code in inputs and symbol.domain.kind == "interval" and inputs[symbol.code].ndim == 2:
                    inputs[symbol.code] = with_rows_that_sum_to_nearly_1(inputs[symbol.code])
            return self.function(*(inputs[name] for name in self.arguments))


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
    inputs = inputs_in_code(derivation)
    declared = {symbol.code for symbol in inputs}
    parameters = inspect.signature(function).parameters
    arguments = [name for name, p in parameters.items() if p.default is p.empty or name in declared]
    found = Implementation(_short(source), function, arguments, inputs)
    return found if set(arguments) <= declared and _returns_backward(found, derivation, seed) else None


def input_forms(implementation: Implementation) -> list[tuple[Input, ...]]:
    """Return the forms in which the arguments of a function come, from the table of symbols of its derivation."""
    name = getattr(implementation.function, "__name__", "")
    rows = [s.as_input() for argument in implementation.arguments for s in implementation.inputs if s.code == argument]
    return forms([_narrowed(name, row) for row in rows])


def _narrowed(function: str, row: Input) -> Input:
    narrower = NARROWER.get((function, row.name)) if row.domain.has_gradient else None
    return row if narrower is None else Input(row.name, row.dims, narrower)


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


def _returns_backward(implementation: Implementation, derivation: Derivation, seed: int) -> bool:
    """Whether the function returns its value and its backward pass."""
    try:
        result = implementation.call(draw_inputs(derivation, 0, seed))
    except Exception:  # then it is a finding, when the inputs are compared
        return True
    return isinstance(result, tuple) and len(result) == 2 and callable(result[1])


def _short(source: Path) -> str:
    """Return the path from here, if it is below."""
    here = Path.cwd().resolve()
    return str(source.relative_to(here)) if source.is_relative_to(here) else str(source)
