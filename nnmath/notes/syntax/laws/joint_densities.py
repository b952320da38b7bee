r"""Densities of many observations, ``P(x_{1:n}; \mu)``, beside that of one of them, ``P(x_i; \mu)``."""

from __future__ import annotations

import re
from collections.abc import Sequence

_EVERY = re.compile(r"(?<=[A-Za-z}])\s*_\s*\{\s*1\s*:\s*[A-Za-z]\s*\}(?=\s*[,;)|]|\s*\\(?:mid|vert)(?![A-Za-z]))")
_CALL = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[pPq])(?P<opening>\s*(?:\\left\s*)?\(\s*[A-Za-z]\s*)(?P<below>_\s*(?:\{[^{}]*\}|\w))?"
)


def with_joint_densities(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with a name of its own for the density of all observations, if one has it, too."""
    calls = [found for text in texts for found in _CALL.finditer(text)]
    of_one = {found["name"] for found in calls if re.fullmatch(r"_\s*\{?\s*[a-z]\s*\}?", found["below"] or "")}

    def joint(found: re.Match[str]) -> str:
        is_joint = found["name"] in of_one and ":" in (found["below"] or "")
        return f"{found['name']}{'_{all}' if is_joint else ''}{found['opening']}{found['below'] or ''}"

    return [_EVERY.sub("", _CALL.sub(joint, text)) for text in texts]
