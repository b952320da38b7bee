r"""Spellings that the author explains: ``% nnmath: read \nabla(\nabla #1) as \nabla^2 #1`` says how one is meant.

As in a macro, #1 is an argument: as little as fits, with all of its brackets; at the end one token or group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nnmath.latex import Place
from nnmath.notes.document.brackets import split_outermost
from nnmath.notes.document.characters import with_commands
from nnmath.notes.document.source import Annotation

_TOKEN = re.compile(r"#\d|\\[A-Za-z]+|\\.|\S", re.S)
_ENDS = r"(?<!\\);|,\s*(?=read\s)"
_AS = re.compile(r"\sas(?:\s|$)")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")

#: The most tokens of an argument.
MOST_TOKENS = 200


@dataclass(frozen=True)
class ReadAs:
    """One spelling and what is read in its place.

    Attributes
    ----------
    spelling : tuple of str
        The tokens that stand in the notes; #1 is an argument.
    meaning : str
        The LaTeX that is read.
    annotation : Annotation
        Where the author says so.
    """

    spelling: tuple[str, ...]
    meaning: str
    annotation: Annotation

    def applied(self, latex: str) -> str:
        """Replace the spelling wherever it stands; ends of lines are kept."""
        tokens = list(_TOKEN.finditer(latex))
        texts = [one.group() for one in tokens]
        done, position, i = [], 0, 0
        while i < len(tokens):
            found = _matched(self.spelling, texts, i, {})
            if found is None:
                i += 1
                continue
            end, arguments = found
            begin, last = tokens[i].start(), tokens[end - 1].end()
            given = {
                name: self.applied(latex[tokens[a].start() : tokens[b - 1].end()]) for name, (a, b) in arguments.items()
            }
            read = _filled(self.meaning, given)
            ends = "\n" * (latex.count("\n", begin, last) - read.count("\n"))
            done += [latex[position:begin], f" {read} {ends}"]
            position, i = last, end
        return "".join(done) + latex[position:]


def _filled(meaning: str, given: Mapping[str, str]) -> str:
    """Return what is read, with what stands in the places of arguments."""
    return re.sub(r"#\d", lambda one: given.get(one.group(), ""), meaning)


def _matched(
    spelling: tuple[str, ...], texts: list[str], i: int, arguments: Mapping[str, tuple[int, int]]
) -> tuple[int, Mapping[str, tuple[int, int]]] | None:
    """Return where a spelling that begins at token `i` ends, and its arguments; None if it does not stand there."""
    for k, wanted in enumerate(spelling):
        if wanted.startswith("#"):
            begun = arguments.get(wanted)
            if begun is not None:
                same = texts[slice(*begun)]
                ends = [i + len(same)] if texts[i : i + len(same)] == same else []
            else:
                ends = _ends(texts, i)[: None if spelling[k + 1 :] else 1]
            for end in ends:
                if found := _matched(spelling[k + 1 :], texts, end, {**arguments, wanted: (i, end)}):
                    return found
            return None
        in_braces = spelling[k - 1 : k] in (("_",), ("^",)) and texts[i : i + 3] == ["{", wanted, "}"]
        if texts[i : i + 1] != [wanted] and not in_braces:
            return None
        i += 3 if in_braces else 1
    return i, arguments


def _ends(texts: list[str], begin: int) -> list[int]:
    """Return where an argument that begins at a token may end: all of its brackets are closed there."""
    found, depth = [], 0
    for i, text in enumerate(texts[begin : begin + MOST_TOKENS], begin + 1):
        depth += (text in _OPENING) - (text in _CLOSING)
        if depth < 0:
            break
        if depth == 0:
            found.append(i)
    return found


def explained(annotations: Iterable[Annotation]) -> tuple[list[ReadAs], list[Annotation]]:
    """Return the spellings that annotations explain, and what the annotations say besides."""
    found, rest = list[ReadAs](), list[Annotation]()
    for one in annotations:
        items = [item.strip() for _, item in split_outermost(one.text, _ENDS)]
        for item in filter(None, items):
            read = _read_as(item, one) if item.startswith("read ") else None
            found += [read] if read else []
            rest += [] if read else [replace(one, text=item)]
    return found, rest


def _read_as(item: str, annotation: Annotation) -> ReadAs | None:
    spelling, *meaning = _AS.split(item.removeprefix("read ").replace("$", " "), maxsplit=1)
    tokens = _without_braces(one.group() for one in _TOKEN.finditer(with_commands(spelling)))
    if not meaning or all(one.startswith("#") for one in tokens):
        return None
    return ReadAs(tokens, with_commands(meaning[0].strip()), replace(annotation, text=item))


def _without_braces(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return a spelling without braces around scripts of one token, which mean nothing: x_{i} is x_i."""
    found = [*tokens]
    for i in range(len(found) - 4, -1, -1):
        if found[i] in ("_", "^") and (found[i + 1], found[i + 3]) == ("{", "}") and not found[i + 2].startswith("#"):
            found[i + 1 : i + 4] = [found[i + 2]]
    return tuple(found)


def problem_of(text: str) -> str:
    """Return what is wrong with an annotation that explains no spelling of the notes; nothing if it is another one."""
    if not re.match(r"read\s", text):
        return ""
    why = "no formula has this spelling" if _read_as(text, Annotation(text, Place(1, 1))) else "it is not understood"
    return (
        f"the annotation {text!r} changes nothing: {why}; write read, a spelling as it stands in the notes, as, and "
        r"LaTeX that says the same: read \nabla(\nabla #1) as \nabla^2 #1"
    )
