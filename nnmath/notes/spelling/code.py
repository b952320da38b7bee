r"""Code that stands in formulas: ``\frac{1}{m} np.sum(dZ, axis=1, keepdims=True)``, ``np.dot(W.T, dZ)``, ``x >= 0``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end, split_outermost

_CALL = re.compile(
    r"(?:\\(?:text|mathrm|texttt|operatorname)\s*\{\s*)?(?<![A-Za-z])(?:np|numpy)\s*\.\s*"
    r"(?P<name>[a-z]+)\s*\}?\s*(?:\\left\s*)?\("
)
_TRANSPOSED = re.compile(r"(?<=[A-Za-z0-9\])}])\s*\.\s*T(?![A-Za-z])")
_ROW_SUM = re.compile(
    r"\\(?:text|mathrm|texttt|operatorname|textrm)\s*\{\s*(?:row[\\_ -]*sum|sum[\\_ -]*rows?)\s*\}\s*(?:\\left\s*)?\("
)
_OPTION = re.compile(r"\s*(?P<name>axis|keepdims)\s*=\s*(?P<value>\w+)\s*$")
_FUNCTIONS = frozenset(["exp", "log", "tanh", "sinh", "cosh", "sin", "cos", "sqrt"])
#: Where brackets are put around an argument, the product that a function of two arguments is.
_PRODUCTS = {"dot": " ", "matmul": " ", "multiply": r" \odot ", "outer": " "}
_SIGNS = [(r"(?<![<=>])>\s*=(?!=)", r"\\ge "), (r"(?<![<=>])<\s*=(?![=>])", r"\\le "), (r"(?<![<=>:!])==(?!=)", "="),
          (r"(?<!\\)!=", r"\\ne ")]  # fmt: skip


def without_code(latex: str) -> str:
    """Return an equation in which NumPy's functions and signs of comparison are those of mathematics."""
    for pattern, sign in _SIGNS:
        latex = re.sub(pattern, sign, latex)
    while found := _ROW_SUM.search(latex):
        latex = _with_row_sum(latex, found)
    while found := _CALL.search(latex):
        end = group_end(latex, found.end() - 1)
        said = _said(found["name"], re.sub(r"\\right\s*$", "", latex[found.end() : end - 1])) if end > 0 else None
        if said is None:
            return latex
        latex = f"{latex[: found.start()]} {said} {latex[end:]}"
    return _TRANSPOSED.sub(r"^\\top ", latex)


def _with_row_sum(latex: str, found: re.Match[str]) -> str:
    """Return an equation with a product in the place of the sums of rows: a vector, or beside others a matrix."""
    end = group_end(latex, found.end() - 1)
    if end < 0:
        return latex.replace(found.group(), r"\text{rowSum}(", 1)
    inside = re.sub(r"\\right\s*$", "", latex[found.end() : end - 1])
    alone = latex[: found.start()].rstrip().endswith("=") and re.match(r"[\s.,;]*(?:$|=)", latex[end:])
    again = "" if alone else r" \mathbf{1}^\top"
    return rf"{latex[: found.start()]} (({inside}) \mathbf{{1}}{again}) {latex[end:]}"


def _said(name: str, inside: str) -> str | None:
    """Return what a call computes, in LaTeX; None where that is not known."""
    pieces = [piece for _, piece in split_outermost(inside, ",")]
    options = {found["name"]: found["value"] for piece in pieces if (found := _OPTION.match(piece))}
    values = [piece.strip() for piece in pieces if not _OPTION.match(piece)]
    if name == "sum" and len(values) == 1 and options.get("axis") in ("0", "1"):
        ones = r"\mathbf{1}"
        return rf"({values[0]}) {ones}" if options["axis"] == "1" else rf"{ones}^\top ({values[0]})"
    if name in _PRODUCTS and len(values) == 2:
        turned = r"^\top" if name == "outer" else ""
        return f"({values[0]}){_PRODUCTS[name]}({values[1]}){turned}"
    if name in _FUNCTIONS and len(values) == 1:
        return rf"\{name}{{({values[0]})}}" if name == "sqrt" else rf"\{name}({values[0]})"
    if name == "maximum" and len(values) == 2:
        return rf"\max({values[0]}, {values[1]})"
    if name in ("square", "power") and (len(values) == 1 or values[1:] == ["2"]):
        return f"({values[0]})^2"
    return None
