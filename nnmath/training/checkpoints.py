"""Checkpoints in a folder: when one is written, which are kept, and from which one a run continues."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from math import inf
from pathlib import Path

from nnmath import streams
from nnmath.files import WriteError, sole, write_files
from nnmath.training.loop import DivergenceError
from nnmath.training.progress import (
    CheckpointError,
    OtherRunError,
    Progress,
    RunSettings,
    checkpoint_bytes,
    load_checkpoint,
)

#: Seconds of work that a kill may cost, unless one epoch takes longer.
INTERVAL = 2.0

#: Seconds that writing a checkpoint may take; of a large network it takes longer, and the interval is so much longer.
WRITING = 0.1

#: seed-0-epoch-120-of-200.npz; a run that is counted in steps has these in the place of epochs.
FILE = re.compile(r"(?P<name>.+)-(?P<unit>epoch|step)-(?P<done>[0-9]{1,12})-of-(?P<epochs>[0-9]{1,12})\.npz")


class CheckpointFolder:
    """The checkpoints of all runs whose results go into one folder.

    Parameters
    ----------
    folder : Path
    resume : bool
        Go on from what is there. Otherwise the first checkpoint that is written replaces all that is there.
    """

    def __init__(self, folder: Path, resume: bool) -> None:
        if folder.is_symlink():
            raise CheckpointError(
                f"{folder} is a symbolic link, and checkpoints that are no longer needed are deleted; remove the link, "
                "or choose another folder"
            )
        self.folder, self.resume = folder, resume
        self.refused: set[Path] = set()
        self.replaced = [] if resume else files(folder)
        self.last: dict[str, Path] = {}  # by run; written or read by this process, and so known to be good
        self.current = ""
        self.asked_for: set[str] = set()
        newest = {part(path, "name"): path for path in files(folder)}
        if resume and not newest:
            tell(f"there is no checkpoint in {folder}; starting from the beginning")
        if not resume and any(part(path, "done") != part(path, "epochs") for path in newest.values()):
            tell(f"{folder} holds an unfinished run, which this one replaces; with --resume it would have gone on")

    def of(self, name: str, unit: str = "epoch") -> "Checkpoints":
        """Return the checkpoints of one run, which is the one that continues now."""
        self.current = name
        self.asked_for.add(name)
        return Checkpoints(self, name, unit)

    def other_runs(self) -> list[str]:
        """Return the names of the runs that have checkpoints here and that nobody has asked for yet."""
        return sorted({part(path, "name") for path in files(self.folder)} - self.asked_for)

    def kept(self) -> str:
        """Say what is kept if the process ends now, and how to go on."""
        if not self.last:
            return "nothing was written"
        last = [*self.last.values()][-1]
        name, unit, done, epochs = (part(last, key) for key in ("name", "unit", "done", "epochs"))
        run = name.replace("-", " ")
        return (
            f"{self.folder} holds {run} as it was after {unit} {int(done):,} of {int(epochs):,}, and the same command "
            "with --resume goes on from there"
        )

    def forget(self) -> None:
        """Remove the checkpoints of the current run: it diverged, and would do so again."""
        if self.last.pop(self.current, None):
            self.remove(files(self.folder, self.current))
        with suppress(OSError):
            self.folder.rmdir()  # unless it holds others

    def tidy(self) -> None:
        """Keep the last checkpoint of each run, from which the results can be made again, and those refused."""
        for name, last in self.last.items():
            self.remove([path for path in files(self.folder, name) if path != last])

    def remove(self, paths: list[Path]) -> None:
        """Remove files, but none that was refused: it may be all that somebody has of another run."""
        for path in paths:
            if path not in self.refused:
                path.unlink(missing_ok=True)


class Checkpoints:
    """The checkpoints of one run: the newest one and the one before."""

    def __init__(self, inside: CheckpointFolder, name: str, unit: str = "epoch") -> None:
        self.inside, self.name, self.unit = inside, name, unit
        self.settings: RunSettings = {}
        self.written, self.epoch_ended, self.cost = -inf, time.perf_counter(), 0.0

    def begin(self, settings: RunSettings, start: Progress) -> Progress:
        """Return the progress that the run goes on from: the start, or that of the newest checkpoint that is good.

        Each one that is not is named on standard error, with the reason, and stays where it is.

        Raises
        ------
        OtherRunError
            The newest one is of a run that is made of something else.
        CheckpointError
            There are some, and none is good.
        """
        self.settings = settings
        found = files(self.inside.folder, self.name) if self.inside.resume else []
        for path in reversed(found):
            try:
                progress = load_checkpoint(path, settings, start)
            except OtherRunError as error:
                raise OtherRunError(f"{error}; without --resume the run starts from the beginning") from None
            except (CheckpointError, OSError) as error:
                tell(f"{error}; it is left as it is")
                self.inside.refused.add(path)
                continue
            tell(f"{'going on from' if progress.done < settings['epochs'] else 'already done:'} {path}")
            self.inside.last[self.name] = path
            self.written = self.epoch_ended = time.perf_counter()
            return progress
        if found:
            raise CheckpointError(
                f"no checkpoint of {self.name} in {self.inside.folder} can be used; nothing was changed; without "
                "--resume the run starts from the beginning, and replaces them"
            )
        if self.inside.resume and (others := self.inside.other_runs()):
            tell(
                f"{self.inside.folder} has no checkpoint of {self.name}, only of {', '.join(others)}; "
                f"{self.name} starts from the beginning"
            )
        return start

    def save_if_due(self, progress: Progress) -> None:
        """Write a checkpoint if, after one more epoch like the last, more work could be lost than may be."""
        now = time.perf_counter()
        epoch, self.epoch_ended = now - self.epoch_ended, now
        if now + epoch - self.written > INTERVAL * max(1.0, self.cost / WRITING):
            self.save(progress)
            self.written = self.epoch_ended = time.perf_counter()
            self.cost = self.written - now

    def save(self, progress: Progress) -> None:
        """Write a checkpoint, and remove all others but the one before and those that were refused.

        One that was refused and is in the way keeps its content under another name.
        """
        folder = self.inside
        path = folder.folder / f"{self.name}-{self.unit}-{progress.done}-of-{self.settings['epochs']}.npz"
        if path in folder.refused:
            folder.refused.remove(path)
            aside = next(name for n in count(1) if not (name := path.with_name(f"{path.name}.refused-{n}")).exists())
            path.rename(aside)
            tell(f"{path} was refused and is written anew; the refused one is kept as {aside.name}")
        write_files(folder.folder, {path.name: checkpoint_bytes(progress, self.settings)})
        overtaken = [old for old in files(folder.folder, self.name) if int(part(old, "done")) < progress.done]
        before = folder.last.get(self.name)
        folder.remove([old for old in {*overtaken, *folder.replaced} if old not in (path, before)])
        folder.replaced = []
        folder.last[self.name] = path


@contextmanager
def checkpoints_in(out: Path, resume: bool = False) -> Iterator[CheckpointFolder]:
    """Hold a folder for results, with checkpoints in a folder inside it; no other process can work there meanwhile.

    An exception that ends the work is given a sentence on what is kept.

    Raises
    ------
    BusyError
        Another process works there.
    CheckpointError
        The folder of checkpoints is a symbolic link.
    """
    out.mkdir(parents=True, exist_ok=True)  # a folder that cannot be made is better found before the run
    with sole(out / ".run.lock"):
        folder = CheckpointFolder(out / "checkpoints", resume)
        try:
            yield folder
        except WriteError as error:
            raise WriteError(f"{error}; {folder.kept()}") from error
        except KeyboardInterrupt as interruption:
            interruption.args = (folder.kept(),)
            raise
        except DivergenceError:
            folder.forget()
            raise
        folder.tidy()


def files(folder: Path, name: str | None = None) -> list[Path]:
    """Return the checkpoints in a folder, or those of one run, the newest last."""
    found = [path for path in folder.glob("*.npz") if FILE.fullmatch(path.name)]
    return sorted((path for path in found if name in (None, part(path, "name"))), key=lambda p: int(part(p, "done")))


def part(path: Path, key: str) -> str:
    """Return a part of the name of a checkpoint."""
    match = FILE.fullmatch(path.name)
    assert match is not None
    return match[key]


def tell(sentence: str) -> None:
    """Print a notice on standard error."""
    streams.tell(f"nnmath: {sentence}")
