"""Names in LaTeX: accents, labels such as ``^{(1)}``, primes, and subscripts that belong to the name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax import alphabet

#: The name of an e that is raised to a power and means nothing else, and a number, until it is declared or defined.
EULER, PI = r"\e", r"\pi"

_SMALL = re.compile(r"[a-z]|\\(?:mathbf\{(?!e)|boldsymbol\{)[a-z]\}")


class Token(NamedTuple):
    """A token: its kind in the grammar, its value, the place in the file and in the text."""

    kind: str
    value: str
    place: Place
    start: int
    end: int


@dataclass
class KnownNames:
    """The names that have been declared so far."""

    symbols: Collection[str] = ()
    functions: Collection[str] = ()


def named(raw: list[Token], known: KnownNames) -> list[Token]:
    """Put together what belongs to one name: accent, letter, ``^{(1)}``, primes, declared or worded subscripts."""
    done: list[Token] = []
    i = 0
    while i < len(raw):
        token, i = _one_name(raw, i)
        if token.kind == "NAME":
            begins = not done and any(map(is_definition, raw))
            declared = token if begins else _as_declared(token, raw, i, known)
            token, i = _extend(declared, raw, i, known, begins)
            if token.value == "e" and "e" not in known.symbols and i < len(raw) and raw[i].value == "^":
                token = token._replace(value=EULER)
        done.append(token)
    return _with_superindices(done, known)


def _as_declared(token: Token, raw: list[Token], i: int, known: KnownNames) -> Token:
    r"""Read the element ``X_{ij}`` as one of ``\mathbf X``, and ``x_{ij}`` as one of X, where only that is declared."""
    known_names = {token.value, f"{token.value}_{{{_subscript(raw, i)[0]}}}"} & {*known.symbols, *known.functions}
    if known_names or i >= len(raw) or raw[i].value != "_":
        return token
    large = f"{token.value[:-2]}{token.value[-2:].upper()}" if _SMALL.fullmatch(token.value) else token.value
    for letter in dict.fromkeys((token.value, large)):
        names = (letter, *(f"{style}{{{letter}}}" for style in (r"\mathbf", r"\boldsymbol")))
        if len(found := [name for name in names if name in known.symbols]) == 1:
            return token._replace(value=found[0])
    return token


def _with_superindices(whole: list[Token], known: KnownNames) -> list[Token]:
    """Mark the brackets of ``x^{(i)}`` and ``x^{[l]}``, where a letter above an array is an index of it."""
    defined = {token.value for token in whole[:1] if any(map(is_definition, whole))}
    marked = list(whole)
    for i in range(1, len(whole)):
        length = _superindex_length(whole, i)
        if length and (_base(whole, i) in defined or _base(whole, i) in known.symbols):
            marked[i + 1] = whole[i + 1]._replace(kind="SPACE")
            marked[i + 2] = whole[i + 2]._replace(kind="SPACE")
            marked[i] = whole[i]._replace(kind="OPEN_SUPERINDEX")
            marked[i + length - 2] = whole[i + length - 2]._replace(kind="SPACE")
            marked[i + length - 1] = whole[i + length - 1]._replace(kind="CLOSE_SUPERINDEX")
    return [token for token in marked if token.kind != "SPACE"]


def _superindex_length(whole: list[Token], i: int) -> int:
    """Return how many tokens ``^{(i)}`` or ``^{(t-1)}`` at position i has, 0 if something else stands there."""
    kinds = [token.value if token.kind in ("SIGN", "COMMAND") else token.kind for token in whole[i : i + 8]]
    for opening, closing in ("()", "[]"):
        for inner in (["NAME"], ["NAME", "+", "NUMBER"], ["NAME", "-", "NUMBER"]):
            pattern = ["^", "{", opening, *inner, closing, "}"]
            if kinds[: len(pattern)] == pattern and re.fullmatch(r"[a-z]", whole[i + 3].value):
                return len(pattern)
    return 0


def _base(whole: list[Token], i: int) -> str:
    """Return the name that a superscript at position i belongs to, past the subscript of it."""
    if whole[i - 1].value == "}":
        depth, j = 1, i - 2
        while j > 0 and depth:
            depth += (whole[j].value == "}") - (whole[j].value == "{")
            j -= 1
        i = j + 1
        if whole[i - 1].value != "_" or i < 2:
            return ""
        i -= 1
    elif i > 2 and whole[i - 2].value == "_":
        i -= 2
    return whole[i - 1].value if whole[i - 1].kind == "NAME" else ""


def _one_name(raw: list[Token], i: int) -> tuple[Token, int]:
    token = raw[i]
    if token.kind == "COMMAND" and token.value in alphabet.ACCENTS:
        return _accented(raw, i)
    name = _plain_name(token)
    return _with_primes(token, raw, i + 1) if name is None else (token._replace(kind="NAME", value=name), i + 1)


def _with_primes(token: Token, raw: list[Token], i: int) -> tuple[Token, int]:
    r"""Take the primes of ``\tanh'(z)`` to the function before them."""
    primes = i < len(raw) and raw[i].kind == "PRIMES" and _function_of(token) in alphabet.FUNCTIONS
    return (
        (token._replace(value=f"\\{_function_of(token)}{raw[i].value}", kind="COMMAND"), i + 1)
        if primes
        else (token, i)
    )


