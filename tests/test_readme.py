"""The README and the pages of `docs`, tried: what a reader copies from them works, and what they point at exists."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler import read_instance, validate
from tests.cli.command import stepdown
from tests.pages import PAGES, WALK, blocks, commands, smallest_week
from tests.source_tree import ROOT, imports_of, modules_of, tracked_files
from tools.picture_states import README_STATES

pytestmark = pytest.mark.unmeasured

README = (ROOT / "README.md").read_text(encoding="utf-8")
INSIDE = (ROOT / "scheduler" / "README.md").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a reader has saved the smallest week as `week.json`."""
    place = tmp_path_factory.mktemp("reader")
    (place / "week.json").write_text(smallest_week(), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def outputs(folder: Path) -> dict[str, str]:
    """What each command of the pages says, run once and in their order."""
    said: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line in dict.fromkeys(line for page in WALK for line in commands(page) if line.startswith("stepdown ")):
            # On a busy machine, too, a search ends with a proof.
            done = stepdown(*shlex.split(re.sub(r"--seconds \d+", "--seconds 600", line))[1:])
            assert done.exit_code == 0, f"{line}: {done.output}"
            said[line] = done.output
    return said


@pytest.mark.parametrize("number", [0, 1])
def test_the_instances_of_the_first_week_have_only_the_warning_that_the_page_tells(number, tmp_path):
    (tmp_path / "week.json").write_text(blocks(ROOT / "docs" / "first-week.md", "json")[number], encoding="utf-8")
    codes = [issue.code for issue in validate(read_instance(tmp_path / "week.json"))]
    assert codes == ["order_out_of_reach"]


def test_every_command_runs_in_the_order_of_the_pages(outputs, folder):
    assert len(outputs) > 12
    for name in (
        "week/roster.html",
        "example-week/roster.html",
        "edited/calendars/index.csv",
        "roster.xlsx",
        "next/roster.json",
        "monday/roster.json",
    ):
        assert (folder / name).is_file(), name


def test_what_the_first_week_runs_answers_as_its_page_says(outputs):
    said = outputs["stepdown solve week.json --out week --seconds 10"]
    assert "2 of 2 participants booked" in said
    assert "p2 (C.D.): 180 of 360 minutes missing" in said
    assert "p2 is not free" in said


def test_what_a_bad_monday_runs_says_who_is_affected(outputs):
    said = outputs["stepdown compare monday.json week/roster.json monday/roster.json"]
    assert "p1" in said
    assert "p2" in said


def test_every_other_command_exists():
    others = [shlex.split(line) for page in WALK for line in commands(page) if not line.startswith("stepdown ")]
    assert [o for o in others if o != [".", ".venv/bin/activate"] and not (o[0] == "make" and o[1] in TARGETS)] == []
    assert ["make", "demo"] in others


def test_no_recipe_names_a_variable_that_is_not_there():
    command = ["make", "--warn-undefined-variables", "--dry-run", *TARGETS]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "mutate" in TARGETS
    assert "undefined variable" not in asked.stderr


def test_the_library_example_runs(folder):
    example = folder / "example.py"
    example.write_text(blocks(ROOT / "docs" / "library.md", "python")[0], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(example)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "()"
    assert "2 sessions" in done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    files = [link.partition("#")[0] for link in links if "://" not in link]
    assert [f for f in files if f and not (page.parent / f).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_exists(page):
    named = re.findall(r"`((?:api|benchmarks|docs|findings|instances|scheduler|tests|tools)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_size_has_its_row_of_figures():
    table = (
        (ROOT / "docs" / "how-good.md").read_text(encoding="utf-8").partition("<!-- figures -->")[2].partition("<!-- end of figures -->")[0]
    )
    rows = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(rows) == sorted(f"{mode}_{size}" for mode in ("rebuild", "hold") for size in (24, 60, 120, 240))


def test_pictures_are_few_and_small_and_said_in_words():
    pictures = re.findall(r"!\[(.*?)\]\((docs/\w+\.png)\)", README)
    assert sorted(path for _, path in pictures) == sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.png"))
    assert [path for text, path in pictures if len(text) < 40] == []
    assert [path for _, path in pictures if not 0 < (ROOT / path).stat().st_size < (300_000 if "roster" in path else 150_000)] == []


def test_pictures_of_pages_are_those_that_the_tool_draws():
    assert {f"docs/{state.name}.png" for state in README_STATES} | {"docs/roster.png"} == set(re.findall(r"\((docs/\w+\.png)\)", README))


def test_the_map_names_what_the_tree_holds():
    """Every line of the map is a part of `scheduler`, and every part has one line."""
    parts = {module.split(".")[1] for module in modules_of("scheduler") if "." in module}
    tracked = {path.relative_to(ROOT / "scheduler").parts[0].removesuffix(".py") for path in tracked_files() if is_module(path)}
    assert sorted(drawn_parts()) == sorted(parts & tracked)


def test_no_part_imports_from_a_line_below_its_own():
    parts = drawn_parts()
    found = []
    for module, path in modules_of("scheduler").items():
        for name in imports_of(module, path, for_types=False):
            here, there = (f"{n}..".split(".")[1] for n in (module, name))
            if name.startswith("scheduler.") and here in parts and there in parts and parts.index(there) > parts.index(here):
                found.append(f"{module} imports {name}")
    assert found == []


def drawn_parts() -> list[str]:
    """The parts of `scheduler` that the map draws, from the ground up."""
    drawn = INSIDE.partition("## Map")[2].partition("```\n")[2].partition("```")[0]
    return re.findall(r"^  (\w+)(?:/|\.py) ", drawn, re.MULTILINE)


def is_module(path: Path) -> bool:
    """Whether a tracked file is a Python file inside the scheduler, its own `__init__.py` left out."""
    return path.suffix == ".py" and path.is_relative_to(ROOT / "scheduler") and path != ROOT / "scheduler" / "__init__.py"


def test_the_glossary_is_in_alphabetical_order_and_says_each_word_once():
    glossary = INSIDE.partition("## Glossary")[2].partition("\n## ")[0]
    words = re.findall(r"^- \*\*([^*]+)\*\*", glossary, re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(set(words), key=str.lower)
