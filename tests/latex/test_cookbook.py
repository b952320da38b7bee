"""The identities of the Matrix Cookbook run as they are printed, and wrong ones are refused."""

from pathlib import Path

import pytest

from tests.latex.documents import document, failing

_, DEFINED, *IDENTITIES = (Path(__file__).parent / "cookbook.txt").read_text(encoding="utf-8").split("\n\n")
BEFORE = dict(line.split(": ", 1) for line in DEFINED.split("\n"))
SYMBOLS = (
    "".join(rf"| $\mathbf{{{name}}}$ | - | (N,) | real | a vector |" "\n" for name in "abcdrsx")
    + "".join(rf"| $\mathbf{{{name}}}$ | - | (N, N) | real | a matrix |" "\n" for name in "ABCDUX")
    + r"| $\mathbf{Z}$ | - | (N, M) | real | a matrix |"
    "\n" + r"| $x$ | - | () | real | a number |"
)


@pytest.mark.long_list
@pytest.mark.parametrize("identity", IDENTITIES, ids=[one.split()[0] for one in IDENTITIES])
def test_an_identity_runs_as_it_is_printed(identity: str) -> None:
    first, right, wrong = identity.strip().split("\n")
    before = first.split()[1]
    rows = SYMBOLS + (f"\n| ${before}$ | - | () | integer 1..4 | a power |" if before in "kn" else "")
    assert failing(document(rows, BEFORE[before], right), 4) == []
    assert failing(document(rows, BEFORE[before], wrong), 4) == ["2"]
