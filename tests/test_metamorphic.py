"""What must not matter does not matter: order of lists, ids, the date; and more room is never worse.

Three weeks show it here, and three more under `make proof`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from itertools import permutations
from typing import Any

import pytest

from scheduler.instance import Instance
from scheduler.result import SolveStatus
from tests.solving import objective, solved
from tests.tiny import drawn, held_week, new_term

pytestmark = pytest.mark.unmeasured

WEEKS: dict[str, Callable[[], Instance]] = {"new_term": new_term, "held_week": held_week}
WEEKS |= {f"drawn_{seed}": lambda seed=seed: drawn(seed) for seed in (2, 4, 6, 14)}
LONG = ("drawn_4", "drawn_6", "drawn_14")
ALL = [pytest.param(week, marks=[pytest.mark.proof] if week in LONG else []) for week in WEEKS]
ISO = re.compile(r"\d{4}-\d\d-\d\d")
LISTS = ("participants", "groups", "clinicians", "rooms", "services", "relations", "tracks", "cohorts")


def proven(document: dict[str, Any]) -> tuple[int, int]:
    """The proven objective of an instance document."""
    result = solved(Instance.model_validate(document), fix_seconds=0)
    assert result.status == SolveStatus.OPTIMAL, (result.message, result.care, result.preference)
    return objective(result)


def document(week: str) -> dict[str, Any]:
    """A week as JSON data."""
    found: dict[str, Any] = json.loads(WEEKS[week]().model_dump_json())
    return found


@cache
def proven_as_it_is(week: str) -> tuple[int, int]:
    """The proven objective of a week that nothing was done to."""
    return proven(document(week))


def with_other_ids(made: dict[str, Any]) -> dict[str, Any]:
    """Every participant, clinician, room and group under another id, in the opposite alphabetical order."""
    ids = [entry["id"] for kind in ("participants", "clinicians", "rooms", "groups") for entry in made[kind]]
    names = {id: f"x{99 - number}" for number, id in enumerate(sorted(ids))}

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {names.get(key, key): rename(item) for key, item in value.items()}
        if isinstance(value, list):
            return [rename(item) for item in value]
        return names.get(value, value) if isinstance(value, str) else value

    return rename(made)  # type: ignore[no-any-return]


def a_week_later(made: dict[str, Any]) -> dict[str, Any]:
    """Every date seven days later."""

    def later(match: re.Match[str]) -> str:
        return (date.fromisoformat(match[0]) + timedelta(days=7)).isoformat()

    return json.loads(ISO.sub(later, json.dumps(made)))  # type: ignore[no-any-return]


@pytest.mark.parametrize("week", ALL)
def test_the_order_of_lists_does_not_matter(week: str) -> None:
    """All lists reversed."""
    made = document(week)
    assert proven({k: v[::-1] if k in LISTS else v for k, v in made.items()}) == proven_as_it_is(week)


@pytest.mark.parametrize("week", [pytest.param("new_term", marks=pytest.mark.proof), "held_week"])
def test_the_order_of_authorizations_does_not_matter(week: str) -> None:
    """Three for everybody, in all orders: one objective, and one list of what is not covered. A new term does so under `make proof`."""
    grants = [
        {"id": "c", "unit": "session", "first": "2026-11-01", "last": "2026-11-30", "units": 1},
        {"id": "a", "unit": "hour", "first": "2026-11-01", "last": "2026-12-01", "services": ["individual"], "units_per_week": 1},
        {"id": "b", "unit": "day", "first": "2026-11-01", "last": "2026-11-30", "units": 4, "used": 3},
    ]
    found = set()
    for listed in permutations(grants):
        made = document(week)
        for person in made["participants"]:
            person["authorizations"] = list(listed)
        result = solved(Instance.model_validate(made))
        assert result.status == SolveStatus.OPTIMAL
        found.add((*objective(result), result.not_covered))
    assert len(found) == 1


@pytest.mark.parametrize("week", ALL)
def test_ids_do_not_matter(week: str) -> None:
    """All ids changed, also in the history."""
    made = document(week)
    assert proven(with_other_ids(made)) == proven_as_it_is(week)


@pytest.mark.parametrize("week", ALL)
def test_the_date_does_not_matter(week: str) -> None:
    """Everything seven days later; December has no clock change."""
    made = document(week)
    assert proven(a_week_later(made)) == proven_as_it_is(week)


@pytest.mark.parametrize("week", ALL)
def test_an_idle_room_is_never_worse(week: str) -> None:
    """One more large room."""
    made = document(week)
    room = {"id": "idle", "site": "s1", "seats": 40, "features": ["hybrid"]}
    assert proven(made | {"rooms": [*made["rooms"], room]}) <= proven_as_it_is(week)


@pytest.mark.parametrize("week", ALL)
def test_a_longer_working_day_is_no_worse_for_care(week: str) -> None:
    """Cora works two hours longer; care is at least as good (fair shares of preference may shift)."""
    made = document(week)
    staff = json.loads(json.dumps(made["clinicians"]))
    for window in staff[0]["hours"]:
        hour, _, minute = window["end"].partition(":")
        window["end"] = f"{min(int(hour) + 2, 21):02d}:{minute}"
    assert proven(made | {"clinicians": staff})[0] <= proven_as_it_is(week)[0]
