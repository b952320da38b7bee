"""The exit statuses of `nnmath check`, and how many inputs it draws."""

RIGHT, WRONG, COULD_NOT_RUN = 0, 1, 2

#: How many inputs are checked, unless it is said.
EXAMPLES = 200
