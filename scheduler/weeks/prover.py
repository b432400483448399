"""A separate process for bounds, parallel to the search: each uses one core fully, and neither waits for the other.

Requests and answers are JSON lines. The process ends as soon as its input does, so it never outlives the search.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.bound_requests import Proof, Proposal, Tier
from scheduler.model.cp_sat import LineIndex
from scheduler.model.lines import Lines, in_force
from scheduler.rules import RULES
from scheduler.weeks.bound import WeekBound, Wider

BOUND_SHARE = 0.7
"""Share of a request's time for the bound; the rest is for a proposal."""
MOST_PROPOSING = 15.0
"""Maximum seconds for a proposal."""


class ProverProcess:
    """Sends requests to the process and collects its answers. Callers must not send one while ``is_busy``."""

    def __init__(self, instance: Instance) -> None:
        command = [sys.executable, "-m", "scheduler.weeks.prover"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._answers: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self.is_busy = True
        self.is_gone = False
        self.proposal: Proposal | None = None
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        # A large week fills the pipe before the process has read it; the search need not wait.
        threading.Thread(target=self._send, args=(instance.model_dump_json(),), daemon=True).start()

    def ask(self, tier: Tier, care: int, best: tuple[int, int], seconds: float) -> None:
        """Ask for a bound, given a care budget and the cost of the best roster."""
        self.is_busy = True
        self._send(json.dumps({"tier": tier, "care": care, "best": best, "seconds": seconds}))

    def answers(self) -> Iterator[Proof]:
        """The answers since the last call."""
        while True:
            try:
                answer = self._answers.get_nowait()
            except Empty:
                return
            if answer is None:
                self.is_gone, self.is_busy = True, False
                return
            if answer.get("is_final"):
                self.is_busy = False
            if "tier" in answer:
                survivors = answer.get("survivors")
                numbers = None if survivors is None else tuple(survivors)
                yield Proof(answer["tier"], answer["bound"], answer["care"], answer["preference"], numbers)
            elif "picked" in answer:
                self.proposal = Proposal(tuple(answer["picked"]), tuple(answer["promising"]))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _send(self, line: str) -> None:
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, OSError):
            self.is_gone, self.is_busy = True, False

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(json.loads(line))
        self._answers.put(None)


def _serve() -> None:
    """Run the process: read the week, then answer requests."""
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
