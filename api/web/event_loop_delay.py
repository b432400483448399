"""How late the event loop is: what blocks it delays every request, and shows in no other metric."""

from __future__ import annotations

import asyncio

from api.web.metrics import Metrics

EVERY_SECONDS = 1.0


async def watch_event_loop(metrics: Metrics) -> None:
    """Observe, once a second and until cancelled, by how much a timer of the event loop is late."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_SECONDS
        await asyncio.sleep(EVERY_SECONDS)
        metrics.observe_delay(max(0.0, loop.time() - due))
