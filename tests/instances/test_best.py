"""The catalogue's numbers are those of the rosters stored beside it."""

import math
from collections import Counter

import pytest

from instances.make import FOLDER
from instances.record import read_numbers
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.explain.isolated_weeks import Alone
from scheduler.reading import read_instance, read_roster
from scheduler.rules import RULES
from scheduler.verify import judge

pytestmark = pytest.mark.unmeasured

NUMBERS = read_numbers()
MOST_ALONE = 72
"""Participants of the largest week that is looked at one by one, about a sixth of a second each."""


def test_every_instance_is_recorded() -> None:
    """Each instance of the catalogue has numbers and a stored roster."""
    stored = {path.stem for path in (FOLDER / "best").glob("*.json")}
    assert stored == set(NUMBERS)


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_the_stored_roster_is_legal_and_attains_the_best(name: str) -> None:
    """Judged by the wall clock: no violation, exactly the recorded care and preference, and no bound above them."""
    verdict = judge(Case(read_instance(FOLDER / f"{name}.json")), read_roster(FOLDER / "best" / f"{name}.json"))
    found = NUMBERS[name]
    assert [v.message for v in verdict.violations] == []
    assert (verdict.score.care, verdict.score.preference) == (found["care"], found["preference"])
    assert found["care_bound"] <= found["care"]
    assert found["preference_bound"] <= found["preference"]


@pytest.mark.proof
@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_nobody_is_said_to_lack_more_alone_than_in_the_stored_roster(name: str) -> None:
    """The isolated bound of each participant, and with it their sum."""
    instance = read_instance(FOLDER / f"{name}.json")
    if len(instance.participants) > MOST_ALONE:
        pytest.skip("too many participants to look at each")
    case, roster = Case(instance), read_roster(FOLDER / "best" / f"{name}.json")
    unmet: Counter[str] = Counter()
    for amount in judge(case, roster).amounts:
        if amount.participant is not None:
            unmet[amount.participant] += amount.amount * case.care.factor(amount.participant)
    alone = Alone(case, enumerate_candidates(case, [rule for rule in RULES if rule.applies_to(case)]), seconds=math.inf)
    assert {p: cost for p in case.participants if (cost := alone.of(p)) > unmet[p]} == {}


def test_the_unchanged_week_moves_nobody() -> None:
    """Every booking of last week is at the same weekday and time this week, and there are no others."""
    instance = read_instance(FOLDER / "unchanged_week.json")
    roster = read_roster(FOLDER / "best" / "unchanged_week.json")
    assert instance.history.last_week is not None

    def places(sessions: object) -> set[tuple[str, str, str]]:
        return {(b.participant, s.group or s.service, s.start.strftime("%a %H:%M")) for s in sessions for b in s.bookings}  # type: ignore[attr-defined]

    assert places(roster.sessions) == places(instance.history.last_week.sessions)
