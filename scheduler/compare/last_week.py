"""Last week's roster read as if it were this week's: the same weekdays and times, seven days later."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.timegrid import DAY

WEEK = timedelta(days=7)


def last_monday(case: Case) -> date:
    """The Monday of the week before."""
    return case.week.monday - WEEK


def a_week_later(case: Case, roster: Roster) -> Roster:
    """Last week's roster a week later, without sessions of services and groups that no longer exist."""
    sessions = tuple(
        session.model_copy(update={"start": _later(case, session.start), "end": _later(case, session.end)})
        for session in roster.sessions
        if session.service in case.services and (session.group is None or session.group in case.groups)
    )
    return roster.model_copy(update={"monday": case.week.monday, "sessions": sessions})


def _later(case: Case, moment: datetime) -> datetime:
    """The same weekday and clock time in the week after."""
    return case.week.at(case.week.minute(moment) + 7 * DAY)
