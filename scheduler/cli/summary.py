"""The summary that `stepdown solve` prints at the end."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from scheduler.cli.files import RESULT, ROSTER, VIEWS
from scheduler.exchange.page import NOT_COVERED, PageSummary
from scheduler.instance import Instance
from scheduler.result import SolveResult
from scheduler.roster import Roster
from scheduler.words import counted, long_date

SHORT_LABEL = 6
"""Labels up to this length are initials and may be printed; longer ones may be names and are not printed."""
WHAT = {
    "roster.html": "the week, to view and print",
    "roster.csv": "the week as a table",
    "calendars/index.csv": "list of the calendar files (.ics), with their owners",
    ROSTER: "the roster for other tools and for the commands below",
    RESULT: "all details of this solve",
}


def summary_lines(source: Path, folder: Path, instance: Instance, result: SolveResult, page: PageSummary) -> Iterator[Text]:
    """The summary, line by line."""
    yield Text(f"Week of {long_date(instance.monday)}, {result.mode}: {result.message}", "bold")
    if result.roster is None:
        yield from _without_roster(source, folder, result)
        return
    yield Text(_counts(instance, result.roster))
    yield Text(page.care_line, "green" if result.care and result.care.is_proven else "yellow")
    yield Text(page.comfort_line)
    yield from _unmet(instance, page)
    yield from _section(NOT_COVERED, tuple(entry.sentence for entry in result.not_covered))
    yield from _section("Worth knowing", result.notices)
    yield from _section(f"Files in {folder}", (f"{name:<20} {WHAT[name]}" for name in (*VIEWS, ROSTER, RESULT)))
    yield from _section("Next", _next_steps(source, folder, page))


def _counts(instance: Instance, roster: Roster) -> str:
    """The counts of bookings and sessions."""
    booked = {booking.participant for session in roster.sessions for booking in session.bookings}
    groups = sum(session.group is not None for session in roster.sessions)
    parts = (
        f"{len(booked)} of {counted(len(instance.participants), 'participant')} booked",
        counted(groups, "group session"),
        counted(len(roster.sessions) - groups, "appointment"),
    )
    return ", ".join(parts)


def _unmet(instance: Instance, page: PageSummary) -> Iterator[Text]:
    """Unmet care, with its causes and the fixes that would help."""
    if not page.unmet:
        return
    labels = {person.id: person.label for person in instance.participants}
    yield Text()
    yield Text(f"Unmet care ({len(page.unmet)})", "bold")
    for line in page.unmet:
        label = labels.get(line.participant, "")
        who = f"{line.participant} ({label})" if label and len(label) <= SHORT_LABEL else line.participant
        yield Text.assemble("  ", (who, "bold"), f": {line.what}")
        yield Text(f"      why:   {line.why}")
        yield from (Text(f"      helps: {fix}", "green") for fix in line.fixes)


def _without_roster(source: Path, folder: Path, result: SolveResult) -> Iterator[Text]:
    """The summary of a solve without a roster."""
    if result.conflict is not None and result.conflict.released:
        released = ", ".join(f"pins[{position}]" for position in result.conflict.released)
        yield Text(f"Without {released}, a roster exists: see conflict.proposal in {folder / RESULT}.")
    if (folder / ROSTER).exists():
        yield Text(f"{folder / ROSTER} and the files next to it are from an earlier solve.", "yellow")


def _next_steps(source: Path, folder: Path, page: PageSummary) -> Iterator[str]:
    """Commands for the next steps."""
    week, roster = shlex.quote(str(source)), shlex.quote(str(folder / ROSTER))
    person = f" {page.unmet[0].participant}" if page.unmet else " ID"
    yield f"open {folder / 'roster.html'} in a browser"
    yield f"stepdown explain {week} {roster}{person}   explain a participant's schedule"
    yield f"stepdown verify {week} {roster}   check the roster again after editing it by hand"


def _section(title: str, lines: Iterator[str] | tuple[str, ...]) -> Iterator[Text]:
    """A titled list; nothing if the list is empty."""
    listed = tuple(lines)
    if listed:
        yield Text()
        yield Text(title, "bold")
        yield from (Text(f"  {line}") for line in listed)
