#!/usr/bin/env bash
# fhir.resources 8.3.0: a code that its binding requires to be one of a few may be anything.
# Guess: "monday" as a day of the week is refused, like a time without seconds; the codes are mon, tue, ... (required binding DaysOfWeek).
# Seen: the resource is accepted and written again with "monday"; only the time is refused.
# Consequence: a resource that passes there can still be refused, or lose its hours, elsewhere. Check codes yourself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check fhir.resources==8.3.0 fhir_core==1.1.12 pydantic==2.14.4
cd "$work"
"$work/venv/bin/python" - <<'PY'
from fhir.resources.R4B.practitionerrole import PractitionerRole


def written(day, start):
    hours = {"daysOfWeek": [day], "availableStartTime": start, "availableEndTime": "17:00:00"}
    try:
        role = PractitionerRole.model_validate({"resourceType": "PractitionerRole", "availableTime": [hours]})
    except ValueError:
        return "refused"
    return role.availableTime[0].daysOfWeek


seen = [written("mon", "09:00:00"), written("monday", "09:00:00"), written("mon", "09:00")]
print("guess: ['mon'], refused, refused; seen:", seen)
assert seen == [["mon"], ["monday"], "refused"]
PY
