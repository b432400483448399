"""A process that solves and sends messages, but serves no requests: `stepdown worker`."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from api.database import Store
from api.delivery.deliverer import Deliverer
from api.jobs.dbos_engine import DbosEngine
from api.kernel.settings import Settings


def run(settings: Settings) -> None:
    """Run jobs until the process is told to end (SIGTERM, Ctrl-C); call this from the main thread. A second signal ends it at once.

    Args:
        settings: `solves_here` is assumed.
    """
    stopping = threading.Event()

    def stop(number: int, _: FrameType | None) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    store = Store(settings.database_url)
    engine = DbosEngine(settings.model_copy(update={"solves_here": True}), store)
    deliverer = Deliverer(settings, store)
    try:
        engine.start()
        deliverer.start()
        # With a timeout: without one, Windows does not handle signals while waiting.
        while not stopping.wait(1.0):
            pass
        deliverer.stop()
        engine.stop(settings.graceful_seconds)
    finally:
        store.close()
