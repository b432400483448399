"""People who are to be kept apart do not meet.

Rule: Two participants who are kept apart are never in one session. Kept apart in time, they are also not on one site at overlapping
times of a day: somebody is on site from 15 minutes before the first start until the last end, breaks between sessions included. Where
what has happened already made them meet on a day and site, the rest of that day and site is not judged.
Math: in each session at most one of the two; end(a) <= start(b) - buffer or end(b) <= start(a) - buffer for the hulls of their visits.
In the model a cut separates the two on each day and site: everything of one ends before it, everything of the other arrives after it.
Amount: minutes together: of shared sessions, and of overlapping hulls (a session shared on site is part of those).
Source: the program's relations; arrival 10-15 minutes early (policy `arrival_buffer`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.instance import Relation
from scheduler.rule import Link, Rule, Violation
from scheduler.rules._words import day_of, hours_of
from scheduler.terms import FreeVariable, Row, Visit, total
from scheduler.timegrid import DAY, Span
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

Place = tuple[int, str]


class KeepApart(Rule):
    """Participants who are kept apart share no session, or no time on site either."""

    id = "keep_apart"
    title = "People kept apart do not meet"
    level = "hard"
    scope = "shared"
    unit = "minutes together"
    parameters = ("arrival_buffer",)
    source = "the program's relations; arrival 10-15 min early"
    reads = ("need",)
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether anyone is to be kept apart."""
        return bool(case.instance.relations)

    def admits(self, case: Case, visit: Visit) -> bool:
        """A couple session cannot join people who are kept apart."""
        return visit.partner is None or {visit.participant, visit.partner} not in [{r.a, r.b} for r in case.instance.relations]

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """For each pair: one of them per run, and a cut per day and site."""
        for relation in dict.fromkeys(case.instance.relations):
            a, b = candidates.visits.get(relation.a, ()), candidates.visits.get(relation.b, ())
            yield from self._one_per_run(candidates, relation, a, b)
            if relation.kind == "apart_in_time":
                at_a, at_b = _by_place(a), _by_place(b)
                for place in (place for place in at_a if place in at_b):
                    happened = ([v for v in at[place] if v in candidates.past] for at in (at_a, at_b))
                    if overlap(case, *happened) == 0:
                        yield from self._cut(case, (relation.a, relation.b, *place), at_a[place], at_b[place])

    def _one_per_run(self, candidates: Candidates, relation: Relation, a: Sequence[Visit], b: Sequence[Visit]) -> Iterator[Row]:
        """At most one of the two in each run."""
        of_b: dict[tuple[str | None, Span], list[Visit]] = {}
        for visit in b:
            of_b.setdefault((visit.group, visit.span), []).append(visit)
        of_a: dict[tuple[str | None, Span], list[Visit]] = {}
        for visit in a:
            if visit.group is not None and (visit.group, visit.span) in of_b:
                of_a.setdefault((visit.group, visit.span), []).append(visit)
        for run, visits in of_a.items():
            together = [*visits, *of_b[run]]
            if not candidates.past.issuperset(together):
                yield Row(self.id, (relation.a, relation.b, run[0], run[1].start), total(together), 1)

    def _cut(self, case: Case, key: tuple[str, str, int, str], a: Sequence[Visit], b: Sequence[Visit]) -> Iterator[Row]:
        """One cut on a day and site, anywhere just before an arrival or at the end of the day.

        The choice (first, n) says that this person comes first and the cut lies at the n-th possible minute or earlier. A visit is allowed
        by a cut not before its end if its person comes first, by one not after its arrival if the other does.
        """
        arrivals = {_arrival(case, v.span) for v in (*a, *b)}
        cuts = [*sorted(arrivals), (key[2] + 1) * DAY]
        a_first, b_first = ([FreeVariable((self.id, *key, first, n)) for n in range(len(cuts))] for first in key[:2])
        yield Row(self.id, (*key, "order"), ((a_first[-1], 1), (b_first[-1], 1)), 1)
        for choices in (a_first, b_first):
            for n, (cut, later) in enumerate(pairwise(choices)):
                yield Row(self.id, (*key, choices[0].key, n), ((cut, 1), (later, -1)), 0)
        for visits, first, second in ((a, a_first, b_first), (b, b_first, a_first)):
            for n, visit in enumerate(visits):
                # Its own arrival is a cut before its end, so there is always one that is too early.
                too_early = bisect_left(cuts, visit.span.end) - 1
                in_time = bisect_right(cuts, _arrival(case, visit.span)) - 1
                terms = ((visit, 1), (first[-1], -1), (first[too_early], 1), (second[in_time], -1))
                yield Row(self.id, (*key, visit.participant, n), terms, 0)

    def links(self, case: Case) -> Iterator[Link]:
        """Each relation, by its number."""
        for number, relation in enumerate(_relations(case)):
            yield Link(str(number), (("participant", relation.a), ("participant", relation.b)))

    def check_link(self, case: Case, view: View, link: Link) -> Iterator[Violation]:
        """Look at the sessions that two people share, then at their time on site."""
        relation = _relations(case)[int(link.key)]
        pair = (relation.a, relation.b)
        is_in_time = relation.kind == "apart_in_time"
        for _, placed in view.bookings[relation.a]:
            is_judged_by_hulls = is_in_time and set(pair) <= set(placed.participants("in_person"))
            if relation.b in placed.participants() and not is_judged_by_hulls:
                message = f"{pair[0]} and {pair[1]} share {placed.id} on {hours_of(case, placed.span)}"
                yield self.violation(placed.span.minutes, pair, message, (placed.id,))
        if is_in_time:
            yield from self._check_stays(case, view, pair)

    def _check_stays(self, case: Case, view: View, pair: tuple[str, str]) -> Iterator[Violation]:
        """Compare the hulls of two people."""
        at_a, at_b = (_by_place(view.visits[p]) for p in pair)
        for place in (place for place in at_a if place in at_b):
            happened = ([v for v in at[place] if view.session_of[v].is_past] for at in (at_a, at_b))
            together = overlap(case, at_a[place], at_b[place])
            if together > 0 and overlap(case, *happened) == 0:
                sessions = dict.fromkeys(view.session_of[v].id for v in (*at_a[place], *at_b[place]))
                message = (
                    f"{pair[0]} and {pair[1]} are at {place[1]} together for {counted(together, 'minute')} on {day_of(case, place[0])}"
                )
                yield self.violation(together, pair, message, sessions)


def _relations(case: Case) -> tuple[Relation, ...]:
    """The relations, each once."""
    return case.memo("keep_apart", lambda: tuple(dict.fromkeys(case.instance.relations)))


def overlap(case: Case, a: Sequence[Visit], b: Sequence[Visit]) -> int:
    """Minutes two people are on site together, arrival included; their visits lie on one day at one site."""
    if not a or not b:
        return 0
    spans = [Span(_arrival(case, min(v.span for v in visits)), max(v.span.end for v in visits)) for visits in (a, b)]
    return max(0, case.week.between(max(span.start for span in spans), min(span.end for span in spans)))


def _arrival(case: Case, span: Span) -> int:
    """The span in which a participant is on site for a visit."""
    return case.week.earlier(span.start, case.policy.arrival_buffer)


def _by_place(visits: Iterable[Visit]) -> dict[Place, list[Visit]]:
    """On-site visits by day and site."""
    by_place: dict[Place, list[Visit]] = {}
    for visit in visits:
        if visit.site is not None:
            by_place.setdefault((visit.day, visit.site), []).append(visit)
    return by_place
