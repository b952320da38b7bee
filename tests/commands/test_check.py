"""`python -m nnmath check`, as a person meets it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnmath
from nnmath.commands.main import main
from nnmath.gradcheck import check_gradients
from nnmath.suite.results import Row, from_json

FILE = """
import numpy as np
from helper import half


def dense(x: "N, D", W: "D, M", b: "M"):
    print("called")
    return x @ W + b, lambda dz: (dz @ W.T, x.T @ dz, dz.mean(axis=0))


def right(x, W, b):
    return x @ W + b, lambda dz: (dz @ W.T, x.T @ dz, dz.sum(axis=0))


def forward(x: "N"):
    return half * x**2


def back(dz, x):
    return dz * x


def wrong_back(dz, x):
    return -dz * x


def log(x: "N"):
    return np.log(x), lambda g: g / x


def picky(x: "N"):
    if not (x > 50).all():
        raise ValueError("x must be over 50")
    return x, lambda g: g


def slip(x: "N"):
    return y


def loss(y: "N labels:K", z: "N, K"):
    def backward(g=1.0):
        dz = np.zeros_like(z)
        dz[np.arange(len(y)), y] = g
        return dz

    return z[np.arange(len(y)), y].sum(), backward


number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "layer.py").write_text(FILE)
    (tmp_path / "helper.py").write_text("half = 0.5\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "helper", raising=False)
    return tmp_path


@pytest.fixture
def check(checked_here: None, folder: Any, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: Any) -> Any:
        status = main(["check", *arguments])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return run


def test_wrong(check: Any, folder: Any) -> None:
    status, out, err = check("layer.py:dense")
    assert (status, err) == (1, "")
    assert re.sub(r"± \S+", "± BAR", out) == (
        "dense is wrong, with x (N, D), W (D, M), b (M,)\n"
        "\n"
        "gradient of b: wrong (scale)\n"
        "    The gradient is 1/2 times the right one, and the batch size is 2: a mean where a sum belongs?\n"
        "    worst at b[0]: backward pass      0.5\n"
        "                   finite differences 1 ± BAR\n"
        "The smallest inputs found that show it, N = 2, D = 1, M = 1:\n"
        "    x = [[0.0],\n"
        "         [0.0]]\n"
        "    W = [[0.0]]\n"
        "    b = [0.0]\n"
        "\n"
        "To see it again:\n"
        "  python -m nnmath check layer.py:dense --seed 0\n"
    )


def test_right_in_one_line(check: Any) -> None:
    status, out, err = check("layer.py:right", "--shapes", "x=N,D W=D,M b=M", "--examples", "20")
    assert (status, err) == (0, "")
    assert out.startswith("right is right: 20 examples, ")
    assert out.endswith(", 0 not judged\n")
    assert out.count("\n") == 1


def test_nothing_is_left_behind(folder: Any) -> None:
    assert main(["check", "layer.py:right", "--shapes", "x=N,D W=D,M b=M", "--examples", "5"]) == 0
    assert {path.name for path in folder.iterdir()} <= {"layer.py", "helper.py", "__pycache__"}


def test_a_separate_backward_pass(check: Any) -> None:
    assert check("layer.py:forward", "--backward", "back", "--examples", "20")[0] == 0
    status, out, _ = check("layer.py:forward", "--backward", "wrong_back", "--seed", "7")
    assert status == 1
    assert "(sign)" in out
    assert "python -m nnmath check layer.py:forward --backward wrong_back --seed 7" in out


def test_an_input_that_has_a_gradient_by_name(check: Any) -> None:
    assert check("layer.py:loss", "--wrt", "z", "--examples", "20")[0] == 0
    assert check("layer.py:loss", "--examples", "20")[0] == 0  # the labels, integers, have none anyhow
    status, out, err = check("layer.py:loss", "--wrt", "y")
    assert (status, out) == (2, "")
    assert "y" in err


def test_domains(check: Any) -> None:
    assert check("layer.py:log", "--domains", "x=positive", "--examples", "20")[0] == 0
    status, out, _ = check("layer.py:log")
    assert status == 1
    assert "If log is not meant for such inputs, say what they may be: domains, as in" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["layer.py:right"], "no shape for x, W, b. Give it as in --shapes 'x=N,D W=D,M b=M'"),
        (
            ["layer.py:right", "--shapes", "x=N,D W=D,M c=M"],
            "shapes: c is no parameter of the function; it has x, W, b",
        ),
        (["layer.py:dens"], "layer.py has no function dens; did you mean dense?"),
        (["layer.py:xyz"], "layer.py has no function xyz; it has dense, right, forward"),
        (["layer.py:number"], "layer.py: number is no function but int; it has dense"),
        (["layer.py:forward", "--backward", "bak"], "layer.py has no function bak; did you mean back?"),
        (["layer.py"], "expected FILE.py:FUNCTION, such as layer.py:dense, got 'layer.py'"),
        (["lair.py:dense"], "lair.py: there is no such file"),
        (["data.csv:dense"], "data.csv: expected a Python file, its name ending in .py"),
        (["layer.py:dense", "--wrt", "x,V"], "wrt: 'V' is no input; the inputs are x, W, b"),
        (["layer.py:forward"], "forward: the function under test must return (value, backward)"),
        (
            ["layer.py:picky"],
            "picky raised at all of 100 inputs drawn, first ValueError at layer.py:33: x must be over 50.",
        ),
        (
            ["layer.py:slip"],
            "slip raised at all of 100 inputs drawn, first NameError at layer.py:38: name 'y' is not defined",
        ),
        (["broken.py:f"], "broken.py cannot be loaded: line 3: ZeroDivisionError: division by zero"),
        (["leaves.py:f"], "leaves.py cannot be loaded: line 2: SystemExit: 3"),
        (["syntax.py:f"], "syntax.py cannot be loaded: SyntaxError: "),
    ],
)
def test_what_cannot_be_run_says_why(check: Any, folder: Any, arguments: Any, message: Any) -> None:
    (folder / "broken.py").write_text("def f(x):\n    return x\nf(1 / 0)\n")
    (folder / "leaves.py").write_text("import sys\nsys.exit(3)\n")
    (folder / "syntax.py").write_text("def f(x:\n")
    (folder / "data.csv").write_text("")
    status, out, err = check(*arguments)
    assert (status, out) == (2, "")
    assert " ".join(err.split()).startswith(f"nnmath: {message}")


