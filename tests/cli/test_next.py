"""`stepdown next`: the routine Thursday and a bad Monday, each in three commands and without an editor."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from scheduler.instance import Instance
from scheduler.reading import read_instance
from tests.build import participant
from tests.cli.command import PEOPLE, stepdown, week, written
from tests.exchange.workbook.ods import as_ods


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the next week is written."""
    return tmp_path / "next.json"


def person(week: Instance, id: str) -> Any:
    """A participant of a week."""
    return next(p for p in week.participants if p.id == id)


class TestThursday:
    def test_the_week_after_is_solved_and_compared_without_an_editor(self, instance, roster, out, tmp_path):
        done = stepdown("next", instance, roster, "--out", out)
        assert (done.exit_code, done.stderr) == (0, "")
        assert "next.json: week of December 7, 2026, ready to solve. 3 participants." in done.stdout
        assert stepdown("solve", out, "--out", tmp_path / "next", "--seconds", "300").exit_code == 0
        compared = stepdown("compare", out, roster, tmp_path / "next" / "roster.json")
        assert compared.exit_code == 0
        assert compared.stdout.splitlines()[0] == "Nothing changed."

    def test_changes_are_entered_each_with_its_dates(self, roster, out, tmp_path):
        waiting = [*week()["participants"], participant("dee", status="waiting"), participant("eve", status="on_hold")]
        before = written(tmp_path, "week.json", week(participants=waiting))
        changes = ["--discharge", "ana", "--on", "2026-12-09", "--sick", "cora", "--from", "2026-12-08", "--to", "2026-12-10"]
        changes += ["--admit", "dee", "--sick", "dan", "--admit", "eve", "--on", "2026-12-11", "--closed", "2026-12-12"]
        assert stepdown("next", before, roster, "--out", out, *changes).exit_code == 0
        following = read_instance(out)
        assert person(following, "ana").discharge == date(2026, 12, 9)
        assert [person(following, p).admitted for p in ("dee", "eve")] == [date(2026, 12, 7), date(2026, 12, 11)]
        assert [[(leave.first.day, leave.last.day) for leave in c.leave] for c in following.clinicians] == [[(8, 10)], [(7, 7)]]
        assert [closure.date for closure in following.program.closures] == [date(2026, 12, 12)]

    def test_somebody_new_comes_from_a_file(self, instance, roster, out, tmp_path):
        new = written(tmp_path, "new.json", participant("dee"))
        assert stepdown("next", instance, roster, "--out", out, "--admit", new, "--on", "2026-12-08").exit_code == 0
        assert person(read_instance(out), "dee").admitted == date(2026, 12, 8)

    @pytest.mark.parametrize("name", ["next.xlsx", "next.zip"])
    def test_a_workbook_goes_in_and_out(self, instance, roster, out, tmp_path, name):
        first, second = tmp_path / name, tmp_path / f"second-{name}"
        assert stepdown("next", instance, roster, "--out", first).exit_code == 0
        assert stepdown("solve", instance, "--out", tmp_path / "week", "--seconds", "300").exit_code == 0
        assert stepdown("next", instance, roster, "--out", out).exit_code == 0
        assert stepdown("import", first, "--out", tmp_path / "read.json").exit_code == 0
        assert read_instance(tmp_path / "read.json") == read_instance(out)
        empty = written(tmp_path, "empty.json", {"monday": "2026-12-07", "zone": "America/New_York"})
        done = stepdown("next", first, empty, "--out", second, "--closed", "2026-12-14")
        assert (done.exit_code, second.is_file()) == (0, True)
        assert "week of December 14, 2026" in done.stdout

    def test_a_workbook_of_libreoffice_is_asked_about_and_answered(self, instance, roster, out, tmp_path):
        assert stepdown("export", instance, "--xlsx", tmp_path / "week.xlsx").exit_code == 0
        book = openpyxl.load_workbook(tmp_path / "week.xlsx")
        free = next(cell.column for cell in book["Participants"][1] if cell.value == "Free")
        book["Participants"].cell(2, free).value = "mon-fri 1-8"
        book.save(tmp_path / "week.xlsx")
        saved = tmp_path / "week.ods"
        saved.write_bytes(as_ods((tmp_path / "week.xlsx").read_bytes()))
        asked = stepdown("next", saved, roster, "--out", out)
        assert (asked.exit_code, out.exists()) == (2, False)
        assert "To answer for the whole workbook, add --times pm or --times am." in asked.stderr
        done = stepdown("next", saved, roster, "--out", out, "--times", "pm")
        assert (done.exit_code, out.is_file()) == (0, True)

    def test_ods_is_not_written(self, instance, roster, tmp_path):
        done = stepdown("next", instance, roster, "--out", tmp_path / "next.ods")
        assert (done.exit_code, ".xlsx, which LibreOffice opens" in " ".join(done.stderr.split())) == (2, True)

    def test_json_has_the_notes_and_the_issues(self, roster, out, tmp_path):
        pin = {"kind": "booking", "participant": "ana", "group": "g1"}
        before = written(tmp_path, "week.json", week(pins=[pin]))
        done = stepdown("next", before, roster, "--out", out, "--json")
        assert json.loads(done.stdout) == {
            "instance": str(out),
            "monday": "2026-12-07",
            "notes": ["1 pin left out: a pin holds for one week. Everyone keeps their place; add the pins still needed."],
            "issues": [],
        }


