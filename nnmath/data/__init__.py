"""Data to learn from: each module draws or reads one kind."""
