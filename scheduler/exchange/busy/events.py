"""Events read for busy time: whether they count, their start and end, and how they repeat."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from scheduler.exchange.busy.components import CalendarComponent, CalendarParts, Property
from scheduler.exchange.busy.models import BusyError, BusyOptions, BusyWindow
from scheduler.exchange.busy.oddities import Oddities
from scheduler.exchange.busy.times import Moment, MomentReader, TimeError, between, dates_near, moment_after, read_length
from scheduler.exchange.busy.zones import ZoneError, Zones

MOST_LENGTH = timedelta(days=400)
MOST_EXTRA = 5_000
MARGIN = timedelta(days=2)
"""More than the difference between any two time zones, so that dates can be compared before zones are resolved."""

CANCELLED_TITLES = ("canceled:", "cancelled:", "abgesagt:", "annulé:", "annulé :", "annulee:", "cancelado:", "cancelada:", "geannuleerd:")
"""Outlook marks a cancelled meeting this way, while its status may still be confirmed."""

Reason = Literal["", "ours", "cancelled", "free", "declined", "all_day", "tentative"]


@dataclass(slots=True)
class BusyEvent:
    """One VEVENT.

    Attributes:
        left_out: Why it does not count; empty if it counts.
        exact: The part of its length that is elapsed time; the rest follows the clock (RFC 5545, 3.3.6).
        is_zone_known: Whether all its times are in zones that are known; those of others are read in the program's.
        recurrence: The original time of the occurrence that it replaces in a series.
        extra: Additional times, some with their own end.
    """

    part: CalendarComponent
    start: Moment
    length: timedelta
    exact: timedelta
    left_out: Reason
    is_floating: bool
    uid: str = ""
    sequence: int = 0
    is_soft: bool = False
    is_zone_known: bool = True
    rules: list[str] = field(default_factory=list)
    extra: list[Moment | tuple[Moment, Moment]] = field(default_factory=list)
    except_: list[Moment] = field(default_factory=list)
    except_rules: list[str] = field(default_factory=list)
    recurrence: Moment | None = None
    is_from_then_on: bool = False

    @property
    def is_all_day(self) -> bool:
        """Whether it has dates instead of times."""
        return not isinstance(self.start, datetime)

    @property
    def is_series(self) -> bool:
        """Whether it may take place more than once."""
        return bool(self.rules or self.extra)

    def ending(self, start: Moment) -> Moment:
        """The end of an occurrence that starts at a moment."""
        return moment_after(start, self.length, self.exact)

    def single(self) -> BusyEvent:
        """The same event, without repetition."""
        return replace(self, rules=[], extra=[], except_rules=[])


class EventReader:
    """Reads the events of one calendar that may concern a window."""

    def __init__(
        self, calendar: CalendarParts, zones: Zones, window: BusyWindow, options: BusyOptions, oddities: Oddities, own: frozenset[str]
    ) -> None:  # fmt: skip
        self._own = own
        self._calendar, self._zones, self._window, self._options, self._oddities = calendar, zones, window, options, oddities
        words = calendar.words
        self._is_cancelling = words.get("METHOD", "").upper() == "CANCEL"
        # Google names a calendar by its owner's address.
        addresses = {options.address, words.get("X-WR-CALNAME", "")}
        self._addresses = {address.strip().casefold() for address in addresses if "@" in address}
        self._first, self._last = (moment.date() for moment in (window.start - MARGIN, window.end + MARGIN))

    def read(self, newest: dict[str, int]) -> list[BusyEvent]:
        """Read all events that may fall into the window.

        Args:
            newest: The highest version of each event by its UID; those of this calendar are added, wherever they fall.
        """
        events: list[BusyEvent] = []
        for part in self._calendar.parts:
            if part.name == "VAVAILABILITY":
                self._oddities.note("availability_not_read", part)
            if part.name != "VEVENT":
                continue
            try:
                event = self._event(part, newest)
            except TimeError:
                self._oddities.note("unreadable", part)
            else:
                events += [event] if event is not None else []
        return events

    def _event(self, part: CalendarComponent, newest: dict[str, int]) -> BusyEvent | None:
        lines: dict[str, list[Property]] = defaultdict(list)
        for line in part.properties:
            lines[line.name].append(line)
        reason, is_soft = self._judge(lines)
        uid, sequence = _one(lines, "UID"), _number(_one(lines, "SEQUENCE"))
        if uid and not lines["RECURRENCE-ID"]:
            newest[uid] = max(sequence, newest.get(uid, 0))
        if reason and lines["RECURRENCE-ID"] and not lines["DTSTART"]:
            # A cancellation may name nothing but the occurrence (RFC 5546, 3.2.5).
            lines["DTSTART"] = lines["RECURRENCE-ID"]
        if reason and not lines["DTSTART"]:
            return None
        if len(lines["DTSTART"]) != 1 or len(lines["DTEND"]) > 1 or len(lines["RECURRENCE-ID"]) > 1:
            raise TimeError
        if self._is_far(lines):
            return None
        try:
            event = self._dated(part, lines, reason, self._zones)
        except ZoneError:
            # Whether it counts shows only later, and what takes no time may be in any zone.
            event = self._dated(part, lines, reason, self._zones.lenient)
            event.is_zone_known = False
        event.uid, event.sequence, event.is_soft = uid, sequence, is_soft
        return event if event.length > timedelta(0) or event.recurrence is not None else None

    def _dated(self, part: CalendarComponent, lines: dict[str, list[Property]], reason: Reason, zones: Zones) -> BusyEvent:
        """An event with its times.

        Raises:
            TimeError: One of them is not valid.
            ZoneError: One of them is in a zone that is not known.
        """
        begin = lines["DTSTART"][0]
        reader = MomentReader(zones, begin, lines["DTEND"])
        start = reader.read(begin.value, begin)
        if any("T" in line.value.upper() for line in (*lines["DTEND"], *lines["DURATION"])):
            start = reader.at_midnight(start)
        if lines["RRULE"] or lines["RDATE"]:
            reader.check_clock()
        length, exact = self._length(part, start, lines, reader, reason)
        event = BusyEvent(part, start, length, exact, reason, isinstance(start, datetime) and reader.is_floating)
        if length > timedelta(0) or lines["RECURRENCE-ID"]:
            self._read_repetition(event, lines, reader)
        return event

    def _is_far(self, lines: dict[str, list[Property]]) -> bool:
        """Whether an event, judged by its dates alone, ends before the window or begins after it."""
        if lines["RRULE"] or lines["RDATE"] or any("RANGE" in line.parameters for line in lines["RECURRENCE-ID"]):
            return False
        start = lines["DTSTART"][0].value
        end = lines["DTEND"][0].value if lines["DTEND"] else None
        if end is None and lines["DURATION"]:
            return not dates_near([start], date.min, self._last)
        replaced = [line.value for line in lines["RECURRENCE-ID"]]
        if replaced and dates_near(replaced, self._first, self._last):
            return False
        return not dates_near([start], date.min, self._last) or not dates_near([end or start], self._first, date.max)

    def _length(
        self, part: CalendarComponent, start: Moment, lines: dict[str, list[Property]], reader: MomentReader, reason: Reason
    ) -> tuple[timedelta, timedelta]:  # fmt: skip
        """The length of an event, and its exact part; with length 0 the event does not count, and if it should, a warning is noted."""
        is_series, exact = bool(lines["RRULE"] or lines["RDATE"]), timedelta(0)
        if lines["DTEND"]:
            end = reader.read(lines["DTEND"][0].value, lines["DTEND"][0])
            if isinstance(start, datetime):
                end = reader.at_midnight(end)
            length, exact = between(start, end, is_series=is_series)
        elif lines["DURATION"]:
            length, exact = read_length(lines["DURATION"][0].value)
        else:
            length = timedelta(0 if isinstance(start, datetime) else 1)
        if not isinstance(start, datetime) and length == timedelta(0):
            # Some programs write the same date as the end of an all-day event.
            length = timedelta(1)
        if length <= timedelta(0):
            if not reason:
                self._oddities.note("no_end" if length == timedelta(0) else "end_before_start", part)
            return timedelta(0), timedelta(0)
        if length > MOST_LENGTH and is_series:
            self._oddities.note("too_long", part)
            length, exact = MOST_LENGTH, timedelta(0)
        return length, exact

    def _judge(self, lines: dict[str, list[Property]]) -> tuple[Reason, bool]:
        """Why an event does not count, and whether it is tentative."""
        status, outlook = _one(lines, "STATUS").upper(), _one(lines, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
        answers = {line.parameters.get("PARTSTAT", "").upper() for line in lines["ATTENDEE"] if _address(line) in self._addresses}
        if _one(lines, "UID") in self._own:
            return "ours", False
        # The only use of the title: to find this mark.
        if self._is_cancelling or status == "CANCELLED" or _one(lines, "SUMMARY").casefold().startswith(CANCELLED_TITLES):
            return "cancelled", False
        if "DECLINED" in answers:
            return "declined", False
        if _one(lines, "TRANSP").upper() == "TRANSPARENT" or outlook == "FREE":
            return "free", False
        is_soft = status == "TENTATIVE" or outlook == "TENTATIVE" or bool(answers & {"TENTATIVE", "NEEDS-ACTION"})
        if is_soft and self._options.tentative == "ignore":
            return "tentative", True
        if self._options.all_day == "ignore" and lines["DTSTART"] and "T" not in lines["DTSTART"][0].value.upper():
            return "all_day", is_soft
        return "", is_soft

    def _read_repetition(self, event: BusyEvent, lines: dict[str, list[Property]], reader: MomentReader) -> None:
        event.rules = [line.value.upper().replace(" ", "") for line in lines["RRULE"]]
        event.except_rules = [line.value.upper().replace(" ", "") for line in lines["EXRULE"]]
        first = self._first - event.length
        for line in lines["RDATE"]:
            for value in dict.fromkeys(dates_near(line.value.split(","), first, self._last)):
                begin, _, end = value.partition("/")
                moment = reader.read(begin, line)
                if len(event.extra) >= MOST_EXTRA:
                    raise BusyError("too_many_occurrences", self._calendar.lines([event.part]))
                event.extra.append((moment, reader.period_end(moment, end, line)) if end else moment)
        for line in lines["EXDATE"]:
            near = dict.fromkeys(dates_near(line.value.split(","), first, self._last))
            event.except_ += [reader.read(value, line) for value in near]
        for line in lines["RECURRENCE-ID"]:
            event.recurrence = reader.read(line.value, line)
            event.is_from_then_on = line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"


def instant(moment: Moment, window: BusyWindow) -> datetime:
    """A moment in UTC; a date means its midnight in the program's time zone."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time(), tzinfo=window.zone).astimezone(UTC)


def _one(lines: dict[str, list[Property]], name: str) -> str:
    return lines[name][0].value if lines[name] else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _address(line: Property) -> str:
    return line.value.strip().casefold().removeprefix("mailto:")
