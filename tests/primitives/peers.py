"""Cases in which PyTorch is the less accurate one, with the exact numbers: `python -m tests.primitives.peers`.

The exact number comes from the equations of the derivation, with as many digits as it takes. Inputs are in double
precision, where nobody can blame the format.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from mpmath import mp

import nnmath
from nnmath.latex import evaluate, read
from nnmath.suite.catalogue import catalogue

NEAR_1E8 = 1e8 + np.array([[0.0, 1.0, 3.0, 4.0]]) / 1024


class Case(NamedTuple):
    """One number that is computed.

    Attributes
    ----------
    name : str
        Of the primitive.
    inputs : dict
        By their names in the code; the upstream gradient among them, where there is one.
    result : str
        Its name in the code: the value, or a gradient.
    entry : tuple of int
    theirs : callable
        From tensors of the inputs, without the upstream gradient, to PyTorch's value.
    """

    name: str
    inputs: dict[str, Any]
    result: str
    entry: tuple[int, ...]
    theirs: Callable[..., Any]

    @property
    def upstream(self) -> Any:
        """The upstream gradient; 1 for a loss."""
        return next((x for name, x in self.inputs.items() if name in UPSTREAMS), 1.0)

    def given(self) -> list[Any]:
        """Return the inputs of the forward pass."""
        return [x for name, x in self.inputs.items() if name not in UPSTREAMS]


UPSTREAMS = {"da", "dy", "upstream"}


def of_one_number(name: str, z: float, result: str, theirs: Callable[..., Any]) -> Case:
    """Return a case of a function of one number; the upstream gradient is 1."""
    return Case(name, {"z": np.array([z]), "da": np.ones(1)}, result, (0,), theirs)


def cases() -> list[Case]:
    """Return all cases; PyTorch is needed for them."""
    import torch
    from torch.nn import functional

    first = np.array([[1.0, 0.0]])
    norm = {"x": NEAR_1E8, "gamma": np.ones(4), "beta": np.zeros(4), "dy": np.array([[1.0, 0.0, 0.0, 0.0]])}
    return [
        of_one_number("sigmoid", 40.0, "dz", torch.sigmoid),
        of_one_number("tanh", 20.0, "dz", torch.tanh),
        of_one_number("softplus", 21.0, "a", functional.softplus),
        of_one_number("softplus", 21.0, "dz", functional.softplus),
        of_one_number("silu", -1.2784645427610738, "dz", functional.silu),
        of_one_number("mish", -1.1924312145154952, "dz", functional.mish),
        of_one_number("gelu", -0.7517915246935645, "dz", functional.gelu),
        of_one_number("gelu", -9.0, "a", functional.gelu),
        of_one_number("gelu", -12.0, "dz", functional.gelu),
        of_one_number("gelu_tanh", -6.0, "a", lambda z: functional.gelu(z, approximate="tanh")),
        of_one_number("gelu_tanh", -7.0, "dz", lambda z: functional.gelu(z, approximate="tanh")),
        Case(
            "log_softmax", {"z": np.array([[37.4, 0.0]]), "dy": first}, "dz", (0, 0), lambda z: torch.log_softmax(z, 1)
        ),
        Case(
            "binary_cross_entropy",
            {"logits": np.array([[40.0]]), "targets": np.ones((1, 1)), "upstream": np.array(1.0)},
            "dlogits",
            (0, 0),
            functional.binary_cross_entropy_with_logits,
        ),
        Case(
            "softmax_cross_entropy",
            {"logits": np.array([[40.0, 0.0]]), "targets": np.array([0]), "upstream": np.array(1.0)},
            "dlogits",
            (0, 0),
            functional.cross_entropy,
        ),
        Case("layer_norm", norm, "y", (0, 0), lambda x, *wb: functional.layer_norm(x, (4,), *wb)),
        Case("layer_norm", norm, "dx", (0, 0), lambda x, *wb: functional.layer_norm(x, (4,), *wb)),
    ]


def exact(case: Case) -> Any:
    """Return the number, with 40 digits."""
    derivation = read(catalogue()[case.name].path)
    inputs = dict(case.inputs)
    if not next(s for s in derivation.symbols if s.code == next(iter(inputs))).shape:
        inputs = {name: x[0] for name, x in inputs.items()}  # derived for one number
        return np.asarray(evaluate(derivation, inputs, [case.result])[case.result]).item()
    return evaluate(derivation, inputs, [case.result])[case.result][case.entry]


def ours(case: Case) -> float:
    """Return what nnmath computes."""
    value, backward = getattr(nnmath, case.name)(*case.given())
    gradients = backward(case.upstream)
    first = gradients[0] if isinstance(gradients, tuple) else gradients
    return float((first if case.result.startswith("d") else value)[case.entry])


def theirs(case: Case) -> float:
    """Return what PyTorch computes."""
    import torch

    given = [torch.from_numpy(np.array(x)) for x in case.given()]
    given[0].requires_grad_()
    value = case.theirs(*given)
    if not case.result.startswith("d"):
        return float(value.detach()[case.entry])
    (gradient,) = torch.autograd.grad(value, given[0], torch.as_tensor(case.upstream, dtype=value.dtype))
    return float(gradient[case.entry])


def ulp(computed: float, right: Any) -> float:
    """Return the error in units in the last place of the exact number."""
    return float(abs(mp.mpf(computed) - right) / mp.mpf(float(np.spacing(abs(float(right))))))


def main() -> None:
    """Print a table."""
    import torch

    print(f"| case | exactly | nnmath is off by | PyTorch {torch.__version__} | is off by |")
    print("|---|---|---|---|---|", flush=True)
    for case in cases():
        right, found = exact(case), theirs(case)
        given = ", ".join(f"{name} = {np.asarray(x).tolist()}" for name, x in case.inputs.items())
        errors = [f"{ulp(x, right):.2g} ulp" for x in (ours(case), found)]
        what = f"{case.result} of {case.name} at {given}"
        print(f"| {what} | {mp.nstr(right, 17)} | {errors[0]} | {found!r} | {errors[1]} |")


if __name__ == "__main__":
    main()
