"""What may excuse a gradient that looks wrong: noise, stairs, rounding, kinks that coincide."""
