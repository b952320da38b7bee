"""Run a derivation in which one equation was changed: what the editor of the pages asks for.

    python -m nnmath.site.edited < request.json

This is a process of its own, so that whoever started it can end it: an equation can be made to take for ever.
"""

import json
import sys
from contextlib import suppress
from typing import Any

from nnmath.latex import Document, described, read_document_text, read_text, run
from nnmath.latex.errors import DerivationError

#: What the process may use: seconds of processor time, and bytes of memory.
SECONDS, MEMORY = 20, 1 << 30

#: For how many examples each equation is judged.
EXAMPLES = 6


def changed(document: Document, tag: str, latex: str) -> str:
    """Return the Markdown of a derivation with other LaTeX in the equation of a number.

    Raises
    ------
    ValueError
        There is no such equation, or the LaTeX would end the block that it stands in.
    """
    block = document.tagged.get(tag)
    if block is None:
        raise ValueError(f"there is no equation ({tag})")
    if "```" in latex or "~~~" in latex or not latex.strip():
        raise ValueError("expected the LaTeX of one equation, without fences")
    lines = document.text.split("\n")
    body = [line for line in latex.split("\n") if line.strip()]
    return "\n".join([*lines[: block.first_line], *body, rf"\tag{{{tag}}}", *lines[block.last_line - 1 :]])


def verdict(text: str, tag: str) -> dict[str, Any]:
    """Return what running a derivation found: whether all holds, and a sentence or a description of what does not."""
    try:
        report = run(read_text(text, "equation"), EXAMPLES)
    except DerivationError as error:
        return {"ok": False, "says": str(error)}
    failures = sorted(report.failures, key=lambda result: result.equation.block.tag != tag)
    if not failures:
        return {"ok": True, "says": f"All {report.run} equations of this page hold, at {report.examples} examples."}
    told = "\n".join(described("line", result) for result in failures[:3])
    more = f"\nand {len(failures) - 3} more do not hold" if len(failures) > 3 else ""
    return {"ok": False, "says": told + more}


def _limit() -> None:
    with suppress(ImportError, ValueError, OSError):  # there are no such limits on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Read a request, an object with `text`, `tag` and `latex`; write what was found."""
    _limit()
    request = json.load(sys.stdin)
    try:
        text = changed(read_document_text(request["text"]), request["tag"], request["latex"])
        found = verdict(text, request["tag"])
    except ValueError as error:
        found = {"ok": False, "says": str(error)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