class TestMonday:
    def test_the_rest_of_the_week_is_planned_from_now(self, instance, roster, out, tmp_path):
        sick = ["--now", "2026-11-30T07:40", "--sick", "cora"]
        assert stepdown("next", instance, roster, "--out", out, *sick).exit_code == 0
        monday = read_instance(out)
        assert (monday.monday, str(monday.now)) == (date(2026, 11, 30), "2026-11-30 07:40:00-05:00")
        assert monday.published is not None
        assert [leave.first for leave in monday.clinicians[0].leave] == [date(2026, 11, 30)]
        assert stepdown("solve", out, "--out", tmp_path / "monday", "--seconds", "300").exit_code == 0
        assert stepdown("compare", out, roster, tmp_path / "monday" / "roster.json").exit_code == 0

    def test_sick_from_today_where_no_date_is_given(self, instance, roster, out):
        stepdown("next", instance, roster, "--out", out, "--now", "2026-12-02T07:40:00-05:00", "--sick", "cora", "--to", "2026-12-03")
        assert [(leave.first.day, leave.last.day) for leave in read_instance(out).clinicians[0].leave] == [(2, 3)]

    def test_a_time_in_the_next_week_plans_its_rest(self, instance, roster, out):
        stepdown("next", instance, roster, "--out", out, "--now", "2026-12-08T12:00")
        following = read_instance(out)
        assert (following.monday, str(following.now)) == (date(2026, 12, 7), "2026-12-08 12:00:00-05:00")


class TestBadInput:
    @pytest.mark.parametrize(
        ("more", "message"),
        [
            (["--from", "2026-12-08"], "write it after the --sick it belongs to, once"),
            (["--closed", "2026-12-08", "--on", "2026-12-08"], "write it after the --admit or --discharge it belongs to, once"),
            (["--sick", "cora", "--to", "2026-12-08", "--to", "2026-12-09"], "write it after the --sick it belongs to, once"),
            (["--discharge", "ana"], "give the last day of ana with --on"),
            (["--sick", "zoe"], "there is no clinician zoe: write the id of a clinician"),
            (["--now", "tomorrow"], "write date and time, such as 2027-01-11T07:40"),
            (["--now", "2026-12-14T08:00"], "give a time before 2026-12-14, the end of the next week"),
            (["--sick", "cora", "--from", "12/8/2026"], "does not match the format"),
        ],
    )
    def test_it_says_what_to_write(self, instance, roster, out, more, message):
        done = stepdown("next", instance, roster, "--out", out, *more)
        assert (done.exit_code, out.exists()) == (2, False)
        assert message in " ".join(done.stderr.replace("│", " ").split())

    def test_no_input_is_overwritten(self, instance, roster):
        done = stepdown("next", instance, roster, "--out", instance)
        assert (done.exit_code, "would be overwritten" in done.stderr) == (2, True)

    def test_the_name_says_the_kind_of_file(self, instance, roster, tmp_path):
        done = stepdown("next", instance, roster, "--out", tmp_path / "next.doc")
        assert (done.exit_code, "must end in .json, .xlsx or .zip" in done.stderr) == (2, True)

    def test_a_new_person_in_a_bad_file_is_refused_with_its_name(self, instance, roster, out, tmp_path):
        new = written(tmp_path, "new.json", {"id": "dee"})
        done = stepdown("next", instance, roster, "--out", out, "--admit", new)
        assert done.exit_code == 2
        assert "new.json: availability: add this field: it is required" in done.stderr

    def test_errors_of_the_next_week_are_said_and_it_is_written(self, instance, roster, out, tmp_path):
        new = written(tmp_path, "new.json", participant("dee", primary_therapist="zoe"))
        done = stepdown("next", instance, roster, "--out", out, "--admit", new)
        assert (done.exit_code, out.is_file()) == (2, True)
        assert "correct the 1 error above first" in done.stdout
        assert [p.id for p in read_instance(out).participants] == [*PEOPLE, "dee"]
