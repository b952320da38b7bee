r"""Cases that the text speaks of: "if the loss is positive" before an equation means one branch of ``\max``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.spelling.statements import Statement
from nnmath.notes.syntax import trees

#: "If we differentiate" and "when computing" say nothing of a case.
_CASE = re.compile(
    r"\b(?:if|when|whenever)\s+(?!we\b|you\b|one\b|I\b|\w+ing\b)|\b(?:otherwise|else|as long as)\b"
    r"|\bin (?:the|this|that|one|each) (?:other |first |second )?case\b"
    r"|\b(?:is|are) (?:not )?(?:violated|satisfied|active|inactive|clipped)\b|如果|若|否则|当[^，。,]*时",
    re.I,
)
#: "For a misclassified example", "examples that violate the margin", "within the margin", "for positive inputs".
_CASE_OF_EXAMPLES = re.compile(
    r"\bmis-?classified\b|\b(?:in)?correctly classified\b|\bviolat(?:es?|ing)\b"
    r"|\b(?:inside|within|outside|beyond) (?:of )?the (?:margin|clipping range|threshold)\b"
    r"|\b(?:for|of|on|with) (?:a |an |the |all |every |each )?(?:positive|negative|active|inactive|incorrect) "
    r"(?:loss(?:es)?|inputs?|units?|sides?|values?|arguments?|predictions?|pre-?activations?|neurons?|margins?)\b",
    re.I,
)
#: "These depend on whether L > 0", "otherwise the gradient is zero", "this holds only if the margin is violated".
_CASE_BEHIND = re.compile(
    r"\bdepends? on whether\b|\b(?:holds?|valid|applies|apply|true)\s+(?:only\s+)?(?:if|when|whenever|as long as)\b"
    r"|\b(?:otherwise|else|if|when|whenever)\b[^.]{0,60}?\b(?:gradients?|derivatives?|it|they|all|both)\s+"
    r"(?:is|are|becomes?)\s+(?:all\s+|both\s+)?(?:zero|\$?0)\b"
    r"|\b(?:gradients?|derivatives?)\s+(?:is|are|becomes?)\s+(?:all\s+|both\s+)?(?:zero|\$?0\$?)\s*,?\s*"
    r"(?:otherwise|if|when|whenever)\b",
    re.I,
)
_SENTENCE = re.compile(r"[.!?](?:\s|$)|\n\s*\n\s*(?=\S)")
_WORD = re.compile(r"[^\W\d_]{2,}")

#: What may stand between two equations of one case.
_JOINS = frozenset(
    ["and", "also", "similarly", "likewise", "so", "that", "then", "as", "well", "with", "respect", "to"]
)


def in_cases(shown: Iterable[Statement]) -> set[int]:
    """Return the numbers of the statements beside which the text speaks of a case, until it speaks of another thing."""
    every = list(shown)
    joined = [{word.lower() for word in _WORD.findall(one.before)} <= _JOINS for one in every]
    found: set[int] = set()
    for number, one in enumerate(every):
        sentences = _SENTENCE.split(one.before.rstrip())
        whole = next((text for text in reversed(sentences) if text.strip()), "")
        is_case = _CASE.search(sentences[-1]) or _CASE_OF_EXAMPLES.search(whole)
        if is_case or (number - 1 in found and joined[number]):
            found.add(number)
    behind: set[int] = set()
    for number in range(len(every) - 1, -1, -1):
        if _CASE_BEHIND.search(every[number].behind) or (number + 1 in behind and joined[number + 1]):
            behind.add(number)
    return found | behind


def branches(definitions: Iterable[tuple[str, Expr]]) -> Iterator[tuple[str, tree.Compare]]:
    r"""Yield what may be the case in definitions, in words and as a condition: which argument of ``\max`` is larger.

    What has an index that a sum runs over is no case of the whole.
    """
    for name, body in definitions:
        bound = trees.summed(body)
        for node in tree.walk(body):
            match node:
                case tree.Call(function=("max" | "min") as function, arguments=(first, second)):
                    pair = (first, second)
                case tree.Call(function="abs" as function, arguments=(first,)):
                    pair = (first, tree.Number("0", at=node.at))
                case _:
                    continue
            if bound & (trees.names(first) | trees.names(pair[1])):
                continue
            for which, (low, high) in enumerate((pair, pair[::-1])):
                yield _in_words(name, function, which), tree.Compare(("<",), (low, high), at=node.at)


def _in_words(name: str, function: str, which: int) -> str:
    if function == "abs":
        return f"the absolute value in {name} is one of a {('negative', 'positive')[which]} number"
    counts = (which == 0) == (function == "max")
    return f"the {('first', 'second')[counts]} argument of \\{function} in {name} counts"
