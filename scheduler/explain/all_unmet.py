"""Explanation of all unmet care within a time limit: everyone by the rules alone, then a few at a time closely, the most costly first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from scheduler.barriers import all_of
from scheduler.case import Case
from scheduler.explain.binding import helpful_names
from scheduler.explain.examination import Examination
from scheduler.explain.isolated_weeks import Alone, KnownCosts
from scheduler.explain.missing import Missing, missing_care
from scheduler.explain.still_true import EarlierAnswers, still_true
from scheduler.explain.unmet import MOST_CAUSES, explain_unmet
from scheduler.imports import uncollected
from scheduler.result import Cause, Unmet
from scheduler.roster import Roster
from scheduler.verify import judge
from scheduler.view import View

PEOPLE_AT_ONCE = 4
"""Participants compiled together; memory and time of a batch do not grow with the program (about 1 s at 240 participants)."""
MOST_SECONDS = 20.0
GRACE_SECONDS = 1.5
"""How much longer than the limit participants may be looked at by the rules alone, so that nothing is left without a reason."""
NOT_LOOKED_INTO = "time"
"""The cause of care for which there was no time to ask the rules."""


def unmet_care(case: Case, roster: Roster, seconds: float = MOST_SECONDS) -> tuple[Unmet, ...]:
    """The ordered care missing in a readable roster, and why: one entry for every care amount.

    Args:
        seconds: Wall time; care not looked at closely by then has the reasons that the rules alone give.
    """
    return unmet_around(case, roster, seconds=seconds)[1]


def unmet_around(
    case: Case,
    roster: Roster,
    alone_of: KnownCosts | None = None,
    seconds: float = MOST_SECONDS,
    is_cancelled: Callable[[], bool] = lambda: False,
    earlier: EarlierAnswers | None = None,
) -> tuple[Examination, tuple[Unmet, ...]]:
    """Like `unmet_care`, but also return what was found out, for further use.

    Args:
        alone_of: Returns the least care cost of a participant alone if it is known, to save work.
        is_cancelled: Called before every batch of participants; the others have the reasons that the rules alone give.
        earlier: The explanation of an earlier roster: what is still true of it is not looked for again.
    """
    began = time.monotonic()
    view = View(case, roster)
    examined = Examination(case, roster, view, missing_care(case, view, judge(case, roster)))
    closely = {} if earlier is None else still_true(earlier, examined)
    rest = [_by_rules(examined, m, time.monotonic() < began + seconds + GRACE_SECONDS) for m in examined.missing]
    for people in _batches([p for p in most_costly_first(case, examined.missing) if p not in closely], began + seconds):
        if is_cancelled():
            break
        with uncollected():
            near = examined.look_closely(people)
            alone = Alone(case, near.candidates, alone_of, max(0.0, began + seconds - time.monotonic()))
            for entry in explain_unmet(near, alone, people):
                closely.setdefault(entry.participant, []).append(entry)
    answers = {person: iter(entries) for person, entries in closely.items()}
    return examined, tuple(next(answers[u.participant]) if u.participant in answers else u for u in rest)


def _batches(people: Sequence[str], deadline: float, now: Callable[[], float] = time.monotonic) -> Iterator[list[str]]:
    """One participant, then a few at once, as long as there is time for what each took so far."""
    each, size = 0.0, 1
    while people and (began := now()) + each < deadline:
        yield list(people[:size])
        ended = now()
        each, people = (ended - began) / size, people[size:]
        size = max(1, min(PEOPLE_AT_ONCE, len(people), int((deadline - ended) / max(each, 1e-6))))


def unlooked_care(case: Case, roster: Roster) -> tuple[Unmet, ...]:
    """The missing care with the reasons that the rules alone give, for use when there is no time to solve anything."""
    return unmet_around(case, roster, seconds=0.0)[1]


def most_costly_first(case: Case, missing: Sequence[Missing]) -> list[str]:
    """The participants with missing care, the most costly first."""
    costs: dict[str, int] = {}
    for m in missing:
        costs[m.participant] = costs.get(m.participant, 0) + m.amount * case.care.factor(m.participant)
    return sorted(costs, key=lambda person: -costs[person])


def _by_rules(examined: Examination, missing: Missing, is_in_time: bool) -> Unmet:
    """What binds in the participant's own week, which needs no solve; whether others stand in the way is left open."""
    case = examined.case
    return Unmet(
        participant=missing.participant,
        rule=missing.rule,
        amount=missing.amount,
        factor=case.care.factor(missing.participant),
        what=missing.what,
        kind="unproven",
        causes=examined.binding(missing)[:MOST_CAUSES] if is_in_time else (_out_of_time(case, missing),),
    )


def _out_of_time(case: Case, missing: Missing) -> Cause:
    """What would help and was not placed before the time was over."""
    names = helpful_names(case, missing)
    sentence = (
        f"the time ended before {all_of(names, last='or')} could be placed"
        if names
        else f"nothing that is ordered gives it: {missing.what}"
    )
    return Cause(rule=NOT_LOOKED_INTO, about=(missing.participant,), sentence=sentence)
