"""An ONNX graph that grows node by node, each with a name that no other has."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The operators of ONNX 1.8, of 2020, are all that is needed, and what is newer runs them: onnxruntime 1.16 and 1.31
#: were tried. Operators, those for machine learning and the format of the file have versions of their own.
OPSETS = {"": 13, "ai.onnx.ml": 2}
IR_VERSION = 7


class Graph:
    """The nodes of a graph, its inputs and outputs, and the arrays that it holds.

    Parameters
    ----------
    onnx : module
        The package, which is optional.
    taken : sequence of str
        The names of the inputs; no node gets one of these.
    """

    def __init__(self, onnx: Any, taken: Sequence[str]) -> None:
        self.onnx = onnx
        self.taken = set(taken)
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.domains = {""}

    def name(self, wanted: str) -> str:
        """Return a name that nothing else has: the wanted one, if it is free."""
        name, k = wanted, 1
        while name in self.taken:
            k += 1
            name = f"{wanted}_{k}"
        self.taken.add(name)
        return name

    def input(self, name: str, dtype: Any, width: int, told: str) -> str:
        """Add an input of shape (N, width); N is any number of rows."""
        shape, kind = ("N", width), self._kind(np.dtype(dtype))
        self.inputs.append(self.onnx.helper.make_tensor_value_info(name, kind, shape, told))
        return name

    def output(self, name: str, dtype: Any, shape: Sequence[Any], told: str) -> None:
        """Say that a node of this name is an output."""
        kind = self._kind(np.dtype(dtype))
        self.outputs.append(self.onnx.helper.make_tensor_value_info(name, kind, shape, told))

    def constant(self, wanted: str, array: NDArray[Any]) -> str:
        """Add an array; one of words becomes one of strings in UTF-8."""
        name, helper = self.name(wanted), self.onnx.helper
        if array.dtype.kind == "U":
            words = [word.encode() for word in array.ravel().tolist()]
            self.constants.append(helper.make_tensor(name, self.onnx.TensorProto.STRING, array.shape, words))
        else:
            self.constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, operator: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any) -> str:
        """Add a node; return the name of what it computes, by default that of the operator."""
        name = name or self.name(operator)
        self.domains.add(domain)
        self.nodes.append(self.onnx.helper.make_node(operator, inputs, [name], name, domain=domain, **attributes))
        return name

    def cast(self, x: str, dtype: Any) -> str:
        """Add a conversion to a dtype."""
        return self.node("Cast", x, to=self._kind(np.dtype(dtype)))

    def model(self, name: str, told: str, metadata: dict[str, str], version: str) -> Any:
        """Return the whole as an ONNX model that has passed the checks of the onnx package."""
        helper = self.onnx.helper
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, self.constants, told)
        opsets = [helper.make_opsetid(domain, OPSETS[domain]) for domain in sorted(self.domains)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="nnmath", producer_version=version
        )
        model.doc_string = told
        helper.set_model_props(model, metadata)
        self.onnx.checker.check_model(model, full_check=True)
        return model

    def _kind(self, dtype: np.dtype[Any]) -> int:
        kinds = self.onnx.TensorProto
        return int({"f4": kinds.FLOAT, "f8": kinds.DOUBLE}.get(dtype.str[1:], kinds.STRING))
