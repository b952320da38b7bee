r"""Parameters of functions, θ in ``h_\theta(x)`` and ``p(x | \theta)``: they are left out, for they are no index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.syntax.functions.undefined_functions import NORMAL
from nnmath.notes.syntax.gradients import is_differentiated_by

_LETTERS = r"theta|phi|psi|omega|beta|delta|lambda|tau|alpha|gamma|epsilon|kappa"
_BELOW = (
    r"\s*_\s*(?:\{\s*(?:\\[a-z]+|[wWb]|[wWb\\a-z]+(?:\s*,\s*(?:\\[a-z]+|[wWb]))+)\s*\}"
    rf"|\\(?:{_LETTERS})(?![A-Za-z])|[wW])"
)
_CALLED = r"(?=\s*'*\s*(?:\\left\s*)?\()"
#: Functions by their letter, whatever else the file says of them.
_FUNCTION = re.compile(
    rf"(?P<name>[fghFGJLCE]|\\(?:sigma|varphi|phi|psi|ell|rho)|\\mathcal\{{[A-Z]\}}){_BELOW}{_CALLED}"
)
_SCRIPTS = r"(?:\s*(?:'|[_^]\s*(?:\{[^{}]*\}|\\?[A-Za-z0-9])))*"


def without_parameters(texts: Sequence[str], name: str) -> list[str]:
    r"""Leave out what stands below a function, θ in ``h_\theta(x)``, and below its letter alone, ``L_\tau``.

    `name` is the pattern of a letter. What is defined so, ``p_\theta(x) = ...``, is a function where it is called at
    examples, ``p_\theta(x^{(i)})``, and its letter stands for nothing else.
    """
    called = {found.group() for text in texts for found in _FUNCTION.finditer(text)}
    called |= {one for text in texts for one in _called_at_examples(text, texts, name)}
    alone = [re.compile(re.escape(one) + r"(?![A-Za-z])") for one in sorted(called, key=len, reverse=True)]
    done = [_FUNCTION.sub(r"\g<name>", text) for text in texts]
    for one in alone:
        done = [one.sub(lambda found: found.group().split("_")[0].rstrip(), text) for text in done]
    return done


def _called_at_examples(text: str, texts: Sequence[str], name: str) -> Iterator[str]:
    """Yield the function with its parameter that an equation defines, if others call it at examples."""
    parameters = rf"\s*(?:\\left\s*)?\((?P<inside>\s*{name}(?:\s*,\s*{name})*\s*)(?:\\right\s*)?\)\s*:?="
    found = re.match(rf"\s*(?P<function>(?P<letter>{name}){_BELOW}){parameters}", text)
    if found is None:
        return
    function, letters = re.escape(found["function"]), [one.strip() for one in found["inside"].split(",")]
    calls = re.compile(rf"{function}\s*(?:\\left\s*)?(?=\()")
    every = [one[call.end() + 1 : end - 1] for one in texts for call in calls.finditer(one)
             if (end := group_end(one, call.end())) > 0]  # fmt: skip
    own = re.compile(r"\s*,\s*".join(re.escape(letter) + _SCRIPTS for letter in letters) + r"\s*(?:\\right\s*)?")
    others = {"".join(one.split()) for one in every} - {"".join(letters)}
    rest = "".join(re.sub(rf"{function}(?![A-Za-z])", " ", one) for one in texts)
    letter = re.escape(found["letter"]) + ("(?![A-Za-z])" if found["letter"][-1:].isalpha() else "")
    once = sum(re.match(rf"\s*{function}\s*(?:\\left\s*)?\([^()=]*\)\s*:?=", one) is not None for one in texts) == 1
    if once and others and all(map(own.fullmatch, every)) and not re.search(rf"(?<![A-Za-z\\]){letter}", rest):
        yield found["function"]


_INDEXED = (
    r"(?P<name>(?<![A-Za-z\\])[fgh]|\\(?:sigma|varphi|phi|psi))(?P<before>'*)\s*_\s*\{?\s*(?P<index>[a-z])\s*\}?"
    r"\s*(?P<behind>'*)\s*(?:\\left\s*)?(?=\()"
)


def without_indices_of_functions(texts: Sequence[str]) -> list[str]:
    r"""Write ``g_k'(z_k)`` as ``g'(z_k)``: a function that has a slope, and always the index of its argument."""
    every: dict[str, list[bool]] = {}
    with_slopes = set()
    for text in texts:
        for found in re.finditer(_INDEXED, text):
            end = group_end(text, found.end())
            index = rf"_\s*(?:\{{[^{{}}]*)?{found['index']}(?![a-z])"
            every.setdefault(found["name"], []).append(bool(re.search(index, text[found.end() : max(end, 0)])))
            with_slopes |= {found["name"]} if found["before"] or found["behind"] else set()
    names = {name for name, same in every.items() if all(same)} & with_slopes

    def plain(found: re.Match[str]) -> str:
        return f"{found['name']}{found['before']}{found['behind']}" if found["name"] in names else found.group()

    return [re.sub(_INDEXED, plain, text) for text in texts]


_SUMMED = re.compile(r"\\(?:sum|prod)\s*(?:\\limits\s*)?_\s*\{?\s*([a-z])(?![A-Za-z])")


_BELOW_IT = re.compile(r"_\s*(\{[^{}\\]*\}|[a-z])")


def without_shared_arguments(texts: Sequence[str], name: str) -> list[str]:
    r"""Leave out the later arguments that all calls of a function share, θ in ``p(y, \theta)`` and ``p(y_i, \theta)``.

    If nothing defines the function, nothing is differentiated by these.
    """
    call = re.compile(rf"(?<![A-Za-z\\_])(?P<name>\\text\{{[A-Za-z]+\}}|{name})\s*(?:\\left\s*)?(?=\()")
    every: dict[str, list[list[str]]] = {}
    for text in texts:
        for found in call.finditer(text):
            if found["name"].strip() != NORMAL[0]:  # its arguments are known
                every.setdefault(found["name"].strip(), []).append(_arguments(text, found.end())[0])
    lefts = {one: re.compile(rf"\s*{re.escape(one)}\s*(?:\\left\s*)?\([^=]*\)\s*:?=") for one in every}
    defined = {one for one, left in lefts.items() if any(map(left.match, texts))}
    summed = {letter for text in texts for letter in _SUMMED.findall(text)}
    least = {one: _unshared(calls, summed if one in defined else None) for one, calls in every.items()}
    below = {letter for text in texts for inside in _BELOW_IT.findall(text) for letter in re.findall("[a-z]", inside)}
    kept = {argument for one, calls in every.items() for found in calls for argument in found[: least[one]]}
    for one, calls in every.items():
        least[one] = max([least[one], *(i + 1 for i, argument in enumerate(calls[0]) if argument in kept)])
        same = calls[0][least[one] :]
        symbols = all(re.fullmatch(rf"{name}{_SCRIPTS}", argument) and argument not in below for argument in same)
        free = one in defined or not is_differentiated_by(same, texts)
        least[one] = least[one] if symbols and same and free else max(map(len, calls))

    def without(text: str) -> str:
        for found in reversed(list(call.finditer(text))):
            arguments, end = _arguments(text, found.end())
            count = least.get(found["name"].strip(), len(arguments))
            if count < len(arguments):
                text = f"{text[: found.start()]}{found['name']}({', '.join(arguments[:count])}){text[end:]}"
        return text

    return [without(text) for text in texts]


def _unshared(calls: Sequence[Sequence[str]], indices: set[str] | None) -> int:
    """Return how many arguments there are before those that all calls share, of several calls or at an index.

    What is called in one way alone is a quantity with whatever stands in its brackets, unless it is one for each of
    the examples: that of what is defined is one of some `indices`.
    """
    index = re.fullmatch(r"[^()]*_\s*\{?\s*([a-z])\s*\}?", calls[0][0])
    is_of_examples = index is not None and (indices is None or index[1] in indices)
    if {*map(len, calls)} != {len(calls[0])} or (len({*map(tuple, calls)}) == 1 and not is_of_examples):
        return max(map(len, calls))
    differ = [i for i, found in enumerate(zip(*calls, strict=True)) if len({*found}) > 1]
    return max(differ, default=0) + 1


def _arguments(text: str, begin: int) -> tuple[list[str], int]:
    """Return what stands in the brackets at a place, parted by commas and semicolons, and where they end."""
    end = group_end(text, begin)
    inside = re.sub(r"\\right\s*$", "", text[begin + 1 : end - 1]) if end > 0 else ""
    return [" ".join(part.split()) for _, part in split_outermost(inside, "[,;]")], end