@pytest.mark.parametrize("flags", [["--examples", "0"], ["--examples", "many"], ["--seed", "-1"], ["--seconds", "0"]])
def test_numbers_that_make_no_sense_are_refused(check: Any, capsys: pytest.CaptureFixture[str], flags: Any) -> None:
    with pytest.raises(SystemExit) as left:
        check("layer.py:dense", *flags)
    assert left.value.code == 2
    assert f"{flags[0]}: expected a whole number from" in capsys.readouterr().err


def test_json_of_a_wrong_function(check: Any, folder: Any) -> None:
    status, out, err = check("layer.py:dense", "--json", "--seed", "5")
    found = json.loads(out)
    assert (status, err, found["target"], found["ok"], found["seed"]) == (1, "", "layer.py:dense", False, 5)
    row = from_json(Row, found)  # as that of a derivation
    assert (row.name, row.ok, row.equations, row.code) == ("dense", False, None, None)
    assert row.differences is not None
    assert row.differences.examples == 1
    assert "gradient of b: wrong (scale)" in row.differences.failure
    finding = found["findings"][0]
    assert (finding["name"], finding["input"], finding["cause"], finding["factor"]) == ("b", 2, "scale", 0.5)
    assert (finding["analytic"], finding["where"]) == (0.5, [0])
    assert "batch size is 2" in finding["message"]
    assert abs(finding["numeric"] - 1) <= finding["error_bar"]
    assert found["counterexample"] == finding["counterexample"] == {"x": [[0.0], [0.0]], "W": [[0.0]], "b": [0.0]}
    assert found["versions"].keys() == {"python", "nnmath", "numpy", "hypothesis"}

    inputs = [np.array(x) for x in found["counterexample"].values()]
    report = check_gradients(lambda x, W, b: (x @ W + b, lambda g: (g @ W.T, x.T @ g, g.mean(axis=0))), *inputs)
    assert [f.cause for f in report.findings] == ["scale"]


def test_json_has_no_nan(check: Any) -> None:
    status, out, _ = check("layer.py:log", "--json")
    assert status == 1
    assert "NaN" not in out
    assert "Infinity" not in out
    assert json.loads(out)["findings"][0]["analytic"] is None


def test_json_of_what_is_right_or_could_not_run(check: Any) -> None:
    found = json.loads(check("layer.py:right", "--shapes", "x=N,D W=D,M b=M", "--json", "--examples", "10")[1])
    assert found["ok"]
    assert from_json(Row, found).ok
    assert found["differences"]["examples"] == 10
    assert found["findings"] == []
    assert found["counterexample"] is None
    status, out, err = check("layer.py:slip", "--json")
    assert (status, err) == (2, "")
    assert json.loads(out)["ok"] is False
    assert "NameError" in json.loads(out)["error"]


def test_the_same_command_gives_the_same_answer_in_a_process_of_its_own(check: Any, folder: Any) -> None:
    here = check("layer.py:dense")
    command = [sys.executable, "-m", "nnmath", "check", "layer.py:dense"]
    surroundings = os.environ | {"PYTHONPATH": str(Path(nnmath.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=surroundings)
    assert (done.returncode, done.stdout, done.stderr) == here
