#!/usr/bin/env bash
# icalendar 7.3.0: a period that is added to a series is written without its type and without its zone.
# Guess: RDATE;VALUE=PERIOD;TZID=America/New_York:20270112T090000/PT3H (RFC 5545, 3.8.5.2: a type other than DATE-TIME must be named).
# Seen: RDATE:20270112T090000/PT3H, in no zone.
# Consequence: readers that go by the type refuse the line. Set the parameters yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Event

event = Event()
event.add("rdate", [(datetime(2027, 1, 12, 9, tzinfo=ZoneInfo("America/New_York")), timedelta(hours=3))])
seen = event.to_ical().decode().splitlines()[1]
print("guess: with VALUE=PERIOD and a zone; seen:", seen)
assert seen == "RDATE:20270112T090000/PT3H"
PY
