r"""Brackets behind a letter that hold indices, ``p(o|c) = \frac{e^{u_o^\top v_c}}{...}``, and calls behind ``\log``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import partial

from nnmath.notes.document.brackets import group_end, split_outermost

_LETTERS = r"\(\s*(?P<letters>[a-z](?:\s*(?:,|\||\\mid(?![A-Za-z]))\s*[a-z])*)\s*\)"
_COMMAND = r"\\(?:log|ln|exp|tanh|sinh|cosh|sin|cos|tan)(?![A-Za-z])"
#: Where a name begins: a command may stand directly behind a letter, ``\sum_a\pi(a)``.
_BEGINS = r"(?:(?=\\)(?<!_)|(?<![A-Za-z\\_]))"
_SCRIPT = r"(?:\s*_\s*(?:\{[^{}]*\}|\\?[A-Za-z]+))?"


def with_entries(texts: Sequence[str], name: str) -> tuple[str, ...]:
    r"""Write ``p(a)`` as p_a where an equation defines it by entries, ``p(a) = \frac{e^{H_a}}{\sum_b e^{H_b}}``.

    `name` is the pattern of a letter.
    """
    left = re.compile(rf"\s*(?P<name>\\text\{{[a-z]+\}}|{name})\s*{_LETTERS}\s*:?=")
    names = set()
    for text in texts:
        if found := left.match(text):
            behind, letters = text[found.end() :], re.findall("[a-z]", found["letters"])
            if len({*letters}) == len(letters) and all(_stands_below(letter, behind) for letter in letters):
                names.add((found["name"].strip(), len(letters)))
    for one, count in names:
        call = re.compile(rf"(?P<before>{_COMMAND}\s*)?{_BEGINS}{re.escape(one)}\s*{_LETTERS}")
        texts = [call.sub(partial(_entry, one, count), text) for text in texts]
    return tuple(texts)


def _stands_below(letter: str, text: str) -> bool:
    return (
        re.search(rf"_\s*(?:{letter}(?![A-Za-z])|\{{[^{{}}]*(?<![A-Za-z\\]){letter}(?![A-Za-z]{{2}}))", text)
        is not None
    )


def _entry(name: str, count: int, found: re.Match[str]) -> str:
    letters = _letters_of(found)
    if len(letters) != count:
        return found.group()
    entry = f"{name}_{{{','.join(letters)}}}"
    return f"{found['before']}({entry})" if found["before"] else entry


_SUMMED = re.compile(r"\\(?:sum|prod|max|min|arg(?:max|min))\s*(?:\\limits\s*)?_\s*(?:\{([^{}=]*)\}|([a-z]))")
_INDEX = re.compile(r"(?<!\\nabla)(?<!\\nabla )_\s*(?:\{[^{}]*\}|[a-z])")


def with_tables(texts: Sequence[str], name: str) -> list[str]:
    r"""Write ``p(x)`` and ``\phi(s, a)`` as entries where the letters in the brackets are nothing but indices.

    One of them is summed over, as in ``\sum_x p(x) \log q(x)``, and none stands outside of such brackets.
    """
    call = re.compile(rf"(?P<before>{_COMMAND}\s*)?{_BEGINS}(?P<name>\\text\{{[A-Za-z]+\}}|{name})\s*{_LETTERS}")
    calls: dict[str, set[str]] = {}
    for found in (one for text in texts for one in call.finditer(text)):
        calls.setdefault(found["name"].strip(), set()).update(_letters_of(found))
    summed = {
        letter for text in texts for one in _SUMMED.finditer(text) for letter in re.findall("[a-z]", one[1] or one[2])
    }
    every = set().union(*calls.values())
    if not summed & every:
        return list(texts)
    tables, count = dict(calls), -1
    while count != len(tables):
        count = len(tables)
        rest = [_INDEX.sub(" ", call.sub(partial(_without, tables.keys()), text)) for text in texts]
        tables = {one: letters for one, letters in tables.items()
                  if not any(_stands(letter, "", text) for letter in letters for text in rest)
                  and not any(_stands(one, "", text) for text in rest)}  # fmt: skip
    reached = {*summed}
    for _ in tables:
        reached |= set().union(*(letters for letters in tables.values() if letters & reached))

    def entry(found: re.Match[str]) -> str:
        one = found["name"].strip()
        return _entry(one, len(_letters_of(found)), found) if tables.get(one, set()) & reached else found.group()

    return [call.sub(entry, text) for text in texts]


def _without(names: Collection[str], found: re.Match[str]) -> str:
    return " " if found["name"].strip() in names else found[0]


def _letters_of(found: re.Match[str]) -> list[str]:
    return re.findall("[a-z]", found["letters"].replace(r"\mid", "|"))


_BELOW = re.compile(_SCRIPT)


def with_closed_arguments(text: str, functions: Collection[str], name: str) -> str:
    r"""Put the call of a function behind ``\log`` into brackets: ``\log f(x) g(x)`` is (\log f(x)) g(x) to everybody.

    What has several arguments in its brackets is a function, too: ``\log p_\theta(x, z)``. An index behind the call is
    one of its value: ``\log f(x)_k``.
    """
    call = re.compile(rf"(?P<before>{_COMMAND}\s*)(?P<name>\\text\{{[A-Za-z]+\}}|{name}){_SCRIPT}\s*(?:\\left\s*)?\(")
    position = 0
    while found := call.search(text, position):
        position, end = found.end(), group_end(text, found.end() - 1)
        word = re.sub(r"\\text\{|\}|\s", "", found["name"]) if found["name"].startswith(r"\text") else found["name"]
        several = end > 0 and len(split_outermost(text[found.end() : end - 1], r",|\||\\mid(?![A-Za-z])")) > 1
        if end > 0 and (several or word in functions):
            begin, below = found.end("before"), _BELOW.match(text, end)
            end = below.end() if below else end
            text = f"{text[:begin]}({text[begin:end]}){text[end:]}"
    return text


def with_arrays_called(texts: Sequence[str], name: str) -> list[str]:
    r"""Write ``\sigma(z_i)`` as an entry of \sigma(z) where it is what other entries give, too: a softmax.

    They have other letters, or the same one below a sum.
    """
    index = r"_\s*(?:\{\s*(?P<braced>[a-z])\s*\}|(?P<bare>[a-z])(?![a-z]))"
    open_, close = r"\s*(?:\\left\s*)?\(\s*", r"\s*(?:\\right\s*)?\)"
    call = rf"(?P<name>\\text\{{[A-Za-z]+\}}|{name}){open_}(?P<array>{name})\s*{index}{close}"
    side = re.compile(rf"(?:^|=)\s*{call}\s*:?=")
    arrays = set()
    for text in texts:
        if found := side.search(text):
            own, rest = found["braced"] or found["bare"], text[found.end() :]
            letters = {one[1] for one in re.finditer(re.escape(found["array"]) + r"\s*_\s*\{?\s*([a-z])", rest)}
            if own in letters and (len(letters) > 1 or re.search(rf"\\sum\s*_\s*\{{?\s*{own}(?![a-z])", rest)):
                arrays.add((found["name"], found["array"]))
    return [re.sub(call, partial(_entry_of_call, arrays), text) for text in texts] if arrays else list(texts)


def _entry_of_call(arrays: Collection[tuple[str, str]], found: re.Match[str]) -> str:
    if (found["name"], found["array"]) not in arrays:
        return found.group()
    return rf"{found['name']}({found['array']})_{{{found['braced'] or found['bare']}}}"


def with_features(texts: Sequence[str], name: str) -> list[str]:
    r"""Write ``\phi_j(x_i)`` as an entry of a table, \phi_{i,j}, where no equation defines φ and nothing else has it.

    Nothing is differentiated by x.
    """
    index = r"(?:\{\s*[a-z]\s*\}|[a-z](?![A-Za-z]))"
    of = rf"(?P<of>{name})\s*(?:_\s*(?P<below>{index})|\^\s*\{{\s*\((?P<above>[a-z])\)\s*\}})"
    open_, close = r"\s*(?:\\left\s*)?\(\s*", r"\s*(?:\\right\s*)?\)"
    call = re.compile(rf"(?P<name>{name})\s*_\s*(?P<index>{index}){open_}{of}{close}")
    every = {(found["name"], found["of"]) for text in texts for found in call.finditer(text)}
    defined = {found["name"] for text in texts if (found := call.match(text.lstrip()))}
    rest = "\n".join(call.sub(" ", text) for text in texts)
    tables = {one for one, of in every if one not in defined and not _stands(one, "", rest)
              and not _stands(of, r"\\(?:partial|nabla\s*_)\s*\{?\s*", rest)}  # fmt: skip

    def entry(found: re.Match[str]) -> str:
        letters = ((found["below"] or found["above"]), found["index"])
        indices = ",".join(letter.strip("{} ") for letter in letters)
        return f"{found['name']}_{{{indices}}}" if found["name"] in tables else found.group()

    return [call.sub(entry, text) for text in texts] if tables else list(texts)


def with_responsibilities(texts: Sequence[str], name: str) -> list[str]:
    r"""Write ``\gamma(z_{nk})`` as \gamma_{nk} where z stands in such brackets alone: it says what γ belongs to."""
    below = r"(?P<below>_\s*(?:\{[^{}]*\}|[a-z](?![A-Za-z])))"
    call = re.compile(
        rf"(?P<name>\\(?:gamma|xi|rho|tau|eta))\s*(?:\\left\s*)?\(\s*(?P<of>{name})\s*{below}\s*(?:\\right\s*)?\)"
    )
    every = {(found["name"], found["of"]) for text in texts for found in call.finditer(text)}
    rest = "\n".join(call.sub(" ", text) for text in texts)
    own = {one for one, of in every if not _stands(one, "", rest) and not _stands(of, "", rest)}
    return [call.sub(lambda found: found["name"] + found["below"] if found["name"] in own else found[0], text)
            for text in texts]  # fmt: skip


def _stands(name: str, before: str, text: str) -> bool:
    return re.search(rf"{before}(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", text) is not None


def with_numbers_below(texts: Sequence[str], name: str) -> list[str]:
    r"""Write ``\delta 3`` as \delta_3 where such names, with several numbers, stand on the left of equations."""
    numbered = re.compile(rf"(?<![_^\\{{])(?P<letter>{name})\s*(?P<number>\d+)(?![\d.}}])")
    lefts: dict[str, set[str]] = {}
    for text in texts:
        if (found := re.match(rf"\s*(?P<letter>{name})\s*(?P<number>\d+)\s*:?=", text)) is not None:
            lefts.setdefault(found["letter"], set()).add(found["number"])
    letters = {letter for letter, numbers in lefts.items() if len(numbers) > 1}

    def below(found: re.Match[str]) -> str:
        return f"{found['letter']}_{{{found['number']}}}" if found["letter"] in letters else found.group()

    return [numbered.sub(below, text) for text in texts] if letters else list(texts)


def with_two_indices(texts: Sequence[str]) -> list[str]:
    r"""Read ``y_{in}`` as an entry where y has as many indices elsewhere, and not as the y of an input."""
    joined = "\n".join(texts)

    def indices(found: re.Match[str]) -> str:
        several = rf"{re.escape(found['name'])}\s*_\s*\{{\s*[a-z](?:\s*,?\s*[a-z]){{{len(found['word']) - 1}}}\s*\}}"
        return f"{found['name']}_{{{found['word']}}}" if re.search(several, joined) else found.group()

    word = re.compile(r"(?P<name>\\?[A-Za-z]+)\s*_\s*\{\s*\\text\{(?P<word>[a-z]{2,3})\}\s*\}")
    return [word.sub(indices, text) for text in texts]


def with_own_functions(texts: Sequence[str]) -> list[str]:
    r"""Give a function of several arguments that is called as one of the field, ``\cos(a, b) = ...``, its own name."""
    own = {found[1] for text in texts
           if (found := re.match(r"\s*\\([a-z]+)\s*(?:\\left\s*)?\([^()=]*,[^()=]*\)\s*:?=", text))
           and re.fullmatch(_COMMAND, "\\" + found[1])}  # fmt: skip
    for name in own:
        texts = [re.sub(rf"\\{name}\s*(?=(?:\\left\s*)?\([^()]*,)", rf"\\text{{own{name}}}", text) for text in texts]
    return list(texts)
