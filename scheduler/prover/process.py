"""The process that proves bounds and proposes rosters, parallel to the search.

Requests and answers are JSON lines. The process ends as soon as its input does, so it never outlives the search. It uses HiGHS, so it
loads no OR-Tools: see :mod:`scheduler.weeks.linear_program`.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from queue import SimpleQueue
from typing import Any

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.line import Tier
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import in_force
from scheduler.model.table_lines import TableLines
from scheduler.proposals.proposer import ProposedRoster, Proposer, promising
from scheduler.rules import RULES
from scheduler.weeks import branch_and_cut
from scheduler.weeks.bound import WeekBound, Wider
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.finish import Finish
from scheduler.weeks.gap import close_gap
from scheduler.weeks.integer_program import IntegerSolver, Solver, in_turns

BOUND_SHARE = 0.7
"""Share of a request's time for the bound; the rest is for proposals."""
CARE_SHARE = 0.4
"""The same in a request for care."""
FIRST_SHARE = 0.8
"""Share of the time that is left after the bound of care for a first legal roster, as it is in a request for preferences."""
EARLY_SHARE = 0.15
"""Share of the time left after the bound of care for that of preferences, before a first roster: most of it comes in its first rounds."""
BRANCHING_GAP = 0.3
"""Gap, relative to the best roster, up to which deciding what people share can narrow it."""
TREE_SHARE = 0.25
"""Share of the time left for that before proposals; after them, it has all that is left."""
GAP_SHARE = 0.9
"""Share of the time that is left after the bound for closing the gap to the best roster: what is begun and not ended proves nothing."""
FAR_SHARE = 0.25
"""Share of it where the gap is too wide to be closed at once: its steps take longer and longer, and better rosters need time too."""


def _serve() -> None:
    """Run the process: read the week, then answer requests."""
    _keep_output_apart()
    # Millions of long-lived objects are created, none in cycles; searching for cycles took a third of the time.
    gc.disable()
    case = Case(Instance.model_validate_json(sys.stdin.readline()))
    requests: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen_for, args=(requests,), daemon=True).start()
    rules = in_force(case, RULES)
    bound = WeekBound(LineIndex(TableLines(case, enumerate_candidates(case, rules), rules)))
    candidates = bound.index.lines.candidates
    num_visits, num_handles = sum(map(len, candidates.visits.values())), sum(1 for _ in candidates.handles())
    bound.build()
    _say({"is_final": True})
    with IntegerSolver() as solver:
        proposer = Proposer(bound.index, solver.solve)
        while True:
            _answer(bound, proposer, json.loads(requests.get()), num_visits, num_handles)


def _keep_output_apart() -> None:
    """Let only answers go to the output: HiGHS writes its name there as soon as it is made, before it can be told not to."""
    sys.stdout = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), 1)


