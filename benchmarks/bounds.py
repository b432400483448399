"""Processor time to the bounds of both tiers, and to the proof that a roster is the best one.

``python -m benchmarks.bounds NAME ...`` prints a table; without names, of the instances for which bounds are hardest.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.table import markdown
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.line import Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import in_force
from scheduler.model.table_lines import TableLines
from scheduler.reading import read_instance, read_roster
from scheduler.rules import RULES
from scheduler.verify import judge
from scheduler.weeks import branch_and_cut
from scheduler.weeks.bound import WeekBound
from scheduler.weeks.gap import close_gap
from scheduler.weeks.integer_program import in_turns, solve_apart

FOLDER = Path(__file__).parent.parent / "instances"
NAMES = ("demo", "rebuild_24", "first_workbook", "two_sites", "evening_bottleneck", "rebuild_60", "hold_60", "rebuild_120", "hold_120")
COLUMNS = ("instance", "build s", "care", "bound", "s", "proven", "s", "preference", "bound", "s", "proven", "s")
SECONDS = 60.0
"""Wall time for each bound, and for closing each gap."""


def row(name: str, seconds: float = SECONDS) -> list[str]:
    """One instance: its best recorded roster, and the bounds at its care cost."""
    case = Case(read_instance(FOLDER / f"{name}.json"))
    score = judge(case, read_roster(FOLDER / "best" / f"{name}.json")).score
    began, rules = processor_seconds(), in_force(case, RULES)
    bound = WeekBound(LineIndex(TableLines(case, enumerate_candidates(case, rules), rules)))
    bound.build()
    cells = [name, f"{processor_seconds() - began:.1f}"]
    for tier, best in (("care", score.care), ("preference", score.preference)):
        cells += [str(best), *_tier(bound, tier, score.care, best, seconds)]
    return cells


def _tier(bound: WeekBound, tier: Tier, care: int, best: int, seconds: float) -> list[str]:
    """The bound of a tier at the root, and after its gap was closed as far as possible, or else branched on."""
    began = processor_seconds()
    value = bound.care(best, seconds, _never) if tier == "care" else bound.preference(care, best, seconds, _never)
    middle, proven = processor_seconds(), value
    if value < best:
        proven = close_gap(bound, tier, value, best, seconds, _never, in_turns(solve_apart, branch_and_cut.solve)).bound
    if proven < best and (left := seconds - (processor_seconds() - middle)) > 0:
        proven = max(proven, bound.branch(best, left, _never, tier))
    return [str(value), f"{middle - began:.1f}", str(proven), f"{processor_seconds() - middle:.1f}"]


def _never() -> bool:
    return False


def processor_seconds() -> float:
    """Processor time of this process and those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main(names: Sequence[str]) -> None:
    """Print the table."""
    print(markdown(COLUMNS, [row(name) for name in names or NAMES]), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
