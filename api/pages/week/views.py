"""The boards of a week: each day by room or by clinician, or the days of one room, clinician or participant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from api.pages.published_week import StaffSession, StaffWeek
from api.pages.week.board import Heading, WeekBoard, lay_out
from api.programs.store.labels import ProgramLabels
from scheduler.words import short_weekday_date

By = Literal["room", "clinician", "participant"]
ONLINE: Final = "online"
NO_ROOM: Final = "none"

Keys = Callable[[StaffSession], Iterable[str]]


class DayBoard(NamedTuple):
    """The board of a day, or of a week with a column for each day (`date` is None)."""

    date: date | None
    title: str
    board: WeekBoard


def days_by_room(labels: ProgramLabels, week: StaffWeek, url: Callable[[str], str]) -> Iterator[DayBoard]:
    """Each day with a column for each room, the empty ones too."""
    rooms = labels.of_kind("rooms")
    headings = [Heading(id, name, url(id), to=f"room~{id}") for id, name in rooms.items()]
    if any(one.is_online for one in week.sessions):
        headings.append(Heading(ONLINE, "Online", to=f"room~{ONLINE}"))
    if any(one.room is None and not one.is_online for one in week.sessions):
        headings.append(Heading(NO_ROOM, "No room"))
    return _days(week, headings, lambda one: (one.room or (ONLINE if one.is_online else NO_ROOM),))


def days_by_clinician(labels: ProgramLabels, week: StaffWeek, url: Callable[[str], str]) -> Iterator[DayBoard]:
    """Each day with a column for each clinician who is seen in the week."""
    names = labels.of_kind("clinicians")
    seen_here = {id for one in week.sessions for id in one.clinicians}
    headings = [
        Heading(id, name, url(id), to=f"leader~{id}") for id, name in sorted(names.items(), key=lambda pair: pair[1]) if id in seen_here
    ]
    return _days(week, headings, lambda one: one.clinicians)


def week_of_one(week: StaffWeek, title: str, is_of: Callable[[StaffSession], bool]) -> DayBoard:
    """The week with a column for each day, of the sessions that belong to one room, clinician or participant."""
    mine = [one for one in week.sessions if is_of(one)]
    today = week.now.date()
    headings = [Heading(str(day), short_weekday_date(day), is_now=day == today, to=str(day)) for day in days_of(week)]
    by_day = {str(day): [one for one in mine if one.day == day] for day in days_of(week)}
    return DayBoard(None, title, lay_out(headings, by_day, mine, week.now if week.monday <= today <= week.sunday else None))


def days_of(week: StaffWeek) -> list[date]:
    """Monday to Friday, and the weekend as far as there are sessions on it."""
    days = [week.monday + timedelta(days=n) for n in range(7)]
    used = {one.day for one in week.sessions}
    return [day for day in days if day.weekday() < 5 or day in used]


def _days(week: StaffWeek, headings: Sequence[Heading], keys: Keys) -> Iterator[DayBoard]:
    for day in days_of(week):
        sessions: dict[str, list[StaffSession]] = {}
        for one in week.sessions:
            if one.day == day:
                for key in keys(one):
                    sessions.setdefault(key, []).append(one)
        now = week.now if day == week.now.date() else None
        yield DayBoard(day, short_weekday_date(day), lay_out(headings, sessions, week.sessions, now))
