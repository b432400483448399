#!/usr/bin/env bash
# recurring-ical-events 3.8.2: EXDATE in UTC removes occurrences by the figures of a clock, and removes two for one instant.
# Guess: of 13:00 and 18:00 in New York, EXDATE 18:00 UTC removes 13:00 alone, which is that instant (RFC 5545, 3.8.5.1).
# Seen: both are gone.
# Consequence: a reader of busy times takes somebody for free who is not.
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
UID:twice
DTSTAMP:20270101T000000Z
DTSTART;TZID=America/New_York:20270111T130000
DTEND;TZID=America/New_York:20270111T140000
RRULE:FREQ=DAILY;BYHOUR=13,18;COUNT=4
EXDATE:20270112T180000Z
END:VEVENT
END:VCALENDAR
"""
found = recurring_ical_events.of(Calendar.from_ical(TEXT)).between(date(2027, 1, 12), date(2027, 1, 13))
starts = [one["DTSTART"].dt.strftime("%H:%M") for one in found]
print("guess: 18:00 stays; seen:", starts)
assert starts == []
PY
