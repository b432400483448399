"""One entrant on one instance, in a process of its own: so that memory is its own and a crash costs one line of the table.

``python -m benchmarks.job`` reads a :class:`Job` as JSON and writes an :class:`Outcome`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.answer import Answer, Moment, NotAvailableError, entrant
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.reading import read_instance
from scheduler.result import SolveLimits
from scheduler.verify import judge

ROOT = Path(__file__).parent.parent
GRACE_SECONDS = 300.0
"""How long past its limit an entrant may take before it is ended."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to run.

    Attributes:
        instance: Path of its file.
        seconds: Wall limit, reading and building included.
        workers: Threads; the process is also bound to so many cores.
    """

    entrant: str
    instance: str
    seconds: float
    workers: int = 2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out, judged by `scheduler.verify`: care and preference are recomputed from the roster and None for illegal ones.

    Attributes:
        status: Of the entrant; ``illegal``, ``not installed``, ``crashed`` or ``timed out`` are ours.
        first_seconds: Until the first roster; for an entrant that does not tell, until its only one.
        to_5_seconds: Until care was at its final value and the preference gap, as proven at that moment, was at most 5 %.
        to_1_seconds: The same for 1 %.
        peak_mb: Largest resident memory of the process, in 10^6 bytes.
        broken: Rule id to number of violations.
    """

    entrant: str
    instance: str
    mode: str
    limit_seconds: float
    seed: int
    status: str
    care: int | None = None
    care_bound: int | None = None
    unavoidable: int = 0
    preference: int | None = None
    preference_bound: int | None = None
    seconds: float | None = None
    build_seconds: float | None = None
    first_seconds: float | None = None
    to_5_seconds: float | None = None
    to_1_seconds: float | None = None
    peak_mb: float | None = None
    rounds: int = 0
    broken: dict[str, int] = field(default_factory=dict)


def run(job: Job) -> Outcome:
    """Run a job in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.job"]
    timeout = 2 * job.seconds + GRACE_SECONDS
    try:
        done = subprocess.run(
            command, input=json.dumps(asdict(job)), cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return _failed(job, "timed out")
    if done.returncode != 0:
        return _failed(job, "crashed")
    # Libraries may print; the outcome is the last line.
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def _failed(job: Job, status: str) -> Outcome:
    return Outcome(job.entrant, Path(job.instance).stem, "", job.seconds, job.seed, status)


def perform(job: Job) -> Outcome:
    """Run a job in this process."""
    instance = read_instance(Path(job.instance))
    limits = SolveLimits(seconds=job.seconds, workers=job.workers, seed=job.seed)
    began = time.monotonic()
    try:
        answer = entrant(job.entrant)(instance, limits)
    except NotAvailableError:
        return _failed(job, "not installed")
    return judged(job, instance, answer, time.monotonic() - began)


def judged(job: Job, instance: Instance, answer: Answer, seconds: float) -> Outcome:
    """The outcome of an answer: its roster scored by the wall clock, its trace read."""
    case = Case(instance)
    verdict = None if answer.roster is None else judge(case, answer.roster)
    is_legal = verdict is not None and not verdict.violations
    score = verdict.score if verdict is not None and is_legal else None
    trace = answer.trace or ([] if answer.roster is None else [Moment(answer.seconds, 0, 0)])
    return Outcome(
        entrant=job.entrant,
        instance=Path(job.instance).stem,
        mode="hold" if case.is_hold else "rebuild",
        limit_seconds=job.seconds,
        seed=job.seed,
        status="illegal" if verdict is not None and not is_legal else answer.status,
        care=None if score is None else score.care,
        care_bound=answer.care_bound,
        unavoidable=answer.unavoidable,
        preference=None if score is None else score.preference,
        preference_bound=answer.preference_bound,
        seconds=round(seconds, 2),
        build_seconds=round(answer.build_seconds, 2),
        first_seconds=next((round(m.seconds, 2) for m in trace if m.care is not None), None),
        to_5_seconds=seconds_to_gap(answer.trace, 0.05),
        to_1_seconds=seconds_to_gap(answer.trace, 0.01),
        peak_mb=round(_peak_bytes() / 1e6, 1),
        rounds=answer.rounds,
        broken=dict(Counter(v.rule for v in verdict.violations)) if verdict is not None else {},
    )


def seconds_to_gap(trace: Sequence[Moment], gap: float) -> float | None:
    """When care had its final value and preferences were proven to be within a gap; None: never."""
    last = next((m.care for m in reversed(trace) if m.care is not None), None)
    for moment in trace:
        if last is None or moment.care != last or moment.preference is None or moment.preference_bound is None:
            continue
        if moment.preference - moment.preference_bound <= gap * moment.preference:
            return round(moment.seconds, 2)
    return None


def _peak_bytes() -> int:
    """Largest resident memory of this process or a child of it; Linux counts in kibibytes, macOS in bytes."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return most if sys.platform == "darwin" else most * 1024


def _bind(cores: int) -> None:
    """Keep this process on so many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def main() -> None:
    """Read a job, do it, write the outcome."""
    job = Job(**json.loads(sys.stdin.read()))
    _bind(job.workers)
    print(json.dumps(asdict(perform(job))), flush=True)


if __name__ == "__main__":
    main()
