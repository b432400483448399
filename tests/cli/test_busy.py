"""`stepdown busy`: a look, then an instance with the busy time in it."""

import json

import pytest

from scheduler.reading import read_instance
from tests.cli.command import process, stepdown, week
from tests.exchange.busy.files import calendar, event

WEEKLY = event("20261103T0900", "20261103T1000", "SUMMARY:Quennell", "RRULE:FREQ=WEEKLY", uid="w")
ODD = "UID:o\nDTSTART:20261203T090000\nDTEND:20261203T100000\nSTATUS:TENTATIVE"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "week.json").write_text(json.dumps(week()))
    (tmp_path / "ana.ics").write_bytes(calendar(WEEKLY, ODD, event("20261204T0900", "20261204T1000", "STATUS:CANCELLED", uid="c")))
    return tmp_path


def busy(files, *more, name="ana.ics"):
    return stepdown("busy", files / name, "--instance", files / "week.json", *more)


def test_it_is_shown_and_nothing_is_written_without_out(files):
    done = busy(files, "--participant", "ana")
    assert done.exit_code == 0
    assert "27 busy spans from November 30, 2026" in done.stdout
    assert "Tue, Dec 1 09:00 - 10:00\n  Thu, Dec 3 09:00 - 10:00" in done.stdout
    assert "Not counted: 1 cancelled." in done.stdout
    assert "1 event: without a time zone; read in the program's (line 11)" in done.stdout
    assert "Returns every week, 96% of the busy time:\n  tue    09:00 - 10:00" in done.stdout
    assert "Quennell" not in done.output
    assert sorted(path.name for path in files.iterdir()) == ["ana.ics", "week.json"]


@pytest.mark.parametrize("option", ["--participant", "--clinician"])
def test_it_is_written_into_the_instance(files, option):
    person = "ana" if option == "--participant" else read_instance(files / "week.json").clinicians[0].id
    done = busy(files, option, person, "--out", files / "new.json", "--days", "7", "--ignore-tentative")
    assert done.exit_code == 0
    made = read_instance(files / "new.json")
    spans = made.participants[0].availability.busy if option == "--participant" else made.clinicians[0].busy
    assert [span.start.isoformat() for span in spans] == ["2026-12-01T14:00:00+00:00"]
    assert stepdown("validate", files / "new.json").exit_code == 0


def test_what_returns_is_written_as_windows(files):
    assert busy(files, "--participant", "ana", "--patterns", "--out", files / "week.json").exit_code == 0
    availability = read_instance(files / "week.json").participants[0].availability
    assert ([span.start.day for span in availability.busy], {w.end for w in availability.weekly if w.day == "tue"} >= {540}) == ([3], True)
    assert busy(files, "--clinician", read_instance(files / "week.json").clinicians[0].id, "--patterns").exit_code == 2


def test_json_for_programs(files):
    told = json.loads(busy(files, "--participant", "ana", "--json", "--days", "28").stdout)
    assert (len(told["busy"]["spans"]), told["pattern"]["kind"], told["instance"]) == (5, "every_week", None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<html>", "this is not a calendar file"),
        (calendar(WEEKLY)[:-30], "ends in the middle"),
        (calendar(WEEKLY.replace("America/New_York", "Quennell")), "time zone is neither known nor defined in the file"),
        (b"BEGIN:VCALENDAR\n" * 9, "nested too deeply"),
        (bytes(10_000_001), "larger than 10 MB"),
    ],
)
def test_bad_calendars_are_told_and_nothing_is_written(files, content, expected):
    (files / "bad.ics").write_bytes(content)
    done = busy(files, "--participant", "ana", "--out", files / "new.json", name="bad.ics")
    assert (done.exit_code, expected in done.stderr, "bad.ics" in done.stderr) == (2, True, True)
    assert "Quennell" not in done.stderr
    assert not (files / "new.json").exists()


def test_other_mistakes(files):
    assert "--participant or --clinician" in busy(files).stderr
    assert busy(files, "--participant", "ana", "--clinician", "x").exit_code == 2
    assert "no such participant" in busy(files, "--participant", "nobody").stderr
    assert busy(files, "--participant", "ana", name="missing.ics").exit_code == 2
    assert busy(files, "--participant", "ana", "--days", "401").exit_code == 2
    done = busy(files, "--participant", "ana", "--json", name="missing.ics")
    assert (done.exit_code, "missing.ics" in json.loads(done.stdout)["error"]) == (2, True)


def test_as_a_process_of_its_own(files):
    done = process("busy", files / "ana.ics", "--instance", files / "week.json", "--participant", "ana")
    assert (done.returncode, "Tue, Dec 1 09:00 - 10:00" in done.stdout) == (0, True)
