"""Who changes between two rosters of a week, and how much that weighs: read from the rosters alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.repair.options import is_same
from scheduler.rules.published_change import Identity, amount, identity
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.view import View


@dataclass(frozen=True, slots=True)
class Excuses:
    """What happened to those who are out, and is no change that an answer makes.

    Attributes:
        duties: Clinicians with the sessions that they cannot give.
        bookings: Appointments that someone else may give at the same time.
    """

    duties: frozenset[tuple[str, str]] = frozenset()
    bookings: frozenset[Identity] = frozenset()

    def is_kept(self, old: Visit, new: Visit) -> bool:
        """Whether a booking is as it was, or only with someone else because its clinician is out."""
        if is_same(old, new):
            return True
        return identity(old) in self.bookings and (old.span, old.mode, old.site) == (new.span, new.mode, new.site)


NOBODY = Excuses()


def people_changed(before: View, after: View, excused: Excuses = NOBODY) -> dict[str, int]:
    """By participant or clinician who changes, the weight of the soonest change; the past is left out.

    A participant changes with the time, mode, site or therapist of a session, or a session more or less; a clinician with a session more or
    less, or its time, mode or site. Rooms, and who leads a group, change nobody who attends.
    """
    case = after.case
    participants = {person: max(_of_participant(before, after, person, excused), default=0) for person in case.participants}
    clinicians = {one: max(_of_clinician(before, after, one, excused), default=0) for one in case.clinicians}
    return {person: weight for person, weight in (participants | clinicians).items() if weight}


def _of_participant(before: View, after: View, person: str, excused: Excuses) -> Iterator[int]:
    was, now = (_bookings(after.case, view, person) for view in (before, after))
    for key in dict.fromkeys((*was, *now)):
        old, new = was.get(key), now.get(key)
        if old is None or new is None or not excused.is_kept(old, new):
            yield amount(after.case, min(visit.span.start for visit in (old, new) if visit is not None))


def _bookings(case: Case, view: View, person: str) -> dict[Identity, Visit]:
    return {identity(visit): visit for visit in view.visits.get(person, ()) if not case.time.is_past(visit.span.start)}


def _of_clinician(before: View, after: View, clinician: str, excused: Excuses) -> Iterator[int]:
    was, now = (set(_duties(after.case, view, clinician)) for view in (before, after))
    yield from (amount(after.case, duty[1].start) for duty in was - now if (clinician, duty[0]) not in excused.duties)
    yield from (amount(after.case, duty[1].start) for duty in now - was)


def _duties(case: Case, view: View, clinician: str) -> Iterator[tuple[str, Span, str, str | None]]:
    for placed in view.by_clinician[clinician]:
        if not case.time.is_past(placed.span.start):
            yield placed.id, placed.span, placed.session.mode, placed.session.site
