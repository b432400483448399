"""Running the command in tests: in this process, or as a real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python
from typer.testing import CliRunner, Result

from scheduler.cli import app
from tests.build import group, instance_json, meet, participant, roster, run
from tests.source_tree import ROOT

PEOPLE = ("ana", "ben", "cam")
WIDE = {"COLUMNS": "200", "NO_COLOR": "1"}


def stepdown(*arguments: object) -> Result:
    """The command in this process. What it does not expect is raised, not turned into exit code 1."""
    result = CliRunner(env=WIDE).invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert "Traceback" not in result.output
    return result


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "scheduler.cli", *(a if isinstance(a, bytes) else str(a) for a in arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False
    )


def week(**more: Any) -> dict[str, Any]:
    """Three people, a group they may all join, an individual session each; a few seconds' work at most."""
    order = {
        "minutes": {"floor": 180},
        "sessions": {"floor": 1},
        "days": {"floor": 1},
        "services": [{"service": "individual", "per_week": 1}],
    }
    base = {"participants": [participant(p, label=f"{p[0].upper()}.", order=order) for p in PEOPLE], "groups": [group("g1")]}
    return instance_json(**(base | more))


def good_roster(*more: dict[str, Any]) -> Any:
    """A legal roster of that week: everybody in the group on Monday, with an individual session on Tuesday."""
    meetings = (meet(p, "tue", time) for p, time in zip(PEOPLE, ("09:00", "10:15", "11:30"), strict=True))
    return roster(run("g1", "mon", "09:00", PEOPLE), *meetings, *more)


def written(folder: Path, name: str, document: object) -> Path:
    """A document as a JSON file."""
    path = folder / name
    path.write_text(json.dumps(to_jsonable_python(document)), encoding="utf-8")
    return path
