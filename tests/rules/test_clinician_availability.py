"""Words to numbers for `clinician_availability`: lunch of 30 minutes in a duty over 6 h, 11 h of rest."""

from datetime import UTC
from itertools import product
from typing import Any

import numpy as np
import pytest

from scheduler.possible_visits import visit_at
from scheduler.rules.clinician_availability import ClinicianAvailability
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = ClinicianAvailability()
ORDER = {"order": {"services": [{"service": "individual"}]}, "modes": ["in_person", "telehealth"]}
PEOPLE = [participant("ana", **ORDER), participant("ben", **ORDER), participant("cho")]
GROUPS = [group("morning", time="08:00"), group("noon", time="11:30"), group("late", "mon", "18:00"), group("next", "tue", "08:00")]


def day(*sessions: dict[str, Any], values: dict[str, int] | None = None, **dan: Any) -> View:
    """Sessions of dan, who works Monday and Tuesday 7:00-22:00 unless given."""
    works = clinician("dan", **({"hours": windows("07:00", "22:00", ("mon", "tue"), site="s1")} | dan))
    made = instance(participants=PEOPLE, groups=GROUPS, clinicians=[works], policy={"values": values or {}})
    return view(made, *sessions)


def lead(group_id: str, weekday: str, time: str, minutes: int = 180) -> dict[str, Any]:
    """A group led by dan with cho."""
    return run(group_id, weekday, time, ("cho",), minutes=minutes, facilitators=["dan"])


@pytest.mark.parametrize(
    ("hours", "amount"),
    [(("09:00", "10:00"), 0), (("08:00", "09:59"), 1), (("08:00", "09:55"), 5), (("09:15", "12:00"), 15), (("11:00", "12:00"), 60)],
)
def test_session_and_notes_lie_in_working_hours(hours: tuple[str, str], amount: int) -> None:
    """Session 9:00-9:50 with notes to 10:00: hours to 10:00 touch, to 9:55 lack 5, from 9:15 lack 15, from 11:00 all 60."""
    made = day(meet("ana@home", "mon", "09:00"), hours=windows(*hours, ("mon",), site="s1"))
    assert both(RULE, made) == (amount, None if amount else 0)


def test_on_site_needs_hours_at_that_site() -> None:
    """Hours without a site admit telehealth (0), an on-site session lacks all 60 minutes."""
    home = windows("08:00", "12:00", ("mon",))
    assert both(RULE, day(meet("ana@home", "mon", "09:00"), hours=home)) == (0, 0)
    assert both(RULE, day(meet("ana", "mon", "09:00"), hours=home)) == (60, None)


def test_each_appointment_is_asked_for_itself() -> None:
    """Hours to 10:00: ana's session at 9:00 fits, ben's at 10:00 does not."""
    hours = windows("08:00", "10:00", ("mon",), site="s1")
    assert both(RULE, day(meet("ana", "mon", "09:00"), meet("ben", "mon", "10:00"), hours=hours)) == (60, None)


def test_group_is_followed_by_fifteen_minutes() -> None:
    """Group 8:00-11:00 with notes to 11:15: hours to 11:10 lack 5 minutes."""
    assert both(RULE, day(lead("morning", "mon", "08:00"), hours=windows("08:00", "11:15", ("mon",), site="s1"))) == (0, 0)
    assert both(RULE, day(lead("morning", "mon", "08:00"), hours=windows("08:00", "11:10", ("mon",), site="s1"))) == (5, None)


def test_leave_takes_hours_away() -> None:
    """Leave on Monday from 9:30: 30 of 60 minutes are outside; from 10:00 it touches."""
    leave = {"first": "2026-11-30", "last": "2026-11-30", "start": "09:30"}
    assert both(RULE, day(meet("ana", "mon", "09:00"), leave=[leave])) == (30, None)
    assert both(RULE, day(meet("ana", "mon", "09:00"), leave=[leave | {"start": "10:00"}])) == (0, 0)


