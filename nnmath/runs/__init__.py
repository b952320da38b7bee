"""Runs: what a recipe is, what carries one out, and what becomes of the result."""
