"""How soon weeks are offered, and what to open next is known: `python -m benchmarks.offers NAME...`, on the best rosters known.

Seconds of processor time, on one core: of preparing the roster once; then of offers with everyone held and with two moved, for participants
spread over the program, and of all openings of the program.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from benchmarks.table import markdown
from scheduler.case import Case
from scheduler.model.clock import Clock
from scheduler.offers import offer_weeks, what_to_open
from scheduler.reading import read_instance, read_roster
from scheduler.result import SolveLimits
from scheduler.whatif import Whatif

FOLDER = Path(__file__).parent.parent / "instances"
NAMES = ("rebuild_120",)
COLUMNS = ("instance", "question", "asked", "median (s)", "p95 (s)", "worst (s)")
LIMITS = SolveLimits(deterministic_time=60, workers=1)
MOST = 20
"""Participants asked about, spread over the program."""


def rows(name: str, most: int = MOST) -> Iterator[list[str]]:
    """One instance: each question."""
    instance, roster = read_instance(FOLDER / f"{name}.json"), read_roster(FOLDER / "best" / f"{name}.json")
    people = [person.id for person in instance.participants][:: -(-len(instance.participants) // most)]
    yield _row(name, "prepare", [_seconds(lambda: Whatif(Case(instance), roster))])
    whatif = Whatif(Case(instance), roster)
    for moves in (0, 2):
        ask = [lambda p=person, k=moves: offer_weeks(whatif, p, _clock(), moves=k) for person in people]
        yield _row(name, f"offers, {moves} moved", [_seconds(work) for work in ask])
    yield _row(name, "what to open", [_seconds(lambda: what_to_open(instance, roster, _clock()))])


def _clock() -> Clock:
    return Clock(LIMITS, lambda: False)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _row(name: str, question: str, seconds: Sequence[float]) -> list[str]:
    high = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return [name, question, str(len(seconds)), f"{median(seconds):.2f}", f"{high:.2f}", f"{max(seconds):.2f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.offers", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of the catalogue; default: {' '.join(NAMES)}")
    parser.add_argument("--most", type=int, default=MOST, help="participants asked about, spread over the program")
    options = parser.parse_args(arguments)
    print(markdown(COLUMNS, [row for name in options.names or NAMES for row in rows(name, options.most)]), end="")


if __name__ == "__main__":
    main()
