"""Forward and backward passes as students write them, right; the tables break them or drive them to awkward inputs."""

import numpy as np
from numpy import exp, log, newaxis


def sigmoid(z):
    return 1 / (1 + exp(-z))


def sigmoid_b(g, z):
    a = sigmoid(z)
    return g * a * (1 - a)


def stable_sigmoid(z):
    e = exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def stable_sigmoid_b(g, z):
    e = exp(-np.abs(z))
    return g * e / (1 + e) ** 2


def tanh_b(g, z):
    return g * (1 - np.tanh(z) ** 2)


def relu(z):
    return np.maximum(z, 0)


def relu_b(g, z):
    return g * (z > 0)


def leaky(z):
    return np.where(z > 0, z, 0.01 * z)


def leaky_b(g, z):
    return g * np.where(z > 0, 1, 0.01)


def elu(z):
    return np.where(z > 0, z, exp(np.minimum(z, 0)) - 1)


def elu_b(g, z):
    return g * np.where(z > 0, 1, exp(np.minimum(z, 0)))


def softplus(z):
    return np.logaddexp(0, z)


def softplus_b(g, z):
    return g / (1 + exp(-z))


def gelu(z):
    return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def gelu_b(g, z):
    c = np.sqrt(2 / np.pi)
    t = np.tanh(c * (z + 0.044715 * z**3))
    return g * (0.5 * (1 + t) + 0.5 * z * (1 - t**2) * c * (1 + 3 * 0.044715 * z**2))


def dense(x, W, b):
    return x @ W + b


def dense_b(g, x, W, b):
    return g @ W.T, x.T @ g, g.sum(axis=0)


def dense_relu(x, W, b):
    return relu(x @ W + b)


def dense_relu_b(g, x, W, b):
    return dense_b(g * (x @ W + b > 0), x, W, b)


def softmax(z):
    e = exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_b(g, z):
    p = softmax(z)
    return p * (g - (g * p).sum(axis=-1, keepdims=True))


def cross_entropy(z, y):
    """The loss from the probabilities, as most courses write it."""
    return -np.mean(log(softmax(z)[np.arange(len(y)), y]))


def cross_entropy_lse(z, y):
    m = z.max(axis=1, keepdims=True)
    lse = m[:, 0] + log(exp(z - m).sum(axis=1))
    return np.mean(lse - z[np.arange(len(y)), y])


def cross_entropy_b(g, z, y):
    p = softmax(z)
    p[np.arange(len(y)), y] -= 1
    return g * p / len(y)


def bce(z, t):
    """Binary cross-entropy through the probabilities."""
    p = sigmoid(z)
    return -np.mean(t * log(p) + (1 - t) * log(1 - p))


def bce_clipped(z, t):
    p = np.clip(sigmoid(z), 1e-12, 1 - 1e-12)
    return -np.mean(t * log(p) + (1 - t) * log(1 - p))


def bce_logaddexp(z, t):
    return np.mean(np.logaddexp(0, z) - t * z)


def bce_b(g, z, t):
    return g * (sigmoid(z) - t) / z.size


def mse(p, t):
    return np.mean((p - t) ** 2)


def mse_b(g, p, t):
    return g * 2 * (p - t) / p.size


def huber(p, t):
    r = p - t
    return np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5).sum()


def huber_b(g, p, t):
    return g * np.clip(p - t, -1, 1)


def hinge(s, y):
    return np.maximum(0, 1 - y * s).mean()


def hinge_b(g, s, y):
    return g * np.where(1 - y * s > 0, -y, 0) / len(s)


def layer_norm(x, gamma, beta):
    m, v = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - m) / np.sqrt(v + 1e-5) + beta


def layer_norm_b(g, x, gamma, beta):
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    gh = g * gamma
    dx = (gh - gh.mean(axis=1, keepdims=True) - h * (gh * h).mean(axis=1, keepdims=True)) / s
    return dx, (g * h).sum(axis=0), g.sum(axis=0)


def batch_norm(x, gamma, beta):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + beta


def batch_norm_b(g, x, gamma, beta):
    N = len(x)
    s = np.sqrt(x.var(axis=0) + 1e-5)
    h = (x - x.mean(axis=0)) / s
    dx = gamma / (N * s) * (N * g - g.sum(axis=0) - h * (g * h).sum(axis=0))
    return dx, (g * h).sum(axis=0), g.sum(axis=0)


def rms_norm(x):
    return x / np.sqrt((x**2).mean(axis=1, keepdims=True))


def rms_norm_b(g, x):
    r = np.sqrt((x**2).mean(axis=1, keepdims=True))
    return g / r - x * (g * x).mean(axis=1, keepdims=True) / r**3


def unit(x):
    return x / np.linalg.norm(x)


