"""Whatever a person's code does, `check` answers: right only with a verdict, and in the time that it is given."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nnmath.commands.answer import Answer, give
from nnmath.commands.main import main, parser
from nnmath.commands.status import COULD_NOT_RUN, RIGHT, WRONG
from nnmath.streams import printable
from tests.commands.misbehaving import MISBEHAVING

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    (tmp_path / "bad.py").write_text(MISBEHAVING)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["check", *arguments])
        shown = capfd.readouterr()
        return status, shown.out, " ".join(shown.err.split())

    return run


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("leave", "leave raised SystemExit at bad.py:8: 0. There is no verdict"),
        ("leave_later", "leave_later raised SystemExit at bad.py:12. There is no verdict"),
        ("leave_backward", "leave_backward raised SystemExit at bad.py:16: 0. There is no verdict"),
        ("leave_at_once", "the first example was still running when its process ended itself with status 0"),
        ("crash", "the first example was still running when its process was ended by SIGABRT"),
        ("interrupt", "bad.py:interrupt raised KeyboardInterrupt at bad.py:25"),
        ("close", "close raised GeneratorExit at bad.py:28. There is no verdict"),
        ("base", "base raised BaseException at bad.py:31: of its own. There is no verdict"),
        ("skip", "skip raised Skipped at bad.py:34: not today. There is no verdict"),
        ("stop", "stop raised StopTest at bad.py:37: 3. There is no verdict"),
        ("memory", "memory raised MemoryError at bad.py:40: 9 TB. There is no verdict"),
        ("memory_backward", "memory_backward raised MemoryError at bad.py:88: 9 TB. There is no verdict"),
        ("later", "later is an async def; expected a function that returns arrays"),
        ("nothing", "nothing: at none of 200 examples was there a derivative to compare"),
        ("asks", "asks raised at all of 100 inputs drawn, first EOFError at bad.py:74"),
    ],
)
def test_a_function_that_does_not_answer_has_no_verdict(
    check: Run, request: pytest.FixtureRequest, name: str, said: str
) -> None:
    if name not in ("leave", "leave_at_once", "crash", "asks"):  # the others need no process of their own
        request.getfixturevalue("checked_here")
    status, out, err = check(f"bad.py:{name}", "--seconds", "300")
    assert (status, out) == (COULD_NOT_RUN, "")
    assert err.startswith("nnmath: ")
    assert said in err


@pytest.mark.parametrize("name", ["leave_at_once", "skip"])
def test_the_same_for_programs(check: Run, name: str) -> None:
    status, out, err = check(f"bad.py:{name}", "--json")
    assert (status, err) == (COULD_NOT_RUN, "")
    assert json.loads(out)["ok"] is False
    assert json.loads(out)["error"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("raise SystemExit(0)", "mod.py cannot be loaded: line 1: SystemExit: 0"),
        ("import os; os._exit(0)", "mod.py was still being loaded when its process ended itself with status 0"),
        ("raise GeneratorExit", "mod.py:f raised GeneratorExit at mod.py:1"),
        ("import pytest; pytest.skip('no', allow_module_level=True)", "mod.py:f raised Skipped at mod.py:1: no"),
        ("raise MemoryError", "mod.py cannot be loaded: line 1: MemoryError"),
        ("import time; time.sleep(600)", "mod.py was still being loaded after 1 s, the limit, which --seconds sets"),
    ],
)
def test_a_file_that_does_not_load_has_no_verdict(
    check: Run, request: pytest.FixtureRequest, tmp_path: Path, line: str, said: str
) -> None:
    if "_exit" not in line and "sleep" not in line:
        request.getfixturevalue("checked_here")
    (tmp_path / "mod.py").write_text(f"{line}\n")
    status, out, err = check("mod.py:f", "--seconds", "1")
    assert (status, out) == (COULD_NOT_RUN, "")
    assert said in err


def test_a_loop_is_ended_at_the_limit(check: Run) -> None:
    status, out, err = check("bad.py:loop", "--seconds", "1")
    assert (status, out) == (COULD_NOT_RUN, "")
    assert "loop: the first example was still running after 1 s, the limit, which --seconds sets" in err


def test_a_loop_at_some_inputs_is_not_right(check: Run) -> None:
    status, out, err = check("bad.py:loop_later", "--seconds", "2", "--json")
    assert (status, err) == (COULD_NOT_RUN, "")
    assert json.loads(out)["ok"] is False
    assert "still running after 2 s" in json.loads(out)["error"]


def test_what_was_found_before_the_limit_is_told(check: Run) -> None:
    status, out, err = check("bad.py:wrong_then_loop", "--seconds", "3")
    assert (status, err) == (WRONG, "")
    assert "The gradient is 2 times the right one" in out
    assert "Smaller inputs that show it were still being looked for after 3 s, the limit" in out


def test_file_descriptors_and_threads_of_the_code_are_its_own(check: Run) -> None:
    quiet = check("bad.py:square", "--examples", "10")
    for name in ("loud", "closing", "leaves_a_thread"):
        status, out, err = check(f"bad.py:{name}", "--examples", "10")
        assert (status, err) == (RIGHT, "")
        assert out == quiet[1].replace("square", name)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("while True: pass", "its module was still being loaded and called for the first time after 1 s, the limit"),
        ("import os; os._exit(0)", "called for the first time when its process ended itself with status 0"),
        ("import sys; sys.exit(0)", "swish.py cannot be loaded: line 1: SystemExit: 0"),
        ("def swish(z):\n    raise SystemExit(0)", "swish.md raised SystemExit at swish.py:2: 0"),
        ("import time\ndef swish(z):\n    time.sleep(600)", "called for the first time after 1 s, the limit"),
    ],
)
def test_the_module_of_a_derivation_is_bounded_too(
    check: Run, request: pytest.FixtureRequest, tmp_path: Path, module: str, said: str
) -> None:
    if "SystemExit" in module or "sys.exit" in module:
        request.getfixturevalue("checked_here")
    right = Path(__file__).parents[2] / "examples" / "right" / "swish.md"
    (tmp_path / "swish.md").write_text(right.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "swish.py").write_text(f"{module}\n")
    status, out, err = check("swish.md", "--seconds", "1")
    assert status == COULD_NOT_RUN
    assert "equations hold" in out  # what was found before
    assert said in err


@pytest.mark.usefixtures("checked_here")
def test_a_derivation_that_cannot_be_read_is_not_wrong(check: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("# Empty\n\nNothing here.\n")
    (tmp_path / "bytes.md").write_bytes(b"# \xff\n")
    empty, other = "empty.md: there is no displayed equation", "bytes.md:1:3: expected text in UTF-8, got the byte 0xff"
    for name in (empty, other, "missing.md"):
        status, out, err = check(name.partition(":")[0])
        assert (status, out) == (COULD_NOT_RUN, "")
        assert name in err, err


def test_a_verdict_that_cannot_be_printed_is_not_right(check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-m", "nnmath", "check", "bad.py:square", "--examples", "5"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    if Path("/dev/full").exists():
        with open("/dev/full", "w") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False)
        assert done.returncode == COULD_NOT_RUN
        assert done.stderr.startswith("nnmath: the answer could not be printed: ")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    os.close(writer)
    assert done.returncode == COULD_NOT_RUN
    assert done.stderr.startswith("nnmath: the answer could not be printed: ")


def test_an_answer_without_a_text_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    options = parser("check").parse_args(["check"])
    options.width = 0
    assert give(Answer(RIGHT), options) == COULD_NOT_RUN
    assert capsys.readouterr().err == "nnmath: the check gave no verdict\n"


def test_control_characters_are_shown_as_escapes() -> None:
    assert printable("a\x1b[31mred\x9b\r\n\tb\x00") == "a\\x1b[31mred\\x9b\\x0d\n\tb\\x00"


HOLDS_A_PIPE = """
import subprocess, sys

