"""Where a missed session could be made up."""

from __future__ import annotations

import json

import pytest

from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.offers import make_up_places, make_up_times, make_ups
from scheduler.whatif import Whatif
from tests.build import at, free, group, instance, meet, participant, roster, run
from tests.cli.command import stepdown, written

TIMES = {"g1": ("mon", "09:00"), "g2": ("tue", "09:00"), "g3": ("wed", "09:00"), "g4": ("thu", "09:00")}


def week(now: str = "mon", **ana) -> Whatif:
    """It is noon; ana is in the first group of four, ben in all, and the others hold two."""
    groups = [group(id, *time, maximum=2 if id != "g3" else 1, reserve=0) for id, time in TIMES.items()]
    people = [participant("ana", **ana), participant("ben")]
    sessions = [run(id, *time, ("ana", "ben") if id == "g1" else ("ben",)) for id, time in TIMES.items()]
    before = roster(*sessions)
    made = instance(groups=groups, participants=people, now=at(now, "12:00"), published={"roster": before.model_dump()})
    return Whatif(Case(made), before)


def places(whatif: Whatif) -> list[tuple[str, int, str]]:
    return [(p.placed.session.group, p.seats, p.mode) for p in make_up_places(whatif, "g.g1.2026-11-30", "ana")]


def test_a_seat_of_the_same_service_later_this_week():
    assert places(week()) == [("g2", 1, "in_person"), ("g4", 1, "in_person")]


def test_what_has_begun_is_no_place():
    assert places(week("tue")) == [("g4", 1, "in_person")]


def test_hours_and_ceilings_hold():
    assert places(week(availability=free("08:00", "13:00", ("mon", "thu")))) == [("g4", 1, "in_person")]
    assert places(week(order={"minutes": {"floor": 0, "ceiling": 180}})) == []


def test_whoever_is_in_it_already_has_no_place_there():
    found = make_up_places(week(), "g.g1.2026-11-30", "ben")
    assert found == ()


@pytest.mark.parametrize(("session", "participant"), [("g.g9.2026-11-30", "ana"), ("g.g1.2026-11-30", "zoe")])
def test_what_is_not_there_is_refused(session, participant):
    with pytest.raises(EditError):
        make_up_places(week(), session, participant)


def appointments(now: str = "mon", **ana) -> Whatif:
    """It is noon; ana's appointment with dan was on Monday at 9; dan and cora work all day."""
    order = {"minutes": {"floor": 0, "ceiling": 600}, "services": [{"service": "individual", "per_week": 1}]}
    people = [participant("ana", order=order, **ana)]
    before = roster(meet("ana", "mon", "09:00"))
    made = instance(participants=people, now=at(now, "12:00"), published={"roster": before.model_dump()})
    return Whatif(Case(made), before)


def times(whatif: Whatif, who: str = "ana") -> list[tuple[int, str]]:
    return [(place.start, *place.clinicians) for place in make_up_times(whatif, "a.ana.individual.2026-11-30.1", who)]


class TestAppointments:
    def test_another_appointment_with_the_same_clinician_first(self):
        found = times(appointments(availability=free("09:00", "10:00", ("tue", "thu"))))
        tuesday, thursday = 1440, 3 * 1440
        assert {start - start % 1440 for start, _ in found} == {tuesday, thursday}
        assert found == sorted(found)
        assert {clinician for _, clinician in found} == {"dan"}
        assert len({start for start, _ in found}) == len(found), "a time is offered once"

    def test_at_most_twelve(self):
        assert len(times(appointments())) == 12

    def test_what_has_passed_and_what_no_rule_allows_is_no_time(self):
        assert times(appointments("wed", availability=free("09:00", "10:00", ("tue",)))) == []
        assert times(appointments(availability=free("09:00", "09:40", ("tue",)))) == []

    def test_a_group_has_seats_and_not_times(self):
        assert make_up_times(week(), "g.g1.2026-11-30", "ana") == ()
        assert make_up_places(appointments(), "a.ana.individual.2026-11-30.1", "ana") == ()

    def test_what_is_not_there_is_refused(self):
        with pytest.raises(EditError):
            times(appointments(), "zoe")


def test_the_command(tmp_path):
    """A group by its name or a session by its id; what is not booked cannot be made up."""
    whatif = week()
    files = written(tmp_path, "week.json", whatif.case.instance), written(tmp_path, "roster.json", whatif.roster)
    said = stepdown("make-up", *files, "--missed", "ana@g1").stdout.splitlines()
    assert said[0] == "ana missed g.g1.2026-11-30: could make up for it"
    assert [line.split()[0] for line in said[1:]] == ["g.g2.2026-11-30", "g.g4.2026-11-30"]
    ((ana,), _) = json.loads(stepdown("make-up", *files, "--missed", "ana@g.g1.2026-11-30", "--json").stdout).values()
    (answer,) = ana["make_ups"]
    assert [place["session"] for place in answer["places"]] == ["g.g2.2026-11-30", "g.g4.2026-11-30"]
    for missed in ("ana@g2", "ana@g9", "ana"):
        assert stepdown("make-up", *files, "--missed", missed).exit_code == 2


def test_another_appointment_is_listed_too():
    """After the appointment of Monday morning."""
    answer = make_ups(appointments(), "a.ana.individual.2026-11-30.1", "ana")
    assert answer.places
    assert all(place.session is None for place in answer.places)
