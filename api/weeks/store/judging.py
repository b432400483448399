"""Check a roster against its week as it is now, e.g. before publishing or after an edit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from api.kernel.errors import Place, Problem
from api.kernel.instance_checks import require_sound
from api.kernel.recent_results import RecentResults
from api.weeks.models.rosters import Difference, findings
from api.weeks.store.building import build_instance
from api.weeks.store.held_offers import without_held
from scheduler.case import Case
from scheduler.compare import compare_judged
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.verify import SHAPE, JudgedWeek

NEAR = timedelta(days=6)
"""A time this close to the week's Thursday noon is within or near the week in any time zone."""

_sound: RecentResults[tuple[str, date], Instance] = RecentResults(4)
"""Weeks that were checked last, and had no errors: a page shows the same week again and again."""


def week_now(session: Session, program: str, monday: date, now: datetime) -> Case:
    """A week as it is now, without what is held for people who are not in the program yet.

    Raises:
        Problem: No such program exists, or its data is inconsistent: lists every fault with its path.
    """
    instance = without_held(session, program, build_instance(session, program, monday, now), now)
    key = program, monday
    if _sound.find(key) == instance:
        return Case(instance)
    case = require_sound(instance)
    _sound.keep(key, instance)
    return case


def readable(case: Case, roster: Roster) -> JudgedWeek:
    """The roster with its verdict, if it fits the week.

    Raises:
        Problem: The roster names unknown ids, or belongs to another week: lists every fault of its shape.
    """
    faults = list(_early_faults(case.instance, roster))
    judged = None if any(place.code == "date_out_of_range" for place in faults) else JudgedWeek.of(case, roster)
    if judged is not None:
        faults += [Place(code=v.rule, path="sessions", message=v.message) for v in judged.verdict.violations if v.rule == SHAPE]
    if faults or judged is None:
        raise Problem("bad_reference", "The roster does not fit the week; every fault is listed.", faults)
    return judged


def _early_faults(instance: Instance, roster: Roster) -> Iterator[Place]:
    """Faults that no rule covers: appointments without participants, and times too far away to represent."""
    middle = datetime.combine(instance.monday, time(12)) + timedelta(days=3)
    for n, session in enumerate(roster.sessions):
        if session.group is None and not session.bookings:
            yield Place(code=SHAPE, path=f"sessions[{n}].bookings", message="name the appointment's participants")
        for name in ("start", "end"):
            if abs(getattr(session, name).replace(tzinfo=None) - middle) > NEAR:
                yield Place(code="date_out_of_range", path=f"sessions[{n}].{name}", message="name a time of this week")


def difference(before: JudgedWeek, after: JudgedWeek) -> Difference:
    """The difference between two rosters of a week, both judged by the same case."""
    old, new = before.verdict.violations, after.verdict.violations
    return Difference(
        broken=findings(v for v in new if v not in old),
        mended=findings(v for v in old if v not in new),
        comparison=compare_judged(before, after),
    )


def is_same_week(a: Instance, b: Instance) -> bool:
    """Whether two instances of a week are equal, apart from the time, the published roster and whether places were held."""
    aside = {"now": None, "published": None, "mode": None}
    return a.model_copy(update=aside) == b.model_copy(update=aside)
