"""Reasons why a right gradient may look wrong, one rule a reason: derivations/gradcheck/false_alarms.md."""
