"""What cannot be understood is an error that says where and what; nothing is skipped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnmath.latex import DerivationError, read, read_text
from tests.latex.documents import FORWARD, TANH, VARIABLES, claim, document


def problem(text: str) -> str:
    with pytest.raises(DerivationError) as caught:
        read_text(text, "test.md")
    return str(caught.value)


#: The LaTeX of a claim, the column at which it is wrong, and a part of what is said about it.
WRONG = [
    ("", 1, "empty block"),
    (r"c", 1, "has a relation"),
    (r"c = (r", 5, "never closed"),
    (r"c = r)", 6, "closes nothing"),
    (r"c = (r]", 7, "which needs )"),
    (r"c = \left( r )", 14, r"which needs \right)"),
    (r"c = \frac{r}", 12, "too early"),
    (r"c = = r", 5, "not expected"),
    (r"c = \foo r", 5, "not a command"),
    (r"c = r \dots", 7, "leaves terms out"),
    (r"c = |r - |r||", 10, r"\lvert"),
    (r"c = |r", 5, "never closed"),
    (r"c = r \qquad (1)", 7, "is its \\tag{}"),
    (r"c = r \quad r = c", 13, "after a wide space"),
    (r"c = \delta_n", 5, "has two indices"),
    (r"c = r % note", 7, "comment"),
    (r"c = r * r", 7, "no product"),
    (r"c = \foo r", 5, r"\operatorname{foo}"),
    (r"c = \aplha", 5, r"\alpha is"),
    (r"c = \int r", 5, "not run"),
    (r"c = α", 5, r"such as \alpha"),
    (r"c = r \\ r = c", 7, "a block of its own"),
    (r"c = r, r = c", 6, "a block of its own"),
    (r"c = r \quad \text{if } r > 0", 13, "multiply both sides by"),
    (r"e^-r = c", 3, "e^{-u}"),
    (r"\begin{align} c = r \end{align}", 1, "it is aligned"),
    (r"c = \begin{cases} r & r > 0 \\ 0 \end{cases}", 34, r"\text{otherwise}"),
    (r"c = \sum^{K} b_k", 5, r"\sum_{k=1}^{K}"),
    (r"\frac{\partial L}{\partial (x W)} = 0", 28, "define what stands here"),
    (r"b' b = c", 1, r"^\top"),
    (r"c = \lambda r", 5, "declare it in the table"),
    (r"c = \sum_j b_{j + k}", 10, "write its bounds"),
    (r"c = 1e-5", 5, r"\cdot 10"),
    (r"c = r^10", 7, "first digit"),
    (r"c = \log r c", 5, "how far the argument"),
    (r"c = \log(r)^2", 5, "the argument or the value"),
    (r"c = \tanh^{-1} r", 5, "the inverse function"),
    (r"c = \tanh^2 r c", 5, "how far the argument"),
    (r"c = \sum_{i < k} b_i b_k", 5, "whether k is summed over, too"),
    (r"c = 1 / 2 r", 11, "unclear"),
    (r"c_n = r", 1, "1 index on something of shape ()"),
    (r"c = r 2", 5, r"write \cdot"),
    (r"c = \sigma r", 5, "needs its argument"),
    (r"c = \sigma(r, c)", 5, "one argument"),
    (r"c = r \\ r = c", 7, "only in aligned"),
    (r"\begin{aligned} c &= r \\ r &= c \end{aligned}", 27, "one equation"),
    (r"c = q", 5, "neither a symbol"),
    (r"c = Q", 5, "unknown"),
    (r"c = \lambda_n", 5, "unknown"),
    (r"c = z_n", 5, "the shapes () and (K,)"),
    (r"z_{nk} = z_{kn}", 13, "runs over K and over N"),
    (r"p_{nk} = z_{n y_k}", 17, "runs over K and over N"),
    (r"c = x_{n y_n}", 10, "label of K classes"),
    (r"c = z", 5, "shapes () and (N, K)"),
    (r"x W = W x", 7, "no matrix product"),
    (r"c = x^\top W", 5, "no matrix product"),
    (r"b b = b", 1, r"\odot"),
    (r"z + b = z", 1, "do not fit"),
    (r"z z^\top z \odot z z^\top z = z", 1, "needs brackets"),
    (r"\sum_n p_{nk} = \sum_k p_{nk}", 22, "in use already"),
    (r"\sum_k p_{nk} = p_{nk}", 6, "summed over and free"),
    (r"c = \sum_{k=1}^{N} z_{nk}", 24, "runs over N and over K"),
    (r"c = \sum_j r", 10, "whose range is known"),
    (r"c = \max_k z_{nk} r", 19, "inside the max"),
    (r"c = \sum_{k=1} z_{nk}", 11, "upper bound"),
    (r"\frac{\partial L}{\partial x} = x", 1, "does not depend on x"),
    (r"\frac{\partial L}{\partial q} = c", 28, "with respect to q"),
    (r"\frac{\partial p}{\partial z_{nk}} = c", 38, "the shapes (N, K) and ()"),
    (r"\frac{\partial p}{\partial z} = c", 1, "give it indices"),
    (r"\frac{\partial^2 L}{\partial z_{nk}} = c", 1, "order 2 by 1 variables"),
    (r"\frac{\partial L}{\partial y_n} = c", 28, "with respect to y"),
    (r"c := 2", 1, "is an input"),
    (r"p_{nk} := z_{nk}", 1, "defined above already"),
    (r"L := 2", 1, "defined above already"),
    (r"\frac{\partial L}{\partial z} := z", 28, "as many indices as there are dimensions"),
    (r"\frac{\partial L}{\partial z_{nk}} := z_{nk}^2 + c + q", 54, "neither a symbol"),
    (r"\frac{\partial p}{\partial z_{nk}} := z_{nk}", 16, "as many indices"),
    (r"\frac{\partial q}{\partial c} := c", 1, "defined above"),
    (r"\sigma''(u) := u", 1, "first derivative"),
    (r"\sigma'(r) := r", 1, "the letter of the function"),
    (r"\sigma'(u) := u = u", 15, "one expression"),
    (r"q = r := c", 1, "only once"),
    (r"q := q + 1", 6, "its own definition"),
    (r"q_n := z_{nk}", 12, "not on the left"),
    (r"q_{nk} := r", 11, "nothing says how far n"),
    (r"f(u) := z", 9, "is a number"),
    (r"c \approx \frac{1}{3}", 11, "printed number"),
    (r"c = \mathbf 1_Q", 5, "no dimension"),
    (r"c = \begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", 5, "equally long"),
    (r"c = \begin{matrix} 1 \end{matrix}", 5, "not understood"),
    (r"c = 1 & 2", 7, "only in aligned"),
    ("c = " + "(" * 41 + "r" + ")" * 41, 45, "nested more than"),
    ("c = " + r"\log " * 70 + "r", 1, "nested more than"),
    ("c = r" + " + r" * 2000, 1, "more than 6000 characters"),
]


@pytest.mark.parametrize(("latex", "column", "part"), WRONG, ids=[latex[:40] for latex, _, _ in WRONG])
def test_a_mistake_is_refused_with_its_line_and_column(latex: str, column: int, part: str) -> None:
    text = claim(latex) if latex else claim("c = r").replace("c = r\n", "")
    line = next(i for i, one in enumerate(text.split("\n")) if r"\tag{4}" in one)
    message = problem(text)
    assert message.startswith(f"test.md:{line}:{column}: "), message
    assert part in message


def test_the_line_is_the_one_of_several() -> None:
    text = claim("c = r\n  + q")
    line = text.split("\n").index("  + q") + 1
    assert problem(text).startswith(f"test.md:{line}:5: equation (4): q is neither")


MARKDOWN = [
    ("no tag", lambda text: text.replace("\\tag{3}", ""), "no \\tag{}"),
    ("two tags", lambda text: text.replace("\\tag{3}", "\\tag{3} \\tag{4}"), "2 tags"),
    ("a tag twice", lambda text: text.replace("\\tag{3}", "\\tag{2}"), "is taken by the equation of line"),
    ("an empty tag", lambda text: text.replace("\\tag{3}", "\\tag{ }"), "empty \\tag"),
    ("dollars", lambda text: text + "\n$$\nc = r\n$$\n", "$$ is not run"),
    ("another fence", lambda text: text.replace("```math", "```latex", 1), "is fenced as math"),
    ("a plain fence", lambda text: text.replace("```math", "```", 1), "is fenced as math"),
    ("a comment", lambda text: text + "\n<!-- ```math\nc = r\n``` -->\n", "is hidden"),
    ("by indentation", lambda text: text + "\n    c := r\n", "is hidden"),
    ("a section twice", lambda text: text + "\n## Forward\n", "stands here twice"),
    ("sections in disorder", lambda text: text.replace("## Forward", "## References\n\n## Forward"), "stands before"),
    ("no symbols", lambda text: text.replace("## Symbols", "## Letters"), "a section Symbols"),
    ("an empty table", lambda text: "\n".join(line for line in text.split("\n") if "| $" not in line), "no table"),
    ("other columns", lambda text: text.replace("| domain |", "| range |"), "the columns of the table"),
    ("no equations", lambda text: text[: text.index("```math")], "there is no equation"),
    ("a strange domain", lambda text: text.replace("positive", "large"), "is no domain"),
    ("a strange shape", lambda text: text.replace("(K,)", "(K)"), "is no shape"),
    ("a symbol twice", lambda text: text.replace("$x$", "$z$"), "in the table twice"),
    ("a symbol with indices", lambda text: text.replace("| $x$", "| $x_{nd}$"), "without indices"),
    ("code without backticks", lambda text: text.replace("`x`", "x"), "in backticks, or -"),
    ("labels of no dimension", lambda text: text.replace("1..K", "1..Q"), "Q is no dimension"),
    ("a result without its equation", lambda text: text.replace("positive", "(9)"), "no equation (9)"),
    ("a result of another equation", lambda text: text.replace("| positive", "| (3)"), "neither defines c"),
    ("not run, but Forward", lambda text: text.replace("```math", "*Not run: too hard.*\n```math", 1), "is run"),
    ("not run, misspelled", lambda text: text + "\n**Not run**: a limit.\n", "is marked *Not run"),
    ("not run, without a reason", lambda text: text + "\n*Not run:*\n", "is marked *Not run"),
    ("not run, without a block", lambda text: text + "\n*Not run: a limit.*\n\nMore text.\n", "directly before"),
]


@pytest.mark.parametrize(("change", "part"), [one[1:] for one in MARKDOWN], ids=[one[0] for one in MARKDOWN])
def test_what_is_not_as_the_readme_says_is_refused(change: Callable[[str], str], part: str) -> None:
    assert part in problem(change(document(VARIABLES, FORWARD)))


def test_what_is_marked_is_not_run_and_counted() -> None:
    limit = "\n## References\n\nText.\n\n*Not run: a limit.*\n\n```math\n\\lim_{z \\to \\infty} a = 1\n```\n"
    derivation = read_text(TANH + limit)
    assert [block.not_run for block in derivation.not_run] == ["a limit."]


def test_a_full_stop_at_the_end_and_an_alignment_are_read() -> None:
    text = claim("\\begin{aligned}\n  c &= c + r \\\\\n    &\\quad - r\n\\end{aligned} .")
    assert len(read_text(text).equations) == 4


def test_a_result_with_another_shape_is_refused() -> None:
    text = TANH.replace(
        r"$\frac{\partial L}{\partial z}$ | `dz` | ()", r"$\frac{\partial L}{\partial z}$ | `dz` | (N,)"
    )
    assert "has the shape (N,) in the table and () in the equations" in problem(text)


def test_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "wrong.md").write_text(claim("c = q"), encoding="utf-8")
    with pytest.raises(DerivationError, match=r"wrong\.md:\d+:5: equation \(\d+\): q is neither"):
        read(tmp_path / "wrong.md")
