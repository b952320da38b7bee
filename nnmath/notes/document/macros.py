r"""The macros of a file: ``\newcommand``, ``\def``, ``\DeclareMathOperator`` and what is made like them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from nnmath.latex import DerivationError
from nnmath.notes.document.brackets import argument_at, group_end, outermost, skip_space
from nnmath.notes.document.read_as import ReadAs
from nnmath.notes.document.source import place_of
from nnmath.notes.document.usual_macros import USUAL, Macro

#: How long a formula may become, and how often macros are replaced by what they stand for.
MOST_LENGTH = 20_000
MOST_ROUNDS = 20

#: How long a file may become by macros for displays.
MOST_DISPLAYED = 2_000_000

_DEFINING = re.compile(
    r"\\(?P<how>(?:re|provide)?newcommand|providecommand|DeclareMathOperator|DeclarePairedDelimiter|[gex]?def|let)"
    r"(?![A-Za-z])\s*\*?"
)
_DISPLAY = re.compile(r"\\(?:begin|end)\s*\{(?:align|equation|eqnarray|gather|multline|displaymath)|\\[\[\]]|\$\$")
#: What is above already, and is put there by its macro, ``X^\T``.
_ABOVE_TWICE = re.compile(r"\^\s*(?:\{\s*\^\\top\s*\}|\^\\top(?![A-Za-z]))")
_COMMAND = re.compile(r"\\[A-Za-z]+")


@dataclass
class Macros:
    """The macros that a file defines, and the spellings that it explains; `read` are those that were found."""

    known: dict[str, Macro] = field(default_factory=lambda: dict(USUAL))
    read_as: Sequence[ReadAs] = ()
    read: set[ReadAs] = field(default_factory=set)

    def taken_from(self, text: str) -> str:
        """Take the definitions of macros out of a text; blanks stand in their places."""
        position = 0
        while found := _DEFINING.search(text, position):
            end = self._define(text, found)
            position = max(end, found.end())
            if end > 0:
                text = text[: found.start()] + re.sub(r"[^\n]", " ", text[found.start() : end]) + text[end:]
        return text

    def _define(self, text: str, found: re.Match[str]) -> int:
        """Read one definition; return where it ends, -1 if it is none that is understood."""
        how, position = found["how"], found.end()
        name, position = argument_at(text, position)
        name = name.strip()
        if position < 0 or not _COMMAND.fullmatch(name):
            return -1
        if how == "let":
            position = skip_space(text, position)
            body, position = argument_at(text, position + (text[position : position + 1] == "="))
            macro = self.known.get(body, Macro(0, None, body))
        elif how.endswith("def"):
            parameters = re.compile(r"[^{}\\\n]{0,40}(?=\{)").match(text, position)
            if parameters is None:
                return -1
            body, position = argument_at(text, parameters.end())
            shape = parameters.group().strip()
            between = () if re.fullmatch(r"(?:\s*#\d)*", shape) else tuple(re.split(r"#\d", shape))
            macro = Macro(shape.count("#"), None, body, between)
        elif how == "DeclareMathOperator":
            body, position = argument_at(text, position)
            macro = Macro(0, None, rf"\operatorname{{{body}}}")
        elif how == "DeclarePairedDelimiter":
            left, position = argument_at(text, position)
            right, position = argument_at(text, max(position, 0))
            macro = Macro(1, None, f"{left} #1 {right}")
        else:
            (count, default), position = self._parameters(text, position)
            body, position = argument_at(text, position)
            macro = Macro(count, default, body)
        self.known[name] = macro
        return position

    def _parameters(self, text: str, position: int) -> tuple[tuple[int, str | None], int]:
        """Read ``[2][x]`` of a newcommand."""
        optional: list[str] = []
        while len(optional) < 2:
            after = skip_space(text, position)
            if text[after : after + 1] != "[" or (end := group_end(text, after)) < 0:
                break
            optional.append(text[after + 1 : end - 1])
            position = end
        count = int(optional[0]) if optional and optional[0].strip().isdigit() else 0
        return (count, optional[1] if len(optional) > 1 else None), position

    def expanded(self, latex: str) -> str:
        """Replace spellings and macros by what they mean; an argument keeps the ends of its lines, a body has none."""
        for one in self.read_as:
            before, latex = latex, one.applied(latex)
            self.read |= {one} if latex != before else set()
        for _ in range(MOST_ROUNDS):
            before, latex = latex, self._once(latex)
            if latex == before:
                return _ABOVE_TWICE.sub(r"^\\top ", latex)
            if len(latex) > MOST_LENGTH:
                raise DerivationError(f"with its macros expanded it has more than {MOST_LENGTH:,} characters",
                                      place_of(before, 0))  # fmt: skip
        raise DerivationError("its macros are defined by each other without an end", place_of(latex, 0))

    def with_displays(self, text: str) -> str:
        r"""Replace those macros in a file that begin or end displays, ``\alns{...}`` or ``\be ... \ee``."""
        displays = {name for name, one in self.known.items() if _DISPLAY.search(one.body)}
        for _ in range(MOST_ROUNDS if displays else 0):
            before, text = text, self._once(text, displays)
            if text == before or len(text) > MOST_DISPLAYED:
                break
        return text

    def _once(self, latex: str, wanted: Collection[str] | None = None) -> str:
        done, position = [], 0
        for found in _COMMAND.finditer(latex):
            macro = self.known.get(found.group())
            if macro is None or found.start() < position or (wanted is not None and found.group() not in wanted):
                continue
            done.append(latex[position : found.start()])
            replacement, position = self._applied(macro, latex, found.end())
            done.append(replacement)
        return "".join(done) + latex[position:]

    def _applied(self, macro: Macro, latex: str, position: int) -> tuple[str, int]:
        arguments: list[str] = []
        after = skip_space(latex, position)
        if macro.default is not None:
            given = latex[after : after + 1] == "[" and group_end(latex, after)
            arguments.append(latex[after + 1 : given - 1] if given and given > 0 else macro.default)
            position = given if given and given > 0 else position
        if macro.between:
            arguments, position = _delimited(macro.between, latex, position)
        while len(arguments) < macro.count and not macro.between:
            argument, end = argument_at(latex, position)
            if end < 0:
                break
            arguments.append(argument)
            position = end
        body = " ".join(macro.body.split("\n"))
        filled = re.sub(r"#(\d)", lambda one: _given(arguments, int(one.group(1))), body)
        joins = re.search(r"\\[A-Za-z]+$", filled) and latex[position : position + 1].isalpha()
        return filled + (" " if joins else ""), position


def _delimited(between: tuple[str, ...], latex: str, position: int) -> tuple[list[str], int]:
    """Return the arguments of a macro, each up to what follows it, outside of braces; and where they end."""
    arguments: list[str] = []
    begin = skip_space(latex, position)
    if not latex.startswith(between[0], begin):
        return [""] * (len(between) - 1), position
    begin += len(between[0])
    for closing in between[1:]:
        if not closing:
            argument, end = argument_at(latex, begin)
        else:
            end = next((one.start() for one in outermost(latex[begin:], re.escape(closing))), -1)
            argument, end = latex[begin : begin + end], begin + end + len(closing) if end >= 0 else -1
        if end < 0:
            return [""] * (len(between) - 1), position
        arguments.append(argument)
        begin = end
    return arguments, begin


def _given(arguments: list[str], number: int) -> str:
    return arguments[number - 1] if 0 < number <= len(arguments) else ""
