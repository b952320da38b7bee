"""Other spellings of what the language has: numbers, letters in bold, braces above and below, arrays of cases."""

from __future__ import annotations

import re
from fractions import Fraction

from nnmath.latex.errors import DerivationError
from nnmath.latex.syntax import alphabet
from nnmath.latex.syntax.names import KnownNames, Token, closing_brace, is_definition

#: Commands that take their arguments with or without braces, and how many.
_ARGUMENTS = {r"\frac": 2, r"\dfrac": 2, r"\tfrac": 2, r"\sqrt": 1}
_BRACES = {r"\underbrace": "_", r"\overbrace": "^"}


def respelled(token: Token) -> list[Token]:
    r"""Return a token as the language spells it: ``\mathbf{AB}`` is two letters, ``1e{-5}`` is 0.00001."""
    text = token.value
    if token.kind == "STYLED":
        style, *letters = re.findall(r"\\[A-Za-z]+|[A-Za-z]", text)
        return [token._replace(value=f"{style}{{{letter}}}") for letter in letters]
    if re.fullmatch(r"\\operatorname\*?\s*\{\s*E\s*\}", text):
        return [token._replace(kind="STYLED", value=r"\mathbb{E}")]
    if token.kind == "ZEROS":
        return [token._replace(kind="NUMBER", value="0")]
    if token.kind == "NUMBER":
        return [token._replace(value=_plain_number(text))]
    if token.kind == "LABELTRANSPOSE":
        label = re.sub(r"\s|\\top|\\intercal|T", "", text)
        return [token._replace(kind="LABEL", value=label), token._replace(kind="TRANSPOSE", value=r"^\top")]
    if token.kind == "LOGARITHM":
        return [token._replace(kind="COMMAND", value=r"\log" + re.sub(r"\D", "", text))]
    return [token._replace(value=alphabet.SPELLINGS.get(text, text))]


def _plain_number(text: str) -> str:
    """Write a number without an exponent and without spaces between its digits."""
    plain = re.sub(r"\\mathrm|\\,|\{,\}|[{}\s]", "", text)
    if "e" not in plain:
        return plain
    exact = Fraction(plain)
    digits = len(plain.partition("e")[0].partition(".")[2]) - int(plain.partition("e")[2])
    if digits <= 0:
        return str(exact)
    whole = str(int(exact * 10**digits)).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}"


def without_over(raw: list[Token]) -> list[Token]:
    r"""Read ``{a \over b}`` as a fraction and ``{n \choose k}``, ``\binom{n}{k}`` as a binomial coefficient."""
    found = list(raw)
    while (i := next((i for i, token in enumerate(found) if token.value in (r"\over", r"\choose")), -1)) >= 0:
        begin, depth = i - 1, 1
        while begin >= 0 and (depth := depth + (found[begin].value == "}") - (found[begin].value == "{")):
            begin -= 1
        if begin < 0 or found[closing_brace(found, begin)].value != "}":
            raise DerivationError(f"{found[i].value} stands between braces, {{a {found[i].value} b}}", found[i].place)
        command = r"\frac" if found[i].value == r"\over" else r"\binom"
        brace = found[i]._replace(kind="SIGN", value="{")
        found[i : i + 1] = [brace._replace(value="}"), brace]
        found[begin:begin] = [found[begin]._replace(kind="COMMAND", value=command)]
        if begin and found[begin - 1].value in ("^", "_"):  # what stands there stands between braces
            end = closing_brace(found, closing_brace(found, begin + 1) + 1)
            found.insert(end + 1, brace._replace(value="}"))
            found.insert(begin, brace)
    return _binomials(found)


def _binomials(found: list[Token]) -> list[Token]:
    r"""Write ``\binom{n}{k}`` as a function of two numbers."""
    for i in reversed(range(len(found))):
        if found[i].value in (r"\binom", r"\dbinom", r"\tbinom"):
            middle = closing_brace(found, i + 1)
            end = closing_brace(found, middle + 1)
            values = [found[at].value if at < len(found) else "" for at in (i + 1, middle, middle + 1, end)]
            if values != ["{", "}", "{", "}"]:
                raise DerivationError(f"{found[i].value} takes two arguments in braces", found[i].place)
            above, below = found[i + 2 : middle], found[middle + 2 : end]
            sign = found[i]._replace(kind="SIGN")
            found[i : end + 1] = [
                found[i]._replace(kind="WORD", value=r"\operatorname{binom}"), sign._replace(value="("), *above,
                sign._replace(value=","), *below, found[end]._replace(value=")"),
            ]  # fmt: skip
    return found


def without_wide_space(found: list[Token]) -> list[Token]:
    r"""Drop every ``\quad``; refuse one between two things that would be read as a product."""
    for before, wide, after in zip(found, found[1:], found[2:], strict=False):
        if wide.kind == "WIDE" and _ends_a_factor(before) and _begins_a_factor(after):
            problem = "what stands after a wide space would be read as a factor; write \\cdot, or a block of its own"
            raise DerivationError(problem, after.place)
    return [token for token in found if token.kind != "WIDE"]


def _ends_a_factor(token: Token) -> bool:
    return token.kind in ("NUMBER", "LETTER", "PRIMES", "TRANSPOSE", "STYLED") or token.value in (")", "]", "}")


def _begins_a_factor(token: Token) -> bool:
    kinds = ("NUMBER", "LETTER", "ONES", "STYLED", "SHORTFRACTION", "ARGEXTREME")
    return (
        token.kind in kinds
        or token.value in ("(", "[", r"\frac", r"\sum", r"\partial")
        or (token.kind == "COMMAND" and token.value[1:] in alphabet.GREEK | alphabet.FUNCTIONS)
    )


