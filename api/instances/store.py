"""Import an instance into an empty program: its entities as rows, its rosters as published weeks, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.database import tables
from api.database.tables.base import new_id
from api.kernel.errors import Place, Problem
from api.programs.models import ProgramSettings, RelationEntry
from api.programs.store.entities import lock_program, new_row, notify_of_person
from api.programs.store.kinds import KINDS
from api.publishing.store import publish
from api.weeks.models.weeks import GroupWeek, WeekSettings
from api.weeks.store.building import build_instance
from api.weeks.store.restricted import InstanceIds, restrict_published
from api.weeks.store.rosters import add_draft, with_own_ids
from api.weeks.store.weeks import lock_week
from scheduler.case import Case
from scheduler.fields import Model
from scheduler.instance import Group, Instance
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek

WEEK = timedelta(weeks=1)


class ImportedWeek(NamedTuple):
    """An imported roster.

    Attributes:
        left_out: Sessions that are not published because they reference missing entities; ids only.
    """

    row: tables.RosterRow
    left_out: list[str]


class ImportedProgram(NamedTuple):
    """The result of an import."""

    created: dict[str, int]
    last_week: ImportedWeek | None
    published: ImportedWeek | None


def import_instance(session: Session, program: str, instance: Instance, by: str, at: datetime) -> ImportedProgram:
    """Import everything in an instance.

    Settings for its week only (mode, places given up, modules of groups, newcomers allowed by a decision, pins) become that week's
    settings, so that they do not apply later. The instance's id, label and `now` are not stored.

    Args:
        instance: Validated, without errors.
        at: When its rosters count as published, unless the instance says.

    Raises:
        Problem: The program is not empty.
    """
    row = lock_program(session, program)
    _require_empty(session, program)
    row.document = _settings(instance, ProgramSettings.model_validate(row.document)).model_dump(mode="json")
    row.touch(by)
    created: Counter[str] = Counter()
    for kind, thing in _things(instance):
        entity = new_row(program, KINDS[kind], thing, by)
        session.add(entity)
        notify_of_person(session, entity, "created")
        created[kind] += 1
    history = instance.history.model_copy(update={"last_week": None, "released": ()})
    session.add(tables.ImportedHistoryRow(program=program, monday=instance.monday, document=history.model_dump(mode="json")))
    _import_week(session, program, instance, by)
    session.flush()
    last, published = instance.history.last_week, instance.published
    return ImportedProgram(
        created=dict(created),
        last_week=None if last is None else publish_imported(session, program, instance.monday - WEEK, last, by, at, "history.last_week"),
        published=None
        if published is None
        else publish_imported(session, program, instance.monday, published.roster, by, published.at or at, "published.roster"),
    )


def is_empty(session: Session, program: str) -> bool:
    """Whether a program has only its settings: no entities, archived or not, and no weeks."""
    owners = [*(table.program for table in tables.ENTITY_TABLES.values()), tables.WeekRow.program]
    return not session.scalar(select(or_(*(select(owner).where(owner == program).exists() for owner in owners))))


def _require_empty(session: Session, program: str) -> None:
    """Refuse a program that is not empty, so that an import overwrites nothing and creates no duplicates."""
    if not is_empty(session, program):
        raise Problem("wrong_state", "The program is not empty; import into a new one.")


def _settings(instance: Instance, former: ProgramSettings) -> ProgramSettings:
    """The settings with those of the instance; the others stay."""
    fields = {name: getattr(instance.program, name) for name in ("label", "zone", "travel", "telehealth_hours", "closures", "week_a")}
    return ProgramSettings(**fields, policy=instance.policy, weights=instance.weights, letter_sender=former.letter_sender)


def _things(instance: Instance) -> Iterator[tuple[str, Model]]:
    """The entities to store, by kind."""
    for kind in KINDS:
        match kind:
            case "sites":
                things: tuple[Model, ...] = instance.program.sites
            case "groups":
                things = tuple(g.model_copy(update={"module": None, "intake_override": None}) for g in instance.groups)
            case "relations":
                things = tuple(
                    RelationEntry(id=f"r{number:04d}", a=r.a, b=r.b, kind=r.kind) for number, r in enumerate(instance.relations, 1)
                )
            case _:
                things = getattr(instance, kind, ())
        yield from ((kind, thing) for thing in things)


def _import_week(session: Session, program: str, instance: Instance, by: str) -> None:
    week = lock_week(session, program, instance.monday, by)
    week.document = WeekSettings(
        mode=instance.mode,
        seed=instance.seed,
        groups={g.id: special for g in instance.groups if (special := _special(g)) != GroupWeek()},
        released=instance.history.released,
    ).model_dump(mode="json")
    for number, pin in enumerate(instance.pins):
        # Pins created at the same moment are sorted by id, so increasing ids keep their order.
        columns = {"id": f"{number:04d}{new_id()[4:]}", "created_at": week.created_at, "created_by": by, "changed_by": by}
        session.add(tables.PinRow(program=program, monday=instance.monday, document=pin.model_dump(mode="json"), **columns))


def _special(group: Group) -> GroupWeek:
    return GroupWeek(module=group.module, intake_override=group.intake_override)


def publish_imported(session: Session, program: str, monday: date, roster: Roster, by: str, at: datetime, path: str) -> ImportedWeek:
    """Store a roster as it is, and publish the sessions whose references resolve in the program.

    Args:
        path: Path of the roster in the instance, for messages.

    Raises:
        Problem: Two sessions have the same identity.
    """
    roster = with_own_ids(roster)
    _require_once(roster, path)
    instance = build_instance(session, program, monday)
    week = lock_week(session, program, monday, by)
    judged = JudgedWeek.of(Case(instance), roster)
    row = add_draft(session, program, monday, judged, "imported", by)
    accepted = tuple(sorted({violation.rule for violation in judged.verdict.violations}))
    restricted, left_out = restrict_published(roster, InstanceIds.of(instance))
    publish(session, week, row, JudgedWeek.of(judged.case, restricted), by, at, accepted)
    return ImportedWeek(row, left_out)


def _require_once(roster: Roster, path: str) -> None:
    """Refuse duplicate sessions: each is identified by its group, or by participant, service and ordinal."""
    counts = Counter(session.id for session in roster.sessions)
    twice = [
        Place(
            code="duplicate_id",
            path=f"{path}.sessions[{n}]",
            message="two sessions have this group, or this participant, service and ordinal",
        )
        for n, session in enumerate(roster.sessions)
        if counts[session.id] > 1
    ]
    if twice:
        raise Problem("bad_instance", "A roster contains duplicate sessions; each is listed.", twice)
