#!/usr/bin/env bash
# ical 14.3.1: a changed date of a series is shown at both times if RECURRENCE-ID is written in UTC.
# Guess: the new time alone. RFC 5545, 3.8.4.4: the value names an instance, and 23:00 UTC is 18:00 in New York.
# Seen: 08:00 and 18:00. Written in the zone of the series, the original is gone. EXDATE in UTC removes its date as expected.
# Consequence: calendars that write such lines in UTC seem to have appointments that nobody has.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ical==14.3.1 tzdata==2025.2
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from ical.calendar_stream import IcsCalendarStream

zone = ZoneInfo("America/New_York")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:evening
DTSTAMP:20260101T000000Z
DTSTART;TZID=America/New_York:20260302T180000
DTEND;TZID=America/New_York:20260302T190000
RRULE:FREQ=DAILY;COUNT=2
%sEND:VEVENT
%sEND:VCALENDAR
"""
CHANGE = """BEGIN:VEVENT
UID:evening
DTSTAMP:20260101T000000Z
RECURRENCE-ID%s
DTSTART;TZID=America/New_York:20260303T080000
DTEND;TZID=America/New_York:20260303T090000
END:VEVENT
"""


def times(*parts):
    calendar = IcsCalendarStream.calendar_from_ics((CALENDAR % parts).replace("\n", "\r\n"))
    week = calendar.timeline_tz(zone).overlapping(datetime(2026, 3, 1, tzinfo=zone), datetime(2026, 3, 8, tzinfo=zone))
    return [f"{event.dtstart:%d %H:%M}" for event in week]


utc, local = times("", CHANGE % ":20260303T230000Z"), times("", CHANGE % ";TZID=America/New_York:20260303T180000")
print("guess: 02 18:00, 03 08:00; seen:", utc, "and with the zone of the series:", local)
assert utc == ["02 18:00", "03 08:00", "03 18:00"]
assert local == ["02 18:00", "03 08:00"]
assert times("EXDATE:20260303T230000Z\n", "") == ["02 18:00"]
PY
