"""The exit statuses of `nnmath check`, how many inputs it draws, and the columns of its text."""

#: `COULD_NOT_RUN` is the status, too, where the check was not carried out to its end.
RIGHT, WRONG, COULD_NOT_RUN = 0, 1, 2

#: How many inputs are checked, unless it is said.
EXAMPLES = 200

#: Columns of the text where the terminal does not say how many it has.
WIDTH = 100

#: The share of the time limit after which no further example is begun, so that there is time left for the verdict.
SHARE = 0.9