def loop(x: "N"):
    pipe = open("pipe", "w")
    pipe.write("begun\\n")
    pipe.flush()
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdout=pipe)
    while True:
        pass
"""


@pytest.mark.parametrize("killed", [False, True])
def test_nothing_runs_on(tmp_path: Path, killed: bool) -> None:
    """Not at the limit, nor when the command itself is killed: then the pipe that the code holds has an end."""
    (tmp_path / "holds.py").write_text(HOLDS_A_PIPE)
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-m", "nnmath", "check", "holds.py:loop", "--seconds", "600" if killed else "1"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL) as process:
        with open(tmp_path / "pipe") as pipe:
            assert pipe.readline() == "begun\n"
            if killed:
                process.kill()
            assert pipe.read() == ""  # which waits until nobody holds its other end
        assert process.wait() == (-signal.SIGKILL if killed else COULD_NOT_RUN)


def test_an_interruption_says_that_nothing_was_written(
    check: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nnmath.commands.check.answer_in_own_process", interrupted)
    assert main(["check", "bad.py:square"]) == 128 + signal.SIGINT
    assert capfd.readouterr().err == "\nnnmath: interrupted; nothing was written\n"


def test_seconds_belong_to_code_of_ones_own(check: Run) -> None:
    status, _, err = check("sigmoid", "--seconds", "5")
    assert status == COULD_NOT_RUN
    assert "--seconds belongs to code of your own, not to sigmoid" in err
