r"""From the LaTeX of one equation to tokens, in which names are whole.

The lexer knows which symbols and functions have been declared, because LaTeX does not say whether ``\sigma (z)`` is a
product or a function applied, nor whether ``W_1`` is a name or an entry of W.
"""

from __future__ import annotations

import re

from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax import alphabet
from nnmath.latex.syntax.advice import about_character, about_command, about_environment
from nnmath.latex.syntax.names import (
    KnownNames,
    Token,
    function_being_defined,
    is_being_defined,
    named,
    word_of,
)
from nnmath.latex.syntax.nesting import Nesting, closer
from nnmath.latex.syntax.spellings import (
    braced_arguments,
    cases_of_array,
    respelled,
    with_d_names,
    with_differentials,
    without_braces_around,
    without_idle_braces,
    without_over,
    without_wide_space,
)

MAX_LENGTH = 6000


def tokens(text: str, known: KnownNames, first: Place) -> list[Token]:
    r"""Split the LaTeX of one equation into tokens.

    Parameters
    ----------
    text : str
        The LaTeX, without its ``\tag``.
    known : KnownNames
        The symbols and functions that have been declared.
    first : Place
        The place of the first character of `text`; later lines begin at the same column.

    Raises
    ------
    DerivationError
        Something is not in the language.
    """
    if len(text) > MAX_LENGTH:
        raise DerivationError(f"an equation of more than {MAX_LENGTH} characters", first)
    plain = _scan(text, first)
    return _structure(with_d_names(with_differentials(named(plain, known), known), known), known)


def _scan(text: str, first: Place) -> list[Token]:
    """Cut the text into raw tokens, without the space."""
    found = []
    position = 0
    while position < len(text):
        line = text.count("\n", 0, position)
        column = position - (text.rfind("\n", 0, position) + 1)
        place = Place(first.line + line, first.column + column)
        match = alphabet.TOKEN.match(text, position)
        if match is None:
            raise DerivationError(about_character(text[position]), place)
        kind = str(match.lastgroup)
        if kind == "NUMBERED":
            raise DerivationError("the number of an equation is its \\tag{}; here it would be a factor", place)
        if kind not in ("SPACE", "REMARK"):
            found += respelled(Token(kind, match.group(), place, position, match.end()))
        if kind == "NUMBER" and re.match(r"e[-+]?\d", text[match.end() :]):
            raise DerivationError(f"{match.group()}e... is a product with e in LaTeX; write \\cdot 10^{{...}}", place)
        position = match.end()
    return braced_arguments(
        without_braces_around(cases_of_array(without_idle_braces(without_over(without_wide_space(found)))))
    )


# ---------------------------------------------------------------------------------------------------- structure


def _structure(whole: list[Token], known: KnownNames) -> list[Token]:
    """Give every token its kind in the grammar; match brackets; drop the layout of ``aligned``."""
    functions = set(known.functions) | function_being_defined(whole, known)
    letters = {name for name in alphabet.LETTERS if name not in known.symbols and not is_being_defined(name, whole)}
    nesting = Nesting()
    done: list[Token] = []
    for i, token in enumerate(whole):
        following = whole[i + 1].value if i + 1 < len(whole) else ""
        if token.value in letters and alphabet.LETTERS[token.value][1] in ("", following):
            token = token._replace(kind=alphabet.LETTERS[token.value][0])
        elif _library_name(token, known, functions) and not is_being_defined(token.value, whole):
            applied = following in _APPLIES or (following == "_" and token.value in alphabet.EXPECTATIONS)
            token = token._replace(kind="LIBRARY" if applied or not token.value.startswith("\\") else token.kind)
        bar = token.kind != "SIDED" and token.value in alphabet.BARS
        new = _bar(token, following, nesting, done) if bar else _classify(token, functions, nesting, done)
        if new is None:
            _refuse_second_equation(done, whole[i + 1 :])
            continue
        if new.kind in _ENDS_A_CELL and done and done[-1].kind == "COMMA":  # between a value and its condition
            done.pop()
        _check_script(new, done)
        done.append(new)
    if nesting.open:
        _, close, opened = nesting.open[-1]
        raise DerivationError(f"{opened.value} is never closed by {closer(close)}", opened.place)
    return done


