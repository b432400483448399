#!/usr/bin/env bash
# icalendar 7.3.0: DURATION in hours is added to the clock on the wall, not to the time that passes.
# Guess: PT8H from 23:00 is eight hours also in the night in which clocks are set back (RFC 5545, 3.3.6: hours are exact, days are not).
# Seen: the end is 07:00 by the clock, nine hours later; PT24H and P1D mean the same.
# Consequence: a night shift seems to last an hour longer or shorter, twice a year. Add hours in UTC, days by the clock.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 tzdata==2026.6
"$work/venv/bin/python" - <<'PY'
from datetime import UTC

from icalendar import Calendar

TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:night
DTSTAMP:20261101T000000Z
DTSTART;TZID=America/New_York:20261031T230000
DURATION:PT8H
END:VEVENT
END:VCALENDAR
"""
(event,) = Calendar.from_ical(TEXT).walk("VEVENT")
passed = event.end.astimezone(UTC) - event.start.astimezone(UTC)
print("guess: 8:00:00; seen:", passed, "until", event.end.isoformat())
assert str(passed) == "9:00:00"
PY
