"""Fixes in words: what to do, what it gives to whom, and what it changes for others."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.barriers import all_of
from scheduler.explain.all_unmet import NOT_LOOKED_INTO
from scheduler.fixes.attempts import Attempts
from scheduler.fixes.trial import FixTrial
from scheduler.result import Fix, Unmet
from scheduler.words import counted

MOST_FIXES = 5


def with_fixes(attempts: Attempts, unmet: Sequence[Unmet]) -> tuple[Unmet, ...]:
    """The unmet care with up to five fixes each, or the number tried without success."""
    names = [(m.what, (m.participant, m.rule, m.key)) for m in attempts.start.missing]
    keys = [next(key for what, key in names if key[:2] == (u.participant, u.rule) and what == u.what) for u in unmet]
    return tuple(_reported(attempts, entry, key) for entry, key in zip(unmet, keys, strict=True))


def _reported(attempts: Attempts, entry: Unmet, key: tuple[object, ...]) -> Unmet:
    """An unmet item with the fixes that reduce it."""
    number = sum(entry.participant in idea.wanted_by for idea in attempts.tried if idea.kind != "rearrange")
    left = sum(entry.participant in idea.wanted_by for idea in attempts.left if idea.kind != "rearrange")
    better = [trial for trial in attempts.helpful if trial.amounts.get(key, 0) < attempts.start.amounts[key]]
    better.sort(key=lambda trial: (-trial.care_gain, len(trial.moved), trial.preference_change))
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
        cost += f"; {all_of(own)} {'gets' if len(own) == 1 else 'get'} other times"
    if trial.reseen:
        cost += f", {counted(trial.reseen, 'person sees', 'people see')} another therapist"
    return cost
