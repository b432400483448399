"""The best rosters of a small week, found by trying: from the document and the rules' checks, without candidates, model or bounds.

Every session that could be held is written down from the working hours, group times, rooms and orders of the instance; those that break
a rule by themselves are dropped; then every combination is tried that no rule forbids already for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from math import prod

from scheduler.case import Case, Need
from scheduler.fields import BookingMode
from scheduler.instance import Group, Instance
from scheduler.roster import Booking, Roster, Session, appointment_id, group_session_id
from scheduler.rules import RULES
from scheduler.verify import Verdict, judge
from scheduler.view import View
from tests.rosters import roster_of

CURED_BY_MORE = ("pinned", "group_size", "held_place", "curriculum_order", "eligibility", "longest_wait")
"""What a session breaks by itself and may not break beside others: it is missing something, or is too long a way from it."""
STAYS_BROKEN = (
    "participant_conflict", "participant_availability", "clinician_conflict", "room_conflict", "weekly_ceiling", "keep_apart",
    "authorization", "track_integrity", "clinician_load",
)  # fmt: skip
"""What no further session mends: a beginning that breaks one of these need not be carried on."""


HARD = tuple(rule for rule in RULES if rule.level == "hard")


@dataclass(frozen=True, slots=True)
class Legal:
    """A legal roster and what it costs, with the care cost of each participant."""

    roster: Roster
    care: int
    preference: int
    care_of: dict[str, int]


@dataclass(slots=True)
class Week:
    """A small week and its decisions: for each group and appointment, every way to hold it (None: not at all)."""

    instance: Instance
    case: Case = field(init=False)
    past: list[Session] = field(init=False)
    decisions: list[list[Session | None]] = field(init=False)

    def __post_init__(self) -> None:
        """Write down every session, and keep those that go by themselves."""
        self.case = Case(self.instance)
        published = self.instance.published
        now = self.instance.now
        self.past = [] if published is None or now is None else [s for s in published.roster.sessions if s.start < now]
        done = {s.group or (booking.participant, s.service, s.ordinal) for s in self.past for booking in s.bookings}
        needs = [need for p in self.case.participants for need in self.case.care.order(p).needs if need.partner is None or p < need.partner]
        ways = [self._runs(group) for group in self.instance.groups if group.id not in done]
        ways += [self._appointments(need) for need in needs if (need.participant, need.service, need.ordinal) not in done]
        found = [[None, *(session for session in options if self._goes(session))] for options in ways]
        self.decisions = sorted(found, key=len)

    @property
    def size(self) -> int:
        """How many combinations there are, those included that break a rule."""
        return prod(map(len, self.decisions))

    def legal(self) -> list[Legal]:
        """Every legal roster."""
        return [self._read(roster, verdict) for roster, verdict in self._tried([])]

    # --- trying -------------------------------------------------------------------------------------------------------------

    def _tried(self, picked: list[Session | None]) -> Iterator[tuple[Roster, Verdict]]:
        """Every legal roster that goes on from a beginning."""
        roster, is_whole = roster_of(self.case, [*self.past, *picked]), len(picked) == len(self.decisions)
        verdict = judge(self.case, roster, HARD)
        if is_whole and not verdict.violations:
            yield roster, judge(self.case, roster)
        elif not is_whole and not any(v.rule in STAYS_BROKEN for v in verdict.violations):
            for option in self.decisions[len(picked)]:
                yield from self._tried([*picked, option])

    def _goes(self, session: Session) -> bool:
        """Whether a session beside what has happened breaks no rule that further sessions could not mend."""
        verdict = judge(self.case, roster_of(self.case, [*self.past, session]), HARD)
        return all(v.rule in CURED_BY_MORE for v in verdict.violations)

    def _read(self, roster: Roster, verdict: Verdict) -> Legal:
        care_of = dict.fromkeys(self.case.participants, 0)
        levels = {"weekly_floor", "session_floor", "service_day_floor", "ordered_service", "service_gap"}
        levels |= {"admission_deadline", "step_down_floor"}
        for amount in verdict.amounts:
            if amount.rule in levels and amount.participant is not None:
                care_of[amount.participant] += amount.amount * self.case.care.factor(amount.participant)
        assert sum(care_of.values()) == verdict.score.care
        return Legal(roster, verdict.score.care, verdict.score.preference, care_of)

    # --- what could be held -------------------------------------------------------------------------------------------------

    def _runs(self, group: Group) -> Iterator[Session]:
        """A group at each of its times, with any staff, room and participants who may be placed there."""
        able = list(group.facilitators) or list(self.case.clinicians)
        teams = chain.from_iterable(combinations(able, size) for size in range(1, len(able) + 1))
        rooms = [None] if group.mode == "telehealth" else [r.id for r in self.instance.rooms if r.site == group.site]
        modes: dict[str, tuple[BookingMode, ...]] = {"in_person": ("in_person",), "telehealth": ("telehealth",)}
        people = [p for p in self.case.participants if self.case.care.is_served(p) and self.case.care.is_ordered(p, group.id)]
        ways = [[None, *(Booking(participant=p, mode=m) for m in modes.get(group.mode, ("in_person", "telehealth")))] for p in people]
        for span, team, room, booked in product(self.case.groups.spans(group.id), list(teams), rooms, list(product(*ways))):
            leading = [c for c in team if group.leading_credential in self.case.clinicians[c].credentials]
            if bookings := tuple(b for b in booked if b is not None):
                yield Session(
                    id=group_session_id(group.id, self.case.week.monday),
                    group=group.id,
                    service=group.service,
                    start=self.case.week.at(span.start),
                    end=self.case.week.at(span.end),
                    mode=group.mode,
                    site=None if group.mode == "telehealth" else group.site,
                    room=room,
                    facilitators=(*leading, *(c for c in team if c not in leading)),
                    bookings=bookings,
                )

    def _appointments(self, need: Need) -> Iterator[Session]:
        """An appointment with everybody at every start of their working hours, in every mode and room."""
        people = sorted(p for p in (need.participant, need.partner) if p is not None)
        grain = self.case.policy.start_grain
        starts = [
            (clinician, minute, site)
            for clinician in self.case.clinicians
            for window, site in self.case.time.work(clinician)
            for minute in range(0, 7 * 1440, grain)
            if window.start <= minute and minute + need.minutes <= window.end
        ]
        for (clinician, minute, site), mode in product(dict.fromkeys(starts), self.case.services[need.service].modes):
            rooms = [None] if mode == "telehealth" else [r.id for r in self.instance.rooms if r.site == site]
            for room in rooms:
                yield Session(
                    id=appointment_id(people[0], need.service, self.case.week.monday, need.ordinal),
                    service=need.service,
                    ordinal=need.ordinal,
                    start=self.case.week.at(minute),
                    end=self.case.week.at(minute + need.minutes),
                    mode=mode,
                    site=site if mode == "in_person" else None,
                    room=room,
                    facilitators=(clinician,),
                    bookings=tuple(Booking(participant=p, mode=mode) for p in people),
                    guests=need.guests,
                )


def best(rosters: Sequence[Legal]) -> tuple[int, int] | None:
    """The least care, and the least preference with it; None when nothing is legal."""
    return min(((found.care, found.preference) for found in rosters), default=None)


def bookings_of(case: Case, roster: Roster) -> set[tuple[object, ...]]:
    """The visits of a roster that lie ahead, in words of their own."""
    visits = chain.from_iterable(View(case, roster).visits.values())
    return {
        (v.participant, v.group or v.service, v.ordinal, v.span, v.mode, v.clinician) for v in visits if not case.time.is_past(v.span.start)
    }
