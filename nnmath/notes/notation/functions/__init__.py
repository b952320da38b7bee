"""How functions are written: without their argument, with what they depend on, as values at the examples."""
