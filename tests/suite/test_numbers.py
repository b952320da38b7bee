"""Code and derivation point at each other: every number in the code is an equation, every module has a derivation."""

import re
from pathlib import Path

import pytest

from nnmath.latex import code_numbers, read_document
from nnmath.primitives import PRIMITIVES

ROOT = Path(__file__).parents[2]
DERIVATIONS = sorted(p for p in (ROOT / "derivations").rglob("*.md") if p.name != "README.md")
#: Those that derive a module: all but introductions.
DERIVED = [p for p in DERIVATIONS if p.parent.name != "basics"]
#: By name; a run may have the name of what it trains.
MODULES = {path.stem: path for path in (ROOT / "nnmath").rglob("*.py") if path.parent.name != "runs"}


def equations(derivation: Path) -> list[int]:
    """The numbers of the equations of a derivation, in order."""
    return [int(block.tag) for block in read_document(derivation).blocks if block.tag]


def numbers(module: Path) -> list[tuple[int, int]]:
    """The lines of a module that carry equation numbers, with each of the numbers."""
    carried = code_numbers(module.read_text(encoding="utf-8")).items()
    return [(line, int(tag)) for line, found in carried for tag in found.tags if tag.isdigit()]


@pytest.mark.parametrize("derivation", DERIVED, ids=lambda p: p.stem)
def test_a_derivation_has_a_module_of_its_name_and_links_to_it(derivation: Path) -> None:
    assert derivation.stem in MODULES, f"{derivation.name}: there is no module of that name"
    linked = [(derivation.parent / link.target).resolve() for link in read_document(derivation).module_links]
    assert linked[:1] == [MODULES[derivation.stem]], f"{derivation.name} does not link to its module first"


@pytest.mark.parametrize("primitive", PRIMITIVES, ids=lambda p: p.__name__)
def test_a_primitive_has_a_derivation_of_its_name(primitive: object) -> None:
    name = primitive.__name__  # type: ignore[attr-defined]
    assert ROOT / "derivations" / MODULES[name].parent.name / f"{name}.md" in DERIVATIONS
    assert MODULES[name].parent.parent.name == "primitives"


def test_every_module_of_the_primitives_is_in_the_list() -> None:
    modules = {path.stem for path in (ROOT / "nnmath" / "primitives").glob("*/*.py") if path.stem != "__init__"}
    assert modules == {primitive.__name__ for primitive in PRIMITIVES}


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda p: p.stem)
def test_equations_are_numbered_from_1_in_order(derivation: Path) -> None:
    found = equations(derivation)
    assert found == list(range(1, len(found) + 1))
    assert found, f"{derivation.name} has no equation"


@pytest.mark.parametrize("derivation", DERIVED, ids=lambda p: p.stem)
def test_every_number_in_the_code_is_an_equation_of_the_derivation(derivation: Path) -> None:
    module = MODULES[derivation.stem]
    known = set(equations(derivation))
    unknown = [f"{module.name}:{line} ({number})" for line, number in numbers(module) if number not in known]
    assert not unknown, f"no such equations in {derivation.name}: {', '.join(unknown)}"
    assert numbers(module), f"no line of {module.name} carries the number of an equation"


@pytest.mark.parametrize("module", sorted(MODULES.values()), ids=lambda p: p.stem)
def test_a_module_that_carries_numbers_has_a_derivation(module: Path) -> None:
    if numbers(module):
        names = {derivation.stem for derivation in DERIVATIONS}
        told = re.findall(r"derivations/\w+/(\w+)\.md", module.read_text())
        assert module.stem in names or set(told) & names, f"{module.name} has equation numbers and no derivation"


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda p: p.stem)
def test_the_sections_stand_in_their_order(derivation: Path) -> None:
    wanted = ["Symbols", "Forward", "Backward", "As the code computes it", "A worked example", "Where people go wrong"]
    headings = [section.title for section in read_document(derivation).sections if section.level == 2]
    assert [h for h in headings if h in wanted] == wanted
    assert headings[-1] == "References"
