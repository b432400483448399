"""A roster as a workbook to print and sort: the week by room, clinician and participant, and sign-in sheets.

It contains people's labels: it is for the program's staff.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scheduler.case import Case
from scheduler.exchange.board import shown_days
from scheduler.exchange.events import NEUTRAL_LABEL
from scheduler.exchange.words import People, heading, hours, label_of, time, version_of
from scheduler.exchange.workbook.xlsx_sheet import LINE_HEIGHT, XlsxBook, XlsxSheet
from scheduler.fields import BookingMode
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.view import PlacedSession, View
from scheduler.words import long_date

HEAD_FILL, BAND_FILL = "1F5C66", "#F1F5F5"
BOX: dict[str, Any] = {"border": 1, "border_color": "#B8C4C6"}
NAME_WIDTH, DAY_WIDTH, HOURS_WIDTH = 20, 30, 9
SIGN_IN = ("Date", "Time", "Session", "Room", "Led by", "Participant", "Mode", "In", "Out", "Signature")
SIGN_IN_WIDTHS = (13, 14, 24, 16, 18, 16, 11, 9, 9, 30)

Describe = Callable[[PlacedSession], str]


def roster_workbook(instance: Instance, roster: Roster, version: str = "") -> bytes:
    """The roster as XLSX. Every printed page says when it was printed, and from which version.

    Args:
        instance: An instance without errors.
        roster: A roster of that instance's week; all its ids are in the instance.
        version: The version of the roster in words; by default, a short code of its content.
    """
    view = View(Case(instance), roster)
    names = People.of(view.case)
    book = XlsxBook()
    title = f"{label_of(instance.program)}, week of {long_date(instance.monday)}"
    printed = f"Printed &D &T, {_escaped(version or f'version {version_of(roster)}')}"
    for name, write in SHEETS.items():
        sheet = book.add(name)
        sheet.sheet.set_header(f"&C{_escaped(title)}")
        sheet.sheet.set_footer(f"&L&A&C{printed}&R&P / &N")
        write(sheet, view, names)
    return book.content()


def _escaped(text: str) -> str:
    """A text for headers and footers, where an ampersand starts a code."""
    return text.replace("&", "&&")


def _what(view: View, placed: PlacedSession) -> str:
    """A session in a few words: the group, or the service."""
    case, session = view.case, placed.session
    return label_of(case.groups[session.group]) if session.group is not None else label_of(case.services[session.service])


def _when(placed: PlacedSession) -> str:
    return f"{time(placed.span.start)}-{time(placed.span.end)}"


def _where(view: View, placed: PlacedSession) -> str:
    room = placed.session.room
    return "Telehealth" if room is None else label_of(view.case.rooms[room])


def _leaders(names: People, placed: PlacedSession) -> str:
    return ", ".join(map(names.clinician, placed.session.facilitators))


def _people(view: View, names: People, placed: PlacedSession) -> str:
    """The bookings: their number for a group, else the participants."""
    people = placed.participants()
    if placed.session.group is not None:
        return f"{len(people)} of {view.case.groups.maximum(placed.session.group)}"
    return " & ".join(map(names.participant, people))


def _rooms(sheet: XlsxSheet, view: View, names: People) -> None:
    """Rooms down, days across; telehealth last."""
    rows = [(label_of(room), view.by_room.get(room.id, ())) for room in view.case.rooms.values()]
    remote = tuple(p for p in view.placed if p.session.room is None)
    _board(
        sheet,
        view,
        "Room",
        [*rows, *([("Telehealth", remote)] if remote else [])],
        lambda p: f"{_when(p)} {_what(view, p)}\n   {_leaders(names, p)} · {_people(view, names, p)}",
    )


def _clinicians(sheet: XlsxSheet, view: View, names: People) -> None:
    """Clinicians down, days across, with their hours in sessions."""
    rows = [(names.clinician(id), view.by_clinician[id]) for id in view.case.clinicians]
    totals = [hours(sum(p.span.minutes for p in placed)) for _, placed in rows]
    _board(
        sheet,
        view,
        "Clinician",
        rows,
        lambda p: f"{_when(p)} {_what(view, p)}\n   {_where(view, p)} · {_people(view, names, p)}",
        ("Hours", totals),
    )


def _participants(sheet: XlsxSheet, view: View, names: People) -> None:
    """Participants down, days across, with their hours of care."""
    case = view.case
    served = [id for id in case.participants if view.visits[id] or case.care.is_served(id)]
    mine: dict[str, list[PlacedSession]] = {id: [] for id in served}
    for placed in view.placed:
        for booking in placed.session.bookings:
            mine.setdefault(booking.participant, []).append(placed)
    rows = [(names.participant(id), mine[id]) for id in served]
    _board(
        sheet,
        view,
        "Participant",
        rows,
        lambda p: f"{_when(p)} {_what(view, p)}\n   {_where(view, p)} · {_leaders(names, p)}",
        ("Hours", [hours(view.care_minutes(id)) for id in served]),
    )


def _board(
    sheet: XlsxSheet,
    view: View,
    what: str,
    rows: Iterable[tuple[str, Sequence[PlacedSession]]],
    describe: Describe,
    total: tuple[str, list[str]] | None = None,
) -> None:
    """Names down, days across, the sessions of a day below one another in its cell."""
    days = shown_days(view)
    titles = [what, *(" ".join(heading(view.case.week, day)) for day in days), *([total[0]] if total else [])]
    _widths(sheet, [NAME_WIDTH, *[DAY_WIDTH] * len(days), *([HOURS_WIDTH] if total else [])])
    sheet.head(titles, [HEAD_FILL] * len(titles))
    for number, (name, placed) in enumerate(rows, 1):
        texts = ["\n".join(describe(p) for p in placed if p.day == day) for day in days]
        cells = [name, *texts, *([total[1][number - 1]] if total else [])]
        band: dict[str, Any] = {"bg_color": BAND_FILL} if number % 2 == 0 else {}
        for position, text in enumerate(cells):
            sheet.put(number, position, text, bold=position == 0, **BOX, **band)
        sheet.fit(number, cells)
    sheet.sheet.repeat_columns(0, 0)


def _sign_in(sheet: XlsxSheet, view: View, names: People) -> None:
    """One line to sign for each participant in a session, and each guest in a group; one page for each group session.

    A day's appointments share a page that says when, but not what for, where or with whom: others who sign it see it.
    """
    _widths(sheet, SIGN_IN_WIDTHS)
    sheet.head(SIGN_IN, [HEAD_FILL] * len(SIGN_IN))
    number, last, breaks = 0, "", []
    by_page = sorted(view.placed, key=lambda p: (p.day, p.session.group is None, p.span, p.id))
    for placed in by_page:
        page = f"{placed.day} {placed.session.group or ''}"
        if last and page != last:
            breaks.append(number + 1)
        last = page
        lines = [_line(view, names, placed, names.participant(b.participant), b.mode) for b in placed.session.bookings]
        if placed.session.group is not None:
            modes = {b.participant: b.mode for b in placed.session.bookings}
            lines += [_line(view, names, placed, f"guest of {names.participant(p)}", modes[p]) for p, _ in view.guests(placed)]
        for line in lines:
            number += 1
            for position, text in enumerate(line):
                sheet.put(number, position, text, valign="vcenter", **BOX)
            sheet.fit(number, line, 2 * LINE_HEIGHT)
    sheet.sheet.set_h_pagebreaks(breaks)
    sheet.sheet.autofilter(0, 0, max(number, 1), len(SIGN_IN) - 1)


def _line(view: View, names: People, placed: PlacedSession, who: str, mode: BookingMode) -> tuple[str, ...]:
    date = " ".join(heading(view.case.week, placed.day))
    of_group = (_what(view, placed), _where(view, placed), _leaders(names, placed))
    what = (NEUTRAL_LABEL, "", "") if placed.session.group is None else of_group
    return (date, _when(placed), *what, who, "telehealth" if mode == "telehealth" else "", "", "", "")


def _widths(sheet: XlsxSheet, widths: Sequence[float]) -> None:
    for position, width in enumerate(widths):
        sheet.widen(position, width)


SHEETS: dict[str, Callable[[XlsxSheet, View, People], None]] = {
    "By room": _rooms,
    "By clinician": _clinicians,
    "By participant": _participants,
    "Sign-in": _sign_in,
}
"""The sheets in their order, by title."""
