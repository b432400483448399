"""Import a week's instance from a file into a program: rehearsed first, then all or nothing.

An empty program receives everything (`api.instances.store`), any other program the differences (`merging`). The rehearsal is the import
itself in a transaction that is rolled back, so that a preview never promises what an import does not do.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from api.database import Store
from api.database.tables import ProgramRow
from api.instances.store import ImportedWeek, import_instance, is_empty
from api.kernel.errors import Problem
from api.programs.models import ImportedRoster, ProgramSettings
from api.programs.store.entities import lock_program
from api.programs.store.programs import create_program
from api.spreadsheets.models import BookChanges, NotTaken, Removal
from api.spreadsheets.store.merging import comparable, merge_instance, state_of
from api.weeks.store.building import build_instance
from scheduler.exchange.workbook import SheetDifference, differences
from scheduler.instance import History, Instance

T = TypeVar("T")

LETTERS = 24

INSTEAD = {
    "Last week": "Published rosters are not changed by a file: edit that week's roster here and publish it again.",
    "Published": "Published rosters are not changed by a file: add the roster as a draft, review it, and publish it.",
    "Past orders": "Past orders come from the weeks published here.",
    "Last services": "This comes from the weeks published here and their attendance: correct the attendance.",
    "Modules done": "This comes from the weeks published here and their attendance: correct the attendance.",
}
"""Where to make changes that a file cannot make, by the beginning of the sheet's title."""

ELSEWHERE = "Change it in the program: a dated entry there overrides it, e.g. a decision, an order, or last week's roster."


@dataclass(frozen=True, slots=True)
class ImportEffects:
    """The effects of importing a week.

    Attributes:
        before: The week before the import; in comparable form, as `target` is.
        after: The week after the import, without entries that stay although they are missing from the file.
        target: The week in the file.
        archived: Kind and id of each archived entry, for the audit trail.
    """

    is_empty: bool
    before: Instance
    after: Instance
    target: Instance
    changes: BookChanges


class _RehearsedError(Exception):
    """Ends the transaction of a rehearsal."""


def rehearse(
    store: Store, program: str, content: bytes, instance: Instance, archive: Sequence[str] | None, by: str, at: datetime
) -> tuple[ImportEffects, str]:  # fmt: skip
    """The effects an import would have, and the token that permits it.

    Raises:
        Problem: The import would be refused.
    """

    def action(session: Session) -> tuple[ImportEffects, str]:
        lock_program(session, program)
        token = token_of(session, program, content, instance.monday)
        return take_over(session, program, instance, archive, by, at), token

    return rehearsed(store, action)


def rehearsed(store: Store, action: Callable[[Session], T]) -> T:
    """Carry out an action in a transaction that is rolled back, and return its result."""
    try:
        with store.writing() as session:
            result = action(session)
            raise _RehearsedError
    except _RehearsedError:
        return result


def begin_program(session: Session, id: str, instance: Instance, by: str, at: datetime) -> ImportEffects:
    """Create a program with everything in an instance.

    Args:
        instance: Validated, without errors.

    Raises:
        Problem: The import is refused, or the id is taken.
    """
    settings = ProgramSettings(label=instance.program.label, zone=instance.program.zone, policy=instance.policy)
    return _take_all(session, create_program(session, id, settings, by), instance, by, at)


def take_over(session: Session, program: str, instance: Instance, archive: Sequence[str] | None, by: str, at: datetime) -> ImportEffects:
    """Import an instance's week into a program.

    Args:
        archive: Entries missing from the instance that may be archived, as kind/id; None for all.

    Raises:
        Problem: The import is refused; nothing is changed.
    """
    row = lock_program(session, program)
    if is_empty(session, program):
        return _take_all(session, row, instance, by, at)
    merged = merge_instance(session, program, instance, archive, by, at)
    row_changes, left = merged.changes, differences(merged.after, merged.target)
    changes = BookChanges(
        created=dict(row_changes.created),
        restored=dict(row_changes.restored),
        changed=dict(row_changes.changed),
        archived=dict(row_changes.archived),
        removals=tuple(Removal(name=name, is_archived=is_archived) for name, is_archived in sorted(row_changes.removals.items())),
        not_taken=tuple(map(_not_taken, left)),
        last_week=_published(merged.last_week),
    )
    return ImportEffects(False, merged.before, merged.after, merged.target, changes)


def _take_all(session: Session, row: ProgramRow, instance: Instance, by: str, at: datetime) -> ImportEffects:
    before = _nothing(ProgramSettings.model_validate(row.document), instance)
    result = import_instance(session, row.id, instance, by, at)
    target, after = comparable(instance), comparable(build_instance(session, row.id, instance.monday))
    left = tuple(map(_not_taken, differences(after, target)))
    last_week, published = _published(result.last_week), _published(result.published)
    changes = BookChanges(created=dict(Counter(result.created)), not_taken=left, last_week=last_week, published=published)
    return ImportEffects(True, before, after, target, changes)


def _nothing(settings: ProgramSettings, instance: Instance) -> Instance:
    """The week of a program that has nothing but its settings; it could not be solved."""
    target = comparable(instance)
    fields = {name: getattr(settings, name) for name in ("label", "zone", "travel", "telehealth_hours", "closures", "week_a")}
    lists = ("services", "rooms", "resources", "clinicians", "tracks", "cohorts", "curricula", "groups", "phases", "plans", "participants")
    update: dict[str, Any] = dict.fromkeys((*lists, "relations", "pins"), ()) | {"history": History(), "published": None, "mode": None}
    update |= {"policy": settings.policy, "weights": settings.weights}
    return target.model_copy(update=update | {"program": target.program.model_copy(update={**fields, "sites": ()})})


def _not_taken(left: SheetDifference) -> NotTaken:
    instead = next((words for title, words in INSTEAD.items() if left.sheet.startswith(title)), ELSEWHERE)
    values = {name: getattr(left, name) for name in ("sheet", "change", "id", "path")}
    return NotTaken(column=left.field, before=left.before, after=left.after, instead=instead, **values)


def _published(week: ImportedWeek | None) -> ImportedRoster | None:
    if week is None:
        return None
    return ImportedRoster(monday=week.row.monday, roster=week.row.id, violations=week.row.violations, left_out=week.left_out)


def token_of(session: Session, program: str, content: bytes, monday: date) -> str:
    """The token of a preview: a hash of the file and of everything that importing it may change."""
    current = None if is_empty(session, program) else build_instance(session, program, monday)
    return f"{hashlib.sha256(content).hexdigest()[:LETTERS]}.{state_of(session, program, monday, current)}"


def check_token(tokens: Collection[str], token: str) -> None:
    """Check that the token is from a preview of this file and this state.

    Raises:
        Problem: No token matches: it is for another file, or the program has changed since.
    """
    if token in tokens:
        return
    if not any(tag.partition(".")[0] == token.partition(".")[0] for tag in tokens):
        raise Problem("changed_meanwhile", "This is not the file that was previewed; preview it first.")
    raise Problem("changed_meanwhile", "The program has changed since the preview; preview the file again.")


def counted(changes: BookChanges) -> Mapping[str, str]:
    """The effects of an import as counts, for the audit trail."""
    return {
        name: str(sum(getattr(changes, name).values()))
        for name in ("created", "restored", "changed", "archived")
        if getattr(changes, name)
    }  # fmt: skip
