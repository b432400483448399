"""Solving in a child process, so that a native crash or hang costs one solve and never harms the caller.

The child sends its progress and, about every second, its best roster. If it dies or hangs, the last roster it sent is checked here
and becomes the result. If the caller dies, the child ends at once: no one is left to receive the result.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from scheduler.answer import salvaged
from scheduler.errors import DefectError, NoRosterError, StepdownError
from scheduler.imports import call, pickled
from scheduler.instance import Instance
from scheduler.result import Progress, SolveLimits, SolveResult
from scheduler.roster import Roster
from scheduler.verify import verify

Work = Callable[[Instance, SolveLimits, Callable[[Progress], None], Callable[[], bool], Callable[[Roster], None]], SolveResult]
"""Solves an instance within limits, reporting progress, checking for cancellation, and passing on rosters to keep."""
GRACE_SECONDS = 60.0
"""The seconds beyond twice its limits that a child may take (building, explaining) before it is killed."""
LEAST_LEFT = 0.4
"""The share of the time limit that a child has, however long its start took."""
POLL_SECONDS = 0.1


def in_child(
    work: Work, instance: Instance, limits: SolveLimits, on_progress: Callable[[Progress], None], is_cancelled: Callable[[], bool]
) -> SolveResult:
    """Solve a validated instance in a child process.

    Args:
        work: The function that the child runs; it must be defined in a module, so that the child can import it.

    Raises:
        NoRosterError: The child failed, crashed, or hung and was killed, before sending a roster.
        DefectError: The child's roster failed verification, or costs less than a bound that the child reported as proven.
    """
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    cancel = context.Event()
    job = pickled(_work, work, instance.model_dump_json(), limits, began)
    child = context.Process(target=call, args=(job, sender, cancel), daemon=True)
    with _interrupts_blocked():
        child.start()
    sender.close()
    try:
        return _Caller(instance, limits, on_progress, is_cancelled).listen(child, receiver, cancel)
    finally:
        if child.is_alive():
            child.kill()
        child.join()
        receiver.close()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C in this thread, so that a child started in this context never receives it.

    A terminal sends Ctrl-C to every process of the command. The child is stopped by its event and must survive to answer.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass
class _Caller:
    """The caller's side of the child: passes its messages on, and keeps what may be needed later."""

    instance: Instance
    limits: SolveLimits
    on_progress: Callable[[Progress], None]
    is_cancelled: Callable[[], bool]
    trace: list[Progress] = field(default_factory=list)
    roster: Roster | None = None

    def listen(self, child: BaseProcess, receiver: Connection, cancel: Event) -> SolveResult:
        """Pass progress on until the result arrives, the child ends, or its time is over."""
        deadline = time.monotonic() + 2 * (self.limits.seconds + self.limits.fix_seconds) + GRACE_SECONDS
        while time.monotonic() < deadline:
            if self.is_cancelled():
                cancel.set()
            try:
                if not receiver.poll(POLL_SECONDS):
                    continue
                kind, text = receiver.recv()
            except (EOFError, OSError):
                child.join(1.0)
                return self.without_child(f"the solver process ended without a result (exit code {child.exitcode}); solve again")
            if kind == "result":
                return SolveResult.model_validate_json(text)
            if kind == "failure":
                return self.without_child(f"the solver process failed ({text}); solve again")
            self.hear(kind, text)
        return self.without_child("the solver process exceeded its hard time-out and was stopped; solve again with more time")

    def hear(self, kind: str, text: str) -> None:
        """Handle a message other than the result."""
        if kind == "progress":
            self.trace.append(Progress.model_validate_json(text))
            self.on_progress(self.trace[-1])
        elif kind == "roster":
            self.roster = Roster.model_validate_json(text)
        else:
            raise DefectError(text, self.legal_roster())

    def legal_roster(self) -> Roster | None:
        """The last roster that the child sent, if this process finds it legal."""
        return None if self.roster is None or verify(self.instance, self.roster) else self.roster

    def without_child(self, what: str) -> SolveResult:
        """The result with the last roster, and a message about what happened.

        Raises:
            NoRosterError: No legal roster was sent.
        """
        message = f"The best roster so far; {what} for a better one and for the reasons for unmet care."
        salvage = None if self.roster is None else salvaged(self.instance, self.roster, self.trace, self.limits, message)
        if salvage is None:
            raise NoRosterError(what)
        return salvage


def _work(work: Work, document: str, limits: SolveLimits, began: float, sender: Connection, cancel: Event) -> None:
    """Read the instance, do the work and send the result; errors because the caller has ended are ignored.

    Args:
        began: When the caller's time began, as `time.monotonic` shows it, which is the same in all processes.
    """
    threading.Thread(target=_end_with_caller, daemon=True).start()
    try:
        instance = Instance.model_validate_json(document)
        result = work(
            instance,
            without_start(limits, time.monotonic() - began),
            lambda progress: sender.send(("progress", progress.model_dump_json())),
            cancel.is_set,
            lambda roster: sender.send(("roster", roster.model_dump_json())),
        )
        sender.send(("result", result.model_dump_json()))
    except StepdownError as error:
        sender.send(("defect", str(error)))
    except (BrokenPipeError, KeyboardInterrupt):
        return
    except Exception as error:
        # Only the location: the message of a foreign exception may contain values of the instance.
        place = traceback.extract_tb(error.__traceback__)[-1]
        sender.send(("failure", f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"))


def without_start(limits: SolveLimits, spent: float) -> SolveLimits:
    """What is left of the limits after the start of the child; on a very busy machine, at least a share of them."""
    return limits.model_copy(update={"seconds": max(limits.seconds - spent, LEAST_LEFT * limits.seconds)})


def _end_with_caller() -> None:
    """Wait until the caller ends, for whatever reason, then exit; otherwise the search would use a core until its limit."""
    caller = multiprocessing.parent_process()
    assert caller is not None
    caller.join()
    os._exit(1)
