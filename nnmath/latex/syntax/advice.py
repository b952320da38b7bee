"""What to do about LaTeX that is not understood: about a character, a command, an environment, a word out of place."""

from __future__ import annotations

from difflib import get_close_matches

from nnmath.latex.syntax import alphabet

_CHARACTERS = {
    "%": "a comment would be hidden from the reader; leave it out",
    "$": "a $ inside a math block; leave it out",
    "*": "* is no product here; write \\cdot or \\odot",
    ".": "an equation ends in at most one full stop, before its \\tag",
    "&": "& stands only in aligned, cases and pmatrix",
}

#: What is not expected behind what, by the kinds of both tokens; an empty kind is any.
_OUT_OF_PLACE = {
    (
        "BUILTIN",
        "NAME",
    ): "a function takes its argument in brackets; a derivative is taken by a symbol: define u := \\log v",
    ("BUILTIN", "CARET"): "put the function's argument in brackets and the power outside: (\\tanh(z))^2",
    ("BUILTIN", "UNDERSCORE"): "a function takes its argument in brackets",
    ("CLOSE_CALL", "CARET"): "it is unclear whether the argument or the value is raised; write (\\log(x))^2",
    ("EXTREME", "CARET"): "write the exponent after a pair of brackets",
    ("RELATION", "RELATION"): "two relations in a row",
    ("FUNCTION", "NAME"): "a function takes its argument in brackets: \\sigma(z)",
    ("CARET", "MINUS"): "an exponent of more than one character stands in braces: e^{-u}",
    ("", "IF"): "a claim is for all inputs; multiply both sides by [s > 0], or write cases",
    ("", "COMMA"): "a second equation is a block of its own",
    ("", "END_CASES"): "each row of cases has a condition: 0 & \\text{otherwise}",
    ("", "ROW"): "each row of cases has a condition: 0 & z < 0 \\\\",
}
_AFTER_SLASH = "what follows a / on the same line is unclear; write \\frac{}{} or brackets"


def about_character(character: str) -> str:
    """Return what is said about a character that begins no token."""
    if ord(character) > 127:
        return f"{character!r} is not understood here; write its LaTeX, such as \\alpha for a letter and - for a minus"
    return _CHARACTERS.get(character, f"{character!r} is not understood here")


def about_command(command: str) -> str:
    """Return what is said about a command that is not known, with one that is spelled like it."""
    if command in alphabet.REFUSED:
        return f"{command} {alphabet.REFUSED[command]}"
    known = [f"\\{word}" for word in alphabet.GREEK | alphabet.FUNCTIONS | alphabet.EXTREMES]
    known += [*alphabet.OPERATORS, *alphabet.INFIX, *alphabet.RELATIONS, "\\sum", "\\prod"]
    alike = get_close_matches(command, known, 1, 0.75)
    what = f"{alike[0]} is" if alike else f"a name of your own is \\operatorname{{{command[1:]}}}"
    return f"{command} is not a command that is understood here; {what}"


def about_environment(word: str) -> str:
    """Return what is said about an environment that is not known."""
    inside = "; within a block marked as math it is aligned" if word.startswith(("align", "gather", "equation")) else ""
    return f"the environment {word} is not understood{inside}"


def about_place(before: str, kind: str, slash_before: bool) -> str:
    """Return what is said about a token that is not expected where it stands, by its kind and the one before it."""
    advice = _OUT_OF_PLACE.get((before, kind)) or (_AFTER_SLASH if slash_before else _OUT_OF_PLACE.get(("", kind)))
    return f": {advice}" if advice else ""
