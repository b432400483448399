"""Tables for spreadsheets: comma-separated, one row per booking, with formulas made harmless."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.timegrid import WEEKDAYS, clock
from scheduler.view import View

ROSTER_COLUMNS = (
    "date", "weekday", "start", "end", "session", "group", "service", "mode", "site", "room", "facilitators", "participant",
)  # fmt: skip
# Spreadsheets read a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def roster_csv(instance: Instance, roster: Roster) -> str:
    """The roster as CSV, one row per booking, by start; ids only, times in the program's time zone.

    The mode is the participant's; several facilitators are separated by semicolons, the leader first.
    """
    view = View(Case(instance), roster)
    rows = []
    for placed in view.placed:
        session, span = placed.session, placed.span
        when = (view.case.week.date_of(span.day).isoformat(), WEEKDAYS[span.day % 7], clock(span.start), clock(span.end))
        for booking in session.bookings:
            what = (session.id, session.group or "", session.service, booking.mode)
            where = (session.site or "", session.room or "", ";".join(session.facilitators))
            rows.append((*when, *what, *where, booking.participant))
    return csv_text(ROSTER_COLUMNS, rows)


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV (RFC 4180), with formulas made harmless by a leading apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet reads as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
