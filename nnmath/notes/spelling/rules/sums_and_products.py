r"""The bounds of sums and products."""

from nnmath.notes.spelling.rules.rule import GROUP, NESTED, SUM, Rule

_LAST = r"(?:\\[lc]?dots(?![A-Za-z])c?|\.{2,3})"

_PAIR = r"\(\s*[a-z]\s*,\s*[a-z]\s*\)"
#: What stands behind a matrix, and not behind the bounds of a sum.
_ENDS_MATRIX = r"(?:\^\s*\{\s*-\s*1\s*\}|\||\\rvert|\\right|\)|\]|$)"

SUMS = [
    Rule(rf"(?<!\{{)\\sum\s*(?=(?:_\s*(?:{GROUP}|\w)\s*)?{_ENDS_MATRIX})", r"\\Sigma ",
         r"\log |\sum_{q}| + \sum_{q}^{-1} (x \sum_{p})",
         r"\log \lvert \Sigma _{q}\rvert + \Sigma _{q}^{-1} (x \Sigma _{p})"),
    Rule(rf"(?:\\overset\s*(?P<last>{NESTED})\s*\{{\s*)?\\underset\s*(?P<first>{NESTED})\s*\{{?\s*"
         r"(?P<sum>\\(?:sum|prod|max|min)(?![A-Za-z])|\\operatorname\s*\*?\s*\{\s*arg\s*(?:max|min)\s*\})\s*\}?(?(last)\s*\})",
         lambda found: f"{found['sum']}_{found['first']}" + (f"^{found['last']}" if found["last"] else "") + " ",
         r"\overset{N}{\underset{i=1}{\sum}} x_i + \underset{j}{\sum} y_j",
         r"\sum_{i=1}^{N} x_i + \sum_{j} y_j"),
    Rule(rf"\{{\s*({SUM}(?:[_^]\s*(?:{GROUP}|\w)\s*){{1,2}})\}}", r"\1 ",
         r"a_j {\sum_{i=1}^N} x_i", r"a_j \sum_{i=1}^N x_i"),
    Rule(rf"({SUM})_\s*\{{\s*([a-z])\s*(?:=|\\in)\s*(?:\\\{{|\[)?\s*(\d)\s*"
         rf"(?:,\s*(?:2\s*,\s*)?{_LAST}\s*,|\.\.|:)\s*"
         r"([A-Za-z])\s*(?:\\\}|\])?\s*\}", r"\1_{\2=\3}^{\4} ",
         r"\sum_{i\in\{1,\ldots,N\}} x_i + \sum_{j=1..M} y_j", r"\sum_{i=1}^{N} x_i + \sum_{j=1}^{M} y_j"),
    Rule(rf"({SUM})_\s*\{{\s*([a-z])\s*\\in\s*\[\s*([A-Za-z])\s*\]\s*\}}", r"\1_{\2=1}^{\3} ",
         r"\sum_{i \in [N]} x_i", r"\sum_{i=1}^{N} x_i"),
    Rule(rf"({SUM}_\s*\{{)\s*\\forall(?![A-Za-z])\s*", r"\1", r"\sum_{\forall i} x_i", r"\sum_{i} x_i"),
    Rule(rf"({SUM}_\s*\{{\s*([a-z])\s*=\s*\d\s*\}}\s*\^\s*)(?:\{{\s*\2\s*\}}|\2)",
         lambda found: f"{found[1]}{{{found[2].upper()}}}", r"\sum_{k=1}^k p_k", r"\sum_{k=1}^{K} p_k"),
    Rule(rf"({SUM})_\s*(?:\{{\s*([a-z])\s*\}}|([a-z]))\s*(?=\^)", r"\1_{\2\3=1}", r"\sum_j^p x_j", r"\sum_{j=1}^p x_j"),
    Rule(rf"({SUM})_\s*\{{\s*([a-z])\s*,\s*([a-z])\s*(=\s*\d+)\s*\}}\s*\^\s*({GROUP}|\w)",
         r"\1_{\2\4}^\5 \1_{\3\4}^\5 ", r"\sum_{i,j=1}^V X_{ij}", r"\sum_{i=1}^V \sum_{j=1}^V X_{ij}"),
    Rule(rf"({SUM}_\s*\{{)\s*\(\s*([a-z])\s*,\s*([a-z])\s*\)", r"\1\2,\3",
         r"\sum_{(i,j) \in S} r_{ij}", r"\sum_{i,j \in S} r_{ij}"),
    Rule(rf"({SUM}_\s*\{{)\s*([a-z](?:\s*,\s*[a-z])?)\s*(?::|\||\\mid(?![A-Za-z]))\s*(?:{_PAIR}\s*\\in\s*\\?[A-Za-z]+"
         rf"|[a-zA-Z]\s*{_PAIR}\s*=\s*1)\s*\}}", r"\1\2}",
         r"\sum_{j:(i,j)\in\Omega} q_j + \sum_{(i,j):r(i,j)=1} e_{ij}", r"\sum_{j} q_j + \sum_{i,j} e_{ij}"),
    Rule(rf"({SUM})\{{((?:[^{{}}]|{NESTED})*)\}}", r"\1(\2)", r"\sum{w_i x_i} + b", r"\sum(w_i x_i) + b"),
]  # fmt: skip
