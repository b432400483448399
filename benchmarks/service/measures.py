"""The three measures: light requests on one core, a solve beside the library's, pauses of the event loop."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from api.client import Client
from api.openapi.examples import BODIES
from api.programs.models import NewProgram
from benchmarks.service.load import Load, Plan, Seen, plan
from benchmarks.service.server import Server
from scheduler.instance import Instance
from scheduler.reading import read_instance
from scheduler.result import SolveLimits
from scheduler.solve import solve

INSTANCES = Path(__file__).parents[2] / "instances"
SERVER_CORE, LOAD_CORE = 0, 1
ROUNDS = 5
PROGRAM = "benchmark"
LATE_MS = 20.0
SMALL = Instance.model_validate(BODIES["Instance"])
SMALL_SECONDS, LARGER_SECONDS = 20.0, 2.0


def instance(name: str) -> Instance:
    """One of the catalogue."""
    return read_instance(INSTANCES / f"{name}.json")


@dataclass(frozen=True, slots=True)
class Light:
    """A light endpoint under load, in several rounds.

    Attributes:
        rounds: What came back in each.
        used: Seconds of processor the server used in all of them; None where the system does not tell.
    """

    name: str
    rounds: list[Seen]
    used: float | None

    @property
    def seen(self) -> Seen:
        """All rounds together."""
        statuses = sum((Counter(one.statuses) for one in self.rounds), Counter[str]())
        times = [time for one in self.rounds for time in one.times]
        return Seen(sum(one.seconds for one in self.rounds), sum(one.all for one in self.rounds), times, dict(statuses))

    @property
    def possible(self) -> float | None:
        """Answers a second of processor time: what a core could do that has nothing else to do."""
        return None if not self.used else self.seen.all / self.used


def light(server: Server, seconds: float, rounds: int = ROUNDS) -> Iterator[Light]:
    """Each endpoint under as much load as eight connections make, in turns: what else the machine does then meets all of them.

    Args:
        seconds: Of each endpoint in all.
    """
    week = instance("rebuild_24")
    with server.client() as client:
        etag = client._http.get("/v1/rules").headers["ETag"]
        client.create_program(NewProgram(id=PROGRAM, zone=week.program.zone))
        client.program(PROGRAM).import_week(week)
        job = client.submit(SMALL, seconds=SMALL_SECONDS, fix_seconds=0)
        client.jobs.wait(job.id)
    person = f"/v1/programs/{PROGRAM}/participants"
    how: dict[str, Any] = {"seconds": seconds / rounds, "core": LOAD_CORE}
    asked: list[tuple[str, Plan]] = [
        ("GET /health", plan(server, "GET", "/health", **how)),
        ("GET /v1/rules", plan(server, "GET", "/v1/rules", **how)),
        ("GET /v1/rules, unchanged (304)", plan(server, "GET", "/v1/rules", headers={"If-None-Match": etag}, **how)),
        ("GET /v1/jobs/{job}", plan(server, "GET", f"/v1/jobs/{job.id}", **how)),
        (f"GET {person.replace(PROGRAM, '{program}')}/{{participant}}", plan(server, "GET", f"{person}/{week.participants[0].id}", **how)),
        ("POST /v1/validate, 24 participants", plan(server, "POST", "/v1/validate", week.model_dump_json(exclude_defaults=True), **how)),
    ]
    seen: dict[str, list[Seen]] = {name: [] for name, _ in asked}
    used: dict[str, list[float | None]] = {name: [] for name, _ in asked}
    for _, (name, what) in product(range(rounds), asked):
        before = server.processor_seconds()
        seen[name].append(Load(what).seen())
        after = server.processor_seconds()
        used[name].append(None if before is None or after is None else after - before)
    for name, _ in asked:
        told = [one for one in used[name] if one is not None]
        yield Light(name, seen[name], sum(told) if len(told) == rounds else None)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The same solve by the library and by the service, in turns; seconds."""

    name: str
    library: list[float]
    service: list[float]

    @property
    def overhead(self) -> float:
        """Median of the differences."""
        return statistics.median(s - t for s, t in zip(self.service, self.library, strict=True))


def overhead(server: Server, pairs: int) -> Iterator[Pairs]:
    """A week that is proven at once, and one that takes all of its time."""
    yield _pairs(server, f"{len(SMALL.participants)} participants, until proven", SMALL, SMALL_SECONDS, pairs)
    yield _pairs(server, f"rebuild_24, {LARGER_SECONDS:g} s", instance("rebuild_24"), LARGER_SECONDS, pairs)


def _pairs(server: Server, name: str, week: Instance, seconds: float, pairs: int) -> Pairs:
    limits = SolveLimits(seconds=seconds, fix_seconds=0)
    body = week.model_dump_json(exclude_defaults=True)
    library: list[float] = []
    service: list[float] = []
    with server.client() as client:
        both: list[tuple[list[float], Callable[[], object]]] = [
            (library, lambda: solve(week, limits)),
            (service, lambda: _post(client, body, limits)),
        ]
        for number in range(pairs + 1):
            # Who comes first changes; the first pair warms up.
            for times, do in both if number % 2 else reversed(both):
                times.append(_seconds(do))
    return Pairs(name, library[1:], service[1:])


def _post(client: Client, body: str, limits: SolveLimits) -> None:
    query = {"seconds": limits.seconds, "fix_seconds": 0, "seed": limits.seed}
    headers = {"Content-Type": "application/json", "Prefer": "wait=30"}
    answer = client._http.post("/v1/solve", params=query, content=body, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"not solved in time: {answer.status_code}")


def _seconds(do: Callable[[], object]) -> float:
    begun = time.monotonic()
    do()
    return time.monotonic() - begun


@dataclass(frozen=True, slots=True)
class Pause:
    """Time without any response while the server was busy with something, in milliseconds.

    Attributes:
        outside: GET /health every 5 ms.
        loop: Each time the loop woke late, and how much of it the process itself was at work.
    """

    name: str
    outside: Seen
    loop: list[tuple[float, float]]

    @property
    def own(self) -> list[float]:
        """Of each pause what the process used of the processor."""
        return [min(pause, used) for pause, used in self.loop]


def pauses(server: Server, solve_seconds: float, seconds: float) -> Iterator[Pause]:
    """Nothing to do; a solve of 120 participants; instances of 240 posted one after the other."""
    middle = instance("rebuild_120")
    large = instance("rebuild_240").model_dump_json(exclude_defaults=True)
    with server.client() as client:
        yield _watched(server, "nothing", seconds, lambda: time.sleep(seconds))
        limits = {"seconds": solve_seconds, "fix_seconds": 0.0}
        yield _watched(server, "solving rebuild_120", solve_seconds, lambda: client.solve(middle, **limits))
        yield _watched(server, "validating rebuild_240", seconds, lambda: _validate_until(client, large, time.monotonic() + seconds))


def _validate_until(client: Client, body: str, end: float) -> None:
    while time.monotonic() < end:
        client._http.post("/v1/validate", content=body, headers={"Content-Type": "application/json"}).raise_for_status()


def _watched(server: Server, name: str, seconds: float, do: Callable[[], object]) -> Pause:
    outside = Load(plan(server, "GET", "/health", connections=1, seconds=seconds, every=0.005))
    begun = time.monotonic()
    do()
    ended = time.monotonic()
    lines = [[float(word) for word in line.split()] for line in server.pauses.read_text().splitlines()]
    return Pause(name, outside.seen(), [(1000 * pause, 1000 * used) for at, pause, used in lines if begun <= at <= ended])
