"""Nets that random searches found hard, right and wrong: saturated beside large weights, and kinks near each other."""

from typing import Any

import numpy as np

from nnmath import dense, softmax_cross_entropy
from nnmath import relu as primitive_relu
from nnmath import sigmoid as primitive_sigmoid
from nnmath import softmax as primitive_softmax
from tests.gradcheck.gradient_case import Case
from tests.gradcheck.passes import (
    cross_entropy_b,
    cross_entropy_lse,
    relu,
    softmax,
    softmax_b,
    stable_sigmoid,
    stable_sigmoid_b,
)
from tests.gradcheck.random_nets import then


def net(x: Any, W: Any, b: Any, V: Any, c: Any) -> Any:
    return softmax(relu(x @ W + b) @ V + c)


def net_b(g: Any, x: Any, W: Any, b: Any, V: Any, c: Any) -> Any:
    return linear_net_b(softmax_b(g, relu(x @ W + b) @ V + c), x, W, b, V, c)


def double_net(*inputs: Any) -> Any:
    """It calculates in double precision, whatever it is given."""
    return net(*(np.asarray(x, dtype=float) for x in inputs))


def linear_net(x: Any, W: Any, b: Any, V: Any, c: Any) -> Any:
    return relu(x @ W + b) @ V + c


def linear_net_b(g: Any, x: Any, W: Any, b: Any, V: Any, c: Any) -> Any:
    h = relu(x @ W + b)
    d = g @ V.T * (h > 0)
    return d @ W.T, x.T @ d, d.sum(0), h.T @ g, g.sum(0)


def equal_columns(rng: np.random.Generator) -> Any:
    """Columns of weights that cancel, times large ones, after a saturated softmax: a gradient of 0, all rounding."""
    x, W = np.array([[0.172], [-0.955], [-0.75]]), np.array([[1159.8]])
    return x, W, np.array([-1.3e-10]), np.full((1, 3), -17.5554), np.array([-0.7, -41.4, 32.3])


def two_of_a_size(rng: np.random.Generator) -> Any:
    x = np.array([[116.557, 530.411], [1163.556, -544.772], [959.025, 928.369]])
    W, V = np.array([[-0.96, -0.649], [0.554, 2.591]]), np.array([[-8.434, -12.099], [9.736, 9.736]])
    return x, W, np.array([22.256, 18.454]), V, np.array([3e-7, 33.7545])


def last_units(rng: np.random.Generator) -> Any:
    """An output that is a few units in the last place from 1: its slope is gone before any step that could show it."""
    x, W = np.array([[-8.693125332385197], [1e-300], [27.2938397273457]]), np.array([[2.5214910e-10, 1.2317723e-9]])
    V = np.array([[-0.23464054046249944, 4.328120016746122], [14.556894975647252, -8.01700334666569]])
    return x, W, np.array([0.0, -1113.8059423588863]), V, np.array([-34.147540052469964, 3e-07])


def unsaturated(rng: np.random.Generator) -> Any:
    x, W, b, V, c = two_of_a_size(rng)
    return x / 1e3, W, 0 * b, V, 0 * c


def kinks_together(rng: np.random.Generator) -> Any:
    """Kinks about 1e-10 apart, where all units of a hidden layer start."""
    x, W = np.zeros((2, 3)), 1e-9 * rng.standard_normal((3, 4))
    return x, W, np.zeros(4), 30 * rng.standard_normal((4, 5)), 1e-9 * rng.standard_normal(5)


def loss_net(x: Any, W: Any, b: Any, V: Any, c: Any, y: Any) -> Any:
    return cross_entropy_lse(linear_net(x, W, b, V, c), y)


def loss_net_b(g: Any, x: Any, W: Any, b: Any, V: Any, c: Any, y: Any) -> Any:
    return linear_net_b(cross_entropy_b(g, linear_net(x, W, b, V, c), y), x, W, b, V, c)


OURS = then((dense, 2), (primitive_relu, 0), (dense, 2), (softmax_cross_entropy, 1))


def our_net(*inputs: Any) -> Any:
    return OURS(*inputs)[0]


def our_net_b(g: Any, *inputs: Any) -> Any:
    return OURS(*inputs)[1](g)


def kinks_too_slight(rng: np.random.Generator) -> Any:
    """Kinks all around whose slopes differ by less than the error bars: at most neighbours as well."""
    x = [[6.44e-11, 2.78e-11, 2.78e-11, -5.83e-10], [1, -8.53e-10, -4.62e-10, -4.62e-10],
         [-1.64e-9, -4.62e-10, -1.64e-9, -1.89e-9], [1, -5.83e-10, -4.62e-10, -8.53e-10]]  # fmt: skip
    W = [
        [-17.9, 30.6, 67.5, 29.5],
        [18, 56.7, -1.32, -8.74],
        [-0.464, -9.63, -39.2, -20.6],
        [-15.3, -15.1, -33.4, 63.9],
    ]
    V = [[4.89e-10, -3.33e-10, -2.05e-10, -2.52e-10], [2.83e-10, 1.89e-10, -5.63e-10, 1.02e-9],
         [7.37e-11, -1.44e-9, -1.26e-9, 4.9e-10], [-2.96e-10, 1.05e-9, 4.67e-10, 1.7e-9]]  # fmt: skip
    b, c = [1e-300, 2.197, -1e-9, -0.334], [-30, 3e-7, -3e-7, 3.02e-10]
    return *(np.array(a, dtype=float) for a in (x, W, b, V, c)), np.array([2, 0, 0, 3])


