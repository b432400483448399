"""The time zones of a file: known by their names, or defined in the file."""

from __future__ import annotations

import re
from contextlib import suppress
from copy import copy
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import icalendar

from scheduler.exchange.busy.components import CalendarComponent, CalendarParts
from scheduler.exchange.busy.zone_names import labelled_zone, named_zone, zone_key

NOT_YEARLY = re.compile(r"^RRULE\b(?!.*FREQ=YEARLY)", re.MULTILINE | re.IGNORECASE)
BEGINNING = re.compile(r"^(DTSTART[^:\n]*:)(\d{4})(?=\d{4}T)(?!0229)", re.MULTILINE | re.IGNORECASE)
BY_WEEKDAY = re.compile(r"^RRULE:(?=.*BYDAY=)(?=.*BYMONTH=)(?!.*(?:COUNT|UNTIL)=)", re.MULTILINE | re.IGNORECASE)
MOST_ZONE_LINES = 200
"""The line limit of a zone definition in the file."""


class ZoneError(Exception):
    """A time zone is not known."""


class Zones:
    """The time zones of one calendar, or of all calendars of a file."""

    def __init__(self, scanned: CalendarParts, program: ZoneInfo, first: int = 1970) -> None:
        """Prepare them.

        Args:
            first: The first year that matters.
        """
        self._described, self._program, self._first = _described(scanned, first), program, first
        self._own = ""
        self._zones: dict[str, tzinfo] = {}
        self._is_lenient = False

    def of_calendar(self, own: str) -> Zones:
        """The same, for a calendar of the file with a zone of its own (X-WR-TIMEZONE), if it has one."""
        zones = copy(self)
        zones._own = own
        return zones

    @property
    def lenient(self) -> Zones:
        """The same, with the program's zone for those not known."""
        zones = copy(self)
        zones._zones, zones._is_lenient = dict(self._zones), True
        return zones

    @property
    def own(self) -> tzinfo | None:
        """The calendar's own zone, if it is given and known."""
        with suppress(ZoneError):
            return self.of(self._own) if self._own else None
        return None

    def check_own(self) -> None:
        """Check that the calendar's own zone is known.

        Raises:
            ZoneError: It is not.
        """
        if self._own:
            self.of(self._own)

    @property
    def floating(self) -> tzinfo:
        """The zone for times without a zone.

        Raises:
            ZoneError: The calendar names a zone that is not known.
        """
        return self.of(self._own) if self._own else self._program

    def of(self, name: str) -> tzinfo:
        """The zone with a name.

        Raises:
            ZoneError: The zone is neither known nor defined in the file.
        """
        key = zone_key(name)
        if key not in self._zones:
            zone = named_zone(name) or self._from_file(key) or labelled_zone(name) or (self._program if self._is_lenient else None)
            if zone is None:
                raise ZoneError
            self._zones[key] = zone
        return self._zones[key]

    def _from_file(self, key: str) -> tzinfo | None:
        """The zone that the file defines under a name, if it is sound."""
        part, location = self._described.get(key, (None, ""))
        if part is None:
            return None
        if location and (standard := named_zone(location)) is not None:
            return standard
        if part.count("\n") > MOST_ZONE_LINES or NOT_YEARLY.search(part):
            return None
        try:
            zone = icalendar.Timezone.from_ical(part.encode()).to_tz(lookup_tzid=False)  # type: ignore[attr-defined] # typed as any component
            datetime(self._first, 7, 1, tzinfo=zone).utcoffset()
        except Exception:
            # The library may raise any error for a malformed zone: it counts as unknown.
            return None
        return zone  # type: ignore[no-any-return] # a zone, as just tested


def _described(scanned: CalendarParts, first: int) -> dict[str, tuple[str, str]]:
    """The VTIMEZONEs of a file, as text, with their location. Nested parts come before the part that contains them."""
    offsets: dict[str, tuple[str, str]] = {}
    halves: list[CalendarComponent] = []
    for part in scanned.parts:
        if part.name in ("STANDARD", "DAYLIGHT"):
            halves.append(part)
        elif part.name == "VTIMEZONE":
            values = {line.name: line.value for line in part.properties}
            inner = "".join(f"BEGIN:{half.name}{_begun_later(half.text, first)}END:{half.name}\n" for half in halves)
            text = f"BEGIN:VTIMEZONE\nTZID:described\n{inner}END:VTIMEZONE\n"
            offsets.setdefault(zone_key(values.get("TZID", "")), (text, values.get("X-LIC-LOCATION", "")))
            halves = []
    return offsets


def _begun_later(text: str, year: int) -> str:
    """Half of a zone, begun later: years of changes that nobody asks about cost time, and Outlook's begin in 1601.

    Only where the weekday and the month decide, not the date of the beginning.
    """
    return BEGINNING.sub(lambda match: f"{match[1]}{max(year, int(match[2]))}", text) if BY_WEEKDAY.search(text) else text
