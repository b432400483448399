"""Times that were written without am or pm and lie outside opening hours: answered, or asked about with the other half of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scheduler.exchange.workbook.answers import Answers
from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.draft import Draft
from scheduler.exchange.workbook.issue import SheetCell, SheetIssue, merged_place, sheet_issue
from scheduler.exchange.workbook.typed.clocks import HALF, HalfDay
from scheduler.timegrid import DAY, WEEKDAYS, Span, clock, intersect, merge, parse_clock, subtract
from scheduler.words import joined

MORNING = 7 * 60
"""Opening hours that would begin earlier are asked about."""

SHORTEST = 3 * 60
"""Opening hours that would be shorter are asked about."""

MOST_LISTED = 3
ANSWERS = ("times=pm", "times=am")


class TypedPlace(NamedTuple):
    """Where times are written: a part of the document and its field."""

    part: Json
    field: str


@dataclass(slots=True)
class Doubt:
    """A window, or a point in time, that could be 12 hours later.

    Attributes:
        record: The record with the times.
        names: The fields of start and end; without an end, the start alone.
        read: Start and end as written, as text.
        later: Start and end in the other half of the day, as text.
    """

    place: TypedPlace
    record: Json
    names: tuple[str, ...]
    read: tuple[str, ...]
    later: tuple[str, ...]


class OpenHours:
    """When the program is open, by site and weekday."""

    def __init__(self, document: Json) -> None:
        program = document.get("program", {})
        self._by_site: dict[str | None, list[Json]] = {site.get("id"): site.get("hours") or [] for site in program.get("sites", ())}
        everywhere = [window for windows in self._by_site.values() for window in windows]
        self._by_site[None] = everywhere + (program.get("telehealth_hours") or [])
        self._memo: dict[tuple[str | None, str | None], tuple[Span, ...]] = {}

    def on(self, site: str | None, day: str | None) -> tuple[Span, ...]:
        """The opening hours of a site on a weekday; of all sites without a site that is known, of all days without a day."""
        key = (site if site in self._by_site else None, day)
        if key not in self._memo:
            windows = [window for window in self._by_site[key[0]] if day in (None, window["day"])]
            self._memo[key] = merge(Span(parse_clock(w["start"]), parse_clock(w["end"])) for w in windows)
        return self._memo[key]


def settle_times(draft: Draft, answers: Answers) -> Iterator[SheetIssue]:
    """Ask about every time that could be either half of the day, once a column; or read it as answered, and report that."""
    program = draft.document.get("program", {})
    yield from _settled(draft, answers, _in_hours(program))
    hours = OpenHours(draft.document)
    yield from _settled(draft, answers, _in_document(draft.document, hours))


def _settled(draft: Draft, answers: Answers, doubts: Iterable[Doubt]) -> Iterator[SheetIssue]:
    by_column: dict[tuple[str, str], list[tuple[SheetCell, Doubt]]] = {}
    for doubt in doubts:
        cell = draft.cell_of(*doubt.place)
        if answers.half_of(cell.sheet, cell.column) == "pm":
            doubt.record.update(zip(doubt.names, doubt.later, strict=True))
        by_column.setdefault((cell.sheet, cell.column), []).append((cell, doubt))
    for column, of_column in by_column.items():
        place = merged_place([cell for cell, _ in of_column])
        half = answers.half_of(*column)
        if half is None:
            yield sheet_issue("half_day", place, _question(of_column), answers=ANSWERS)
        else:
            read = _spans(of_column, half == "pm")
            yield sheet_issue("read_as", place, f"read as {read}, as you answered", "warning")


def _question(doubts: list[tuple[SheetCell, Doubt]]) -> str:
    read, later = _spans(doubts, is_later=False), _spans(doubts, is_later=True)
    verb = "is" if len({tuple(doubt.read) for _, doubt in doubts}) == 1 else "are"
    return f"write am or pm: as written, {read} {verb} outside opening hours; {later} may be meant"


def _spans(doubts: list[tuple[SheetCell, Doubt]], is_later: bool) -> str:
    """The different readings, with their rows if there are several."""
    rows: dict[str, int | None] = {}
    for cell, doubt in doubts:
        rows.setdefault("-".join(doubt.later if is_later else doubt.read), cell.row)
    if len(rows) == 1:
        return next(iter(rows))
    texts = [f"{text} (row {row})" if row else text for text, row in rows.items()]
    more = len(texts) - MOST_LISTED
    return joined(texts if more <= 0 else [*texts[:MOST_LISTED], f"{more} more"])


# --- where times are written ----------------------------------------------------------------------------------------------------


def _in_hours(program: Json) -> Iterator[Doubt]:
    """Opening hours that would begin at night, or be very short."""
    lists = [(TypedPlace(site, "hours"), site.get("hours") or ()) for site in program.get("sites", ())]
    lists.append((TypedPlace(program, "telehealth_hours"), program.get("telehealth_hours") or ()))
    for place, windows in lists:
        for window in windows:
            doubt = _doubt(place, window, ("start", "end"))
            if doubt is None:
                continue
            start, end = map(parse_clock, doubt.read)
            if start < MORNING:
                yield doubt
            elif end - start < SHORTEST and isinstance(window["end"], HalfDay):
                doubt.later = (doubt.read[0], clock_of_day(end + HALF))
                yield doubt


def _in_document(document: Json, hours: OpenHours) -> Iterator[Doubt]:
    program = document.get("program", {})
    for site in program.get("sites", ()):
        yield from _windows(TypedPlace(site, "front_desk"), site.get("front_desk"), hours, site.get("id"))
    for closure in program.get("closures", ()):
        yield from _row(closure, hours, closure.get("site"), _weekday(closure.get("date")))
    for resource in document.get("resources", ()):
        for window in resource.get("windows", ()):
            yield from _row(window, hours, resource.get("site"), window.get("day"))
        for run in resource.get("runs", ()):
            yield from _row(run, hours, resource.get("site"), run.get("day"), ("time",))
    for clinician in document.get("clinicians", ()):
        yield from _windows(TypedPlace(clinician, "hours"), clinician.get("hours"), hours, None)
        for window in clinician.get("protected", ()):
            yield from _row(window, hours, None, window.get("day"))
        for leave in clinician.get("leave", ()):
            yield from _row(leave, hours, None, None)
    for room in document.get("rooms", ()):
        for closed in room.get("closed", ()):
            yield from _row(closed, hours, room.get("site"), None)
    for group in document.get("groups", ()):
        yield from _starts(group, hours)
    for person in document.get("participants", ()):
        for owner in (person, *(person.get("guests") or ())):
            yield from _availability(owner, hours)
    for pin in document.get("pins", ()):
        yield from _row(pin, hours, None, pin.get("day"), ("time",))
    for roster in (document.get("history", {}).get("last_week"), (document.get("published") or {}).get("roster")):
        for session in (roster or {}).get("sessions", ()):
            names = tuple(name for name in ("from", "until") if session.get(name) is not None and "T" not in session[name])
            yield from _row(session, hours, session.get("site"), _weekday(session.get("day")), names)


def _availability(owner: Json, hours: OpenHours) -> Iterator[Doubt]:
    times = owner.get("availability") or {}
    yield from _windows(TypedPlace(owner, "availability.weekly"), times.get("weekly"), hours, None)
    for special in times.get("dates", ()):
        yield from _windows(TypedPlace(special, "windows"), special.get("windows"), hours, None, _weekday(special.get("date")))
    for absence in times.get("absences", ()):
        yield from _row(absence, hours, None, None)


def _windows(place: TypedPlace, windows: Json, hours: OpenHours, site: str | None, day: str | None = None) -> Iterator[Doubt]:
    for window in windows or ():
        doubt = _doubt(place, window, ("start", "end"))
        if doubt is not None and _is_outside(doubt, hours.on(window.get("site") or site, day or window.get("day"))):
            yield doubt


def _row(record: Json, hours: OpenHours, site: Json, day: str | None, names: tuple[str, ...] = ("start", "end")) -> Iterator[Doubt]:
    names = tuple(name for name in names if record.get(name) is not None)
    if len(names) == 2:
        _set_end_after_start(record, *names)
    doubt = _doubt(TypedPlace(record, names[0] if names else ""), record, names)
    if doubt is not None and _is_outside(doubt, hours.on(site, day)):
        yield doubt


def _set_end_after_start(record: Json, start: str, end: str) -> None:
    """Read an end that would lie before its start in the other half of the day: from 9 to 5."""
    minute = parse_clock(record[end])
    if isinstance(record[end], HalfDay) and minute <= parse_clock(record[start]) < minute + HALF:
        record[end] = clock_of_day(minute + HALF)


def _starts(group: Json, hours: OpenHours) -> Iterator[Doubt]:
    minutes = group.get("minutes") if isinstance(group.get("minutes"), int) else 0
    for start in group.get("starts", ()):
        doubt = _doubt(TypedPlace(group, "starts"), start, ("time", "until") if "until" in start else ("time",))
        if doubt is not None and _is_outside(doubt, hours.on(group.get("site"), start.get("day")), minutes):
            yield doubt


def _weekday(day: Json) -> str | None:
    if day in WEEKDAYS:
        return str(day)
    try:
        return WEEKDAYS[date.fromisoformat(day).weekday()]
    except (TypeError, ValueError):
        return None


# --- what the other half of the day would be ------------------------------------------------------------------------------------


def _doubt(place: TypedPlace, record: Json, names: tuple[str, ...]) -> Doubt | None:
    """The doubt about times, if they could be 12 hours later."""
    texts = tuple(record[name] for name in names if name in record)
    if not any(isinstance(text, HalfDay) for text in texts):
        return None
    minutes = [parse_clock(text) + (HALF if isinstance(text, HalfDay) else 0) for text in texts]
    if len(minutes) == 2 and minutes[0] >= minutes[1]:
        # "5-1" in an evening program: until 1 at night cannot be, so until midnight.
        if not isinstance(texts[0], HalfDay) or parse_clock(texts[0]) >= MORNING:
            return None
        minutes[1] = DAY
    if minutes[-1] > DAY:
        return None
    return Doubt(place, record, names, tuple(map(str, texts)), tuple(map(clock_of_day, minutes)))


def _is_outside(doubt: Doubt, hours: tuple[Span, ...], minutes: int = 0) -> bool:
    """Whether the times as written are not within opening hours, and the other half of the day has some of them."""
    read, later = _span(doubt.read, minutes), _span(doubt.later, minutes)
    return bool(subtract((read,), hours)) and bool(intersect((later,), hours))


def _span(texts: tuple[str, ...], minutes: int) -> Span:
    start = parse_clock(texts[0])
    return Span(start, parse_clock(texts[1]) if len(texts) == 2 else start + max(1, minutes))


def clock_of_day(minute: int) -> str:
    """A minute of the day as text; midnight at its end is 24:00."""
    return "24:00" if minute == DAY else clock(minute)
