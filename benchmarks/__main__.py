"""Run the benchmarks: ``stepdown bench [options]`` or ``python -m benchmarks [options]``.

Prints a line per run and writes ``results/<date>-<name>.md`` and ``.csv``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import micro
from benchmarks.answer import OURS
from benchmarks.job import Job, Outcome, run
from benchmarks.machine import facts
from benchmarks.peers import PEERS
from benchmarks.table import COLUMNS, as_csv, cells, markdown
from scheduler.rules import RULES

FOLDER = Path(__file__).parent
INSTANCES = FOLDER.parent / "instances"
SIZES = (24, 60, 120, 240)
DEFAULT = tuple(f"{mode}_{size}" for mode in ("rebuild", "hold") for size in SIZES)
QUICK = ("rebuild_24", "hold_24")
QUICK_SECONDS = 5.0
LIGHT = ("greedy", "compact", "highs")
"""Peers of an ordinary run; the heavy ones are asked for by name."""
SECONDS = {24: 10.0, 60: 30.0, 120: 60.0, 240: 120.0}
"""Wall limit of the targets by number of participants; other instances get 30."""
OTHER_SECONDS = {"demo": 10.0, "routine_60": 10.0, "routine_120": 30.0}
"""Where the target has another limit than the size."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for."""
    options = parse(arguments)
    paths = [path_of(name) for name in options.instances]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        print(f"no such instance: {', '.join(missing)}; name one of the catalogue or a file", file=sys.stderr)
        return 2
    outcomes = [tell(run(job)) for job in jobs(paths, options)]
    write(options.out, options.name, outcomes, [micro.row(path) for path in paths])
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, with what `--quick` implies."""
    parser = argparse.ArgumentParser(prog="stepdown bench", description="Solver and peers on the same instances under the same limits.")
    parser.add_argument("--instances", nargs="+", metavar="NAME", help="of the catalogue, or files; default: 24 to 240 in both modes")
    parser.add_argument("--seconds", nargs="+", type=float, help="wall limits, each a run of its own; default: that of the size's target")
    parser.add_argument("--workers", type=int, default=2, help="threads and cores of every run (default 2)")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1], help="each a run of its own (default 1)")
    parser.add_argument("--peers", nargs="*", choices=[*PEERS, "all"], help=f"default: {' '.join(LIGHT)}; without a name: none")
    parser.add_argument("--times", nargs="+", type=float, default=[1.0], help="how much of our limit peers get, each a run of its own")
    parser.add_argument("--quick", action="store_true", help=f"{' and '.join(QUICK)}, {QUICK_SECONDS:g} s")
    parser.add_argument("--name", help="of the result files, after the date (default: all, quick or chosen)")
    parser.add_argument("--out", type=Path, default=FOLDER / "results", help="folder of the result files")
    options = parser.parse_args(arguments)
    options.name = options.name or ("quick" if options.quick else "chosen" if options.instances else "all")
    options.instances = options.instances or (QUICK if options.quick else DEFAULT)
    options.seconds = options.seconds or ([QUICK_SECONDS] if options.quick else None)
    options.peers = LIGHT if options.peers is None else tuple(PEERS) if "all" in options.peers else options.peers
    return options


def path_of(name: str) -> Path:
    """The file of an instance of the catalogue, or a file."""
    known = INSTANCES / f"{name}.json"
    return known if known.is_file() else Path(name).resolve()


def jobs(paths: Sequence[Path], options: argparse.Namespace) -> list[Job]:
    """Every run, all entrants of an instance one after the other; the greedy roster depends on no seed and no limit."""
    found = []
    for path in paths:
        limits = options.seconds or [limit_of(path.stem)]
        for name in (OURS, *options.peers):
            times = [1.0] if name == OURS else options.times
            runs = [(limit * time, seed) for limit in limits for time in times for seed in options.seeds]
            runs = [(limits[0], 1)] if name == "greedy" else runs
            found += [Job(name, str(path), limit, options.workers, seed) for limit, seed in runs]
    return found


def limit_of(name: str) -> float:
    """The wall limit of the targets for an instance of that name."""
    if name in OTHER_SECONDS:
        return OTHER_SECONDS[name]
    size = name.rpartition("_")[2]
    return SECONDS.get(int(size), 30.0) if size.isdigit() else 30.0


def tell(outcome: Outcome) -> Outcome:
    """Print where a run ended."""
    tiers = f"care {outcome.care} (>= {outcome.care_bound})  preference {outcome.preference} (>= {outcome.preference_bound})"
    print(f"{outcome.instance:<20} {outcome.entrant:<10} {outcome.limit_seconds:>5g} s  {outcome.status:<14} {tiers}", flush=True)
    return outcome


def write(folder: Path, name: str, outcomes: Sequence[Outcome], micro_rows: Sequence[Sequence[str]]) -> None:
    """Print the tables and write them."""
    date = datetime.now(UTC).date().isoformat()
    rows = [cells(outcome, outcomes) for outcome in outcomes]
    text = report(date, rows, micro_rows)
    print(f"\n{text}")
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{date}-{name}"
    Path(f"{stem}.md").write_text(text, encoding="utf-8")
    Path(f"{stem}.csv").write_text(as_csv(COLUMNS, rows), encoding="utf-8")


def report(date: str, rows: Sequence[Sequence[str]], micro_rows: Sequence[Sequence[str]]) -> str:
    """The Markdown page of a run."""
    weights = ", ".join(f"{rule.id} {rule.weight}" for rule in RULES if rule.level == "preference")
    return (
        f"# Benchmarks, {date}\n\n"
        + "".join(f"- {fact}\n" for fact in facts())
        + f"\n{markdown(COLUMNS, rows)}\n"
        + "What the columns mean, and how each peer is set up: `benchmarks/README.md`. Gaps depend on the weights, by default "
        + f"{weights}.\n\n## Parts, alone\n\n{markdown(micro.COLUMNS, micro_rows)}"
    )


if __name__ == "__main__":
    sys.exit(main())
