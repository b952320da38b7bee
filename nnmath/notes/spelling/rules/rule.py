"""What a rule of spelling is, and the fragments that the patterns of the rules are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from nnmath.latex.syntax import alphabet

#: Braces without others in them; what may stand in braces that have such braces in them; those braces.
GROUP = r"\{[^{}]*\}"
INSIDE = rf"(?:[^{{}}]|{GROUP})*"
NESTED = rf"\{{{INSIDE}\}}"

#: Nothing before a letter that would make it a part of a word or a command.
ALONE = r"(?<![A-Za-z\\])"
#: Nothing behind a command that would make it another one.
ENDS = r"(?![A-Za-z])"

#: A letter, Latin or Greek.
SYMBOL = rf"(?:[A-Za-z]|\\(?:{'|'.join(alphabet.GREEK)}))"
#: A script below.
BELOW = rf"_\s*(?:{GROUP}|\w)"
#: What gives a bracket its size.
SIZE = r"(?:\\(?:left|[bB]igg?l?)\s*)?"
#: Greek letters that people write for functions.
GREEK_FUNCTION = r"\\(?:sigma|varphi|phi|psi)"
#: Functions whose argument needs no brackets.
ELEMENTARY = rf"\\(?:log|ln|exp|tanh|sinh|cosh|sin|cos|tan){ENDS}"
#: Fonts of words.
UPRIGHT = r"\\(?:text|mathrm|operatorname)"
#: Fonts of vectors and matrices.
BOLD = r"\\(?:mathbf|boldsymbol|bm|pmb|bold)"
#: A fraction that is an operator, up to its denominator.
FRACTION = r"\\[dt]?frac\s*"
#: A sum, up to its bounds.
SUM = r"\\(?:sum|prod)\s*(?:\\limits\s*)?"


@dataclass(frozen=True)
class Rule:
    """One spelling and what it is replaced by.

    Attributes
    ----------
    pattern : str
        What people write.
    replacement : str or callable
        What the language has for it.
    example : str
        A formula that needs the rule.
    becomes : str
        What all rules together make of it, but for spaces.
    """

    pattern: str
    replacement: str | Callable[[re.Match[str]], str]
    example: str
    becomes: str

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def applied(self, latex: str) -> str:
        """Return a formula with the spelling replaced wherever it stands."""
        return self._compiled.sub(self.replacement, latex)
