"""Words to numbers for `closures`."""

import pytest

from scheduler.rules.closures import Closures
from tests.build import MONDAY, ZONE, at, group, instance, meet, participant, run, view, windows
from tests.faces import both

RULE = Closures()
SITES = [{"id": "s1", "hours": windows("09:00", "17:00")}]


def case(*sessions, mode="in_person", closures=(), remote=None, more=None, sites=SITES):
    """A site open 9:00-17:00 on workdays, with closures and telehealth hours."""
    program = {"id": "p", "zone": ZONE, "sites": sites, "closures": list(closures), "telehealth_hours": remote}
    people = [participant(p, modes=["in_person", "telehealth"]) for p in ("ana", "ben")]
    made = instance(program=program, participants=people, groups=[group("g", mode=mode)], **(more or {}))
    return view(made, *sessions)


def test_opening_hours_are_touched_on_both_sides():
    """9:00-12:00 and 16:10-17:00."""
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "16:10"))) == (0, 0)


@pytest.mark.parametrize(("start", "amount"), [("08:59", 1), ("08:53", 7), ("16:17", 7), ("17:00", 50), ("08:00", 50)])
def test_minutes_outside_count(start, amount):
    """A session of 50 minutes that begins too early, ends too late, or lies outside."""
    assert both(RULE, case(meet("ana", "mon", start))) == (amount, None)


def test_the_message_says_what_is_closed():
    """A remote place in a hybrid group from 8:00, an hour before the site opens and two before telehealth."""
    made = case(run("g", "mon", "08:00", ("ana", "ben@home"), mode="hybrid"), mode="hybrid", remote=windows("10:00", "20:00"))
    assert [found.message for found in RULE.check(made.case, made)] == [
        "site s1 is not open for 60 of the 180 minutes of Monday 2026-11-30 08:00-11:00 (g.g.2026-11-30)",
        "telehealth is not open for 120 of the 180 minutes of Monday 2026-11-30 08:00-11:00 (g.g.2026-11-30)",
    ]


@pytest.mark.parametrize(("start", "minutes"), [("00:00", 180), ("11:40", 20)])
def test_the_message_tells_a_closure_from_the_usual_hours(start, minutes):
    """Monday is closed, or from 11:40 on, while the site would be open."""
    made = case(run("g", "mon", "09:00", ("ana",)), closures=[{"date": MONDAY.isoformat(), "start": start}])
    (found,) = RULE.check(made.case, made)
    assert found.message == f"site s1 is closed for {minutes} of the 180 minutes of Monday 2026-11-30 09:00-12:00 (g.g.2026-11-30)"


def test_a_closed_date_and_closed_hours():
    """Monday closed: all 180 minutes; closed from 11:40 on: 20; closed from 12:00 on or on Tuesday: none."""
    meeting = run("g", "mon", "09:00", ("ana",))
    monday = {"date": MONDAY.isoformat()}
    assert both(RULE, case(meeting, closures=[monday])) == (180, None)
    assert both(RULE, case(meeting, closures=[{**monday, "start": "11:40"}])) == (20, None)
    assert both(RULE, case(meeting, closures=[{**monday, "start": "12:00"}])) == (0, 0)
    assert both(RULE, case(meeting, closures=[{"date": "2026-12-01"}])) == (0, 0)


def test_hours_in_the_middle_are_outside_too():
    """Closed from 10:00 to 10:25: 25 of the 180 minutes."""
    lunch = {"date": MONDAY.isoformat(), "start": "10:00", "end": "10:25"}
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), closures=[lunch])) == (25, None)


def test_telehealth_without_hours_of_its_own_follows_the_sites():
    """Only site closed, or the whole program: no telehealth; from 10:20 on: the last 30 minutes; with hours of its own it goes on."""
    home, closed = meet("ana@home", "mon", "10:00"), {"date": MONDAY.isoformat(), "site": "s1"}
    assert both(RULE, case(home, closures=[closed])) == (50, None)
    assert both(RULE, case(home, closures=[closed | {"start": "10:20"}])) == (30, None)
    assert both(RULE, case(home, closures=[closed | {"start": "10:50"}])) == (0, 0)
    assert both(RULE, case(home, closures=[closed], remote=windows("08:00", "18:00"))) == (0, 0)
    assert both(RULE, case(home, closures=[{"date": MONDAY.isoformat()}])) == (50, None)
    assert both(RULE, case(home, closures=[{"date": MONDAY.isoformat()}], remote=windows("08:00", "18:00"))) == (50, None)


def test_telehealth_is_open_while_any_site_is():
    """Site s1 is closed: s2 is open 12:00-20:00, so telehealth is, too; both closed: not."""
    sites = [*SITES, {"id": "s2", "hours": windows("12:00", "20:00")}]
    closed = [{"date": MONDAY.isoformat(), "site": site} for site in ("s1", "s2")]
    assert both(RULE, case(meet("ana@home", "mon", "12:00"), closures=closed[:1], sites=sites)) == (0, 0)
    assert both(RULE, case(meet("ana@home", "mon", "11:50"), closures=closed[:1], sites=sites)) == (10, None)
    assert both(RULE, case(meet("ana@home", "mon", "12:00"), closures=closed, sites=sites)) == (50, None)


def test_telehealth_may_have_its_own_hours():
    """Telehealth 10:00-20:00: at 19:10 legal, at 9:30 it begins 30 minutes early."""
    remote = windows("10:00", "20:00")
    assert both(RULE, case(meet("ana@home", "mon", "19:10"), remote=remote)) == (0, 0)
    assert both(RULE, case(meet("ana@home", "mon", "09:30"), remote=remote)) == (30, None)


def test_a_hybrid_session_needs_both_where_somebody_is_remote():
    """A hybrid group 9:00-12:00 with telehealth from 10:00: legal on site, 60 minutes too early for a remote place."""
    remote = windows("10:00", "20:00")
    on_site = run("g", "mon", "09:00", ("ana",), mode="hybrid")
    mixed = run("g", "mon", "09:00", ("ana", "ben@home"), mode="hybrid")
    assert both(RULE, case(on_site, mode="hybrid", remote=remote)) == (0, 0)
    assert both(RULE, case(mixed, mode="hybrid", remote=remote)) == (60, None)


def test_an_empty_run_needs_opening_hours_too():
    """A run on a closed Monday with nobody booked: 180."""
    assert both(RULE, case(run("g", "mon", "09:00"), closures=[{"date": MONDAY.isoformat()}])) == (180, None)


def test_what_has_happened_is_no_violation():
    """The program closed at 11:00 while the group was running."""
    meeting = run("g", "mon", "09:00", ("ana",))
    more = {"now": at("mon", "11:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [meeting]}}}
    closed = [{"date": MONDAY.isoformat(), "start": "11:00"}]
    assert both(RULE, case(meeting, closures=closed, more=more)) == (0, 0)
    assert both(RULE, case(meeting, meet("ben", "mon", "13:00"), closures=closed, more=more)) == (50, None)


@pytest.mark.unmeasured
@pytest.mark.parametrize("hour", range(7, 20))
@pytest.mark.parametrize("person", ["ana", "ana@home"])
def test_faces_agree_at_every_hour(hour, person):
    """An hourly start with hours closed from 12:00 to 13:00 and telehealth until 18:30."""
    lunch = {"date": MONDAY.isoformat(), "site": "s1", "start": "12:00", "end": "13:00"}
    made = case(meet(person, "mon", f"{hour:02d}:15"), closures=[lunch], remote=windows("08:00", "18:30"))
    amount, model = both(RULE, made)
    assert (amount == 0) == (model == 0)
