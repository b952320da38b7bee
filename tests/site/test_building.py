"""Building: reproducible, quick, all or nothing, and honest about what was not checked."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nnmath.site.site", reason="what builds the pages is missing: make setup")

from nnmath.commands.main import main
from nnmath.site.digits import find_network
from nnmath.site.gallery import read_runs
from nnmath.site.library import read_library
from nnmath.site.rendering import Pages
from nnmath.site.site import MARKER, build, site
from nnmath.site.verdicts import read_check
from tests.conftest import DEEP
from tests.site.project import check_of, make_project, write

STAMP = b"Built from the make check of 21 November 2026, 00:47 UTC, with Python 3.11.7 and NumPy 2.4.6"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one derivation, of which pages are built in a moment."""
    return make_project(tmp_path / "project", only=["activations/sigmoid.md"])


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()


def pages_of(project: Path, found: Any = None) -> Pages:
    """What the pages of a project are made of, if its check found this."""
    if found is not None:
        write(project / "results" / "check.json", json.dumps(found).encode())
    return Pages(read_library(project), read_check(project / "results"))


def page_with(project: Path, found: Any = None) -> str:
    """The page of the sigmoid, if the check found this."""
    made = pages_of(project, found)
    sigmoid = made.library.get("sigmoid")
    assert sigmoid is not None
    return made.derivation(sigmoid, [])


def row_of_sigmoid(found: Any) -> Any:
    """Its row in what the check found."""
    return next(row for row in found["rows"] if row["name"] == "sigmoid")


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    some = () if DEEP else ("activations/sigmoid.md", "linear/dense.md", "training/network.md")
    (tmp_path / "other").mkdir()
    contents, others = (site(make_project(tmp_path / folder, only=some)) for folder in ("project", "other"))
    assert contents.keys() == others.keys()
    for name, content in contents.items():
        assert others[name] == content, name
    assert all(STAMP in page for name, page in contents.items() if name.endswith(".html"))


