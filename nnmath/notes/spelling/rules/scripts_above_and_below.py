r"""Scripts: indices of layers and samples, rows and columns, words and marks."""

from __future__ import annotations

import re

from nnmath.notes.spelling.rules.rule import ALONE, ENDS, GROUP, Rule

#: All entries along an axis.
_ALL = rf"(?:\.|\\(?:cdot|bullet|ast){ENDS}|\*)"


def _layer_and_sample(found: re.Match[str]) -> str:
    index = found["group"] or found["one"] or found["group_behind"] or found["one_behind"]
    layer = found["layer"] or f"({found['number'] or found['number_behind']})"
    sample = found["sample"] or found["letter"] or found["letter_behind"]
    return f"^{{{layer}}}_{{{sample}{',' + index if index else ''}}}"


SCRIPTS = [
    Rule(r"(?<=[A-Za-z}\])])\s*[_^]\s*\{\s*\}", "", "L^{}(w)", "L(w)"),
    Rule(r"([_^])\s*\{(?:\s*\\[!,;:])+\s*", r"\1{", r"x_{\,i}", "x_{i}"),
    Rule(r"\^\s*\{\s*\\(?:text|mathrm|mathbf)\s*\{\s*(\([^{}()]*\)|\[[^{}\[\]]*\])\s*\}\s*\}", r"^{\1}",
         r"a^{\text{(l)}}", "a^{(l)}"),
    Rule(rf"{ALONE}((?:\\(?:hat|bar|tilde)\s*\{{\s*[A-Za-z]\s*\}}|[A-Za-z])(?:\s*_\s*(?:\w|{GROUP}))?)"
         r"\s*\^\s*\{\s*(\(\s*[a-z]\s*\))\s*\^\s*\{?\s*(\d)\s*\}?\s*\}", r"(\1^{\2})^\3", "y^{(i)^2}", "(y^{(i)})^2"),
    Rule(rf"{ALONE}((?:\\(?:mathbf|boldsymbol|bm|hat|tilde)\s*\{{[^{{}}]*\}}|\\[a-z]+|[A-Za-z])(?:_\s*(?:\w|{GROUP}))?)\s*"
         r"\^\s*\{\s*\\(?:odot|circ)\s*2\s*\}", r"(\1 \\odot \1)", r"1 - h_t^{\odot 2}", r"1 - (h_t \odot h_t)"),
    Rule(rf"_\s*\{{\s*{_ALL}\s*,?\s*([a-z])\s*\}}", r"_{:,\1}", "A_{.,i}", "A_{:,i}"),
    Rule(rf"_\s*\{{\s*([a-z])\s*(?:,\s*:|,?\s*{_ALL})\s*\}}", r"_{\1}", r"x_{n,:} + y_{n \cdot}", "x_{n} + y_{n}"),
    Rule(rf"\^\s*\{{\s*(?:\\langle|<|\\lt{ENDS})\s*([^{{}}<>]*?)\s*(?:\\rangle|>|\\gt{ENDS})\s*(?=[T\\}}])", r"^{(\1)",
         r"a^{\langle t \rangle} + b^{<t>T}", r"a^{(t)} + b^{(t)}^\top"),
    Rule(r"(?<![A-Za-z])(?<![A-Za-z]\})\(\s*([A-Za-z]\s*\^\s*\{\s*[(\[][^{}()]*[)\]]\s*\})\s*\)\s*(?=_)", r"\1",
         "(x^{(i)})_j + f(x^{(i)})_j", "x^{(i)}_j + f(x^{(i)})_j"),
    Rule(r"(?:_\s*(?:\{(?P<group>[^{}]*)\}|(?P<one>\w))\s*)?"
         r"\^\s*\{\s*(?:(?P<layer>\[\s*\w+\s*\])\s*\(\s*(?P<sample>\w)\s*\)"
         r"|\(\s*(?P<letter>[a-z])\s*,\s*(?P<number>\d)\s*\)|\(\s*(?P<number_behind>\d)\s*,\s*(?P<letter_behind>[a-z])\s*\))\s*\}"
         r"(?:\s*_\s*(?:\{(?P<group_behind>[^{}]*)\}|(?P<one_behind>\w)))?", _layer_and_sample,
         "z_j^{[1](i)} + z^{[1](i)} + a^{[2](i)}_j + x^{(p,3)}",
         "z^{[1]}_{i,j} + z^{[1]}_{i} + a^{[2]}_{i,j} + x^{(3)}_{p}"),
    Rule(r"\^\s*\{\s*\(\s*((?:in|out|hid|hidden|input|output|train|test|new|old)|(?![i-nst]+\s*\))[a-z]{2,3})\s*\)\s*\}",
         r"^{\\text{\1}}", "W^{(hx)} + W^{(input)}", r"W^{\text{hx}} + W^{\text{input}}"),
    Rule(r"(?<=[A-Za-z])\s*\^\s*\{\s*\(\s*([a-z])\s*,\s*([a-z])\s*\)\s*\}(?!\s*_)", r"_{\1,\2}",
         "y^{(i,j)}", "y_{i,j}"),
    Rule(r"_\s*\{\s*\(([^{}()]*)\)\s*\(([^{}()]*)\)\s*\}", r"_{\1,\2}", "y_{(i+a)(j+b)}", "y_{i+a,j+b}"),
    Rule(r"_\s*\{\s*\[\s*([^{}\[\]=<>\\]*)\s*\]\s*\}", r"_{\1}", "g_{[k]}", "g_{k}"),
    Rule(r"\^\s*\{\s*[(\[]\s*n_\s*(?:\{\s*l\s*\}|l)\s*(-\s*\d)?\s*[)\]]\s*\}", r"^{(L\1)}", "a^{(n_l)}", "a^{(L)}"),
    Rule(r"_\s*(?:\{\s*([-+])\s*\}|([-+])(?![\d\s]))",
         lambda found: r"_{\text{plus}}" if "+" in found[0] else r"_{\text{minus}}",
         "s_{+} - s_{-}", r"s_{\text{plus}} - s_{\text{minus}}"),
    Rule(r"\^\s*(?:\{\s*-\s*\}|-(?!\s*\d))", r"^{\\text{minus}}", "P_k^-", r"P_k^{\text{minus}}"),
    Rule(rf"\^\s*(?:\*|\\(?:ast|star){ENDS}|\{{\s*(?:\*|\\ast|\\star)\s*\}})", r"^{\\text{star}}",
         r"x^\star", r"x^{\text{star}}"),
    Rule(r"(_\s*(?:\{[^{}]*\}|[a-z0-9]))\s*(\^\s*\{\s*[(\[]\s*\d+\s*[)\]]\s*\})", r"\2\1", "a_1^{(2)}", "a^{(2)}_1"),
]  # fmt: skip
