"""The parts that run again and again, each measured alone: reading, validating, judging, building.

``python -m benchmarks.micro INSTANCE_FILE`` measures one instance in a process of its own and prints JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.answer import entrant
from benchmarks.job import ROOT
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.lines import Lines
from scheduler.reading import read_instance, read_roster
from scheduler.result import SolveLimits
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.validation import validate
from scheduler.verify import verify

COLUMNS = ("instance", "read ms", "validate ms", "verify ms", "validate + verify ms", "candidates ms", "lines ms", "peak MB")
REPEATS = 15


def row(path: Path) -> list[str]:
    """One row of the table, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.micro", str(path.resolve())]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(path: Path) -> list[str]:
    """The same in this process. Every figure is the median of several runs from nothing; building runs once."""
    instance = read_instance(path)
    roster = _roster(path, instance)
    checks = [median_ms(lambda: validate(instance)), median_ms(lambda: verify(instance, roster))]
    case = Case(instance)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    began = time.perf_counter()
    candidates = enumerate_candidates(case, rules)
    middle = time.perf_counter()
    Lines(case, candidates, rules)
    build = [1000 * (middle - began), 1000 * (time.perf_counter() - middle)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    figures = [median_ms(lambda: read_instance(path)), *checks, sum(checks), *build]
    return [path.stem, *(f"{ms:.0f}" for ms in figures), f"{peak:.0f}"]


def _roster(path: Path, instance: Instance) -> Roster:
    """The best roster recorded for a catalogue instance, else a greedy one."""
    best = path.parent / "best" / path.name
    if best.is_file():
        return read_roster(best)
    roster = entrant("greedy")(instance, SolveLimits()).roster
    assert roster is not None
    return roster


def median_ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median wall time of some work in milliseconds."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times)[len(times) // 2]


def main(arguments: Sequence[str]) -> None:
    """Measure one instance."""
    print(json.dumps(measure(Path(arguments[0]))))


if __name__ == "__main__":
    main(sys.argv[1:])
