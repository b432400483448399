"""Measure calendar feeds: ``python -m benchmarks.feeds [options]``. Writes ``results/<date>-feeds.md``."""

from __future__ import annotations

import argparse
import http.client
import itertools
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from api.database import Store
from benchmarks.feeds.builds import side_by_side
from benchmarks.feeds.program import fill, postpone
from benchmarks.machine import facts
from benchmarks.service.__main__ import FOLDER, load_of_machine
from benchmarks.service.load import Load, Plan, Seen, plan
from benchmarks.service.measures import LOAD_CORE, SERVER_CORE
from benchmarks.service.server import Server, serving
from benchmarks.table import markdown

FEEDS, HOUR = 2000, 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page."""
    options = parse(arguments)
    if options.wheel is not None:
        print(side_by_side(options.wheel, options.instance, options.weeks, FEEDS, options.seconds), end="")
        return 0
    before = load_of_machine()
    with serving(SERVER_CORE) as server:
        store = Store(f"sqlite:///{server.pauses.parent / 'data' / 'stepdown.sqlite'}")
        paths = fill(store, options.instance, range(-4, options.weeks - 4))
        sections = [
            fetching(server, paths, options.seconds),
            publishing(server, store, paths, options.instance),
            polling(server, paths, options.seconds, options.faster),
        ]
        store.close()
    date = datetime.now(UTC).date().isoformat()
    machine = [*facts(), f"processes that wanted to run: {before} before, {load_of_machine()} at the end (average of a minute)"]
    text = f"# Calendar feeds, {date}\n\n" + "".join(f"- {fact}\n" for fact in machine) + "\n" + "\n".join(sections)
    print(text)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"{date}-feeds.md").write_text(text, encoding="utf-8")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeds", description="What calendar feeds cost the service.")
    parser.add_argument("--instance", default="rebuild_120", help="whose participants have a feed each (default rebuild_120)")
    parser.add_argument("--weeks", type=int, default=30, help="weeks that are published, four of them past (default 30)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measure (default 10)")
    parser.add_argument("--faster", type=float, default=10.0, help=f"{FEEDS} feeds are polled so many times an hour (default 10)")
    parser.add_argument("--wheel", type=Path, help=f"of an earlier build: only compare how many fetches of {FEEDS} feeds each answers")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the result file")
    return parser.parse_args(arguments)


def fetching(server: Server, paths: Sequence[str], seconds: float) -> str:
    """A feed that changed, and one that did not, asked for again and again."""
    _, etag, body = fetch(server, paths[0])
    asked = [
        (f"the whole feed, {body.count(b'BEGIN:VEVENT')} appointments, {len(body) / 1000:.0f} kB", paths[0], {}),
        ("unchanged (304)", paths[0], {"If-None-Match": etag}),
        ("no feed, no database: GET /v1/rules", "/v1/rules", {}),
    ]
    rows = []
    for name, path, headers in asked:
        for connections in (1, 8):
            what = plan(server, "GET", path, headers=headers, seconds=seconds, connections=connections, core=LOAD_CORE)
            used = server.processor_seconds()
            seen, after = Load(without_key(what)).seen(), server.processor_seconds()
            spent = "" if used is None or after is None else f"{1000 * (after - used) / seen.all:.2f}"
            rows.append([name, str(connections), f"{seen.rate:.0f}", *quantiles(seen), spent, statuses(seen)])
    columns = ("answer", "connections", "a second", "p50 ms", "p99 ms", "processor ms", "statuses")
    how = f"The server on processor {SERVER_CORE}, the asking from {LOAD_CORE}. Targets at the server: 304 in 2 ms, a whole feed in 10 ms."
    return f"## Fetching\n\n{how}\n\n{markdown(columns, rows)}"


def publishing(server: Server, store: Store, paths: Sequence[str], instance: str) -> str:
    """A publish that moves every session, and the first fetch of each feed after it, when its bytes are created again."""
    fetched = [fetch(server, path) for path in paths]
    revised = postpone(store, instance, 30)
    times = []
    for path, (_, etag, _) in zip(paths, fetched, strict=True):
        began = time.perf_counter()
        status, _, _ = fetch(server, path, etag)
        # People who wait or are on hold have no appointment that could move.
        if status == 200:
            times.append(1000 * (time.perf_counter() - began))
    columns = ("feeds that changed", "calendars revised s", "first fetch p50 ms", "p90 ms", "longest ms")
    times.sort()
    row = [str(len(times)), f"{revised:.2f}", f"{statistics.median(times):.1f}", f"{times[int(0.9 * len(times))]:.1f}", f"{times[-1]:.1f}"]
    return f"## After a publish that moves every session\n\nSeen by the client, one after the other.\n\n{markdown(columns, [row])}"


def polling(server: Server, paths: Sequence[str], seconds: float, faster: float) -> str:
    """What others notice of calendar programs that poll."""
    rate = FEEDS * faster / HOUR
    others = plan(server, "GET", "/v1/rules", seconds=seconds, connections=4, core=LOAD_CORE)
    rows = []
    for name, is_polled in (("no polling", False), (f"{FEEDS} feeds, {faster:g} times an hour", True), ("no polling", False)):
        with polled(server, paths, rate if is_polled else 0.0) as count:
            seen = Load(others).seen()
        rows.append([name, str(count[0]), f"{seen.rate:.0f}", *quantiles(seen), statuses(seen)])
    columns = ("meanwhile", "fetches", "GET /v1/rules a second", "p50 ms", "p99 ms", "statuses")
    return f"## Polling\n\nFour connections ask for something else as fast as they can.\n\n{markdown(columns, rows)}"


@contextmanager
def polled(server: Server, paths: Sequence[str], rate: float) -> Iterator[list[int]]:
    """Fetch feeds at a rate per second, each with its last ETag, and return the number fetched."""
    stop, count = threading.Event(), [0]

    def poll() -> None:
        etags: dict[str, str] = {}
        for path in itertools.cycle(paths):
            if stop.wait(1 / rate):
                return
            _, etags[path], _ = fetch(server, path, etags.get(path))
            count[0] += 1

    thread = threading.Thread(target=poll)
    if rate:
        thread.start()
    try:
        yield count
    finally:
        stop.set()
        if rate:
            thread.join()


def fetch(server: Server, path: str, etag: str | None = None) -> tuple[int, str, bytes]:
    """Fetch a feed as calendar programs do; status, ETag and body."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    try:
        connection.request("GET", path, headers={} if etag is None else {"If-None-Match": etag})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("ETag", ""), answer.read()
    finally:
        connection.close()


def without_key(what: Plan) -> Plan:
    """The same request without a key, since calendar programs have none."""
    lines = [line for line in what.head.split("\r\n") if not line.startswith("Authorization")]
    return replace(what, head="\r\n".join(lines))


def quantiles(seen: Seen) -> tuple[str, str]:
    """The median and the longest but for one of a hundred."""
    return f"{seen.quantile(0.5):.1f}", f"{seen.quantile(0.99):.1f}"


def statuses(seen: Seen) -> str:
    """How often each status."""
    return ", ".join(f"{status}: {number}" for status, number in sorted(seen.statuses.items()))


if __name__ == "__main__":
    sys.exit(main())
