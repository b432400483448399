"""The week as a board: one column per day, one row per five minutes, one slip per session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.exchange.board_layout import Box, Lane, lay_out
from scheduler.exchange.words import People, heading, label_of, time
from scheduler.timegrid import DAY, Span
from scheduler.view import PlacedSession, View

ROW_MINUTES = 5
# Shorter sessions are drawn this long, so that their text can be read.
SHORTEST_MINUTES = 30
# Slips of fewer minutes have two lines, longer ones three or more.
LOW_MINUTES = 50
GROUP_UNITS, DAY_UNITS = 2, 3
# With more units side by side, slips are too narrow to read.
SHEET_UNITS = 22
WORKDAYS = range(5)
FEWEST_HOURS = 6
KINDS = {
    "process": "process",
    "skills": "skills",
    "education": "education",
    "life_skills": "education",
    "activity": "education",
    "peer_support": "peer",
    "family": "family",
    "individual": "individual",
    "case_management": "individual",
    "medical": "medical",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """One session on the board.

    Attributes:
        area: Its CSS grid-area: row start, column start, row end, column end.
        kind: CSS class of its colour.
        seats: "9/12" for groups, or "9/12 +4" with 4 guests; else empty.
        is_low: Whether it has room for two lines only.
    """

    area: str
    kind: str
    start: str
    end: str
    title: str
    who: str
    where: str
    seats: str = ""
    is_group: bool = False
    is_full: bool = False
    is_low: bool = False


@dataclass(frozen=True, slots=True)
class BoardDay:
    """One column: its units side by side and its slips by start."""

    name: str
    date: str
    units: int
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The sessions of one site on the days that fit on a sheet; with a single site, all sessions.

    Attributes:
        title: Empty for the only board.
        hours: The hours of the day shown, in order.
    """

    title: str
    hours: tuple[int, ...]
    days: tuple[BoardDay, ...]

    @property
    def units(self) -> int:
        """The number of units side by side."""
        return sum(day.units for day in self.days)


def boards(view: View) -> tuple[Board, ...]:
    """The boards by site; telehealth is shown with the only site, or separately. A full week is spread over several sheets."""
    case, names = view.case, People.of(view.case)
    if len(case.sites) == 1 or not view.placed:
        return tuple(_sheets(case, names, "", view.placed))
    places = [(label_of(site), site.id) for site in case.sites.values()] + [("Telehealth", None)]
    of_sites = [(title, [p for p in view.placed if p.session.site == site]) for title, site in places]
    return tuple(board for title, placed in of_sites if placed for board in _sheets(case, names, title, placed))


def shown_days(view: View) -> tuple[int, ...]:
    """Monday to Friday, and weekend days with sessions."""
    return tuple(sorted({*WORKDAYS, *(p.day for p in view.placed)}))


def _sheets(case: Case, names: People, title: str, placed: Sequence[PlacedSession]) -> Iterator[Board]:
    first = min((p.span.start % DAY for p in placed), default=9 * 60) // 60
    last = -(-max((_drawn(p).end - p.day * DAY for p in placed), default=17 * 60) // 60)
    hours = tuple(range(first, max(last, first + FEWEST_HOURS)))
    days = sorted({*WORKDAYS, *(p.day for p in placed)})
    columns = [_day(case, names, day, first * 60, [p for p in placed if p.day == day]) for day in days]
    sheets = _spread(columns)
    for sheet in sheets:
        part = f"{sheet[0].name} to {sheet[-1].name}" if len(sheet) > 1 else sheet[0].name
        yield Board(" · ".join(t for t in (title, part if len(sheets) > 1 else "") if t), hours, tuple(sheet))


def _spread(columns: Sequence[BoardDay]) -> list[list[BoardDay]]:
    """The days on as few sheets as remain readable, filled about equally."""
    fewest = len(_filled(columns, SHEET_UNITS))
    return next(sheets for units in range(1, SHEET_UNITS + 1) if len(sheets := _filled(columns, units)) == fewest)


def _filled(columns: Sequence[BoardDay], most_units: int) -> list[list[BoardDay]]:
    """The days on sheets of at most ``most_units``; a day that needs more gets its own sheet."""
    sheets: list[list[BoardDay]] = [[]]
    for column in columns:
        if sheets[-1] and sum(c.units for c in sheets[-1]) + column.units > most_units:
            sheets.append([])
        sheets[-1].append(column)
    return sheets


def _day(case: Case, names: People, day: int, start: int, placed: Sequence[PlacedSession]) -> BoardDay:
    rooms = list(case.rooms)
    placed = sorted(placed, key=lambda p: (p.span.start, rooms.index(p.session.room) if p.session.room in rooms else len(rooms), p.id))
    blocks = [Box(_drawn(p), 1 if p.session.group is None else GROUP_UNITS) for p in placed]
    units, places = lay_out(blocks, DAY_UNITS)
    slips = tuple(_slip(case, names, p, place, start + day * DAY) for p, place in zip(placed, places, strict=True))
    return BoardDay(*heading(case.week, day), units, slips)


def _drawn(placed: PlacedSession) -> Span:
    """The span as drawn: in whole rows, and long enough to be readable."""
    start, end = placed.span.start // ROW_MINUTES * ROW_MINUTES, -(-placed.span.end // ROW_MINUTES) * ROW_MINUTES
    return Span(start, max(end, start + SHORTEST_MINUTES))


def _slip(case: Case, names: People, placed: PlacedSession, place: Lane, origin: int) -> Slip:
    session = placed.session
    top, bottom = ((minute - origin) // ROW_MINUTES + 1 for minute in place.span)
    area = f"{top} / {place.first + 1} / {bottom} / {place.end + 1}"
    service = case.services[session.service]
    leaders = [names.clinician(id) for id in session.facilitators]
    where = label_of(case.rooms[session.room]) if session.room in case.rooms else session.room or "Telehealth"
    is_group, seats, most = session.group is not None, len(session.bookings), 0
    num_places, num_guests = seats, len(case.guests.attending(session, placed.real))
    if session.group is None:
        title = " & ".join(map(names.participant, placed.participants())) or label_of(service)
    else:
        title, most = label_of(case.groups[session.group]), case.groups.maximum(session.group)
        num_places = sum(case.guests.places(p, session.group) for p in placed.participants())
    return Slip(
        area=area,
        kind=KINDS.get(service.category, "other"),
        start=time(placed.span.start),
        end=time(placed.span.end),
        title=title,
        who=", ".join(leaders),
        where=where,
        seats=f"{seats}/{most}{f' +{num_guests}' if num_guests else ''}" if is_group else "",
        is_group=is_group,
        is_full=is_group and num_places >= most,
        is_low=place.span.minutes < LOW_MINUTES,
    )
