"""The history, last week, and this week's past sessions."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from scheduler.case.data import CaseData
from scheduler.case.times import Times
from scheduler.instance import PastOrder
from scheduler.roster import Session
from scheduler.timegrid import Week


class PastWeeks:
    """Last week and the history before it; the sessions of this week that have begun.

    Attributes:
        last_week: The week before this one, in its own minutes.
        last_sessions: Last week's sessions.
    """

    def __init__(self, data: CaseData, time: Times) -> None:
        self._data = data
        self._time = time
        self.last_week = Week(data.instance.monday - timedelta(days=7), data.week.zone)
        roster = data.instance.history.last_week
        self.last_sessions: tuple[Session, ...] = () if roster is None else roster.sessions

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """Published sessions of this week that have begun before `now`."""
        published, week = self._data.published, self._data.week
        return () if published is None else tuple(s for s in published.sessions if self._time.is_past(week.minute(s.start)))

    @cached_property
    def dates_given(self) -> dict[tuple[str, str], list[date]]:
        """(participant, service) to the known dates on which it was given, in order."""
        dates: dict[tuple[str, str], list[date]] = {}
        for entry in sorted(self._data.instance.history.services, key=lambda entry: entry.date):
            dates.setdefault((entry.participant, entry.service), []).append(entry.date)
        return dates

    def last_order(self, participant: str) -> PastOrder | None:
        """The order of the last full week, if it is in the history."""
        return self._last_orders.get(participant)

    @cached_property
    def _last_orders(self) -> dict[str, PastOrder]:
        return {order.participant: order for order in self._data.instance.history.orders}

    def last_groups(self, participant: str) -> frozenset[str]:
        """The groups a participant was booked in last week."""
        return self._last_groups.get(participant, frozenset())

    @cached_property
    def _last_groups(self) -> dict[str, frozenset[str]]:
        groups: dict[str, set[str]] = {}
        for session in self.last_sessions:
            if session.group is not None:
                for booking in session.bookings:
                    groups.setdefault(booking.participant, set()).add(session.group)
        return {participant: frozenset(ids) for participant, ids in groups.items()}
