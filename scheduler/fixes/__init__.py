"""Fixes for unmet care, tested by solving again and ranked by their gain and their cost to others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from scheduler.barriers import all_of
from scheduler.case import Case
from scheduler.explain.all_unmet import NOT_LOOKED_INTO, Examination
from scheduler.fixes.change import Change, applied
from scheduler.fixes.idea import Idea
from scheduler.fixes.ideas import ideas_for, rearrange
from scheduler.fixes.trial import FixTrial, TrialStart, attempt, base
from scheduler.instance import Instance
from scheduler.result import Fix, Unmet
from scheduler.roster import Roster
from scheduler.words import counted

__all__ = ["MOST_SECONDS_EACH", "Change", "applied", "is_dispensable", "tried_fixes"]

MOST_FIXES = 5
ENOUGH = 3
"""A participant with so many fixes that leave nothing missing and move nobody needs no other one."""
MOST_SECONDS_EACH = 2.0
LEAST_SECONDS = 0.05


def tried_fixes(
    instance: Instance,
    roster: Roster,
    unmet: Sequence[Unmet],
    seconds: float = 15.0,
    is_cancelled: Callable[[], bool] = lambda: False,
    examined: Examination | None = None,
) -> tuple[Unmet, ...]:
    """Test ideas that could help unmet care, with everyone else held as booked.

    Args:
        roster: A legal roster of the instance.
        unmet: Its unmet care, from `unmet_care`.
        seconds: Wall time for all fixes together; each participant's most promising idea comes first, shared ideas are tried once.
        is_cancelled: Called between trials.
        examined: What was found out about the unmet care, if it was.

    Returns:
        The unmet care with up to five fixes each, or the number tried without success.
    """
    began = time.monotonic()
    start = base(Case(instance) if examined is None else examined.case, roster)
    if examined is None:
        examined = Examination(start.case, roster, start.view, start.missing)
        examined.look_closely(list(dict.fromkeys(entry.participant for entry in unmet)))
    waiting = ideas_for(examined, unmet)
    tried: list[Idea] = []
    helpful: list[FixTrial] = []
    first = time.monotonic()
    while waiting and not is_cancelled():
        now = time.monotonic()
        # A trial that would end too late is not begun.
        left = began + seconds - now
        if left <= max(LEAST_SECONDS, (now - first) / max(1, len(tried))):
            break
        idea = waiting.pop(0)
        if is_dispensable(idea, helpful):
            continue
        tried.append(idea)
        if (trial := attempt(start, idea, now + min(MOST_SECONDS_EACH, left))) is None:
            continue
        helpful.append(trial)
        # An exception gets no credit for what its people could have without one, so try that next.
        without = rearrange(trial.idea.wanted_by)
        if not any(other.kind == "rearrange" and set(other.people) >= set(without.people) for other in (*tried, *waiting)):
            waiting.insert(0, without)
    waiting = [idea for idea in waiting if not is_dispensable(idea, helpful)]
    return tuple(_reported(start, entry, key, helpful, tried, waiting) for entry, key in _keyed(start, unmet))


def is_dispensable(idea: Idea, helpful: Sequence[FixTrial]) -> bool:
    """Whether everyone the idea serves has enough fixes that could not be better."""
    return idea.kind != "rearrange" and all(
        sum(trial.is_all_for(person) for trial in helpful if trial.idea.kind != "rearrange") >= ENOUGH for person in idea.wanted_by
    )


def _keyed(start: TrialStart, unmet: Sequence[Unmet]) -> Iterator[tuple[Unmet, tuple[object, ...]]]:
    """Every unmet item with its key in `TrialStart.amounts`."""
    names = [(m.what, (m.participant, m.rule, m.key)) for m in start.missing]
    for entry in unmet:
        yield entry, next(key for what, key in names if key[:2] == (entry.participant, entry.rule) and what == entry.what)


def _reported(
    start: TrialStart, entry: Unmet, key: tuple[object, ...], helpful: Sequence[FixTrial], tried: Sequence[Idea], waiting: Sequence[Idea]
) -> Unmet:
    """An unmet item with the fixes that reduce it."""
    number = sum(entry.participant in idea.wanted_by for idea in tried)
    left = sum(entry.participant in idea.wanted_by for idea in waiting)
    # An exception gets no credit for what other bookings alone would give.
    free = min((trial.amounts.get(key, 0) for trial in helpful if trial.idea.kind == "rearrange"), default=start.amounts[key])
    better = [
        trial
        for trial in helpful
        if trial.amounts.get(key, 0) < (start.amounts[key] if trial.idea.kind == "rearrange" else min(free, start.amounts[key]))
    ]
    better.sort(key=lambda trial: (-trial.care_gain, len(trial.moved), trial.preference_change))
    first = next((trial for trial in better if trial.idea.kind == "rearrange"), None)
    better = [trial for trial in better if trial.idea.kind != "rearrange" or trial is first]
    fixes = tuple(_fix(trial) for trial in better[:MOST_FIXES])
    summary = f"{len(better)} of {number} fixes tried help" if better else f"no fix helps ({number} tried)"
    if not number:
        is_late = left or any(cause.rule == NOT_LOOKED_INTO for cause in entry.causes)
        summary = "no fix was tried in time" if is_late else "there was no fix to try"
    elif left:
        summary += f"; {left} more were not tried in time"
    return entry.model_copy(update={"fixes": fixes, "fixes_tried": number, "fixes_summary": summary})


def _fix(trial: FixTrial) -> Fix:
    """A fix in words: what to do, what it gives to whom, and what it changes for others."""
    gains = all_of([gain for person in trial.idea.wanted_by if (gain := _gain(trial, person))])
    return Fix(
        kind=trial.idea.kind,
        sentence=f"{trial.idea.words}: {gains}; {_cost(trial)}",
        care_gain=trial.care_gain,
        people_moved=trial.moved,
        preference_change=trial.preference_change,
        instance_change=trial.idea.change,
    )


def _gain(trial: FixTrial, person: str) -> str:
    """What a participant gets, in minutes of sessions; nothing if somebody else gains."""
    minutes = trial.minutes.get(person, 0)
    if minutes > 0:
        return f"{minutes} more minutes for {person}"
    return f"a better week for {person}" if minutes == 0 and person in trial.helped else ""


def _cost(trial: FixTrial) -> str:
    """Who is moved, and how many see somebody else."""
    others = [person for person in trial.moved if person not in trial.idea.wanted_by]
    own = [person for person in trial.moved if person in trial.idea.wanted_by]
    cost = f"moves {counted(len(others), 'other person', 'other people')} ({all_of(others)})" if others else "moves nobody else"
    if own:
        cost += f", and {all_of(own)} to other times"
    if trial.reseen:
        cost += f", {counted(trial.reseen, 'person sees', 'people see')} another therapist"
    return cost
