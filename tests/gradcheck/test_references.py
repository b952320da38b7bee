"""A reference in double precision for a function of tensors, and for a module with parameters."""

import copy
from typing import Any

import pytest

from nnmath.gradcheck import check_gradients

torch = pytest.importorskip("torch")

torch.manual_seed(0)
LINEAR = torch.nn.Linear(3, 2).bfloat16()
X = torch.randn(4, 3).bfloat16()


class Affine(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
    """A product whose gradient by the weights is a fifth too large."""

    @staticmethod
    def forward(ctx: Any, x: Any, w: Any, b: Any) -> Any:
        ctx.save_for_backward(x, w)
        return x @ w.mT + b

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        return g @ w, 1.2 * (g.mT @ x), g.sum(0)


class Wrong(torch.nn.Linear):  # type: ignore[name-defined,misc]
    def forward(self, x: Any) -> Any:
        return Affine.apply(x, self.weight, self.bias)


REFERENCES = [copy.deepcopy(LINEAR).double(), lambda x, w, b: x @ w.mT + b, torch.no_grad()(torch.nn.functional.linear)]
each = pytest.mark.parametrize("reference", REFERENCES, ids=["module", "function", "without gradient"])


@each
def test_the_parameters_of_a_module_are_given_to_its_reference(reference: Any) -> None:
    report = check_gradients(LINEAR, X, reference=reference)
    assert report.ok, str(report)
    assert report.compared_inputs == (0, 1, 2)
    wrong = Wrong(3, 2).bfloat16()
    wrong.load_state_dict(LINEAR.state_dict())
    (finding,) = check_gradients(wrong, X, reference=reference).findings
    assert finding.input == 1


def test_a_module_may_be_the_reference_of_a_function() -> None:
    tanh = torch.nn.Tanh()
    assert check_gradients(torch.tanh, X, reference=tanh).ok


def test_a_module_with_other_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match="reference: expected a module with the parameters weight, bias, got weight"):
        check_gradients(LINEAR, X, reference=torch.nn.Linear(3, 2, bias=False).double())
