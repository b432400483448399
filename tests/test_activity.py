"""What a search says it is doing: the words, how often they come, and when the next bound is due."""

from __future__ import annotations

import time
from typing import Any, get_args

import pytest

from scheduler.generate import generate
from scheduler.log import SECONDS_BETWEEN_ACTIVITIES, Log
from scheduler.model.activity import PROOFS, STEPS, Proving, StepKind, Work, part_of_day, step_words
from scheduler.model.bound_requests import Bounds
from scheduler.result import Progress, SolveLimits
from scheduler.solve import solve
from scheduler.timegrid import DAY


def test_every_kind_has_words() -> None:
    """Of steps and of proofs."""
    assert (set(STEPS), set(PROOFS)) == (set(get_args(StepKind)), set(get_args(Proving)))


@pytest.mark.parametrize(
    ("kind", "starts", "words"),
    [
        ("day", (2 * DAY,), "trying another order of Wednesday"),
        ("track", (9 * 60, DAY + 10 * 60, 4 * DAY + 9 * 60), "trying other times for the morning groups"),
        ("track", (3 * DAY + 17 * 60,), "trying other times for the evening groups"),
        ("track", (), "trying other groups and times"),
        ("unmet", (), "trying to give care that is still missing"),
    ],
)
def test_a_step_says_which_day_or_part_of_the_day_it_looks_at(kind: StepKind, starts: tuple[int, ...], words: str) -> None:
    """The middle one of the starts decides."""
    assert step_words(kind, starts) == words


@pytest.mark.parametrize(("time", "part"), [(719, "morning"), (720, "afternoon"), (1019, "afternoon"), (1020, "evening")])
def test_the_parts_of_a_day_begin_at_noon_and_at_five(time: int, part: str) -> None:
    """On any day."""
    assert part_of_day(5 * DAY + time) == part


class Search:
    """What a log reads of a search without a roster."""

    phase = "improving"
    bounds = Bounds(care=40, unavoidable=30)
    selector = None
    activity = "trying one thing"
    work: Work | None = None

    class state:  # noqa: N801
        """Of the search."""

        best = None


def logged(monkeypatch: pytest.MonkeyPatch, *steps: tuple[float, dict[str, Any]]) -> tuple[Log, list[Progress]]:
    """A log, and what it passes on when a search changes at some seconds since it began."""
    seen: list[Progress] = []
    log, search = Log(100.0, SolveLimits(), seen.append, lambda _: None), Search()
    for seconds, changes in steps:
        monkeypatch.setattr(time, "monotonic", lambda now=100.0 + seconds: now)
        for name, value in changes.items():
            setattr(search, name, value)
        log.note(search)  # type: ignore[arg-type]
    return log, seen


def test_what_is_tried_is_passed_on_now_and_then_and_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one, the one after half a second, and any with a new bound."""
    often = SECONDS_BETWEEN_ACTIVITIES
    log, seen = logged(
        monkeypatch,
        (0.0, {}),
        (often / 2, {"activity": "trying another thing"}),
        (often, {"activity": "trying a third thing"}),
        (often * 1.2, {"activity": "trying a fourth thing", "bounds": Bounds(care=50, unavoidable=30)}),
    )
    assert [p.activity for p in seen] == ["trying one thing", "trying a third thing", "trying a fourth thing"]
    assert [(p.care_bound, p.care_unavoidable) for p in log.trace] == [(40, 30), (50, 30)]


def test_what_is_proven_has_the_time_of_its_next_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock of the search; none while the tables are built."""
    later = SECONDS_BETWEEN_ACTIVITIES
    _, seen = logged(monkeypatch, (0.0, {"work": Work("tables")}), (later, {"work": Work("care", 112.34)}), (2 * later, {"work": None}))
    assert [(p.proving, p.next_bound_seconds) for p in seen] == [
        ("preparing the proof", None),
        ("proving how much care is possible", 12.3),
        ("", None),
    ]


def test_a_search_says_what_it_tries_and_counts_it() -> None:
    """Of a week too large for one model; at the end nothing is tried any more."""
    seen: list[Progress] = []
    limits = SolveLimits(workers=1, deterministic_time=0.2, fix_seconds=0)
    result = solve(generate(16, 1), limits, isolate=False, on_progress=seen.append)
    assert seen[0].activity == "looking for a first roster"
    assert all(p.activity for p in seen[:-1])
    assert (seen[-1].activity, seen[-1].phase) == ("", "done")
    steps = result.statistics.steps
    assert sum(step.tried for step in steps) == result.statistics.rounds > 0
    assert all(0 <= step.helped <= step.tried and step.kind in STEPS for step in steps)
