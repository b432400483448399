"""Fill a database with the demo program, and create the director who looks at it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user, user_of_login
from api.database.tables import UserRow
from api.demo.happenings import add_happenings
from api.demo.weeks import demo_week, demo_zone
from api.instances.store import import_instance
from api.kernel.settings import Settings
from api.programs.models import ProgramSettings
from api.programs.store.programs import create_program
from api.security.access import SYSTEM
from api.security.passwords import hash_password
from api.security.tokens import new_token

DEMO: Final = "demo"
"""The id of the demo program."""

DIRECTOR: Final = "demo-director"


def fill_demo(session: Session, settings: Settings, at: datetime) -> None:
    """Create the demo program as it looks at a time: last week and this week published, with what has happened since.

    Raises:
        Problem: There is a program with its id.
    """
    # On a weekend, the week that begins on Monday is the one to look at.
    day = at.astimezone(demo_zone()).date() + timedelta(days=2)
    week = demo_week(day - timedelta(days=day.weekday()))
    create_program(session, DEMO, ProgramSettings(zone=week.program.zone, label=week.program.label), SYSTEM.name)
    import_instance(session, DEMO, week, SYSTEM.name, _published_at(week.monday - timedelta(weeks=1), at))
    add_happenings(session, settings, DEMO, week, at)


def add_demo_director(session: Session) -> UserRow:
    """Create the director of a demo; nobody knows the password."""
    return create_user(session, SYSTEM, DIRECTOR, hash_password(new_token()), (RoleIn(role="director"),))


def find_demo_director(session: Session) -> UserRow | None:
    """The director of a demo that was started here before."""
    return user_of_login(session, DIRECTOR)


def _published_at(monday: date, at: datetime) -> datetime:
    """The Thursday afternoon before a week."""
    thursday = monday - timedelta(days=4)
    return at.replace(year=thursday.year, month=thursday.month, day=thursday.day, hour=20, minute=0)
