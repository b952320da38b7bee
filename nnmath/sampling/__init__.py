"""What inputs may be, and how they are drawn: domains, shapes and Hypothesis strategies, one vocabulary for all."""
