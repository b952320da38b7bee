r"""Gradients that do not say by what, ``\nabla f`` beside ``f(x) = ...``, and derivatives that say where they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from nnmath.notes.document.brackets import group_end, outermost

_SCRIPT = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+|\d)")

_OPENING = re.compile(r"\s*(?:\\(?:left|[bB]igg?l?)\s*)?\(")
_VARIABLE = re.compile(r"\\?[A-Za-z]+|\\begin\{[pb]matrix\}.*?\\end\{[pb]matrix\}", re.S)

#: A step of an algorithm, which begins with what it changes.
_STEP = re.compile(
    rf"\s*(\\?[A-Za-z]+)(?:{_SCRIPT.pattern}|'|\s)*(?::?=|\\(?:leftarrow|gets)(?![A-Za-z]))\s*\1(?![A-Za-z])"
)

_OPEN, _CLOSE = r"(?:\\left\s*)?\(", r"(?:\\right\s*)?\)"
_NAMED = r"\\?[A-Za-z]+"
_BRACKETED = re.compile(
    rf"{_OPEN}\s*(?P<slope>\\(?:nabla|partial)(?![A-Za-z])\s*(?:{_SCRIPT.pattern}\s*)*{_NAMED})\s*{_CLOSE}\s*(?={_OPEN})"
)
_FRACTION = re.compile(
    rf"(?P<top>\\frac\s*\{{\s*(?:\\partial|d)\s*(?P<name>{_NAMED}))\s*(?P<rest>\}}\s*\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}})"
    rf"\s*(?P<call>{_OPEN}(?P<arguments>[^()]*?){_CLOSE})"
)


def with_slopes_at(texts: Sequence[str]) -> list[str]:
    r"""Put what a derivative is taken at behind its function: ``(\nabla f)(x)`` is ``\nabla f(x)``.

    ``\frac{\partial f}{\partial x}(x, y)`` is one of f(x, y) where an equation defines that; otherwise it is a product.
    """
    defined = {
        _without_space(found[0])
        for text in texts
        if (found := re.match(rf"\s*{_NAMED}\s*{_OPEN}[^()]*{_CLOSE}(?=\s*:?=)", text))
    }

    def called(found: re.Match[str]) -> str:
        is_own = _without_space(found["name"] + found["call"]) in defined
        return f"{found['top']}{found['call']}{found['rest']}" if is_own else found.group()

    return [_FRACTION.sub(called, _BRACKETED.sub(r"\g<slope>", text)) for text in texts]


_DENSITY = rf"{_NAMED}\s*(?:{_SCRIPT.pattern}\s*)*{_OPEN}(?P<arguments>[^()]*){_CLOSE}"
_SCORE = re.compile(
    rf"(?P<slope>\\nabla(?![A-Za-z]))(?=\s*\\(?:log|ln)(?![A-Za-z])\s*(?:{_OPEN}\s*)?(?P<density>{_DENSITY}))"
)
_INNERMOST = re.compile(r"(?<!\\mathcal\{N\})(?<=[\w}])\s*\([^()]*\)")


def with_scores(texts: Sequence[str]) -> list[str]:
    r"""Write ``\nabla \log p(x, z)`` with the variable below it, where p(x, z) depends on z through functions alone."""
    defined = {
        _without_space(found[0]): _INNERMOST.sub(" ", text[found.end() :])
        for text in texts
        if (found := re.match(rf"\s*{_DENSITY}(?=\s*:?=)", text))
    }

    def variable(found: re.Match[str]) -> str:
        body = defined.get(_without_space(found["density"]), "")
        letters = [one.strip() for one in found["arguments"].split(",")]
        direct = [one for one in letters if re.search(rf"(?<![A-Za-z\\]){re.escape(one)}(?![A-Za-z])", body)]
        is_clear = len(letters) > 1 == len(direct) and _VARIABLE.fullmatch(direct[0])
        return rf"\nabla_{{{direct[0]}}} " if is_clear else found.group()

    return [_SCORE.sub(variable, text) for text in texts]


_OPERATOR = re.compile(
    rf"(?<![A-Za-z\\])D\s*_\s*(?:\{{\s*(?P<braced>[a-z])\s*\}}|(?P<by>[a-z]))\s*"
    rf"(?P<top>(?P<name>{_NAMED})\s*_\s*(?:\{{[^{{}}]*\}}|[a-z]))"
)


def with_operators(texts: Sequence[str], one_name: str) -> list[str]:
    r"""Write ``D_j S_i`` as the derivative of S_i by a_j, where S is made of a, if D stands nowhere else.

    Where it is made of several arrays, it is not clear by which.
    """
    others = [one for text in texts for one in re.findall(r"(?<![A-Za-z\\])D(?![A-Za-z])", _OPERATOR.sub(" ", text))]

    def slope(found: re.Match[str]) -> str:
        left = re.compile(rf"\s*{re.escape(found['name'])}\s*_\s*(?:\{{[^{{}}]*\}}|[a-z])\s*:?=")
        bodies = [text[one.end() :] for text in texts if (one := left.match(text))]
        arrays = {one for body in bodies[:1] for one in re.findall(rf"({one_name})\s*_", body)} - {found["name"]}
        by = arrays.pop() if len(arrays) == 1 else "D"
        return rf"\frac{{\partial {found['top']}}}{{\partial {by}_{found['braced'] or found['by']}}}"

    return list(texts) if others else [_OPERATOR.sub(slope, text) for text in texts]


def is_differentiated_by(names: Collection[str], texts: Sequence[str]) -> bool:
    """Whether something is differentiated by one of some names, or by what it does not say."""
    letters = "|".join(map(re.escape, names))
    by = re.compile(
        rf"\\nabla(?!\s*_)|(?:\\(?:partial|nabla\s*_)\s*\{{?|(?<![A-Za-z\\^])d)\s*(?:{letters})(?![A-Za-z])"
    )
    return any(re.search(by, text) for text in texts)


def _without_space(text: str) -> str:
    return re.sub(r"\s|\\(?:left|right)(?![A-Za-z])", "", text)


def with_variable(text: str, texts: Sequence[str], one_name: str) -> str:
    r"""Write ``\nabla f(x)``, and ``\nabla f`` where the file says what f depends on, with the variable below.

    Parameters
    ----------
    text : str
        An equation.
    texts : sequence of str
        All equations of the file.
    one_name : str
        A pattern for names.
    """
    gradient = re.compile(
        rf"\\nabla(?![A-Za-z])\s*(?:_\s*(?:\{{\s*(?P<braced>\\?[A-Za-z]+)\s*\}}|(?P<by>\\?[A-Za-z]+))\s*)?"
        rf"(?P<order>\^\s*\{{?\s*2\s*\}}?)?\s*(?P<log>\\(?:log|ln)(?![A-Za-z])\s*(?P<open>{_OPEN}\s*)?)?(?P<name>{one_name})"
    )
    for found in reversed(list(gradient.finditer(text))):
        name, by = found["name"], found["braced"] or found["by"] or ""
        argument, end = _argument(text, found.end())
        if not by:
            by = argument if _VARIABLE.fullmatch(argument) else _variable(name, texts, one_name)
        below = rf"\nabla_{{{by}}}{found['order'] or ''} {found['log'] or ''}{name}"
        is_value = by and argument and argument != by and not found["open"] and not _defines(name, argument, texts)
        if is_value and _is_point(argument, by, texts):
            at = rf"\left. {below}({by}) \right|_{{{by} = {argument}}}"
            text = text[: found.start()] + at + text[end:]
        elif by and (not argument or argument == by or re.search(r"[,;|]", argument)):
            text = text[: found.start()] + below + text[found.end() :]
    return _with_variable_of_expressions(text, texts, one_name)


#: A gradient that does not say by what; with a dot or a cross behind it, it is another operator.
_GRADIENT = re.compile(
    r"\\nabla(?![A-Za-z]|\s*(?:_|\\(?:cdot|times)(?![A-Za-z])))(?P<order>\s*\^\s*(?:2|\{\s*2\s*\}))?(?P<space>\s*)"
)


def _with_variable_of_expressions(text: str, texts: Sequence[str], one_name: str) -> str:
    r"""Write ``\nabla (b - a^\top x)`` with the variable below: what the functions of the file are of."""
    if not _GRADIENT.search(text):
        return text
    called = re.compile(
        rf"\s*(?P<name>{one_name})\s*(?:{_SCRIPT.pattern}\s*)*{_OPEN}\s*(?P<by>{_NAMED})\s*{_CLOSE}\s*:?="
    )
    functions = {(found["by"], found["name"]) for one in texts if (found := called.match(one))}
    functions |= {
        (by, by)
        for one in texts
        for by in re.findall(rf"(?:\\nabla\s*_|\}}\s*\{{\s*\\partial)\s*\{{?\s*({_NAMED})", one)
    }
    for found in reversed(list(_GRADIENT.finditer(text))):
        body = text[found.end() : _end_of_term(text, found.end())]
        letters = {*re.findall(rf"(?<![A-Za-z\\]){_NAMED}(?![A-Za-z])|\\[A-Za-z]+", body)}
        by = {one for one, name in functions if {one, name} & letters}
        if len(by) == 1:
            below = rf"\nabla_{{{by.pop()}}}{found['order'] or ''}{found['space'] or ' '}"
            text = text[: found.start()] + below + text[found.end() :]
    return text


def _end_of_term(text: str, begin: int) -> int:
    """Return where the term ends that begins at a position: a bracket by itself, or what stands before a sign."""
    opening = re.compile(r"(?:\\(?:left|[bB]igg?l?)\s*)?(?=[(\[])").match(text, begin)
    end = group_end(text, opening.end()) if opening else -1
    if end > 0:
        return end
    return begin + next((one.start() for one in outermost(text[begin:], r"[-+=<>]|:=")), len(text) - begin)


def _defines(name: str, argument: str, texts: Sequence[str]) -> bool:
    """Whether a file defines a function of this very argument: what else it depends on are its parameters."""
    left = re.compile(rf"\s*{re.escape(name)}\s*{_OPEN}\s*{re.escape(argument)}\s*{_CLOSE}\s*:?=")
    return any(map(left.match, texts))


def _is_point(argument: str, by: str, texts: Sequence[str]) -> bool:
    """Whether an argument is one point: neither several arguments nor an entry that something is summed over."""
    entry = re.fullmatch(rf"{re.escape(by)}\s*_\s*\{{?\s*([a-z])\s*\}}?", argument)
    summed = entry and any(re.search(rf"\\sum\s*_\s*\{{?\s*{entry[1]}(?![A-Za-z])", text) for text in texts)
    return not summed and not re.search(r"[,;|]", argument)


def _argument(text: str, position: int) -> tuple[str, int]:
    """Return what stands in the brackets at a position, and where they end; nothing where there are none."""
    opening = _OPENING.match(text, position)
    end = group_end(text, opening.end() - 1) if opening else -1
    inside = text[opening.end() : end - 1] if opening and end > 0 else ""
    return re.sub(r"\\right\s*$", "", inside).strip(), end


def _variable(name: str, texts: Sequence[str], one_name: str) -> str:
    """Return what a gradient is one by that does not say it: what brackets behind the letter hold elsewhere, ..."""
    call = re.compile(rf"{re.escape(name)}\s*(?:\\left\s*)?\(\s*({_VARIABLE.pattern})\s*(?:\\right\s*)?\)", re.S)
    said = next((one[1] for text in texts if (one := call.search(text))), "")
    return said or _differentiated_by(name, texts) or _made_of(name, texts, one_name)


def _differentiated_by(name: str, texts: Sequence[str]) -> str:
    """Return what a file differentiates a quantity by, if that is one variable that it computes from nothing.

    A step along the gradient changes that variable, too.
    """
    called = rf"{re.escape(name)}(?![A-Za-z])\s*(?:\([^()]*\))?"
    slopes = [
        rf"\\frac\s*\{{\\partial\s*{called}\s*\}}\s*\{{\\partial\s*(\\?[A-Za-z]+)\s*(?:{_SCRIPT.pattern}\s*)?\}}",
        rf"\\(?:nabla|partial)\s*_\s*\{{?\s*(\\?[A-Za-z]+)\s*\}}?\s*(?:\^\s*\{{?2\}}?)?\s*{called}",
    ]
    found = {one for text in texts for slope in slopes for one in re.findall(slope, text)}
    found |= {one[1] for text in texts if (one := _STEP.match(text)) and re.search(rf"\\nabla\s*{called}", text)}
    return _only_input(found, texts)


def _made_of(name: str, texts: Sequence[str], one_name: str) -> str:
    """Return the one symbol that a quantity is defined by, if that is computed from nothing."""
    for text in texts:
        if left := re.match(rf"\s*{re.escape(name)}\s*:?=", text):
            symbols = {one.strip() for one in re.findall(one_name, _SCRIPT.sub(" ", text[left.end() :]))} - {"e"}
            return _only_input(symbols, texts) if len(symbols) == 1 else ""
    return ""


def _only_input(names: Collection[str], texts: Sequence[str]) -> str:
    """Return that one of some names that is computed from nothing; empty where there are none or several."""
    inputs = [one for one in names if not any(_computes(one, text) for text in texts)]
    return inputs[0] if len(inputs) == 1 else ""


def _computes(name: str, text: str) -> bool:
    """Whether an equation says what a name is, and not from its value before, as a step does."""
    spelled = re.escape(name) + r"(?![A-Za-z])"
    left = re.match(rf"\s*{spelled}\s*(?:{_SCRIPT.pattern}\s*)*:?=", text)
    return left is not None and not re.search(r"(?<![A-Za-z\\])" + spelled, text[left.end() :])
