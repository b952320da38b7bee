"""Mistakes planted in the source of a module: one small change of its syntax tree at a time."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.mutations import left_operand, operand, replaced, right_operand, with_comparison

#: Factors that are wrong by an amount that single precision can see, and by one that only double precision can.
FACTORS = {"factor": 1 + 1e-6, "factor of few ulps": 1 + 1e-13}
#: What a NumPy function or method is mistaken for.
MISTAKEN = {
    "log1p": "log",
    "expm1": "exp",
    "exp": "exp2",
    "abs": "positive",
    "maximum": "minimum",
    "max": "min",
    "sum": "mean",
    "mean": "sum",
    "tanh": "sinh",
    "sqrt": "cbrt",
    "zeros_like": "ones_like",
}
#: The formulas that lose digits where these functions keep them, and an exponential in single precision.
LOSES_DIGITS = {
    "log1p": "np.log(1 + ({0}))",
    "expm1": "np.exp({0}) - 1",
    "exp": "np.exp(np.float32({0})) + 0 * ({0})",
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
#: The other way round, and with the bound on the other side.
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.Lt, ast.GtE),
    ast.GtE: (ast.LtE, ast.Gt),
    ast.Lt: (ast.Gt, ast.LtE),
    ast.LtE: (ast.GtE, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}

Change = tuple[str, ast.AST | None]


@dataclass(frozen=True)
class Mutation:
    """One change of a module.

    Attributes
    ----------
    module : str
        The dotted name of the module.
    rule : str
        What kind of mistake it is.
    line : int
    before, after : str
        The source of what was changed.
    in_backward : bool
        Whether it stands in a backward pass, and so leaves the value alone.
    source : str
        The module as it is.
    position : int
        Which of its nodes is changed.
    new : ast.AST or None
        What is put in its place, None to drop it.
    """

    module: str
    rule: str
    line: int
    before: str
    after: str
    in_backward: bool
    source: str
    position: int
    new: ast.AST | None

    def __str__(self) -> str:
        return f"{self.module}, line {self.line}, {self.rule}: {self.before} -> {self.after}"

    def applied(self) -> ast.Module:
        """Return the changed module."""
        tree = ast.parse(self.source)
        replaced(tree, list(_places(tree))[self.position][0], self.new)
        return tree


def mutations(module: str, source: str) -> Iterator[Mutation]:
    """Yield every change that the rules can make to the functions of a module.

    Left alone are docstrings, annotations, decorators, defaults, what is raised, and the condition of a `while`: with
    another one it may never end.
    """
    for position, (node, upstream) in enumerate(_places(ast.parse(source))):
        for rule, new in changes(node, upstream):
            after = "nothing" if new is None else ast.unparse(new)
            line: int = getattr(node, "lineno", 0)
            yield Mutation(module, rule, line, ast.unparse(node), after, bool(upstream), source, position, new)


def changes(node: ast.AST, upstream: str = "") -> Iterator[Change]:
    """Yield what may be put in the place of a node, None to drop it, each with the name of the mistake.

    Parameters
    ----------
    node : ast.AST
    upstream : str
        The name of the upstream gradient, inside of a backward pass.
    """
    for kind, rule in RULES:
        if isinstance(node, kind):
            yield from rule(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == upstream:
        yield "upstream gradient ignored", _expression(f"{node.id} * 0 + 1")
        yield "sign of the upstream gradient lost", _expression(f"abs({node.id})")


def _operation(node: ast.BinOp) -> Iterator[Change]:
    if type(node.op) in OPERATORS:
        yield "operator", ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
        yield "right operand dropped", left_operand(node)
        right = right_operand(node)
        yield "left operand dropped", ast.UnaryOp(ast.USub(), node.right) if _is(node.op, ast.Sub) else right
    if isinstance(node.op, ast.Pow):
        yield "exponent", ast.BinOp(node.left, ast.Pow(), ast.BinOp(node.right, ast.Add(), ast.Constant(1)))


def _sign(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.USub):
        yield "sign", operand(node)


def _constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield "constant", ast.Constant(node.value + 1)


def _comparison(node: ast.Compare) -> Iterator[Change]:
    for other in COMPARISONS.get(type(node.ops[0]), ()):
        yield "comparison", with_comparison(node, other)


def _attribute(node: ast.Attribute) -> Iterator[Change]:
    if node.attr == "T":
        name = ast.unparse(node.value)
        yield "transpose", _expression(f"{name}.reshape({name}.shape[::-1])")


def _call(node: ast.Call) -> Iterator[Change]:
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr in LOSES_DIGITS:
        argument = ast.unparse(node.args[0])
        yield "digits lost", _expression(LOSES_DIGITS[called.attr].format(argument))
    if isinstance(called, ast.Attribute) and called.attr in MISTAKEN:
        other = ast.Attribute(called.value, MISTAKEN[called.attr], ast.Load())
        yield "function", ast.Call(other, node.args, node.keywords)
    if isinstance(called, ast.Attribute) and called.attr == "where" and len(node.args) == 3:
        condition, one, other_one = node.args
        yield "branches", ast.Call(called, [condition, other_one, one], node.keywords)
    for number, keyword in enumerate(node.keywords):
        rest = [*node.keywords[:number], *node.keywords[number + 1 :]]
        if keyword.arg == "axis" and isinstance(keyword.value, ast.Constant) and keyword.value.value in (0, 1):
            swapped = ast.keyword("axis", ast.Constant(1 - keyword.value.value))
            yield "axis", ast.Call(called, node.args, [*rest, swapped])
            yield "all axes", ast.Call(called, node.args, rest)
        if keyword.arg == "where":
            yield "condition dropped", ast.Call(called, node.args, rest)


def _updated(node: ast.AugAssign) -> Iterator[Change]:
    yield "update dropped", None
    if type(node.op) in OPERATORS:
        yield "operator", ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value)


def _assigned(node: ast.Assign) -> Iterator[Change]:
    if isinstance(node.targets[0], ast.Subscript):
        yield "assignment to entries dropped", None


def _returned(node: ast.Return) -> Iterator[Change]:
    """Scale and negate what is returned, one element after the other."""
    elements = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    for i, element in enumerate(elements):
        if element is None or (isinstance(element, ast.Name) and element.id == "backward"):
            continue
        for rule, factor in (*FACTORS.items(), ("sign", -1)):
            changed = [*elements[:i], ast.BinOp(element, ast.Mult(), ast.Constant(factor)), *elements[i + 1 :]]
            whole = ast.Tuple([one for one in changed if one], ast.Load()) if len(changed) > 1 else changed[0]
            yield rule, ast.Return(whole)


Rule = Callable[..., Iterator[Change]]
RULES: tuple[tuple[type[ast.AST], Rule], ...] = (
    (ast.BinOp, _operation),
    (ast.UnaryOp, _sign),
    (ast.Constant, _constant),
    (ast.Compare, _comparison),
    (ast.Attribute, _attribute),
    (ast.Call, _call),
    (ast.AugAssign, _updated),
    (ast.Assign, _assigned),
    (ast.Return, _returned),
)


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield the nodes of all function bodies, each with the name of the upstream gradient inside of a backward pass."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield from _in_function(node, "")


def _in_function(function: ast.FunctionDef, upstream: str) -> Iterator[tuple[ast.AST, str]]:
    if function.name == "backward" and function.args.args:
        upstream = function.args.args[0].arg
    for statement in function.body:
        yield from _in_node(statement, upstream)


def _in_node(node: ast.AST, upstream: str) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.FunctionDef):
        yield from _in_function(node, upstream)
    elif not isinstance(node, ast.Raise | ast.JoinedStr):
        yield node, upstream
        for name, field in ast.iter_fields(node):
            if name != "annotation" and not (isinstance(node, ast.While) and name == "test"):
                for child in field if isinstance(field, list) else [field]:
                    if isinstance(child, ast.AST):
                        yield from _in_node(child, upstream)


def _is(operator: ast.operator, kind: type[ast.operator]) -> bool:
    return isinstance(operator, kind)


def _expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body
