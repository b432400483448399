"""How long the server needs for each page of staff: `python -m benchmarks.pages NAME...`, with the best rosters known.

A real server on one core, asked from another, with a program whose week is this one. Each kind of page that the navigation leads to is
asked for once to warm up, and then some times. The table has the server's processor time, the elapsed time and the size.
"""

from __future__ import annotations

import argparse
import http.client
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user
from api.database import Store
from api.demo.weeks import in_week
from api.instances.store import import_instance
from api.programs.models import ProgramSettings
from api.programs.store.programs import create_program
from api.security.access import SYSTEM
from api.security.passwords import hash_password
from benchmarks.service.measures import SERVER_CORE
from benchmarks.service.server import Server, serving
from benchmarks.stages import note
from benchmarks.table import markdown
from scheduler.instance import Participant, Published
from scheduler.reading import read_instance, read_roster

FOLDER = Path(__file__).parent.parent / "instances"
NAMES = ("rebuild_120", "rebuild_240")
COLUMNS = ("participants", "page", "server ms", "elapsed ms: median", "worst", "kB")
PROGRAM: Final = "benchmark"
LOGIN: Final = "benchmark-director"
PASSWORD: Final = "only for this benchmark"
AS_HTMX: Final = {"HX-Request": "true"}
NOTHING: Final[Mapping[str, str]] = {}
TIMES = 15
WAITING: Final = 8
LINK = re.compile(rf'(?:href|data-hx-get)="(/programs/{PROGRAM}/[^"#]*)"')
VARYING = re.compile(r"\d{4}-\d\d-\d\d|(?<=[/=])[\w.~%-]*\d[\w.~%-]*")
"""What differs between pages of a kind: dates, ids with digits."""
BOARD: Final = "/week/*"


class Page(NamedTuple):
    """A page that was asked for.

    Attributes:
        kind: Its address with stars for ids and dates.
        server: Milliseconds of the server's processor per request.
        elapsed: Milliseconds of each request.
        size: In bytes.
    """

    kind: str
    server: float
    elapsed: tuple[float, ...]
    size: int


def fill(store: Store, name: str, weeks_ahead: int = 0, waiting: int = 0) -> int:
    """Keep an instance's program with its best roster published this week or later, and a director; the number of participants.

    Args:
        waiting: How many more wait for a place.
    """
    instance, roster = read_instance(FOLDER / f"{name}.json"), read_roster(FOLDER / "best" / f"{name}.json")
    now = datetime.now(UTC)
    thursday = datetime.combine(instance.monday - timedelta(days=4), now.time(), UTC)
    whole = instance.model_copy(update={"published": Published(roster=roster, at=thursday), "now": None})
    today = now.date()
    if waiting:
        alone = [person for person in whole.participants if not any(one.partner for one in person.order.services or ())]
        more = tuple(_waiting(person, number) for number, person in enumerate(alone[:waiting], 1))
        whole = whole.model_copy(update={"participants": (*whole.participants, *more)})
    week = in_week(whole.model_dump_json(exclude_defaults=True), today - timedelta(days=today.weekday()) + timedelta(weeks=weeks_ahead))
    with store.writing() as session:
        create_program(session, PROGRAM, ProgramSettings(zone=week.program.zone), SYSTEM.name)
        import_instance(session, PROGRAM, week, SYSTEM.name, now)
        create_user(session, SYSTEM, LOGIN, hash_password(PASSWORD), (RoleIn(role="director"),))
    return len(week.participants)


def _waiting(person: Participant, number: int) -> Participant:
    """Someone like a participant who waits for a place."""
    return person.model_copy(update={"id": f"waiting{number}", "label": f"W. {chr(64 + number)}.", "status": "waiting"})


