"""Progress of what takes long: a bar on a terminal, and a line now and then where there is none."""

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from nnmath.streams import tell

T = TypeVar("T")

#: Seconds until the first line and from one line to the next, where standard error is no terminal.
FIRST, EVERY = 10.0, 30.0


class ProgressBar:
    """How much of some work is done; a context manager.

    On a terminal a bar of tqdm is redrawn. In a log file a line is written after ten seconds, and one every half minute
    from then on.

    Parameters
    ----------
    name : str
        What is done.
    unit : str
        What is counted, in the plural; "B" for bytes.
    total : int, optional
        How many there are.
    done : int
        How many were done before.
    delay : float
        Seconds before a bar is shown.
    leave : bool
        Whether the bar stays when the work is done.
    hidden : bool
        Show nothing.
    """

    def __init__(
        self,
        name: str,
        unit: str,
        total: int | None = None,
        *,
        done: int = 0,
        delay: float = 0.0,
        leave: bool = True,
        hidden: bool = False,
    ) -> None:
        from tqdm import tqdm

        self.name, self.unit, self.total, self.done = name, unit, total, done
        self.noted = ""
        terminal = sys.stderr is not None and sys.stderr.isatty()
        self.lines = not (terminal or hidden)
        self.begun = self.told = time.monotonic()
        self.bar: Any = tqdm(
            total=total,
            initial=done,
            desc=name,
            unit=unit if unit == "B" else f" {unit}",
            unit_scale=unit == "B",
            delay=delay,
            leave=leave,
            disable=hidden or not terminal,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.close()

    def advance(self, count: int = 1) -> None:
        """Count what was done since the last call."""
        self.done += count
        self.bar.update(count)
        if self.lines:
            now = time.monotonic()
            if now - self.told >= (FIRST if self.told == self.begun else EVERY):
                self.told = now
                tell(self.line(now - self.begun))

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, and count them."""
        for item in items:
            yield item
            self.advance()

    def note(self, text: str) -> None:
        """Say something beside the count, such as the loss."""
        self.noted = f", {text}"
        self.bar.set_postfix_str(text, refresh=False)

    def line(self, seconds: float) -> str:
        """Return what a log file is told."""
        of = "" if self.total is None else f" of {self.total:,}"
        unit = "bytes" if self.unit == "B" else self.unit
        return f"{self.name}: {self.done:,}{of} {unit}, {duration(seconds)}{self.noted}"


def progress(
    items: Iterable[T], name: str, unit: str, total: int | None = None, *, leave: bool = True, hidden: bool = False
) -> Iterator[T]:
    """Yield the items, and show how many there were; see `ProgressBar`."""
    with ProgressBar(name, unit, total, leave=leave, hidden=hidden) as shown:
        yield from shown.over(items)


def duration(seconds: float) -> str:
    """Return a time as people say it: 42 s, 3 min 20 s, 1 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
