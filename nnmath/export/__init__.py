"""A saved model as an ONNX file, which runs without Python and without nnmath."""

from nnmath.export.model import Exported, export

__all__ = ["Exported", "export"]
