"""Next week made in a browser, from what is due to paper: `python -m benchmarks.thursday`. Clicks and seconds with 60 participants.

A real server with a program whose week is this one, and the system's Chromium, driven by Playwright: a phase is decided, the next week is
generated, stopped, generated to its end and again with a fix, published, every call ticked, and the week printed. The seconds are those
of the program and of the machine; nobody reads, thinks or calls.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Final

from api.database import Store
from benchmarks.pages import LOGIN, PASSWORD, fill
from benchmarks.service.server import serving
from benchmarks.stages import note
from benchmarks.table import markdown
from tests.api.pages.chromium import chromium
from tests.api.pages.days_at_the_desk import next_week_is_made
from tests.api.pages.hand import PATIENCE, Hand

NAME: Final = "hold_60"
COLUMNS = ("participants", "clicks", "of them calls", "seconds", "fixes offered")


def row(name: str) -> list[str]:
    """A line of the table."""
    note(f"{name}: starting the server")
    with serving() as server, chromium() as tab:
        store = Store(f"sqlite:///{server.pauses.parent / 'data' / 'stepdown.sqlite'}")
        people = fill(store, name)
        store.close()
        tab.page.set_default_timeout(5 * PATIENCE)
        tab.be(1280, 900)
        hand = Hand(tab.page, f"http://{server.host}:{server.port}")
        hand.go("/")
        hand.write("#login", LOGIN)
        hand.write("#password", PASSWORD)
        hand.enter()
        hand.clicks, start = 0, time.perf_counter()
        outcome = next_week_is_made(hand, note)
        return [str(people), str(hand.clicks), str(outcome.calls), f"{time.perf_counter() - start:.0f}", str(outcome.fixes)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.thursday", description="Clicks and seconds of making the next week.")
    parser.add_argument("name", nargs="?", default=NAME, help=f"an instance of the catalogue with a best roster (default {NAME})")
    print(markdown(COLUMNS, [row(parser.parse_args(arguments).name)]))


if __name__ == "__main__":
    main()