def unit_b(g, x):
    n = np.linalg.norm(x)
    return g / n - x * (x @ g) / n**3


def attention(Q, K, V):
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def attention_b(g, Q, K, V):
    c = np.sqrt(Q.shape[1])
    A = softmax(Q @ K.T / c)
    dA = g @ V.T
    dS = A * (dA - (dA * A).sum(axis=1, keepdims=True)) / c
    return dS @ K, dS.T @ Q, A.T @ g


def conv(x, w):
    """Valid cross-correlation of an image with a kernel, by loops."""
    H, W = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum()
    return out


def conv_b(g, x, w):
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            dx[i : i + w.shape[0], j : j + w.shape[1]] += g[i, j] * w
            dw += g[i, j] * x[i : i + w.shape[0], j : j + w.shape[1]]
    return dx, dw


def max_pool(x):
    """Over pairs in a row."""
    return x.reshape(len(x), -1, 2).max(axis=2)


def max_pool_b(g, x):
    pairs = x.reshape(len(x), -1, 2)
    first = pairs.argmax(axis=2)
    dx = np.zeros_like(pairs)
    np.put_along_axis(dx, first[:, :, newaxis], g[:, :, newaxis], axis=2)
    return dx.reshape(x.shape)


def embed(table, ids):
    return table[ids]


def embed_b(g, table, ids):
    d = np.zeros_like(table)
    np.add.at(d, ids, g)
    return d


def rnn_cell(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh + b)


def rnn_cell_b(g, x, h, Wx, Wh, b):
    d = g * (1 - rnn_cell(x, h, Wx, Wh, b) ** 2)
    return d @ Wx.T, d @ Wh.T, x.T @ d, h.T @ d, d.sum(axis=0)


def mlp(x, W1, b1, W2, b2, y):
    """Two layers and softmax cross-entropy."""
    return cross_entropy_lse(relu(x @ W1 + b1) @ W2 + b2, y)


def mlp_b(g, x, W1, b1, W2, b2, y):
    h = relu(x @ W1 + b1)
    dz = cross_entropy_b(g, h @ W2 + b2, y)
    dh = (dz @ W2.T) * (h > 0)
    return dh @ W1.T, x.T @ dh, dh.sum(axis=0), h.T @ dz, dz.sum(axis=0)


def draw_mlp(rng):
    N, D, H, K = 5, 4, 6, 3
    return (
        rng.standard_normal((N, D)), rng.standard_normal((D, H)), rng.standard_normal(H),
        rng.standard_normal((H, K)), rng.standard_normal(K), rng.integers(K, size=N),
    )  # fmt: skip


def course_cost(W1, b1, W2, b2, W3, b3, X, Y):
    """Three layers, one example a column: the network of a well-known exercise on gradient checking."""
    A1 = relu(W1 @ X + b1)
    A2 = relu(W2 @ A1 + b2)
    A3 = sigmoid(W3 @ A2 + b3)
    return np.sum(-log(A3) * Y - log(1 - A3) * (1 - Y)) / X.shape[1]


def course_b(g, W1, b1, W2, b2, W3, b3, X, Y, double_dW2=1.0, four_db1=1.0):
    m = X.shape[1]
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    dZ3 = g * (sigmoid(W3 @ A2 + b3) - Y)
    dW3, db3 = dZ3 @ A2.T / m, dZ3.sum(axis=1, keepdims=True) / m
    dZ2 = (W3.T @ dZ3) * (A2 > 0)
    dW2, db2 = dZ2 @ A1.T / m * double_dW2, dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (A1 > 0)
    return (*dW1_db1(dZ1, X, m, four_db1), dW2, db2, dW3, db3)


def dW1_db1(dZ1, X, m, four_db1):
    return dZ1 @ X.T / m, four_db1 / m * dZ1.sum(axis=1, keepdims=True)


def draw_course(rng):
    shapes = (5, 4), (5, 1), (3, 5), (3, 1), (1, 3), (1, 1), (4, 3)
    return *(rng.standard_normal(shape) for shape in shapes), rng.integers(2, size=(1, 3))


MATRIX = np.random.default_rng(5).standard_normal((4, 4))


def onehot(z, y):
    return np.eye(z.shape[1])[y]


def scores_b(g, Q, K, V):
    """The gradient of the scores in attention, divided by the root."""
    c = np.sqrt(Q.shape[1])
    A = softmax(Q @ K.T / c)
    dA = g @ V.T
    return A * (dA - (dA * A).sum(axis=1, keepdims=True)) / c


def square_net(x, W1, W2):
    return np.tanh(x @ W1) @ W2


