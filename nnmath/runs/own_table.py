"""The recipe for a table of the user's own: what is not said is found from the table."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nnmath.data.preprocessing import width
from nnmath.data.table import Table, read_table, table
from nnmath.runs.recipe import Recipe

#: Steps that make a small table learned, and that are enough for a large one; epochs that are the least for that.
FEWEST_STEPS, MOST_STEPS, FEWEST_EPOCHS = 400, 20_000, 10

#: What flags say when they are not given. Sizes, output, epochs and l2 are then found from the table: see `complete`.
TABLE = Recipe(
    name="table",
    summary="a table of your own",
    data=partial(
        table, csv="", target="", delimiter=",", categorical=(), numeric=(), drop=(), held_out=0.25
    ),
    sizes=(1, 32, 1),
    output="sigmoid",
    epochs=100,
    batch=32,
    update="adam",
    rate=0.01,
    l2=0.0,
)  # fmt: skip


def table_recipe(given: dict[str, Any]) -> tuple[Recipe, Table]:
    """Return the recipe for a table, and the table.

    Parameters
    ----------
    given : dict
        Settings by name; `csv` and `target` at least. `sizes` are the widths of the hidden layers, or all sizes.
    """
    reading = TABLE.data.keywords | {name: given[name] for name in TABLE.data.keywords if name in given}
    held_out = reading.pop("held_out")
    found = read_table(**reading)
    recipe = replace(TABLE, name=Path(given["csv"]).stem or "table", summary=f"the table {given['csv']}")
    settings = {name: value for name, value in given.items() if name != "sizes"}
    rows = max(1, round((1 - held_out) * len(found.labels)))
    return complete(recipe, settings, given.get("sizes", TABLE.sizes[1:-1]), found, rows), found


def complete(recipe: Recipe, given: dict[str, Any], sizes: tuple[int, ...], found: Table, rows: int) -> Recipe:
    """Find what is not given: inputs and outputs, epochs by the number of steps in one, the L2 penalty by the rows.

    The loss is a mean, so that a penalty of 1 / rows weighs as much as one row does, in a small table as in a large.
    """
    classes, inputs = len(found.classes), width(found.columns)
    output = given.get("output", "sigmoid" if classes == 2 else "softmax")
    outputs = 1 if classes == 2 and output == "sigmoid" else classes
    whole = len(sizes) > 1 and sizes[0] == inputs and sizes[-1] == outputs
    settings = {
        "output": output,
        "l2": float(f"{1 / rows:.2g}"),
        **given,
        "sizes": sizes if whole else (inputs, *sizes, outputs),
    }
    if "epochs" not in given:
        batch = given.get("batch", recipe.batch)
        steps = -(-rows // batch) if batch > 0 else 1
        least, most = -(-FEWEST_STEPS // steps), max(FEWEST_EPOCHS, MOST_STEPS // steps)
        settings["epochs"] = min(max(recipe.epochs, least), most)
    return recipe.override(**settings)
