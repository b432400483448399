"""Units of authorizations that a week has used."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from scheduler.case import Case
from scheduler.instance import Authorization
from scheduler.rules._authorizations import Account, units_of
from scheduler.timegrid import WEEKDAYS
from scheduler.view import View


def after_week(case: Case, view: View, participant: str) -> tuple[Authorization, ...]:
    """A participant's authorizations on the Monday after a week, its sessions drawn as the rule `authorization` draws them."""
    used = _used(case, view, participant)
    next_monday = case.week.date_of(7)
    return tuple(_after(grant, used.get(grant.id, Counter()), next_monday) for grant in case.participants[participant].authorizations)


def drawn_in_week(case: Case, view: View, participant: str) -> dict[str, int]:
    """The units that a week draws, by authorization."""
    return {grant: units.total() for grant, units in _used(case, view, participant).items()}


def _after(grant: Authorization, used: Counter[date], next_monday: date) -> Authorization:
    """An authorization on a Monday.

    Args:
        used: Units by the date on which they were used, in the week before.
    """
    days_begun = -WEEKDAYS.index(grant.week_start) % 7
    since = next_monday - timedelta(days=days_begun)
    in_week = sum(units for day, units in used.items() if day >= since)
    counted_on = None if grant.counted_on is None else next_monday
    return grant.model_copy(update={"used": grant.used + used.total(), "used_in_week": in_week, "counted_on": counted_on})


def _used(case: Case, view: View, participant: str) -> dict[str, Counter[date]]:
    """By authorization and date, the units of a participant's sessions; a day unit once for each billable date."""
    visits = view.visits[participant]
    account = Account(case, participant, visits)
    _, drawn = account.draw(account.full, visits)
    minutes = Counter[int]()
    for visit in visits:
        minutes[visit.day] += case.care.minutes_of(visit)
    used: dict[str, Counter[date]] = {}
    for visit, grant in zip(visits, drawn, strict=True):
        if grant is None:
            continue
        of_grant, day, units = used.setdefault(grant.id, Counter()), case.week.date_of(visit.day), units_of(case, grant, visit)
        if grant.unit == "day":
            of_grant[day] |= units if case.care.is_billable(participant, minutes[visit.day]) else 0
        else:
            of_grant[day] += units
    return used
