"""Reading the equations of a derivation as claims, and judging them at drawn examples."""
