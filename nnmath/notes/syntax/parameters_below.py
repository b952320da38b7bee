r"""Parameters that stand below a function, θ in ``h_\theta(x)``: they are left out, for they are no index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnmath.notes.document.brackets import group_end

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
