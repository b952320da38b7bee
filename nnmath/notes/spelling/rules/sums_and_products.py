r"""The bounds of sums and products."""

from nnmath.notes.spelling.rules.rule import GROUP, NESTED, SUM, Rule

SUMS = [
    Rule(rf"({SUM}_\s*\{{\s*([a-z])\s*=\s*\d\s*\}}\s*\^\s*)(?:\{{\s*\2\s*\}}|\2)",
         lambda found: f"{found[1]}{{{found[2].upper()}}}", r"\sum_{k=1}^k p_k", r"\sum_{k=1}^{K} p_k"),
    Rule(rf"({SUM})_\s*(?:\{{\s*([a-z])\s*\}}|([a-z]))\s*(?=\^)", r"\1_{\2\3=1}", r"\sum_j^p x_j", r"\sum_{j=1}^p x_j"),
    Rule(rf"({SUM})_\s*\{{\s*([a-z])\s*,\s*([a-z])\s*(=\s*\d+)\s*\}}\s*\^\s*({GROUP}|\w)",
         r"\1_{\2\4}^\5 \1_{\3\4}^\5 ", r"\sum_{i,j=1}^V X_{ij}", r"\sum_{i=1}^V \sum_{j=1}^V X_{ij}"),
    Rule(rf"({SUM}_\s*\{{)\s*\(\s*([a-z])\s*,\s*([a-z])\s*\)", r"\1\2,\3",
         r"\sum_{(i,j) \in S} r_{ij}", r"\sum_{i,j \in S} r_{ij}"),
    Rule(rf"({SUM})\{{((?:[^{{}}]|{NESTED})*)\}}", r"\1(\2)", r"\sum{w_i x_i} + b", r"\sum(w_i x_i) + b"),
]  # fmt: skip
