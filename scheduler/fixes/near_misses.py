"""Ideas for near misses: a substitute leads, somebody has a little more time, a group begins a little later or earlier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scheduler.barriers import all_of, substitutes
from scheduler.case import Case
from scheduler.fixes.idea import Idea
from scheduler.fixes.staff_time import staff_time
from scheduler.instance.calendar import Availability
from scheduler.result import Cause
from scheduler.terms import Run
from scheduler.timegrid import DAY, WEEKDAYS, Span, clock, day_span, intersect, merge
from scheduler.view import View
from scheduler.words import day_name

MOST_MINUTES = 30
"""A miss by so few minutes is worth asking about."""
QUARTER = 15
"""So many minutes are asked for at least; only those that are used are kept."""
MOST_GROUPS = 4
MOST_CLINICIANS = 3


def near_misses(case: Case, person: str, binding: Sequence[Cause], lost: Sequence[Cause], helpful: Sequence[str]) -> Iterator[Idea]:
    """What needs only a word with one person.

    Args:
        binding: What is in the way in the participant's own week, in minutes where it can be.
        lost: What the bookings of others prevent.
        helpful: Groups that would help.
    """
    for group in helpful:
        if (idea := _substitute(case, person, group)) is not None:
            yield idea
    short = [c for c in binding if c.rule == "participant_availability" and person in c.about and 0 < c.amount <= MOST_MINUTES]
    if short:
        yield more_time(case, person, max(QUARTER, *(cause.amount for cause in short)))
    near = {group: max(QUARTER, cause.amount) for cause in reversed(short) for group in cause.about if group in helpful}
    for group, minutes in list(near.items())[:MOST_GROUPS]:
        yield other_start(case, person, group, minutes)
    for clinician, minutes in list(_tight(case, binding, lost).items())[:MOST_CLINICIANS]:
        yield staff_time(case, person, clinician, minutes)


def _tight(case: Case, binding: Sequence[Cause], lost: Sequence[Cause]) -> dict[str, int]:
    """The clinicians who lack a few minutes, or perhaps do where others are booked, and how many to ask for."""
    minutes: dict[str, int] = {}
    missed = [(c.about, c.amount) for c in binding if c.rule == "clinician_availability" and 0 < c.amount <= MOST_MINUTES]
    perhaps = [(c.about, QUARTER) for c in lost if c.rule in ("clinician_availability", "clinician_conflict")]
    for about, number in (*missed, *perhaps):
        for clinician in (id for id in about if id in case.clinicians):
            minutes[clinician] = max(QUARTER, number, minutes.get(clinician, 0))
    return minutes


def _substitute(case: Case, person: str, group: str) -> Idea | None:
    """Somebody qualified and at work leads a group without being listed."""
    offer = case.groups[group]
    site = None if offer.mode == "telehealth" else offer.site
    runs = (Run(group, span, offer.mode, site) for span in case.groups.spans(group) if not case.time.is_past(span.start))
    able = list(dict.fromkeys(clinician for run in runs for clinician in substitutes(case, run)))
    return substitute(case, person, group, able) if able else None


def substitute(case: Case, person: str, group: str, able: Sequence[str]) -> Idea:
    """One of some clinicians leads a group, narrowed to those who do in the new roster."""

    def narrow(before: Case, view: View) -> Idea | None:
        leading = [c for placed in view.runs if placed.session.group == group for c in placed.session.facilitators if c in able]
        return substitute(before, person, group, leading) if leading and len(leading) < len(able) else None

    listed = [*case.groups[group].facilitators, *able]
    words = f"{all_of(able, last='or')} leads {group} this week"
    return Idea("substitute", ("substitute", group), {"groups": {group: {"facilitators": listed}}}, (person,), words, narrow=narrow)


def more_time(case: Case, person: str, minutes: int, used: Sequence[Span] = ()) -> Idea:
    """A participant is free a little earlier or longer, narrowed to the windows that the new roster uses."""
    free = case.time.free(person)
    wider = list(used) or [_within_day(span, minutes) for span in free]

    def narrow(before: Case, view: View) -> Idea | None:
        stays = [s.span.widened(way, way) for s in view.stays(person) for way in (before.time.travel(person, s.site),)]
        stays += [v.span for v in view.visits[person] if v.site is None]
        outside = [stay for stay in stays if not any(window.contains(stay) for window in free)]
        grown = [Span(min(w.start, s.start), max(w.end, s.end)) for s in outside for w in free if w.overlaps(s)]
        return more_time(before, person, minutes, grown) if grown and not used else None

    dates = []
    for day in sorted({span.day for span in wider}):
        windows = intersect(merge([*free, *wider]), [day_span(day)])
        dates.append({"date": case.week.date_of(day), "windows": [_clock(span, day) for span in windows]})
    changed = {entry["date"] for entry in dates}
    availability: dict[str, Any] = case.participants[person].availability.model_dump()
    availability["dates"] = [*(d for d in availability["dates"] if d["date"] not in changed), *dates]
    times = all_of([f"{clock(s.start % DAY)}-{clock(s.end - s.day * DAY)} on {day_name(s.day)}" for s in wider])
    words = f"{person} is free {times}" if used else f"{person} is free {minutes} minutes longer"
    change = {"participants": {person: {"availability": Availability.model_validate(availability).model_dump(mode="json")}}}
    return Idea("free_time", ("free_time", person), change, (person,), words, narrow=narrow)


def _within_day(span: Span, minutes: int) -> Span:
    """A span with some minutes at both ends, not beyond its days."""
    return Span(max(span.start - minutes, span.day * DAY), min(span.end + minutes, -(-span.end // DAY) * DAY))


def _clock(span: Span, day: int) -> dict[str, int]:
    return {"start": span.start - day * DAY, "end": span.end - day * DAY}


def other_start(case: Case, person: str, group: str, minutes: int, start: int | None = None) -> Idea:
    """A group begins a few minutes later or earlier, narrowed to the start of the new roster."""
    grain = case.policy.start_grain
    shift = -(-minutes // grain) * grain
    shifts = range(-shift, shift + 1, grain)
    starts = sorted({span.start + shift for span in case.groups.spans(group) for shift in shifts}) if start is None else [start]
    starts = [s for s in starts if s >= 0 and s // DAY == (s + case.groups[group].minutes - 1) // DAY]

    def narrow(before: Case, view: View) -> Idea | None:
        placed = next((p for p in view.runs if p.session.group == group), None)
        return other_start(before, person, group, minutes, placed.span.start) if placed is not None and start is None else None

    document = [{"day": WEEKDAYS[s // DAY], "time": clock(s % DAY)} for s in starts]
    at = f"at {clock(start % DAY)} on {day_name(start // DAY)}" if start is not None else "a little earlier or later"
    others = tuple(h.participant for held in case.places.held.values() for h in held if h.group == group and h.participant != person)
    change = {"groups": {group: {"starts": document}}}
    return Idea("other_start", ("other_start", group), change, (person,), f"{group} begins {at}", others, group, narrow)
