"""A roster judged by its week as it is now: before it is published, after it was edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from api.kernel.errors import Place, Problem
from api.kernel.soundness import require_sound
from api.weeks.models.rosters import Difference, findings
from api.weeks.store.building import build_instance
from scheduler.case import Case
from scheduler.compare import compare
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.verify import SHAPE, Verdict, judge

NEAR = timedelta(days=6)
"""What is this near to a week's Thursday noon, by any zone's clock, is in the week or close to it."""


def week_now(session: Session, program: str, monday: date, now: datetime) -> Instance:
    """The instance of a week as it is now.

    Raises:
        Problem: There is no such program, or what it keeps makes no sense together: all of it with its paths.
    """
    instance = build_instance(session, program, monday, now)
    require_sound(instance)
    return instance


def readable(instance: Instance, roster: Roster) -> Verdict:
    """The verdict on a roster that can be read.

    Raises:
        Problem: It names what does not exist, or is of another week: each fault of its shape.
    """
    faults = list(_early_faults(instance, roster))
    verdict = None if any(place.code == "date_out_of_range" for place in faults) else judge(Case(instance), roster)
    if verdict is not None:
        faults += [Place(code=v.rule, path="sessions", message=v.message) for v in verdict.violations if v.rule == SHAPE]
    if faults or verdict is None:
        raise Problem("bad_reference", "The roster does not fit the week; every fault is listed.", faults)
    return verdict


def _early_faults(instance: Instance, roster: Roster) -> Iterator[Place]:
    """Faults that no rule speaks of: appointments of nobody, and times so far away that no clock can show them."""
    middle = datetime.combine(instance.monday, time(12)) + timedelta(days=3)
    for n, session in enumerate(roster.sessions):
        if session.group is None and not session.bookings:
            yield Place(code=SHAPE, path=f"sessions[{n}].bookings", message="say whose appointment it is")
        for name in ("start", "end"):
            if abs(getattr(session, name).replace(tzinfo=None) - middle) > NEAR:
                yield Place(code="date_out_of_range", path=f"sessions[{n}].{name}", message="name a time of this week")


def difference(instance: Instance, before: Roster, after: Roster) -> Difference:
    """What changed from one roster to another, judged alike."""
    case = Case(instance)
    old, new = judge(case, before).violations, judge(case, after).violations
    return Difference(
        broken=findings(v for v in new if v not in old),
        mended=findings(v for v in old if v not in new),
        comparison=compare(instance, before, after),
    )


def is_same_week(a: Instance, b: Instance) -> bool:
    """Whether two instances of a week say the same, whatever time it is, whatever is published, and whether places were held."""
    aside = {"now": None, "published": None, "mode": None}
    return a.model_copy(update=aside) == b.model_copy(update=aside)