def unit_near_0(rng: np.random.Generator) -> Any:
    """An output of 1 - 8e-16, and a unit that switches over where that could be seen."""
    x, W = np.array([[-4.54e-4, -1.54e-3], [50, 0]]), np.array([[22.1, -36.9, -22.1, -58.8], [20.4, -81, -74.3, -31.5]])
    V = [
        [1.13, 1.43, -1.23, 1.47],
        [-0.764, -2.8, 1.43, 2.82],
        [1.2, 0.197, -0.712, 0.197],
        [1.13, -2.8, -0.712, 0.197],
    ]
    return x, W, np.array([-1.97e-3, 7.29e-4, 6.18e-4, -5.3e-4]), np.array(V), np.array([-9.28, 0, -38, 33.7])


def sigmoid_layer(x: Any, W: Any, b: Any) -> Any:
    return stable_sigmoid(x @ W + b)


def sigmoid_layer_b(g: Any, x: Any, W: Any, b: Any) -> Any:
    d = stable_sigmoid_b(g, x @ W + b)
    return d @ W.T, x.T @ d, d.sum(0)


def small_beside_bias(rng: np.random.Generator) -> Any:
    return 1e-9 * rng.standard_normal((4, 5)), 10 * rng.standard_normal((5, 3)), np.array([-626.0, 267, 145])


def nothing_beside_bias(rng: np.random.Generator) -> Any:
    x = np.array([[4.4e-10], [-1.7e-9], [7.7e-10], [-2.6e-11]])
    return x, np.array([[0.0, 0.0, 0.48]]), np.array([434.0, -128.8, 1064.2])


def saturated_by_x(rng: np.random.Generator) -> Any:
    x = np.array([[-960.19240215, -252.71925342, -789.09903806], [881.32579854, -255.02027963, 798.63369545]])
    return x, np.array([[0.23944786], [0.54129086], [-0.58903638]]), np.array([20.5258498])


def beside_large_weights(rng: np.random.Generator) -> Any:
    x, W = np.array([[0.27382308, -0.88589196]]), np.array([[-1816.50797189, 814.5719184], [22.03878346, 28.34082099]])
    return x, W, np.array([0.9591815, -13.10824996])


def off_nearer_to_0(rng: np.random.Generator) -> Any:
    """A loss of 4e-155, and weights of a unit that is off where smaller ones make a larger loss."""
    x = np.array([[315.83582546546, 1e-09, -36.7, -1.0]])
    W = [[1.69066895, -0.25036381, -0.17856454, 0.77704022, -1.9682447],
         [0.5671357, -1.69482876, 1.67510019, -1.26880838, 0.63521962],
         [2.20557605, 0.63509946, -1.68060723, -0.53345523, -1.37664763],
         [0.11655231, 1.99686046, -1.01725605, -0.42491284, 1.10345481]]  # fmt: skip
    V = [[-0.97562125, -1.26347225, -0.02639306, -1.75005717], [-0.09250879, 0.81822485, -1.02847891, -0.07286085],
         [2.34827849, 0.67120639, -0.27234196, -1.56749053], [1.47389871, -0.39162809, -0.1157704, 0.22130674],
         [-0.77118617, 1.51118153, 0.74807292, 2.18401831]]  # fmt: skip
    b, c = [-700.0, 0.73735996, -0.20537956, -0.70716594, 0.67434507], [-0.6479667, -0.82619676, -0.6479667, -0.6479667]
    return *(np.array(a, dtype=float) for a in (x, W, b, V, c)), np.array([0])


def kinks_beside_1(rng: np.random.Generator) -> Any:
    """An output of 1 - 7.5e-15, and kinks at 1e-3: nearer than any step that shows its slope."""
    x = np.array([[432.8080956173159], [1e-9]])
    W = np.array(
        [[0.9491944538369648, 1.4608628942295587, -1.556775855428578, -0.4393725258822598, -0.4393725258822598]]
    )
    b = np.array([-0.0005313049976221, 0.0011207285366737, 0.0009909879282640, 0.0005405179924389, -0.0011881216998832])
    V = np.array([[1e-300, 30], [-1.29177, -1e-12], [-2.14366, -0.621406], [-1.21486, 30], [-0.339451, -0.156169]])
    return x, W, b, V, np.array([9.76745444, 42.26922048])


