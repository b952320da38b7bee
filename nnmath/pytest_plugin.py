"""A fixture for pytest that checks a backward pass at drawn inputs, in one line.

    def test_dense(gradcheck):
        gradcheck(dense, "x=N,D W=D,M b=M")

pytest loads this module in every run, and so it imports nothing of the checker before the fixture is called.
"""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def gradcheck(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Check a function as `nnmath.gradcheck.assert_function` does, with the settings and the database of Hypothesis.

    ``gradcheck(function, shapes, domains, backward=..., wrt=..., arrays=..., examples=...)``. The number of examples
    is `max_examples` of the profile that is loaded, unless it is said; ``--hypothesis-seed`` chooses the examples. The
    smallest inputs that show a mistake are kept in the database and are tried first the next time.
    """

    def check(function: Callable[..., Any], shapes: str = "", domains: str = "", **options: Any) -> None:
        __tracebackhide__ = True
        from hypothesis import settings

        from nnmath.gradcheck import CouldNotCheckError, check_function

        options = {"examples": settings().max_examples, "seed": _seed(request.config), **options}
        name = getattr(function, "__name__", type(function).__name__)
        database = settings().database
        key = hashlib.sha256(f"nnmath {request.node.nodeid} {name}".encode()).digest()
        kept = [] if database is None else list(database.fetch(key))
        try:
            found = check_function(function, shapes, domains, first=list(_arrays(kept)), **options)
        except CouldNotCheckError as error:
            pytest.fail(f"there is no verdict: {error}", pytrace=False)
        if database is not None:
            for data in kept:
                database.delete(key, data)
            if found.outcome.counterexample is not None:
                database.save(key, _data(found.outcome.counterexample))
        if not found.outcome.ok:
            pytest.fail(str(found), pytrace=False)

    return check


def _seed(config: pytest.Config) -> int:
    """The seed of the command line, or 0."""
    given = config.getoption("--hypothesis-seed", None)
    return int(given) if given is not None and str(given).isdigit() else 0


def _data(inputs: Any) -> bytes:
    import numpy as np

    file = io.BytesIO()
    np.savez(file, *inputs)
    return file.getvalue()


def _arrays(kept: list[bytes]) -> Iterator[tuple[Any, ...]]:
    """Inputs of earlier failures; what cannot be read, such as that of another version, is left out."""
    import numpy as np

    for data in kept:
        try:
            with np.load(io.BytesIO(data)) as file:
                yield tuple(file[name] for name in file.files)
        except (ValueError, OSError, EOFError):
            continue
