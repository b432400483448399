"""Changes published since yesterday, in words: who, what, and whether they know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.calls.changes import Change
from api.calls.store.recent import Notice, RecentChange, recent_changes
from api.pages.plan.names import StaffNames
from api.pages.words import clock, moment
from api.programs.store.labels import ProgramLabels

NOTICES: Final[Mapping[Notice, str]] = {
    "reached": "Told",
    "not_needed": "No call needed",
    "in_calendar": "Calendar fetched since",
    "to_call": "To call",
    "by_calendar": "Calendar will show it",
    "none": "Not told",
}
UNTOLD: Final = frozenset({"to_call", "none"})


class RecentLine(NamedTuple):
    """A person whose published appointments changed.

    Attributes:
        changes: In sentences.
        notice: Whether they know, in words.
    """

    id: str
    name: str
    is_clinician: bool
    changes: tuple[str, ...]
    notice: str
    is_told: bool


def recent_lines(session: Session, program: str, monday: date, now: datetime) -> tuple[RecentLine, ...]:
    """What was changed since the beginning of yesterday.

    Args:
        now: By the program's clock.
    """
    since = datetime.combine(now.date() - timedelta(days=1), time(), now.tzinfo)
    recent = recent_changes(session, program, monday, since, now)
    names = StaffNames.of(ProgramLabels(session, program)) if recent else StaffNames({})
    return tuple(_line(one, names, now) for one in recent)


def _line(one: RecentChange, names: StaffNames, now: datetime) -> RecentLine:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo), "the clock of a program has its zone"
    sentences = tuple(_sentence(change, one.label, names, zone) for change in one.changes)
    return RecentLine(one.person.id, one.label, one.person.kind == "clinician", sentences, NOTICES[one.notice], one.notice not in UNTOLD)


def _sentence(change: Change, name: str, names: StaffNames, zone: ZoneInfo) -> str:
    before, after = change.before, change.after
    title = names.written(change.sides[-1].key).removesuffix(f" of {name}")
    first = moment(change.sides[0].start.astimezone(zone))
    if before is None or after is None:
        return f"{title}, {first}: {'new' if before is None else 'cancelled'}"
    if before.start != after.start:
        return f"{title}, {first}: now {moment(after.start.astimezone(zone))}"
    if before.mode != after.mode:
        return f"{title}, {first}: now {'online' if after.mode == 'telehealth' else 'in person'}"
    end = after.end.astimezone(zone)
    return f"{title}, {first}: now " + (f"until {clock(end.hour * 60 + end.minute)}" if before.end != after.end else "at another site")
