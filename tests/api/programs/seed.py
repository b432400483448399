"""Programs for tests: an instance, imported as anybody would; things kept and rosters published on top of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from api.database import Store
from api.instances.store import import_instance
from api.programs.models import ProgramSettings
from api.programs.store.entities import archive_kept, create_kept, find_kept, replace_kept
from api.programs.store.kinds import KINDS
from api.programs.store.programs import create_program
from api.publishing.store import publish
from api.weeks.store.building import BuiltWeek, build_instance, build_week
from api.weeks.store.rosters import add_draft
from api.weeks.store.weeks import lock_week
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.reading import read_instance
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek

INSTANCES = Path(__file__).parents[3] / "instances"
AT = datetime(2026, 11, 20, 16, tzinfo=UTC)
"""When the imported rosters were published, where the instance does not say."""


def instance_of(name: str) -> Instance:
    """An instance of the catalogue, e.g. ``demo``."""
    return read_instance(INSTANCES / f"{name}.json")


def seed(store: Store, instance: Instance | str = "demo", program: str = "demo") -> str:
    """A program with everything an instance holds; its id."""
    found = instance_of(instance) if isinstance(instance, str) else instance
    with store.writing() as session:
        create_program(session, program, ProgramSettings(zone=found.program.zone), "system")
        import_instance(session, program, found, "system", AT)
    return program


def built(store: Store, program: str, monday: date, now: datetime | None = None) -> BuiltWeek:
    """A week as it is built from the rows."""
    with store.reading() as session:
        return build_week(session, program, monday, now)


def keep(store: Store, program: str, kind: str, /, **document: Any) -> str:
    """Something new in a program; its id."""
    with store.writing() as session:
        row = create_kept(session, program, KINDS[kind], KINDS[kind].model.model_validate(document), "system")
        return row.id


def change(store: Store, program: str, kind: str, id: str, /, **fields: Any) -> None:
    """Other values for some fields of something kept."""
    with store.writing() as session:
        row = find_kept(session, program, KINDS[kind], id, to_change=True)
        replace_kept(session, row, KINDS[kind], KINDS[kind].model.model_validate(row.document | fields), "system")


def archive(store: Store, program: str, kind: str, id: str, at: datetime = AT) -> None:
    """Archive something kept."""
    with store.writing() as session:
        archive_kept(session, find_kept(session, program, KINDS[kind], id, to_change=True), KINDS[kind], "system", at)


def set_week(store: Store, program: str, monday: date, **settings: Any) -> None:
    """What is special in a week, as the week's own routes write it."""
    with store.writing() as session:
        lock_week(session, program, monday).document = settings


def publish_week(store: Store, program: str, monday: date, roster: Roster, at: datetime = AT) -> str:
    """Publish a roster as it is; its id."""
    with store.writing() as session:
        judged = JudgedWeek.of(Case(build_instance(session, program, monday)), roster)
        week = lock_week(session, program, monday)
        row = add_draft(session, program, monday, judged, "imported", "system")
        publish(session, week, row, judged, "system", at, ())
        return row.id
