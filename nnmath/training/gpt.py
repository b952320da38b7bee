"""A GPT: a network that predicts the next token of a text from those before it.

    x    = E[tokens] + P                                 tokens and positions as rows of numbers
    h    = x + attention(layer_norm(x))                  in each block: look at earlier positions,
    x    = h + gelu(layer_norm(h) up) down               then work on each position by itself
    logits = layer_norm(x) E'                            the table E again, from numbers to tokens

This is GPT-2 (Radford et al. 2019) without biases and dropout, as nanoGPT trains it. Each line is a primitive with its
derivation; the backward pass calls theirs in reverse. The whole is derived in derivations/training/gpt.md. Below, rows
are positions: x is (N T, C) for N sequences of T tokens.
"""

from collections.abc import Callable, Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives.activations.gelu_tanh import gelu_tanh
from nnmath.primitives.attention.causal_attention import attention_weights
from nnmath.primitives.attention.multi_head_attention import multi_head_attention
from nnmath.primitives.linear.embedding import embedding
from nnmath.primitives.linear.linear import linear
from nnmath.primitives.normalization.layer_norm import layer_norm
from nnmath.training.parameters import vector, views
from nnmath.typing import Array

# The mathematics alone: what goes in is checked once, before training.
embed, project, gelu = embedding.mathematics, linear.mathematics, gelu_tanh.mathematics
attend = multi_head_attention.mathematics


class Sizes(NamedTuple):
    """How large a GPT is."""

    vocabulary: int
    context: int = 64
    width: int = 128
    heads: int = 4
    blocks: int = 4


class BlockWeights(NamedTuple):
    """The weights of one block, for a width of C; or their gradients."""

    qkv: Array
    """Queries, keys and values of all heads, (C, 3 C)."""
    out: Array
    """From the heads back to the stream, (C, C)."""
    up: Array
    """(C, 4 C)."""
    down: Array
    """(4 C, C)."""
    scale1: Array
    """Of the layer norm before attention, (C,)."""
    scale2: Array
    """Of the layer norm before up, (C,)."""


class Weights(NamedTuple):
    """All weights, or their gradients."""

    tokens: Array
    """E, (V, C): from tokens to numbers, and back."""
    positions: Array
    """P, (T, C)."""
    blocks: tuple[BlockWeights, ...]
    scale: Array
    """Of the last layer norm, (C,)."""


def gpt(tokens: NDArray[np.integer], w: Weights, heads: int) -> tuple[Array, Callable[[Array, Weights], None]]:
    """Logits of the next token at each position.

    Parameters
    ----------
    tokens : integer array, shape (N, T)
        T is at most the context.
    w : Weights
    heads : int

    Returns
    -------
    logits : float array, shape (N T, V)
    backward : callable
        ``backward(dlogits, d)`` takes the upstream gradient, shape (N T, V), and writes the gradients into d.
    """
    N, T = tokens.shape
    E, back_E = embed(tokens.ravel(), w.tokens)
    P, back_P = embed(np.tile(np.arange(T), N), w.positions)
    x = E + P  # (2)
    backs = []
    for weights in w.blocks:
        x, back = block(x, weights, N, heads)
        backs.append(back)
    y, back_y = normalize(x, w.scale)  # (10)
    logits, back_logits = project(y, w.tokens.T)  # (11)

    def backward(dlogits: Array, d: Weights) -> None:
        dy, dE_out = back_logits(dlogits)  # (13)
        dx, d.scale[...] = back_y(dy)  # (14), (25)
        for back, gradients in zip(reversed(backs), reversed(d.blocks), strict=True):
            dx = back(dx, gradients)
        d.positions[...] = back_P(dx)  # (23)
        np.add(back_E(dx), dE_out.T, out=d.tokens)  # (24); the table is used twice

    return logits, backward


