"""Which names are functions, and what stands in the brackets behind names."""
