"""How a person says what the inputs of a function may be: shapes such as ``N, D`` and domains such as ``positive``.

On the command line, for all inputs: ``x=N,D W=D,M b=M`` and ``x=positive y=labels:K``. In the source, for each:
``def f(x: "N, D positive", y: "N labels:K")``. A dimension is a name, the same size wherever it stands, or a number;
``()`` is a single number.
"""

import __future__

import ast
import builtins
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

DOMAINS = "real, positive, nonnegative, nonzero, [0, 1], (0, 1), probabilities, labels:K, integer"

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_INTERVAL = rf"([\[(])\s*({_NUMBER})\s*,\s*({_NUMBER})\s*([\])])"
_LABELS = r"labels\s*:?\s*(?:0\s*\.\.\s*)?(\w+)(\s*-\s*1)?"
_WORDS = "real|positive|nonnegative|nonzero|unit|probabilities|integer"
_DOMAIN = rf"(?:{_WORDS})\b|{_INTERVAL}|{_LABELS}"


@dataclass(frozen=True)
class Domain:
    """What the entries of an input may be.

    Attributes
    ----------
    kind : str
        real, nonzero, interval, probabilities, labels or integer.
    low, high : float
        The ends of an interval.
    open_low, open_high : bool
        Whether the ends themselves are left out.
    classes : str or int
        The dimension that labels count up to, from 0 on.
    """

    kind: str = "real"
    low: float = -float("inf")
    high: float = float("inf")
    open_low: bool = False
    open_high: bool = False
    classes: str | int = 0

    def __str__(self) -> str:
        """Write the domain as a person would."""
        if self.kind == "labels":
            return f"labels:{self.classes}"
        if self.kind == "interval" and self.high == float("inf"):
            return "positive" if self.open_low else "nonnegative"
        left, right = "(" if self.open_low else "[", ")" if self.open_high else "]"
        return f"in {left}{self.low:g}, {self.high:g}{right}" if self.kind == "interval" else self.kind

    def holds(self, number: float) -> bool:
        """Whether a number lies in the domain, as far as that can be said of one alone."""
        above = number > self.low or (number == self.low and not self.open_low)
        below = number < self.high or (number == self.high and not self.open_high)
        return above and below and not (self.kind == "nonzero" and number == 0)

    @property
    def has_gradient(self) -> bool:
        """Whether there are derivatives by such an input."""
        return self.kind not in ("labels", "integer")


@dataclass(frozen=True)
class Input:
    """An input of a function: its name, the dimensions of its shape, and its domain."""

    name: str
    dims: tuple[str | int, ...]
    domain: Domain = Domain()

    def __str__(self) -> str:
        """Write the input as a person would: x (N, D), y (N,) labels:K."""
        shape = f"({', '.join(map(str, self.dims))}{',' if len(self.dims) == 1 else ''})"
        return f"{self.name} {shape}" + (f" {self.domain}" if self.domain != Domain() else "")


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
    given_shapes = {name: _dims(name, text) for name, text in _entries("shapes", shapes, names)}
    given_domains = {name: _domain(name, text) for name, text in _entries("domains", domains, names)}
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


def _dims(name: str, text: str) -> tuple[str | int, ...]:
    inside = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text.strip()
    if inside == "" and text.startswith("("):
        return ()
    dims = re.split(r"\s*,\s*|\s+", re.sub(r"\s*,\s*$", "", inside))
    for dim in dims:
        if not re.fullmatch(r"[A-Za-z_]\w*|[1-9]\d*", dim):
            raise ValueError(
                f"{name}: {text!r} is no shape; expected dimensions, names or numbers from 1 on, such as N,D or N,3 "
                "(() for a single number)"
            )
    return tuple(int(dim) if dim.isdigit() else dim for dim in dims)


def _domain(name: str, text: str) -> Domain:
    infinity = float("inf")
    simple = {
        "real": Domain(),
        "positive": Domain("interval", 0, infinity, open_low=True),
        "nonnegative": Domain("interval", 0, infinity),
        "nonzero": Domain("nonzero"),
        "unit": Domain("interval", 0, 1),
        "probabilities": Domain("probabilities"),
        "integer": Domain("integer"),
    }
    if text in simple:
        return simple[text]
    if match := re.fullmatch(_LABELS, text):
        last, exclusive = match.groups()
        if last.isdigit():
            return Domain("labels", classes=int(last) + (".." in text and not exclusive))
        return Domain("labels", classes=last)
    if match := re.fullmatch(_INTERVAL, text, re.IGNORECASE):
        left, low, high, right = match.groups()
        if float(low) < float(high):
            return Domain("interval", float(low), float(high), left == "(", right == ")")
    raise ValueError(f"{name}: {text!r} is no domain; expected one of {DOMAINS}")


def _check_labels(inputs: list[Input]) -> None:
    dims = dict.fromkeys(dim for i in inputs for dim in i.dims if isinstance(dim, str))
    for i in inputs:
        if isinstance(i.domain.classes, str) and i.domain.classes not in dims:
            known = ", ".join(dims) or "none"
            raise ValueError(f"{i.name}: {i.domain.classes} is no dimension of any input; the dimensions are {known}")
        if i.domain.kind == "probabilities" and not i.dims:
            raise ValueError(f"{i.name}: a single number is no row of probabilities; give it a shape such as N,K")


def _annotated(function: Callable[..., Any], parameter: inspect.Parameter) -> tuple[Any, Domain | None]:
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


def _shape_and_domain(name: str, text: str) -> tuple[tuple[str | int, ...], Domain]:
    """Read ``N, D positive``: the domain is whatever follows the dimensions."""
    match = re.fullmatch(rf"(?P<dims>\(.*?\)|.*?)(?:(?:^|\s|,)\s*(?:in\s+)?(?P<domain>{_DOMAIN}))?\s*", text.strip())
    assert match is not None  # the dimensions take whatever is no domain
    if not match["dims"]:
        raise ValueError(f"{name}: its annotation {text!r} has no shape; a single number is '() {text.strip()}'")
    try:
        return _dims(name, match["dims"]), _domain(name, match["domain"]) if match["domain"] else Domain()
    except ValueError:
        raise ValueError(
            f"{name}: its annotation {text!r} is no shape; write 'N, D' or 'N, D positive' "
            f"(domains: {DOMAINS}), or give --shapes '{name}=N,D'"
        ) from None
