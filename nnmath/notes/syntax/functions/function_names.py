r"""Functions that a letter below them tells apart, ``\sigma_o(z)`` and ``\sigma_h(z)``, and powers, ``f^2(x)``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from nnmath.notes.document.brackets import group_end

#: A function with a letter or a word below it that is neither an index, nor a step, nor a parameter.
_CALL = re.compile(
    r"(?:(?P<greek>\\(?:sigma|varphi|phi|psi))\s*(?P<before>'*)\s*_\s*(?:(?P<one>[a-hopqruvxyz])(?![A-Za-z])"
    r"|\{\s*(?:\\text\{)?(?P<word>[a-hopqruvxyz]|[a-z]{2,})\}?\s*\})"
    r"|(?<![A-Za-z\\])(?P<letter>[fg])\s*(?P<primes>'*)\s*_\s*(?:(?P<below>[a-eho])(?![A-Za-z])|\{\s*(?P<inner>[a-eho])\s*\}"
    r"|\{?\s*\\text\{\s*(?P<named>[A-Za-z]{2,})\s*\}\s*\}?))"
    r"\s*(?P<behind>'*)\s*(?=(?:\\left\s*)?\()"
)
#: The function of a layer, of a quantity of that layer, ``g^{[l]}(z^{[l]})``.
_OF_LAYER = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[fg]|\\(?:sigma|varphi|phi|psi))(?P<before>'*)\s*\^\s*"
    r"\{\s*(?P<layer>\[\s*\w\s*\]|\(\s*[lL]\s*\)|[lL]|\\ell)\s*(?P<prime>'|\\prime)?\s*\}\s*(?P<behind>'*)\s*"
    r"(?=(?:\\left\s*)?\(\s*[A-Za-z](?:_\w|_\{\w+\})?\s*\^\s*\{\s*(?P=layer)\s*\}(?:_\w|_\{\w+\})?\s*(?:\\right\s*)?\)(?!\s*[\^']))"
)
#: An array whose entries a function of the same letter gives, ``a_i = a(z_i)``.
_OF_ITS_NAME = re.compile(r"\s*(?P<letter>[a-z])\s*(?:[_^]\s*(?:\{[^{}]*\}|\w)\s*)+=\s*(?P=letter)\s*(?:\\left\s*)?\(")
_POWER = re.compile(r"\s*\^\s*(?:\{\s*(?P<long>\d)\s*\}|(?P<digit>\d))\s*(?=(?:\\left\s*)?\()")
_SIDED = re.compile(r"\\left\s*")


def with_function_names(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with one name for every function that a letter below it tells apart.

    The functions of the layers have one name.
    """
    whole = "\n".join(texts)
    bound = set(re.findall(r"\\(?:sum|prod)\s*(?:\\limits\s*)?_\s*\{?\s*([a-z])(?![A-Za-z])", whole))

    def name(found: re.Match[str]) -> str:
        letter = found["greek"] or found["letter"]
        below = found["one"] or found["word"] or found["below"] or found["inner"] or found["named"].title()
        primes = (found["before"] or found["primes"] or "") + found["behind"]
        return found.group() if below in bound else rf"\text{{{letter.removeprefix(chr(92))}{below}}}{primes}"

    return _with_own_names([_OF_LAYER.sub(_without_layer, _CALL.sub(name, text)) for text in texts])


def _with_own_names(texts: list[str]) -> list[str]:
    """Return the equations with another name for a function whose letter is an array, too."""
    letters = {found["letter"] for text in texts if (found := _OF_ITS_NAME.match(text))}
    called = re.compile(rf"(?<![A-Za-z\\])({'|'.join(letters)})(?='*\s*(?:\\left\s*)?\()")
    return [called.sub(r"\\text{f\1}", text) for text in texts] if letters else texts


def _without_layer(found: re.Match[str]) -> str:
    return found["name"] + found["before"] + "'" * bool(found["prime"]) + found["behind"]


def with_functions_below(texts: Sequence[str], functions: Collection[str]) -> list[str]:
    """Write a letter that is a function, and stands below another one, as a word: W_f is a name beside f(x)."""
    letters = "|".join(re.escape(one) for one in sorted(functions) if re.fullmatch("[A-Za-z]", one))
    below = re.compile(rf"(?P<operator>\\[a-z]{{3,}}\s*)?_\s*(?:\{{\s*(?P<braced>{letters})\s*\}}|(?P<bare>{letters}))")

    def word(found: re.Match[str]) -> str:
        operates = re.match(r"\\(?:nabla|partial|sum|prod|max|min)", found["operator"] or "")
        return (
            found.group() if operates else rf"{found['operator'] or ''}_{{\text{{{found['braced'] or found['bare']}}}}}"
        )

    return [below.sub(word, text) for text in texts] if letters else list(texts)


def with_powers_of(texts: Sequence[str], functions: Collection[str]) -> list[str]:
    """Write ``f^2(x)`` as ``(f(x))^2`` for the functions of a file."""
    names = "|".join(sorted(map(re.escape, functions), key=len, reverse=True))
    called = re.compile(rf"(?<![A-Za-z\\])(?:\\text\{{(?:{names})\}}|(?:{names})(?![A-Za-z]))")
    return [_with_powers(text, called) for text in texts] if names else list(texts)


def _with_powers(text: str, called: re.Pattern[str]) -> str:
    for found in reversed(list(called.finditer(text))):
        if power := _POWER.match(text, found.end()):
            sided = _SIDED.match(text, power.end())
            end = group_end(text, sided.end() if sided else power.end())
            if end > 0:
                call = found.group() + text[power.end() : end]
                text = f"{text[: found.start()]}({call})^{power['long'] or power['digit']} {text[end:]}"
    return text
