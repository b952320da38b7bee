"""What came of the checks of many operators."""

from collections import Counter
from typing import Any

from tests.gradcheck.operators.known import known_error


def sums(rows: list[dict[str, Any]]) -> str:
    """A few lines: verdicts, names and time, of right backward passes and of planted mistakes."""
    right = [row for row in rows if row["plant"] is None]
    wrong = [row for row in rows if row["plant"] is not None]
    named = sum(row.get("named", False) for row in wrong)
    alarms = [row for row in right if row["verdict"] == "wrong"]
    known = sum(known_error(row["operator"], row["causes"]) is not None for row in alarms)
    lines = [
        f"{len({row['operator'] for row in rows})} operators",
        f"{len(right)} right backward passes: {_counted(right)}; {_time(right)}",
        f"{len(alarms)} alarms, of which {known} are errors of PyTorch's own",
        f"{len(wrong)} planted mistakes: {_counted(wrong)}; {named} named; {_time(wrong)}",
    ]
    return "\n".join(lines)


def _counted(rows: list[dict[str, Any]]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in Counter(row["verdict"] for row in rows).most_common())


def _time(rows: list[dict[str, Any]]) -> str:
    """Seconds of the processor: the sum and the most, and those of PyTorch's checker where it was run on all."""
    seconds = [row["cpu"] for row in rows]
    text = f"{sum(seconds):.0f} CPU s, at most {max(seconds, default=0):.1f}"
    if rows and all("gradcheck_cpu" in row for row in rows):
        others = Counter(str(row["gradcheck"]) for row in rows)
        text += f"; gradcheck: {dict(others.most_common(2))}, {sum(row['gradcheck_cpu'] for row in rows):.0f} CPU s"
    return text
