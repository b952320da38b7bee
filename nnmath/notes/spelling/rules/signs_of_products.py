r"""Signs between factors."""

from nnmath.notes.spelling.rules.rule import ENDS, Rule

PRODUCTS = [
    Rule(r"(?<=[A-Za-z0-9})\]\s])\.\s?\*", r"\\odot ", "h .* z", r"h \odot z"),
    Rule(r"(?<=[A-Za-z0-9}])\.(?=\()", "", r"\sigma.(z)", r"\sigma(z)"),
    Rule(rf"\\(?:ast|star){ENDS}|\*", r"\\cdot ", r"a * b \ast c", r"a \cdot b \cdot c"),
    Rule(rf"\\(?:bullet|bigodot|circledcirc|boldsymbol\{{\\odot\}}){ENDS}", r"\\odot", r"a \bullet b", r"a \odot b"),
    Rule(r"(?<=[0-9])\s*\\times\s*10\s*\^", r"\\cdot 10^", r"3 \times 10^{-2}", r"3\cdot 10^{-2}"),
]
