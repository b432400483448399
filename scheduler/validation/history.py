"""Checks of the history and of the published roster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.timegrid import DAY, WEEK, Week
from scheduler.validation.issue import Issue, error, warning
from scheduler.validation.walk import rosters

EARLIEST_NOW_DAYS = 28
"""How long before a week it is planned at the earliest; an earlier `now` is an error."""


def weeks(case: Case) -> Iterator[Issue]:
    """Rosters belong to the expected weeks and use the program's time zone."""
    expected = {"history.last_week": case.past.last_week.monday, "published.roster": case.week.monday}
    for path, roster in rosters(case.instance):
        if roster.monday != expected[path]:
            yield error("wrong_week", f"{path}.monday", f"this must be the roster for the week of {expected[path].isoformat()}")
        if roster.zone != case.week.zone.key:
            yield warning("zone_differs", f"{path}.zone", "check the times of this roster: its time zone differs from the program's")


def dates(case: Case) -> Iterator[Issue]:
    """Dates in the history are before the week, or before now."""
    latest = case.week.monday - timedelta(days=1)
    if case.instance.now is not None:
        latest = max(latest, case.instance.now.astimezone(case.week.zone).date())
    for n, entry in enumerate(case.instance.history.services):
        if entry.date > latest and entry.participant in case.participants and entry.service in case.services:
            message = f"correct the last date of {entry.service} for {entry.participant}: {entry.date} is in the future"
            yield error("date_in_future", f"history.services[{n}].date", message)


def past_orders(instance: Instance) -> Iterator[Issue]:
    """One past order for each participant."""
    people: set[str] = set()
    for n, order in enumerate(instance.history.orders):
        if order.participant in people:
            yield error("duplicate_past_order", f"history.orders[{n}]", f"keep only one past order of {order.participant}")
        people.add(order.participant)


def now(case: Case) -> Iterator[Issue]:
    """`now` is in the week, or not long before it."""
    if case.now is not None and not -EARLIEST_NOW_DAYS * DAY <= case.now < WEEK:
        message = "check `now`: the week is over by then" if case.now >= WEEK else "check `now`: it is more than four weeks before the week"
        yield warning("now_outside_week", "now", message)


def sessions(case: Case) -> Iterator[Issue]:
    """The sessions of a roster are in its week and end on the day they begin."""
    for path, roster in rosters(case.instance):
        week = Week(roster.monday, case.week.zone)
        for n, session in enumerate(roster.sessions):
            span = week.span(session.start, session.end)
            if not 0 <= span.start < WEEK or (span.end - 1) // DAY > span.day:
                message = f"this session must be within one day (in the program's time zone) of the week of {roster.monday.isoformat()}"
                yield error("session_outside_week", f"{path}.sessions[{n}]", message)
