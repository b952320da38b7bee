r"""Cases that the text speaks of: "if the loss is positive" before an equation means one branch of ``\max``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from nnmath.latex.numbers.known_functions import KNOWN
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

#: What is true where a relation is not.
_OPPOSITE = {"<": "≥", "≥": "<", ">": "≤", "≤": ">", "=": "≠", "≠": "="}

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
            if not bound & set().union(*map(trees.names, tree.children(node))):
                yield from ((f"{said} in {name} {does}", where) for said, does, where in _cases_of(node))


def _cases_of(node: Expr) -> Iterator[tuple[str, str, tree.Compare]]:
    """Yield the cases that a node tells apart: what is said of it, what it does, and the condition."""
    match node:
        case tree.Call(function=("max" | "min") as function, arguments=(first, second)):
            for low, high in ((first, second), (second, first)):
                counts = ("first", "second")[(high if function == "max" else low) is second]
                yield rf"the {counts} argument of \{function}", "counts", _is_less(low, high, node)
        case tree.Call(function=function, arguments=(first,)) if function in KNOWN and KNOWN[function].kinks == (0,):
            zero = tree.Number("0", at=node.at)
            words = "an absolute value" if function == "abs" else function
            yield f"the argument of {words}", "is negative", _is_less(first, zero, node)
            yield f"the argument of {words}", "is positive", _is_less(zero, first, node)
        case tree.Compare(relations=(relation,)) if relation in _OPPOSITE:
            yield "the condition", "is met", node
            yield "the condition", "is not met", replace(node, relations=(_OPPOSITE[relation],))
        case tree.Compare():
            yield "the condition", "is met", node


def _is_less(low: Expr, high: Expr, node: Expr) -> tree.Compare:
    return tree.Compare(("<",), (low, high), at=node.at)
