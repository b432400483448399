#!/usr/bin/env bash
# icalendar 7.3.0: a list of times in several zones is written with the zone of one of them, and the clock figures of all.
# Guess: a line for each zone, or all of them in UTC; a UTC time may not stand behind a TZID (RFC 5545, 3.2.19).
# Seen: EXDATE;TZID=America/New_York:20270111T090000,20270112T140000Z; with London, all are in London, and New York's 09:00 is five hours early.
# Consequence: exceptions miss their dates. Add the times of each zone by a call of its own, or convert them first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 six==1.17.0 tzdata==2026.6
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Event


def written(*times):
    event = Event()
    event.add("exdate", list(times))
    return event.to_ical().decode().splitlines()[1]


first = datetime(2027, 1, 11, 9, tzinfo=ZoneInfo("America/New_York"))
seen = [written(first, datetime(2027, 1, 12, 14, tzinfo=UTC)), written(first, datetime(2027, 1, 12, 14, tzinfo=ZoneInfo("Europe/London")))]
print("guess: no TZID before a time of another zone; seen:", *seen, sep="\n")
assert seen == [
    "EXDATE;TZID=America/New_York:20270111T090000,20270112T140000Z",
    "EXDATE;TZID=Europe/London:20270111T090000,20270112T140000",
]
PY
