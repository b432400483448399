#!/usr/bin/env bash
# icalendar 7.3.0: a time in a zone that is not known becomes a time without a zone.
# Guess: TZID=UTC-05:00 is read as an offset, or the event has an error; a zone that nobody knows has an error in any case.
# Seen: both are naive times, and `errors` is empty.
# Consequence: a reader in another zone places the event hours away, and nothing says so. Look at TZID whenever a time is naive.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 tzdata==2026.6
"$work/venv/bin/python" - <<'PY'
from icalendar import Calendar

TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20261101T000000Z
DTSTART;TZID="%s":20270112T120000
DURATION:PT1H
END:VEVENT
END:VCALENDAR
"""
for zone in ("UTC-05:00", "(UTC-05:00) Eastern Time (US & Canada)", "Nowhere"):
    (event,) = Calendar.from_ical(TEXT % zone).walk("VEVENT")
    print("guess: an offset or an error; seen:", zone, event.start.isoformat(), event.errors)
    assert event.start.tzinfo is None
    assert event.errors == []
PY
