"""Merge settings, weights, pins and history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.database import tables
from api.database.tables.base import new_id
from api.instances.store import ImportedWeek, publish_imported
from api.programs.models import ProgramSettings, RelationEntry
from api.programs.store.programs import replace_settings
from api.spreadsheets.store.merging.rows import Changes
from api.weeks.models.weeks import GroupWeek, WeekSettings
from api.weeks.store.weeks import change_settings, lock_week, pin_of, pins_of, published_roster, settings_of_week
from scheduler.instance import History, Instance

WEEK = timedelta(weeks=1)
HISTORY_LISTS = ("orders", "services", "modules")
OF_PROGRAM = ("label", "zone", "travel", "telehealth_hours", "closures", "week_a")


def merge_settings(changes: Changes, program: tables.ProgramRow, week: WeekSettings, current: Instance, target: Instance) -> dict[str, int]:
    """Change the program's settings where they differ, and return the weights of this week only."""
    settings = ProgramSettings.model_validate(program.document)
    update: dict[str, Any] = {
        name: getattr(target.program, name) for name in OF_PROGRAM if getattr(target.program, name) != getattr(current.program, name)
    }
    if target.policy != current.policy:
        update["policy"] = target.policy
    own, special = dict(settings.weights), dict(week.weights)
    for rule in current.weights.keys() | target.weights.keys():
        if current.weights.get(rule) == target.weights.get(rule):
            continue
        for weights in (own, special):
            weights.pop(rule, None) if rule not in target.weights else None
        if rule in target.weights:
            (special if rule in special else own)[rule] = target.weights[rule]
    if own != settings.weights:
        update["weights"] = own
    if update:
        changes.session.flush()
        replace_settings(changes.session, program, settings.model_copy(update=update), changes.by)
        changes.changed["settings"] += 1
    return special


def merge_week(
    changes: Changes, current: Instance, target: Instance, groups: dict[str, GroupWeek], weights: dict[str, int], at: datetime
) -> None:
    """Change the week's own settings and its pins.

    Args:
        groups: Changes to groups for this week only.
        weights: Weights for this week only.
    """
    week = lock_week(changes.session, changes.program, target.monday, changes.by)
    former = settings_of_week(week)
    update: dict[str, Any] = {"groups": {id: special for id, special in groups.items() if special != GroupWeek()}, "weights": weights}
    update |= {"mode": target.mode} if target.mode != current.mode else {}
    update |= {"seed": target.seed} if target.seed != current.seed else {}
    update |= {"released": target.history.released} if target.history.released != current.history.released else {}
    settings = former.model_copy(update=update)
    if settings != former:
        change_settings(week, settings, changes.by, at)
        changes.changed["week"] += 1
    if _merge_pins(changes, target):
        week.touch(changes.by, at)


def _merge_pins(changes: Changes, target: Instance) -> bool:
    """Add new pins, and delete missing ones that may be deleted."""
    rows = list(pins_of(changes.session, changes.program, target.monday))
    missing = list(target.pins)
    is_changed = False
    for row in rows:
        pin = pin_of(row)
        if pin in missing:
            missing.remove(pin)
        elif changes.may_remove("pins", row.id):
            changes.session.delete(row)
            changes.archived["pins"] += 1
            is_changed = True
    for pin in missing:
        document = pin.model_dump(mode="json", exclude_defaults=True)
        stamps = {"created_by": changes.by, "changed_by": changes.by}
        changes.session.add(tables.PinRow(program=changes.program, monday=target.monday, document=document, **stamps))
        changes.created["pins"] += 1
        is_changed = True
    return is_changed


def merge_relations(changes: Changes, target: Instance) -> None:
    """Add new relations, and archive missing ones that may be archived."""
    people = {person.id for person in target.participants}
    missing = {(frozenset((r.a, r.b)), r.kind): r for r in target.relations}
    for row in tuple(changes.rows("relations").values()):
        entry = RelationEntry.model_validate(row.document)
        if row.archived_at is not None:
            continue
        if missing.pop((frozenset((entry.a, entry.b)), entry.kind), None) is None and {entry.a, entry.b} <= people:
            changes.remove("relations", entry.id)
    for relation in missing.values():
        changes.put("relations", RelationEntry(id=new_id(), a=relation.a, b=relation.b, kind=relation.kind))


def merge_history(changes: Changes, current: Instance, target: Instance, at: datetime) -> ImportedWeek | None:
    """Import the history before Monday that the program does not know itself; return last week's roster, if it was published.

    A file never changes published rosters or recorded attendance.
    """
    session, program, before = changes.session, changes.program, target.monday - WEEK
    row = session.get(tables.ImportedHistoryRow, program)
    is_known = session.scalar(_published_before(program, target.monday)) is not None if row is None else row.monday != target.monday
    if not is_known:
        _merge_imported_history(changes, row, current, target)
    last = target.history.last_week
    if last is None or published_roster(session, program, before) is not None:
        return None
    session.flush()
    return publish_imported(session, program, before, last, changes.by, at, "history.last_week")


def _merge_imported_history(changes: Changes, row: tables.ImportedHistoryRow | None, current: Instance, target: Instance) -> None:
    """The history before Monday; people missing from the instance keep theirs."""
    people = {person.id for person in target.participants}
    if all(_of(getattr(current.history, name), people) == _of(getattr(target.history, name), people) for name in HISTORY_LISTS):
        return
    former = History() if row is None else History.model_validate(row.document)
    lists: dict[str, tuple[Any, ...]] = {
        name: (*getattr(target.history, name), *(entry for entry in getattr(former, name) if entry.participant not in people))
        for name in HISTORY_LISTS
    }
    document = former.model_copy(update=lists).model_dump(mode="json")
    if row is None:
        changes.session.add(tables.ImportedHistoryRow(program=changes.program, monday=target.monday, document=document))
    else:
        row.document = document
    changes.changed["history"] += 1


def _of(entries: Iterable[Any], people: set[str]) -> list[Any]:
    return [entry for entry in entries if entry.participant in people]


def _published_before(program: str, monday: Any) -> Any:
    roster = tables.RosterRow
    return select(roster.id).where(roster.program == program, roster.state == "published", roster.monday < monday).limit(1)


def names_of(things: Iterable[Any]) -> dict[str, Any]:
    """Things by id."""
    return {thing.id: thing for thing in things}
