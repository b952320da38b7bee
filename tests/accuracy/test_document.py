"""The tables of the repository are what the last sweep found, and what it found is so."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from nnmath.accuracy import float64_table, scalar_functions
from nnmath.accuracy.errors import errors_in_ulp_of_float64
from nnmath.accuracy.float64_table import section
from nnmath.accuracy.peers import peers, versions
from nnmath.accuracy.sweep import INPUTS, PARTS, Swept, measured, sample
from nnmath.accuracy.table import as_json, document, from_json, summary

ROOT = Path(__file__).parents[2]
FOUND = from_json(json.loads((ROOT / "derivations" / "accuracy.json").read_text()))
SEARCHED = float64_table.from_json(json.loads((ROOT / "derivations" / "accuracy_float64.json").read_text()))
FUNCTIONS = scalar_functions()
#: What README promises in double precision, in ulp, of functions of one number and of the others.
PROMISED, OF_OTHERS = 4, 8
every_function = pytest.mark.parametrize("found", FOUND, ids=lambda one: one.label)


def test_the_documents_are_made_of_the_numbers() -> None:
    assert (ROOT / "ACCURACY.md").read_text() == f"{document(FOUND)}\n{section(SEARCHED)}"
    assert float64_table.from_json(float64_table.as_json(SEARCHED)) == SEARCHED
    assert summary(FOUND) in (ROOT / "README.md").read_text()
    assert document(from_json(as_json(FOUND))) == document(FOUND)


def test_what_a_search_found_stands_in_the_tables_alone() -> None:
    """A figure that was copied into a page stays when the table changes."""
    pages = [ROOT / "README.md", *(ROOT / "derivations").rglob("*.md"), *(ROOT / "nnmath").rglob("*.py")]
    for page in pages:
        copied = re.search(r"[Ss]earch[^.|]*\s(finds?|found)\s[^.|]*\d\.\d", page.read_text())
        assert not copied, (page, copied)


@every_function
def test_no_input_is_off_by_more_than_one_ulp(found: Swept) -> None:
    assert found.inputs == INPUTS
    assert max(ulp for ulp, _ in found.worst["nnmath"].values()) <= 1
    assert max(found.reference.values()) < 1e-5


@every_function
def test_the_worst_inputs_are_as_bad_as_stated(found: Swept) -> None:
    """Of nnmath to the last bit; of the same version of NumPy and PyTorch about so. JAX compiles for too long."""
    function = FUNCTIONS[found.label]
    others = {name: compute for name, compute in peers(function).items() if name in found.worst and name != "JAX"}
    for name, parts in found.worst.items():
        if name != "nnmath" and (name not in others or versions([name])[name] != found.versions[name]):
            continue
        for part, (ulp, at) in parts.items():
            compared = {name: function if name == "nnmath" else others[name]}
            again, _ = measured(function, np.full(64, at, np.float32), compared)[name][part]
            assert again == (pytest.approx(ulp, abs=1e-6) if name == "nnmath" else pytest.approx(ulp, rel=0.5))


@every_function
def test_a_sample_finds_nothing_worse(found: Swept) -> None:
    again = measured(FUNCTIONS[found.label], sample(20_000, seed=7))["nnmath"]
    assert all(again[part][0] <= found.worst["nnmath"][part][0] for part in PARTS)


def test_what_was_searched_in_double_precision_keeps_the_promise() -> None:
    assert {one.label for one in SEARCHED} >= {*FUNCTIONS, "softmax_cross_entropy", "swiglu"}
    for one in SEARCHED:
        assert one.ulp <= (PROMISED if one.label in FUNCTIONS else OF_OTHERS), one
        if one.label in FUNCTIONS:
            x, part = np.array([float(one.at)]), PARTS.index(one.result)
            again = errors_in_ulp_of_float64(FUNCTIONS[one.label](x)[part], FUNCTIONS[one.label].exact(x)[part])
            assert again[0] <= max(one.ulp, PROMISED)