def test_protected_time_stays_free() -> None:
    """Supervision from 9:55 loses 5 minutes to the notes of a session to 9:50; from 10:00 it touches."""
    supervision = {"day": "mon", "start": "09:55", "end": "11:00"}
    assert both(RULE, day(meet("ana", "mon", "09:00"), protected=[supervision])) == (5, None)
    assert both(RULE, day(meet("ana", "mon", "09:00"), protected=[supervision | {"start": "09:59"}])) == (1, None)
    assert both(RULE, day(meet("ana", "mon", "09:00"), protected=[supervision | {"start": "10:00"}])) == (0, 0)


def test_all_times_around_protected_time_are_judged_to_the_minute() -> None:
    """50 minutes and 10 for notes until supervision at 10:00, or after it at 11:00."""
    found = day(protected=[{"day": "mon", "start": "10:00", "end": "11:00"}]).case
    need = found.care.order("ana").needs[0]
    starts = [540 - 1, 540, 541, 600, 659, 660, 661]
    fits = RULE.admits_times(found, need, np.array(starts), "s1", "dan")
    assert fits is not None
    assert fits.tolist() == [True, True, False, False, False, True, True]
    assert fits.tolist() == [RULE.admits(found, visit_at(need, ("dan", start, "s1", "in_person"))) for start in starts]


@pytest.mark.unmeasured
def test_duty_over_the_limit_has_lunch() -> None:
    """Duty 8:00-14:30, 390 minutes, free 11:15-11:30: 15 of 30 minutes missing; legal with a limit of 390 or lunch of 15."""
    sessions = lead("morning", "mon", "08:00"), lead("noon", "mon", "11:30")
    assert both(RULE, day(*sessions)) == (15, None)
    assert both(RULE, day(*sessions, values={"duty_without_lunch": 389})) == (15, None)
    assert both(RULE, day(*sessions, values={"duty_without_lunch": 390})) == (0, 0)
    assert both(RULE, day(*sessions, values={"lunch_minutes": 15})) == (0, 0)
    assert both(RULE, day(*sessions, values={"lunch_minutes": 16})) == (1, None)


@pytest.mark.unmeasured
@pytest.mark.parametrize(("minutes", "amount"), [(360, 0), (361, 30)])
def test_a_single_session_can_be_a_duty_too_long(minutes: int, amount: int) -> None:
    """Six hours need no lunch, a minute more lacks all 30."""
    made = instance(participants=PEOPLE, groups=[group("endless", minutes=minutes)], clinicians=[clinician("cora")])
    found = view(made, run("endless", "mon", "09:00", ("cho",), minutes=minutes))
    assert both(RULE, found) == (amount, None if amount else 0)


@pytest.mark.unmeasured
def test_lunch_lies_in_the_window() -> None:
    """Duty 8:00-20:50, free 11:15-18:00: legal; with supervision 11:30-14:45 only 15 minutes of the window are left twice."""
    sessions = lead("morning", "mon", "08:00"), meet("ana", "mon", "20:00")
    assert both(RULE, day(*sessions)) == (0, 0)
    supervision = {"day": "mon", "start": "11:30", "end": "14:45"}
    assert both(RULE, day(*sessions, protected=[supervision])) == (15, None)
    assert both(RULE, day(*sessions, protected=[supervision | {"end": "14:30"}])) == (0, 0)


def test_late_duty_has_lunch_anywhere() -> None:
    """Duty 14:45-21:00 meets the window for 15 minutes only: the free time 15:45-18:00 will do; from 14:30 it meets for 30."""
    late = lead("late", "mon", "18:00")
    assert both(RULE, day(meet("ana", "mon", "14:45"), late)) == (0, 0)
    assert both(RULE, day(meet("ana", "mon", "14:30"), late)) == (30, None)


def test_early_duty_has_lunch_anywhere() -> None:
    """Duty 4:00-11:00 ends as the window begins: the free time 5:00-8:00 will do; with one more session it will not."""
    hours = windows("03:00", "22:00", ("mon",), site="s1")
    assert both(RULE, day(meet("ana", "mon", "04:00"), lead("morning", "mon", "08:00"), hours=hours)) == (0, 0)
    longer = meet("ben", "mon", "11:15")
    assert both(RULE, day(meet("ana", "mon", "04:00"), lead("morning", "mon", "08:00"), longer, hours=hours)) == (30, None)


