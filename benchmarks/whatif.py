"""How soon the places of a booking or session are known: `python -m benchmarks.whatif NAME...`, on the best rosters known.

Milliseconds of processor time, on one core. A roster is prepared once; then everything is asked twice, since the first question about an
appointment looks up what those after it share.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

from benchmarks.table import markdown
from scheduler.case import Case
from scheduler.reading import read_instance, read_roster
from scheduler.verify import judge
from scheduler.view import PlacedSession
from scheduler.whatif import Whatif, leaders_for, places, places_of_session, rooms_for

FOLDER = Path(__file__).parent.parent / "instances"
NAMES = ("rebuild_60", "rebuild_120", "rebuild_240")
T = TypeVar("T")
COLUMNS = ("instance", "question", "asked", "places", "first: median", "worst", "again: median", "worst")
MOST = 50
"""Sessions asked about, spread over the roster."""


def rows(name: str, most: int = MOST) -> Iterator[list[str]]:
    """One instance: a full verdict, the preparation, and each question."""
    case, roster = Case(read_instance(FOLDER / f"{name}.json")), read_roster(FOLDER / "best" / f"{name}.json")
    whole = [_timed(lambda: judge(case, roster))[0] for _ in range(2)]
    yield [name, "full verdict", "1", "", *_summary(whole[:1]), *_summary(whole[1:])]
    prepared = [_timed(lambda: Whatif(case, roster))[0] for _ in range(2)]
    yield [name, "prepare", "1", "", *_summary(prepared[:1]), *_summary(prepared[1:])]
    whatif = Whatif(case, roster)
    appointments = _spread([placed for placed in whatif.view.placed if placed.session.group is None], most)
    groups = _spread([placed for placed in whatif.view.runs if placed.participants()], most)
    yield _row(name, "places of an appointment", appointments, lambda p: places(whatif, p.id, p.participants()[0]))
    yield _row(name, "places of a group booking", groups, lambda p: places(whatif, p.id, p.participants()[0]))
    yield _row(name, "places of a group", groups, lambda p: places_of_session(whatif, p.id))
    yield _row(name, "leaders for a group", groups, lambda p: leaders_for(whatif, p.id))
    yield _row(name, "rooms for a group", groups, lambda p: rooms_for(whatif, p.id))


def _row(name: str, question: str, sessions: Sequence[PlacedSession], ask: Callable[[PlacedSession], Sequence[object]]) -> list[str]:
    """One question about each of some sessions, twice."""
    first = [_timed(lambda placed=placed: ask(placed)) for placed in sessions]
    again = [_timed(lambda placed=placed: ask(placed)) for placed in sessions]
    number = sum(len(answer) for _, answer in first) / max(1, len(first))
    return [name, question, str(len(sessions)), f"{number:.0f}", *_summary([ms for ms, _ in first]), *_summary([ms for ms, _ in again])]


def _spread(sessions: Sequence[PlacedSession], most: int) -> Sequence[PlacedSession]:
    return sessions[:: -(-len(sessions) // most)] if sessions else ()


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds of processor time, and the answer."""
    began = time.process_time()
    answer = work()
    return 1000 * (time.process_time() - began), answer


def _summary(times: Sequence[float]) -> list[str]:
    """Median and worst."""
    return [f"{median(times):.1f}", f"{max(times):.1f}"] if times else ["", ""]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whatif", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of the catalogue; default: {' '.join(NAMES)}")
    parser.add_argument("--most", type=int, default=MOST, help="sessions asked about, spread over the roster")
    options = parser.parse_args(arguments)
    print(markdown(COLUMNS, [row for name in options.names or NAMES for row in rows(name, options.most)]), end="")


if __name__ == "__main__":
    main()
