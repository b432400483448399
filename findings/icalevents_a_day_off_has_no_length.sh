#!/usr/bin/env bash
# icalevents 0.3.1: a whole day without DTEND begins and ends at the same moment.
# Guess: from midnight to midnight. RFC 5545, 3.6.1: a date without an end lasts one day.
# Seen: no length, repeated or not; with DTEND it has its 24 hours.
# Consequence: who looks for overlapping times finds that somebody works on a day off.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalevents==0.3.1 tzdata==2025.2
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalevents.icalevents import events

zone = ZoneInfo("America/New_York")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
%s
END:VCALENDAR
"""


def hours(*lines):
    text = "\n".join(f"BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT" for event in lines)
    content = (CALENDAR % text).replace("\n", "\r\n").encode()
    start, end = datetime(2026, 3, 2, tzinfo=zone), datetime(2026, 3, 9, tzinfo=zone)
    found = events(string_content=content, start=start, end=end, tzinfo=zone)
    times = [(event.start.astimezone(zone), event.end.astimezone(zone)) for event in found]
    return [(end - begin) / timedelta(hours=1) for begin, end in times]


repeated = hours("DTSTART;VALUE=DATE:20260303\nRRULE:FREQ=DAILY;COUNT=2")
ended = hours("DTSTART;VALUE=DATE:20260303\nDTEND;VALUE=DATE:20260304\nRRULE:FREQ=DAILY;COUNT=2")
once = hours("DTSTART;VALUE=DATE:20260303")
print("guess: 24 hours each; seen:", repeated, "with an end:", ended, "not repeated:", once)
assert repeated == [0.0, 0.0]
assert once == [0.0]
assert ended == [24.0, 24.0]
PY