def without_braces_around(raw: list[Token]) -> list[Token]:
    r"""Read ``\underbrace{a + b}_{\text{why}}`` as a + b in brackets; what stands below the brace is a remark."""
    found = list(raw)
    for i in reversed(range(len(found))):
        script = _BRACES.get(found[i].value)
        if script is None:
            continue
        end = closing_brace(found, i + 1)
        if found[i + 1 : i + 2] == [] or found[i + 1].value != "{" or found[end].value != "}":
            raise DerivationError(f"{found[i].value} takes its argument in braces", found[i].place)
        after = end + 1
        if [token.value for token in found[after : after + 1]] == [script]:
            braced = [token.value for token in found[after + 1 : after + 2]] == ["{"]
            after = 1 + (closing_brace(found, after + 1) if braced else after + 1)
        inside = [found[i + 1]._replace(value="("), *found[i + 2 : end], found[end]._replace(value=")")]
        found[i:after] = inside
    return found


def without_idle_braces(raw: list[Token]) -> list[Token]:
    r"""Leave out ``{}``, and the inner braces of ``\mathbf 1_{\{x > 0\}}``."""
    found: list[Token] = []
    skipped: set[int] = set()
    values = [token.value for token in raw]
    for i, token in enumerate(raw):
        if values[i : i + 2] == ["{", "}"]:
            skipped |= {i, i + 1}
        elif values[i : i + 3] == ["_", "{", r"\{"]:
            end = closing_brace(raw, i + 1)
            skipped |= {i + 2, end - 1} if values[end - 1] == r"\}" else set()
        if i not in skipped:
            found.append(token)
    return found


def braced_arguments(raw: list[Token]) -> list[Token]:
    r"""Put braces around the arguments of ``\sqrt x`` and ``\frac ab``."""
    found = list(raw)
    for i in reversed(range(len(found))):
        at = i + 1
        for _ in range(_ARGUMENTS.get(found[i].value, 0)):
            if at >= len(found) or (found[i].value == r"\sqrt" and found[at].value == "["):
                break
            if found[at].value != "{":
                if (
                    found[at].kind not in ("LETTER", "COMMAND", "STYLED", "NUMBER")
                    or found[at].value in alphabet.ACCENTS
                ):
                    break
                if found[at].kind == "NUMBER" and len(found[at].value) > 1:
                    raise DerivationError(
                        f"only the first digit would be taken; write {{{found[at].value}}}", found[at].place
                    )
                brace = found[at]._replace(kind="SIGN")
                found[at : at + 1] = [brace._replace(value="{"), found[at], brace._replace(value="}")]
            at = closing_brace(found, at) + 1
    return found


def cases_of_array(raw: list[Token]) -> list[Token]:
    r"""Read an ``array`` between ``\left\{`` and ``\right.`` as ``cases``."""
    found = []
    opened = False
    for before, token, after in zip([None, *raw], raw, [*raw[1:], None], strict=False):
        value = re.sub(r"\s", "", token.value)
        begins = value.startswith((r"\begin{array}", r"\begin{cases}"))
        if value in (r"\left\{", r"\left\lbrace") and after and re.match(r"\\begin\s*\{(array|cases)", after.value):
            opened = True
        elif opened and value == r"\right." and before and before.value.startswith(r"\end"):
            opened = False
        elif opened and (begins or value in (r"\end{array}", r"\end{cases}")):
            found.append(token._replace(value=r"\begin{cases}" if begins else r"\end{cases}"))
        else:
            found.append(token)
    return found


def with_differentials(whole: list[Token], known: KnownNames) -> list[Token]:
    r"""Read ``\frac{d f}{d x}`` and ``\frac{d}{d x}`` as derivatives."""
    done = list(whole)
    for i, token in enumerate(whole):
        if alphabet.OPERATORS.get(token.value) != "FRAC":
            continue
        above, below = i + 2, closing_brace(whole, i + 1) + 2
        named_below = [one.kind for one in whole[below : below + 2]] == ["NAME", "NAME"]
        if named_below and all(_is_differential(whole[at], known) for at in (above, below)):
            for at in (above, *range(below, closing_brace(whole, below - 1) - 1)):
                if _is_differential(whole[at], known) and (at == above or whole[at + 1].kind == "NAME"):
                    done[at] = whole[at]._replace(kind="PARTIAL")
    return done


def with_d_names(whole: list[Token], known: KnownNames) -> list[Token]:
    r"""Read ``dz^{[2]}`` as one name where it is declared, or where its definition begins."""
    done: list[Token] = []
    begins = "d" not in known.symbols and any(map(is_definition, whole))
    script_ends = -1
    for i, token in enumerate(whole):
        if [one.value for one in whole[i : i + 2]] == ["_", "{"]:
            script_ends = max(script_ends, closing_brace(whole, i + 1))
        before = done[-1] if done else token
        beside = before.kind == token.kind == "NAME" and before.value == "d" and before.end == token.start
        is_name = f"d{token.value}" in known.symbols or (begins and len(done) == 1)
        if beside and is_name and i > script_ends:
            done[-1] = before._replace(value=f"d{token.value}", end=token.end)
        else:
            done.append(token)
    return done


def _is_differential(token: Token, known: KnownNames) -> bool:
    r"""Whether a token is the d of a derivative: an upright one, ``\mathrm{d}``, or one that is no symbol."""
    upright = token.end - token.start > 1
    return token.value == "d" and (upright or "d" not in known.symbols)
