#!/usr/bin/env bash
# APScheduler 3.11.3: an interval of one day is 24 hours, even for a trigger with a time zone.
# Guess: every day at 09:00 in New York.
# Seen: 09:00 until the clocks go forward, 10:00 from then on.
# Consequence: what is to happen at an hour of the day needs a CronTrigger(hour=9) instead.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check APScheduler==3.11.3 tzlocal==5.4.5
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

ZONE = ZoneInfo("America/New_York")
first = datetime(2027, 3, 13, 9, tzinfo=ZONE)


def times(trigger):
    found = [trigger.get_next_fire_time(None, first)]
    while len(found) < 3:
        found.append(trigger.get_next_fire_time(found[-1], found[-1]))
    return [time.strftime("%H:%M") for time in found]


seen = times(IntervalTrigger(days=1, start_date=first, timezone=ZONE))
print("guess: 09:00 on three days; seen:", seen)
assert seen == ["09:00", "10:00", "10:00"]
assert times(CronTrigger(hour=9, timezone=ZONE)) == ["09:00", "09:00", "09:00"]
PY
