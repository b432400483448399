"""How fast the week board is: `python -m benchmarks.board NAME...`, with the best rosters known.

A real server on one core, with a program whose week is the next one, so that nothing of it is over; someone chooses sessions one after
another, and moves each to the first place that is listed. The first table has the server's processor time for each step, the second what a
person sees in Chromium: from the address until the first paint, next to FullCalendar's grid, and from the key that chooses a place until
the checked board is painted.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from html import unescape
from statistics import median
from typing import Final, NamedTuple

from api.database import Store
from api.pages.published_week import WEEK, monday_of
from api.pages.week.showing import BOARDS
from benchmarks import board_paint
from benchmarks.pages import NAMES, PROGRAM, Visitor, fill
from benchmarks.service.measures import SERVER_CORE
from benchmarks.service.server import Server, serving
from benchmarks.stages import note
from benchmarks.table import markdown

COLUMNS = ("participants", "step", "server ms: median", "worst", "elapsed ms: median", "worst", "kB")
SEEN = ("participants", "in Chromium", "its processor ms", "elapsed ms: median", "worst")
CHANGES: Final = 12
STEPS: Final = ("the board", "choose a session", "its places", "choose a place: checked, redrawn", "undo: redrawn")
SESSION = re.compile(r'href="(/[^"]*/session/[0-9a-f]{24}\?[^"]*)"')
FORM = re.compile(
    r'<form[^>]* action="([^"]*/(?:edit|undo)\?[^"]*)".*?name="roster" value="([^"]*)".*?name="version" value="([^"]*)"(.*?)</form>',
    re.DOTALL,
)
CHOICE = re.compile(r'name="choice" value="(move~[^"]*)"')
VERSION = re.compile(r'data-version="(([^".]+)\.[^"]+)"')


class Step(NamedTuple):
    """One request.

    Attributes:
        server: Milliseconds of the server's processor; as many requests as its clock needs are counted together.
        elapsed: Milliseconds until the answer was there.
        size: Of the answer, in bytes.
    """

    server: float
    elapsed: float
    size: int


class Person:
    """Someone who moves sessions on the board, and keeps the time."""

    def __init__(self, server: Server) -> None:
        self._server, self.visitor = server, Visitor(server)
        self.steps: dict[str, list[Step]] = {name: [] for name in STEPS}
        self._boards: dict[str, str] = {}

    def work(self, path: str, changes: int) -> None:
        """Move sessions of a draft, then take the changes back."""
        board = self._do("the board", lambda: self.visitor.get(path)[1])
        made = 0
        for url in SESSION.findall(board)[::7]:
            if made < changes and (answer := self._move(unescape(url).replace("?", "?of=draft&" if made else "?"))):
                board, made = answer, made + 1
        for _ in range(made):
            action, fields, _ = next(form for form in forms(board) if "/undo" in form[0])
            board = self._do("undo: redrawn", partial(self._send, action, fields))

    def _move(self, url: str) -> str:
        """Move a session to the first place that is listed for it; empty if there is none."""
        self._do("choose a session", lambda: self.visitor.get(url, is_part=True)[1])
        panel = self._do("its places", lambda: self.visitor.get(f"{url}&ask=times", is_part=True)[1])
        for action, fields, rest in forms(panel):
            for choice in CHOICE.findall(rest)[:1]:
                chosen = fields | {"choice": unescape(choice)}
                return self._do("choose a place: checked, redrawn", partial(self._send, action, chosen))
        return ""

    def _send(self, path: str, fields: dict[str, str]) -> bytes:
        """Send a form from the page that is open, which keeps the boards that stay as they are."""
        body = self.visitor.send(path, fields, {BOARDS: " ".join(self._boards.values())})
        self._boards |= {key: version for version, key in VERSION.findall(body.decode())}
        return body

    def _do(self, step: str, ask: Callable[[], bytes]) -> str:
        before, start = self._server.processor_seconds() or 0.0, time.perf_counter()
        body = ask()
        elapsed = time.perf_counter() - start
        self.steps[step].append(Step(((self._server.processor_seconds() or 0.0) - before) * 1000, elapsed * 1000, len(body)))
        return body.decode()


def forms(page: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The forms of a page that change the roster: where they are sent, with which fields, and what else is in them."""
    for action, roster, version, rest in FORM.findall(page):
        yield unescape(action), {"roster": roster, "version": version}, rest


def rows(name: str, changes: int) -> tuple[list[list[str]], list[list[str]]]:
    """The lines of both tables for one instance."""
    note(f"{name}: starting the server")
    with serving(SERVER_CORE) as server:
        store = Store(f"sqlite:///{server.pauses.parent / 'data' / 'stepdown.sqlite'}")
        people = str(fill(store, name, weeks_ahead=1))
        store.close()
        person, path = Person(server), f"/programs/{PROGRAM}/week/{monday_of(datetime.now(UTC).date()) + WEEK}"
        note("moving sessions")
        person.work(path, changes)
        served = [[people, step, *_line(found)] for step, found in person.steps.items() if found]
        looks = board_paint.measured(server, person.visitor, path)
        seen = [[people, look.what, f"{look.processor:.0f}", *_two(look.elapsed)] for look in looks]
    return served, seen


def _line(steps: Sequence[Step]) -> list[str]:
    size = max(step.size for step in steps) / 1000
    return [*_two([step.server for step in steps]), *_two([step.elapsed for step in steps]), f"{size:.0f}"]


def _two(times: Sequence[float]) -> list[str]:
    return [f"{median(times):.0f}", f"{max(times):.0f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description="How fast the week board is.")
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME", help="instances of the catalogue with a best roster")
    parser.add_argument("--changes", type=int, default=CHANGES, help=f"sessions that are moved (default {CHANGES})")
    options = parser.parse_args(arguments)
    tables = [rows(name, options.changes) for name in options.names]
    print(markdown(COLUMNS, [row for served, _ in tables for row in served]))
    print(markdown(SEEN, [row for _, seen in tables for row in seen]))


if __name__ == "__main__":
    main()
