"""Every rule of spelling: its example becomes what it says, and does not without it."""

import pytest

from nnmath.notes.spelling.respelling import respelled
from nnmath.notes.spelling.rules import RULES
from nnmath.notes.spelling.rules.rule import Rule


@pytest.mark.parametrize("rule", RULES, ids=[rule.example for rule in RULES])
def test_rule_is_needed_for_its_example(rule: Rule) -> None:
    others = [one for one in RULES if one is not rule]
    assert " ".join(respelled(rule.example).split()) == rule.becomes
    assert " ".join(respelled(rule.example, others).split()) != rule.becomes
