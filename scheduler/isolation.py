"""Solving in a child process: a native crash or a hang costs one solve, never the caller.

The child sends every progress and every better roster; if it dies, the best roster it sent is still the answer.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

from scheduler.errors import DefectError, NoRosterError, StepdownError
from scheduler.instance import Instance
from scheduler.result import Progress, SolveLimits, SolveResult

Work = Callable[[Instance, SolveLimits, Callable[[Progress], None], Callable[[], bool]], SolveResult]
"""Solves an instance within limits, telling progress, asking whether to stop."""
GRACE_SECONDS = 300.0
"""How long past its own limit a child may take (building, explaining) before it is killed, besides twice its limits."""
POLL_SECONDS = 0.1


def in_child(
    work: Work, instance: Instance, limits: SolveLimits, on_progress: Callable[[Progress], None], is_cancelled: Callable[[], bool]
) -> SolveResult:
    """Solve a validated instance in a child process.

    Args:
        work: What the child does; a function of a module, so that the child can import it.

    Raises:
        NoRosterError: The child crashed or hung and was killed.
        DefectError: The child's roster failed verification.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    cancel = context.Event()
    child = context.Process(target=_work, args=(work, instance.model_dump_json(), limits, sender, cancel), daemon=True)
    with _interrupts_blocked():
        child.start()
    sender.close()
    try:
        return _listen(child, receiver, cancel, limits, on_progress, is_cancelled)
    finally:
        if child.is_alive():
            child.kill()
        child.join()
        receiver.close()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Hold back Ctrl-C in this thread; a child started meanwhile never sees it.

    A terminal sends Ctrl-C to every process of the command. The child is told to stop by its event and must live to answer.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listen(
    child: BaseProcess,
    receiver: Connection,
    cancel: Event,
    limits: SolveLimits,
    on_progress: Callable[[Progress], None],
    is_cancelled: Callable[[], bool],
) -> SolveResult:
    """Pass progress on until the result is there, the child is gone, or its time is over."""
    deadline = time.monotonic() + 2 * (limits.seconds + limits.fix_seconds) + GRACE_SECONDS
    while time.monotonic() < deadline:
        if is_cancelled():
            cancel.set()
        try:
            if not receiver.poll(POLL_SECONDS):
                continue
            kind, text = receiver.recv()
        except (EOFError, OSError):
            child.join(1.0)
            raise NoRosterError(f"the solver process ended without an answer (exit code {child.exitcode}); solve again") from None
        if kind == "progress":
            on_progress(Progress.model_validate_json(text))
        elif kind == "result":
            return SolveResult.model_validate_json(text)
        else:
            raise DefectError(text)
    raise NoRosterError("the solver process did not answer within its hard time-out and was ended; solve again with more time")


def _work(work: Work, document: str, limits: SolveLimits, sender: Connection, cancel: Event) -> None:
    """Read, work, answer; a caller that is gone is no trouble of the child's."""
    instance = Instance.model_validate_json(document)
    try:
        result = work(instance, limits, lambda p: sender.send(("progress", p.model_dump_json())), cancel.is_set)
        sender.send(("result", result.model_dump_json()))
    except StepdownError as error:
        sender.send(("defect", str(error)))
    except (BrokenPipeError, KeyboardInterrupt):
        return
