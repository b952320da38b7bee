r"""Names of variables in code: ``W1``, ``c\_in``."""

from __future__ import annotations

import re

from nnmath.notes.spelling.rules.rule import ALONE, GROUP, Rule

#: Where a letter with a number behind it is no variable: in an argument, in a script, in a fraction without braces.
_NO_CODE = (
    rf"\\(?:text[a-z]*|math[a-z]+|operatorname|mbox|label|tag|begin|end)\*?\s*{GROUP}|[_^]\s*{GROUP}"
    r"|\\[dt]?frac\s*[A-Za-z]\d"
)


def _name(found: re.Match[str]) -> str:
    """Return a name in words, and the braces that it was the index of."""
    name = rf"\text{{{found['name'].replace(chr(92) + '_', '')}}}"
    return f"{{{name}}}" if found["brace"] else name


CODE = [
    Rule(rf"{_NO_CODE}|(?<![A-Za-z\\_^\d.])(d?[A-Za-z])(\d+)(?![\d.])",
         lambda found: f"{found[1]}_{{{found[2]}}}" if found[1] else found[0],
         "Z1 = X W1 + b1", "Z_{1} = X W_{1} + b_{1}"),
    Rule(rf"(?:\\(?:text|textit|texttt|mathrm|mathit|mathtt|operatorname)\s*)?(?P<brace>\{{)?{ALONE}"
         r"(?P<name>[A-Za-z]+(?:\\_[A-Za-z]+)+)(?(brace)\s*\})", _name,
         r"d\_out = 2 x\_in", r"\text{dout} = 2 \text{xin}"),
]  # fmt: skip
