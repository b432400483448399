"""Merge participants, clinicians and groups: their own fields, and orders, decisions, absences and the week's changes.

The inverse of `api.weeks.store.dated_records`. A participant's order in the week becomes an order from that Monday on; a new phase with
its date becomes a decision; an absence is stored with the person, and one stored as a separate entry is removed only
if it may be archived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from api.database.tables.base import new_id
from api.programs.models import AbsenceEntry, OrderEntry, PhaseEntry
from api.programs.store.kinds import KINDS
from api.spreadsheets.store.merging.comparable import in_order
from api.spreadsheets.store.merging.rows import Changes
from api.weeks.models.weeks import GroupWeek
from scheduler.fields import Model
from scheduler.instance import Absence, Clinician, Group, Participant

OF_THE_WEEK = frozenset({"module", "intake_override"})
"""Fields of a group that can change for one week only."""

DATED = frozenset({"phase", "phase_since", "phase_change", "order", "availability"})
"""Fields of a participant that come from dated entries; all others are the participant's own."""


def merge_participant(changes: Changes, monday: date, current: Participant, target: Participant) -> None:
    """Change the rows of a participant to match the target week."""
    own: Participant = changes.model("participants", current.id)
    update = _plain_fields(current, target, DATED)
    if {"home_track", "home_cohort"} & update.keys():
        # Changing only one of the two would bring back last week's home track.
        update |= {"home_track": target.home_track, "home_cohort": target.home_cohort}
    if current.order != target.order:
        _merge_order(changes, monday, target)
    names = ("phase", "phase_since", "phase_change")
    if any(getattr(current, name) != getattr(target, name) for name in names):
        update |= _merge_phase(changes, monday, own, current, target)
    if current.availability != target.availability:
        absences = own.availability.absences
        if in_order(current.availability.absences) != in_order(target.availability.absences):
            absences = _merge_absences(changes, monday, ("participant", current.id), absences, target.availability.absences)
        update["availability"] = target.availability.model_copy(update={"absences": absences})
    changes.put("participants", own.model_copy(update=update))


def merge_clinician(changes: Changes, monday: date, current: Clinician, target: Clinician) -> None:
    """Change the rows of a clinician to match the target week."""
    own: Clinician = changes.model("clinicians", current.id)
    update = _plain_fields(current, target, frozenset({"leave"}))
    if in_order(current.leave) != in_order(target.leave):
        update["leave"] = _merge_absences(changes, monday, ("clinician", current.id), own.leave, target.leave)
    changes.put("clinicians", own.model_copy(update=update))


def merge_group(changes: Changes, special: GroupWeek, current: Group, target: Group) -> GroupWeek:
    """Change a group's row to match the target week, and return the changes that apply to this week only."""
    own: Group = changes.model("groups", current.id)
    update: dict[str, Any] = {}
    week: dict[str, Any] = {}
    for name, value in _plain_fields(current, target, frozenset()).items():
        if name in OF_THE_WEEK or getattr(special, name, None) is not None:
            week[name] = value
            # A week's change cannot be empty, so the group's own value is removed.
            update |= {name: None} if value is None and getattr(own, name) is not None else {}
        else:
            update[name] = value
    changes.put("groups", own.model_copy(update=update))
    return special.model_copy(update=week)


def _plain_fields(current: Model, target: Model, aside: frozenset[str]) -> dict[str, Any]:
    """The fields that differ, other than dated ones."""
    values = {name: getattr(target, name) for name in type(target).model_fields if name not in aside}
    return {name: value for name, value in values.items() if value != getattr(current, name)}


def _merge_order(changes: Changes, monday: date, target: Participant) -> None:
    """Record an order for the participant from this Monday on."""
    entries: list[OrderEntry] = [e for e in _entries(changes, "orders") if e.participant == target.id and e.first == monday]
    last = max(entries, key=lambda entry: entry.id, default=None)
    id = new_id() if last is None else last.id
    changes.put("orders", OrderEntry(id=id, participant=target.id, first=monday, order=target.order))


def _merge_phase(changes: Changes, monday: date, own: Participant, current: Participant, target: Participant) -> dict[str, Any]:
    """Record a decision or correct the one in force; return the changes to the participant's own fields."""
    decided = [
        d
        for d in _entries(changes, "phase_decisions")
        if d.participant == own.id and d.phase is not None and d.first <= monday + timedelta(days=6)
    ]
    decision: PhaseEntry | None = max(decided, key=lambda d: (d.first, d.id), default=None)
    since, change = target.phase_since, target.phase_change
    is_decision = change is not None and change.date == since and target.phase not in (None, current.phase)
    if is_decision and since is not None and (own.phase_since is None or since >= own.phase_since):
        same = decision is not None and decision.first == since
        _put_decision(changes, decision if same else None, target, since)
        return {}
    is_over = decision is None or (since is not None and since > decision.first)
    if is_over or target.phase is None:
        news = {} if target.phase_change == current.phase_change else {"phase_change": target.phase_change}
        return {"phase": target.phase, "phase_since": since} | news
    assert decision is not None
    _put_decision(changes, decision, target, since or decision.first)
    return {}


def _put_decision(changes: Changes, former: PhaseEntry | None, target: Participant, first: date) -> None:
    step = None if target.phase_change is None else target.phase_change.largest_step
    entry = PhaseEntry(
        id=new_id() if former is None else former.id,
        participant=target.id,
        first=first,
        phase=target.phase,
        largest_step=step if target.phase_change is not None or former is None else former.largest_step,
        step_up_reason=None if former is None else former.step_up_reason,
        reason=None if former is None else former.reason,
        decided_by=None if former is None else former.decided_by,
    )
    changes.put("phase_decisions", entry)


def _merge_absences(
    changes: Changes, monday: date, owner: tuple[str, str], own: Sequence[Absence], target: Sequence[Absence]
) -> tuple[Absence, ...]:
    """The absences to store with a person; separate entries that are no longer wanted are archived."""
    field, id = owner
    sunday = monday + timedelta(days=6)
    noted = {_span(absence) for absence in own}
    entries = {
        _span(entry): entry
        for entry in _entries(changes, "absences")
        if getattr(entry, field) == id and entry.first <= sunday and entry.last >= monday and _span(entry) not in noted
    }
    remaining = {_span(absence) for absence in target}
    for span, entry in entries.items():
        if span not in remaining:
            changes.remove("absences", entry.id)
    return tuple(absence for absence in target if absence.note is not None or _span(absence) not in entries)


def _span(absence: Absence | AbsenceEntry) -> tuple[date, date, int, int]:
    return absence.first, absence.last, absence.start, absence.end


def _entries(changes: Changes, kind: str) -> Iterable[Any]:
    """The active dated entries of a kind."""
    model = KINDS[kind].model
    return (model.model_validate(row.document) for row in tuple(changes.rows(kind).values()) if row.archived_at is None)
