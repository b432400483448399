"""Measure the service: ``python -m benchmarks.service [options]``. Writes ``results/<date>-service.md``."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import facts
from benchmarks.service import measures
from benchmarks.service.measures import LATE_MS, LOAD_CORE, SERVER_CORE, Light, Pairs, Pause
from benchmarks.service.server import serving
from benchmarks.table import markdown

FOLDER = Path(__file__).parents[1] / "results"
PARTS = ("light", "overhead", "pauses")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for and write the page."""
    options = parse(arguments)
    before, sections = load_of_machine(), []
    if "light" in options.parts:
        with serving(SERVER_CORE) as server:
            sections.append(light_section(list(measures.light(server, options.seconds))))
    if "overhead" in options.parts:
        with serving() as server:
            sections.append(overhead_section(list(measures.overhead(server, options.pairs))))
    if "pauses" in options.parts:
        with serving(is_watched=True) as server:
            sections.append(pauses_section(list(measures.pauses(server, options.solve_seconds, options.seconds))))
    date = datetime.now(UTC).date().isoformat()
    machine = [*facts(), f"processes that wanted to run: {before} before, {load_of_machine()} at the end (average of a minute)"]
    text = f"# The service, {date}\n\n" + "".join(f"- {fact}\n" for fact in machine) + "\n" + "\n".join(sections)
    print(text)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"{date}-service.md").write_text(text, encoding="utf-8")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description="What the service costs.")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="default: all")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each light endpoint, and of each watch (default 10)")
    parser.add_argument("--solve-seconds", type=float, default=10.0, help="of the solve that is watched (default 10)")
    parser.add_argument("--pairs", type=int, default=10, help="solves by library and service, each (default 10)")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the result file")
    return parser.parse_args(arguments)


def load_of_machine() -> str:
    """What else the machine had to do; figures of a busy one are too high."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def light_section(found: Sequence[Light]) -> str:
    """Requests a second and how long they took."""
    columns = ("request", "a second", "of rounds", "p50 ms", "p99 ms", "processor ms", "a second of processor", "statuses")
    rows = [
        [
            one.name,
            f"{one.seen.rate:.0f}",
            f"{min(r.rate for r in one.rounds):.0f}-{max(r.rate for r in one.rounds):.0f}",
            *(f"{one.seen.quantile(q):.1f}" for q in (0.5, 0.99)),
            *([f"{1000 / one.possible:.2f}", f"{one.possible:.0f}"] if one.possible else ["", ""]),
            ", ".join(f"{status}: {number}" for status, number in sorted(one.seen.statuses.items())),
        ]
        for one in found
    ]
    how = (
        f"The server on processor {SERVER_CORE}, eight connections from processor {LOAD_CORE}. *A second of processor*: answers by the "
        "processor time of the server, so what a core does that has no other work. *Of rounds*: the slowest and the quickest of "
        "those that were run in turns. Target: 500."
    )
    return f"## Light requests\n\n{how}\n\n{markdown(columns, rows)}"


def overhead_section(found: Sequence[Pairs]) -> str:
    """Medians of library and service, and of their differences."""
    columns = ("solve", "pairs", "library s", "service s", "overhead s", "worst s")
    rows = [
        [
            one.name,
            str(len(one.library)),
            f"{statistics.median(one.library):.2f}",
            f"{statistics.median(one.service):.2f}",
            f"{one.overhead:.2f}",
            f"{max(s - t for s, t in zip(one.service, one.library, strict=True)):.2f}",
        ]
        for one in found
    ]
    how = "`solve(isolate=True)` and `POST /v1/solve` with `Prefer: wait`, in turns; medians. Target: less than 0.3 s."
    return f"## A solve beside the library's\n\n{how}\n\n{markdown(columns, rows)}"


def pauses_section(found: Sequence[Pause]) -> str:
    """How late answers came, and how late the loop woke."""
    columns = (
        "meanwhile",
        "p50 ms",
        "p99 ms",
        "longest ms",
        f"above {LATE_MS:g} ms",
        "loop late by ms",
        "of that its own work ms",
        "above",
    )
    rows = []
    for one in found:
        times, own = [1000 * t for t in one.outside.times], one.own
        rows.append(
            [
                one.name,
                *(f"{one.outside.quantile(q):.1f}" for q in (0.5, 0.99)),
                f"{max(times):.1f}",
                f"{sum(t > LATE_MS for t in times)} of {len(times)}",
                f"{max((pause for pause, _ in one.loop), default=0):.1f}",
                f"{max(own, default=0):.1f}",
                str(sum(t > LATE_MS for t in own)),
            ]
        )
    how = (
        "GET /health every 5 ms from outside; inside, a task that wakes every millisecond. *Its own work*: processor time of the process "
        f"while the loop waited; the rest is the system giving the processor to others. Target: not above {LATE_MS:g} ms."
    )
    return f"## Pauses of the event loop\n\n{how}\n\n{markdown(columns, rows)}"


if __name__ == "__main__":
    sys.exit(main())
