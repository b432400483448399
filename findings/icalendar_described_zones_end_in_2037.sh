#!/usr/bin/env bash
# icalendar 7.3.0: add_missing_timezones() describes a zone up to the end of 2037 only.
# Guess: the VTIMEZONE holds rules, so it says the right time of any year.
# Seen: it holds a list of dates; every summer from 2038 on is an hour off for readers that trust the file.
# Consequence: a series without an end drifts; write the yearly rules of the zone instead.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 tzdata==2026.6
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

calendar, event = Calendar(), Event()
event.add("DTSTART", datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("America/New_York")))
event.add("RRULE", {"FREQ": "WEEKLY"})
calendar.add_component(event)
calendar.add_missing_timezones()
described = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
seen = {}
for year in (2027, 2037, 2038, 2045):
    noon = datetime(year, 7, 1, 12)
    seen[year] = noon.replace(tzinfo=described).utcoffset() == noon.replace(tzinfo=ZoneInfo("America/New_York")).utcoffset()
print("guess: right in every year; seen:", seen)
assert seen == {2027: True, 2037: True, 2038: False, 2045: False}
PY
