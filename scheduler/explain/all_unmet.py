"""Explanation of all unmet care, a few participants at a time, within a time limit, the most costly first."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from scheduler.barriers import OwnWeek
from scheduler.case import Case
from scheduler.explain.binding import binding_causes
from scheduler.explain.isolated_weeks import Alone
from scheduler.explain.missing import Missing, missing_care
from scheduler.explain.unmet import MOST_CAUSES, explain_unmet
from scheduler.model.local_model import LocalModel, local_model
from scheduler.result import Cause, Unmet
from scheduler.roster import Roster
from scheduler.verify import judge
from scheduler.view import View

PEOPLE_AT_ONCE = 4
"""Participants compiled together; memory and time of a batch do not grow with the program (about 1 s at 240 participants)."""
MOST_SECONDS = 20.0
CLOSELY = 0.7
"""The share of the time in which people are looked at closely; the others are looked at as if nobody else were in the program."""
GRACE_SECONDS = 1.5
"""So much longer people may be looked at in this quick way, so that nothing is left without a reason."""
NOT_LOOKED_INTO = "time"
"""The cause given for care that was not examined because the time for explaining was over."""


def unmet_care(case: Case, roster: Roster, seconds: float = MOST_SECONDS) -> tuple[Unmet, ...]:
    """The ordered care missing in a readable roster, and why: one entry for every care amount.

    Args:
        seconds: Wall time; care not explained by then is listed with a cause that says so.
    """
    return unmet_around(case, roster, seconds=seconds)[1]


def unmet_around(
    case: Case,
    roster: Roster,
    alone_of: Callable[[str], int] | None = None,
    seconds: float = MOST_SECONDS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[list[LocalModel], tuple[Unmet, ...]]:
    """Like `unmet_care`, but also return the roster around the participants explained, for further use.

    Args:
        alone_of: Returns the known least care cost of a participant alone, to save work.
        is_cancelled: Called after every batch of participants; the rest is listed as not examined.
    """
    began = time.monotonic()
    deadline = began + CLOSELY * seconds
    missing = missing_care(case, View(case, roster), judge(case, roster))
    nears: list[LocalModel] = []
    explained: dict[str, list[Unmet]] = {}
    waiting = _most_costly_first(case, missing)
    while waiting:
        people, waiting = waiting[:PEOPLE_AT_ONCE], waiting[PEOPLE_AT_ONCE:]
        if nears and (time.monotonic() >= deadline or is_cancelled()):
            break
        near = local_model(case, roster, people)
        nears.append(near)
        alone = Alone(case, near.candidates, alone_of, max(0.0, deadline - time.monotonic()))
        for entry in explain_unmet(near, alone, people):
            explained.setdefault(entry.participant, []).append(entry)
    entries = {person: iter(of_person) for person, of_person in explained.items()}
    own_weeks: dict[str, OwnWeek] = {}
    rest: list[Unmet] = []
    for m in missing:
        if m.participant in entries:
            rest.append(next(entries[m.participant]))
        elif seconds and time.monotonic() < began + seconds + GRACE_SECONDS and not is_cancelled():
            rest.append(_looked_at_alone(case, roster, own_weeks, m))
        else:
            rest.append(_not_looked_into(case, m))
    return nears, tuple(rest)


def unlooked_care(case: Case, roster: Roster) -> tuple[Unmet, ...]:
    """The missing care without causes, for use when there is no time to examine it."""
    return tuple(_not_looked_into(case, m) for m in missing_care(case, View(case, roster), judge(case, roster)))


def _most_costly_first(case: Case, missing: Sequence[Missing]) -> list[str]:
    """The participants with missing care, the most costly first."""
    costs: dict[str, int] = {}
    for m in missing:
        costs[m.participant] = costs.get(m.participant, 0) + m.amount * case.care.factor(m.participant)
    return sorted(costs, key=lambda person: -costs[person])


def _looked_at_alone(case: Case, roster: Roster, own_weeks: dict[str, OwnWeek], missing: Missing) -> Unmet:
    """What binds in the participant's own week, which is quick to see; whether others stand in the way is left open."""
    person = missing.participant
    if person not in own_weeks:
        own_weeks[person] = OwnWeek(case, person, roster.sessions)
    return _not_looked_into(case, missing).model_copy(update={"causes": binding_causes(own_weeks[person], missing)[:MOST_CAUSES]})


def _not_looked_into(case: Case, missing: Missing) -> Unmet:
    sentence = "not examined, because much is unmet this week; ask for the explanation of this participant alone"
    return Unmet(
        participant=missing.participant,
        rule=missing.rule,
        amount=missing.amount,
        factor=case.care.factor(missing.participant),
        what=missing.what,
        kind="unproven",
        causes=(Cause(rule=NOT_LOOKED_INTO, sentence=sentence),),
    )
