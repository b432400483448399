"""A small program whose every number is known: three groups, three people, one week."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from api.database import Store
from api.database.tables import Base, ProgramRow, RosterRow
from api.programs.models import ProgramSettings
from api.programs.store.kinds import KINDS
from api.publishing.store import publish
from api.weeks.store.rosters import add_draft, instance_of, roster_of
from api.weeks.store.weeks import lock_week
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek
from tests.build import MONDAY, ZONE, group, instance, meet, participant, roster, run

PROGRAM = "north"
WEEK = f"/v1/programs/{PROGRAM}/weeks/{MONDAY}"
BEFORE = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
"""Thursday before the week, 10:00 in New York."""


def person(id: str, **more: Any) -> dict[str, Any]:
    """Somebody who is ordered 360 to 600 minutes on two days, and one individual session."""
    order = {
        "minutes": {"floor": 360, "target": 400, "ceiling": 600},
        "sessions": {"floor": 2, "ceiling": 4},
        "days": {"floor": 2, "ceiling": 3},
        "services": [{"service": "process", "per_week": 2}, {"service": "individual", "per_week": 1}],
        "billable_days": 2,
    }
    return participant(id, label=f"{id[0].upper()}. X.", order=order) | more


def small_instance(**more: Any) -> Instance:
    """The program's week: Monday, Tuesday and Wednesday at 9, each 180 minutes."""
    groups = [group(f"g{n}", day, reserve=0, label=f"Morning {n}") for n, day in enumerate(("mon", "tue", "wed"), 1)]
    return instance(groups=groups, participants=[person("ana"), person("ben"), person("cid")], mode="rebuild", **more)


def good_roster(*more: dict[str, Any], people: tuple[str, ...] = ("ana", "ben", "cid")) -> Roster:
    """A legal roster: the groups of Monday and Tuesday, and an individual session each at 13:00 on one of three days."""
    sessions = [run("g1", "mon", "09:00", people), run("g2", "tue", "09:00", people)]
    times = {"ana": ("mon", "13:00"), "ben": ("tue", "13:00"), "cid": ("wed", "13:00")}
    return roster(*sessions, *(meet(p, *times[p]) for p in people), *more)


def keep_program(store: Store, instance: Instance, program: str = PROGRAM) -> None:
    """Put an instance's program into the tables, as if it had been entered."""
    fields = ("zone", "travel", "telehealth_hours", "closures", "week_a")
    settings = ProgramSettings(**{name: getattr(instance.program, name) for name in fields}, policy=instance.policy)
    with store.writing() as session:
        session.add(ProgramRow(id=program, document=settings.model_dump(mode="json")))
        session.flush()
        for name, kind in KINDS.items():
            things = instance.program.sites if name == "sites" else getattr(instance, name, ())
            for thing in things:
                extra = {"status": thing.status} if name == "participants" else {}
                document = thing.model_dump(mode="json", exclude_defaults=True)
                session.add(kind.table(program=program, id=thing.id, document=document, **extra))


def judged(document: Roster, week: Instance | None = None) -> JudgedWeek:
    """A roster, judged by the small week or by another one."""
    return JudgedWeek.of(Case(week or small_instance()), document)


def draft(session: Session, program: str = PROGRAM, monday: date = MONDAY, document: Roster | None = None) -> RosterRow:
    """A draft of a week, kept without a service around it."""
    first = roster(run("g1", "mon", "09:00", ("ana",), monday=monday), monday=monday)
    document = document or (good_roster() if monday == MONDAY else first)
    return add_draft(session, program, monday, judged(document, small_instance(monday=monday)), "imported", "user:1")


def publish_draft(session: Session, row: RosterRow, when: datetime = BEFORE, accepted: tuple[str, ...] = ()) -> RosterRow | None:
    """Publish a draft as it was judged; the roster that was published before."""
    week = lock_week(session, row.program, row.monday)
    return publish(session, week, row, judged(roster_of(session, row), instance_of(session, row)), "user:2", when, accepted)


def changed_elsewhere(session: Session, table: type[Base], version: int = 7) -> None:
    """Change all rows of a table as another process would: what was read of them stays as it was."""
    session.execute(update(table).values(version=version), execution_options={"synchronize_session": False})


def as_json(document: Roster) -> dict[str, Any]:
    """A roster as a body."""
    return document.model_dump(mode="json")


__all__ = [
    "BEFORE", "MONDAY", "PROGRAM", "WEEK", "ZONE", "as_json", "changed_elsewhere", "date", "draft", "good_roster", "judged",
    "keep_program", "person",
    "publish_draft", "small_instance",
]  # fmt: skip
