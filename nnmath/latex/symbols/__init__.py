"""What names stand for: the table of symbols, and the definitions above an equation."""
