#!/usr/bin/env bash
# fhirpathpy 2.2.4: adding a day to a time gives it in UTC, without saying so.
# Guess: `@2026-03-07T12:00:00-05:00 + 1 day` is 12:00-05:00 on the next day. FHIRPath 2.0: the result has the type and precision of the left operand.
# Seen: `2026-03-08T17:00:00`, without an offset: another time of day to everyone who reads it.
# Consequence: dates of appointments are better calculated in Python.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check fhirpathpy==2.2.4
cd "$work"
"$work/venv/bin/python" - <<'PY'
from fhirpathpy import evaluate

later = evaluate({}, "@2026-03-07T12:00:00-05:00 + 1 day")
print("guess: 2026-03-08T12:00:00-05:00; seen:", later)
assert [str(value) for value in later] == ["2026-03-08T17:00:00"]
assert evaluate({}, "@2026-11-30 + 7 days") == ["2026-12-07"]
PY
