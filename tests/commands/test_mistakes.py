"""What a newcomer types by mistake is answered in a sentence, with what may have been meant and exit status 2."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from nnmath.commands import parser as command_parser
from nnmath.commands.main import main, parser

COMMANDS = ("check", "accuracy", "train", "predict", "sample", "export", "reproduce", "site", "completion")


@pytest.fixture(autouse=True)
def _typed_as_nnmath(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/nnmath"])


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("trian", "nnmath: trian: did you mean train?"),
        ("train sprial", "nnmath train: sprial: did you mean spiral"),
        ("train wine.csv", "nnmath train: wine.csv: did you mean nnmath train --csv wine.csv --target COLUMN?"),
        ("wine.tsv", "nnmath: wine.tsv: did you mean nnmath train --csv wine.tsv --target COLUMN --delimiter tab?"),
        ("spiral", "nnmath: spiral: did you mean nnmath train spiral?"),
        ("gelu", "nnmath: gelu: did you mean nnmath check gelu?"),
        ("notes.tex", "nnmath: notes.tex: did you mean nnmath check notes.tex?"),
        ("layer.py", "nnmath: layer.py: did you mean nnmath check layer.py:FUNCTION?"),
        ("model.npz", "nnmath: model.npz: did you mean nnmath predict model.npz INPUT?"),
        ("results", "nnmath: results: expected one of check, accuracy, train, predict, export, sample, reproduce"),
        ("train spiral --epoch 3", "nnmath train spiral: there is no flag --epoch; did you mean --epochs"),
        ("train spiral --epochs=x", "nnmath train spiral: --epochs: expected a whole number, got 'x'"),
        ("train spiral --rate fast", "nnmath train spiral: --rate: expected a number, got 'fast'"),
        ("train spiral --update adm", "nnmath train spiral: --update: adm: did you mean adam?"),
        ("train spiral moons", "nnmath train spiral: moons: expected no further argument"),
        ("train --csv wine.csv --traget kind", "nnmath train: there is no flag --traget; did you mean --target"),
        ("train --csv wine.csv --target kind --epochs 0", "--epochs: expected a whole number from 1 on, got '0'"),
        ("train --csv wine.csv --target kind --sizes 32x16", "expected widths of hidden layers, such as 32 or 32-16"),
        ("predict --jsn model.npz 1", "nnmath predict: there is no flag --jsn; did you mean --json?"),
        ("predict", "nnmath predict: the following arguments are required: MODEL, INPUT"),
        ("export model.npz", "nnmath export: the following arguments are required: FILE"),
        ("train spiral -epochs 3", "nnmath train spiral: there is no flag -epochs; did you mean --epochs"),
        ("train spiral --learning-rate 3", "there is no flag --learning-rate; did you mean --rate?"),
        ("train --csv wine.csv --target kind --l2 1", "nnmath train: there is no flag --l2; did you mean --alpha?"),
        ("help train", "nnmath: help: did you mean --help?"),
        ("-V", "nnmath: there is no flag -V; did you mean --version?"),
        ("--verison", "nnmath: there is no flag --verison; did you mean --version?"),
    ],
)
def test_a_mistake_is_answered_with_what_was_meant(capsys: pytest.CaptureFixture[str], typed: str, answer: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(typed.split())
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert answer in shown.err
    assert shown.err.splitlines()[1].startswith("nnmath")
    assert shown.err.splitlines()[1].endswith("--help shows what is possible")
    assert len(shown.err.splitlines()) == 2


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("predict nothing.npz 1", "nnmath: nothing.npz: No such file or directory"),
        ("export nothing.npz model.onnx", "nnmath: nothing.npz: No such file or directory"),
        ("train --csv nothing.csv --target kind", "nnmath: nothing.csv: No such file or directory"),
        ("train --csv wine.csv", "nnmath: train: --target, the column to predict, is missing; expected"),
        ("check sigmod", "nnmath: there is no sigmod; did you mean sigmoid?"),
        ("train --target kind", "nnmath: train: expected the NAME of a published run, or a table"),
        ("train spiral --rate -1", "nnmath: rate: expected a positive number, got -1.0"),
        ("reproduce --only sprial", "nnmath: --only: there is no run sprial; did you mean spiral"),
    ],
)
def test_what_cannot_be_run_or_read_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, answer: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(typed.split()) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("\n")) == ("", 1)
    assert shown.err.startswith(answer)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    name, number = capsys.readouterr().out.split()
    assert (name, number[0].isdigit()) == ("nnmath", True)


def test_without_a_command_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage: nnmath COMMAND [flags]")


@pytest.mark.parametrize("path", ["", *COMMANDS, "train spiral", "train mnist-best", "train first-pass", "train gpt"])
def test_help_has_80_columns_and_the_name_that_was_typed(capsys: pytest.CaptureFixture[str], path: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*path.split(), "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: nnmath {path}".rstrip())
    assert "python -m" not in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("path", ["", *COMMANDS])
def test_help_has_examples_that_can_be_parsed(capsys: pytest.CaptureFixture[str], path: str) -> None:
    with pytest.raises(SystemExit):
        main([*path.split(), "--help"])
    lines = capsys.readouterr().out.split("examples:\n")[1].splitlines()
    typed = [line.split("  ")[1].removeprefix("nnmath ").partition(" >")[0] for line in lines if line]
    for words in map(shlex.split, typed):
        assert parser(words[0]).parse_args(words).run
    assert typed


def test_every_command_stands_in_the_help_once() -> None:
    shown = parser("").format_help()
    for name in COMMANDS:
        assert shown.count(f"\n  {name} ") == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [("/usr/bin/nnmath", "nnmath"), ("C:/nnmath.exe", "nnmath"), ("/x/nnmath/__main__.py", "python -m nnmath")],
)
def test_the_program_is_called_as_it_was_typed(monkeypatch: pytest.MonkeyPatch, typed: str, name: str) -> None:
    monkeypatch.setattr(sys, "argv", [typed])
    assert command_parser.program() == name


def test_an_interruption_says_what_was_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nnmath.commands.export.run_export", interrupted)
    assert main(["export", "model.npz", "model.onnx"]) == 130
    assert capsys.readouterr().err == "\nnnmath: interrupted; nothing was written\n"


def complete(script: str, *words: str) -> list[str]:
    """Return what bash would complete, by the script."""
    line = " ".join(f"'{word}'" for word in words)
    code = f'{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _nnmath; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completes_commands_runs_flags_and_choices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    assert complete(script, "nnmath", "tr") == ["train"]
    assert complete(script, "nnmath", "check", "sigm") == ["sigmoid"]
    assert complete(script, "nnmath", "train", "mnist-b") == ["mnist-best"]
    assert complete(script, "nnmath", "train", "spiral", "--ep") == ["--epochs", "--epsilon"]
    assert complete(script, "nnmath", "train", "spiral", "--update", "a") == ["adam"]
    assert complete(script, "nnmath", "train", "spiral", "--epochs", "5", "--no") == ["--noise"]


@pytest.mark.parametrize(("shell", "word"), [("zsh", "bashcompinit"), ("fish", "complete -c nnmath")])
def test_other_shells_have_a_script(capsys: pytest.CaptureFixture[str], shell: str, word: str) -> None:
    assert main(["completion", shell]) == 0
    assert word in capsys.readouterr().out
