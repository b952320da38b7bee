"""Expectations, probabilities of outcomes, normal laws and divergences."""

from nnmath.notes.spelling.rules.rule import ALONE, BELOW, GROUP, SIZE, Rule

PROBABILITY = [
    Rule(rf"\\(?:mathbf|boldsymbol|bm|mathrm|text)\s*\{{\s*E\s*\}}(?=\s*(?:{BELOW}\s*)?{SIZE}\[)", r"\\mathbb{E}",
         r"\mathbf{E}[x]", r"\mathbb{E}[x]"),
    Rule(rf"{ALONE}(?:E|\\mathbb\s*\{{?\s*E\s*\}}?)\s*\[\s*(\\Delta\s*)?\\?([A-Za-z]+)\s*\^\s*\{{?2\}}?\s*\]\s*(?=_)",
         lambda found: rf"\text{{meanSquare{'Delta' if found[1] else ''}{found[2]}}}",
         "E[g^2]_t", r"\text{meanSquareg}_t"),
    Rule(rf"{ALONE}[Pp]\s*\(\s*([A-Za-z])\s*((?:_\s*(?:\w|{GROUP}))?)\s*=\s*([01])\s*(?:[|;][^()=]*)?\)",
         lambda found: rf"\text{{Prob{found[1]}{'AB'[int(found[3])]}}}{found[2]}",
         "p(h_j = 1 | x)", r"\text{ProbhB}_j"),
    Rule(r"(?:(?<![A-Za-z\\^])N|\\(?:mathrm|text|operatorname|mbox)\s*\{\s*(?:N|[Nn]orm(?:al)?)\s*\})\s*"
         rf"(?={SIZE}\((?:[^()|;=]|\\;|\([^()|]*\))*(?:\||(?<!\\);))", r"\\mathcal{N}",
         r"N(x | \mu, \Sigma)", r"\mathcal{N}(x , \mu, \Sigma)"),
    Rule(rf"{ALONE}Normal(?=\s*{SIZE}\()", r"\\mathcal{N}", r"Normal(\mu, \Sigma)", r"\mathcal{N}(\mu, \Sigma)"),
    Rule(r"([A-Z]_\s*\{\s*(?:\\(?:mathrm|text)\s*\{\s*)?[A-Z]{2,}\s*\}?\s*\})\s*(?:\\left\s*)?"
         r"\([a-zA-Z_0-9,;|\\ ]*?(?:\\right\s*)?\)", r"\1", r"D_{KL}(p \| q)", r"D_{\text{KL}}"),
]  # fmt: skip
