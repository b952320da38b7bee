"""Fuzz targets, one for each format of file: `python -m tests.fuzzing 100000 [SEED]` tries so many files of each.

A good file is damaged at random. Whatever comes of it is read, or refused in one sentence that names the file. The
archives of models and checkpoints have targets of their own, in `tests.damage`.
"""

import gzip
import io
import random
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from nnmath.data.idx import read_idx
from nnmath.data.images import read_digit
from nnmath.data.table import read_table
from nnmath.files import json_bytes, read_json
from nnmath.latex import DerivationError, read
from nnmath.notes.document.files import read_notes
from nnmath.runs.experiments import SPIRAL
from nnmath.runs.results import carry_out_all, metrics
from nnmath.runs.results_page import row, section, written_by_a_run

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Target:
    """A format: files of it, how one is read, and the words and numbers that its damage is made of."""

    name: str
    good: tuple[bytes, ...]
    read: Callable[[Path], Any]
    words: tuple[bytes, ...]


def targets() -> tuple[Target, ...]:
    """Return all targets."""
    labels = b"\0\0\x08\x01" + struct.pack(">I", 20) + bytes(20)
    swish = (ROOT / "examples" / "right" / "swish.md").read_bytes()
    numbers = tuple(struct.pack(">I", n) for n in (0, 1, 2**31 - 1, 2**31, 2**32 - 1))
    return (
        Target("labels.idx", (labels, gzip.compress(labels)), lambda path: read_idx(path, 1), numbers),
        Target("digit.png", tuple(picture(kind) for kind in ("PNG", "JPEG", "BMP", "GIF")), read_digit, numbers),
        Target(
            "table.csv",
            ((ROOT / "examples" / "fruit.csv").read_bytes(),),
            lambda path: read_table(str(path), "kind"),
            (b'"', b",", b"\n", b"\r", b"\0", b"?", b"1e999", b"nan", b"\xff", b"kind", b"," * 2000, b"\x1b[31m"),
        ),
        Target(
            "swish.md",
            (swish,),
            read,
            (b"$$", b"\\", b"{", b"}", b"^", b"_", b"\\frac", b"|", b"\n", b"(", b"[" * 200, b"\\tag{1}", b"10^{9}"),
        ),
        Target(
            "notes.tex",
            ((ROOT / "examples" / "right" / "notes.tex").read_bytes(),),
            read_notes,
            (
                b"$$",
                b"\\[",
                b"\\]",
                b"{",
                b"}",
                b"\\begin{align}",
                b"\\end{align}",
                b"&",
                b"\\\\",
                b"%",
                b"\\def\\a{\\a\\a}",
            ),
        ),
        Target(
            "metrics.json",
            (json_bytes(metrics(carry_out_all(SPIRAL.override(epochs=2, seeds=(1,))))),),
            read_figures,
            (b"null", b'"x"', b"[]", b"{}", b"1e999", b"NaN", b"-1", b"[" * 100_000, b"9" * 500, b"\xff", b"\0"),
        ),
    )


def read_figures(path: Path) -> None:
    """Read the figures of a run, as the page of all results does."""
    found = read_json(path)
    with written_by_a_run(path.parent):
        row(SPIRAL, found)
        section(SPIRAL, found, path.parent)


def picture(kind: str) -> bytes:
    """Return a small picture of a digit."""
    file = io.BytesIO()
    image = Image.new("L", (20, 20), 255)
    image.paste(0, (8, 3, 12, 17))
    image.save(file, kind)
    return file.getvalue()


def damaged(target: Target, rng: random.Random) -> bytes:
    """Return a good file with one to four changes."""
    content = bytearray(rng.choice(target.good))
    for _ in range(rng.choice((1, 1, 2, 4))):
        start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
        short = min(end, start + rng.choice((0, 1, 4, 40)))
        change = rng.randrange(5)
        if change == 0:
            content[start:short] = rng.randbytes(short - start)
        elif change == 1:
            content[start:short] = rng.choice(target.words)
        elif change == 2:
            del content[start:short]
        elif change == 3:
            del content[end:]
        else:
            content[start:start] = content[start:short] * rng.choice((1, 2, 50))
    return bytes(content)


def failures(target: Target, count: int, seed: int, folder: Path) -> Iterator[str]:
    """Try so many damaged files; say which of them were neither read nor refused in a sentence that names them."""
    path = folder / target.name
    for number in range(count):
        content = damaged(target, random.Random(f"{seed} {number}"))
        path.write_bytes(content)
        where = f"{target.name}, seed {seed}, number {number}"
        try:
            target.read(path)
        except (ValueError, DerivationError) as error:
            if not str(error).startswith(str(path)) or "\n" in str(error) or not str(error).isprintable():
                yield f"{where}: the message is no sentence that names the file: {error!r}"
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            yield f"{where}: {type(error).__name__}: {error}"


def main() -> int:
    """Try all targets and print what fails."""
    count, seed = int(sys.argv[1]), int([*sys.argv, "1"][2])
    found = 0
    for target in targets():
        with tempfile.TemporaryDirectory() as folder:
            for failure in failures(target, count, seed, Path(folder)):
                found += 1
                print(failure, flush=True)
        print(f"{target.name}: {count} tried", flush=True)
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main())
