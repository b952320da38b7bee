"""A table of the user's own, from the command line: what is learned, said, predicted and refused."""

import csv
import json
from statistics import mean

import numpy as np
import pytest
from sklearn import datasets

from nnmath.commands.main import main
from nnmath.data.raw_rows import read_raw
from nnmath.data.table import table
from nnmath.runs.own_table import table_recipe
from nnmath.training.losses import probabilities
from nnmath.training.metrics import outputs
from nnmath.training.model import load_model
from nnmath.training.network import ACTIVATIONS

FILES = ["confusion.png", "curve.png", "metrics.json", "model.npz"]
SEEDS = "0,1,2,3,4,5,6,7,8,9"


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def messy(path, count=80, columns=("who", "age", "town", "plan", "churn")):
    """Write a table with all that real ones have; whoever is old or has the plan called "$5, basic" churns."""
    rng = np.random.default_rng(5)
    rows = [columns]
    for i in range(count):
        age, town = int(rng.integers(18, 80)), ("Köln", "東京", "São Paulo")[rng.integers(3)]
        plan = ("$5, basic", 'the "pro"')[rng.integers(2)]
        row = {
            "who": f"№{i}, {i * i}", "age": "NA" if i % 11 == 3 else age, "town": "" if i % 13 == 5 else town,
            "plan": plan, "churn": "yes" if age > 60 or plan == "$5, basic" else "no",
        }  # fmt: skip
        rows.append([row[column] for column in columns])
    return write(path, rows)


@pytest.mark.parametrize(("name", "least"), [("breast_cancer", 0.965), ("wine", 0.97), ("iris", 0.94)])
def test_the_tables_of_scikit_learn_are_learned(tmp_path, capsys, name, least):
    bunch = getattr(datasets, f"load_{name}")()
    rows = [[*x, bunch.target_names[k]] for x, k in zip(bunch.data.tolist(), bunch.target)]
    path = write(tmp_path / f"{name}.csv", [[*bunch.feature_names, "kind"], *rows])
    assert main(["train", "--csv", path, "--target", "kind", "--seeds", SEEDS, "--out", str(tmp_path / "out")]) == 0
    found = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert [run["seed"] for run in found["runs"]] == list(range(10))
    assert mean(run["test_accuracy"] for run in found["runs"]) >= least


