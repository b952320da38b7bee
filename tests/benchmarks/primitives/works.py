"""What is computed: inputs of each primitive, float32, at the sizes of a small GPT, of LeNet-5 and of an LSTM."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

#: Of the GPT: sequences, positions, width, heads, tokens that there are. 4 layers of them make a step.
N, T, C, HEADS, V = 12, 64, 128, 4, 65
#: Functions of one number.
OF_ONE_NUMBER = ("sigmoid", "tanh", "relu", "leaky_relu", "selu", "softplus", "log_sigmoid", "silu", "mish", "gelu")
OF_ONE_NUMBER += ("gelu_tanh",)
#: Images in a step of LeNet-5; sequences, steps and units of a recurrent layer.
IMAGES, SEQUENCES, STEPS, UNITS = 60, 50, 100, 32


class PrimitiveWork(NamedTuple):
    """A call of a primitive.

    Attributes
    ----------
    inputs : tuple
        Float32 arrays, labels and options.
    wrt : tuple of int
        Which inputs have a gradient.
    limit : float
        How many times as long as PyTorch it may take: 1.2 where a matrix product is most of the work, otherwise 2.
    """

    inputs: tuple[Any, ...]
    wrt: tuple[int, ...]
    limit: float = 2.0


def works(share: int = 1) -> dict[str, PrimitiveWork]:
    """Return the work of each primitive; of batches only one example in `share` is left."""
    rng = np.random.default_rng(0)

    def normal(*shape: int, size: float = 1.0) -> Any:
        return rng.normal(0, size, shape).astype(np.float32)

    rows, few = N * T // share, max(N // share, 1)
    images, sequences = IMAGES // share, SEQUENCES // share
    hidden, stream = normal(rows, 4 * C), normal(rows, C)
    logits, labels = normal(rows, V), rng.integers(V, size=rows)
    one, heads = (0,), (few, HEADS, T, C // HEADS)
    maps, pooled = normal(images, 6, 28, 28), normal(images, 6, 14, 14)
    steps, gates = normal(sequences, STEPS, 2), {"rnn": 1, "lstm": 4, "gru": 3}
    found = {name: PrimitiveWork((hidden,), one) for name in OF_ONE_NUMBER}
    scores = normal(few * HEADS * T, T)
    found |= {name: PrimitiveWork((scores,), one) for name in ("softmax", "log_softmax")}
    found["swiglu"] = PrimitiveWork((hidden, normal(rows, 4 * C)), (0, 1))
    found["linear"] = PrimitiveWork((stream, normal(C, 4 * C, size=0.1)), (0, 1), 1.2)
    found["dense"] = PrimitiveWork((stream, normal(C, 4 * C, size=0.1), normal(4 * C)), (0, 1, 2), 1.2)
    found["embedding"] = PrimitiveWork((labels, normal(V, C)), (1,))
    found["residual"] = PrimitiveWork((stream, normal(rows, C)), (0, 1))
    mask = (rng.random((rows, C)) >= 0.1).astype(np.float32) / np.float32(0.9)
    found["dropout"] = PrimitiveWork((stream, mask), one)
    found["layer_norm"] = found["batch_norm"] = PrimitiveWork((stream, normal(C), normal(C)), (0, 1, 2))
    found["rms_norm"] = PrimitiveWork((stream, normal(C)), (0, 1))
    found["causal_attention"] = PrimitiveWork((normal(*heads), normal(*heads), normal(*heads)), (0, 1, 2), 1.2)
    weights = normal(C, 3, HEADS, C // HEADS, size=0.1), normal(HEADS, C // HEADS, C, size=0.1)
    found["multi_head_attention"] = PrimitiveWork((normal(few, T, C), *weights), (0, 1, 2), 1.2)
    found["rotary"] = PrimitiveWork((normal(*heads),), one)
    first = normal(images, 1, 28, 28), normal(6, 1, 5, 5, size=0.2), normal(6), 1, 2
    second = pooled, normal(16, 6, 5, 5, size=0.1), normal(16), 1, 0
    found["conv2d, first layer"] = PrimitiveWork(first, (0, 1, 2), 1.2)
    found["conv2d, second layer"] = PrimitiveWork(second, (0, 1, 2), 1.2)
    found["max_pool"] = found["average_pool"] = PrimitiveWork((maps,), one)
    for name, columns in gates.items():
        state = normal(sequences, UNITS * (2 if name == "lstm" else 1))
        weights = normal(2, columns * UNITS, size=0.3), normal(UNITS, columns * UNITS, size=0.1)
        biases = [normal(columns * UNITS), *([normal(UNITS)] if name == "gru" else [])]
        given = (steps, state, *weights, *biases)
        found[name] = PrimitiveWork(given, tuple(range(len(given))))
    found["softmax_cross_entropy"] = PrimitiveWork((logits, labels), one)
    yes = rng.integers(2, size=(rows, C)).astype(np.float32)
    found["binary_cross_entropy"] = PrimitiveWork((stream, yes), one)
    found["mean_squared_error"] = PrimitiveWork((stream, normal(rows, C)), one)
    found["huber"] = PrimitiveWork((stream, normal(rows, C), 1.0), one)
    return found


#: From the inputs to the value and a backward pass, which takes the upstream gradient.
Contender = Callable[..., tuple[Any, Callable[[Any], Any]]]
