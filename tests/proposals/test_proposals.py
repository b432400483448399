"""Proposals for a week of ten people: legal rosters, each better than the one before, and none below the bounds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.generate import generate
from scheduler.model.extract import to_roster
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import in_force
from scheduler.model.table_lines import TableLines
from scheduler.proposals import dive as dive_module
from scheduler.proposals import improvement, judgement, people, proposer
from scheduler.proposals.dive import Diver
from scheduler.proposals.improvement import Improvement
from scheduler.proposals.judgement import CARE_PRICE, judge_handles
from scheduler.proposals.known_roster import choice_of
from scheduler.proposals.pool import Pool
from scheduler.proposals.proposer import ProposedRoster, Proposer, promising
from scheduler.proposals.shared_lines import SharedLines
from scheduler.proposals.step_solver import StepSolver
from scheduler.proposals.week_choice import WeekChoice
from scheduler.rules import RULES
from scheduler.terms import AnyOf, Visit
from scheduler.timegrid import WEEKDAYS
from scheduler.verify import judge
from scheduler.weeks import totals
from scheduler.weeks.bound import WeekBound
from scheduler.weeks.column_generation import ColumnGeneration
from scheduler.weeks.integer_program import IntegerProgram, IntegerSolution
from scheduler.weeks.integer_solver import solve

NEVER = 10**9


def never() -> bool:
    """It is not over."""
    return False


def solve_to_the_end(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
    """Whatever the time."""
    return solve(program, 600.0, seed, gap)


def bound_of(size: int) -> WeekBound:
    """The bounds of both tiers of a drawn week, as far as they rise."""
    case = Case(generate(size, 2))
    rules = in_force(case, RULES)
    bound = WeekBound(LineIndex(TableLines(case, enumerate_candidates(case, rules), rules)))
    care = bound.care(NEVER, 600, never)
    bound.preference(care, NEVER, 600, never)
    return bound


@pytest.fixture(scope="module")
def bound() -> WeekBound:
    """The bounds of ten people."""
    return bound_of(10)


@pytest.fixture
def prices(bound: WeekBound) -> ColumnGeneration:
    """The prices of these."""
    assert bound.prices is not None
    return bound.prices


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small steps, of which two without a better roster are enough."""
    monkeypatch.setattr(improvement, "MOST_STUCK", 2)
    for size in ("FIRST_SIZE", "LEAST_SIZE"):
        monkeypatch.setattr(people, size, 3.0)
    monkeypatch.setattr(proposer, "WEEKS", 8)


def numbers_of(bound: WeekBound) -> int:
    """How many variables are candidates."""
    return sum(1 for _ in bound.index.lines.candidates.handles())


def reported(maker: Proposer, prices: ColumnGeneration, until_legal: bool = False) -> list[ProposedRoster]:
    """What is proposed."""
    found: list[ProposedRoster] = []
    maker.propose(prices, time.monotonic() + 600, found.append, until_legal=until_legal)
    return found


def rank_of(bound: WeekBound, picked: Sequence[int]) -> tuple[int, int]:
    """What a roster costs as the checker says, who finds nothing that it breaks."""
    lines = bound.index.lines
    roster = to_roster(lines.case, lines.candidates, [lines.handles[n] for n in picked if n < numbers_of(bound)])
    assert roster is not None
    verdict = judge(lines.case, roster)
    assert verdict.violations == ()
    return verdict.score.care, verdict.score.preference


def anything(bound: WeekBound, prices: ColumnGeneration) -> tuple[Improvement, WeekChoice]:
    """Everyone's cheapest week at the cheapest times, whatever the others do."""
    pool = Pool(prices.relaxation, prices.duals, bound.index.lines.handles, 8, 2.0)
    weeks = prices.relaxation.weeks
    rows = np.array([rows[np.argmin(above)] for rows, above in zip(pool.rows, pool.above, strict=True)])
    entries = [[entry for entry in row if entry < weeks.padding] for row in weeks.entries[rows].tolist()]
    times = tuple(np.array([weeks.entry_first[entry] for entry in of_one], dtype=np.int64) for of_one in entries)
    choice = WeekChoice(rows, times, frozenset())
    steps = StepSolver(SharedLines(bound.index, prices.relaxation, CARE_PRICE), CARE_PRICE, solve_to_the_end)
    return Improvement(steps, pool, choice, 1), choice


