"""A roster under construction: who is where and when, and whether another session fits. Careful rather than clever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import pairwise

from scheduler.case import Case
from scheduler.instance import Relation, Service
from scheduler.rules.room_fit import lacking
from scheduler.timegrid import Span, merge

DIRECT_SHARE = 0.7
"""Share of a clinician's working minutes to book, a little below what the policy allows."""


class Ledger:
    """The bookings so far, in integer minutes of the week.

    Attributes:
        visits: By participant, the span and site of each session, and whether it counts.
        minutes, day_minutes: Care minutes.
        sessions, day_sessions: Numbers of counted sessions.
        days: By participant, the number of days with a counted session.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.visits: dict[str, list[tuple[Span, str | None, bool]]] = {p: [] for p in case.participants}
        self.minutes: Counter[str] = Counter()
        self.day_minutes: Counter[tuple[str, int]] = Counter()
        self.day_sessions: Counter[tuple[str, int]] = Counter()
        self.sessions: Counter[str] = Counter()
        self.days: Counter[str] = Counter()
        self.duties: dict[str, list[tuple[Span, int, bool]]] = {c: [] for c in case.clinicians}
        self.direct: Counter[str] = Counter()
        self.room_spans: dict[str, list[Span]] = {r: [] for r in case.rooms}
        self._limit = {c: self._week_limit(c) for c in case.clinicians}
        self._apart: dict[str, list[Relation]] = {p: [] for p in case.participants}
        for relation in case.instance.relations:
            self._apart[relation.a].append(relation)
            self._apart[relation.b].append(relation)

    def _week_limit(self, clinician: str) -> int:
        work = sum(span.minutes for span, _ in self.case.time.work(clinician))
        return min(self.case.policy.direct_minutes_per_week, int(DIRECT_SHARE * work))

    def others_apart(self, participant: str, in_time_only: bool = False) -> list[str]:
        """The people whom a participant must not meet."""
        relations = [r for r in self._apart[participant] if not in_time_only or r.kind == "apart_in_time"]
        return [r.b if r.a == participant else r.a for r in relations]

    # --- participants -------------------------------------------------------------------------------------------------------

    def fits(self, participant: str, span: Span, site: str | None, is_counted: bool, minutes: int) -> bool:
        """Whether a participant can take another session, given free time, travel, waits and the order's ceilings."""
        order, day = self.case.care.order(participant), span.day
        if self.minutes[participant] + minutes > order.ceiling:
            return False
        if self.day_minutes[participant, day] + minutes > order.day_minutes_ceiling:
            return False
        if is_counted:
            days = self.days[participant] + (self.day_sessions[participant, day] == 0)
            if self.sessions[participant] + 1 > order.sessions_ceiling or days > order.days_ceiling:
                return False
            if self.day_sessions[participant, day] + 1 > order.day_sessions_ceiling:
                return False
        return self._has_time(participant, span, site)

    def _has_time(self, participant: str, span: Span, site: str | None) -> bool:
        """Whether a day stays one stay within a free window, travel included, with short enough waits, away from those kept apart."""
        today = [(s, where) for s, where, _ in self.visits[participant] if s.day == span.day]
        if any(s.overlaps(span) for s, _ in today) or any(w != site for _, w in today if w is not None and site is not None):
            return False
        stay = sorted([s for s, where in today if where is not None] + ([span] if site is not None else []))
        remote = [s for s, where in today if where is None] + ([span] if site is None else [])
        free = self.case.time.free(participant)
        if stay:
            travel = self.case.time.travel(participant, site or next(where for _, where in today if where is not None))
            away = Span(stay[0].start, stay[-1].end).widened(travel, travel)
            waits = [b.start - a.end for a, b in pairwise(stay)]
            if any(w > self.case.policy.longest_wait for w in waits) or any(away.overlaps(s) for s in remote):
                return False
            if not any(window.contains(away) for window in free) or self._meets(participant, Span(stay[0].start, stay[-1].end)):
                return False
        return all(any(window.contains(s) for window in free) for s in remote)

    def _meets(self, participant: str, stay: Span) -> bool:
        buffer = self.case.policy.arrival_buffer
        for other in self.others_apart(participant, in_time_only=True):
            theirs = [s for s, where, _ in self.visits[other] if s.day == stay.day and where is not None]
            if theirs and Span(min(theirs).start, max(s.end for s in theirs)).widened(buffer, 0).overlaps(stay.widened(buffer, 0)):
                return True
        return False

    def book(self, participant: str, span: Span, site: str | None, is_counted: bool, minutes: int) -> None:
        """Enter a session of a participant."""
        self.visits[participant].append((span, site, is_counted))
        self.minutes[participant] += minutes
        self.day_minutes[participant, span.day] += minutes
        if is_counted:
            self._count(participant, span.day, 1)

    def release(self, participant: str, span: Span, site: str | None, is_counted: bool, minutes: int) -> None:
        """Remove a session of a participant."""
        self.visits[participant].remove((span, site, is_counted))
        self.minutes[participant] -= minutes
        self.day_minutes[participant, span.day] -= minutes
        if is_counted:
            self._count(participant, span.day, -1)

    def _count(self, participant: str, day: int, more: int) -> None:
        had_any = self.day_sessions[participant, day] > 0
        self.day_sessions[participant, day] += more
        self.sessions[participant] += more
        self.days[participant] += (self.day_sessions[participant, day] > 0) - had_any

    # --- clinicians and rooms -----------------------------------------------------------------------------------------------

    def can_lead(self, clinician: str, service: Service, span: Span, site: str | None, group: str | None) -> bool:
        """Whether a clinician is qualified and free, including notes and lunch."""
        person = self.case.clinicians[clinician]
        if service.credentials and not any(c in person.credentials for c in service.credentials):
            return False
        notes = self._notes(group)
        with_notes = span.widened(0, notes)
        if not self.case.time.is_present(clinician, with_notes, site):
            return False
        if any(p.overlaps(with_notes) for p in self.case.time.protected(clinician)):
            return False
        if any(s.widened(0, n).overlaps(with_notes) for s, n, _ in self.duties[clinician]):
            return False
        return self._load_fits(clinician, span, group is not None) and self._has_lunch(clinician, span, notes)

    def _notes(self, group: str | None) -> int:
        return self.case.policy.notes_after_session if group is None else self.case.groups.notes(group)

    def _load_fits(self, clinician: str, span: Span, is_group: bool) -> bool:
        limits, policy = self.case.clinicians[clinician].limits, self.case.policy
        today = [(s, block) for s, _, block in self.duties[clinician] if s.day == span.day]
        is_block = is_group and span.minutes >= policy.block_minutes
        return (
            self.direct[clinician] + span.minutes <= min(self._limit[clinician], limits.direct_minutes_per_week or 10080)
            and sum(s.minutes for s, _ in today) + span.minutes <= (limits.direct_minutes_per_day or policy.direct_minutes_per_day)
            and sum(block for _, block in today) + is_block <= policy.blocks_per_day
            and len(today) < policy.clinician_sessions_per_day
        )

    def _has_lunch(self, clinician: str, span: Span, notes: int) -> bool:
        """Whether a duty that needs a lunch break keeps it free in the lunch window, or anywhere if the two hardly overlap."""
        policy = self.case.policy
        today = sorted([(s, s.widened(0, n)) for s, n, _ in self.duties[clinician] if s.day == span.day] + [(span, span.widened(0, notes))])
        duty = Span(today[0][0].start, today[-1][0].end)
        if duty.minutes <= policy.duty_without_lunch:
            return True
        base = span.day * 1440
        lunch = Span(max(duty.start, base + policy.lunch_start), min(duty.end, base + policy.lunch_end))
        where = lunch if lunch.minutes >= policy.lunch_minutes else duty
        busy = merge([s for _, s in today] + [p for p in self.case.time.protected(clinician) if p.overlaps(where)])
        edges = [where.start, *(edge for s in busy for edge in s), where.end]
        gaps = [Span(max(a, where.start), min(b, where.end)) for a, b in zip(edges[0::2], edges[1::2], strict=True)]
        return any(gap.minutes >= policy.lunch_minutes for gap in gaps)

    def lead(self, clinician: str, span: Span, group: str | None) -> None:
        """Enter a session of a clinician."""
        self.duties[clinician].append((span, self._notes(group), group is not None and span.minutes >= self.case.policy.block_minutes))
        self.direct[clinician] += span.minutes

    def find_room(self, span: Span, site: str, seats: int, features: Collection[str], group: str | None = None) -> str | None:
        """The smallest free room that fits."""
        for room in sorted(self.case.rooms.values(), key=lambda r: (r.seats, len(r.features))):
            fits = room.seats >= seats and not lacking(self.case, room.id, site, group, features)
            if fits and not any(s.overlaps(span) for s in self.room_spans[room.id]):
                return room.id
        return None
