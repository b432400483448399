"""Solve the catalogue and keep what got better: `python -m instances.record [--seconds N] [name ...]`.

Writes `best/<name>.json` (the roster), `catalogue.json` (objectives, bounds, dates) and the table of `README.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from instances.catalogue import ENTRIES, Entry
from instances.make import FOLDER, path_of

NUMBERS = FOLDER / "catalogue.json"
README = FOLDER / "README.md"
START, END = "<!-- table -->", "<!-- end of table -->"
BOUNDS = ("care_bound", "preference_bound")

Numbers = dict[str, dict[str, Any]]


def read_numbers() -> Numbers:
    """What is recorded so far; an instance that was never solved has no entry."""
    found: Numbers = json.loads(NUMBERS.read_text(encoding="utf-8")) if NUMBERS.is_file() else {}
    return found


def is_better(new: dict[str, Any], old: dict[str, Any] | None) -> bool:
    """Whether a roster has less unmet care, or as much and a better preference tier."""
    return old is None or (new["care"], new["preference"]) < (old["care"], old["preference"])


def merged(new: dict[str, Any], old: dict[str, Any] | None) -> dict[str, Any]:
    """The better objectives with the higher bounds.

    A preference bound speaks of all rosters with at most its own care objective: it holds for the one with the least care, too.
    """
    if old is None:
        return new
    best = dict(new if is_better(new, old) else old)
    for name in BOUNDS:
        best[name] = max(new[name], old[name])
    if any(best[name] != old[name] for name in BOUNDS):
        best["date"] = new["date"]
    return best


def status_of(numbers: dict[str, Any] | None) -> str:
    """How much of an instance is proven."""
    if numbers is None:
        return "not solved yet"
    if numbers["care"] > numbers["care_bound"]:
        return "open"
    return "proven" if numbers["preference"] <= numbers["preference_bound"] else "care proven"


def render(numbers: Numbers) -> str:
    """The table of the README."""
    lines = [
        "| instance | participants | stresses | source | care | bound | preference | bound | status | date |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for entry in ENTRIES:
        found = numbers.get(entry.name)
        people = len(json.loads(path_of(entry).read_text(encoding="utf-8"))["participants"])
        cells = [str(found[n]) if found else "" for n in ("care", "care_bound", "preference", "preference_bound")]
        date = found["date"] if found else ""
        lines.append(
            "| " + " | ".join([f"`{entry.name}`", str(people), entry.stresses, entry.source, *cells, status_of(found), date]) + " |"
        )
    return "\n".join(lines)


def with_table(readme: str, table: str) -> str:
    """The README with its table replaced."""
    before, rest = readme.split(START)
    return f"{before}{START}\n{table}\n{END}{rest.split(END)[1]}"


def record(entry: Entry, numbers: Numbers, seconds: float) -> None:
    """Solve one instance and keep its roster and numbers where they are better."""
    # Only this command needs the solver; the table can be rendered without it.
    from scheduler import SolveLimits, read_instance, solve

    result = solve(read_instance(path_of(entry)), SolveLimits(seconds=seconds, fix_seconds=0))
    if result.roster is None or result.care is None or result.preference is None:
        print(f"{entry.name}: {result.status}, no roster")
        return
    new = {
        "care": result.care.objective,
        "care_bound": result.care.bound,
        "preference": result.preference.objective,
        "preference_bound": result.preference.bound,
        "date": datetime.now(UTC).date().isoformat(),
    }
    old = numbers.get(entry.name)
    if is_better(new, old):
        best = FOLDER / "best" / path_of(entry).name
        best.parent.mkdir(exist_ok=True)
        best.write_text(result.roster.model_dump_json(exclude_defaults=True, indent=1) + "\n", encoding="utf-8")
    numbers[entry.name] = merged(new, old)
    print(f"{entry.name}: {new}")


def write(numbers: Numbers, folder: Path = FOLDER) -> None:
    """Write the numbers in the order of the catalogue, and the table."""
    ordered = {entry.name: numbers[entry.name] for entry in ENTRIES if entry.name in numbers}
    (folder / NUMBERS.name).write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    (folder / README.name).write_text(with_table(README.read_text(encoding="utf-8"), render(ordered)), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Record all instances, or those named; with ``--render`` only write the table again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit for each instance")
    parser.add_argument("--render", action="store_true", help="solve nothing, write the table only")
    parser.add_argument("names", nargs="*", help="instances; none: all")
    options = parser.parse_args(arguments)
    numbers = read_numbers()
    for entry in () if options.render else ENTRIES:
        if not options.names or entry.name in options.names:
            record(entry, numbers, options.seconds)
            write(numbers)
    write(numbers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
