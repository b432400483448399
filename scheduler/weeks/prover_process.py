"""The process that proves bounds, parallel to the search.

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
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines, in_force
from scheduler.rules import RULES
from scheduler.weeks.bound import WeekBound, Wider

BOUND_SHARE = 0.7
"""Share of a request's time for the bound; the rest is for a proposal."""
MOST_PROPOSING = 15.0
"""Maximum seconds for a proposal."""


def _serve() -> None:
    """Run the process: read the week, then answer requests."""
    _keep_output_apart()
    # Millions of long-lived objects are created, none in cycles; searching for cycles took a third of the time.
    gc.disable()
    case = Case(Instance.model_validate_json(sys.stdin.readline()))
    requests: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_listen_for, args=(requests,), daemon=True).start()
    rules = in_force(case, RULES)
    bound = WeekBound(LineIndex(Lines(case, enumerate_candidates(case, rules), rules)))
    candidates = bound.index.lines.candidates
    num_visits, num_handles = sum(map(len, candidates.visits.values())), sum(1 for _ in candidates.handles())
    bound.build()
    _say({"is_final": True})
    while True:
        _answer(bound, json.loads(requests.get()), num_visits, num_handles)


def _keep_output_apart() -> None:
    """Let only answers go to the output: HiGHS writes its name there as soon as it is made, before it can be told not to."""
    sys.stdout = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), 1)


def _listen_for(requests: SimpleQueue[str]) -> None:
    """Collect the requests; when they end, exit at once, because no one is waiting for answers."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _answer(bound: WeekBound, request: dict[str, Any], num_visits: int, num_handles: int) -> None:
    care, seconds, (best_care, preference) = request["care"], request["seconds"], request["best"]
    base = {"tier": request["tier"], "care": care, "preference": preference}

    def rise(value: int) -> None:
        _say(base | {"bound": value, "is_final": False})

    def rise_wider(value: int) -> None:
        _say(base | {"care": best_care, "bound": value, "is_final": False})

    if request["tier"] == "care":
        value = bound.care(care, seconds, lambda: False, rise)
        _say(base | {"bound": value, "is_final": True})
        return
    began = time.monotonic()
    wider = Wider(best_care, rise_wider) if care < best_care else None
    value = bound.preference(care, preference, BOUND_SHARE * seconds, lambda: False, rise, wider)
    survivors = bound.survivors(preference)
    numbers = None if survivors is None else sorted(n for n in survivors if n < num_visits)
    _say(base | {"bound": value, "survivors": numbers, "is_final": False})
    proposal = None if value >= preference else bound.solve_restricted_master(min(MOST_PROPOSING, seconds - (time.monotonic() - began)))
    picked = [] if proposal is None else [n for n in proposal.picked if n < num_handles]
    _say({"is_final": True} | ({} if proposal is None else {"picked": picked, "promising": proposal.promising}))


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
