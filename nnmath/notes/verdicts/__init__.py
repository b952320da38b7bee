"""Verdicts: what comes of each equation in its readings, the doubts whether what fails is false, the report."""