def _function_of(token: Token) -> str:
    """Return the function that a command or a word may be."""
    return token.value[1:] if token.kind == "COMMAND" else word_of(token.value) if token.kind == "WORD" else ""


def _plain_name(token: Token) -> str | None:
    """Give the name that a single raw token is, or None."""
    if token.kind == "LETTER" or token.value == ":":  # the colon of x_{n,:} is an index
        return token.value
    if token.kind == "COMMAND" and (token.value[1:] in alphabet.GREEK or token.value in alphabet.OF_SCRIPTS):
        return token.value
    if token.kind == "STYLED":
        style, letter = re.findall(r"\\[A-Za-z]+|[A-Za-z]+", token.value)
        known = not letter.startswith("\\") or letter[1:] in alphabet.GREEK
        return f"{alphabet.SAME_STYLE.get(style, style)}{{{letter}}}" if known else None
    if token.kind == "WORD":
        word = word_of(token.value)
        return None if word in alphabet.WORDS or word in alphabet.FUNCTIONS or word in alphabet.EXTREMES else word
    return None


def word_of(text: str) -> str:
    return re.split(r"[{\s]", text, maxsplit=1)[1].strip("{} .,")


def _accented(raw: list[Token], i: int) -> tuple[Token, int]:
    accent = raw[i]._replace(value=alphabet.SAME_ACCENT.get(raw[i].value, raw[i].value))
    _move_index_out(raw, i)
    braced = i + 1 < len(raw) and raw[i + 1].value == "{"
    inner = raw[i + 1 + braced] if i + 1 + braced < len(raw) else None
    name = None if inner is None else _plain_name(inner)
    after = i + 2 + 2 * braced
    if name is None or (braced and (after > len(raw) or raw[after - 1].value != "}")):
        raise DerivationError(
            f"{accent.value} stands over one letter: {accent.value}{{z}}, indices come after", accent.place
        )
    whole = accent._replace(kind="NAME", value=f"{accent.value}{{{name}}}", end=raw[after - 1].end)
    return whole, after


def _move_index_out(raw: list[Token], i: int) -> None:
    r"""Read ``\hat{y_i}`` as ``\hat{y}_i``."""
    if [token.value for token in raw[i + 1 : i + 2]] != ["{"] or [token.value for token in raw[i + 3 : i + 4]] != ["_"]:
        return
    end = closing_brace(raw, i + 1)
    if raw[end].value == "}":
        raw.insert(i + 3, raw.pop(end))


def _extend(name: Token, raw: list[Token], i: int, known: KnownNames, begins: bool) -> tuple[Token, int]:
    """Take ``^{(1)}``, primes, a number and a subscript into the name where they are part of it.

    Where the name `begins` a definition, and is none yet by itself, a number below or above it belongs to it.
    """
    while i < len(raw) and raw[i].kind in ("LABEL", "PRIMES"):
        suffix = raw[i].value
        if raw[i].kind == "LABEL":
            suffix = re.sub(r"\s", "", re.sub(alphabet.STAR, "*", suffix))
            suffix = "^{*}" if suffix == "^*" else suffix
        name = name._replace(value=name.value + suffix, end=raw[i].end)
        i += 1
    new = begins and not {name.value} & {*known.functions, *known.symbols}
    name = _with_script_above(name, raw, i, known, new, begins)
    subscript, after = _subscript(raw, i)
    if subscript is None:
        return name, i
    spelled = f"{name.value}_{{{subscript}}}"
    no_index = new and (subscript.isupper() or subscript in known.symbols)
    letters = _is_letter(raw[i + 1 + (raw[i + 1].value == "{")]) and not no_index
    may_be_index = letters or (subscript[0].isdigit() and subscript != "0" and not new)
    if may_be_index and spelled not in known.symbols and spelled not in known.functions:
        return name, i
    name = name._replace(value=spelled, end=raw[after - 1].end)
    if raw[after - 1].value == ",":  # W_{1,dm} where W_1 is a name: the rest are its indices
        raw[after - 1] = raw[i]._replace(kind="SIGN", value="_")
        raw.insert(after, raw[i + 1])
        return name, after - 1
    return name, after


