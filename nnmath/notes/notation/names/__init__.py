"""What letters and their indices stand for: labels, identities, symmetric matrices, what is written out again."""
