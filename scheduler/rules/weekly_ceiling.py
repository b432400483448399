"""No one gets more than was ordered, in a week or in a day.

Rule: Care minutes, counted sessions and service days of the week stay within the order's ceilings; care minutes and counted sessions of a
day, too: those of the participant, else of the phase, else of the policy of its level of care; group sessions of a category within the
service mix (at most n education; a session counts for the category of each of its segments). Services outside the bands (assessment,
orientation) count as care minutes if countable, never as sessions or days. What has happened is no violation: nothing may be added beyond
it.
Math: sum of uses <= max(ceiling, uses of sessions that have happened), for each of these counters.
Amount: minutes, sessions or days over the ceiling.
Source: program practice (9-12 h in 3-5 sessions), policy, phase, order; the day's ceilings are our judgment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import days_of
from scheduler.terms import Row, Visit, total
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class Counter(NamedTuple):
    """One count: its name, the amount that each visit uses, and the ceiling."""

    key: tuple[str | int, ...]
    uses: tuple[tuple[Visit, int], ...]
    ceiling: int


class WeeklyCeiling(Rule):
    """Minutes, sessions, days and service mix stay within their ceilings."""

    id = "weekly_ceiling"
    title = "No one gets more than was ordered"
    level = "hard"
    scope = "week"
    unit = "minutes, sessions or days over"
    parameters = (
        "weekly_minutes_ceiling",
        "sessions_ceiling",
        "days_ceiling",
        "day_minutes_ceiling",
        "day_sessions_ceiling",
        "counted_session_minutes",
        "breaks_count",
    )
    source = "program practice: 9-12 h in 3-5 sessions; the day's ceilings: our judgment"
    sees_times = False

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per counter that could go over, and one for the days."""
        for participant, visits in candidates.visits.items():
            for counter in counters(case, participant, visits):
                if sum(use for _, use in counter.uses) > counter.ceiling:
                    yield Row(self.id, (participant, *counter.key), counter.uses, counter.ceiling)
            days, ceiling = service_days(case, participant, visits)
            if len(days) > ceiling:
                yield Row(self.id, (participant, "days"), total(candidates.service_day(participant, day) for day in days), ceiling)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Add up each participant's week and days."""
        visits = view.visits[participant]
        for counter in counters(case, participant, visits):
            if (over := (used := sum(use for _, use in counter.uses)) - counter.ceiling) > 0:
                dates = days_of(case, (v.day for v, _ in counter.uses))
                message = f"{participant} has {named(counter, used)} ({dates}), {over} over the ceiling of {counter.ceiling}"
                yield self.violation(over, (participant,), message, [view.session_of[v].id for v, _ in counter.uses])
        days, ceiling = service_days(case, participant, visits)
        if (over := len(days) - ceiling) > 0:
            message = f"{participant} comes on {counted(len(days), 'day')}, the ceiling is {ceiling}: {days_of(case, days)}"
            yield self.violation(over, (participant,), message, [view.session_of[v].id for v in visits])


def named(counter: Counter, used: int) -> str:
    """The amount used of a counter, in words."""
    if counter.key[0] == "mix":
        return f"{counted(used, 'group place')} of {counter.key[1]}"
    return f"{counted(used, str(counter.key[0]).removesuffix('s'))} {'on one day' if 'day' in counter.key else 'in the week'}"


def counters(case: Case, participant: str, visits: Sequence[Visit]) -> Iterator[Counter]:
    """The counters of a participant's week and days over some visits, with ceilings raised to what has happened."""
    order = case.care.order(participant)
    minutes = tuple((v, m) for v in visits if (m := case.care.minutes_of(v)))
    sessions = tuple((v, 1) for v in visits if case.care.is_counted(v.service, v.group))
    yield _counter(case, ("minutes",), minutes, order.ceiling)
    yield _counter(case, ("sessions",), sessions, order.sessions_ceiling)
    minutes_on, sessions_on = _by_day(minutes), _by_day(sessions)
    for day in sorted({v.day for v in visits}):
        yield _counter(case, ("minutes", "day", day), minutes_on.get(day, ()), order.day_minutes_ceiling)
        yield _counter(case, ("sessions", "day", day), sessions_on.get(day, ()), order.day_sessions_ceiling)
    for mix in order.mix:
        if mix.at_most is not None:
            groups = _groups_of(case, mix.category)
            yield _counter(case, ("mix", mix.category), [(v, 1) for v in visits if v.group in groups], mix.at_most)


def _counter(case: Case, key: tuple[str | int, ...], uses: Iterable[tuple[Visit, int]], ceiling: int) -> Counter:
    uses = tuple(uses)
    happened = 0 if case.now is None else sum(use for v, use in uses if case.time.is_past(v.span.start))
    return Counter(key, uses, max(ceiling, happened))


def _by_day(uses: Iterable[tuple[Visit, int]]) -> dict[int, list[tuple[Visit, int]]]:
    days: dict[int, list[tuple[Visit, int]]] = {}
    for use in uses:
        days.setdefault(use[0].day, []).append(use)
    return days


def service_days(case: Case, participant: str, visits: Sequence[Visit]) -> tuple[list[int], int]:
    """Weekdays with a counted session among some visits, and the ceiling raised to what has happened."""
    counted = [v for v in visits if case.care.is_counted(v.service, v.group)]
    past = {v.day for v in counted if case.time.is_past(v.span.start)}
    return sorted({v.day for v in counted}), max(case.care.order(participant).days_ceiling, len(past))


def _groups_of(case: Case, category: str) -> frozenset[str]:
    """The groups that give a category in any segment."""
    return case.memo(
        f"weekly_ceiling {category}",
        lambda: frozenset(g for g in case.groups if any(case.services[s].category == category for s in case.groups.services(g))),
    )
