"""The prepared weeks of the demo program: last week's roster and this week's, solved once and kept as data of the package.

Usage, when the instance `demo`, its best roster or the contract changes:

    python -m tools.demo --seconds 30

`stepdown serve --demo` moves all dates to the current week, and adds attendance, calendar links and so on (`api/demo`).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scheduler import SolveLimits, solve
from scheduler.generate.next_week import settle
from scheduler.instance import Instance
from scheduler.roster import Roster

ROOT = Path(__file__).parents[1]
WEEK = ROOT / "api" / "demo" / "week.json"
LAST_WEEK, LAST_ROSTER = ROOT / "instances" / "demo.json", ROOT / "instances" / "best" / "demo.json"

CLINICIANS = ("L. Ellis", "Z. Bauer", "V. Diaz", "W. Boone", "G. Brandt", "P. Park")
WAITING = (("S. P.", "1041", 0), ("J. T.", "1042", 5), ("K. O.", "1043", 11))
"""Who waits for a seat: initials, number, and whose circumstances they share, by position among the participants."""

SHIFTS = 8
"""Days after which rotating shifts come back."""

PAYERS = ("Northern Health", "Lakeside Mutual", "State plan")


def main(arguments: list[str] | None = None) -> int:
    """Solve this week, which goes on from the demo's best roster, and write both."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="time limit")
    limits = SolveLimits(seconds=parser.parse_args(arguments).seconds, fix_seconds=0)
    last_week = _renamed(LAST_WEEK.read_text(encoding="utf-8"))
    week = settle(last_week, Roster.model_validate_json(_with_numbers(LAST_ROSTER.read_text(encoding="utf-8"))))
    result = solve(week, limits)
    assert result.roster is not None, result.message
    document = _finished(week, result.roster)
    WEEK.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{WEEK.relative_to(ROOT)}: care {result.care}, preference {result.preference}")
    return 0


def _with_numbers(text: str) -> str:
    """A document whose participants have case numbers as ids."""
    return re.sub(r'"p0(\d\d)"', r'"10\1"', text)


def _renamed(text: str) -> Instance:
    """A week whose participants have case numbers, and whose staff have surnames."""
    document = json.loads(_with_numbers(text))
    for clinician, label in zip(document["clinicians"], CLINICIANS, strict=True):
        clinician["label"] = label
    for group in document["groups"]:
        track, _, day = group["label"].rpartition(" ")
        group["label"] = f"{track} {day.capitalize()}"
    return Instance.model_validate(document)


def _add_shifts(person: dict[str, Any]) -> None:
    """Add the free hours of two more weeks for someone on rotating shifts: next week is planned in the demo, too."""
    dates = person.get("availability", {}).get("dates", [])
    if len(dates) > SHIFTS:
        for _ in range(14):
            following = date.fromisoformat(dates[-1]["date"]) + timedelta(days=1)
            dates.append(dates[-SHIFTS] | {"date": str(following)})


def _finished(week: Instance, roster: Roster) -> dict[str, Any]:
    """The week with its roster as published, with people who wait, and authorizations of payers."""
    published_at = f"{week.monday - timedelta(days=4)}T15:20:00-05:00"
    document = json.loads(week.model_dump_json(exclude_defaults=True))
    document |= {"id": "demo", "label": "Demo program"}
    document["program"]["label"] = "Demo program (invented people)"
    document["published"] = {"roster": json.loads(roster.model_dump_json(exclude_defaults=True)), "at": published_at}
    people = document["participants"]
    for number, person in enumerate(people):
        _add_shifts(person)
        for authorization in person.get("authorizations", ()):
            authorization |= {"payer": PAYERS[number % len(PAYERS)], "number": f"A-{4000 + 7 * number}"}
            authorization["next_review"] = str(week.monday + timedelta(days=3 + number % 9))
    kept = ("gender", "languages", "state", "availability", "travel", "modes", "home_track", "phase")
    for label, id, model in WAITING:
        person = {name: people[model][name] for name in kept if name in people[model]}
        people.append({"id": id, "label": label, "status": "waiting"} | person)
    Instance.model_validate(document)
    return document


if __name__ == "__main__":
    sys.exit(main())
