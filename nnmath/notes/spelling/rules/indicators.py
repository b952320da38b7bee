r"""Ones that stand before a condition: they are marked here, and `with_indicators` finds the condition."""

from nnmath.notes.spelling.rules.rule import ENDS, Rule

#: Stands for a one that is an indicator.
MARK = "«ONE»"

_RELATION = rf"(?:[=<>]|\\(?:neq?|[lg]eq?|[lg]t){ENDS})"

INDICATORS = [
    Rule(r"\\(?:mathbb|mathbf|mathds|boldsymbol)\s*\{?\s*(?:1|I|\\mathbf\s*1)\s*\}?\s*"
         r"(?=(?:_\s*)?(?:\\?[\[{(]|\\left|\\big))", MARK, r"\mathbb{1}_{r > 0} r", "[r > 0] r"),
    Rule(r"(?<![\w}])(?:1|\\mathbf\s*1|I)\s*(?=\\\{|\\left\\\{|\\lbrace)", MARK, r"I\{y = k\}", "[y = k]"),
    Rule(rf"(?<![\w}}.])1\s*(?=_\s*\{{[^{{}}]*{_RELATION}[^{{}}]*\}})", MARK, "1_{i = j} r", "[i = j] r"),
    Rule(rf"(?<![\w}}.])1\s*(?=(?:\\left\s*)?[(\[][^()\[\]]*{_RELATION}[^()\[\]]*[)\]])", MARK, "1(s > 0)", "[s > 0]"),
]  # fmt: skip
