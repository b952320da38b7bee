r"""Values that no domain describes: -1 or 1, one-hot rows, symmetric, orthogonal and diagonal matrices.

Each is computed from something free of which nothing is known: a symmetric matrix is R + R^T.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nnmath.latex import Place
from nnmath.latex.symbols.dimensions import OPEN
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tree import Expr
from nnmath.notes import trees
from nnmath.sampling import Domain, parse_domain

if TYPE_CHECKING:
    from nnmath.notes.declarations import Declaration

#: Ends the name of what a value is computed from.
FREE = "_{[free]}"

POSITIVE_DEFINITE = "positive definite"

#: From what people write to the definition of A by R, which is free.
_MATRICES = {
    "symmetric": r"A := R + R^\top",
    POSITIVE_DEFINITE: r"A := R R R^\top R^\top",  # with the square of it, so that it is square itself
    "orthogonal": r"A := (I - R + R^\top) (I + R - R^\top)^{-1}",
    "diagonal": r"A := \operatorname{diag}(R)",
}
_ONE_HOT = {1: "A_k := [R = k]", 2: "A_{nk} := [R_n = k]"}

#: What a message lists.
CONSTRAINTS = "one-hot, {-1, 1}, symmetric, positive definite, orthogonal, diagonal"

_SPELLINGS = {
    r"one[- ]?hot(?: rows| vectors?)?": "one-hot",
    r"(?:symmetric(?: and|,)? )?(?:positive[- ](?:semi-?)?definite|psd|spd)|(?:a )?covariance": POSITIVE_DEFINITE,
    r"symmetric": "symmetric",
    r"orthogonal|orthonormal": "orthogonal",
    r"diagonal": "diagonal",
    r"\\pm ?1|±1|\+-1|\+/-1": "{-1, 1}",
    r"binary": "{0, 1}",
}
_PAIR = re.compile(r"\\?\{\s*([-+]?\d+(?:\.\d+)?)\s*,\s*([-+]?\d+(?:\.\d+)?)\s*\\?\}")


def parse_constraint(text: str) -> str:
    """Return the constraint that a text names, in one spelling; empty where it names none."""
    text = re.sub(r"^(?:in|\\in)\s*(?=\\?\{)", "", " ".join(text.split())).removesuffix(" matrix")
    if found := _PAIR.fullmatch(text):
        return f"{{{found[1]}, {found[2]}}}" if float(found[1]) != float(found[2]) else ""
    return next((kind for pattern, kind in _SPELLINGS.items() if re.fullmatch(pattern, text, re.I)), "")


def problem_of(kind: str, dims: tuple[str, ...] | None) -> str:
    """Return why nothing of these dimensions can be of this kind; empty where it can."""
    if dims is None or _PAIR.fullmatch(kind):
        return ""
    if kind == "one-hot":
        return "" if 1 <= len(dims) <= len(_ONE_HOT) else "one-hot rows have the shape (K,) or (N, K)"
    return "" if len(dims) == 2 and dims[0] == dims[1] else f"{kind} matrices have the shape (N, N)"


@dataclass(frozen=True)
class Constrained:
    """A symbol whose value is computed from something free.

    Attributes
    ----------
    name : str
        The symbol.
    kind : str
        What is said of it; one of `CONSTRAINTS`.
    rank : int
        How many dimensions one-hot rows have.
    """

    name: str
    kind: str
    rank: int = 2

    @property
    def free(self) -> str:
        """The name of what it is computed from."""
        return self.name + FREE

    @property
    def lost(self) -> int:
        """How many dimensions it has more than what it is computed from."""
        return int(self.kind in ("one-hot", "diagonal"))

    def definition(self) -> tree.Chain:
        """Return the definition by what is free."""
        if pair := _PAIR.fullmatch(self.kind):
            low, high = float(pair[1]), float(pair[2])
            latex = f"A := {low!r} (2 - R) + {high!r} (R - 1)"
        else:
            latex = _ONE_HOT[self.rank] if self.kind == "one-hot" else _MATRICES[self.kind]
        chain, _ = parse(latex.replace("(-", "(0 - "), KnownNames(frozenset("AR"), frozenset()), Place(1, 1))
        new = {"A": self.name, "R": self.free, "k": r"\entry", "n": r"\row"}

        def change(node: Expr) -> Expr:
            return tree.Name(new.get(node.name, node.name), at=node.at) if isinstance(node, tree.Name) else node

        return trees.changed(chain, change)

    def declared(self, one: Declaration) -> tuple[str, Declaration]:
        """Return what an annotation of the symbol says of what is free."""
        dims = None if one.dims is None else one.dims[: len(one.dims) - self.lost]
        domain = parse_domain("labels:2") if _PAIR.fullmatch(self.kind) else None
        if self.kind == "one-hot":
            domain = parse_domain(f"labels:{one.dims[-1]}") if one.dims else _open_labels(self.free)
        return self.free, replace(one, dims=dims, domain=domain)

    def free_ranks(self, usual: dict[int, float]) -> dict[int, float]:
        """Return how many dimensions what is free may have; `usual` are those of the symbol, of numbers of a pair."""
        if _PAIR.fullmatch(self.kind):
            return usual
        return {(self.rank if self.kind == "one-hot" else 2) - self.lost: 0.0}


def _open_labels(name: str) -> Domain:
    return Domain("labels", parse_domain("labels:K").low, None, classes=f"{OPEN}{name}.classes")
