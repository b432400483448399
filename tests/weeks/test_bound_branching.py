"""Bounds raised by deciding and by the exact finish: see `shared_group` in `test_relaxation`, in which half a run is too little."""

from __future__ import annotations

import time
from typing import cast

import pytest

from scheduler.model.line import Tier
from scheduler.weeks import details
from scheduler.weeks.bound import CARE_PRICE, WeekBound, Wider
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.integer_solver import solve
from scheduler.weeks.relaxation import Relaxation
from tests.weeks import test_bound
from tests.weeks.test_bound import SECONDS, is_never
from tests.weeks.test_finish import index
from tests.weeks.test_relaxation import NEVER

TALK, RUN = 1, 4
CARE, PREFERENCE = 25, 34
"""What the best roster costs: a run of 25 with both in the group, or her talk and nothing for Ben, 4 + 30."""


def ready(care_of_run: int = 0) -> WeekBound:
    """The bounds with the tables built; a run may cost care, too."""
    bound = test_bound.ready()
    bound.index = index()
    bound.index.lines.unit_costs = {"care": {2: 6, RUN: care_of_run}, "preference": {1: 3, RUN: 25}}
    return bound


def asked(tier: Tier) -> WeekBound:
    """With the bound of the tier by prices: 22.5 with half a run, or 21.5."""
    bound = ready(care_of_run=25 if tier == "care" else 0)
    if tier == "care":
        assert bound.care(NEVER, SECONDS, is_never) == 23
    else:
        assert bound.preference(100, NEVER, SECONDS, is_never) == 22
    return bound


class TestBranch:
    """What people share is decided."""

    def test_preference(self) -> None:
        """Her talk is in no cheaper roster: that is known now, and nothing of care is."""
        bound = asked("preference")
        before = bound.least_with
        assert bound.branch(PREFERENCE + 1, SECONDS, is_never) == PREFERENCE
        assert bound.least_care == 0
        assert before is not None
        assert bound.least_with is not None
        assert before[TALK] < 22
        assert bound.least_with[TALK] == pytest.approx(PREFERENCE, abs=0.4)

    def test_what_has_been_decided_stays(self) -> None:
        """The same question is answered without another linear program; within another budget it is asked anew."""
        bound = asked("preference")
        bound.branch(PREFERENCE + 1, SECONDS, is_never)
        rounds = bound.rounds
        assert bound.preference(100, NEVER, SECONDS, is_never) == PREFERENCE
        assert bound.rounds == rounds
        assert bound.preference(99, NEVER, SECONDS, is_never) == 22

    def test_care(self) -> None:
        """A whole run; of visits nothing is known."""
        bound = asked("care")
        assert bound.branch(CARE + 1, SECONDS, is_never, "care") == CARE
        assert (bound.least_care, bound.least_with) == (CARE, None)

    @pytest.mark.parametrize("tier", ["care", "preference"])
    def test_before_the_prices_nothing_is_known(self, tier: Tier) -> None:
        """There is nothing to raise."""
        assert ready().branch(NEVER, SECONDS, is_never, tier) == 0


class TestFinish:
    """The best roster below a cost, or the proof that there is none."""

    @pytest.fixture(autouse=True)
    def no_breaks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody needs one."""
        monkeypatch.setattr(details, "duties_without_breaks", lambda *_: set())

    def test_preference(self) -> None:
        """The bound of care stays what it was."""
        bound = asked("preference")
        assert bound.finish(PREFERENCE + 9, SECONDS, solve=solve).bound == PREFERENCE
        assert bound._runs["preference"].value == PREFERENCE
        assert bound.least_care == 0

    def test_care(self) -> None:
        """Both in the group."""
        bound = asked("care")
        found = bound.finish(CARE + 9, SECONDS, "care", solve)
        assert (found.bound, found.picked, found.is_best) == (CARE, (0, 3, RUN), True)
        assert bound.least_care == CARE


class TestPrices:
    """One question goes on from another."""

    def test_care_goes_on_from_its_own_prices(self) -> None:
        """Without further rounds the bound is the same, and both tiers together are not asked again."""
        bound = asked("care")
        bound.preference(100, NEVER, SECONDS, is_never)
        prices = bound.prices
        bound.care(NEVER, 0.0, is_never)
        assert bound._runs["care"].value == 23
        assert bound.prices is prices

    def test_care_begins_with_the_prices_and_lines_of_both_tiers_together(self) -> None:
        """20 of which are one of care: a place is worth a little more than half a run."""
        bound = ready(care_of_run=25)
        both = bound._both(time.monotonic() + SECONDS, is_never)
        assert bound.weeks is not None
        run = ColumnGeneration(Relaxation(bound.index.lines, bound.ownership, bound.weeks, "care"), 2000.0, lambda _: None)
        assert (run.value, run.master.num_lines) == (0, 0)
        run.begin_with(both, CARE_PRICE)
        assert run.value >= 20
        assert run.duals.tolist() == pytest.approx([float(both.duals[0]) / CARE_PRICE])
        assert run.master.num_lines == 1

    def test_weeks_are_affordable_at_the_prices_of_care(self) -> None:
        """At 5 for a place a run for nobody is worth 10 and the group costs 5, so that doing without costs Ana 55 more, not 60."""
        bound = ready()
        bound.care(NEVER, SECONDS, is_never)
        bound._runs["care"].duals[:] = 5.0
        missed = [int(cast(object, bound._affordable(budget).tables[0].is_allowed.sum())) for budget in (54, 55)]  # type: ignore[union-attr,call-overload]
        assert missed == [2, 3]

    def test_rounds_of_all_questions_count(self) -> None:
        """Those of preferences before care, too."""
        first, second = ready(), ready()
        first.care(NEVER, SECONDS, is_never)
        second.preference(100, NEVER, SECONDS, is_never)
        before = second.rounds
        second.care(NEVER, SECONDS, is_never)
        assert before > 0
        assert second.rounds == before + first.rounds

    def test_both_tiers_together_stop_when_they_are_close(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In the first round that is, while care and preferences go on for a while."""
        patience: list[object] = []
        improve = ColumnGeneration.improve

        def watched(run: ColumnGeneration, *arguments: object, **more: object) -> int:
            patience.append(more.get("patience"))
            return improve(run, *arguments, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(ColumnGeneration, "improve", watched)
        ready().care(NEVER, SECONDS, is_never)
        assert patience == [-1, None]

    def test_a_wider_budget_is_above_the_one_that_is_asked_for(self) -> None:
        """16 is 6 above 10, and a smaller one is nothing above it."""
        for wider, above in ((16, 6), (10, 0), (4, 0)):
            bound = ready()
            bound.preference(10, NEVER, SECONDS, is_never, wider=Wider(wider, lambda _: None))
            assert bound._runs["preference"].wider[0].above == above
