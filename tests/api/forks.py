"""Processes that tests kill: copies of a server that has imported everything once, there at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
PRELOADED = ["tests.api.weeks.publisher", "tests.api.outbox.sender", "tests.api.spreadsheets.merger"]
"""What the server imports when it starts: everything, for there is one for all tests of a process."""


def forked(target: Callable[..., None], *args: Any) -> ForkServerProcess:
    """A process that is not started yet; it ends with this one."""
    # Each time: the service names what its own processes need.
    CONTEXT.set_forkserver_preload(PRELOADED)
    return CONTEXT.Process(target=target, args=args, daemon=True)
