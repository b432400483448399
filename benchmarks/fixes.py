"""How long reasons and fixes take: `python -m benchmarks.fixes NAME...`, on the best rosters known, in seconds of processor time."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.table import markdown
from scheduler.case import Case
from scheduler.explain import unmet_around
from scheduler.fixes.attempts import Attempts
from scheduler.fixes.ideas import ideas_for
from scheduler.fixes.report import with_fixes
from scheduler.fixes.trial import base
from scheduler.model.clock import Clock
from scheduler.reading import read_instance, read_roster
from scheduler.result import SolveLimits

FOLDER = Path(__file__).parent.parent / "instances"
NAMES = ("demo", "rebuild_60", "hold_60")
COLUMNS = ("instance", "unmet", "reasons (s)", "fixes (s)", "tried", "fixes that help", "items with a fix")
NO_LIMIT = 3600.0


def row(name: str) -> list[str]:
    """One instance: every reason looked for closely, and every idea tried."""
    instance, roster = read_instance(FOLDER / f"{name}.json"), read_roster(FOLDER / "best" / f"{name}.json")
    began = time.process_time()
    examined, unmet = unmet_around(Case(instance), roster, seconds=NO_LIMIT)
    explained = time.process_time()
    attempts = Attempts(base(examined.case, roster))
    attempts.try_all(ideas_for(examined, unmet), Clock(SolveLimits(workers=1, deterministic_time=NO_LIMIT), lambda: False))
    unmet = with_fixes(attempts, unmet)
    ended = time.process_time()
    numbers = (len(unmet), sum(u.fixes_tried for u in unmet), sum(len(u.fixes) for u in unmet), sum(bool(u.fixes) for u in unmet))
    return [name, str(numbers[0]), f"{explained - began:.1f}", f"{ended - explained:.1f}", *map(str, numbers[1:])]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fixes", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of the catalogue; default: {' '.join(NAMES)}")
    print(markdown(COLUMNS, [row(name) for name in parser.parse_args(arguments).names or NAMES]), end="")


if __name__ == "__main__":
    main()
