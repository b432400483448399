"""The search's end of the process that proves bounds: each uses one core fully, and neither waits for the other."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from scheduler.instance import Instance
from scheduler.line_process import LineProcess
from scheduler.model.activity import Proving, Work
from scheduler.model.bound_requests import Proof, Proposal, Tier


class ProverProcess:
    """Sends requests to the process and collects its answers. Callers must not send one while ``is_busy``."""

    def __init__(self, instance: Instance) -> None:
        self._process = LineProcess("scheduler.prover.process")
        self._answers: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self.is_busy = True
        self.is_gone = False
        self.proposal: Proposal | None = None
        self.work: Work | None = Work("tables")
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        # A large week fills the pipe before the process has read it; the search need not wait.
        threading.Thread(target=self._send, args=(instance.model_dump_json(),), daemon=True).start()

    def ask(self, tier: Tier, care: int, best: tuple[int, int], seconds: float, picked: Sequence[int] = ()) -> None:
        """Ask for a bound, given a care budget and the cost of the best roster; a process that is gone is not asked."""
        if self.is_gone:
            return
        self.is_busy = True
        self.work = Work(tier, time.monotonic() + seconds)
        self._send(json.dumps({"tier": tier, "care": care, "best": best, "seconds": seconds, "picked": list(picked)}))

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
                self._note(answer["tier"])
                survivors = answer.get("survivors")
                numbers = None if survivors is None else tuple(survivors)
                yield Proof(answer["tier"], answer["bound"], answer["care"], answer["preference"], numbers)
            elif "picked" in answer:
                self._note("roster")
                self.proposal = Proposal(tuple(answer["picked"]), self._promising(answer["promising"]))

    def _note(self, what: Proving) -> None:
        """What it does since an answer, until the same end."""
        if self.work is not None:
            self.work = self.work._replace(what=what)

    def _promising(self, numbers: list[int] | None) -> tuple[int, ...] | None:
        """What is promising now; without news, what a proposal that nobody has used says."""
        if numbers is None:
            return None if self.proposal is None else self.proposal.promising
        return tuple(numbers)

    def close(self) -> None:
        """End the process."""
        self._process.close()
        self._listener.join()

    def _send(self, line: str) -> None:
        if not self._process.send(line):
            self.is_gone, self.is_busy = True, False

    def _listen(self) -> None:
        for line in self._process.lines():
            self._answers.put(json.loads(line))
        self._answers.put(None)
