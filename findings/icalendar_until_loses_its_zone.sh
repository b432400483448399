#!/usr/bin/env bash
# icalendar 7.3.0: UNTIL, given as a time with a zone, is written without any.
# Guess: 20:00 in New York becomes UNTIL=20270318T000000Z; beside a DTSTART with a zone it must be UTC (RFC 5545, 3.3.10).
# Seen: UNTIL=20270317T200000. From another zone, its clock figure is written just so: 17:00 in Los Angeles ends the series at 17:00.
# Consequence: readers that take it as UTC, or as the clock of the series, lose the last date. Convert it to UTC first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Event

seen = []
for zone, hour in (("America/New_York", 20), ("America/Los_Angeles", 17)):
    event = Event()
    event.add("dtstart", datetime(2027, 3, 10, 20, tzinfo=ZoneInfo("America/New_York")))
    event.add("rrule", {"freq": "weekly", "until": datetime(2027, 3, 17, hour, tzinfo=ZoneInfo(zone))})
    seen.append(event["rrule"].to_ical().decode())
print("guess: UNTIL=20270318T000000Z twice; seen:", seen)
assert seen == ["FREQ=WEEKLY;UNTIL=20270317T200000", "FREQ=WEEKLY;UNTIL=20270317T170000"]
PY
