"""What was found out about one roster and is still true of a later one, which differs in a few sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scheduler.explain.examination import Examination
from scheduler.explain.missing import Missing
from scheduler.result import Unmet
from scheduler.roster import Roster, Session


class EarlierAnswers(NamedTuple):
    """A roster's unmet care with its causes, and what was found out about it."""

    examined: Examination
    unmet: Sequence[Unmet]


def still_true(earlier: EarlierAnswers, now: Examination) -> dict[str, list[Unmet]]:
    """The explanations, by participant, that no changed session concerns; `now` gets what was found out about these people."""
    before, together = earlier.examined, now.case.care.together_with
    changed = set(_changed_names(before.roster, now.roster))
    untouched = [p for p in dict.fromkeys(m.participant for m in now.missing) if changed.isdisjoint(together((p,)))]
    now.own_weeks |= {p: week for p, week in before.own_weeks.items() if p in untouched}
    answers: dict[str, list[Unmet]] = {}
    for person in untouched:
        entries = [entry for entry in earlier.unmet if entry.participant == person]
        missing = [m for m in now.missing if m.participant == person]
        if list(map(_item_of_entry, entries)) == list(map(_item, missing)) and all(_is_independent(entry, changed) for entry in entries):
            answers[person] = entries
    now.causes |= {question: causes for question, causes in before.causes.items() if question[0] in answers}
    for person in answers.keys() & before.nears.keys():
        now.nears[person] = before.nears[person]
    return answers


def _item(missing: Missing) -> tuple[str, str, int]:
    return missing.rule, missing.what, missing.amount


def _item_of_entry(entry: Unmet) -> tuple[str, str, int]:
    return entry.rule, entry.what, entry.amount


def _is_independent(entry: Unmet, changed: set[str]) -> bool:
    """Whether an explanation does not depend on the sessions that concern the changed names."""
    if entry.kind == "lost":
        return changed.isdisjoint(id for cause in entry.causes for id in cause.about)
    return entry.kind == "impossible_alone"


def _changed_names(before: Roster, after: Roster) -> Iterator[str]:
    """The ids of everyone and everything in sessions that only one of two rosters has."""
    for session in (*_only_in(before, after), *_only_in(after, before)):
        yield from (name for name in (session.group, session.room, *session.facilitators) if name is not None)
        yield from (booking.participant for booking in session.bookings)


def _only_in(one: Roster, other: Roster) -> list[Session]:
    sessions = {session.id: session for session in other.sessions}
    return [session for session in one.sessions if sessions.get(session.id) != session]