class TestProposer:
    """From prices to rosters."""

    def test_each_is_legal_and_better_than_the_one_before(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        found = reported(Proposer(bound.index, solve_to_the_end), prices)
        ranks = [proposed.rank for proposed in found]
        assert ranks
        assert ranks == [rank_of(bound, proposed.picked) for proposed in found]
        assert all(a is not None and b is not None and b < a for a, b in pairwise(ranks))
        care, preference = rank_of(bound, found[-1].picked)
        assert care >= bound.least_care
        assert care > bound.least_care or preference >= prices.value

    def test_the_next_call_goes_on_from_the_last_roster(
        self, bound: WeekBound, prices: ColumnGeneration, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        maker = Proposer(bound.index, solve_to_the_end)
        found = reported(maker, prices, until_legal=True)
        monkeypatch.setattr(proposer, "Diver", None)
        assert reported(maker, prices, until_legal=True) == found

    def test_a_legal_roster_may_be_enough(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """What the dive gives is said; here it is legal."""
        (found,) = reported(Proposer(bound.index, solve_to_the_end), prices, until_legal=True)
        assert found.rank == rank_of(bound, found.picked)

    def test_a_better_roster_from_elsewhere_is_gone_on_from(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """One of another dive; of the same cost, the last one is."""
        maker, handles, weeks = Proposer(bound.index, solve_to_the_end), bound.index.lines.handles, prices.relaxation.weeks
        (found,) = reported(maker, prices, until_legal=True)
        assert found.rank is not None
        other = choice_of(weeks, handles, found.picked)
        assert other is not None
        assert other.numbers(weeks) == sorted(found.picked)
        for rank, is_behind in ((maker.rank, False), ((0, found.rank[0], found.rank[1] + 1), True), ((1, 0, 0), True), (None, True)):
            maker.choice, maker.rank = anything(bound, prices)[1], rank
            assert maker._is_behind(found) is is_behind
        maker.propose(prices, time.monotonic() + 600, lambda _: None, found, until_legal=True)
        assert maker.rank == (0, *found.rank)
        assert maker.choice is not None
        assert sorted(maker.choice.numbers(weeks)) == sorted(found.picked)

    def test_what_is_in_no_table_is_no_choice(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """All visits of one participant at once."""
        numbers = [n for n, handle in enumerate(bound.index.lines.handles) if isinstance(handle, Visit) and handle.participant == "p001"]
        assert choice_of(prices.relaxation.weeks, bound.index.lines.handles, numbers) is None

    def test_without_time_nothing_is_proposed(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        found: list[ProposedRoster] = []
        Proposer(bound.index, solve_to_the_end).propose(prices, time.monotonic() - 1, found.append)
        assert found == []

    def test_without_times_the_rounded_mixture_is_proposed(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """Nothing was chosen in time."""
        maker = Proposer(bound.index, lambda *_: IntegerSolution((), 0.0))
        (found,) = reported(maker, prices)
        choice = choice_of(prices.relaxation.weeks, bound.index.lines.handles, found.picked)
        assert choice is not None
        assert maker.rank is not None
        assert found.rank == (maker.rank[1:] if maker.rank[0] == 0 else None)

    def test_what_breaks_rules_to_the_end_is_proposed_with_no_cost(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """The search may know how to mend it."""
        maker, (_, choice) = Proposer(bound.index, lambda *_: IntegerSolution((), 0.0)), anything(bound, prices)
        maker.choice = choice
        assert reported(maker, prices) == [ProposedRoster(tuple(choice.numbers(prices.relaxation.weeks)), None)]

    def test_only_visits_are_promising(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        handles, numbers = bound.index.lines.handles, promising(prices)
        assert {handle.participant for n in numbers if isinstance(handle := handles[n], Visit)} == set(prices.relaxation.weeks.participants)
        assert all(isinstance(handles[n], Visit) for n in numbers)


class TestDiver:
    """From a mixture to one set of groups for everyone."""

    def test_everyone_has_one_set_and_the_program_is_as_before(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        assert prices.master.solve(600)
        before = prices.master.value
        dive = Diver(prices, bound.index.lines.handles).dive(time.monotonic() + 600)
        assert dive is not None
        for table in dive.relaxation.weeks.tables:
            assert table.is_allowed is not None
            assert len(np.unique(np.nonzero(table.is_allowed)[1])) == 1
        assert dive.value >= before - 1e-6
        assert prices.master.solve(600)
        assert prices.master.value == pytest.approx(before)

    def test_a_late_dive_decides_all_that_is_open_at_once(
        self, bound: WeekBound, prices: ColumnGeneration, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """All runs, then everyone's groups: it ends after three steps, and everyone has one set."""
        monkeypatch.setattr(dive_module, "CALM", 0.0)
        diver, steps = Diver(prices, bound.index.lines.handles), list[bool]()
        price = diver._price
        monkeypatch.setattr(diver, "_price", lambda ends: (steps.append(True), price(ends))[1])
        dive = diver.dive(time.monotonic() + 600)
        assert dive is not None
        assert (diver.set_of >= 0).all()
        assert len(steps) <= 4  # runs that are nearly decided may come first

    def test_a_dive_that_was_broken_off_goes_on_from_what_is_decided(
        self, bound: WeekBound, prices: ColumnGeneration, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Broken off at each of its first steps; the groups of the next one are the same."""
        diver = Diver(prices, bound.index.lines.handles)
        price, decided = diver._price, [diver.set_of.copy()]
        for number in range(1, 5):
            steps = iter([True] * number)
            monkeypatch.setattr(diver, "_price", lambda ends, steps=steps: price(ends) if next(steps, False) else None)
            if diver.dive(time.monotonic() + 600) is not None:
                break
            decided.append(diver.set_of.copy())
        for before, after in pairwise(decided):
            assert ((before < 0) | (before == after)).all()
        monkeypatch.setattr(diver, "_price", price)
        assert diver.dive(time.monotonic() + 600) is not None
        assert (diver.set_of >= 0).all()
        assert ((decided[-1] < 0) | (decided[-1] == diver.set_of)).all()

    def test_without_time_there_is_no_dive(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        assert Diver(prices, bound.index.lines.handles).dive(time.monotonic() - 1) is None


class TestSteps:
    """Steps cost what the rules say, and mend what is broken."""

    def test_a_program_costs_what_the_checker_says(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """But for what no roster avoids, which is the same for all."""
        costs: list[int] = []

        def remember(program: IntegerProgram, seconds: float, seed: int, gap: float) -> IntegerSolution:
            solution = solve_to_the_end(program, seconds, seed, gap)
            costs.append(sum(cost * value for cost, value in zip(program.costs, solution.values, strict=True)))
            return solution

        mender, choice = anything(bound, prices)
        mender.steps.solve = remember
        mender.steps.shared.add_breaks([(clinician, day) for clinician in bound.index.lines.case.clinicians for day in WEEKDAYS])
        constants = set()
        for close in (0.0, 1.0):
            pool = Pool(prices.relaxation, prices.duals, bound.index.lines.handles, 3, close)
            step = mender.steps.mend(choice, pool, range(10), 600.0, 1, 0.0)
            assert step.is_optimal
            assert step.choice is not None
            judged = judge_handles(bound.index.lines, step.choice.numbers(prices.relaxation.weeks))
            assert judged.is_legal
            constants.add(CARE_PRICE * judged.verdict.score.care + judged.verdict.score.preference - costs[-1])
        assert len(constants) == 1

    def test_whoever_is_not_free_keeps_the_week(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        maker = Proposer(bound.index, solve_to_the_end)
        reported(maker, prices, until_legal=True)
        mender, before = anything(bound, prices)[0], maker.choice
        assert before is not None
        step = mender.steps.step(before, mender.pool, [2, 7], 600.0, 1)
        assert step.choice is not None
        kept = [n for n in range(10) if n not in (2, 7)]
        assert step.choice.rows[kept].tolist() == before.rows[kept].tolist()
        assert all(step.choice.times[n] is before.times[n] for n in kept)

    def test_what_is_broken_is_mended(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        mender, _ = anything(bound, prices)
        assert not mender.judgement.is_legal
        mender.improve(time.monotonic() + 600, lambda *_: None, until_legal=True)
        assert (0, *rank_of(bound, mender.choice.numbers(prices.relaxation.weeks))) == mender.judgement.rank

    def test_a_step_around_one_break_leaves_the_others_as_they_are(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """Lines that are broken elsewhere do not make it impossible."""
        mender, choice = anything(bound, prices)
        shared, weeks = mender.steps.shared, prices.relaxation.weeks
        before = shared.broken(choice.numbers(weeks))
        step = mender.steps.step(choice, mender.pool, [3], 600.0, 1)
        assert step.choice is not None
        assert before.any()
        assert not (shared.broken(step.choice.numbers(weeks)) & ~before).any()

    def test_appointments_are_left_out_where_nothing_else_helps(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """Nobody may have another time, so everyone keeps the groups, and some or all appointments, or has no session at all."""
        mender, choice = anything(bound, prices)
        weeks = prices.relaxation.weeks
        step = mender.steps.mend(choice, mender.pool, [], 600.0, 1, 0.0)
        assert step.choice is not None
        assert not mender.steps.shared.broken(step.choice.numbers(weeks)).any()
        for one in range(10):
            assert set(step.choice.times[one].tolist()) <= set(choice.times[one].tolist())
            groups = set(weeks.places[step.choice.rows[one]].tolist())
            assert groups in (set(weeks.places[choice.rows[one]].tolist()), {weeks.num_variables})

    def test_what_the_lines_do_not_know_is_not_chosen_again(
        self, bound: WeekBound, prices: ColumnGeneration, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No appointment has a room, so in the end nobody has one."""
        monkeypatch.setattr(judgement, "first_rooms", lambda costs: {})
        mender, _ = anything(bound, prices)
        mender.improve(time.monotonic() + 600, lambda *_: None, until_legal=True)
        assert mender.judgement.is_legal
        left = [bound.index.lines.handles[n] for n in mender.steps.shut]
        assert left
        assert all(isinstance(visit, Visit) and visit.group is None for visit in left)
        assert all(session.group is not None or session.room is None for session in mender.judgement.roster.sessions)

    def test_partners_choose_together(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """Neither of them could change a session of both alone."""
        mender, before = anything(bound, prices)
        mender.steps.partners = {2: {7}, 7: {2}}
        programs: list[IntegerProgram] = []

        def remember(program: IntegerProgram, *_: object) -> IntegerSolution:
            programs.append(program)
            return IntegerSolution((), 0.0)

        mender.steps.solve = remember
        for together in ([2], [7], [2, 7], [3]):
            mender.steps.step(before, mender.pool, together, 600.0, 1)
        assert programs[0] == programs[1] == programs[2] != programs[3]

    def test_what_defines_evenings_is_near_with_those_who_lead_them(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        """Otherwise the ones that are held forbid changes that break nothing. Not all shared variables are near one person."""
        shared, handles = anything(bound, prices)[0].steps.shared, bound.index.lines.handles
        shared.add_breaks([(clinician, day) for clinician in bound.index.lines.case.clinicians for day in WEEKDAYS])
        place = next(n for n, handle in enumerate(handles) if isinstance(handle, Visit) and handle.group is not None)
        near = set(shared.near(np.array([place])).tolist())
        assert 0 < len(near) < len(shared.free)
        assert near <= set(shared.free.tolist())
        numbers = {handle: number for number, handle in enumerate(handles)}
        for number in shared.free.tolist():
            handle = handles[number]
            if isinstance(handle, AnyOf) and any(numbers.get(member) in near for member in handle.members):
                assert number in near

    def test_breaks_are_added_once(self, bound: WeekBound, prices: ColumnGeneration) -> None:
        shared = SharedLines(bound.index, prices.relaxation, CARE_PRICE)
        before = len(shared.bounds)
        duty = shared._breaks.duties[0]
        assert shared.add_breaks([duty]) is True
        assert len(shared.bounds) == len(shared.terms.first) - 1 == len(shared.steps) == len(shared.costs) > before
        assert (shared.add_breaks([duty]), shared.add_breaks([("nobody", "mon")])) == (False, False)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(10))
def test_each_seed_ends_with_a_legal_roster(seed: int) -> None:
    """Another program of sixteen people each, with steps of a deterministic length."""
    case = Case(generate(16, seed))
    rules = in_force(case, RULES)
    bound = WeekBound(LineIndex(TableLines(case, enumerate_candidates(case, rules), rules)))
    bound.preference(bound.care(NEVER, 600, never), NEVER, 600, never)
    assert bound.prices is not None
    found = reported(Proposer(bound.index, solve_to_the_end, seed), bound.prices)
    assert found[-1].rank == rank_of(bound, found[-1].picked)


@pytest.mark.proof
def test_choices_of_a_week_raise_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which cohort is home is free, yet places in two cohorts cost in any case: without that the bound is lower."""
    with_choices = bound_of(12).prices
    monkeypatch.setattr(totals, "blocks_of", lambda index, lines: [])
    without = bound_of(12).prices
    assert with_choices is not None
    assert without is not None
    assert without.value < with_choices.value
