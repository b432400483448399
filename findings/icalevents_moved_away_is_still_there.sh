#!/usr/bin/env bash
# icalevents 0.3.1: a date of a series that was moved out of the window asked for is still shown at its old time.
# Guess: gone. RFC 5545, 3.8.4.4: the changed instance takes the place of the original.
# Seen: gone if it was moved within the window, there if it was moved to another month.
# Consequence: who asks week by week sees appointments that were postponed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalevents==0.3.1 tzdata==2025.2
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from icalevents.icalevents import events

zone = ZoneInfo("America/New_York")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
%s
END:VCALENDAR
"""


def spans(*lines):
    text = "\n".join(f"BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT" for event in lines)
    content = (CALENDAR % text).replace("\n", "\r\n").encode()
    start, end = datetime(2026, 3, 2, tzinfo=zone), datetime(2026, 3, 9, tzinfo=zone)
    found = events(string_content=content, start=start, end=end, tzinfo=zone)
    times = [(event.start.astimezone(zone), event.end.astimezone(zone)) for event in found]
    return sorted(f"{begin:%d %H:%M}-{end:%d %H:%M}" for begin, end in times)


SERIES = "DTSTART;TZID=America/New_York:20260303T180000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
CHANGE = "RECURRENCE-ID;TZID=America/New_York:20260304T180000\nDURATION:PT1H\nDTSTART;TZID=America/New_York:"
away, within = spans(SERIES, CHANGE + "20260605T180000"), spans(SERIES, CHANGE + "20260305T180000")
print("guess: the first date alone; seen:", away, "moved within the week:", within)
assert away == ["03 18:00-03 19:00", "04 18:00-04 19:00"]
assert within == ["03 18:00-03 19:00", "05 18:00-05 19:00"]
PY
