r"""The same few notes in the ways people write them: one mark of a note at a time stands in each of its spellings.

A note is a list of lines with marks, ``«log»`` or ``«exp:-z»``, and what makes it wrong. `WAYS` has the spellings of
each mark, the usual one first; ``%s`` in them is what stands behind the colon, in `SLOPE` ``%t`` and ``%b`` are the top
and the bottom of a derivative.
"""

import re
from collections.abc import Callable, Iterator

SLOPE = [
    r"\frac{\partial %t}{\partial %b}", r"\frac{d%t}{d%b}", r"\nabla_{%b} %t", r"\partial %t/\partial %b", "d%t/d%b",
    r"\frac{\mathrm{d}%t}{\mathrm{d}%b}", r"\partial_{%b} %t", r"{\partial %t \over \partial %b}",
    r"\dfrac{\partial %t}{\partial %b}", r"\frac{\delta %t}{\delta %b}", r"\pdv{%t}{%b}", r"\dv{%t}{%b}",
    r"\frac{\partial}{\partial %b} %t", r"\frac{\partial}{\partial %b} \left( %t \right)", r"\nabla_{%b}\,%t",
    r"\frac{\partial{%t}}{\partial{%b}}", r"\frac{{\partial %t}}{{\partial %b}}", r"\frac{\rm{d}%t}{\rm{d}%b}",
    r"\frac{\text{d}%t}{\text{d}%b}", r"\frac{\partial\,%t}{\partial\,%b}", r"\frac{\partial (%t)}{\partial %b}",
    r"\nabla_{%b} (%t)", r"\left(\frac{\partial %t}{\partial %b}\right)", r"\frac{\partial}{\partial %b} [%t]",
    r"\mathrm{d}%t/\mathrm{d}%b", r"\operatorname{grad}_{%b} %t", r"\partderiv{%t}{%b}",
    r"\frac{\partial %t}{\partial %b}(%b)", r"\nicefrac{\partial %t}{\partial %b}", r"\mathop{\nabla}_{%b} %t",
    r"\triangledown_{%b} %t", "\\frac{∂%t}{∂%b}", r"\diffp{%t}{%b}", r"\boldsymbol{\nabla}_{%b} %t",
]  # fmt: skip

WAYS: dict[str, list[str]] = {
    "T": [r"^T", r"^\top", r"^\intercal", r"^{\mathsf T}", r"^\mathsf{T}", r"^{\rm T}", r"^\mathrm{T}", r"^{\!\top}",
          r"{}^T", r"^{tr}"],
    "log": [r"\log", r"\ln", "log ", r"\text{log}", r"\operatorname{log}", r"{\log}", r"\log_e"],
    "sigma": [r"\sigma", r"\text{sigmoid}", r"\operatorname{sigmoid}", "g", "S", r"\phi", "f", "sigmoid", "logistic",
              r"\mathcal{S}", r"\theta", "h"],
    "vec": ["%s", r"\mathbf{%s}", r"\boldsymbol{%s}", r"\bm{%s}", r"\vec{%s}", r"\pmb{%s}", r"\underline{%s}",
            r"\overrightarrow{%s}", r"{\bf %s}", r"\mathbf %s", r"\textbf{%s}", r"\mathsf{%s}"],
    "a": ["a", r"\hat{y}", r"\hat y", "p", r"\pi", r"\tilde{y}", r"\bar{y}", "f", "y'", r"\widehat{y}",
          r"\mathrm{\hat{y}}",
          r"y_{\text{pred}}", "y^*", r"\hat{\mathrm{y}}", r"\mu"],
    "L": ["L", "J", r"\mathcal{L}", r"\ell", "E", "l", r"\text{Loss}", "loss", "J(w)", r"\mathcal{L}(w)", "L_{CE}",
          r"\mathcal{L}_{\text{BCE}}", r"\mathcal{L}_{CE}(w)", "J_1(w)", "L^{CLIP}(w)", r"\mathscr{L}", r"\mathbb{L}",
          r"\mathit{Loss}", r"\hat{\mathcal{L}}", "NLL", r"{\cal L}", r"\mathcal L"],
    "eq": ["=", ":=", r"\equiv", r"\triangleq", r"\coloneqq", r"\overset{\text{def}}{=}", r"\;=\;", r"\stackrel{.}{=}",
           "{=}", r"\eqdef", r"\defeq", "≜"],
    "times": [" ", r"\,", r"\cdot ", r"\times ", " * ", "~", r"\thinspace ", r"\;\;", r"\quad ", r"\hspace{1mm}"],
    "sum": [r"\sum_{i=1}^{N}", r"\sum_i", r"\sum\limits_{i=1}^{N}", r"\sum^{N}_{i=1}", r"{\sum_{i=1}^N}",
            r"\underset{i}{\sum}", r"\sum_{i\in\{1,\ldots,N\}}", r"\sum_{i=1..N}", r"\sum_{\forall i}",
            r"\overset{N}{\underset{i=1}{\sum}}", r"\sum_{i \in [N]}"],
    "exp": [r"e^{%s}", r"\exp(%s)", r"\exp\left(%s\right)", r"\exp{%s}", r"\mathrm{e}^{%s}", "exp(%s)", r"\exp\{%s\}",
            r"{\rm e}^{%s}", "{e}^{%s}", r"\exp[%s]", r"\text{e}^{%s}"],
    "dot": [r"\odot", r"\circ", r"\otimes", "*", r"\ast", r"\cdot", r"\times", r"\bigodot", ".*", "⊙"],
    "layer": ["^{%s}", "^{(%s)}", "^{[%s]}", "_{%s}", r"^{\langle %s \rangle}", r"^{\left(%s\right)}",
              r"^{\text{(%s)}}"],
    "kl": [r"D_{KL}(q \| p)", r"\text{KL}(q \| p)", "KL(q||p)", r"D_{\mathrm{KL}}\left(q \middle\| p\right)",
           r"D(q\|p)", r"\mathbb{KL}(q \| p)"],
    "line": ["$$%s$$", r"\[%s\]", "\\begin{align*}\n%s\n\\end{align*}", "$$\\begin{split}%s\\end{split}$$", "- $%s$",
             "> $$%s$$", "```math\n%s\n```", "$$%s.$$", r"$$%s\tag{1}$$", r"$$%s \qquad (1)$$", r"$$\boxed{%s}$$",
             r"$$\Rightarrow %s$$", r"$$\color{blue}{%s}$$", r"$$\text{So } %s$$", "**$$%s$$**"],
}  # fmt: skip