def test_an_earlier_build_is_replaced_whole(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build(project, out)
    (out / "left over.html").write_text("")
    names = build(project, out)
    assert sorted(p.name for p in out.glob("*.html")) == sorted(names)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["project", "site"], "nothing is left beside it"


def test_a_folder_of_something_else_is_left_alone(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "thesis"
    write(out / "chapter-1.md", b"precious")
    with pytest.raises(ValueError, match="holds something else"):
        build(project, out)
    assert (out / "chapter-1.md").read_bytes() == b"precious"


def test_a_failure_leaves_the_earlier_build(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    write(out / MARKER, b"")
    write(out / "index.html", b"as it was")
    shutil.rmtree(project / "derivations")
    (project / "derivations").mkdir()
    with pytest.raises(ValueError, match="expected a folder of derivations"):
        build(project, out)
    assert (out / "index.html").read_bytes() == b"as it was"


def test_the_command_says_where_the_pages_are(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    assert main(["site"]) == 0
    assert f"{project / 'results' / 'site' / 'index.html'}" in capsys.readouterr().out


def test_where_there_is_no_project_the_pages_show_the_derivations_of_nnmath(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnmath.site.site.figures_of", lambda one: [])  # which take longest
    names = build(tmp_path, tmp_path / "site")
    assert {"index.html", "sigmoid.html"} < set(names)
    page = (tmp_path / "site" / "sigmoid.html").read_text(encoding="utf-8")
    assert "def sigmoid" in re.sub("<[^>]*>", "", page)


# ------------------------------------------------------------------ verdicts


def test_equations_that_held_are_marked(project: Path) -> None:
    found = check_of(project)
    page, run = page_with(project, found), row_of_sigmoid(found)["equations"]["run"]
    assert "everything on this page holds" in page
    assert page.count('class="mark held') == run
    assert f"{run} of {run} hold" in page
    assert "21 November 2026, 00:47 UTC" in page


def test_without_a_check_the_pages_say_so(project: Path) -> None:
    (project / "results" / "check.json").unlink()
    page = page_with(project)
    assert "Not checked" in page
    assert 'class="mark' not in page
    assert "Built without a run of make check" in pages_of(project).index()


@pytest.mark.parametrize("found", ["[", "[]", '{"ok": true}', "null"])
def test_a_check_that_cannot_be_read_is_none(project: Path, found: str) -> None:
    write(project / "results" / "check.json", found.encode())
    assert "Not checked" in page_with(project)


def test_a_failed_check_is_said_and_its_equation_is_marked(project: Path) -> None:
    found = check_of(project)
    row = row_of_sigmoid(found)
    row["ok"] = found["ok"] = False
    run = row["equations"]["run"]
    row["equations"] |= {"held": run - 1, "wrong": [{"equation": "22", "line": 1, "message": "does not hold"}]}
    page = page_with(project, found)
    assert "not everything on this page holds" in page
    assert f"{run - 1} of {run} hold" in page
    assert page.count('class="mark failed') == 1
    assert "does not hold" in page[page.index('id="eq-22"') : page.index('id="eq-23"')]
    assert "Not everything holds" in pages_of(project).index()


def test_a_section_in_which_an_equation_failed_is_open(project: Path) -> None:
    found = check_of(project)
    row = row_of_sigmoid(found)
    row["ok"] = found["ok"] = False
    row["equations"] |= {
        "held": row["equations"]["run"] - 1,
        "wrong": [{"equation": "36", "line": 1, "message": "does not hold"}],
    }
    opened = re.findall(r'<details class="[^"]*" open>\s*<summary><h\d id="([^"]+)"', page_with(project, found))
    assert opened == ["exercises", "checked"]
    assert "<details open" not in page_with(project, check_of(project))


def test_where_it_is_not_recorded_which_equation_failed_none_is_called_right(project: Path) -> None:
    found = check_of(project)
    row_of_sigmoid(found)["ok"] = found["ok"] = False
    row_of_sigmoid(found)["equations"]["held"] -= 1
    page = page_with(project, found)
    assert 'class="mark held' not in page
    assert "which is not recorded" in page


def test_a_text_that_changed_since_the_check_carries_no_marks(project: Path) -> None:
    page = page_with(project, check_of(project) | {"sources": {"derivations/activations/sigmoid.md": "another"}})
    assert "Changed since it was checked" in page
    assert 'class="mark' not in page


def test_until_equations_are_run_the_gradient_check_stands_alone(project: Path) -> None:
    found = check_of(project)
    for row in found["rows"]:
        del row["equations"], row["code"]
    page = page_with(project, found)
    assert "11,786 derivatives" in page
    assert 'class="mark' not in page


def test_without_a_model_of_ones_own_the_one_that_ships_answers(project: Path) -> None:
    assert find_network(project / "results").name == "digits"
    (project / "results" / "digits" / "model.npz").unlink()
    network = find_network(project / "results")
    assert network.name == ""
    assert network.content["test_accuracy"] > 0.98
    assert "784-128-10" in pages_of(project).digit(network)
    assert len(network.script()) < 150_000


def test_without_runs_the_gallery_says_how_to_make_one(project: Path) -> None:
    for path in (project / "results").glob("*/metrics.json"):
        path.unlink()
    runs, _, _ = read_runs(project / "results")
    assert "There are no runs yet" in pages_of(project).runs(runs)


def test_a_damaged_run_is_named_and_left_out(project: Path) -> None:
    results = project / "results"
    write(results / "broken" / "metrics.json", b"{")
    write(results / "list" / "metrics.json", b"[]")
    write(results / "odd" / "metrics.json", b'{"settings": 3}')
    write(results / "spiral" / "regions.png", b"not a picture")
    runs, files, problems = read_runs(results)
    assert {run.name for run in runs} == {"spiral", "digits"}
    assert "runs/spiral/regions.png" not in files
    assert [problem.partition(":")[0].removeprefix(f"{results}/") for problem in problems] == [
        "broken/metrics.json",
        "list/metrics.json",
        "odd/metrics.json",
        "spiral/regions.png",
    ]
    assert all("left out" in problem for problem in problems)


def test_what_was_not_run_is_said(project: Path) -> None:
    found = check_of(project)
    for row in found["rows"]:
        row["code"] = None
    page = page_with(project, found)
    assert "not run: there is no such check for this page" in page[page.index('id="checked"') :]
