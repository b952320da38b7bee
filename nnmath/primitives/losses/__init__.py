"""Losses: a mean over the batch of how far predictions are from targets."""
