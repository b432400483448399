"""The week after a roster, and the rest of its own week."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.case import Case
from scheduler.instance import Instance, Participant, Published, Relation
from scheduler.rollover.history import history_after
from scheduler.rollover.notes import notes_on
from scheduler.rollover.people import clinicians_after, groups_after, participants_after, program_after, rooms_after
from scheduler.roster import Roster
from scheduler.view import View

MAX_ID = 64


@dataclass(frozen=True, slots=True)
class RolledWeek:
    """The next week.

    Attributes:
        instance: In the default mode: everyone keeps their places unless something forces a change.
        notes: What is different, and what is due to be decided, in sentences with ids only.
    """

    instance: Instance
    notes: tuple[str, ...]


def roll_over(week: Instance, roster: Roster, seed: str | None = None) -> RolledWeek:
    """The week after a week.

    Carried on are homes, orders and phases, the history, units used and modules. Every booking counts as attended. Left behind are pins,
    `now`, agreements about places, overrides of newcomers, make-up runs, people discharged before, and absences and closures that are over.

    Args:
        week: The week, without errors.
        roster: Its roster, of known ids; it may break rules.
        seed: Seed of next week's random times; None draws one, so that nobody can predict them from this week.
    """
    case = Case(week)
    view = View(case, roster)
    people = participants_after(case, view)
    instance = week.model_copy(
        update={
            "id": next_id(week.id, week.monday),
            "monday": week.monday + timedelta(days=7),
            "now": None,
            "seed": None if case.seed is None else seed or secrets.token_hex(16),
            "mode": None,
            "program": program_after(case),
            "rooms": rooms_after(case),
            "clinicians": clinicians_after(case),
            "groups": groups_after(case, view),
            "participants": people,
            "relations": _relations(week, people),
            "history": history_after(case, roster),
            "published": None,
            "pins": (),
        }
    )
    return RolledWeek(instance, tuple(notes_on(case, view, instance)))


def resume(week: Instance, roster: Roster, now: datetime) -> Instance:
    """The rest of a week: its roster is what people know, and whatever begins before ``now`` has happened.

    Args:
        now: An aware time.
    """
    at = None if week.published is None else week.published.at
    return week.model_copy(update={"now": now, "published": Published(roster=roster, at=at)})


def next_id(id: str, monday: date) -> str:
    """The id of the week after: its Monday or its number goes on; without either, the Monday is added."""
    following = monday + timedelta(days=7)
    if monday.isoformat() in id:
        return id.replace(monday.isoformat(), following.isoformat())
    if number := re.search(r"\d+$", id):
        return f"{id[: number.start()]}{int(number[0]) + 1:0{len(number[0])}d}"[:MAX_ID]
    return f"{id[: MAX_ID - 11]}-{following.isoformat()}"


def _relations(week: Instance, people: tuple[Participant, ...]) -> tuple[Relation, ...]:
    ids = {person.id for person in people}
    return tuple(relation for relation in week.relations if {relation.a, relation.b} <= ids)
