"""Whether fixes make a roster worse: `python -m benchmarks.beside NAME...` solves with and without them, in turn, with several seeds."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from benchmarks.job import ROOT
from benchmarks.table import markdown
from scheduler.reading import read_instance
from scheduler.result import SolveLimits
from scheduler.solve import solve

FOLDER = ROOT / "instances"
NAMES = ("demo", "rebuild_60")
COLUMNS = ("instance", "seed", "fixes", "care", "preferences", "items with a fix", "load")


def row(name: str, seed: int, seconds: float, with_fixes: bool) -> list[str]:
    """One solve: its objectives, and how many processes were running or waiting at its end."""
    limits = SolveLimits(seconds=seconds, workers=2, seed=seed, **({} if with_fixes else {"fix_seconds": 0.0}))
    result = solve(read_instance(FOLDER / f"{name}.json"), limits)
    numbers = ("-", "-") if result.care is None or result.preference is None else (result.care.objective, result.preference.objective)
    items = sum(bool(entry.fixes) for entry in result.unmet)
    return [name, str(seed), "with" if with_fixes else "without", *map(str, numbers), str(items), f"{os.getloadavg()[0]:.0f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table; every other seed begins without fixes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of the catalogue; default: {' '.join(NAMES)}")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seeds", type=int, default=3, help="from 1; default: 3")
    options = parser.parse_args(arguments)
    pairs = [(name, seed) for name in options.names or NAMES for seed in range(1, options.seeds + 1)]
    order = [(name, seed, is_on == bool(seed % 2)) for name, seed in pairs for is_on in (True, False)]
    print(markdown(COLUMNS, [row(name, seed, options.seconds, with_fixes) for name, seed, with_fixes in order]), end="")


if __name__ == "__main__":
    main()
