"""The primitives: each one function that returns its value and its backward pass.

A backward pass closes over the arrays of its forward pass and copies nothing: change neither the inputs nor the value
in place before you have called it.

A new primitive is a module here, a derivation of the same name and a line below.
"""
# ruff: noqa: I001  # in the order in which they are best read

from typing import Any

from nnmath.primitives.primitive import Primitive

from nnmath.primitives.activations.sigmoid import sigmoid as sigmoid
from nnmath.primitives.activations.tanh import tanh as tanh
from nnmath.primitives.activations.relu import relu as relu
from nnmath.primitives.activations.leaky_relu import leaky_relu as leaky_relu
from nnmath.primitives.activations.selu import selu as selu
from nnmath.primitives.activations.softplus import softplus as softplus
from nnmath.primitives.activations.log_sigmoid import log_sigmoid as log_sigmoid
from nnmath.primitives.activations.silu import silu as silu
from nnmath.primitives.activations.mish import mish as mish
from nnmath.primitives.activations.gelu import gelu as gelu
from nnmath.primitives.activations.gelu_tanh import gelu_tanh as gelu_tanh
from nnmath.primitives.activations.softmax import softmax as softmax
from nnmath.primitives.activations.log_softmax import log_softmax as log_softmax
from nnmath.primitives.activations.swiglu import swiglu as swiglu
from nnmath.primitives.linear.dense import dense as dense
from nnmath.primitives.linear.linear import linear as linear
from nnmath.primitives.linear.embedding import embedding as embedding
from nnmath.primitives.linear.residual import residual as residual
from nnmath.primitives.regularization.dropout import dropout as dropout
from nnmath.primitives.normalization.layer_norm import layer_norm as layer_norm
from nnmath.primitives.normalization.rms_norm import rms_norm as rms_norm
from nnmath.primitives.normalization.batch_norm import batch_norm as batch_norm
from nnmath.primitives.attention.causal_attention import causal_attention as causal_attention
from nnmath.primitives.attention.multi_head_attention import multi_head_attention as multi_head_attention
from nnmath.primitives.attention.rotary import rotary as rotary
from nnmath.primitives.convolution.conv2d import conv2d as conv2d
from nnmath.primitives.convolution.max_pool import max_pool as max_pool
from nnmath.primitives.convolution.average_pool import average_pool as average_pool
from nnmath.primitives.recurrent.rnn import rnn as rnn
from nnmath.primitives.recurrent.lstm import lstm as lstm
from nnmath.primitives.recurrent.gru import gru as gru
from nnmath.primitives.losses.binary_cross_entropy import binary_cross_entropy as binary_cross_entropy
from nnmath.primitives.losses.softmax_cross_entropy import softmax_cross_entropy as softmax_cross_entropy
from nnmath.primitives.losses.mean_squared_error import mean_squared_error as mean_squared_error
from nnmath.primitives.losses.huber import huber as huber

#: Every primitive that is imported above, in that order.
PRIMITIVES: tuple[Primitive[..., tuple[Any, Any]], ...] = tuple(
    value for value in globals().values() if isinstance(value, Primitive)
)

__all__ = ["PRIMITIVES", *(primitive.__name__ for primitive in PRIMITIVES)]
