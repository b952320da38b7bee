"""A page with the equations of notes and the verdict beside each: one file, without anything from elsewhere."""

from html import escape
from pathlib import Path

from nnmath.notes import FAILS, HOLDS, NotesReport, Verdict
from nnmath.notes.verdicts.report import message
from nnmath.site.mathematics import MathematicsError, displayed, inline

_MARKS = {HOLDS: ("held", "✓"), FAILS: ("failed", "✗")}
_IN_PART = ("part", "✓")
_OPEN = ("open", "?")

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
ol { list-style: none; padding: 0; }
li { border-left: .3rem solid #8888; margin: 1rem 0; padding: .2rem 1rem; }
li.held { border-color: #2a7; }
li.failed { border-color: #c33; }
li.part { border-color: #c90; }
.formula { overflow-x: auto; padding: .3rem 0; }
.formula math { width: fit-content; margin: .8rem 0; }
.formula math + math { margin-left: 2rem; }
.verdict { font-weight: 600; }
.line, .reason { color: color-mix(in srgb, currentColor 70%, transparent); }
pre { overflow-x: auto; font-size: .9rem; }
"""

_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · nnmath</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p>{summary}</p>
<ol>
{rows}</ol>
</body>
</html>
"""


def write_page(report: NotesReport, path: Path) -> None:
    """Write the page.

    Parameters
    ----------
    report : NotesReport
        The verdicts.
    path : Path
        The file that is written.
    """
    summary = escape(str(report).partition("\n")[0])
    if report.shapes:
        summary += f"<br>Read with {escape(report.shapes)}."
    rows = "".join(_row(report.path, one) for one in report.verdicts)
    page = _PAGE.format(title=escape(Path(report.path).name), style=_STYLE, summary=summary, rows=rows)
    path.write_text(page, encoding="utf-8")


def _row(path: str, one: Verdict) -> str:
    statement = one.parsed.statement
    kind, sign = _IN_PART if one.in_part else _MARKS.get(one.state, _OPEN)
    label = f" ({escape(statement.label)})" if statement.label else ""
    said = escape(one.words) + (f", defines {_formula(one.defines, False)}" if one.defines else "")
    reason = f'<p class="reason">{escape(one.reason)}</p>' if one.reason else ""
    numbers = f"<pre>{escape(message(path, one))}</pre>" if one.state == FAILS and one.result else ""
    line = statement.place.line
    return (
        f'<li class="{kind}" id="line-{line}"><div class="formula">{_formula(statement.latex, True)}</div>'
        f'<span class="verdict"><span aria-hidden="true">{sign}</span> {said}</span> '
        f'<span class="line">line {line}{label}</span>{reason}{numbers}</li>\n'
    )


def _formula(latex: str, display: bool) -> str:
    """Return the MathML of an equation or, within a line, of a symbol; its LaTeX where it cannot be set."""
    try:
        return "".join(displayed(latex)[0]) if display else inline(latex)
    except (MathematicsError, ValueError):
        return f"<code>{escape(latex)}</code>"
