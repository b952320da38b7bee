r"""Which norm bars are, as people say below them: ``\|A\|_\text{fro}``, ``|w|_2``, ``\|x\|_{\ell_1}``."""

from __future__ import annotations

import re

_WORD = r"\\(?:text|mathrm|textrm|mathit|textit|mathsf|operatorname|mathcal|rm|it)(?![A-Za-z])\s*"
_ORDERS = [
    ("F", r"(?:[Ff]rob?(?:enius)?|[Ff]|HS)"),
    ("1", r"(?:[Ll]|\\ell)\s*[_^]?\s*\{?\s*1\s*\}?|1"),
    ("2", r"(?:[Ll]|\\ell)\s*[_^]?\s*\{?\s*2\s*\}?|2"),
    (r"\infty", r"(?:[Ll]|\\ell)\s*[_^]?\s*\{?\s*\\infty\s*\}?|\\infty|[Ii]nf"),
]
_ORDER = "|".join(rf"(?P<order{i}>{words})" for i, (_, words) in enumerate(_ORDERS))
_BELOW = re.compile(
    r"(?P<bar>\\rVert|\\rvert|\\(?:right|[bB]igg?r)\s*(?:\\?\||\\r?[vV]ert)|\\\|)\s*(?P<power>\^\s*(?:\{\s*\d\s*\}|\d)\s*)?"
    rf"_\s*(?P<brace>\{{\s*)?(?:{_WORD}(?P<inner>\{{\s*)?)?(?:{_ORDER})(?![A-Za-z])(?(inner)\s*\}})(?(brace)\s*\}})"
)
_LAST = re.compile(r"(?:\||\\r?vert)$")
_SIDE = re.compile(r"\\(?:(?P<opens>left|[bB]igg?l|lvert)|right|[bB]igg?r|rvert)(?![A-Za-z])")
_SINGLE = re.compile(r"(?P<size>\\(?:left|[bB]igg?l)\s*)?(?:\||\\l?vert(?![A-Za-z]))\s*")


def with_orders(latex: str) -> str:
    r"""Return an equation in which every norm says its order as the language does, ``\lVert A \rVert_F``."""
    position = 0
    while found := _BELOW.search(latex, position):
        order = next(name for i, (name, _) in enumerate(_ORDERS) if found[f"order{i}"])
        inside, bar = latex[: found.start()], found["bar"]
        if not bar.endswith(("Vert", r"\|")):
            inside, bar = _with_two_bars(inside), _LAST.sub(lambda _: r"\rVert", bar)
        position = found.end()
        if inside:
            done = f"{inside}{bar} _{{{order}}}{found['power'] or ''} "
            latex, position = done + latex[found.end() :], len(done)
    return latex


def _with_two_bars(inside: str) -> str:
    """Return a text in which the bar that is open at its end is a double one; empty where another bracket is."""
    depth = 0
    for side in reversed(list(_SIDE.finditer(inside))):
        depth += 1 if side["opens"] else -1
        if depth > 0:
            single = _SINGLE.match(inside, side.start())
            return f"{inside[: side.start()]}{single['size'] or ''}\\lVert {inside[single.end() :]}" if single else ""
    return ""
