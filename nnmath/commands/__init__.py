"""The commands of `python -m nnmath`: each module adds its own to the command line and runs it."""
