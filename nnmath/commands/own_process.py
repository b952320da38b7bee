"""A check of a person's code in a process of its own, which is ended at a limit.

Whatever that code does, the command answers: it may loop for ever, end the process, or write to any file descriptor.
The process says what it has found in two files of a folder that only it and the command know: ``so_far.json`` while it
runs, ``answer.json`` at the end. Each is replaced as a whole. Without ``answer.json`` nothing is right.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import extract_tb

from nnmath.commands.answer import Answer, sentence
from nnmath.commands.status import COULD_NOT_RUN, WRONG

#: Seconds between two looks at what the process has found, and between two of its looks whether anybody waits for it.
LOOK, WATCH = 0.05, 1.0

#: What the process runs: this module, found where the command found it.
START = "import sys; sys.path[:] = sys.argv[2:]; from nnmath.commands.own_process import work; work(sys.argv[1])"


def answer_in_own_process(options: argparse.Namespace, on_look: Callable[[Answer], None]) -> Answer:
    """Let a process of its own carry out a check.

    Parameters
    ----------
    options : Namespace
        Of the command line; ``options.seconds`` is the limit for the time in which a person's code runs.
    on_look : callable
        Called now and then with what was found so far.

    Returns
    -------
    Answer
        At the limit, or where the process ended without an answer, what was found so far: `WRONG` if a mistake was
        found by then, else `COULD_NOT_RUN`.
    """
    with TemporaryDirectory(prefix="nnmath-", ignore_cleanup_errors=True) as folder:
        given = {name: value for name, value in vars(options).items() if name != "run"}
        Path(folder, "options.json").write_text(json.dumps({**given, "parent": os.getpid()}))
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, folder, *sys.path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that all that it starts is ended with it
        )
        try:
            in_time, so_far = _wait(process, Path(folder), options.seconds, on_look)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        answer = _read(Path(folder, "answer.json"))
        if answer is not None:
            return answer
        if not in_time:
            why = f"{so_far.doing} after {options.seconds} s, the limit, which --seconds sets"
        else:
            why = f"the check ended without a verdict: {so_far.doing} when its process {_end_of(process.returncode)}"
        return without_verdict(so_far, why)


def without_verdict(so_far: Answer, why: str) -> Answer:
    """Return what was found so far as an answer: a mistake that was found is one; otherwise there is no verdict."""
    if so_far.status == WRONG:
        return replace(
            so_far, text=f"{so_far.text}\n\n{why[:1].upper()}{why[1:]}.", found={**so_far.found, "note": why}
        )
    return replace(so_far, status=COULD_NOT_RUN, error=why)


def _wait(
    process: subprocess.Popen[bytes], folder: Path, seconds: float, on_look: Callable[[Answer], None]
) -> tuple[bool, Answer]:
    """Wait for the end of the process or for the limit; whether it was the end, and what was found so far."""
    so_far = Answer(COULD_NOT_RUN, doing="it was still being prepared")
    begin = None
    while True:
        ended = process.poll() is not None
        so_far = _read(folder / "so_far.json") or so_far
        begin = (begin or time.monotonic()) if so_far.limited else None
        if ended or (begin is not None and time.monotonic() - begin > seconds):
            return ended, so_far
        on_look(so_far)
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK)


def _end_of(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended itself with status {status}"


def work(folder: str) -> None:
    """Carry out the check that the options in a folder ask for; this is what the process does."""
    from hypothesis.configuration import set_hypothesis_home_dir

    options = argparse.Namespace(**json.loads(Path(folder, "options.json").read_text()))
    threading.Thread(target=_end_with, args=(options.parent,), daemon=True).start()
    set_hypothesis_home_dir(folder)  # its notes are kept from the folder of whoever calls
    answer = carry_out(options, lambda so_far: _write(Path(folder, "so_far.json"), so_far))
    _write(Path(folder, "answer.json"), answer)
    os._exit(0)  # also where the code under check has started threads that do not end


def carry_out(options: argparse.Namespace, tell: Callable[[Answer], None]) -> Answer:
    """Carry out a check in this process, and tell what was found so far; whatever the code raises, there is an answer.

    Parameters
    ----------
    options : Namespace
        Of the command line.
    tell : callable
        Takes what was found so far.
    """
    last = Answer(COULD_NOT_RUN)

    def so_far(answer: Answer) -> None:
        nonlocal last
        last = answer
        tell(answer)

    try:
        return _answer_of(options.target)(options, so_far)
    except (ValueError, OSError) as error:
        return without_verdict(last, sentence(error))
    except BaseException as error:  # whatever a person's code raises; Ctrl-C does not reach this process
        return without_verdict(last, _raised(error, options.target))


def _answer_of(target: str) -> Callable[[argparse.Namespace, Callable[[Answer], None]], Answer]:
    """Return what checks a target. Nothing else is imported: that would take longer than a short check does."""
    if ":" in target or target.endswith(".py"):
        from nnmath.commands.check_function import function_answer

        return function_answer
    from nnmath.commands.check_notes import is_notes, notes_answer

    if is_notes(target):
        return notes_answer
    from nnmath.commands.check_derivation import derivation_answer

    return derivation_answer


def _raised(error: BaseException, target: str) -> str:
    """Say what was raised, and on which line of the person's code, where it is known."""
    folder = Path(target).resolve().parent
    frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).parent == folder]
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{target} raised {type(error).__name__}{where}: {error}"


def _end_with(parent: int) -> None:
    """End this process once the one that waits for it is gone, however that came."""
    while os.getppid() == parent:
        time.sleep(WATCH)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _write(path: Path, answer: Answer) -> None:
    whole = path.with_suffix(".whole")
    whole.write_text(json.dumps(asdict(answer)), encoding="utf-8")
    whole.replace(path)


def _read(path: Path) -> Answer | None:
    try:
        return Answer(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # there is none yet, or a person's code wrote into it
        return None
