r"""Networks by a letter with their parameters below it: ``\epsilon_\theta(x_t, t)``, ``D_\phi(x)``, ``s_\theta(x)``.

Brackets say what it depends on where they hold the same everywhere; otherwise it is a function. A function whose
parameters something is differentiated by, ``\nabla_\theta f_\theta(x)``, has these as its last argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnmath.notes.document.brackets import group_end

_PARAMETERS = r"\\(?:theta|phi|psi|omega)(?![A-Za-z])"
_BELOW = rf"\s*_\s*(?:\{{\s*(?P<braced>{_PARAMETERS})\s*\}}|(?P<bare>{_PARAMETERS}))"
_OPENS = r"\s*(?:\\left\s*)?(?=\()"
_NETWORK = re.compile(
    rf"(?P<letter>\\(?:epsilon|varepsilon|mu|nu)(?![A-Za-z])|(?<![A-Za-z\\])[DGsvu](?![A-Za-z])){_BELOW}{_OPENS}"
)
_FUNCTION = re.compile(rf"(?P<letter>(?<![A-Za-z\\])[fghr](?![A-Za-z])){_BELOW}{_OPENS}")


def with_networks(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with one name for each network, and parameters among the arguments."""
    every: dict[str, set[str]] = {}
    for found, _, inside in (one for text in texts for one in _calls(text, _NETWORK)):
        every.setdefault(_name(found), set()).add(re.sub(r"\s|\\left|\\right", "", inside))
    functions = {name for name, inside in every.items() if len(inside) > 1}
    texts = [_rewritten(text, functions) for text in texts]
    by = {
        found[1] for text in texts for found in re.finditer(rf"\\(?:nabla\s*_|partial)\s*\{{?\s*({_PARAMETERS})", text)
    }
    is_defined = any(re.match(r"\s*[fghr]\s*_\s*\{?\s*\\[a-z]+", text) for text in texts)
    return [_with_parameters(text, by) for text in texts] if by and not is_defined else texts


def _calls(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int, str]]:
    """Yield the calls of a text: what stands before the brackets, where these end, and what they hold."""
    for found in pattern.finditer(text):
        if (end := group_end(text, found.end())) > 0:
            yield found, end, text[found.end() + 1 : end - 1]


def _rewritten(text: str, functions: set[str]) -> str:
    for found, end, _ in reversed([*_calls(text, _NETWORK)]):
        name = _name(found)
        if name in functions:
            word = re.sub(r"[^A-Za-z]", "", name)
            text = f"{text[: found.start()]}\\text{{{word}}}{text[found.end() :]}"
        else:
            text = f"{text[: found.start()]}{name} {text[end:]}"
    return text


def _with_parameters(text: str, by: set[str]) -> str:
    for found, end, inside in reversed([*_calls(text, _FUNCTION)]):
        parameters = found["braced"] or found["bare"]
        if parameters in by:
            inside = re.sub(r"\\right\s*$", "", inside)
            text = f"{text[: found.start()]}{found['letter']}({inside}, {parameters}){text[end:]}"
    return text


def _name(found: re.Match[str]) -> str:
    return f"{found['letter']}_{{{found['braced'] or found['bare']}}}"