class Visitor:
    """A signed-in browser without a screen."""

    def __init__(self, server: Server) -> None:
        self._server, self._line = server, http.client.HTTPConnection(server.host, server.port, timeout=120)
        self._cookie = ""
        form = urlencode({"login": LOGIN, "password": PASSWORD})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        self._line.request("POST", "/sign-in", form, headers)
        answer = self._line.getresponse()
        answer.read()
        self._cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        if answer.status != http.client.SEE_OTHER or not self._cookie:
            raise RuntimeError(f"signing in was answered with {answer.status}")

    @property
    def cookie(self) -> tuple[str, str]:
        """The name and value of the cookie that tells who this is."""
        name, _, value = self._cookie.partition("=")
        return name, value

    def get(self, path: str, *, is_part: bool = False) -> tuple[str, bytes]:
        """A page, and the path at which it was found in the end.

        Args:
            is_part: Ask as htmx does.
        """
        for _ in range(3):
            self._line.request("GET", path, headers={"Cookie": self._cookie} | (AS_HTMX if is_part else {}))
            answer = self._line.getresponse()
            body = answer.read()
            if answer.status == http.client.OK:
                return path, body
            if answer.status not in (http.client.SEE_OTHER, http.client.FOUND, http.client.TEMPORARY_REDIRECT):
                raise RuntimeError(f"{path} was answered with {answer.status}")
            path = answer.getheader("Location") or "/"
        raise RuntimeError(f"{path} leads from one page to another")

    def send(self, path: str, fields: Mapping[str, str], more: Mapping[str, str] = NOTHING) -> bytes:
        """What the server answers to a form that htmx sends.

        Args:
            more: Further headers.
        """
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Cookie": self._cookie}
        self._line.request("POST", path, urlencode(fields), headers | AS_HTMX | dict(more))
        answer = self._line.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} was answered with {answer.status}")
        return body

    def measure(self, path: str, kind: str, times: int) -> Page:
        """Ask for a page some times."""
        before, elapsed, body = self._server.processor_seconds(), [], b""
        for _ in range(times):
            start = time.perf_counter()
            _, body = self.get(path)
            elapsed.append((time.perf_counter() - start) * 1000)
        after = self._server.processor_seconds()
        used = float("nan") if before is None or after is None else (after - before) * 1000 / times
        return Page(kind, used, tuple(elapsed), len(body))


def pages(visitor: Visitor, times: int) -> Iterator[Page]:
    """One page of each kind, found by following links from the first page."""
    waiting, seen = [visitor.get("/")[0]], set[str]()
    while waiting:
        path, body = visitor.get(waiting.pop(0))
        kind = kind_of(path)
        if kind in seen:
            continue
        seen.add(kind)
        note(kind)
        yield visitor.measure(path, kind, times)
        waiting += [unescape(found) for found in LINK.findall(body.decode()) if kind_of(unescape(found)) not in seen]


def kind_of(path: str) -> str:
    """An address within the program without what differs between pages of a kind.

    Of a query, only what is asked about a session counts, and how a board is arranged.
    """
    address, _, query = path.removeprefix(f"/programs/{PROGRAM}").partition("?")
    place = VARYING.sub("*", address)
    names = ("ask", "by") if place == BOARD else ("ask",)
    asked = [f"{name}={value}" for name, value in parse_qsl(query) if name in names]
    return f"{place}?{'&'.join(asked)}" if asked else place


def rows(name: str, times: int = TIMES) -> Iterator[list[str]]:
    """One instance: a line for each kind of page, the slowest first."""
    note(f"{name}: starting the server")
    with serving(SERVER_CORE) as server:
        store = Store(f"sqlite:///{server.pauses.parent / 'data' / 'stepdown.sqlite'}")
        people = fill(store, name, waiting=WAITING)
        store.close()
        for page in sorted(pages(Visitor(server), times), key=lambda page: -page.server):
            half, worst = median(page.elapsed), max(page.elapsed)
            yield [str(people), page.kind, f"{page.server:.0f}", f"{half:.0f}", f"{worst:.0f}", f"{page.size / 1000:.0f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each instance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="How long the server needs for each page of staff.")
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME", help="instances of the catalogue with a best roster")
    parser.add_argument("--times", type=int, default=TIMES, help=f"requests for each page (default {TIMES})")
    options = parser.parse_args(arguments)
    for name in options.names:
        print(markdown(COLUMNS, list(rows(name, options.times))), flush=True)


if __name__ == "__main__":
    main()
