#!/usr/bin/env bash
# recurring-ical-events 3.8.2: a date of a series that was cancelled (STATUS:CANCELLED) is returned like any other.
# Guess: three of four weeks are left, as with EXDATE.
# Seen: four, one of them with that status; nothing else tells them apart.
# Consequence: time that is free looks busy, or a session that is off is shown, unless every reader checks STATUS.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check recurring-ical-events==3.8.2 icalendar==7.3.0 python-dateutil==2.9.0.post0 x-wr-timezone==2.0.1 tzdata==2026.6
"$work/venv/bin/python" - <<'PY'
from datetime import date

import recurring_ical_events
from icalendar import Calendar

TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:class
DTSTAMP:20261101T000000Z
DTSTART:20261130T140000Z
DTEND:20261130T150000Z
RRULE:FREQ=WEEKLY;COUNT=4
END:VEVENT
BEGIN:VEVENT
UID:class
DTSTAMP:20261102T000000Z
RECURRENCE-ID:20261207T140000Z
DTSTART:20261207T140000Z
DTEND:20261207T150000Z
STATUS:CANCELLED
SEQUENCE:1
END:VEVENT
END:VCALENDAR
"""
found = recurring_ical_events.of(Calendar.from_ical(TEXT)).between(date(2026, 11, 30), date(2026, 12, 31))
seen = [(str(one["DTSTART"].dt.date()), str(one.get("STATUS", ""))) for one in found]
print("guess: 3 dates; seen:", seen)
assert seen == [("2026-11-30", ""), ("2026-12-07", "CANCELLED"), ("2026-12-14", ""), ("2026-12-21", "")]
PY
