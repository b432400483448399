"""`stepdown whatif`."""

from __future__ import annotations

import json

from tests.build import roster as roster_of
from tests.cli.command import stepdown, written


def test_places_of_a_booking_are_listed_and_forbidden_ones_counted(instance, roster):
    done = stepdown("whatif", instance, roster, "--booking", "ana")
    assert done.exit_code == 0
    title, *lines = done.stdout.splitlines()
    assert title == "ana: g1 on Monday 2026-11-30 09:00"
    assert any(line.startswith("  ") and "forbidden" in line for line in lines)
    listed = stepdown("whatif", instance, roster, "--booking", "ana", "--all").stdout
    assert "--all" not in listed
    assert len(listed.splitlines()) > len(lines)


def test_json_is_the_answer(instance, roster):
    (answer,) = json.loads(stepdown("whatif", instance, roster, "--booking", "ana", "--service", "process", "--json").stdout)["lists"]
    assert (answer["session"], answer["participant"]) == ("g.g1.2026-11-30", "ana")


def test_an_appointment_that_is_not_scheduled(instance, tmp_path):
    empty = written(tmp_path, "empty.json", roster_of())
    title, *lines = stepdown("whatif", instance, empty, "--booking", "ana").stdout.splitlines()
    assert title == "ana: individual, not scheduled"
    assert any(line.split()[0] in ("free", "costly") and "cora" in line for line in lines)


def test_leaders_and_rooms(instance, roster):
    for option, id in (("--session", "g1"), ("--clinician", "cora"), ("--room", "r1")):
        done = stepdown("whatif", instance, roster, option, id)
        assert done.exit_code == 0
        assert "for g.g1.2026-11-30 on Monday 2026-11-30 09:00" in done.stdout


def test_nothing_to_change(instance, tmp_path):
    empty = written(tmp_path, "empty.json", roster_of())
    assert stepdown("whatif", instance, empty, "--clinician", "cora").stdout == "There is nothing that could change.\n"


def test_what_is_not_there_is_refused(instance, roster):
    for options, message in (
        ((), "ask about one participant, session, clinician or room"),
        (("--booking", "ana", "--room", "r1"), "ask about one participant, session, clinician or room"),
        (("--booking", "zoe"), "zoe is no participant of the instance"),
        (("--booking", "ana", "--service", "yoga"), "yoga is no service of the instance"),
        (("--session", "g9"), "g9 is no session of the roster"),
        (("--clinician", "zoe"), "zoe is no clinician of the instance"),
        (("--room", "r9"), "r9 is no room of the instance"),
    ):
        done = stepdown("whatif", instance, roster, *options)
        assert done.exit_code == 2
        assert message in " ".join(done.stderr.split())
