#!/usr/bin/env bash
# ics 0.7.3: what it writes says CALSCALE:GEORGIAN, a scale that does not exist, also where the file it read said nothing of it.
# Guess: a calendar is written back as it was read, or with GREGORIAN, the only value of RFC 5545 (3.7.1).
# Seen: every calendar that passes through it has an unknown scale.
# Consequence: a strict reader refuses the file. Do not refuse a calendar for its CALSCALE alone.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ics==0.7.3 python-dateutil==2.9.0.post0
"$work/venv/bin/python" - <<'PY'
from ics import Calendar

TEXT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:class
DTSTAMP:20261101T000000Z
DTSTART:20261130T140000Z
DTEND:20261130T150000Z
END:VEVENT
END:VCALENDAR
"""
lines = [line for line in Calendar(TEXT).serialize().splitlines() if line.startswith("CALSCALE")]
print("guess: none, or CALSCALE:GREGORIAN; seen:", lines)
assert lines == ["CALSCALE:GEORGIAN"]
PY
