"""The rows of four rules, written session by session: what the rules write from columns must be the same."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.rules._clinicians import possible
from scheduler.rules._sharing import cliques
from scheduler.rules.clinician_balance import EVENING, HALF_HOUR, contracts
from scheduler.rules.clinician_load import DAILY, limit, measured, minutes_per_week
from scheduler.terms import AnyOf, FreeVariable, Handle, Row, Run, Visit
from scheduler.timegrid import DAY, WEEK, WEEKDAYS, Span, merge

Terms = tuple[tuple[Handle, int], ...]


def span_of(handle: Handle) -> Span:
    """The span of a session."""
    assert not isinstance(handle, AnyOf | FreeVariable)
    return handle.span if isinstance(handle, Visit | Run) else handle.run.span


def conflict_rows(case: Case, candidates: Candidates) -> Iterator[Row]:
    """No two sessions of a clinician at a time, travel left out."""
    for clinician in case.clinicians:
        for start, handles in cliques((task.occupied, handle) for task, handle in possible(case, candidates, clinician)):
            yield from _within("clinician_conflict", (clinician, start), tuple((handle, 1) for handle in handles), 1, candidates)


def load_rows(case: Case, candidates: Candidates) -> Iterator[Row]:
    """The limits of a day and of the week, without the caseload."""
    for clinician in case.clinicians:
        tasks = possible(case, candidates, clinician)
        week = tuple((handle, task.span.minutes) for task, handle in tasks)
        yield from _within("clinician_load", (clinician, "week"), week, minutes_per_week(case, clinician), candidates)
        for day in sorted({task.day for task, _ in tasks}):
            for measure in DAILY:
                terms = tuple((h, measured(case, task, measure)) for task, h in tasks if task.day == day and measured(case, task, measure))
                key = clinician, WEEKDAYS[day], measure
                yield from _within("clinician_load", key, terms, limit(case, clinician, measure), candidates)


def _within(rule: str, key: tuple[object, ...], terms: Terms, bound: int, candidates: Candidates) -> Iterator[Row]:
    """A row that can still bind; what has happened fits within it."""
    used = sum(coefficient for handle, coefficient in terms if handle in candidates.past)
    bound = max(bound, used)
    if any(handle not in candidates.past for handle, _ in terms) and sum(coefficient for _, coefficient in terms) > bound:
        yield Row(rule, key, terms, bound)


def balance_rows(case: Case, candidates: Candidates) -> Iterator[Row]:
    """Minutes, then evenings."""
    shares = contracts(case)
    everybody = sum(shares.values())
    uses = {c: (*candidates.appointments.get(c, ()), *candidates.facilitated.get(c, ())) for c in shares}
    lengths = {c: [span_of(use).minutes for use in of_one] for c, of_one in uses.items()}
    if unit := gcd(*(minutes for of_one in lengths.values() for minutes in of_one)):
        most = sum(min(WEEK, sum(of_one)) for of_one in lengths.values())
        digits = [(FreeVariable(("clinician_balance", bit)), unit << bit) for bit in range((most // unit).bit_length())]
        everyones = [(use, -span_of(use).minutes) for of_one in uses.values() for use in of_one]
        yield Row("clinician_balance", ("total",), (*everyones, *digits), 0)
        for c, of_one in uses.items():
            own = [(use, everybody * span_of(use).minutes) for use in of_one]
            total = [(digit, -shares[c] * value) for digit, value in digits]
            yield Row("clinician_balance", (c, "minutes"), (*own, *total), 0, price=1, step=HALF_HOUR * everybody)
    late = {c: [use for use in of_one if span_of(use).start % DAY >= case.policy.evening_start] for c, of_one in uses.items()}
    evenings = [
        (c, AnyOf(("clinician_balance", c, day), tuple(use for use in of_one if span_of(use).day == day)))
        for c, of_one in late.items()
        for day in sorted({span_of(use).day for use in of_one})
    ]
    staff = list(dict.fromkeys(who for who, _ in evenings))
    floors = [{c: number * shares[c] // everybody for c in staff} for number in range(len(evenings) + 1)]
    jumps = [number for number in range(1, len(floors)) if floors[number] != floors[number - 1]]
    choices = [FreeVariable(("clinician_balance", "evenings", number)) for number in jumps]
    if jumps:
        counted = [(choice, jump - before) for choice, jump, before in zip(choices, jumps, [0, *jumps], strict=False)]
        yield Row("clinician_balance", ("all evenings",), (*counted, *((evening, -1) for _, evening in evenings)), 0)
    for jump, before, after in zip(jumps[1:], choices, choices[1:], strict=False):
        yield Row("clinician_balance", ("evenings", jump), ((after, 1), (before, -1)), 0)
    for c in staff:
        share = [
            (choice, floors[j - 1][c] - floors[j][c]) for choice, j in zip(choices, jumps, strict=True) if floors[j - 1][c] != floors[j][c]
        ]
        terms = (*((evening, 1) for who, evening in evenings if who == c), *share)
        yield Row("clinician_balance", (c, "evenings"), terms, 0, price=EVENING)


def room_rows(case: Case, candidates: Candidates) -> Iterator[Row]:
    """For each set of rooms that matters, no more sessions at a time than free rooms."""
    coming = [v for visits in candidates.appointments.values() for v in visits if v.site is not None and v not in candidates.past]
    fitting = {visit: frozenset(candidates.rooms_at(visit)) for visit in coming}
    housings = [h for run in candidates.runs for h in candidates.housings[run] if h not in candidates.past]
    closed = {room: merge([*case.time.closed(room), *(span for r, span in candidates.past_rooms if r == room)]) for room in case.rooms}
    for rooms in _room_sets(case, list(dict.fromkeys(fitting.values()))):
        items: list[tuple[Span, Handle | None]] = [(h.run.span, h) for h in housings if h.room in rooms]
        items += [(visit.span, visit) for visit in coming if fitting[visit] <= rooms]
        items += [(span, None) for room in rooms for span in closed[room]]
        ordered = tuple(room for room in case.rooms if room in rooms)
        for start, active in cliques(items):
            handles = [handle for handle in active if handle is not None]
            if len(handles) > (free := len(rooms) - active.count(None)):
                yield Row("room_conflict", (*ordered, start), tuple((handle, 1) for handle in handles), free)


def _room_sets(case: Case, fitting: list[frozenset[str]]) -> set[frozenset[str]]:
    sets = {*(frozenset({room}) for room in case.rooms), *fitting}
    while more := {a | b for a in sets for b in fitting if a & b} - sets:
        sets |= more
    return sets
