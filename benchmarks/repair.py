"""How soon a published week is repaired when a clinician is out: `python -m benchmarks.repair NAME...`, on the best rosters known.

Processor seconds, on one core. Each draw takes a clinician who has sessions on a day, from 7:40 on: what it takes until a legal roster is
there (cancelling), until the best one is proven in all tiers, and until every answer is there. With `--again SECONDS`, the same week is
also solved again with `published_change` for so long, and compared by the care lost and the people changed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks.table import markdown
from scheduler.instance import Instance
from scheduler.model.clock import Clock
from scheduler.reading import read_instance, read_roster
from scheduler.repair.answers import repair
from scheduler.repair.disruption import Disruption
from scheduler.repair.prices import people_changed
from scheduler.repair.search import search
from scheduler.repair.start import Start, care_by_participant, care_lost, start_of
from scheduler.repair.written import roster_of
from scheduler.result import SolveLimits
from scheduler.rollover import resume
from scheduler.roster import Roster
from scheduler.solve import solve
from scheduler.verify import JudgedWeek
from scheduler.view import View

FOLDER = Path(__file__).parent.parent / "instances"
NAMES = ("rebuild_120",)
DRAWS = 20
COLUMNS = (
    "draw",
    "sessions",
    "legal",
    "best",
    "all answers",
    "care lost",
    "changed",
    "proven",
    "again: care lost",
    "changed",
    "first as good",
)


def rows(name: str, draws: int, again: float) -> Iterator[list[str]]:
    """One row for each draw, then their medians."""
    times: list[list[float]] = []
    for number in range(draws):
        week, disruption = drawn(name, number)
        began = time.process_time()
        start = start_of(week, [disruption])
        legal = time.process_time() - began
        best = search(start.question(), Clock(SolveLimits(seconds=120, workers=1), lambda: False), 120)
        proven = time.process_time() - began
        began = time.process_time()
        repair(week, [disruption], SolveLimits(seconds=120, workers=1))
        times.append([legal, proven, time.process_time() - began])
        roster = None if best is None else roster_of(best.hood, best.values)
        price = ("", "") if roster is None else tuple(map(str, prices(start, roster)))
        more = ["", "", ""] if not again or roster is None else _again(start, again, prices(start, roster))
        is_proven = best is not None and best.is_best
        seconds = [f"{figure:.1f}" for figure in times[-1]]
        row = [f"{name} {number}", str(len(start.impact.sessions)), *seconds, *price, "yes" if is_proven else "no", *more]
        print(*row, file=sys.stderr, flush=True)
        yield row
    middle = [f"{median(column):.1f}" for column in zip(*times, strict=True)]
    yield [f"{name} median", "", *middle, *[""] * 6]


def drawn(name: str, number: int) -> tuple[Instance, Disruption]:
    """A published week, and a clinician who is out for the rest of a day; each draw is another clinician or day."""
    week, roster = read_instance(FOLDER / f"{name}.json"), read_roster(FOLDER / "best" / f"{name}.json")
    zone = ZoneInfo(week.program.zone)
    days = sorted({(session.start.astimezone(zone).date(), clinician) for session in roster.sessions for clinician in session.facilitators})
    day, clinician = random.Random(name).sample(days, len(days))[number]
    now = datetime.combine(day, clock_time(7, 40), zone)
    end = datetime.combine(day + timedelta(days=1), clock_time(), zone)
    return resume(week, roster, now), Disruption(kind="clinician", id=clinician, start=now, end=end)


def prices(start: Start, roster: Roster) -> tuple[int, int]:
    """The care lost and the people changed, weighted by notice."""
    judged = JudgedWeek.of(start.case, roster)
    lost = care_lost(care_by_participant(start.before), care_by_participant(judged))
    return lost, sum(people_changed(start.view, View(start.case, roster), start.excused).values())


def _again(start: Start, seconds: float, best: tuple[int, int]) -> list[str]:
    """The week solved again: its tiers, and when its care was first as good as that of the repair."""
    result = solve(start.case.instance, SolveLimits(seconds=seconds, workers=1, fix_seconds=0))
    if result.roster is None:
        return ["none", "", ""]
    lost, changed = prices(start, result.roster)
    care = None if result.care is None else result.care.objective
    soonest = next((progress.seconds for progress in result.statistics.trace if progress.care is not None and progress.care == care), None)
    return [str(lost), str(changed), f"{soonest:.1f}" if soonest is not None and lost <= best[0] else "never"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.repair", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of the catalogue; default: {' '.join(NAMES)}")
    parser.add_argument("--draws", type=int, default=DRAWS, help="clinicians and days")
    parser.add_argument("--again", type=float, default=0.0, metavar="SECONDS", help="also solve the week again, so long")
    options = parser.parse_args(arguments)
    print(markdown(COLUMNS, [row for name in options.names or NAMES for row in rows(name, options.draws, options.again)]), end="")


if __name__ == "__main__":
    main()