def without_mask(g: Any, x: Any, W: Any) -> Any:
    return g @ W.T, x.T @ g


def one_negative(rng: np.random.Generator) -> Any:
    W = rng.uniform(2, 3, (3, 3))
    W[0, 1] = -0.5
    return np.array([[1.0, 0, 0], [1.0, 0.5, 0.5]]), W


def times(backward: Any, position: Any, factor: Any) -> Any:
    """The gradient of one input times a factor."""

    def changed(g: Any, *inputs: Any) -> Any:
        found = list(backward(g, *inputs))
        found[position] = found[position] * factor
        return tuple(found)

    return changed


WELL, PARAMETERS = 1 + 1e-6, (0, 1, 2, 3, 4)

RIGHT = [
    Case("softmax net, equal columns", net, net_b, equal_columns),
    Case("softmax net, equal weights of a unit", net, net_b, two_of_a_size),
    Case("softmax net, last units before 1", net, net_b, last_units),
    Case("relu net ce, kinks too slight to see", loss_net, loss_net_b, kinks_too_slight, wrt=PARAMETERS),
    Case("relu net, kinks together", linear_net, linear_net_b, kinks_together),
    Case("softmax net, kinks beside 1", double_net, net_b, kinks_beside_1),
    Case(
        "softmax net, a unit near 0",
        then((dense, 2), (primitive_relu, 0), (dense, 2), (primitive_softmax, 0)),
        None,
        unit_near_0,
    ),
    Case("sigmoid layer, 1e-9 beside -626", sigmoid_layer, sigmoid_layer_b, small_beside_bias),
]

WRONG = [
    Case("softmax net, equal columns, dc 1e-6", net, times(net_b, 4, WELL), equal_columns, ("scale",), WELL, 4),
    Case("softmax net, one unsaturated, dW 1e-6", net, times(net_b, 1, WELL), unsaturated, ("scale",), WELL, 1),
    Case("relu net ce, kinks too slight to see, dc 1e-6", loss_net, times(loss_net_b, 4, WELL), kinks_too_slight,
         ("scale",), WELL, 4, PARAMETERS),
    Case("relu net, kinks together, dc 1e-6", linear_net, times(linear_net_b, 4, WELL), kinks_together, ("scale",),
         WELL, 4),
    Case("relu net, kinks together, dW 1e-6", linear_net, times(linear_net_b, 1, WELL),
         lambda rng: (rng.standard_normal((2, 3)), *kinks_together(rng)[1:]), ("scale",), WELL, 1),
    Case("sigmoid layer, 1e-9 beside -626, dW halved", sigmoid_layer, times(sigmoid_layer_b, 1, 0.5), small_beside_bias,
         ("scale",), 0.5, 1),
    Case("sigmoid layer, 1e-9 beside -626, db 1e-6", sigmoid_layer, times(sigmoid_layer_b, 2, WELL), small_beside_bias,
         ("scale",), WELL, 2),
    Case("sigmoid layer, 1e-10 beside -129, no dW", sigmoid_layer, times(sigmoid_layer_b, 1, 0), nothing_beside_bias,
         ("missing",), None, 1),
    Case("sigmoid layer, x of 1e3, dW 1e-7", sigmoid_layer, times(sigmoid_layer_b, 1, 1 - 1e-7), saturated_by_x,
         ("scale",), 1 - 1e-7, 1),
    Case("relu net ce, a unit that is off nearer to 0, dW", our_net, times(our_net_b, 1, 0.5), off_nearer_to_0,
         ("scale",), 0.5, 1, PARAMETERS),
    Case("sigmoid layer, -517 beside large weights, no db", sigmoid_layer, times(sigmoid_layer_b, 2, 0),
         beside_large_weights, ("missing",), None, 2),
    Case("sigmoid of 0 beside 1e6, 1e-8", lambda z: primitive_sigmoid(z)[0],
         lambda g, z: stable_sigmoid_b(g, z) * (1 + 1e-8),
         lambda rng: (np.array([784577.7, 797297.8, 1370865.5, 0, -3e-7, 1e-300]),), ("scale",), 1 + 1e-8, 0),
    Case("softmax of -50, an entry of the opposite sign", softmax, lambda g, z: softmax_b(g, z) * np.array([1, 1, -1]),
         lambda rng: (np.array([[-50.0, -50, 0]]),), ("sign", "entries", "axis", "transpose", "unknown"), None, 0),
    Case("dense relu without mask, one below 0", lambda x, W: relu(x @ W), without_mask, one_negative, ("mask",),
         None, 1),
    Case("log, the two largest doubled", np.log, lambda g, x: g / x * np.where(np.arange(x.size) < 2, 2, 1),
         lambda rng: (np.sort(rng.uniform(0.5, 2, 10))[::-1].copy(),), ("entries",), None, 0),
]  # fmt: skip
