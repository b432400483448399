"""What a coordinator pinned stays.

Rule: A pinned group meets, at its pinned day and time where given; a pinned facilitator or room is that run's; a pinned participant is
booked in the group, or has the service, at the day and time, with the clinician and by the mode where given (the clinician of a group
place is pinned as its facilitator). A pin whose moment, or whose group's run, has passed binds nothing any more.
Math: for each pin: at least one matching run, facilitator, room or booking.
Amount: 1 per broken pin.
Source: the coordinator's pins; they override no other hard rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.instance import Pin
from scheduler.rule import Link, Rule, Violation
from scheduler.rules._words import day_of, time_of
from scheduler.terms import Handle, Row, Run, Visit, total
from scheduler.timegrid import DAY, WEEKDAYS, Span, clock
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class Pinned(Rule):
    """Pinned runs, facilitators, rooms and bookings stay."""

    id = "pinned"
    title = "Pins are kept"
    level = "hard"
    scope = "shared"
    unit = "pins broken"
    source = "the coordinator's pins"

    def applies_to(self, case: Case) -> bool:
        """Whether anything is pinned."""
        return bool(case.instance.pins)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per pin: something matches it. Without a candidate the row is infeasible, and the conflict names the pin."""
        for index, pin in enumerate(case.instance.pins):
            is_asked = pin.kind != "booking" or pin.participant in candidates.visits
            if is_asked and not is_over(case, pin):
                yield Row(self.id, (index,), total(_candidates(candidates, pin), -1), -1)

    def links(self, case: Case) -> Iterator[Link]:
        """Each pin that is not over, by its position."""
        for index, pin in enumerate(case.instance.pins):
            if not is_over(case, pin):
                yield Link(str(index), (("participant", pin.participant or "") if pin.kind == "booking" else ("group", pin.group or ""),))

    def check_link(self, case: Case, view: View, link: Link) -> Iterator[Violation]:
        """Look for a match of a pin."""
        pin = case.instance.pins[int(link.key)]
        if not _is_kept(pin, view):
            about = (pin.participant, pin.clinician, pin.group, pin.service, pin.room)
            named = [id for id in about if id is not None]
            message = f"pin {link.key} ({pin.kind} of {', '.join(named)}{_when(case, pin)}) is not kept"
            yield self.violation(1, named, message)


def is_over(case: Case, pin: Pin) -> bool:
    """Whether the pinned time is in the past."""
    if pin.group is not None and any(s.group == pin.group for s in case.past.sessions):
        return True
    if pin.day is None:
        return False
    last = DAY - 1 if pin.time is None else pin.time
    return case.time.is_past(WEEKDAYS.index(pin.day) * DAY + last)


def _when(case: Case, pin: Pin) -> str:
    """The day and time of a pin in words, as far as given."""
    if pin.day is None:
        return "" if pin.time is None else f" at {clock(pin.time)}"
    day = WEEKDAYS.index(pin.day)
    return f" on {day_of(case, day) if pin.time is None else time_of(case, day * DAY + pin.time)}"


def is_then(pin: Pin, span: Span) -> bool:
    """Whether a session starts on the pinned day and at the pinned time, where given."""
    return (pin.day is None or WEEKDAYS.index(pin.day) == span.day) and (pin.time is None or pin.time == span.start % DAY)


def is_booking(pin: Pin, visit: Visit) -> bool:
    """Whether a visit is the pinned booking."""
    if pin.kind != "booking" or visit.participant != pin.participant:
        return False
    if pin.mode not in (None, visit.mode) or not is_then(pin, visit.span):
        return False
    if pin.group is not None:
        return visit.group == pin.group
    return visit.group is None and visit.service == pin.service and pin.clinician in (None, visit.clinician)


def _candidates(candidates: Candidates, pin: Pin) -> list[Handle]:
    """All candidates that would satisfy a pin."""
    if pin.kind == "booking":
        return [v for v in candidates.visits[pin.participant or ""] if is_booking(pin, v)]
    runs: Sequence[Run] = [r for r in candidates.runs if r.group == pin.group and is_then(pin, r.span)]
    if pin.kind == "facilitator":
        return [s for s in chain.from_iterable(candidates.staffings[r] for r in runs) if s.clinician == pin.clinician]
    if pin.kind == "room":
        return [h for h in chain.from_iterable(candidates.housings[r] for r in runs) if h.room == pin.room]
    return list(runs)


def _is_kept(pin: Pin, view: View) -> bool:
    """Whether a session satisfies a pin."""
    if pin.kind == "booking":
        return any(is_booking(pin, visit) for visit in view.visits.get(pin.participant or "", ()))
    placed = view.by_group.get(pin.group or "")
    if placed is None or not is_then(pin, placed.span):
        return False
    if pin.kind == "facilitator":
        return pin.clinician in placed.session.facilitators
    return pin.kind == "run" or placed.session.room == pin.room
