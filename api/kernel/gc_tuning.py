"""Shorter garbage collection pauses: set once per serving process, after all imports and before the first request.

Measured with 240 participants: a full garbage collection over all imported modules takes 160 ms, and reading such an instance triggers one.
With the imports frozen, reading it in a thread blocks the event loop for 10 ms; with a switch interval of one millisecond, for 6 ms.

Collecting during the imports, which create no garbage, takes 0.6 s of their 2.3 s of processor time.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_SECONDS = 0.001


def shorten_pauses() -> None:
    """Exclude all existing objects from garbage collection, and switch threads more often."""
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause garbage collection, e.g. during imports, which create no garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
