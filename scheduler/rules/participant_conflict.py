"""No participant is in two places at once.

Rule: A participant's sessions do not overlap, and between two of them there is time for the travel they need: none on one site, the site-
to-site time between two sites, the way home or from home between a site and telehealth, unless the person may join from the site. A group
may be left for an appointment on the same site that is within the group's time, if the appointment's service allows it for the service of
the group. The minutes of the appointment count as far as the group does not count them already.
Math: for sessions a before b of one participant and day: end(a) + travel(a, b) <= start(b), in real minutes, unless b is within a and
leaves it; an appointment that leaves a group <= visit to the group.
Amount: minutes that are missing between the two sessions.
Source: common sense; travel times are the participant's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row, Visit, total
from scheduler.timegrid import clock
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import Flags, Ints


class ParticipantConflict(Rule):
    """No participant is in two places at once."""

    id = "participant_conflict"
    title = "A participant is in one place at a time, including travel"
    level = "hard"
    scope = "day"
    unit = "minutes missing"
    source = "common sense"

    def conflicts(self, case: Case, a: Visit, b: Visit) -> bool:
        """Two visits collide when the travel between them does not fit."""
        return missing(case, a, b) > 0

    def conflicts_times(self, case: Case, place: Visit, visit: Visit, starts: Ints) -> Flags | None:
        """The same for all times of an appointment; one that leaves the group, or when clocks change, is asked for by itself."""
        if case.week.seams or visit.out_of is not None:
            return None
        minutes, (opens, closes) = visit.span.minutes, place.span
        is_after = starts >= opens  # what begins together overlaps, whichever ends first
        is_late = starts - closes < _travel(case, place, visit)
        is_early = opens - starts - minutes < _travel(case, visit, place)
        clashes: Flags = (is_after & is_late) | (~is_after & is_early)
        return clashes

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Only a group visit that takes place can be left."""
        for participant, visits in candidates.visits.items():
            leaving: dict[tuple[str | int, ...], list[Visit]] = {}
            for visit in visits:
                if visit.out_of is not None:
                    leaving.setdefault((visit.service, visit.ordinal, *visit.out_of), []).append(visit)
            for key, together in leaving.items():
                left = (v for v in visits if is_left(v, together[0]))
                yield Row(self.id, (participant, "left", *key), (*total(together), *total(left, -1)), 0)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Compare all pairs of sessions of a day: a telehealth session in between does not shorten the way between sites."""
        for visits in view.days(participant).values():
            for a, b in combinations(visits, 2):
                if (short := missing(case, a, b)) > 0:
                    sessions = (view.session_of[a].id, view.session_of[b].id)
                    starts = f"{time_of(case, a.span.start)} and {clock(b.span.start)}"
                    message = f"{participant} needs {counted(short, 'more minute')} between the sessions on {starts}"
                    yield self.violation(short, (participant,), message, sessions)


def missing(case: Case, a: Visit, b: Visit) -> int:
    """Minutes missing between the end of the earlier visit, plus travel, and the start of the later one; 0 or less is fine."""
    if is_left(a, b) or is_left(b, a):
        return 0
    first, second = (a, b) if a.span <= b.span else (b, a)
    return _travel(case, first, second) - case.week.between(first.span.end, second.span.start)


def is_left(group: Visit, visit: Visit) -> bool:
    """Whether a group visit is the one that is left for an appointment."""
    return visit.out_of is not None and visit.out_of == (group.group, group.span.start) and visit.site == group.site


def _travel(case: Case, a: Visit, b: Visit) -> int:
    """Minutes of travel between two visits."""
    if a.site == b.site:
        return 0
    if a.site is not None and b.site is not None:
        return case.time.between_sites(a.site, b.site)
    if case.participants[a.participant].may_join_from_site:
        return 0
    return case.time.travel(a.participant, a.site or b.site)
