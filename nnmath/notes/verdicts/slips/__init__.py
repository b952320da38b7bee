"""Slips of the pen that would mend a claim: a second witness that it was read as its author meant it."""
