"""Participants attend only what they are eligible for.

Rule: A participant has sessions only with a status that is served (active or cleared) and on dates between admission and discharge, and
only in modes consented to (by ordered guests too). A group takes its age group, its genders, the levels and phases it names, people who
have all its attributes and who speak its language; adults and adolescents share a group only where it names both. A group or service that
is limited to weeks of the stay takes people in these weeks only: the week of admission is week 1; without a date of admission no such
limit is met. Services marked to come before the first group (assessment, orientation) that are due this week, not among the intake
services done and never given before end before the first group of the week starts; a group that gives such a service itself may come
first.
Math: for each such visit at t and each such service: visit <= number of its sessions that end by t.
Amount: bookings that are not allowed; for intake: bookings that come too early.
Source: the eligibility of the group, the participant's status, phase and consent; assessment first is common admission practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case, Need
from scheduler.fields import BookingMode
from scheduler.rule import Rule, Violation
from scheduler.rules._words import days_of, time_of
from scheduler.terms import Row, Visit, total
from scheduler.timegrid import Span
from scheduler.view import PlacedSession, View
from scheduler.words import MODE_WORDS, counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import Flags, Ints


class EligibilityRule(Rule):
    """Status, group conditions, consent and intake allow the booking."""

    id = "eligibility"
    title = "Participants attend only what they are eligible for"
    level = "hard"
    scope = "week"
    unit = "bookings"
    source = "eligibility of the group; status, phase and consent of the participant"
    reads = ("need", "span", "mode")
    sees_clinicians = False

    def admits(self, case: Case, visit: Visit) -> bool:
        """Everything except the order of intake and groups can be decided for a visit alone."""
        return reason(case, visit) is None

    def admits_times(self, case: Case, need: Need, starts: Ints, site: str | None, clinician: str | None = None) -> Flags | None:
        """Within the enrollment, the time does not matter."""
        enrolled = case.time.enrolled(need.participant)
        fits: Flags = (starts >= enrolled.start) & (starts + need.minutes <= enrolled.end)
        for start in starts[fits][:1].tolist():
            mode: BookingMode = "telehealth" if site is None else "in_person"
            span = Span(start, start + need.minutes)
            fits &= self.admits(case, Visit(need.participant, need.service, None, need.ordinal, span, mode, site, None, need.partner))
        return fits

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """A group visit, or any visit, needs an intake session before it; one row for all visits of a kind that start together."""
        for participant, visits in candidates.visits.items():
            for service in pending_intake(case, participant):
                intake = [v for v in visits if is_given(case, service, v)]
                guarded: dict[tuple[str | int, ...], list[Visit]] = {}
                for visit in visits:
                    if is_guarded(case, visit, service):
                        guarded.setdefault((visit.group or visit.service, visit.span.start), []).append(visit)
                for key, together in guarded.items():
                    before = (v for v in intake if v.span.end <= together[0].span.start)
                    yield Row(self.id, (participant, service, *key), (*total(together), *total(before, -1)), 0)

    def check_booking(self, case: Case, placed: PlacedSession, visit: Visit) -> Iterator[Violation]:
        """Judge a booking by itself."""
        if not case.time.is_past(visit.span.start) and (why := reason(case, visit)) is not None:
            message = f"{visit.group or visit.service} on {time_of(case, visit.span.start)}: {visit.participant} {why}"
            yield self.violation(1, (visit.participant,), message, (placed.id,))

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Judge the order of intake and groups."""
        visits = view.visits[participant]
        for service in pending_intake(case, participant):
            done = min((v.span.end for v in visits if is_given(case, service, v)), default=None)
            early = [v for v in visits if is_guarded(case, v, service) and (done is None or v.span.start < done)]
            if early:
                what = "is in" if all(v.group is not None for v in early) else "has"
                number = counted(len(early), "group" if what == "is in" else "session")
                message = f"{participant} {what} {number} before {service}: {days_of(case, (v.day for v in early))}"
                yield self.violation(len(early), (participant,), message, [view.session_of[v].id for v in early])


def reason(case: Case, visit: Visit) -> str | None:
    """Why a participant may not take part, or None."""
    person, order = case.participants[visit.participant], case.care.order(visit.participant)
    if not case.care.is_served(person.id):
        return f"has status {person.status} or is not enrolled this week"
    if not case.time.enrolled(person.id).contains(visit.span):
        return "is not enrolled on that date"
    if visit.mode not in order.modes:
        return f"has not agreed to sessions {MODE_WORDS[visit.mode]}"
    if visit.group is not None:
        reasons: dict[tuple[str, str], str | None] = case.memo("eligibility groups", dict)
        pair = visit.participant, visit.group
        if pair not in reasons:
            reasons[pair] = group_reason(case, *pair)
        return reasons[pair]
    if (weeks := _weeks_reason(case, person.id, visit.service, None)) is not None:
        return weeks
    ordered = next((n.guests for n in order.needs if (n.service, n.ordinal) == (visit.service, visit.ordinal)), ())
    refusing = [g.id for g in person.guests if g.id in ordered and visit.mode not in g.modes]
    return f"has guests who have not agreed to sessions {MODE_WORDS[visit.mode]}: {', '.join(refusing)}" if refusing else None


def group_reason(case: Case, participant: str, group: str) -> str | None:
    """The condition of a group that a participant does not meet, or None."""
    person, offer = case.participants[participant], case.groups[group]
    if (weeks := _weeks_reason(case, participant, offer.service, group)) is not None:
        return weeks
    eligibility = offer.eligibility
    level = None if person.phase is None else case.phases[person.phase].level
    conditions = (
        ("age group", person.age_group in case.groups.ages(group)),
        ("gender", not eligibility.genders or person.gender in eligibility.genders),
        ("level of care", not eligibility.levels or level in eligibility.levels),
        ("phase", not eligibility.phases or person.phase in eligibility.phases),
        ("attributes", all(a in person.attributes for a in eligibility.attributes)),
        ("language", offer.language is None or offer.language in person.languages),
    )
    failed = [name for name, is_met in conditions if not is_met]
    return f"does not meet the conditions of {group}: {', '.join(failed)}" if failed else None


def _weeks_reason(case: Case, participant: str, service: str, group: str | None) -> str | None:
    """That a group or service is for other weeks of the stay, or None."""
    weeks, week = case.care.missed_weeks(participant, service, group), case.care.stay_week(participant)
    now = "has no date of admission" if week is None else f"is in week {week} of the stay"
    return None if weeks is None else f"{now}, and {group or service} is for {weeks}"


def pending_intake(case: Case, participant: str) -> tuple[str, ...]:
    """Services due this week that must still come before the first group, or before everything."""
    order, person = case.care.order(participant), case.participants[participant]
    due = [need.service for need in order.needs] + [service for service, count in order.group_counts if count]
    return tuple(
        service
        for service in dict.fromkeys(due)
        if case.services[service].is_intake and service not in person.intake_done and (participant, service) not in case.past.dates_given
    )


def is_given(case: Case, service: str, visit: Visit) -> bool:
    """Whether a visit gives a service."""
    return service in (case.groups.services(visit.group) if visit.group is not None else (visit.service,))


def is_guarded(case: Case, visit: Visit, service: str) -> bool:
    """Whether a visit must wait for an intake service and can still change: a group, or any session; intake itself waits for nothing."""
    if case.time.is_past(visit.span.start) or (visit.group is None and not case.services[service].before_all):
        return False
    services = (visit.service,) if visit.group is None else case.groups.services(visit.group)
    return not any(case.services[s].is_intake for s in services)
