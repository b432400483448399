"""When a search asks for which bound."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scheduler.model.bound_requests import AGAIN, CARE_SHARE, PREFERENCE_SHARE, BoundRequests, Bounds


class FakeProver:
    """Notes what it is asked, and is never busy."""

    is_busy = is_gone = False
    proposal = work = None

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, float]] = []

    def ask(self, tier: str, care: int, best: tuple[int, int], seconds: float, picked: Any = ()) -> None:
        """Note the tier, the care cost and the seconds."""
        self.asked.append((tier, care, seconds))

    def answers(self) -> tuple[()]:
        """None."""
        return ()


def requests(care: int, preference: int = 50) -> tuple[BoundRequests, FakeProver]:
    """Those of a search with a roster and 100 seconds left."""
    best = SimpleNamespace(rank=(care, preference), score=SimpleNamespace(care=care, preference=preference), solution=frozenset())
    candidates = SimpleNamespace(handles=lambda: ())
    prover = FakeProver()
    state: Any = SimpleNamespace(best=best, clock=SimpleNamespace(left=lambda: 100.0), candidates=candidates)
    return BoundRequests(state, lambda _: None, prover), prover


CARE, PREFERENCE = 100 * CARE_SHARE, 100 * PREFERENCE_SHARE


def test_care_is_asked_first_and_then_preferences() -> None:
    """At the roster's care cost, or at the proven one if that is near."""
    asking, prover = requests(care=60)
    asking.go_on(improved=True, bounds=Bounds())
    asking.go_on(improved=True, bounds=Bounds(care=40))
    assert prover.asked == [("care", 60, CARE), ("preference", 40, PREFERENCE)]


@pytest.mark.parametrize("care", [0, 410])
def test_preferences_are_asked_at_once_where_nothing_is_left_to_prove_of_care(care: int) -> None:
    """A routine week has no unmet care, or only what no session gives; it waited for fifteen steps without a better roster."""
    asking, prover = requests(care)
    asking.go_on(improved=True, bounds=Bounds(care=care, unavoidable=care))
    assert prover.asked == [("preference", care, PREFERENCE)]


def test_the_same_is_asked_again_only_when_the_search_has_settled() -> None:
    """After so many steps without a better roster, if the roster is another one than at the first time."""
    asking, prover = requests(0)
    asking.go_on(improved=True, bounds=Bounds())
    asking.state.best.rank = (0, 40)  # type: ignore[union-attr]
    for _ in range(AGAIN - 1):
        asking.go_on(improved=False, bounds=Bounds())
    assert len(prover.asked) == 1
    asking.go_on(improved=False, bounds=Bounds())
    assert prover.asked[1:] == [("preference", 0, PREFERENCE)]
