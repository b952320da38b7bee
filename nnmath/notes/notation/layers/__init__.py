"""How layers and steps in time are written: above, below, one ahead, or not at all."""
