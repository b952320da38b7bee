"""Random cases of each primitive beside PyTorch: `python -m tests.interop.random_cases 1000 conv2d lstm`.

The number of cases comes first, 1,000 if there is none; then names, all if there are none. The largest difference of
each is printed, in the unit of `differences`.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

import nnmath
from tests.interop.parts import PARTS

#: Units that rounding may make.
ALLOWED = 16


def differences(name: str, count: int, dtype: type) -> Iterator[tuple[float, tuple[Any, ...]]]:
    """Yield for each of so many random cases how far ours and theirs are apart, and the inputs.

    The unit is epsilon times 1 + the size of the largest entry of the result, times 1 + the root of the number of
    entries of the inputs: about what rounding makes of sums. `tests.interop.cases` measures entry by entry.
    """
    part, rng = PARTS[name], np.random.default_rng([len(name), np.dtype(dtype).itemsize])
    ours = part.ours or getattr(nnmath, name)
    for _ in range(count):
        drawn = [np.asarray(x, dtype) for x in part.draw(rng)]
        options = part.options(rng, *drawn)
        value, backward = ours(*drawn, *options)
        tensors = [torch.tensor(x, requires_grad=True) for x in drawn]
        expected = part.theirs(*tensors, *(torch.tensor(x) if isinstance(x, np.ndarray) else x for x in options))
        upstream = np.asarray(rng.normal(size=np.shape(value)), dtype)
        found = backward(upstream)
        found = found if isinstance(found, tuple) else (found,)
        theirs = torch.autograd.grad(expected, tensors, torch.tensor(upstream))
        terms = 1 + np.sqrt(sum(x.size for x in drawn))
        terms *= max(1.0, part.cancelling(*drawn)) if part.cancelling else 1.0
        pairs = zip((value, *found), (expected.detach(), *theirs), strict=True)
        yield max(_apart(one, other.numpy(), terms) for one, other in pairs), (*drawn, *options, upstream)


def _apart(one: Any, other: Any, terms: float) -> float:
    assert (one.dtype, one.shape) == (other.dtype, other.shape)
    unit = np.finfo(one.dtype).eps * terms * (1 + np.abs(other).max())
    apart = float(np.abs(one - other).max() / unit)
    return np.inf if np.isnan(apart) else apart


def main(arguments: list[str]) -> int:
    """Print a line for each primitive and precision; return 1 where a difference is more than rounding makes."""
    torch.set_num_threads(1)
    count, names = int(arguments[0]) if arguments else 1000, arguments[1:] or list(PARTS)
    beyond = 0
    for name in names:
        for dtype in (np.float64, np.float32):
            found = [apart for apart, _ in differences(name, count, dtype)]
            beyond += sum(apart > ALLOWED for apart in found)
            print(f"{name:22} {np.dtype(dtype).name}  {count:,} cases, {max(found):.2g} units at worst", flush=True)
    missing = [] if arguments[1:] else [p.__name__ for p in nnmath.primitives.PRIMITIVES if p.__name__ not in PARTS]
    for name in missing:
        print(f"{name:22} is not compared")
    print(f"{beyond} cases are more than {ALLOWED} units apart")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
