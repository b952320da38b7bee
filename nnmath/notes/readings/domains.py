"""What the values of symbols may be, as far as logarithms, roots and indices say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nnmath.latex.symbols.dimensions import OPEN
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax.statements.roles import Role
from nnmath.notes.syntax.usage import Usage
from nnmath.sampling import Domain, parse_domain


def domains_in(found: Mapping[int, Role], used: Usage) -> dict[str, Domain]:
    """Return what symbols may be, as far as logarithms, roots and indices say it."""
    domains: dict[str, Domain] = {}
    for role in found.values():
        for node in tree.walk(role.chain):
            if isinstance(node, tree.Call) and node.function in ("log", "sqrt"):
                _narrow(node.arguments[0], node.function, domains)
            if isinstance(node, tree.Power) and not isinstance(node.exponent, (tree.Number, tree.Sum)):
                domains.setdefault(tree.base_name(node.base), parse_domain("positive"))
            for label in {*_labels(node, used), *used.labels}:
                domains[label] = replace(parse_domain("labels:K"), classes=f"{OPEN}{label}.classes")
    return dict(_of_arguments(found, domains)) | domains


def _of_arguments(found: Mapping[int, Role], domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """Yield what arguments of functions may be, as their parameters: a in L(a) where L(p) is the logarithm of p."""
    functions = {role.name: role.parameters for role in found.values()}
    for role in found.values():
        for node in tree.walk(role.chain):
            if isinstance(node, tree.Call):
                for one, parameter in zip(node.arguments, functions.get(node.function, ()), strict=False):
                    if tree.base_name(one) and parameter in domains:
                        yield tree.base_name(one), domains[parameter]


def _labels(node: Expr, used: Usage) -> Iterator[str]:
    """Yield what is an index itself, y in p_{y_i}, or is compared with one, in [y = k]."""
    if isinstance(node, tree.Element):
        yield from (tree.base_name(index) for index in node.indices if isinstance(index, tree.Element))
    if isinstance(node, tree.Compare) and node.relations in (("=",), ("≠",)):
        for one, other in (node.sides, node.sides[::-1]):
            if isinstance(other, tree.Name) and other.name in used.indices:
                name = tree.base_name(one)
                yield from [name] if name and name not in used.indices else []


def _narrow(argument: Expr, function: str, domains: dict[str, Domain]) -> None:
    """Let what a logarithm or a root is taken of be positive; below 1, if that of 1 minus it is taken, too."""
    inner = argument.inner if isinstance(argument, tree.Group) else argument
    match inner:
        case tree.Name() | tree.Element():
            name = tree.base_name(inner)
            domains[name] = parse_domain("positive") if name not in domains else domains[name]
        case tree.Sum(signs=(1, -1), terms=(tree.Number(text="1"), other)) if tree.base_name(other):
            domains[tree.base_name(other)] = parse_domain("(0, 1)")
        case tree.Quotient(top=top, bottom=bottom):
            _narrow(top, function, domains)
            _narrow(bottom, function, domains)
        case tree.Power(base=base, exponent=tree.Number(text=text)) if not text.isdigit() or int(text) % 2:
            _narrow(base, function, domains)
        case tree.Sum(terms=terms) | tree.Product(factors=terms):
            for term in terms:
                if isinstance(term, (tree.Name, tree.Element)) and tree.base_name(term):
                    domains.setdefault(tree.base_name(term), parse_domain("positive"))
