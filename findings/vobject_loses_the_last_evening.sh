#!/usr/bin/env bash
# vobject 0.9.9: a weekly evening in New York that ends with UNTIL in UTC loses its last date.
# Guess: 10 and 17 March at 20:00; the last one begins at 00:00 UTC on the 18th, which is UNTIL itself and belongs to the series (RFC 5545, 3.3.10).
# Seen: only 10 March.
# Consequence: where a series ends in the evening, its last date reads as free. Compare UNTIL as an instant.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check vobject==0.9.9 python-dateutil==2.9.0.post0 pytz==2026.6 six==1.17.0
cd "$work"
"$work/venv/bin/python" - <<'PY'
import vobject


def calendar(*lines):
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:class", "DTSTAMP:20270101T000000Z"]
    return "\r\n".join([*head, *lines, "END:VEVENT", "END:VCALENDAR", ""])


lines = ["DTSTART;TZID=America/New_York:20270310T200000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20270318T000000Z"]
event = vobject.readOne(calendar(*lines)).vevent
seen = [start.isoformat()[:16] for start in event.getrruleset(addRDate=True)]
print("guess: 10 and 17 March at 20:00; seen:", seen)
assert seen == ["2027-03-10T20:00"]
PY