def _with_script_above(name: Token, raw: list[Token], i: int, known: KnownNames, new: bool, begins: bool) -> Token:
    r"""Take what stands above ``\sigma^2``, ``w^{2}_{jk}`` or ``W^Q_h`` to the name, before or behind indices."""
    at = i
    if at < len(raw) and raw[at].value == "_":
        at = closing_brace(raw, at + 1) + 1
    label, length = _label_above(raw, at)
    spelled = f"{name.value}^{{{label}}}"
    below, _ = _subscript(raw, i if at > i else i + length)
    no_index = label in ("+", "-") or (len(label) > 1 and label.isalpha())
    defines = new if label.isdigit() else begins and no_index
    if not label or not (defines or spelled in known.symbols or f"{spelled}_{{{below}}}" in known.symbols):
        return name
    end = raw[at + length - 1].end
    del raw[at : at + length]
    return name._replace(value=spelled, end=end)


def _label_above(raw: list[Token], i: int) -> tuple[str, int]:
    r"""Return what stands above a name at position i, as ``2``, ``Q``, ``(p)``, ``old`` or ``+``, and its tokens."""
    if [token.kind for token in raw[i : i + 1]] == ["PSEUDOINVERSE"]:
        return "+", 1
    if [token.value for token in raw[i : i + 1]] != ["^"]:
        return "", 0
    braced = [token.value for token in raw[i + 1 : i + 2]] == ["{"]
    script = raw[i + 2 : closing_brace(raw, i + 1)] if braced else raw[i + 1 : i + 2]
    bracketed = [script[0].value, script[-1].value] in (["(", ")"], ["[", "]"]) if script else False
    inner = script[1:-1] if bracketed else script
    kinds = {token.kind for token in inner}
    text = "".join(word_of(token.value) if token.kind == "WORD" else token.value for token in script)
    plain = kinds == {"LETTER"} or (len(inner) == 1 and (kinds <= {"NUMBER", "WORD"} or text in ("+", "-")))
    return (text, len(script) + 1 + 2 * braced) if plain and text not in ("T", "") else ("", 0)


def _is_letter(token: Token) -> bool:
    """Whether a token may be an index, or part of a name that is declared."""
    return token.kind == "LETTER" or (token.kind == "COMMAND" and token.value[1:] in alphabet.GREEK)


def _subscript(raw: list[Token], i: int) -> tuple[str | None, int]:
    r"""Read ``_1``, ``_{1}``, ``_{1,``, ``_{xh}`` or ``_{\text{in}}`` at position i: what can be part of a name."""
    if i + 1 >= len(raw) or raw[i].value != "_":
        return None, i
    braced = raw[i + 1].value == "{"
    inside = i + 1 + braced
    if inside >= len(raw):
        return None, i
    token = raw[inside]
    text = token.value if token.kind in ("NUMBER", "STYLED") else word_of(token.value) if token.kind == "WORD" else None
    if token.kind == "COMMAND" and token.value[1:] in alphabet.EXTREMES:
        text = token.value[1:]
    if _is_letter(token):
        end = inside + 1
        while braced and end < len(raw) and _is_letter(raw[end]):
            end += 1
        text, inside = "".join(one.value for one in raw[inside:end]), end - 1
    if text is None or not braced:
        return text, inside + 1
    closer = raw[inside + 1].value if inside + 1 < len(raw) else ""
    return (text, inside + 2) if closer in ("}", ",") else (None, i)


def closing_brace(raw: list[Token], i: int) -> int:
    """Return the position of the brace that closes the one at position i; of the last token, if there is none."""
    depth = 0
    for j in range(i, len(raw)):
        depth += (raw[j].value == "{") - (raw[j].value == "}")
        if not depth:
            return j
    return len(raw) - 1


def is_being_defined(name: str, whole: list[Token]) -> bool:
    """Whether an equation begins with a name that it defines."""
    return whole[:1] != [] and whole[0].value == name and any(map(is_definition, whole))


def is_definition(token: Token) -> bool:
    r"""Whether a token is ``:=`` in one of its spellings."""
    return alphabet.RELATIONS.get(token.value) == ":="


def function_being_defined(named: list[Token], known: KnownNames) -> set[str]:
    r"""Recognise ``\sigma(u) := ...``, the one place where a function is not known yet."""
    if len(named) < 5 or named[0].kind != "NAME" or named[1].value != "(" or named[0].value in known.symbols:
        return set()
    for here, after in pairwise(named[2:]):
        if here.value == ")":
            defines = is_definition(after) or (after.value == "_" and any(map(is_definition, named)))
            return {named[0].value.rstrip("'")} if defines else set()
        if here.kind != "NAME" and here.value != ",":
            break
    return set()
