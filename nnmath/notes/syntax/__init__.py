"""Syntax trees of the statements: what defines, what claims, how letters are used, what the text adds."""
