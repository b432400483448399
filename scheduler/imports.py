"""Work without garbage collection, in this process or at the start of a child: imports create a million objects, and no garbage."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause garbage collection where many objects stay, e.g. in imports (a third of their time) and around a model (an eighth)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def pickled(function: Callable[..., None], *arguments: object) -> bytes:
    """A call of a module-level function for `call`; what only a starting process can be given comes after these arguments."""
    return pickle.dumps(partial(function, *arguments))


def call(function: bytes, *arguments: Any) -> None:
    """Call a pickled function: the target of a child process, which imports everything here rather than before."""
    with uncollected():
        loaded = pickle.loads(function)
    # What was imported stays until the end.
    gc.freeze()
    loaded(*arguments)
