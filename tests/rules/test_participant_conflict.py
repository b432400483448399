"""Words to numbers for `participant_conflict`."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.timegrid import Span
from scheduler.view import View
from tests.build import group, instance, meet, participant, run, view, windows
from tests.faces import both, check_amount, model_amount

RULE = ParticipantConflict()
BLOCK = run("g", "mon", "09:00", ("ana",))


def day(*sessions: dict[str, object], between_sites: int = 40, **person: object) -> View:
    """Ana's day: 25 minutes from home to site s1, 35 to s2, 40 between them unless given."""
    program = {
        "id": "p",
        "zone": "America/New_York",
        "sites": [{"id": site, "hours": windows("06:00", "22:00")} for site in ("s1", "s2")],
        "travel": [{"a": "s2", "b": "s1", "minutes": between_sites}],
    }
    services = [{"service": "individual", "per_week": 2}]
    ana = participant("ana", order={"services": services}, travel={"s1": 25, "s2": 35}, modes=["in_person", "telehealth"], **person)
    return view(instance(program=program, participants=[ana], groups=[group("g")]), *sessions)


def test_touching_is_legal() -> None:
    """The block ends at 12:00 and the appointment begins then."""
    assert both(RULE, day(BLOCK, meet("ana", "mon", "12:00"))) == (0, 0)


@pytest.mark.parametrize(("start", "missing"), [("11:59", 1), ("11:43", 17), ("10:00", 120), ("09:00", 50)])
def test_overlapping_minutes_are_missing(start: str, missing: int) -> None:
    """17 minutes before the end of the block: 17 missing; at the same start: all 50 of the shorter one."""
    assert both(RULE, day(BLOCK, meet("ana", "mon", start))) == (missing, None)


def test_the_same_minute_of_another_day_is_free() -> None:
    """Tuesday 10:00 does not meet Monday's block."""
    assert both(RULE, day(BLOCK, meet("ana", "tue", "10:00"))) == (0, 0)


@pytest.mark.parametrize(("start", "missing"), [("12:40", 0), ("12:39", 1), ("12:03", 37)])
def test_travel_between_sites_counts(start: str, missing: int) -> None:
    """40 minutes from s1 to s2, given for the other direction."""
    found = both(RULE, day(BLOCK, meet("ana", "mon", start, site="s2", room=None)))
    assert found == (missing, None if missing else 0)


@pytest.mark.parametrize(("start", "missing"), [("12:25", 0), ("12:24", 1), ("12:00", 25)])
def test_the_way_home_counts_before_telehealth(start: str, missing: int) -> None:
    """25 minutes home from s1."""
    assert both(RULE, day(BLOCK, meet("ana@home", "mon", start))) == (missing, None if missing else 0)


@pytest.mark.parametrize(("start", "missing"), [("07:45", 0), ("07:46", 1), ("08:10", 25)])
def test_the_way_from_home_counts_after_telehealth(start: str, missing: int) -> None:
    """50 minutes of telehealth and 25 of travel before the block at 9:00."""
    assert both(RULE, day(meet("ana@home", "mon", start), BLOCK)) == (missing, None if missing else 0)


def test_telehealth_from_the_building_needs_no_travel() -> None:
    """Who may join from the site is there already; an overlap stays one."""
    assert both(RULE, day(BLOCK, meet("ana@home", "mon", "12:00"), may_join_from_site=True)) == (0, 0)
    assert both(RULE, day(BLOCK, meet("ana@home", "mon", "11:59"), may_join_from_site=True)) == (1, None)


def test_two_telehealth_sessions_may_touch() -> None:
    """No travel between two sessions at home."""
    assert both(RULE, day(meet("ana@home", "mon", "09:00"), meet("ana@home", "mon", "09:50", ordinal=2))) == (0, 0)


def test_a_call_on_the_way_does_not_shorten_the_way() -> None:
    """At s1 until 12:00, a call until 12:50, at s2 at 12:50: the 60 minutes between the sites lack 10."""
    sessions = (BLOCK, meet("ana@home", "mon", "12:00"), meet("ana", "mon", "12:50", ordinal=2, site="s2", room=None))
    assert both(RULE, day(*sessions, between_sites=60, may_join_from_site=True)) == (10, None)
    assert both(RULE, day(*sessions, between_sites=50, may_join_from_site=True)) == (0, 0)


def test_the_violation_names_person_and_sessions() -> None:
    """About ana, with both sessions."""
    sessions = (BLOCK, meet("ana", "mon", "11:43"))
    made = day(*sessions)
    (found,) = RULE.check(made.case, made)
    assert (found.about, found.sessions) == (("ana",), (sessions[0]["id"], sessions[1]["id"]))


@pytest.mark.parametrize("minutes", [50, 180, 200])
@pytest.mark.parametrize("site", ["s1", "s2", None])
def test_all_times_beside_a_block_are_judged_like_each(minutes: int, site: str | None) -> None:
    """To the minute, from five hours before the block to an hour after it; shorter than the block, as long and longer."""
    made = day(BLOCK, meet("ana", "mon", "12:00"))
    place, visit = (replace(v, site=site) if v.group is None else v for v in made.visits["ana"])
    visit = replace(visit, span=Span(visit.span.start, visit.span.start + minutes))
    starts = np.arange(place.span.start - 300, place.span.end + 60)
    found = RULE.conflicts_times(made.case, place, visit, starts)
    each = [replace(visit, span=Span(start, start + minutes)) for start in starts.tolist()]
    assert found is not None
    assert found.tolist() == [RULE.conflicts(made.case, *sorted((place, v), key=lambda v: v.span)) for v in each]


@pytest.mark.unmeasured
@pytest.mark.parametrize("joins", [False, True])
def test_faces_agree_on_a_sweep_of_two_appointments(joins: bool) -> None:
    """Two appointments around the block, on site, at the other site or from home."""
    places = ({}, {"site": "s2", "room": None}, {"person": "ana@home"})
    for (first, at), (second, then) in product(product(("07:30", "07:45", "08:10", "11:10"), places), product(("12:00", "12:40"), places)):
        early = meet(**{"person": "ana", "day": "mon", "time": first} | at)
        late = meet(**{"person": "ana", "day": "mon", "time": second, "ordinal": 2} | then)
        made = day(early, BLOCK, late, may_join_from_site=joins)
        assert (check_amount(RULE, made) == 0) == (model_amount(RULE, made) == 0)
