"""The command `python -m nnmath check FILE.md`, for a derivation and the module that it links to."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the others take their time; help should not wait for them
    from nnmath.latex import DerivationReport
    from nnmath.suite.code_check import CodeReport

#: How many examples each equation is judged at, and how many inputs the code is given, unless it is said.
EQUATION_EXAMPLES, CODE_EXAMPLES = 12, 50


def run_derivation_check(options: argparse.Namespace, examples: int | None) -> int:
    """Run the equations, hold the module to them, print what came of it and return the exit status."""
    from nnmath.latex import DerivationError, read, run
    from nnmath.suite.code_check import check_code

    try:
        derivation = read(options.target)
        equations = run(derivation, examples or EQUATION_EXAMPLES, options.seed)
        code = check_code(derivation, examples or CODE_EXAMPLES, options.seed)
    except (DerivationError, OSError, UnicodeDecodeError) as error:
        if options.json:
            print(json.dumps({"ok": False, "file": options.target, "error": str(error)}))
        else:
            print(error, file=sys.stderr)
        return 2
    ok = equations.ok and (code is None or code.ok)
    if options.json:
        print(json.dumps({"ok": ok, "file": options.target, **_equations(equations), **_code(code)}))
    else:
        print(equations)
        print(code if code is not None else "no module to hold to it: the equations alone were run")
    return 0 if ok else 1


def _equations(report: "DerivationReport") -> dict[str, Any]:
    from nnmath.latex import described

    path = report.derivation.path
    wrong = [
        {"equation": r.equation.block.tag, "line": r.equation.block.place.line, "message": described(path, r)}
        for r in report.failures
    ]
    return {"equations": {"run": report.run, "held": report.held, "not_run": len(report.not_run), "wrong": wrong}}


def _code(report: "CodeReport | None") -> dict[str, Any]:
    if report is None:
        return {"code": None}
    fields = ("name", "tag", "unit", "error", "limit", "where")
    results = [{name: getattr(worst, name) for name in fields} for worst in report.results.values()]
    return {"code": {"module": report.module, "examples": report.examples, "ok": report.ok, "results": results}}
