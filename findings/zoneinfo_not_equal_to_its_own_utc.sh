#!/usr/bin/env bash
# Python 3.11 to 3.14, zoneinfo: a time in an hour that comes twice, or is skipped, is never equal to the same instant in UTC.
# Guess: aware times are equal when they are the same instant.
# Seen: not in these hours (PEP 495), though their difference is 0; and two times an hour apart, in one zone, are equal.
# Consequence: sets and comparisons of instants lose or double busy times in one night of autumn. Turn into UTC first, then compare.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check tzdata==2026.6
"$work/venv/bin/python" - <<'PY'
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

zone = ZoneInfo("America/New_York")
first = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
second = first.replace(fold=1)
seen = {
    "equal to itself in UTC": first == first.astimezone(UTC),
    "difference from itself in UTC is 0": first - first.astimezone(UTC) == timedelta(0),
    "equal to the same clock time an hour later": first == second,
    "the hour between them in UTC": second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1),
}
print("guess: True, True, False, True; seen:", *seen.values())
assert list(seen.values()) == [False, True, True, True]
PY
