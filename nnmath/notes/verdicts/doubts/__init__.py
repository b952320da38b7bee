"""Reasons for which a claim that fails is not called false: what is a condition, undefined, or left unsaid."""