def _listen_for(requests: SimpleQueue[str]) -> None:
    """Collect the requests; when they end, exit at once, because no one is waiting for answers."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _answer(bound: WeekBound, proposer: Proposer, request: dict[str, Any], num_visits: int, num_handles: int) -> None:
    """Answer one request; the last line says so."""
    ends = time.monotonic() + request["seconds"]
    if request["tier"] == "care":
        base = {"tier": "care", "care": request["care"], "preference": request["best"][1]}

        def rise(value: int) -> None:
            _say(base | {"bound": value, "is_final": False})

        rise(value := bound.care(request["care"], CARE_SHARE * request["seconds"], lambda: False, rise))
        if value < (best := request["care"]) and proposer.choice is None:
            prices, early = bound.prices, {"tier": "preference", "care": value, "preference": request["best"][1]}
            _bound_preference(bound, request, early, EARLY_SHARE * (ends - time.monotonic()))
            ends_first = time.monotonic() + FIRST_SHARE * (ends - time.monotonic())
            _propose(prices, proposer, ends_first, best, None, num_handles, until_legal=True)
            if proposer.rank is not None and proposer.rank[0] == 0:
                best = min(best, proposer.rank[1])
        value = _close_gap(bound, proposer.solve, "care", value, best, ends - time.monotonic(), num_handles).bound
        if _is_worth_branching(value, best):
            bound.branch(best, TREE_SHARE * (ends - time.monotonic()), lambda: False, "care")
    else:
        _answer_preference(bound, proposer, request, ends, num_visits, num_handles)
    _say({"is_final": True})


def _answer_preference(
    bound: WeekBound, proposer: Proposer, request: dict[str, Any], ends: float, num_visits: int, num_handles: int
) -> None:
    """Bound preferences, then propose rosters, then decide what people share."""
    best_care, preference = request["best"]
    care = max(request["care"], bound.least_care)  # no roster has less than that
    base = {"tier": "preference", "care": care, "preference": preference}
    upper = preference if best_care <= care else None  # the best roster says nothing about those with less care
    if proposer.choice is None:
        ends_first = time.monotonic() + FIRST_SHARE * request["seconds"]
        upper = _propose(bound.prices, proposer, ends_first, care, upper, num_handles, until_legal=True)
    value = _bound_preference(bound, request, base, BOUND_SHARE * (ends - time.monotonic()))
    if upper is not None:
        _say_survivors(bound, base | {"preference": upper, "bound": value}, num_visits)
        result = _close_gap(bound, proposer.solve, "preference", value, upper, GAP_SHARE * (ends - time.monotonic()), num_handles)
        if result.bound >= upper or result.is_best:
            return
        value = max(result.bound, _branch(bound, base, result.bound, upper, TREE_SHARE * (ends - time.monotonic()), num_visits))
    best = ProposedRoster(tuple(request["picked"]), tuple(request["best"]))
    upper = _propose(bound.prices, proposer, ends, care, upper, num_handles, best)
    if upper is not None:
        _branch(bound, base, value, upper, ends - time.monotonic(), num_visits)


def _branch(bound: WeekBound, base: dict[str, Any], value: int, upper: int, seconds: float, num_visits: int) -> int:
    """Decide what people share, if that can narrow the gap; return the bound."""
    if not _is_worth_branching(value, upper):
        return value
    value = bound.branch(upper, seconds, lambda: False)
    _say_survivors(bound, base | {"preference": upper, "bound": value}, num_visits)
    return value


def _is_worth_branching(value: int, upper: int) -> bool:
    return value < upper <= value + BRANCHING_GAP * upper


def _close_gap(bound: WeekBound, solve: Solver, tier: Tier, value: int, best: int, seconds: float, num_handles: int) -> Finish:
    """Try to prove that the best roster is the best, or say which one is better; less long if that is too much for one program."""
    seconds *= 1.0 if bound.is_near(best, tier) else FAR_SHARE
    result = close_gap(bound, tier, value, best, seconds, lambda: False, in_turns(solve, branch_and_cut.solve))
    if result.picked:
        _say({"is_final": False, "picked": [n for n in result.picked if n < num_handles], "promising": None})
    return result


def _bound_preference(bound: WeekBound, request: dict[str, Any], base: dict[str, Any], seconds: float) -> int:
    care, (best_care, preference) = base["care"], request["best"]

    def rise(value: int) -> None:
        _say(base | {"bound": value, "is_final": False})

    def rise_wider(value: int) -> None:
        _say(base | {"care": best_care, "bound": value, "is_final": False})

    wider = Wider(best_care, rise_wider) if care < best_care else None
    upper = preference if wider is None else sys.maxsize
    return bound.preference(care, upper, seconds, lambda: False, rise, wider)


def _say_survivors(bound: WeekBound, answer: dict[str, Any], num_visits: int) -> None:
    """Say which visits a roster below the best one can contain."""
    survivors = bound.survivors(answer["preference"])
    numbers = None if survivors is None else sorted(n for n in survivors if n < num_visits)
    _say(answer | {"survivors": numbers, "is_final": False})


def _propose(
    prices: ColumnGeneration | None,
    proposer: Proposer,
    ends: float,
    care: int,
    upper: int | None,
    num_handles: int,
    best: ProposedRoster | None = None,
    until_legal: bool = False,
) -> int | None:
    """Say which rosters look best at the prices of a bound, if there is one.

    Args:
        best: The best roster of the search.
        upper: Preference cost of the best known roster within a care cost, if there is one.
        until_legal: Whether a legal roster is enough.

    Returns:
        The same afterwards.
    """
    if prices is None:
        return upper
    legal = [] if upper is None else [upper]

    def say(proposed: ProposedRoster) -> None:
        _say({"is_final": False, "picked": [n for n in proposed.picked if n < num_handles], "promising": None})
        if proposed.rank is not None and proposed.rank[0] <= care:
            legal.append(proposed.rank[1])

    _say({"is_final": False, "picked": [], "promising": promising(prices)})
    proposer.propose(prices, ends, say, best, until_legal)
    return min(legal, default=None)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