def _library_name(token: Token, known: KnownNames, functions: set[str]) -> bool:
    """Whether a token, perhaps with primes, is the name of a function that a derivation need not define."""
    name = token.value.rstrip("'")
    known_otherwise = name in functions or {name, token.value} & set(known.symbols)
    return name in alphabet.LIBRARY and not known_otherwise


#: What follows a letter that is the name of a function.
_APPLIES = frozenset(["(", r"\left(", "[", r"\left["])
_ENDS_A_CELL = frozenset(["CELL", "ROW", "END_CASES"])

#: What has its kind in the grammar already.
_READY = frozenset(["NUMBER", "TRANSPOSE", "PSEUDOINVERSE", "ONES", "SHORTFRACTION", "KRONECKER", "SINGLE", "PARTIAL",
                    "FACTORIAL", "OPEN_SUPERINDEX", "CLOSE_SUPERINDEX"])  # fmt: skip


def _classify(token: Token, functions: set[str], nesting: Nesting, before: list[Token]) -> Token | None:
    """Give `token` its kind in the grammar, or None where it is only layout."""
    value = token.value
    if token.kind in _READY:
        return token
    if token.kind == "LIBRARY":
        return token._replace(kind="BUILTIN")
    if token.kind == "ENVIRONMENT":
        return _environment(token, nesting)
    if token.kind == "ROW" or value == "&":
        return _cell_or_row(token, nesting)
    side, bracket = _sided(token)
    if bracket in alphabet.BRACKETS and side != "right":
        return _opening(token, side, bracket, nesting, before)
    if bracket in alphabet.CLOSING and side != "left":
        return token._replace(kind="CLOSE_" + nesting.pop(side + bracket, token))
    if value in alphabet.RELATIONS:
        return token._replace(kind="DEFINE" if value == ":=" else "RELATION", value=alphabet.RELATIONS[value])
    if value in alphabet.INFIX:
        return token._replace(kind="INFIX", value=alphabet.INFIX[value])
    if value in alphabet.OPERATORS:
        return token._replace(kind=alphabet.OPERATORS[value])
    if token.kind == "NAME":
        base = value.rstrip("'")
        return token._replace(kind="FUNCTION" if base in functions else "NAME")
    if token.kind == "WORD":
        return _callable_or_word(token, word_of(value))
    if token.kind == "ARGEXTREME":
        return token._replace(kind="EXTREME", value="arg" + value[-3:])
    if token.kind == "COMMAND":
        return _command(token)
    why = {
        "LABEL": "a label such as ^{(1)} follows its letter directly, before the indices",
        "PRIMES": "a prime belongs to a name or a function",
    }
    raise DerivationError(why.get(token.kind, f"{value} is not understood here"), token.place)


def _command(token: Token) -> Token:
    word = token.value[1:]
    if word in ("sum", "prod"):
        return token._replace(kind="BIG", value=word)
    if word.rstrip("'") in alphabet.FUNCTIONS or word in alphabet.EXTREMES:
        return _callable_or_word(token, word)
    raise DerivationError(about_command(token.value), token.place)


def _callable_or_word(token: Token, word: str) -> Token:
    if word in alphabet.WORDS:
        return token._replace(kind=alphabet.WORDS[word], value=word)
    if word in alphabet.EXTREMES:
        return token._replace(kind="EXTREME", value=word)
    return token._replace(kind="BUILTIN", value=word)


def _sided(token: Token) -> tuple[str, str]:
    r"""Part ``\left(`` into left and (; without a side, the first is empty."""
    if token.kind != "SIDED":
        return "", token.value
    side = "left" if token.value.startswith(r"\left") else "right"
    bracket = token.value[1 + len(side) :].strip()
    return side, alphabet.SPELLINGS.get(bracket, bracket)


