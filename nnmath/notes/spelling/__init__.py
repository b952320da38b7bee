"""From a display to statements in the spelling of `nnmath.latex`: each module undoes one way of writing, on text."""
