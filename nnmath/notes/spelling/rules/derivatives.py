r"""Gradients, second derivatives and Jacobians, by whatever sign they are written with."""

from nnmath.notes.spelling.rules.rule import ALONE, ENDS, FRACTION, GREEK_FUNCTION, GROUP, INSIDE, NESTED, Rule

_FUNCTION = r"(?:[fghFG]|\\(?:phi|psi|sigma))"

DERIVATIVES = [
    Rule(rf"({FRACTION})\{{\s*\\sigma\s*({NESTED}|[A-Za-z])\s*\}}\s*\{{\s*\\sigma\s*({NESTED}|[A-Za-z])\s*\}}",
         r"\1{\\partial \2}{\\partial \3}", r"\frac{\sigma{a}}{\sigma z}", r"\frac{\partial a}{\partial z}"),
    Rule(r"(?<=\{)\s*\{\s*(\\(?:delta|partial)|d)\s*\}(?=\s*[A-Za-z\\])", r"\1 ",
         r"\frac{{\delta}z}{{\delta}x} \frac{\rm{d} f}{\rm{d} x}",
         r"\frac{\partial z}{\partial x} \frac{\partial f}{\partial x}"),
    Rule(rf"(?<=\\partial)\s*\{{\s*({INSIDE}?)\s*\}}(?=\s*(?:\}}|\\|$))", r" \1",
         r"\frac{\partial{J}}{\partial{v}}", r"\frac{\partial J}{\partial v}"),
    Rule(rf"({FRACTION}\{{\s*(?:\\partial|d)\s*\}}\s*{NESTED})\s*\\(?:cdot|times){ENDS}", r"\1 ",
         r"\frac{\partial}{\partial z} \cdot f", r"\frac{\partial }{\partial z} f"),
    Rule(rf"({FRACTION}{NESTED}\s*\{{\s*(?:\\partial|d)\s*(?P<by>[^{{}}]*?|[^{{}}]*{GROUP})\s*\}})\s*(?:\\left\s*)?"
         r"\(\s*(?P=by)\s*(?:\\right\s*)?\)", r"\1 ",
         r"\frac{\partial \log p(x)}{\partial m}(m)", r"\frac{\partial \log p(x)}{\partial m}"),
    Rule(r"\\(?:mathbf|boldsymbol|bm|pmb|vec)\s*\{\s*\\nabla\s*\}", r"\\nabla ", r"\bm{\nabla}_w f", r"\nabla _w f"),
    Rule(rf"\\(?:(?:big)?triangledown|grad){ENDS}|\\(?:operatorname|mathrm|text)\s*\{{\s*grad\s*\}}", r"\\nabla ",
         r"\triangledown G(v) + \grad f", r"\nabla G(v) + \nabla f"),
    Rule(rf"({FRACTION})\{{\s*\\partial(?=\s*(?:[A-Za-z\\]))({INSIDE})\}}"
         r"(?=\s*\{\s*\\partial[^{}^]+\\partial[^{}^]*\})", r"\1{\\partial^2\2}",
         r"\frac{\partial L}{\partial v \partial w}", r"\frac{\partial^2 L}{\partial v \partial w}"),
    Rule(r"(?<=\{)\s*\(\s*(\\partial(?![A-Za-z])|d)\s*([^(){}]*(?:\{[^{}]*\}[^(){}]*)*)\)\s*(?:\^\s*(?:\{\s*2\s*\}|2))\s*(?=\})",
         r"\1 \2^2", r"\frac{\partial^2 E}{(\partial x_i)^2}", r"\frac{\partial^2 E}{\partial x_i^2}"),
    Rule(rf"\\nabla\s*\{{({INSIDE})\}}", r"\\nabla \1", r"\nabla{\log(x)}", r"\nabla \log(x)"),
    Rule(rf"\\nabla\s*\^\s*\{{?\s*2\s*\}}?\s*_\s*({GROUP}|\\[a-z]+|\w)", r"\\nabla_\1^2 ",
         r"\nabla^2_w f", r"\nabla_w^2 f"),
    Rule(r"\\nabla\s*\\nabla(?:\s*\^\s*(?:\{\s*)?(?:\\top|T)(?:\s*\})?)?", r"\\nabla^2 ",
         r"\nabla\nabla^T f", r"\nabla^2 f"),
    Rule(r"\\(?:mathrm|operatorname|text|mathsf|mathbf)\s*\{\s*Hess(?:ian)?\s*\}(?=[\s~]*(?:\\[,;!:]\s*)?[a-zA-Z])",
         r"\\nabla^2 ", r"\mathrm{Hess} f(x)", r"\nabla^2 f(x)"),
    Rule(rf"{ALONE}D(?=_\s*(?:\{{\s*[\\A-Za-z]+\s*\}}|[A-Za-z\\]+)\s*{_FUNCTION}\s*\()", r"\\partial ",
         "D_x f(x, y)", r"\partial _x f(x, y)"),
    Rule(rf"{ALONE}J(?=_\s*\{{?\s*(?P<by>\\?[A-Za-z]+)\s*\}}?\s*[a-zA-Z](?:_\s*(?:{GROUP}|\\[a-z]+|\w))?"
         r"\s*\(\s*(?P=by)\s*\))", r"\\partial ", "J_x f(x)", r"\partial _x f(x)"),
    Rule(rf"{ALONE}D\s*([fghFG]\s*\(\s*(\\?[A-Za-z]+)\s*\))", r"\\frac{\\partial \1}{\\partial \2}",
         "Dh(v)", r"\frac{\partial h(v)}{\partial v}"),
    Rule(rf"\\dot\s*\{{?\s*({GREEK_FUNCTION}|[fgh])\s*\}}?\s*(?=\()", r"\1'", r"\dot{\sigma}(z)", r"\sigma'(z)"),
]  # fmt: skip
