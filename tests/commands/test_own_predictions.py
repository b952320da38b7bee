"""A model of the user's own table: what is said of it, and its predictions of new rows."""

import json
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from nnmath.commands.main import main
from nnmath.data.table import read_table
from nnmath.runs.user_table import learn
from tests.commands.tables import FILES, files, messy, write


@pytest.fixture
def trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return the folder of a trained model of a messy table, and what was printed."""
    path = messy(tmp_path / "people.csv")
    assert main(["train", "--csv", path, "--target", "churn", "--seed", "3", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return tmp_path, shown.out


def test_what_was_done_is_said(trained: Any) -> None:
    folder, shown = trained
    assert files(folder / "out") == FILES
    assert "80 rows; 1 column of numbers and 2 columns of categories" in shown
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


def test_predictions_of_raw_rows_are_those_of_training(trained: Any, capsys: pytest.CaptureFixture[str]) -> None:
    folder, _ = trained
    path = folder / "people.csv"
    assert main(["predict", "--json", str(folder / "out" / "model.npz"), str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    run = learn(read_table(str(path), "churn"), seed=3)
    assert [answer["class"] for answer in found] == [("no", "yes")[k] for k in run.answers]
    assert found[0]["input"] == f"{path}:2"
    right = mean(answer["class"] == answer["true class"] for answer in found)
    assert main(["predict", str(folder / "out" / "model.npz"), str(path)]) == 0
    assert f"of 80 answers right: accuracy {right:.4f}" in capsys.readouterr().out


def test_columns_are_found_by_name_in_any_order_and_others_are_passed_over(
    trained: Any, capsys: pytest.CaptureFixture[str]
) -> None:
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


def test_rows_come_from_standard_input_and_with_another_delimiter(
    trained: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
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
def test_rows_that_make_no_sense_are_refused(
    trained: Any, capsys: pytest.CaptureFixture[str], content: Any, message: Any
) -> None:
    folder, _ = trained
    path = folder / "rows.csv"
    path.write_text(content, encoding="utf-8")
    assert main(["predict", str(folder / "out" / "model.npz"), str(path)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"nnmath: {path}: {message}")
    assert shown.err.count("\n") == 1


def test_numbers_are_no_rows_of_a_table(trained: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(trained[0] / "out" / "model.npz"), "1", "2"]) == 2
    assert "expected a CSV file with the columns that the model has learned, age, " in capsys.readouterr().err


def rows_of_two_classes(names: Any) -> Any:
    """Sixty rows in which x says the class; its name is spelled in these ways in turn."""
    spelled = [names[i % 2][i // 2 % len(names[i % 2])] for i in range(60)]
    return "".join(f"{i},{i % 2 + i / 200:.3f},{name}\n" for i, name in enumerate(spelled))


@pytest.mark.parametrize(
    "names", [(("0", "0.0", "00"), ("1", "1.0", "+1")), (("False", "FALSE", "false"), ("TRUE", "True", "true"))]
)
def test_spellings_of_a_class_are_one_class_in_training_and_in_prediction(
    names: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, model = tmp_path / "t.csv", tmp_path / "out" / "model.npz"
    table.write_text(",x,kind\n" + rows_of_two_classes(names))  # the first column as pandas writes its index
    assert main(["train", "--csv", str(table), "--target", "kind", "--out", str(model.parent)]) == 0
    out = capsys.readouterr().out
    assert "30" in out.splitlines()[1], out
    assert out.splitlines()[1].count("30") == 2
    assert "Unnamed: 0 left out: it numbers the rows" in out
    assert main(["predict", str(model), str(table)]) == 0
    assert "60 of 60 answers right" in capsys.readouterr().out


def test_a_true_class_that_was_not_learned_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, other = tmp_path / "t.csv", tmp_path / "o.csv"
    table.write_text("n,x,kind\n" + rows_of_two_classes((("cat",), ("dog",))))
    other.write_text("x,kind\n0.1,cat\n0.2,zebra\n")
    assert main(["train", "--csv", str(table), "--target", "kind", "--out", str(tmp_path / "out")]) == 0
    assert main(["predict", str(tmp_path / "out" / "model.npz"), str(other)]) == 2
    expected = "o.csv:3: kind: expected one of the classes learned, cat, dog, got 'zebra'"
    assert expected in capsys.readouterr().err


def test_any_names_of_classes_are_drawn_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["$x$y$", "東京", "a\nb", "\\frac{", "n" * 150, "_^", "é", "#", "%", "&", "~", "{}", "-"]
    path = write(tmp_path / "$a$b.csv", [["x", "c"], *([i % 13 + i / 99, names[i % 13]] for i in range(52))])
    assert main(["train", "--csv", path, "--target", "c", "--epochs", "1", "--out", str(tmp_path / "out")]) == 0
    assert files(tmp_path / "out") == FILES
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("東京 ") for line in lines)
    assert main(["predict", str(tmp_path / "out" / "model.npz"), path]) == 0
    assert "of 52 answers right" in capsys.readouterr().out


def test_control_characters_of_a_class_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "t.csv", [["x", "c"], *([i * i, ("\x1b[31mred", "b\x07")[i % 2]] for i in range(20))])
    out = str(tmp_path / "out")
    assert main(["train", "--csv", path, "--target", "c", "--epochs", "1", "--out", out]) == 0
    assert main(["predict", str(tmp_path / "out" / "model.npz"), path]) == 0
    assert "\x1b" not in (shown := capsys.readouterr().out)
    assert "\a" not in shown
