"""`stepdown repair`: what happened, as typed, and the answers with their price."""

from __future__ import annotations

import json

import pytest

from scheduler.reading import read_instance, read_roster
from scheduler.verify import verify
from tests.cli.command import stepdown

NOW = ("--now", "2026-12-01T07:40")
LONG = ("--seconds", "300")


def test_a_clinician_is_out_and_the_answers_are_written(instance, roster, tmp_path):
    out = tmp_path / "answers"
    done = stepdown("repair", instance, roster, *NOW, *LONG, "--clinician", "dan", "--until", "18:00", "--out", out)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "1. Others take over, or other rooms"
    assert "no care lost; " in lines[1]
    assert any(line.startswith("   tell ana (dan is out): ") for line in lines)
    assert lines[-1].startswith("The first answer is proven to be the best")
    week = read_instance(out / "week.json")
    assert [(leave.first.day, leave.start, leave.end) for leave in next(c for c in week.clinicians if c.id == "dan").leave] == [
        (1, 460, 1080)
    ]
    answers = sorted(out.glob("roster-*.json"))
    assert 2 <= len(answers) <= 3
    assert all(verify(week, read_roster(path)) == () for path in answers)


def test_several_things_at_once_each_with_its_time(instance, roster):
    events = ("--clinician", "dan", "--from", "2026-12-02", "--until", "2026-12-03", "--hours", "ana", "--free", "thu 09:00-12:00")
    done = stepdown("repair", instance, roster, *NOW, *LONG, *events, "--closed", "all", "--from", "14:00", "--json")
    assert done.exit_code == 0
    week = json.loads(done.stdout)["instance"]
    assert [(c["date"], c["start"]) for c in week["program"]["closures"]] == [("2026-12-01", "14:00")]
    (leave,) = next(c for c in week["clinicians"] if c["id"] == "dan")["leave"][-1:]
    assert (leave["first"], leave["last"]) == ("2026-12-02", "2026-12-03")
    dates = next(p for p in week["participants"] if p["id"] == "ana")["availability"]["dates"]
    assert [entry["windows"] for entry in dates if entry["date"] == "2026-12-03"] == [[{"start": "09:00", "end": "12:00"}]]


def test_what_time_it_is_must_be_known(instance, roster):
    done = stepdown("repair", instance, roster, "--clinician", "dan")
    assert done.exit_code == 2
    assert "what time it is" in done.output


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ((), "nothing has happened"),
        (("--clinician", "zoe"), "there is no clinician zoe"),
        (("--clinician", "DAN"), "did you mean dan?"),
        (("--clinician", "dan", "--from", "06:00", "--until", "07:00"), "that was over"),
        (("--clinician", "dan", "--from", "2026-12-09", "--until", "2026-12-10"), "no part of it is in the week"),
        (("--clinician", "dan", "--until", "06:00"), "end is not after start"),
        (("--until", "12:00", "--clinician", "dan"), "write it after what it belongs to"),
        (("--clinician", "dan", "--until", "noon!"), "write a time such as 14:00"),
        (("--hours", "ana", "--free", "someday"), "mon 09:00-12:00"),
        (("--merge", "g1"), "name the other group"),
        (("--merge", "g1", "--into", "g1"), "another group than itself"),
        (("--merge", "g1", "--into", "g9"), "there is no group g9"),
        (("--split", "g1", "--into", "g1b"), "has met already"),
    ],
)
def test_a_mistake_says_what_to_write_instead(instance, roster, typed, sentence):
    done = stepdown("repair", instance, roster, *NOW, *typed)
    assert done.exit_code == 2
    assert sentence in " ".join(done.output.replace("│", " ").split())