def square_net_b(g, x, W1, W2):
    """The transpose of W2 is forgotten, which makes dx and dW1 wrong."""
    h = np.tanh(x @ W1)
    d = (g @ W2) * (1 - h**2)
    return d @ W1.T, x.T @ d, h.T @ g


def norm_means_over_0(_, g, x, gamma, beta):
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    gh = g * gamma
    return (gh - gh.mean(axis=0) - h * (gh * h).mean(axis=0)) / s


def norm_parts(g, x, gamma):
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    return s, h, g * gamma


def no_mean_path(_, g, x, gamma, beta):
    s, h, gh = norm_parts(g, x, gamma)
    return (gh - h * (gh * h).mean(axis=1, keepdims=True)) / s


def no_variance_path(_, g, x, gamma, beta):
    s, _, gh = norm_parts(g, x, gamma)
    return (gh - gh.mean(axis=1, keepdims=True)) / s


def shared_b(g, W, x):
    """The use of W in the second product is forgotten."""
    h = np.tanh(x @ W)
    d = (g @ W.T) * (1 - h**2)
    return x.T @ d, d @ W.T


def assign(g, table, ids):
    """Rows that are looked up twice get the gradient of the last use only."""
    d = np.zeros_like(table)
    d[ids] = g
    return d


def conv_overwritten(_, g, x, w):
    dx = np.zeros_like(x)
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            dx[i : i + w.shape[0], j : j + w.shape[1]] = g[i, j] * w
    return dx


def antiparallel(x):
    """relu(x v) - relu(-x v), which is x v, summed up."""
    z = x @ np.array([1.0, 2])
    return (relu(z) - relu(-z)).sum()


def antiparallel_b(g, x):
    z = x @ np.array([1.0, 2])
    return g * ((z > 0) + 0.0 + (z < 0))[:, newaxis] * np.array([1.0, 2])


def antiparallel_W(x, W, v):
    return relu(x @ W) @ v


def antiparallel_W_b(g, x, W, v):
    h = relu(x @ W)
    d = np.outer(g, v) * (h > 0)
    return d @ W.T, x.T @ d, h.T @ g


def net0(x, W, V):
    return (relu(x @ W) @ V) ** 2 + relu(x @ W) @ V


def net0_b(g, x, W, V):
    h = relu(x @ W)
    dz = g * (2 * (h @ V) + 1)
    d = (dz @ V.T) * (h > 0)
    return d @ W.T, x.T @ d, h.T @ dz


def multi_hinge(s, y):
    margins = np.maximum(0, s - s[np.arange(len(y)), y][:, newaxis] + 1)
    margins[np.arange(len(y)), y] = 0
    return margins.sum() / len(y)


def multi_hinge_b(g, s, y):
    rows = np.arange(len(y))
    d = (s - s[rows, y][:, newaxis] + 1 > 0).astype(float)
    d[rows, y] = 0
    d[rows, y] = -d.sum(axis=1)
    return g * d / len(y)


def stable_cross_entropy(z, y):
    """Exact to the last digit where the true class is all but certain."""
    rows = np.arange(len(y))
    d = z - z[rows, y][:, newaxis]
    d[rows, y] = -np.inf
    m = np.maximum(d.max(axis=1), 0)
    small = exp(d - m[:, newaxis]).sum(axis=1)
    return np.mean(np.where(m > 0, m + log(small + exp(-m)), np.log1p(small)))


def saturated_net(x, W, b, y):
    return stable_cross_entropy(np.tanh(x) @ W + b, y)


def saturated_net_b(g, x, W, b, y):
    h = np.tanh(x)
    dz = cross_entropy_b(g, h @ W + b, y)
    return (dz @ W.T) * (1 - h**2), h.T @ dz, dz.sum(axis=0)


def log_or_raise(x):
    if (x <= 0).any():
        raise ValueError("positive numbers, please")
    return log(x), lambda g: g / x


def at_most_one(x):
    if (x > 1).any():
        raise ValueError("1 at most, please")
    return x**2, lambda g: 2 * g * x


def only_distributions(p):
    if abs(p.sum() - 1) > 1e-15:
        raise ValueError("must sum to 1")
    return p**2, lambda g: 2 * g * p


def read_only(rng):
    x = rng.standard_normal((3, 4))
    x.flags.writeable = False
    return (x,)


class Layer:
    """Keeps its input from the forward to the backward pass, as many courses have it."""

    def forward(self, x):
        self.x = x
        return np.sin(x)

    def backward(self, g, x):
        return g * np.cos(self.x)


LAYER = Layer()


def mse_closure(p, t):
    def backward(upstream=1.0):
        return upstream * 2 * (p - t) / p.size

    return np.mean((p - t) ** 2), backward


def mse_no_upstream(p, t):
    return np.mean((p - t) ** 2), lambda: 2 * (p - t) / p.size
