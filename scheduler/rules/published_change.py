"""What participants know already stays.

Rule: Against the published roster of this week, a booking is changed when its start, end, mode or site differs, cancelled when it is
missing, and added when it is new. A booking is the participant and the group, or the participant, the service and its ordinal, so a
session that moves is one change. Another clinician is no change, another room is `published_room`. Bookings that have happened never count.
Math: amount of a change = `notice_weight_short` (5) with less than 48 hours of notice, `notice_weight_long` (2) with less than 168, else 1;
notice is the real time from now (else from the moment of publication, else from Monday 00:00) to the earlier of old and new start.
Amount: weight of the change by its notice.
Source: operational; the weights are our judgment. Policy `notice_hours_short`, `notice_hours_long`, `notice_weight_short`,
`notice_weight_long`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row, Visit, total
from scheduler.view import PlacedSession, View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

Identity = tuple[str, str | None, str, int]


class PublishedChange(Rule):
    """Few changes to published bookings, and none at short notice."""

    id = "published_change"
    title = "Published sessions do not change"
    level = "preference"
    scope = "week"
    unit = "changes by notice"
    weight = 8
    parameters = ("notice_hours_short", "notice_hours_long", "notice_weight_short", "notice_weight_long")
    source = "operational default; programs differ"
    sees_clinicians = False
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether this week is published."""
        return case.published is not None

    def price(self, case: Case, visit: Visit) -> int:
        """Amount of a visit that was published differently or not at all."""
        return change(case, visit)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One priced row per published booking, with a cost if no visit has the same identity."""
        published = published_visits(case)
        visits_by_booking: dict[Identity, list[Visit]] = {
            key: [] for key, old in published.items() if not case.time.is_past(old.span.start)
        }
        for visits in candidates.visits.values():
            for visit in visits:
                if (key := identity(visit)) in visits_by_booking:
                    visits_by_booking[key].append(visit)
        for key, possible in visits_by_booking.items():
            if published[key].participant in candidates.visits:
                yield Row(self.id, key, total(possible, -1), -1, price=amount(case, published[key].span.start))

    def check_booking(self, case: Case, placed: PlacedSession, visit: Visit) -> Iterator[Violation]:
        """Compare a booking with the published one."""
        if (units := change(case, visit)) > 0:
            what = "changed" if identity(visit) in published_visits(case) else "added"
            session = f"{visit.group or visit.service} on {time_of(case, visit.span.start)}"
            message = f"{visit.participant} has {session} {what} after publication"
            yield self.violation(units, (visit.participant,), message, (placed.id,))

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look for published bookings that are cancelled."""
        booked = {identity(visit) for visit in view.visits[participant]}
        for old in _published_by_participant(case).get(participant, ()):
            if identity(old) not in booked and not case.time.is_past(old.span.start):
                session = f"{old.group or old.service} on {time_of(case, old.span.start)}"
                message = f"{old.participant} has {session} cancelled after publication"
                yield self.violation(amount(case, old.span.start), (old.participant,), message)


def identity(visit: Visit) -> Identity:
    """The identity of a booking, which it keeps when it moves."""
    return (visit.participant, visit.group, "" if visit.group is not None else visit.service, visit.ordinal)


def published_visits(case: Case) -> dict[Identity, Visit]:
    """The published bookings of the instance's participants, the past included; empty without a published roster."""

    def read() -> dict[Identity, Visit]:
        if case.published is None:
            return {}
        visits = View(case, case.published).visits
        return {identity(visit): visit for participant in case.participants for visit in visits[participant]}

    return case.memo("published_change", read)


def _published_by_participant(case: Case) -> dict[str, list[Visit]]:
    """The published bookings by participant, one for each identity."""

    def read() -> dict[str, list[Visit]]:
        visits: dict[str, list[Visit]] = {}
        for visit in published_visits(case).values():
            visits.setdefault(visit.participant, []).append(visit)
        return visits

    return case.memo("published_change by participant", read)


def change(case: Case, visit: Visit) -> int:
    """Amount of a booking compared with the published roster; 0 if it is there, or has happened in either."""
    if case.published is None or case.time.is_past(visit.span.start):
        return 0
    old = published_visits(case).get(identity(visit))
    if old is None:
        return amount(case, visit.span.start)
    if case.time.is_past(old.span.start) or (old.span, old.mode, old.site) == (visit.span, visit.mode, visit.site):
        return 0
    return amount(case, min(old.span.start, visit.span.start))


def amount(case: Case, start: int) -> int:
    """Amount of a change that concerns this minute of the week."""
    amounts: dict[int, int] = case.memo("published_change amounts", dict)
    if start not in amounts:
        notice = case.week.at(start) - told_at(case)
        policy = case.policy
        limits = ((policy.notice_weight_short, policy.notice_hours_short), (policy.notice_weight_long, policy.notice_hours_long))
        amounts[start] = next((weight for weight, most in limits if notice < timedelta(hours=most)), 1)
    return amounts[start]


def told_at(case: Case) -> datetime:
    """The minute from which notice runs: now, else the publication, else Monday 00:00."""
    published = case.instance.published
    moment = case.instance.now or (published and published.at) or case.week.at(0)
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
