"""A program with calendars as full as they get: half a year of weeks, and a subscribed feed for every person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from api.database import Store
from api.feeds import FeedOptions, issue_feed
from api.feeds.store.calendar_events import revise_calendars
from api.feeds.warning import WARNING
from api.instances.store import import_instance
from api.kernel.settings import Settings
from api.programs.models import ProgramSettings
from api.programs.person import Person
from api.programs.store.programs import create_program
from benchmarks.service.measures import INSTANCES
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.reading import read_instance, read_roster
from scheduler.roster import Roster, Session
from scheduler.view import View

PROGRAM = "benchmark"
WEEKS = range(-4, 26)
WEEK = timedelta(weeks=1)


def fill(store: Store, name: str, weeks: range = WEEKS) -> list[str]:
    """Keep an instance's program, its best roster in every one of these weeks around now; a path for each participant."""
    instance, roster = read_instance(INSTANCES / f"{name}.json"), read_roster(INSTANCES / "best" / f"{name}.json")
    now = datetime.now(UTC)
    monday = now.date() - timedelta(days=now.weekday())
    with store.writing() as session:
        create_program(session, PROGRAM, ProgramSettings(zone=instance.program.zone), "benchmark")
        import_instance(session, PROGRAM, instance.model_copy(update={"published": None}), "benchmark", now)
    for number in weeks:
        show(store, instance, roster, monday + number * WEEK)
    paths = []
    for person in instance.participants:
        with store.writing() as session:
            made = issue_feed(
                session, Settings(), PROGRAM, Person("participant", person.id), "self", FeedOptions(), "benchmark", now,
                acknowledged=WARNING.version,
            )  # fmt: skip
        paths.append(f"/cal/{made.token}.ics")
    return paths


def show(store: Store, instance: Instance, roster: Roster, monday: date) -> None:
    """Give each person's calendar a roster in a week of its own."""
    ahead = monday - roster.monday
    sessions = tuple(_moved(session, ahead, monday) for session in roster.sessions)
    moved = roster.model_copy(update={"monday": monday, "sessions": sessions})
    with store.writing() as session:
        revise_calendars(session, PROGRAM, View(Case(instance.model_copy(update={"monday": monday})), moved), datetime.now(UTC))


def postpone(store: Store, name: str, minutes: int) -> float:
    """Move every session of this week, as a publish that changes everything would; return the seconds that its calendars took."""
    instance, roster = read_instance(INSTANCES / f"{name}.json"), read_roster(INSTANCES / "best" / f"{name}.json")
    late = timedelta(minutes=minutes)
    sessions = tuple(s.model_copy(update={"start": s.start + late, "end": s.end + late}) for s in roster.sessions)
    now = datetime.now(UTC)
    began = datetime.now(UTC)
    show(store, instance, roster.model_copy(update={"sessions": sessions}), now.date() - timedelta(days=now.weekday()))
    return (datetime.now(UTC) - began).total_seconds()


def _moved(session: Session, ahead: timedelta, monday: date) -> Session:
    return session.model_copy(
        update={"id": f"{session.id}.{monday}", "start": session.start + ahead, "end": session.end + ahead}
    )  # fmt: skip
