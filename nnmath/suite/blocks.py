"""Whole blocks of networks as compositions of primitives; their backward passes are the same in reverse."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnmath.primitives import (
    batch_norm,
    conv2d,
    dense,
    gelu_tanh,
    layer_norm,
    linear,
    lstm,
    max_pool,
    multi_head_attention,
    relu,
    residual,
    softmax_cross_entropy,
)

Found = tuple[Any, Callable[..., Any]]


def gpt_block(x: Any, g1: Any, b1: Any, W: Any, V: Any, g2: Any, b2: Any, F: Any, G: Any) -> Found:
    """Pre-norm block of a GPT for one sequence, shape (T, D): attention, then two linear layers."""
    h1, back_h1 = layer_norm(x, g1, b1)
    a, back_a = multi_head_attention(h1, W, V)
    middle, back_middle = residual(x, a)
    h2, back_h2 = layer_norm(middle, g2, b2)
    f, back_f = linear(h2, F)
    e, back_e = gelu_tanh(f)
    m, back_m = linear(e, G)
    y, back_y = residual(middle, m)

    def backward(dy: Any) -> tuple[Any, ...]:
        around, dm = back_y(dy)
        de, dG = back_m(dm)
        dh2, dF = back_f(back_e(de))
        through, dg2, db2 = back_h2(dh2)
        around, da = back_middle(around + through)
        dh1, dW, dV = back_a(da)
        through, dg1, db1 = back_h1(dh1)
        return around + through, dg1, db1, dW, dV, dg2, db2, dF, dG

    return y, backward


def lenet(x: Any, w1: Any, b1: Any, w2: Any, b2: Any, W: Any, b: Any, targets: Any) -> Found:
    """LeNet-5 in small: convolution, largest of windows, relu; convolution, relu; a dense layer and the loss."""
    z1, back_z1 = conv2d(x, w1, b1, 1, 1)
    p1, back_p1 = max_pool(z1)
    a1, back_a1 = relu(p1)
    z2, back_z2 = conv2d(a1, w2, b2)
    a2, back_a2 = relu(z2)
    z, back_z = dense(a2.reshape(len(x), -1), W, b)
    loss, back_loss = softmax_cross_entropy(z, targets)

    def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
        flat, dW, db = back_z(back_loss(upstream))
        da1, dw2, db2 = back_z2(back_a2(flat.reshape(a2.shape)))
        return *back_z1(back_p1(back_a1(da1))), dw2, db2, dW, db

    return loss, backward


def lstm_classifier(x: Any, s0: Any, W: Any, U: Any, b: Any, V: Any, c: Any, targets: Any) -> Found:
    """LSTM over a sequence, a dense layer of its last output, the loss."""
    s, back_s = lstm(x, s0, W, U, b)
    M = len(V)
    z, back_z = dense(np.ascontiguousarray(s[:, -1, :M]), V, c)
    loss, back_loss = softmax_cross_entropy(z, targets)

    def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
        ds = np.zeros_like(s)
        ds[:, -1, :M], dV, dc = back_z(back_loss(upstream))
        return *back_s(ds), dV, dc

    return loss, backward


def batch_norm_network(x: Any, W1: Any, g: Any, c: Any, W2: Any, b2: Any, targets: Any) -> Found:
    """Two layers with batch normalization between the first and its relu."""
    z1, back_z1 = linear(x, W1)
    h, back_h = batch_norm(z1, g, c)
    a, back_a = relu(h)
    z2, back_z2 = dense(a, W2, b2)
    loss, back_loss = softmax_cross_entropy(z2, targets)

    def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
        da, dW2, db2 = back_z2(back_loss(upstream))
        dz1, dg, dc = back_h(back_a(da))
        return *back_z1(dz1), dg, dc, dW2, db2

    return loss, backward


#: By the name of the derivation of the whole, in derivations/training: the function, the shapes of its inputs, the
#: domains of some, and what it is made of. The others lie in [-1, 1].
BLOCKS: dict[str, tuple[Callable[..., Found], str, str, str]] = {
    "gpt": (
        gpt_block,
        "x=T,C g1=C b1=C W=C,3,H,D V=H,D,C g2=C b2=C F=C,M G=M,C",
        "",
        "layer_norm, multi_head_attention, residual, layer_norm, linear, gelu_tanh, linear, residual",
    ),
    "lenet": (
        lenet,
        "x=2,1,4,4 w1=2,1,3,3 b1=2 w2=M,2,2,2 b2=M W=M,K b=K targets=2",
        "targets=labels:K",
        "conv2d, max_pool, relu, conv2d, relu, dense, softmax_cross_entropy",
    ),
    "recurrent": (
        lstm_classifier,
        "x=N,T,D s0=N,4 W=D,8 U=2,8 b=8 V=2,K c=K targets=N",
        "targets=labels:K",
        "lstm, dense, softmax_cross_entropy",
    ),
    "deep_network": (
        batch_norm_network,
        "x=5,D W1=D,M g=M c=M W2=M,K b2=K targets=5",
        "targets=labels:K",
        "linear, batch_norm, relu, dense, softmax_cross_entropy",
    ),
}
