"""Files of others are not overwritten; those of earlier runs are."""

from __future__ import annotations

import shlex
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.command import stepdown
from tests.pages import WALK, commands
from tests.source_tree import ROOT


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["roster.html", "roster.csv", "roster.json", "result.json", "calendars/index.csv"])
def test_a_solve_stops_before_it_begins(instance, tmp_path, name):
    own = tmp_path / "out" / name
    own.parent.mkdir(parents=True)
    own.write_text('{"mine": "my notes"}\n', encoding="utf-8")
    done = stepdown("solve", instance, "--out", tmp_path / "out", "--seconds", "1")
    assert done.exit_code == 2
    assert f"{own} was not written by Stepdown, and is not overwritten" in done.stderr
    assert files_in(tmp_path / "out") == {name: own.read_bytes()}


def test_what_an_export_wrote_is_written_again(instance, roster, tmp_path):
    out = tmp_path / "out"
    export = ("export", instance, roster, "--out", out, "--xlsx-roster", tmp_path / "r.xlsx", "--xlsx", tmp_path / "w.xlsx")
    more = ("--csv", tmp_path / "w.zip")
    assert [stepdown(*export, *more).exit_code for _ in range(2)] == [0, 0]
    assert [stepdown("export", instance, "--csv", tmp_path / "tables").exit_code for _ in range(2)] == [0, 0]


@pytest.mark.parametrize(
    "command",
    [
        ("export", "{week}", "--xlsx", "{mine}.xlsx"),
        ("export", "{week}", "--csv", "{mine}.zip"),
        ("export", "{week}", "{roster}", "--xlsx-roster", "{mine}.xlsx"),
        ("next", "{week}", "{roster}", "--out", "{mine}.json"),
        ("next", "{week}", "{roster}", "--out", "{mine}.xlsx"),
        ("generate", "--participants", "8", "--seed", "1", "--out", "{mine}.json"),
        ("generate", "--participants", "8", "--seed", "1", "--out", "{mine}.txt"),
        ("template", "{mine}.xlsx"),
    ],
)
def test_a_file_of_somebody_else_stays(instance, roster, tmp_path, command):
    mine = tmp_path / "mine"
    words = [word.format(week=instance, roster=roster, mine=mine) for word in command]
    own = next(Path(word) for word in words if word.startswith(str(mine)))
    own.write_text("my notes\n", encoding="utf-8")
    done = stepdown(*words)
    assert (done.exit_code, own.read_text(encoding="utf-8")) == (2, "my notes\n")
    assert str(own) in done.stderr


def test_an_empty_file_is_filled(instance, roster, tmp_path):
    (tmp_path / "next.json").touch()
    assert stepdown("next", instance, roster, "--out", tmp_path / "next.json").exit_code == 0


def test_a_workbook_that_was_filled_in_is_not_replaced_by_a_template(tmp_path):
    book = tmp_path / "program.xlsx"
    assert stepdown("template", book, "--example").exit_code == 0
    done = stepdown("template", book)
    assert (done.exit_code, "already exists" in done.stderr) == (2, True)


def test_a_table_of_somebody_else_stays(instance, tmp_path):
    table = tmp_path / "tables" / "Rooms.csv"
    table.parent.mkdir()
    table.write_text("Plant,Water\nfern,daily\n", encoding="utf-8")
    assert stepdown("export", instance, "--csv", table.parent).exit_code == 2
    assert table.read_text(encoding="utf-8") == "Plant,Water\nfern,daily\n"


def test_what_the_pages_write_is_ignored_by_git():
    options = {"--out", "--xlsx", "--csv", "--xlsx-roster"}
    written = {"week.json"}
    for page in WALK:
        for words in map(shlex.split, commands(page)):
            written |= {value for option, value in pairwise(words) if option in options}
            written |= {words[2]} if words[:2] == ["stepdown", "template"] else set()
    command = ["git", "check-ignore", "--no-index", *(name if "." in name else f"{name}/" for name in sorted(written))]
    ignored = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    assert {name.rstrip("/") for name in ignored} == written
    assert "example-week" in written
