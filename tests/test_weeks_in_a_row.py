"""Twelve weeks of a program of single hours, one after the other: admissions, discharges, a holiday, a sick therapist.

Every week is legal, everybody ordered groups is in some, and whatever is missing has a reason. Run under `make proof`; single steps of
it are tested in `tests/rollover`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from instances.hours import eating_disorder_evenings
from scheduler.case import Case
from scheduler.explain.unmet import FREE
from scheduler.instance import Instance
from scheduler.result import SolveResult
from scheduler.rollover import admit, close, discharge, give_leave, roll_over
from scheduler.roster import Roster
from scheduler.validation import errors, validate
from scheduler.verify import judge
from scheduler.view import View
from tests.solving import solved

pytestmark = pytest.mark.proof

WORK = 2.0
"""Deterministic time of each week."""
FIRST = eating_disorder_evenings().monday
Change = Callable[[Instance], Instance]


def newcomer(week: Instance, id: str, like: str, day: int) -> Instance:
    """Somebody new with the circumstances of another participant, admitted on a weekday."""
    model = next(p for p in eating_disorder_evenings().participants if p.id == like)
    return admit(week, model.model_copy(update={"id": id, "label": id.upper(), "guests": ()}), week.monday + timedelta(days=day))


def stepped_down(week: Instance, id: str) -> Instance:
    """A clinician has moved somebody to the second phase."""
    people = (p.model_copy(update={"phase": "iop2", "phase_since": week.monday}) if p.id == id else p for p in week.participants)
    return week.model_copy(update={"participants": tuple(people)})


def last_day(week: Instance, id: str, day: int) -> Instance:
    """Somebody's last day is a weekday of the week."""
    return discharge(week, id, week.monday + timedelta(days=day))


def therapist_away(week: Instance, day: int) -> Instance:
    """A therapist is on leave from Monday to a weekday."""
    return give_leave(week, "lcsw", week.monday, week.monday + timedelta(days=day))


CHANGES: dict[int, tuple[Change, ...]] = {
    2: (partial(close, day=date(2027, 1, 18)), partial(newcomer, id="n1", like="p10", day=1)),
    3: (partial(last_day, id="p9", day=2),),
    4: (partial(newcomer, id="n2", like="p4", day=0),),
    5: (partial(stepped_down, id="p1"), partial(stepped_down, id="p4")),
    6: (partial(therapist_away, day=1),),
    7: (partial(last_day, id="p12", day=3), partial(newcomer, id="n3", like="p6", day=2)),
    8: (partial(last_day, id="p10", day=1), partial(last_day, id="p13", day=3)),
    9: (partial(newcomer, id="n4", like="p12", day=0), partial(newcomer, id="n5", like="p1", day=1)),
    10: (partial(stepped_down, id="p7"),),
    12: (partial(close, day=FIRST + timedelta(weeks=11, days=3)),),
}
"""By number of the week, what people entered before it was solved."""


def checked(week: Instance, result: SolveResult) -> Roster:
    """The roster of a week: legal, everybody in groups, and a reason for whatever is missing."""
    roster = result.roster
    assert roster is not None, result.message
    case = Case(week)
    verdict, view = judge(case, roster), View(case, roster)
    assert verdict.violations == ()
    attending = [p for p in case.participants if case.care.is_served(p) and case.care.order(p).floor]
    assert [p for p in attending if not any(visit.group for visit in view.visits[p])] == []
    assert [item.what for item in result.unmet if not item.causes or item.causes[0].rule == FREE] == []
    assert sum(item.amount * item.factor for item in result.unmet) == verdict.score.care
    return roster


def test_week_after_week_is_legal_and_nobody_is_dropped_without_a_reason() -> None:
    """Martin Luther King Day is the second Monday; the twelfth week has a closed Thursday."""
    week = eating_disorder_evenings()
    roster = checked(week, solved(week, WORK))
    for number in range(2, 13):
        week = roll_over(week, roster).instance
        for change in CHANGES.get(number, ()):
            week = change(week)
        assert errors(validate(week)) == ()
        roster = checked(week, solved(week, WORK))
