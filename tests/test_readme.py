"""The README, tried: what a reader copies from it works, and what it points at exists."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from instances.catalogue import ENTRIES
from scheduler import read_instance, validate
from scheduler.cli.book import markdown_table
from scheduler.rules import RULES
from tests.cli.command import stepdown
from tests.source_tree import ROOT, imports_of, modules_of, tracked_files

README = (ROOT / "README.md").read_text(encoding="utf-8")
INSIDE = (ROOT / "scheduler" / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CONTRIBUTING.md", "scheduler/README.md", "instances/README.md", "instances/first.md", "benchmarks/README.md")


def blocks(language: str) -> list[str]:
    """The code blocks of the README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Every line of every shell block."""
    return [line for block in blocks("sh") for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a reader has saved the README's instance as `week.json`."""
    place = tmp_path_factory.mktemp("reader")
    (place / "week.json").write_text(blocks("json")[0], encoding="utf-8")
    return place


def test_the_instance_is_valid_without_a_warning(folder):
    assert len(blocks("json")) == 1
    assert validate(read_instance(folder / "week.json")) == ()


def test_every_command_runs_in_the_order_of_the_page(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for line in commands():
        program, *arguments = shlex.split(line)
        if program == "stepdown":
            done = stepdown(*arguments)
            assert done.exit_code == 0, f"{line}: {done.output}"
    assert (folder / "week" / "roster.html").is_file()
    assert (folder / "edited" / "calendars" / "index.csv").is_file()


def test_every_other_command_exists():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    others = [shlex.split(line) for line in commands() if not line.startswith("stepdown ")]
    assert [o for o in others if o != [".", ".venv/bin/activate"] and not (o[0] == "make" and o[1] in targets)] == []
    assert ["make", "demo"] in others
    assert ["make", "test"] in others


def test_no_recipe_names_a_variable_that_is_not_there():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    command = ["make", "--warn-undefined-variables", "--dry-run", *targets]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "mutate" in targets
    assert "undefined variable" not in asked.stderr


def test_what_the_first_week_is_said_to_answer_is_true(folder, monkeypatch):
    monkeypatch.chdir(folder)
    told = stepdown("solve", "week.json", "--out", "told", "--seconds", "10").output
    assert "2 of 2 participants booked" in told
    assert "p2 (C.D.): 180 of 360 minutes missing" in told
    assert "p2 is not free" in told


def test_the_library_example_runs(folder):
    example = folder / "example.py"
    example.write_text(blocks("python")[0], encoding="utf-8")
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


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page):
    path = ROOT / page
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    files = [link.partition("#")[0] for link in links if "://" not in link]
    assert [f for f in files if f and not (path.parent / f).exists()] == []


def test_every_size_has_its_row_of_figures():
    table = README.partition("<!-- figures -->")[2].partition("<!-- end of figures -->")[0]
    rows = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(rows) == sorted(f"{mode}_{size}" for mode in ("rebuild", "hold") for size in (24, 60, 120, 240))


def test_the_picture_is_small():
    assert 0 < (ROOT / "docs" / "roster.png").stat().st_size < 300_000


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


def test_the_table_of_rules_is_what_the_code_prints():
    assert "\n".join(markdown_table()) in INSIDE


def test_the_glossary_is_in_alphabetical_order_and_says_each_word_once():
    glossary = INSIDE.partition("## Glossary")[2].partition("\n## ")[0]
    words = re.findall(r"^- \*\*([^*]+)\*\*", glossary, re.MULTILINE)
    assert len(words) > 30
    assert words == sorted(set(words), key=str.lower)


def test_the_changelog_counts_the_rules_and_instances():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    hard, care, preference = (sum(rule.level == level for rule in RULES) for level in ("hard", "care", "preference"))
    assert f"{hard} hard rules, {care} of ordered care, {preference} preferences" in changelog
    assert f"{len(ENTRIES)} others, each for something named" in changelog
