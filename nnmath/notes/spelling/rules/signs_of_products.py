r"""Signs between factors, and the brackets of a product that is differentiated by."""

from nnmath.notes.spelling.rules.rule import BOLD, ENDS, GROUP, NESTED, SYMBOL, Rule

_FACTOR = rf"(?:{BOLD}\s*{GROUP}|{SYMBOL})'*(?:_\s*(?:{NESTED}|\w))?'*"

PRODUCTS = [
    Rule(r"(?<=[A-Za-z0-9})\]\s])\.\s?\*", r"\\odot ", "h .* z", r"h \odot z"),
    Rule(r"(?<=[A-Za-z0-9}])\.(?=\()", "", r"\sigma.(z)", r"\sigma(z)"),
    Rule(rf"\\(?:ast|star){ENDS}|\*", r"\\cdot ", r"a * b \ast c", r"a \cdot b \cdot c"),
    Rule(rf"\\(?:bullet|bigodot|circledcirc|boldsymbol\{{\\odot\}}){ENDS}", r"\\odot", r"a \bullet b", r"a \odot b"),
    Rule(r"(?<=[0-9])\s*\\times\s*10\s*\^", r"\\cdot 10^", r"3 \times 10^{-2}", r"3\cdot 10^{-2}"),
    Rule(
        rf"(?<=\}})(\s*\{{\s*\\partial)\s*({_FACTOR}\s*(?:\^\\top\s*(?:\\cdot{ENDS})?|\\cdot{ENDS})\s*{_FACTOR})\s*\}}",
        r"\1 (\2)}",
        r"\frac{\partial E}{\partial v^\top u} + \frac{\partial E}{\partial v_{o}' \cdot u_i}",
        r"\frac{\partial E}{\partial (v^\top u)} + \frac{\partial E}{\partial (v_{o}' \cdot u_i)}",
    ),
]