@pytest.fixture
def trained(tmp_path, capsys):
    """Return the folder of a trained model of a messy table, and what was printed."""
    path = messy(tmp_path / "people.csv")
    assert main(["train", "--csv", path, "--target", "churn", "--seeds", "3", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return tmp_path, shown.out


def test_what_was_done_is_said(trained):
    folder, shown = trained
    assert files(folder / "out") == FILES
    assert "80 rows; 1 column of numbers and 2 columns of categories make 6 inputs" in shown
    assert "who left out: 80 different words in 80 rows, as names are" in shown
    assert "age: 7 missing, became " in shown
    assert ", the median of the training part\n" in shown
    assert "town: 6 missing, became '" in shown
    found = json.loads((folder / "out" / "metrics.json").read_text())
    assert f"On the 20 rows held out, {found['test_accuracy']:.4f} of the answers are right; always guessing" in shown
    assert f"the largest class, {found['largest_class_accuracy']:.4f}." in shown
    for name, row, precision, recall in zip(
        found["classes"], found["confusion"], found["precision"], found["recall"], strict=True
    ):
        assert [name, *map(str, row), f"{precision:.4f}", f"{recall:.4f}"] in [
            line.split() for line in shown.splitlines()
        ]
    assert found["settings"]["target"] == "churn"
    assert found["settings"]["sizes"] == [6, 32, 1]
    assert found["test_accuracy"] > 0.8


def test_predictions_of_raw_rows_are_those_of_training(trained, capsys):
    folder, _ = trained
    path = folder / "people.csv"
    model = load_model(folder / "out" / "model.npz")
    data = table(np.random.default_rng(3).spawn(3)[0], csv=str(path), target="churn")
    expected = probabilities(outputs(data.x_test, model.layers, ACTIVATIONS[model.hidden]), model.output)
    assert main(["predict", "--json", str(folder / "out" / "model.npz"), str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    p = np.array([[answer["probabilities"][name] for name in model.classes] for answer in found])
    for row in expected:
        assert np.abs(p - row).max(axis=1).min() < 1e-12
    assert found[0]["input"] == f"{path}:2"
    right = mean(answer["class"] == answer["true class"] for answer in found)
    assert main(["predict", str(folder / "out" / "model.npz"), str(path)]) == 0
    assert f"of 80 answers right: accuracy {right:.4f}" in capsys.readouterr().out


def test_columns_are_found_by_name_in_any_order_and_others_are_passed_over(trained, capsys):
    folder, _ = trained
    model = str(folder / "out" / "model.npz")
    other = messy(folder / "other.csv", 80, ("plan", "churn", "age", "town"))
    answers = []
    for path in (str(folder / "people.csv"), other):
        assert main(["predict", "--json", model, path]) == 0
        answers.append([answer["probabilities"] for answer in json.loads(capsys.readouterr().out)])
    assert answers[0] == answers[1]
    assert main(["predict", model, messy(folder / "other.csv", 3, ("town", "plan", "age"))]) == 0
    assert "accuracy" not in capsys.readouterr().out


def test_rows_come_from_standard_input_and_with_another_delimiter(trained, capsys, monkeypatch):
    import io
    from types import SimpleNamespace

    folder, _ = trained
    content = "age;plan;town\n?;$5, basic;Köln\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content.encode())))
    assert main(["predict", "--delimiter", ";", str(folder / "out" / "model.npz"), "-"]) == 0
    assert capsys.readouterr().out.startswith("line 2: yes (no 0.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("age,plan\n1,x\n", "line 1: expected all columns learned from; missing: 'town'"),
        (
            'town,age,plan\nKöln,1,"the ""pro"""\nRom,2,x\n',
            "line 3, column 1 (town): expected one of the categories learned",
        ),
        ("town,age,plan\nKöln,old,x\n", "line 2, column 2 (age): expected a number, got 'old'"),
        ("town;age;plan\nKöln;1;x\n", "line 1: expected a comma between the columns, and there is a semicolon"),
        ("town,age,plan\n", "line 1: a header, and no row after it"),
    ],
)
def test_rows_that_make_no_sense_are_refused(trained, capsys, content, message):
    folder, _ = trained
    path = folder / "rows.csv"
    path.write_text(content, encoding="utf-8")
    assert main(["predict", str(folder / "out" / "model.npz"), str(path)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"nnmath: {path}: {message}")
    assert shown.err.count("\n") == 1


def test_numbers_are_no_rows_of_a_table(trained, capsys):
    assert main(["predict", str(trained[0] / "out" / "model.npz"), "1", "2"]) == 1
    assert "expected a CSV file with the columns that the model has learned, age, town, plan" in capsys.readouterr().err


def run(folder, *flags, target="c"):
    rows = [["x", "y", "c"], *([i * i % 17, i % 5, "abc"[i % 3] if i % 7 else "a"] for i in range(40))]
    path = write(folder / "t.csv", rows)
    status = main(["train", "--csv", path, "--target", target, "--epochs", "2", "--out", str(folder / "out"), *flags])
    return status, folder / "out"


@pytest.mark.parametrize(
    ("flags", "sizes"),
    [
        ([], [2, 32, 3]),
        (["--sizes", "5"], [2, 5, 3]),
        (["--sizes", "6-4"], [2, 6, 4, 3]),
        (["--sizes", "2-6-3"], [2, 6, 3]),
        (["--sizes", "2-3"], [2, 3]),
        (["--sizes", "3-2"], [2, 3, 2, 3]),
        (["--output", "sigmoid"], [2, 32, 3]),
        (["--categorical", "y"], [6, 32, 3]),
    ],
)
def test_inputs_and_outputs_are_found_from_the_table(tmp_path, capsys, flags, sizes):
    status, out = run(tmp_path, *flags)
    assert status == 0
    settings = json.loads((out / "metrics.json").read_text())["settings"]
    assert settings["sizes"] == sizes
    assert settings["epochs"] == 2
    assert files(out) == FILES  # no pictures of the plane


@pytest.mark.parametrize(("count", "epochs", "l2"), [(16, 400, 0.083), (400, 100, 0.0033), (20_000, 42, 6.7e-5)])
def test_what_is_not_said_is_found_from_the_table(tmp_path, count, epochs, l2):
    path = write(tmp_path / "t.csv", [["x", "c"], *([i * i, "ab"[i % 2]] for i in range(count))])
    recipe, found = table_recipe({"csv": path, "target": "c"})
    assert len(found.labels) == count
    assert (recipe.epochs, recipe.l2, recipe.sizes, recipe.output) == (epochs, l2, (1, 32, 1), "sigmoid")
    assert table_recipe({"csv": path, "target": "c", "epochs": 7, "l2": 0.5})[0].settings()["epochs"] == 7
    assert table_recipe({"csv": path, "target": "c", "output": "softmax"})[0].sizes == (1, 32, 2)


def test_every_setting_is_a_flag(tmp_path, capsys):
    flags = {
        "hidden": "sigmoid", "output": "sigmoid", "weights": "glorot", "scale": "0.5", "batch": "7", "rate": "0.02",
        "update": "momentum", "l2": "0.01", "l2-on": "first-layer", "schedule": "1/t", "decay": "0.1",
        "held-out": "0.4", "smoothing": "0.1", "beta1": "0.8", "numeric": "x", "seeds": "4,5",
    }  # fmt: skip
    status, out = run(tmp_path, *(word for name, value in flags.items() for word in (f"--{name}", value)))
    assert status == 0
    settings = json.loads((out / "metrics.json").read_text())["settings"]
    for name, value in flags.items():
        found = settings[name.replace("-", "_")]
        assert value in (str(found), ",".join(map(str, found)) if isinstance(found, list) else "")
    assert "(the median of 2)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--sizes", "0"], "sizes: expected two or more positive integers"),
        (["--batch", "-100"], "batch: expected an integer, 0 or more"),
        (["--held-out", "1.5"], "held_out: expected a number between 0 and 1, got 1.5"),
        (["--drop", "x,Y"], "--drop: there is no column 'Y'; is it 'y'?"),
        (["--delimiter", ";"], "expected a semicolon between the columns, and there is a comma in 'x,y,c'"),
        (["--rate", "1e300"], "training diverged"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_sentence(tmp_path, capsys, flags, message):
    assert run(tmp_path, *flags)[0] == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_any_names_of_classes_are_drawn_and_printed(tmp_path, capsys):
    names = ["$x$y$", "東京", "a\nb", "\\frac{", "n" * 150, "_^", "é", "#", "%", "&", "~", "{}", "-"]
    path = write(tmp_path / "$a$b.csv", [["x", "c"], *([i % 13 + i / 99, names[i % 13]] for i in range(52))])
    assert main(["train", "--csv", path, "--target", "c", "--epochs", "1", "--out", str(tmp_path / "out")]) == 0
    assert files(tmp_path / "out") == FILES
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("東京 ") for line in lines)
    assert main(["predict", str(tmp_path / "out" / "model.npz"), path]) == 0
    assert "of 52 answers right" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["--csv", "a.csv"], ["--target", "c"], ["--rate", "1"]])
