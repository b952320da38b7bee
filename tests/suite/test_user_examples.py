"""The examples in `examples/`: the right ones are found right, the wrong ones are told what is wrong."""

from pathlib import Path

import pytest

from nnmath.commands.main import main

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.usefixtures("checked_here")
@pytest.mark.parametrize("target", ["swish.md", "rms_norm.py:rms_norm"])
def test_a_right_example_is_right(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(EXAMPLES / "right" / target), "--examples", "20"]) == 0
    assert " is right: " in capsys.readouterr().out


@pytest.mark.usefixtures("checked_here")
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("swish.md", ["swish.md:44  equation (5) does not hold", "7 of 8 equations hold"]),
        ("rms_norm.py:rms_norm", ["gradient of x: wrong (missing)", "Every output depends on other entries"]),
    ],
)
def test_a_wrong_example_is_told_what_is_wrong(
    target: str, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(EXAMPLES / "wrong" / target), "--examples", "20"]) == 1
    shown = capsys.readouterr().out
    assert all(text in shown for text in said), shown


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", str(EXAMPLES / "right" / "swish.md"), "--examples", "5"]) == 0
    assert list(tmp_path.iterdir()) == []
