#!/usr/bin/env bash
# recurring-ical-events 3.8.2: an hour that begins in the hour skipped in spring has no length.
# Guess: 02:30 to 03:30 on that day is an hour from 03:30 summer time (RFC 5545, 3.3.5: the offset before the gap counts).
# Seen: start and end are the same instant; the day after it is an hour again.
# Consequence: a reader that drops events without length misses time in which someone is busy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check recurring-ical-events==3.8.2 icalendar==7.3.0 python-dateutil==2.9.0.post0 x-wr-timezone==2.0.1 tzdata==2026.6
"$work/venv/bin/python" - <<'PY'
from datetime import UTC, date

import recurring_ical_events
from icalendar import Calendar

TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:early
DTSTAMP:20270101T000000Z
DTSTART;TZID=America/New_York:20270313T023000
DTEND;TZID=America/New_York:20270313T033000
RRULE:FREQ=DAILY;COUNT=3
END:VEVENT
END:VCALENDAR
"""
found = recurring_ical_events.of(Calendar.from_ical(TEXT)).between(date(2027, 3, 13), date(2027, 3, 16))
lengths = [str(one["DTEND"].dt.astimezone(UTC) - one["DTSTART"].dt.astimezone(UTC)) for one in found]
print("guess: three hours of an hour each; seen:", lengths)
assert lengths == ["1:00:00", "0:00:00", "1:00:00"]
PY
