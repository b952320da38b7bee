"""Readings: the notes in one reading, from what is said of symbols to a model, and the other readings they allow."""
