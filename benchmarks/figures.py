"""The table of `docs/how-good.md`, from a run of the benchmarks: `python -m benchmarks.figures FILE.csv` writes the rows of its instances.

Rows of other instances stay as they are. Of several runs of an instance, the one with the longest limit counts, then the last one.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.answer import OURS
from benchmarks.table import gap

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "how-good.md"
INSTANCES: Final = ROOT / "instances"
START, END = "<!-- figures -->", "<!-- end of figures -->"
COLUMNS: Final = (
    "week", "participants", "limit s", "first s", "care", "care bound", "gap %",
    "preferences", "bound", "gap %", "proven", "target", "ratio", "date",
)  # fmt: skip
TARGETS: Final = {
    "rebuild_60": (0.0, 4.0),
    "rebuild_120": (0.0, 10.0),
    "rebuild_240": (3.0, 15.0),
    "routine_60": (0.5, 3.0),
    "routine_120": (0.5, 3.0),
    "demo": (0.0, 0.0),
    "rebuild_24": (0.0, 0.0),
}
"""The largest gaps of care and of preferences, in percent, that each instance is to have at its limit."""

Run = Mapping[str, str]


def row(run: Run, date: str) -> list[str]:
    """One run as a row of the page."""
    name = run["instance"]
    people = len(json.loads((INSTANCES / f"{name}.json").read_text(encoding="utf-8"))["participants"])
    care = gap(int(run["care"]), int(run["care bound"] or 0), int(run.get("unavoidable") or 0)) or ""
    preference = gap(int(run["preference"]), int(run["preference bound"] or 0)) or ""
    proven = "yes" if care == preference == "0" else "care" if care == "0" else "no"
    target, ratio = "", ""
    if name in TARGETS:
        most = TARGETS[name]
        target = " / ".join(f"{value:g} %" for value in most)
        ratio = " / ".join(_ratio(float(found), value) for found, value in zip((care, preference), most, strict=True))
    numbers = [run["care"], run["care bound"], care, run["preference"], run["preference bound"], preference]
    return [f"`{name}`", str(people), run["limit s"], run["first s"], *numbers, proven, target, ratio, date]


def _ratio(found: float, most: float) -> str:
    """How many times the largest gap a gap is; a target of nothing is met or not."""
    if most:
        return f"{found / most:.2g}"
    return "met" if found == 0 else "missed"


def updated(page: str, runs: Sequence[Run], date: str) -> str:
    """The page with the rows of some runs, in the order that its rows have, then that of the runs."""
    before, rest = page.split(START)
    old, after = rest.split(END)
    rows = {line.split("`")[1]: line for line in old.splitlines() if line.startswith("| `")}
    for run in sorted((r for r in runs if r["entrant"] == OURS and r["care"]), key=lambda r: float(r["limit s"])):
        rows[run["instance"]] = "| " + " | ".join(row(run, date)) + " |"
    head = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    return f"{before}{START}\n" + "\n".join([*head, *rows.values()]) + f"\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Update the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__)
    parser.add_argument("file", type=Path, help="of `benchmarks/results`; its name begins with the date")
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    with options.file.open(encoding="utf-8", newline="") as file:
        runs = list(csv.DictReader(file))
    options.page.write_text(updated(options.page.read_text(encoding="utf-8"), runs, options.file.name[:10]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