def block(x: Array, w: BlockWeights, N: int, heads: int) -> tuple[Array, Callable[[Array, BlockWeights], Array]]:
    """x plus attention, plus two layers with a GELU between them; x and the value have the shape (N T, C)."""
    NT, C = x.shape
    n1, back_n1 = normalize(x, w.scale1)  # (3)
    a, back_a = attend(n1.reshape(N, -1, C), w.qkv.reshape(C, 3, heads, C // heads), w.out.reshape(heads, -1, C))  # (4)
    h = x + a.reshape(NT, C)  # (5)
    n2, back_n2 = normalize(h, w.scale2)  # (6)
    f, back_f = project(n2, w.up)  # (7)
    g, back_g = gelu(f)  # (8)
    m, back_m = project(g, w.down)
    y = h + m  # (9)

    def backward(dy: Array, d: BlockWeights) -> Array:
        dg, _ = back_m(dy, out=d.down)  # (15)
        dn2, _ = back_f(back_g(dg), out=d.up)  # (16), (17), (18)
        dh, d.scale2[...] = back_n2(dn2)
        dh += dy  # (19); the sum passes its gradient to both of its terms
        out = d.qkv.reshape(C, 3, heads, C // heads), d.out.reshape(heads, -1, C)
        dn1, _, _ = back_a(dh.reshape(N, -1, C), out=out)  # (20), (21)
        dx, d.scale1[...] = back_n1(dn1.reshape(NT, C))
        dx += dh  # (22)
        return dx

    return y, backward


def normalize(x: Array, scale: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    """Layer norm without a shift."""
    y, back = layer_norm.mathematics(x, scale, np.zeros_like(scale))

    def backward(dy: Array) -> tuple[Array, Array]:
        dx, dscale, _ = back(dy)
        return dx, dscale

    return y, backward


def shapes(sizes: Sizes) -> Iterator[tuple[int, ...]]:
    """Yield the shape of each weight, matrices first: these are what weight decay acts on."""
    V, T, C, _, blocks = sizes
    yield from ((V, C), (T, C))
    for _ in range(blocks):
        yield from ((C, 3 * C), (C, C), (C, 4 * C), (4 * C, C))
    yield from [(C,)] * (2 * blocks + 1)


def unflatten(theta: Array, sizes: Sizes) -> Weights:
    """Return the weights that a vector holds, as views: a change of theta in place is a change of the weights."""
    arrays = views(theta, [*shapes(sizes)])
    matrices, scales = arrays[2 : 2 + 4 * sizes.blocks], arrays[2 + 4 * sizes.blocks :]
    blocks = (BlockWeights(*matrices[4 * i : 4 * i + 4], *scales[2 * i : 2 * i + 2]) for i in range(sizes.blocks))
    return Weights(arrays[0], arrays[1], tuple(blocks), scales[-1])


def initialize(sizes: Sizes, rng: np.random.Generator) -> Array:
    """Draw the weights as GPT-2 does, float32, as one vector: normal with 0.02, less where they add to the stream."""
    theta = vector([*shapes(sizes)], 1.0)
    w = unflatten(theta, sizes)
    small = 0.02 / sqrt(2 * sizes.blocks)
    for array in (w.tokens, w.positions, *(matrix for b in w.blocks for matrix in b[:4])):
        array[...] = rng.normal(0, 0.02, array.shape)
    for b in w.blocks:
        for array in (b.out, b.down):
            array *= small / 0.02
    return theta


def attention_maps(tokens: NDArray[np.integer], w: Weights, heads: int) -> list[Array]:
    """Return the attention weights of each block, shape (N, heads, T, T), for tokens of shape (N, T)."""
    N, T = tokens.shape
    x = w.tokens[tokens.ravel()] + w.positions[np.tile(np.arange(T), N)]
    maps = []
    for weights in w.blocks:
        qkv = normalize(x, weights.scale1)[0] @ weights.qkv
        q, k, _ = qkv.reshape(N, T, 3, heads, -1).transpose(2, 0, 3, 1, 4)
        maps.append(attention_weights(q, k))
        x, _ = block(x, weights, N, heads)
    return maps