def test_hours_that_reach_little_beyond_the_window_may_need_lunch_outside_it() -> None:
    """Six hours before or after the window, a minute over the limit: 5:00-11:00 and 15:00-21:00 have lunch anywhere."""
    limit = {"duty_without_lunch": 359}
    early, late = (windows(*hours, ("mon",), site="s1") for hours in (("05:00", "22:00"), ("07:00", "21:15")))
    assert both(RULE, day(meet("ana", "mon", "05:00"), lead("morning", "mon", "08:00"), values=limit, hours=early)) == (0, 0)
    assert both(RULE, day(meet("ana", "mon", "15:00"), lead("late", "mon", "18:00"), values=limit, hours=late)) == (0, 0)


def test_a_duty_that_cannot_be_late_has_lunch_in_the_window_or_before_it() -> None:
    """A limit of 6 h 30, and nothing after 21:00: a duty 8:00-15:20 has lunch in the window, a duty 4:00-11:00 before it."""
    values, hours = {"duty_without_lunch": 390}, windows("03:00", "16:00", ("mon",), site="s1")
    morning = lead("morning", "mon", "08:00")
    assert both(RULE, day(morning, meet("ana", "mon", "14:30"), values=values, hours=hours)) == (0, 0)
    assert both(RULE, day(meet("ana", "mon", "04:00"), morning, values=values, hours=hours)) == (0, 0)


def test_a_window_as_long_as_lunch_has_to_hold_it() -> None:
    """Duty 8:00-15:20 with a session at 12:00, in a window 12:00-12:30: the free time 13:00-14:30 will not do."""
    sessions = lead("morning", "mon", "08:00"), meet("ana", "mon", "12:00"), meet("ben", "mon", "14:30")
    assert both(RULE, day(*sessions, values={"lunch_start": "12:00", "lunch_end": "12:30"})) == (30, None)
    assert both(RULE, day(*sessions, values={"lunch_start": "12:00", "lunch_end": "12:29"})) == (0, 0)


@pytest.mark.unmeasured
def test_rest_is_eleven_hours() -> None:
    """Monday to 21:00, Tuesday from 8:00: exactly 11 h; with 11 h 20 the rest lacks 20 minutes. Notes do not count."""
    sessions = lead("late", "mon", "18:00"), lead("next", "tue", "08:00")
    assert both(RULE, day(*sessions)) == (0, 0)
    assert both(RULE, day(*sessions, values={"rest_minutes": 680})) == (20, None)
    assert both(RULE, day(*sessions, values={"rest_minutes": 661})) == (1, None)
    assert both(RULE, day(*sessions, meet("ana", "tue", "07:00"))) == (60, None)


def test_rest_begins_when_the_last_session_ends() -> None:
    """Monday's group to 21:00 begins before a session to 19:50 and ends after it: of 11 h 20 until 8:00, 20 minutes are missing."""
    sessions = lead("late", "mon", "18:00"), meet("ana", "mon", "19:00"), lead("next", "tue", "08:00")
    made = day(*sessions, values={"rest_minutes": 680})
    assert both(RULE, made) == (20, None)
    (found,) = RULE.check(made.case, made)
    assert found.sessions == (sessions[0]["id"], sessions[2]["id"])


def test_what_comes_after_the_past_is_judged() -> None:
    """Both sessions are outside the hours, and the first has happened: the 60 minutes of the second."""
    first = meet("ana", "mon", "07:00")
    works = clinician("dan", hours=windows("08:00", "10:00", ("mon",), site="s1"))
    published = {"roster": roster(first).model_dump(mode="json")}
    made = instance(participants=PEOPLE, groups=GROUPS, clinicians=[works], published=published, now=at("mon", "08:00").isoformat())
    assert both(RULE, view(made, first)) == (0, 0)
    assert both(RULE, view(made, first, meet("ben", "mon", "10:00"))) == (60, None)


