"""Solve the weeks before the routine weeks: `python -m instances.last_weeks [--seconds N] [size ...]`.

A routine week is only as good as the roster it goes on from. These rosters are kept, so that instances do not change when the solver does.
"""

from __future__ import annotations

import argparse
import sys

from instances.catalogue import LAST_WEEKS, SIZES
from scheduler import SolveLimits, solve
from scheduler.generate import before


def main(arguments: list[str] | None = None) -> int:
    """Solve and write the rosters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit for each week")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES[1:], help="participants; none: all sizes")
    options = parser.parse_args(arguments)
    LAST_WEEKS.mkdir(exist_ok=True)
    for size in options.sizes:
        result = solve(before(size, 1), SolveLimits(seconds=options.seconds, fix_seconds=0))
        if result.roster is None:
            print(f"{size}: {result.message}", file=sys.stderr)
            return 1
        (LAST_WEEKS / f"{size}.json").write_text(result.roster.model_dump_json(exclude_defaults=True) + "\n", encoding="utf-8")
        print(f"{size}: care {result.care}, preference {result.preference}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