#: Each note, and what is changed in it to make it wrong.
NOTES: dict[str, tuple[list[str], str, str]] = {
    "logistic regression": (
        [r"z «eq» «vec:w»«T» «vec:x» + b", r"«a» «eq» «sigma»(z)", r"«L» = -y «log» «a» - (1 - y) «log» (1 - «a»)",
         r"«D:«L»:z» = «a» - y", r"«D:«L»:«vec:w»» = («a» - y)«times»«vec:x»"],
        "= («a» - y)", "= (y - «a»)",
    ),
    "squared error": (
        [r"«a»_i = w x_i + b", r"J «eq» \frac{1}{N} «sum» («a»_i - y_i)^2",
         r"«D:J:w» = \frac{2}{N} «sum» («a»_i - y_i) x_i"],
        r"\frac{2}{N}", r"\frac{1}{N}",
    ),
    "softmax": (
        [r"p_k = \frac{«exp:z_k»}{\sum_j «exp:z_j»}", r"L = -\sum_k y_k «log» p_k", r"\sum_k y_k = 1",
         r"«D:L:z_k» = p_k - y_k"],
        "p_k - y_k", "y_k - p_k",
    ),
    "density": (
        [r"p(x) «eq» \frac{1}{\sqrt{2\pi}\,s} «exp:-\frac{(x-m)^2}{2 s^2}»", r"«D:«log» p(x):m» = \frac{x - m}{s^2}"],
        r"\frac{x - m}{s^2}", r"\frac{m - x}{s^2}",
    ),
    "ridge regression": (
        [r"E = \frac{1}{2} \|X «vec:w» - «vec:y»\|^2 + \frac{\lambda}{2} \|«vec:w»\|^2",
         r"«D:E:«vec:w»» = X«T» (X «vec:w» - «vec:y») + \lambda «vec:w»"],
        r"+ \lambda «vec:w»", r"- \lambda «vec:w»",
    ),
    "backpropagation": (
        [r"z«layer:l» = W«layer:l» a«layer:l-1» + b«layer:l»", r"a«layer:l» = \sigma(z«layer:l»)",
         r"\delta«layer:l» «eq» \frac{\partial L}{\partial z«layer:l»}",
         r"\delta«layer:l» = ((W«layer:l+1»)^T \delta«layer:l+1») «dot» \sigma'(z«layer:l»)"],
        "((W«layer:l+1»)^T", "(W«layer:l+1»",
    ),
    "divergence": (
        [r"«kl» = \sum_i q_i «log» \frac{q_i}{p_i}", r"«kl» = \sum_i q_i «log» q_i - \sum_i q_i «log» p_i"],
        r"- \sum_i q_i «log» p_i", r"+ \sum_i q_i «log» p_i",
    ),
}  # fmt: skip

_MARK = re.compile(r"«(?P<mark>[A-Za-z]+)(?::(?P<inside>[^«»]*))?»")


def ways() -> Iterator[tuple[str, str, str]]:
    """Yield every note with every spelling of each mark in it; lines are a mark of all."""
    for name, (lines, _, _) in NOTES.items():
        used = {found["mark"] for line in lines for found in re.finditer(r"«(?P<mark>[A-Za-z]+)", line)}
        for mark in sorted({*used, "line"}):
            yield from ((name, mark, way) for way in (SLOPE if mark == "D" else WAYS[mark]))


def written(name: str, mark: str, way: str, wrong: bool) -> str:
    """Return a note with one of its marks in a spelling, all others as usual; right, or wrong."""
    lines, before, after = NOTES[name]
    text = [line.replace(before, after, 1) if wrong and line is _changed(lines, before) else line for line in lines]

    def spelling(one: str) -> str:
        return way if one == mark else (SLOPE if one == "D" else WAYS[one])[0]

    return "\n\n".join(spelling("line").replace("%s", _filled(line, spelling)) for line in text) + "\n"


def _changed(lines: list[str], before: str) -> str:
    return next(line for line in reversed(lines) if before in line)


def _filled(line: str, spelling: Callable[[str], str]) -> str:
    """Put spellings in the place of marks, the innermost first."""
    while found := _MARK.search(line):
        inside = found["inside"] or ""
        if found["mark"] == "D":
            top, _, bottom = inside.rpartition(":")
            new = spelling("D").replace("%t", top).replace("%b", bottom)
        else:
            new = spelling(found["mark"]).replace("%s", inside)
        line = line[: found.start()] + new + line[found.end() :]
    return line
