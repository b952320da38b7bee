"""What a person says of the inputs of a function: shapes such as ``N, D`` and domains such as ``positive``.

On the command line, for all inputs: ``x=N,D W=D,M b=M`` and ``x=positive y=labels:K``. In the source, for each:
``def f(x: "N, D positive", y: "N labels:K")``. A dimension is a name, the same size wherever it stands, or a number;
``()`` is a single number. Other sources of declarations, such as the table of symbols of a derivation, make the same
`Input` objects.
"""

import __future__

import ast
import builtins
import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from nnmath.sampling.domains import DOMAIN_IN_TEXT, DOMAINS, Domain, parse_domain
from nnmath.sampling.shapes import Dims, names_of, parse_dims, written

#: The dimensions of inputs that may have any shape.
ENTRIES = ("E", "F", "G")
REAL = Domain()


@dataclass(frozen=True)
class Input:
    """An input of a function: its name, the dimensions of its shape, and its domain."""

    name: str
    dims: Dims
    domain: Domain = REAL

    def __str__(self) -> str:
        """Write the input as a person would: x (N, D), y (N,) labels:K."""
        return f"{self.name} {written(self.dims)}" + (f" {self.domain}" if self.domain != REAL else "")


def forms(rows: Sequence[Input]) -> list[tuple[Input, ...]]:
    """Return the forms in which the inputs of a function come.

    Parameters
    ----------
    rows : sequence of Input
        As a table of symbols lists them. Rows of one name are alternatives, such as labels and rows of probabilities;
        where no input of a form has an axis, they may have any shape, the same for all, up to three axes.

    Returns
    -------
    list of tuple of Input
        In each, every name once, in the order of the rows.
    """
    by_name: dict[str, list[Input]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    found: list[tuple[Input, ...]] = []
    for form in itertools.product(*by_name.values()):
        if any(i.dims for i in form):
            found.append(form)
        else:
            axes = range(len(ENTRIES) + 1)
            found += [tuple(Input(i.name, ENTRIES[:count], i.domain) for i in form) for count in axes]
    return found


def declared_inputs(function: Callable[..., Any], shapes: str = "", domains: str = "") -> tuple[Input, ...]:
    """Say what the inputs of a function may be.

    Parameters
    ----------
    function : callable
        Its parameters may be annotated with shapes and domains.
    shapes, domains : str
        As on the command line; they go before the annotations.

    Returns
    -------
    tuple of Input
        In the order of the function's parameters. Parameters that have a default and no shape are left out.

    Raises
    ------
    ValueError
        Something cannot be read, names no parameter, or a parameter without a default has no shape.
    """
    parameters = [
        p for p in inspect.signature(function).parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    names = [p.name for p in parameters]
    given_shapes = {name: _named(name, parse_dims, text) for name, text in _entries("shapes", shapes, names)}
    given_domains = {name: _named(name, parse_domain, text) for name, text in _entries("domains", domains, names)}
    inputs, missing = [], []
    for parameter in parameters:
        name = parameter.name
        dims, domain = _annotated(function, parameter) if name not in given_shapes else (given_shapes[name], None)
        if dims is not None:
            inputs.append(Input(name, dims, given_domains.get(name, domain or Domain())))
        elif parameter.default is parameter.empty:
            missing.append(name)
        elif name in given_domains:
            raise ValueError(f"{name}: has a domain but no shape; a single number is {name}=()")
    if missing:
        raise ValueError(_what_to_write(missing, [p.name for p in parameters if p.default is p.empty]))
    if not inputs:
        raise ValueError("the function has no inputs to draw")
    _check_labels(inputs)
    return tuple(inputs)


def _what_to_write(missing: list[str], names: list[str]) -> str:
    dims = ["N,D", "D,M", "M"] if len(names) == 3 else ["N,D"] * len(names)
    example = " ".join(f"{name}={shape}" for name, shape in zip(names, dims))
    return (
        f"no shape for {', '.join(missing)}. Give it as in --shapes '{example}' (in a test, shapes=), or annotate the "
        f'parameter, {missing[0]}: "N, D". A single number is ()'
    )


def _entries(what: str, text: str, names: list[str]) -> Iterable[tuple[str, str]]:
    """Split ``x=N,D W=D,M`` into names and what is said of them."""
    starts = list(re.finditer(r"(?:^|(?<=\s))([A-Za-z_]\w*)\s*=\s*", text))
    if text.strip() and (not starts or text[: starts[0].start()].strip()):
        example = "x=N,D W=D,M" if what == "shapes" else "x=positive p=probabilities y=labels:K"
        raise ValueError(f"{what}: expected name=... for each input, such as {example!r}, got {text.strip()!r}")
    seen = set()
    for start, following in zip(starts, [*starts[1:], None]):
        name = start.group(1)
        if name not in names:
            raise ValueError(f"{what}: {name} is no parameter of the function; it has {', '.join(names) or 'none'}")
        if name in seen:
            raise ValueError(f"{what}: {name} is given twice")
        seen.add(name)
        yield name, text[start.end() : following.start() if following else None].strip().rstrip(",;")


def _named(name: str, read: Callable[[str], Any], text: str) -> Any:
    """Read what is said of an input; an error begins with its name."""
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _check_labels(inputs: list[Input]) -> None:
    dims = names_of(i.dims for i in inputs)
    for i in inputs:
        if isinstance(i.domain.classes, str) and i.domain.classes not in dims:
            known = ", ".join(dims) or "none"
            raise ValueError(f"{i.name}: {i.domain.classes} is no dimension of any input; the dimensions are {known}")
        if i.domain.kind == "probabilities" and not i.dims:
            raise ValueError(f"{i.name}: a single number is no row of probabilities; give it a shape such as N,K")


def _annotated(function: Callable[..., Any], parameter: inspect.Parameter) -> tuple[Dims | None, Domain | None]:
    """Read the shape and the domain from an annotation; no shape where it is a type or is missing."""
    annotation = parameter.annotation
    for said in getattr(annotation, "__metadata__", ()):  # Annotated[np.ndarray, "N, D"]
        if isinstance(said, str):
            return _shape_and_domain(parameter.name, said)
    annotation = getattr(annotation, "dim_str", annotation)  # jaxtyping: Float[Array, "N D"]
    if not isinstance(annotation, str):
        return None, None
    quoted = re.findall(r"'[^']*'|\"[^\"]*\"", annotation)
    if quoted and "Literal" not in annotation:  # as `from __future__ import annotations` leaves them
        return _shape_and_domain(parameter.name, ast.literal_eval(quoted[-1]))
    return (None, None) if _is_type(function, annotation) else _shape_and_domain(parameter.name, annotation)


def _is_type(function: Callable[..., Any], annotation: str) -> bool:
    """Whether the text of an annotation is a type rather than a shape."""
    code: CodeType | None = getattr(function, "__code__", None)
    if code is not None and code.co_flags & __future__.annotations.compiler_flag:
        return True
    known: Mapping[str, Any] = vars(builtins) | getattr(function, "__globals__", {})
    first = re.match(r"\w*", annotation.strip())
    return first is not None and first.group() in known and not isinstance(known[first.group()], int)


def _shape_and_domain(name: str, text: str) -> tuple[Dims, Domain]:
    """Read ``N, D positive``: the domain is whatever follows the dimensions."""
    match = re.fullmatch(
        rf"(?P<dims>\(.*?\)|.*?)(?:(?:^|\s|,)\s*(?:in\s+)?(?P<domain>{DOMAIN_IN_TEXT}))?\s*", text.strip()
    )
    assert match is not None  # the dimensions take whatever is no domain
    if not match["dims"]:
        raise ValueError(f"{name}: its annotation {text!r} has no shape; a single number is '() {text.strip()}'")
    try:
        return parse_dims(match["dims"]), parse_domain(match["domain"]) if match["domain"] else Domain()
    except ValueError:
        raise ValueError(
            f"{name}: its annotation {text!r} is no shape; write 'N, D' or 'N, D positive' "
            f"(domains: {DOMAINS}), or give --shapes '{name}=N,D'"
        ) from None
