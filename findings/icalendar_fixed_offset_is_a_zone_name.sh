#!/usr/bin/env bash
# icalendar 7.3.0: a time with a fixed offset is written with a zone that exists nowhere.
# Guess: 09:00-05:00 becomes 14:00 UTC; iCalendar has no offsets, and a TZID needs a VTIMEZONE (RFC 5545, 3.2.19).
# Seen: DTSTART;TZID="UTC-05:00":20270112T090000, without a VTIMEZONE; quoted, because of the colon.
# Consequence: programs without such a name show the clock figure of the reader's own zone. Convert offsets to UTC first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime, timedelta, timezone

from icalendar import Calendar, Event

event, calendar = Event(), Calendar()
event.add("dtstart", datetime(2027, 1, 12, 9, tzinfo=timezone(timedelta(hours=-5))))
calendar.add_component(event)
text = calendar.to_ical().decode()
seen = next(line for line in text.splitlines() if line.startswith("DTSTART"))
print("guess: DTSTART:20270112T140000Z; seen:", seen)
assert seen == 'DTSTART;TZID="UTC-05:00":20270112T090000'
assert "VTIMEZONE" not in text
PY
