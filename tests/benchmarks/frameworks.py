"""The same work in PyTorch, JAX and scikit-learn, whichever are installed: eager, jitted, and as its users call it."""

from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.training.network import flatten, unflatten
from tests.benchmarks.work import BETA1, BETA2, Contender, Work


class Torch:
    """PyTorch, eager, with its own layers, loss and optimizers."""

    name = "PyTorch eager"

    def __init__(self, work: Work, shuffle: bool) -> None:
        import torch

        self.work, self.shuffle, self.torch = work, shuffle, torch
        x, labels = work.data
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(labels)
        D, H, K = work.sizes
        dtype = torch.float64 if work.dtype is np.float64 else torch.float32
        activation = torch.nn.Sigmoid() if work.hidden == "sigmoid" else torch.nn.ReLU()
        first, last = torch.nn.Linear(D, H, dtype=dtype), torch.nn.Linear(H, K, dtype=dtype)
        self.layers, self.network = (first, last), torch.nn.Sequential(first, activation, last)
        with torch.no_grad():
            for layer, (W, b) in zip(self.layers, unflatten(work.theta, work.sizes)):
                layer.weight.copy_(torch.from_numpy(W.T))
                layer.bias.copy_(torch.from_numpy(b))
        parameters = self.network.parameters()
        self.optimizer = (
            torch.optim.Adam(parameters, work.rate, (BETA1, BETA2), work.epsilon)
            if work.adam
            else torch.optim.SGD(parameters, work.rate)
        )
        torch.manual_seed(2)

    @property
    def theta(self) -> NDArray:
        """All weights and biases."""
        return flatten([(layer.weight.detach().numpy().T, layer.bias.detach().numpy()) for layer in self.layers])

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last."""
        work, torch = self.work, self.torch
        for _ in range(count):
            total, order = 0.0, torch.randperm(work.count) if self.shuffle and work.batch else None
            for start in range(0, work.count, work.size):
                chosen = slice(start, start + work.size) if order is None else order[start : start + work.size]
                xs, ys = self.x[chosen], self.y[chosen]
                loss = torch.nn.functional.cross_entropy(self.network(xs), ys)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                total += loss.item() * len(xs)
        return total / work.count


class Jax:
    """JAX, with the whole step jitted: the gather, the gradient and the update."""

    name = "JAX jit"

    def __init__(self, work: Work, shuffle: bool) -> None:
        import jax

        jax.config.update("jax_enable_x64", True)
        self.work, self.rng = work, np.random.default_rng(2) if shuffle else None
        x, labels = work.data
        self.x, self.y = jax.numpy.asarray(x), jax.numpy.asarray(labels)
        self.layers = jax.tree.map(jax.numpy.asarray, [tuple(layer) for layer in unflatten(work.theta, work.sizes)])
        m, v = (jax.tree.map(jax.numpy.zeros_like, self.layers) for _ in "mv")
        self.memory = (m, v, jax.numpy.zeros((), work.dtype))
        self.step = jax.jit(jax_step(work), donate_argnums=(0, 1))

    @property
    def theta(self) -> NDArray:
        """All weights and biases."""
        return flatten([(np.asarray(W), np.asarray(b)) for W, b in self.layers])

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last."""
        work = self.work
        for _ in range(count):
            total = 0.0
            order = self.rng.permutation(work.count) if self.rng and work.batch else np.arange(work.count)
            for start in range(0, work.count, work.size):
                chosen = order[start : start + work.size] if work.batch else None
                self.layers, self.memory, loss = self.step(self.layers, self.memory, self.x, self.y, chosen)
                total += float(loss) * (work.count if chosen is None else len(chosen))
        return total / work.count


def jax_step(work: Work) -> Any:
    """Return one step as a function of the layers and what Adam remembers."""
    import jax
    from jax import numpy as jnp

    def loss_of(layers: Any, x: Any, y: Any) -> Any:
        (W1, b1), (W2, b2) = layers
        a = (jax.nn.sigmoid if work.hidden == "sigmoid" else jax.nn.relu)(x @ W1 + b1)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(a @ W2 + b2), y[:, None], axis=1))

    def step(layers: Any, memory: Any, x: Any, y: Any, chosen: Any) -> Any:
        xs, ys = (x, y) if chosen is None else (x[chosen], y[chosen])
        loss, g = jax.value_and_grad(loss_of)(layers, xs, ys)
        if not work.adam:
            return jax.tree.map(lambda p, g: p - work.rate * g, layers, g), memory, loss
        m, v, t = memory
        t = t + 1
        m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, g)
        v = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g**2, v, g)
        layers = jax.tree.map(
            lambda p, m, v: p - work.rate * (m / (1 - BETA1**t)) / (jnp.sqrt(v / (1 - BETA2**t)) + work.epsilon),
            layers,
            m,
            v,
        )
        return layers, (m, v, t), loss

    return step


class Sklearn:
    """scikit-learn's MLPClassifier, an epoch a call of partial_fit.

    Its ε stands outside the uncorrected root, and two classes get one output; so it takes no part where these matter.
    """

    name = "scikit-learn"

    def __init__(self, work: Work, shuffle: bool) -> None:
        from sklearn.neural_network import MLPClassifier

        self.work, (self.x, self.y) = work, work.data
        self.classes = np.arange(work.sizes[-1])
        self.model = MLPClassifier(
            work.sizes[1:-1],
            activation={"sigmoid": "logistic", "relu": "relu"}[work.hidden],
            solver="adam" if work.adam else "sgd",
            alpha=0,
            batch_size=work.size,
            learning_rate_init=work.rate,
            momentum=0,
            nesterovs_momentum=False,
            beta_1=BETA1,
            beta_2=BETA2,
            epsilon=work.epsilon,
            shuffle=shuffle and work.batch > 0,
            random_state=2,
        )
        first = np.resize(self.classes, work.size)
        self.model.partial_fit(self.x[: work.size], first, classes=self.classes)  # makes the arrays; then replaced
        for (W, b), to_W, to_b in zip(
            unflatten(work.theta, work.sizes), self.model.coefs_, self.model.intercepts_, strict=True
        ):
            to_W[...], to_b[...] = W, b
        del self.model._optimizer  # starts anew

    @property
    def theta(self) -> NDArray:
        """All weights and biases."""
        return flatten(list(zip(self.model.coefs_, self.model.intercepts_)))

    def epochs(self, count: int) -> float:
        """Train for so many epochs and return the mean loss of the last."""
        for _ in range(count):
            self.model.partial_fit(self.x, self.y)
        return float(self.model.loss_)


def installed(work: Work) -> list[type[Contender]]:
    """Return the frameworks that are installed, and do that work."""
    found: list[type[Contender]] = [c for c, name in ((Torch, "torch"), (Jax, "jax")) if find_spec(name)]
    if find_spec("sklearn") and work.sizes[-1] > 2:
        found.append(Sklearn)
    return found