def _opening(token: Token, side: str, bracket: str, nesting: Nesting, before: list[Token]) -> Token:
    kind, close = alphabet.BRACKETS[bracket]
    if kind in ("ROUND", "SQUARE") and _stands_behind_function(before):
        kind = "CALL"
    nesting.push(kind, "right" + close if side else close, token)
    return token._replace(kind="OPEN_" + kind, value=alphabet.AROUND.get(bracket, token.value))


def _stands_behind_function(before: list[Token]) -> bool:
    r"""Whether brackets hold the argument of a function, perhaps of one with a power, ``\tanh^2(z)``."""
    kinds = [token.kind for token in before[-5:]]
    for power in (["CARET", "NUMBER"], ["CARET", "OPEN_BRACE", "NUMBER", "CLOSE_BRACE"]):
        if kinds[-len(power) :] == power:
            return kinds[: -len(power)][-1:] == ["BUILTIN"]
    return kinds[-1:] in (["BUILTIN"], ["FUNCTION"], ["EXTREME"])


def _bar(token: Token, following: str, nesting: Nesting, before: list[Token]) -> Token:
    """Let a bar close the bars that are open, otherwise open some, or begin what something is evaluated at."""
    kind, close = alphabet.BRACKETS[token.value]
    ends = bool(before) and (before[-1].kind in _ENDS or before[-1].kind.startswith(("CLOSE_", "END_")))
    if nesting.open and nesting.open[-1][1] in alphabet.BARS:
        if not ends or nesting.open[-1][1] != close:
            raise DerivationError(
                "bars within bars do not say which of them open; write \\lvert and \\rvert", token.place
            )
        return token._replace(kind="CLOSE_" + nesting.pop(close, token))
    if token.value == "|" and ends and following == "_":
        return token._replace(kind="BAR")
    nesting.push(kind, close, token)
    return token._replace(kind="OPEN_" + kind, value=alphabet.AROUND[token.value])


_ENDS = frozenset(["NUMBER", "NAME", "TRANSPOSE", "PSEUDOINVERSE", "SHORTFRACTION", "FUNCTION"])


def _environment(token: Token, nesting: Nesting) -> Token | None:
    word = token.value[token.value.index("{") + 1 : token.value.index("}")]
    kind = alphabet.ENVIRONMENTS.get(word)
    if kind is None:
        raise DerivationError(about_environment(word), token.place)
    if token.value.startswith(r"\begin"):
        nesting.push(kind, rf"\end{{{word}}}", token)
        return None if kind == "ALIGNED" else token._replace(kind="BEGIN_" + kind)
    nesting.pop(rf"\end{{{word}}}", token)
    return None if kind == "ALIGNED" else token._replace(kind="END_" + kind)


def _cell_or_row(token: Token, nesting: Nesting) -> Token | None:
    if nesting.innermost == "ALIGNED":
        return None
    if nesting.innermost not in ("CASES", "MATRIX"):
        problem = f"{token.value} stands only in aligned, cases and pmatrix; a second equation is a block of its own"
        raise DerivationError(problem, token.place)
    return token._replace(kind="ROW" if token.kind == "ROW" else "CELL")


_JOINS = frozenset(["RELATION", "DEFINE", "PLUS", "MINUS", "CDOT", "ODOT", "INFIX"])


def _refuse_second_equation(done: list[Token], rest: list[Token]) -> None:
    r"""Refuse a ``\\`` or ``&`` of ``aligned`` that parts two things which would be read as a product."""
    following = next((token for token in rest if token.kind not in ("ROW", "ENVIRONMENT") and token.value != "&"), None)
    if following is None or not done or done[-1].kind in _JOINS:
        return
    joins = following.value in (*alphabet.RELATIONS, *alphabet.INFIX)
    if not joins and alphabet.OPERATORS.get(following.value) not in _JOINS:
        raise DerivationError(
            "a block holds one equation: a new line begins with a relation or an operator", following.place
        )


def _check_script(token: Token, before: list[Token]) -> None:
    """Refuse ``x^10``, which shows as x to the 1, times 0."""
    script = bool(before) and before[-1].kind in ("CARET", "UNDERSCORE")
    if script and token.kind == "NUMBER" and len(token.value) > 1:
        raise DerivationError(f"only the first digit would be raised or lowered; write {{{token.value}}}", token.place)
