"""Work that takes seconds, run in child processes: a limited number at once, each ended at its time limit.

A crash or a hang costs one response, never the service, and the event loop only ever waits for a pipe.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess

from api.kernel.errors import Problem

Work = Callable[[bytes, str], bytes]
"""A module-level function, so that the child process can import it."""

FAILED = b"\0"
"""Prefix of a result that reports where the work failed."""

ADVICE = "Ask for less, e.g. about one participant."

PRELOADED: list[str] = []
"""Modules that the fork server imports once. All children of the process share one fork server, so the list covers all of them."""

LATER = {"Retry-After": "5"}
ORPHAN_SECONDS = 10
"""How long a child may outlive its time limit when its parent is dead and cannot end it."""


class ChildError(Exception):
    """The work failed because of a bug in Stepdown."""


class ChildEnded(Problem):
    """A child was ended before it had an answer, e.g. by its own limits."""


class ProcessPool:
    """The child processes of one application.

    Attributes:
        seconds: Time limit of one child.
    """

    def __init__(self, at_once: int, waiting: int, seconds: float, preload: str, advice: str = ADVICE) -> None:
        """Start nothing yet.

        Args:
            waiting: How many more may wait for their turn; further ones are refused.
            preload: The module of the work, imported once for all children where the system can fork.
            advice: What the caller should do when the work takes too long.
        """
        self.seconds, self._advice = seconds, advice
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._at_once = at_once
        self._threads = _threads(at_once)
        self._running: set[BaseProcess] = set()
        # A forked child saves the second that imports take. The fork server has no threads and starts before any data arrives.
        self._context: ForkServerContext | SpawnContext = multiprocessing.get_context("spawn")
        if sys.platform == "linux":
            self._context = multiprocessing.get_context("forkserver")
            PRELOADED[:] = [preload, *(module for module in PRELOADED if module != preload)]
            self._context.set_forkserver_preload(PRELOADED)

    async def run(self, work: Work, content: bytes, argument: str) -> bytes:
        """Do the work in a child process and return its result.

        Raises:
            Problem: Too many callers are waiting, the work took too long, or the child died.
            ChildError: The work failed.
        """
        if not self._places.acquire(blocking=False):
            raise Problem("too_many", "Other requests are being handled; try again in a moment.", headers=LATER)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work, content, argument)
        finally:
            self._places.release()

    def close(self) -> None:
        """End all children; callers waiting for one get a problem."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._threads = _threads(self._at_once)
        for child in tuple(self._running):
            child.kill()

    def _run(self, work: Work, content: bytes, argument: str) -> bytes:
        receiver, sender = self._context.Pipe(duplex=False)
        with closing(receiver), closing(sender):
            child = self._context.Process(target=_child, args=(work, content, argument, sender, self.seconds), daemon=True)
            child.start()
            self._running.add(child)
            # Only the child holds the other end, so its death is noticed at once.
            sender.close()
            try:
                return self._answer(receiver)
            finally:
                self._running.discard(child)
                child.kill()
                child.join()
                child.close()

    def _answer(self, receiver: Connection) -> bytes:
        """The child's answer.

        Raises:
            Problem: The child took too long, or was ended.
            ChildError: The work failed.
        """
        try:
            if not receiver.poll(self.seconds):
                raise Problem("timed_out", f"After {self.seconds:g} seconds there was no answer. {self._advice}", headers=LATER)
            answer = receiver.recv_bytes()
        except (EOFError, OSError):
            raise ChildEnded("timed_out", "It was ended before it had an answer; try again.", headers=LATER) from None
        if answer.startswith(FAILED):
            raise ChildError(answer.removeprefix(FAILED).decode())
        return answer


def _threads(most: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(most, thread_name_prefix="children")


def _child(work: Work, content: bytes, argument: str, sender: Connection, seconds: float) -> None:
    """Do the work and send its result; Ctrl-C is ignored, because the parent ends its children itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds) + ORPHAN_SECONDS)
    try:
        answer = work(content, argument)
    except Exception as error:
        # Where it failed, without the message, which may name a person.
        where = "".join(traceback.format_tb(error.__traceback__))
        answer = FAILED + f"{type(error).__name__}\n{where}".encode()
    with suppress(BrokenPipeError):
        sender.send_bytes(answer)
