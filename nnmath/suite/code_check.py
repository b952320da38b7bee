"""Code held to its derivation: value and gradients against the final equations, in units in the last place."""

import inspect
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from mpmath import mp

from nnmath.latex import Derivation, Symbol, Undefined, evaluate, evaluate_magnitudes, inputs_of
from nnmath.latex.numbers.work import at_most, done
from nnmath.suite.code_inputs import MOST, SINGLE, Named, draw_inputs, example_inputs, has_long_axis
from nnmath.suite.implementation import Implementation, implementation_of
from nnmath.suite.rounding_errors import errors_of

#: How many units in the last place a result may be off, and how many epsilon times its componentwise magnitude, to
#: which one more is added for each entry of the longest axis of the inputs.
MOST_ULP = 8.0
#: Digits at which an error is measured.
DIGITS = 60
#: How many operations the equations may take at an example with a long axis, about a second.
WORK = 2_000_000
#: How many times as short a long axis is, one after the other.
LONG_AXES = (100, 10, 1)
#: Draws among which a failure with shorter axes is looked for.
TRIES = 30


@dataclass
class Worst:
    """The largest error of one result of the code.

    Attributes
    ----------
    name : str
        Of the result, in the code.
    tag : str
        The number of the equation that it is compared with.
    unit : str
        ``ulp``, or ``eps`` where the error is measured by the componentwise magnitude.
    error : float
        In these units.
    limit : float
        What is allowed.
    where : str
        The entry, and what was computed there.
    inputs : dict
        The inputs it was computed from.
    """

    name: str
    tag: str
    unit: str = "ulp"
    error: float = 0.0
    limit: float = MOST_ULP
    where: str = "-"
    inputs: Named = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the error is within the limit."""
        return self.error <= self.limit


@dataclass
class CodeReport:
    """What came of holding code to its derivation."""

    path: str
    module: str
    examples: int = 0
    results: dict[str, Worst] = field(default_factory=dict)
    complaint: str = ""

    @property
    def ok(self) -> bool:
        """Whether every result is within its limit."""
        return not self.complaint and all(worst.ok for worst in self.results.values())

    def __str__(self) -> str:
        """Say it to people: a line where all is well, else what is wrong, where, and from which inputs."""
        if self.complaint:
            return f"{self.module}: {self.complaint}"
        wrong = [worst for worst in self.results.values() if not worst.ok]
        if not wrong:
            listed = ", ".join(f"{w.name} {w.error:.2g} {w.unit}" for w in self.results.values())
            return f"{self.module}: within the last digits of {self.path}, {self.examples} examples; worst: {listed}"
        lines = []
        for worst in wrong:
            lines.append(f"{self.module}: {worst.name} is not what equation ({worst.tag}) of {self.path} says")
            lines.append(f"  {worst.where}: {worst.error:.3g} {worst.unit} off, {worst.limit:g} are allowed")
            lines += [f"  {name} = {np.array2string(x, separator=', ')}" for name, x in worst.inputs.items()]
        return "\n".join(lines)


def check_code(
    derivation: Derivation,
    examples: int = 50,
    seed: int = 0,
    implementation: Implementation | None = None,
    *,
    shrink: bool = True,
) -> CodeReport | None:
    """Compare what a module computes with the final equations of its derivation.

    The module is the first one that the derivation links to; in it, the function that has the derivation's name. Both
    are compared on the same floating-point inputs, the equations with as many digits as it takes.

    Parameters
    ----------
    derivation : Derivation
    examples : int
        How many inputs are drawn.
    seed : int
        The same seed draws the same inputs.
    implementation : Implementation, optional
        The function that is compared; by default the one that `implementation_of` finds.
    shrink : bool
        Whether a failure with shorter axes is looked for.

    Returns
    -------
    CodeReport or None
        None where there is nothing to compare: the derivation links to no module, or the module has no function of its
        name that takes inputs of the symbols table and returns a value and a backward pass.
    """
    implementation = implementation or implementation_of(derivation, seed)
    if implementation is None:
        return None
    report = CodeReport(derivation.path, implementation.module)
    comparison = CodeComparison(implementation, report)
    for number in range(examples):
        report.examples += 1
        if not comparison.run_example(number, seed):
            if shrink:
                comparison.look_for_smaller(number, seed)
            break
    return report


class CodeComparison:
    """A function and the derivation that says what it computes."""

    def __init__(self, implementation: Implementation, report: CodeReport) -> None:
        self.implementation, self.report = implementation, report
        self.derivation, self.arguments = implementation.derivation, implementation.arguments
        self.inputs = implementation.inputs
        self.results = [s for s in self.derivation.symbols if s.code and not s.is_input]

    def run(self, inputs: Named) -> bool:
        """Compare at one example; False where a result is off."""
        try:
            computed = self.computed(inputs)
        except Exception as error:  # whatever a user's function raises is a finding
            self.report.complaint = f"it raises {type(error).__name__}: {error}"
        if self.report.complaint:
            return False
        with mp.workdps(DIGITS):
            symbols = {name: self.row_of(name, inputs) for name in computed}
            sums = [name for name, symbol in symbols.items() if symbol.result and symbol.result.componentwise]
            # each together: they share what they are made of
            exact = evaluate(self.derivation, inputs, list(computed))
            units = evaluate_magnitudes(self.derivation, inputs, sums, DIGITS // 2)
            for name, array in computed.items():
                worst = self._compared(symbols[name], array, exact[name], units.get(name), inputs)
                if worst and not worst.ok and name in units:
                    unit = units[name] + self._condition(name, exact[name], inputs)
                    worst = self._compared(symbols[name], array, exact[name], unit, inputs)
                if worst:
                    self._keep(worst)
        return self.report.ok

    def _condition(self, name: str, exact: Any, inputs: Named) -> Any:
        """Return how far a result moves for inputs that are an epsilon larger or smaller, in epsilon.

        A computed sum is the exact sum of terms that are some epsilon larger or smaller. What follows from the sum
        moves with it: the slope of a sigmoid at 100, by a hundred times as large a share of its size.
        """
        eps = max(float(np.finfo(x.dtype).eps) for x in inputs.values() if x.dtype.kind == "f")
        rng, moved = np.random.default_rng(0), 0
        for signs in ([1.0], [-1.0, 1.0]):
            nudged = {
                code: x.astype(np.float64) * (1 + eps * rng.choice(signs, x.shape)) if x.dtype.kind == "f" else x
                for code, x in inputs.items()
            }
            with suppress(Undefined):
                moved = np.maximum(moved, abs(evaluate(self.derivation, nudged, [name])[name] - exact))
        return moved / eps

    def run_example(self, number: int, seed: int) -> bool:
        """Compare at one example; a long axis becomes ten times as long while ten times the work is little enough."""
        longest = LONG_AXES if has_long_axis(self.derivation, number) else LONG_AXES[:1]
        ok, spent = self._run_counted(number, seed, longest[0])
        for shorter in longest[1:]:
            if ok and 10 * spent <= WORK:
                with suppress(Undefined), at_most(WORK):
                    ok, spent = self._run_counted(number, seed, shorter)
        return ok

    def _run_counted(self, number: int, seed: int, shorter: int) -> tuple[bool, float]:
        """Compare at one example; return whether it is right, and how much work that took."""
        before = done()
        ok = self.run(example_inputs(self.derivation, number, seed, shorter))
        return ok, done() - before

    def look_for_smaller(self, number: int, seed: int) -> None:
        """Replace a failure by one with shorter axes, if there is one."""
        for most in range(1, MOST):
            smaller = CodeReport(self.report.path, self.report.module, self.report.examples)
            comparison = CodeComparison(self.implementation, smaller)
            for other in range(number, number + TRIES * SINGLE, SINGLE):  # in the same precision
                if not comparison.run(draw_inputs(self.derivation, other, seed, most)):
                    self.report.results, self.report.complaint = smaller.results, smaller.complaint
                    return

    def computed(self, inputs: Named) -> dict[str, Any]:
        """The results of the code, by name."""
        value, backward = self.implementation.call(inputs)
        upstream = next(iter(inspect.signature(backward).parameters))
        gradients = backward(inputs[upstream])
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        values = [s.code for s in self.results if s.derivative is None]
        computed = {values[0]: np.asarray(value)}
        order = [name for name in self.arguments if name in self.gradient_names()]
        if len(order) != len(gradients):
            self.report.complaint = f"returns {len(gradients)} gradients, {self.derivation.path} derives {len(order)}"
            return {}
        return computed | {self.gradient_names()[name]: np.asarray(g) for name, g in zip(order, gradients)}

    def gradient_names(self) -> dict[str, str]:
        """By the name of the argument, the name of its gradient."""
        codes = {s.name: s.code for s in self.inputs}
        return {codes[s.gradient_of]: s.code for s in self.results if s.gradient_of}

    def _compared(self, symbol: Symbol, computed: Any, exact: Any, unit: Any, inputs: Named) -> Worst | None:
        """Return the largest error of a result, in terms of `unit` if that is not None; None where shapes differ."""
        name = symbol.code
        assert symbol.result is not None
        if computed.shape != exact.shape or computed.dtype.kind != "f":
            self.report.complaint = f"{name} is {computed.dtype} {computed.shape}, the equation gives {exact.shape}"
            return None
        upstream = [np.abs(inputs[s.code]).max() for s in self.inputs if s.code not in self.arguments]
        factor = float(max([1.0, *upstream])) if symbol.derivative else 1.0
        worst_unit, limit = "ulp", MOST_ULP
        if unit is not None:
            worst_unit, limit = "eps", MOST_ULP + max((n for x in inputs.values() for n in x.shape), default=0)
        errors = errors_of(computed, exact, unit, factor)
        where = np.unravel_index(int(np.argmax(errors)), errors.shape)
        place = f"{name}{[*map(int, where)] or ''} = {computed[where]!r}, exactly {mp.nstr(exact[where], 20)}"
        return Worst(name, symbol.result.tag, worst_unit, float(errors[where]), limit, place, dict(inputs))

    def _keep(self, worst: Worst) -> None:
        """Keep an error that is the largest one of its result so far."""
        before = self.report.results.get(worst.name)
        if before is None or worst.error / worst.limit > before.error / before.limit:
            self.report.results[worst.name] = worst

    def row_of(self, name: str, inputs: Named) -> Symbol:
        """Return the row of the table that a result is: of several, the one that these inputs are enough for."""
        given = {symbol.name for symbol in self.inputs if symbol.code in inputs and _fits(symbol, inputs[symbol.code])}
        rows = [symbol for symbol in self.results if symbol.code == name]
        return next(row for row in rows if inputs_of(self.derivation, row) <= given)


def _fits(symbol: Symbol, array: Any) -> bool:
    return not symbol.shape or len(symbol.shape) == array.ndim
