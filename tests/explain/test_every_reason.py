"""Nothing is unmet without a reason: over instances of the catalogue and weeks drawn at random."""

from collections.abc import Iterator

import pytest

from instances.make import FOLDER
from scheduler.case import Case
from scheduler.explain import unmet_care
from scheduler.instance import Instance
from scheduler.reading import read_instance, read_roster
from scheduler.result import SolveLimits
from scheduler.roster import Roster
from scheduler.solve import solve
from tests.small import small

SAMPLE = ("access_mix", "couple_and_no_contact")
NAMES = sorted(path.stem for path in (FOLDER / "best").glob("*.json"))
EMPTY = ("even if nobody else were in the program", "0 of 0", "None")
"""Words that say nothing."""


def without_reason(week: Instance, made: Roster) -> Iterator[tuple[str, str]]:
    """What is missing and has no cause, or one without words."""
    for entry in unmet_care(Case(week), made, seconds=600):
        sentences = [cause.sentence for cause in entry.causes]
        if not sentences or any(not s or any(words in s for words in EMPTY) for s in sentences):
            yield entry.participant, entry.what


def of_instance(name: str) -> list[tuple[str, str]]:
    return [*without_reason(read_instance(FOLDER / f"{name}.json"), read_roster(FOLDER / "best" / f"{name}.json"))]


def of_drawn(seed: int) -> list[tuple[str, str]]:
    week = small(seed)
    made = solve(week, SolveLimits(deterministic_time=2, workers=1, fix_seconds=0), isolate=False).roster
    return [] if made is None else [*without_reason(week, made)]


@pytest.mark.parametrize("name", SAMPLE)
def test_some_instances_have_a_reason_for_everything(name: str) -> None:
    assert of_instance(name) == []


@pytest.mark.parametrize("seed", range(4))
def test_some_drawn_weeks_have_a_reason_for_everything(seed: int) -> None:
    assert of_drawn(seed) == []


@pytest.mark.proof
@pytest.mark.parametrize("name", [name for name in NAMES if name not in SAMPLE])
def test_every_instance_has_a_reason_for_everything(name: str) -> None:
    assert of_instance(name) == []


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(4, 200))
def test_two_hundred_drawn_weeks_have_a_reason_for_everything(seed: int) -> None:
    assert of_drawn(seed) == []
