#!/usr/bin/env bash
# croniter 7.0.0: a job at 01:30 runs twice in the night the clocks go back, and once, at 03:00, when 02:30 is skipped.
# Guess: a fixed time of day comes once in every night, as with cron itself.
# Seen: 01:30 in summer time and an hour later 01:30 in winter time; the next days once.
# Consequence: a job that may not run twice must not be due between 01:00 and 02:00, or has to keep the date it last ran on.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check croniter==7.0.0 tzdata==2025.2
cd "$work"
"$work/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter

zone = ZoneInfo("America/New_York")


def due(line, start, number):
    times = croniter(line, start)
    return [times.get_next(datetime).isoformat() for _ in range(number)]


autumn = due("30 1 * * *", datetime(2026, 10, 31, 12, tzinfo=zone), 3)
spring = due("30 2 * * *", datetime(2026, 3, 7, 12, tzinfo=zone), 2)
print("guess: 1 and 2 November, once each; seen:", autumn)
print("the skipped time:", spring)
assert autumn == ["2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00", "2026-11-02T01:30:00-05:00"]
assert spring == ["2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"]
PY