def test_half_a_table_is_refused(capsys, words):
    assert main(["train", *words]) == 1
    assert "or a table of your own with --csv FILE and --target COLUMN" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["spiral", "first-pass"])
def test_flags_of_a_table_with_the_name_of_a_run_are_refused(capsys, name):
    assert main(["train", "--csv", "a.csv", "--held-out", "0.5", name]) == 1
    assert "--csv, --held-out: flags before a NAME are those of a table" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["train", "--csv", str(tmp_path / "none.csv"), "--target", "c"]) == 1
    assert "none.csv" in capsys.readouterr().err


def test_raw_rows_know_their_lines(tmp_path, trained):
    folder, _ = trained
    preprocessing = load_model(folder / "out" / "model.npz").preprocessing
    path = tmp_path / "rows.csv"
    path.write_text('note,age,plan,town\n"two\nlines",1,NA,\n\nx,2,?,?\n', encoding="utf-8")
    with open(path, "rb") as file:
        assert read_raw(file, "rows.csv", preprocessing).lines.tolist() == [2, 5]


def rows_of_two_classes(names):
    """Sixty rows in which x says the class; its name is spelled in these ways in turn."""
    spelled = [names[i % 2][i // 2 % len(names[i % 2])] for i in range(60)]
    return "".join(f"{i},{i % 2 + i / 200:.3f},{name}\n" for i, name in enumerate(spelled))


@pytest.mark.parametrize(
    "names", [(("0", "0.0", "00"), ("1", "1.0", "+1")), (("False", "FALSE", "false"), ("TRUE", "True", "true"))]
)
def test_spellings_of_a_class_are_one_class_in_training_and_in_prediction(names, tmp_path, capsys):
    table, model = tmp_path / "t.csv", tmp_path / "out" / "model.npz"
    table.write_text(",x,kind\n" + rows_of_two_classes(names))  # the first column as pandas writes its index
    assert main(["train", "--csv", str(table), "--target", "kind", "--out", str(model.parent)]) == 0
    out = capsys.readouterr().out
    assert "30" in out.splitlines()[1], out
    assert out.splitlines()[1].count("30") == 2
    assert "Unnamed: 0 left out: it numbers the rows" in out
    assert main(["predict", str(model), str(table)]) == 0
    assert "60 of 60 answers right" in capsys.readouterr().out


def test_a_true_class_that_was_not_learned_is_refused(tmp_path, capsys):
    table, other = tmp_path / "t.csv", tmp_path / "o.csv"
    table.write_text("n,x,kind\n" + rows_of_two_classes((("cat",), ("dog",))))
    other.write_text("x,kind\n0.1,cat\n0.2,zebra\n")
    assert main(["train", "--csv", str(table), "--target", "kind", "--out", str(tmp_path / "out")]) == 0
    assert main(["predict", str(tmp_path / "out" / "model.npz"), str(other)]) == 1
    expected = "o.csv:3: kind: expected one of the classes learned, cat, dog, got 'zebra'"
    assert expected in capsys.readouterr().err
