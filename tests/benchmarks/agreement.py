"""Nobody wins by doing less: every contender must compute the same loss, gradient and updates as the floor."""

from dataclasses import replace

import numpy as np

from tests.benchmarks.floor import Floor
from tests.benchmarks.frameworks import Sklearn
from tests.benchmarks.work import Contender, Work


def disagreement(contender: type[Contender], work: Work) -> str:
    """Say in what a contender differs from the floor; nothing where it does not.

    Compared are the loss and the gradient of one step, which gradient descent at a rate of 1 shows, and where three
    steps lead; with Adam's ε so large that it matters where it stands, unless the contender puts it elsewhere and says
    so.
    """
    epsilon = 1e-20 if contender is Sklearn else 1e-2
    one = replace(work, count=work.size, adam=False, rate=1.0)
    three = replace(work, count=3 * (work.batch or 100), epsilon=epsilon)
    for what, small in (("one step at a rate of 1", one), ("three steps", three)):
        mine, floors = contender(small, False), Floor(small, False)
        count = 1 if small.batch or small is one else 3
        losses = mine.epochs(count), floors.epochs(count)
        moved, expected = mine.theta - work.theta, floors.theta - work.theta
        tolerance = 200 * np.finfo(work.dtype).eps * small.size**0.5
        if not np.isclose(*losses, rtol=tolerance):
            return f"{work.name}, {contender.name}: {what}: loss {losses[0]!r}, that of the floor is {losses[1]!r}"
        error = np.abs(moved - expected).max() / np.abs(expected).max()
        if not error <= tolerance * (1 if not small.adam else 100):
            return f"{work.name}, {contender.name}: {what}: parameters move otherwise than the floor's, by {error:.2g}"
    return ""
