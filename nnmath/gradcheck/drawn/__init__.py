"""Checks at many drawn inputs: what they may be, how they are drawn, shrunk, and told of."""
