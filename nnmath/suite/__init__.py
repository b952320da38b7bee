"""The triangle over the whole catalogue: what `nnmath check` carries out, and the schema of its results."""
