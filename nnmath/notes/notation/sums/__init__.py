"""How sums are written: what is summed, over what, how far a sum reaches."""
