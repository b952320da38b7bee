"""Tables for the tests of commands that learn from one."""

import csv
from typing import Any

import numpy as np

#: What training on a table of classes writes.
FILES = ["confusion.png", "metrics.json", "model.npz"]


def write(path: Any, rows: Any) -> Any:
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def files(folder: Any) -> Any:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def messy(path: Any, count: Any = 80, columns: Any = ("who", "age", "town", "plan", "churn")) -> Any:
    """Write a table with all that real ones have; whoever is old or has the plan called "$5, basic" churns."""
    rng = np.random.default_rng(5)
    rows = [columns]
    for i in range(count):
        age, town = int(rng.integers(18, 80)), ("Köln", "東京", "São Paulo")[rng.integers(3)]
        plan = ("$5, basic", 'the "pro"')[rng.integers(2)]
        row = {
            "who": f"№{i}, {i * i}", "age": "NA" if i % 11 == 3 else age, "town": "" if i % 13 == 5 else town,
            "plan": plan, "churn": "yes" if age > 60 or plan == "$5, basic" else "no",
        }  # fmt: skip
        rows.append([row[column] for column in columns])
    return write(path, rows)
