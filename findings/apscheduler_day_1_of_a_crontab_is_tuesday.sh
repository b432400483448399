#!/usr/bin/env bash
# APScheduler 3.11.3: the 1 of a line for cron is Tuesday.
# Guess: `0 9 * * 1` is Monday at 09:00, as cron has it.
# Seen: Tuesday, because days of the week are counted from Monday = 0 there, also in a line taken over from a crontab.
# Consequence: write the name of the day (`mon`).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apscheduler==3.11.3 tzdata==2025.2
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

zone = ZoneInfo("America/New_York")
sunday = datetime(2026, 11, 29, 12, tzinfo=zone)
number, name = (CronTrigger.from_crontab(f"0 9 * * {day}", timezone=zone).get_next_fire_time(None, sunday) for day in ("1", "mon"))
print("guess: Monday, Monday; seen:", number.strftime("%A"), name.strftime("%A"))
assert number.strftime("%A %H:%M") == "Tuesday 09:00"
assert name.strftime("%A %H:%M") == "Monday 09:00"
PY
