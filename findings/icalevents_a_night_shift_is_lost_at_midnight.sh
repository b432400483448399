#!/usr/bin/env bash
# icalevents 0.3.1: of a repeated night shift, the one that runs into the window asked for is missing.
# Guess: shown, as it is for an event that is not repeated.
# Seen: the night from the day before is missing; the same night as a single event is there.
# Consequence: who asks from Monday 00:00 takes somebody for free who works until 06:00.
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


NIGHT = "DTSTART;TZID=America/New_York:20260301T220000\nDTEND;TZID=America/New_York:20260302T060000"
repeated, once = spans(NIGHT + "\nRRULE:FREQ=DAILY;COUNT=2"), spans(NIGHT)
print("guess: two nights; seen:", repeated, "not repeated:", once)
assert repeated == ["02 22:00-03 06:00"]
assert once == ["01 22:00-02 06:00"]
PY
