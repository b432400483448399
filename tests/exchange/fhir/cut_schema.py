"""Cuts the official JSON Schema of FHIR R4 down to what our resources can reach.

python tests/exchange/fhir/cut_schema.py fhir.schema.json > tests/exchange/fhir/schema/r4.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

RESOURCES = (
    "Appointment",
    "Bundle",
    "CapabilityStatement",
    "HealthcareService",
    "Location",
    "OperationOutcome",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Schedule",
    "Slot",
)
POINTER = "#/definitions/"


def bare(part: Any) -> Any:
    """The same without descriptions, which are most of it."""
    if isinstance(part, dict):
        return {key: bare(value) for key, value in part.items() if not (key == "description" and isinstance(value, str))}
    return [bare(item) for item in part] if isinstance(part, list) else part


def cut(schema: dict[str, Any]) -> dict[str, Any]:
    """The definitions of our resources, and those that they name."""
    every = {name: bare(definition) for name, definition in schema["definitions"].items()}
    every["ResourceList"] = {"oneOf": [{"$ref": POINTER + name} for name in RESOURCES]}
    kept: dict[str, Any] = {}
    waiting = ["ResourceList", *RESOURCES]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = every[name]
            waiting += re.findall(rf'"{POINTER}(\w+)"', json.dumps(every[name]))
    return {"$schema": schema["$schema"], "$id": schema["id"], "definitions": dict(sorted(kept.items()))}


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print(json.dumps(cut(whole), indent=0, sort_keys=True))