@pytest.mark.unmeasured
def test_past_duty_is_not_judged() -> None:
    """Begun before 12:00: a duty 8:00-14:30 without lunch is nobody's fault any more; begun before 11:15 it can still change."""
    sessions = lead("morning", "mon", "08:00"), lead("noon", "mon", "11:30")
    published = {"roster": roster(*sessions).model_dump(mode="json")}
    works = clinician("dan", hours=windows("07:00", "22:00", ("mon", "tue"), site="s1"))
    for now, expected in (("12:00", (0, 0)), ("11:15", (15, None))):
        made = instance(participants=PEOPLE, groups=GROUPS, clinicians=[works], published=published, now=at("mon", now).isoformat())
        assert both(RULE, view(made, *sessions)) == expected


@pytest.mark.unmeasured
def test_faces_agree_on_all_lunches() -> None:
    """Two sessions and two groups around noon, at all quarter hours of some, with and without a meeting, lunch window 11:00-12:30."""
    works = clinician("dan", hours=windows("07:00", "15:30", ("mon",), site="s1"))
    meeting = {"protected": [{"day": "mon", "start": "11:45", "end": "12:15"}]}
    seen = set()
    for extra, limit in product(({}, meeting), (180, 300)):
        values = {"lunch_end": "12:30", "duty_without_lunch": limit, "lunch_minutes": 40}
        made = instance(participants=PEOPLE, groups=GROUPS, clinicians=[works | extra], policy={"values": values})
        for a, b in product(range(8 * 60, 12 * 60, 60), range(10 * 60, 14 * 60, 45)):
            sessions = [meet(p, "mon", f"{t // 60:02d}:{t % 60:02d}") for p, t in (("ana", a), ("ben", b))]
            for more in ([], [lead("noon", "mon", "11:30")]):
                amount, model = both(RULE, view(made, *sessions, *more))
                assert (amount == 0) == (model is not None)
                seen.add((bool(more), amount == 0))
    assert len(seen) == 4


def busy(weekday: str, start: str, end: str) -> dict[str, Any]:
    """Imported busy time, told by another zone's clock."""
    return {"start": at(weekday, start).astimezone(UTC).isoformat(), "end": at(weekday, end).astimezone(UTC).isoformat()}


def test_imported_busy_time_stays_free() -> None:
    """Busy from 9:35: 15 minutes of the session and 10 of its notes; from 10:00 it touches, until 9:00 as well."""
    assert both(RULE, day(meet("ana", "mon", "09:00"), busy=[busy("mon", "09:35", "11:00")])) == (25, None)
    assert both(RULE, day(meet("ana", "mon", "09:00"), busy=[busy("mon", "10:00", "11:00"), busy("mon", "08:00", "09:00")])) == (0, 0)


def test_busy_time_of_other_weeks_and_nights_counts_where_it_lies() -> None:
    """Busy from Sunday evening to Monday 9:20: 20 minutes; busy on Sunday alone: none."""
    night = {"start": "2026-11-29T20:00:00-05:00", "end": "2026-11-30T09:20:00-05:00"}
    assert both(RULE, day(meet("ana", "mon", "09:00"), busy=[night])) == (20, None)
    assert both(RULE, day(meet("ana", "mon", "09:00"), busy=[night | {"end": "2026-11-29T22:00:00-05:00"}])) == (0, 0)


@pytest.mark.unmeasured
def test_busy_time_counts_once_where_it_overlaps_protected_time_and_is_no_lunch() -> None:
    """Supervision 9:20-9:40 and busy 9:30-9:50 are 30 minutes; lunch 11:15-18:00 with busy time 11:30-14:45 lacks 15."""
    supervision = {"day": "mon", "start": "09:20", "end": "09:40"}
    made = day(meet("ana", "mon", "09:00"), protected=[supervision], busy=[busy("mon", "09:30", "09:50")])
    assert both(RULE, made) == (30, None)
    sessions = lead("morning", "mon", "08:00"), meet("ana", "mon", "20:00")
    assert both(RULE, day(*sessions, busy=[busy("mon", "11:30", "14:45")])) == (15, None)
    assert both(RULE, day(*sessions, busy=[busy("mon", "11:30", "14:30")])) == (0, 0)
