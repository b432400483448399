"""Reasons and fixes in parallel with the end of a search: when they are asked for, and which answers are used."""

from __future__ import annotations

import io
import time
from queue import SimpleQueue
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.fixes import AfterSearch, BesideSearch, seconds_needed
from scheduler.fixes import fix_process as process
from scheduler.fixes.fix_process import FixAnswer, FixQuestion
from scheduler.instance import Instance
from scheduler.model import search as search_module
from scheduler.model.clock import Clock
from scheduler.model.initial_roster import take_roster
from scheduler.model.search import Search
from scheduler.model.state import SearchState
from scheduler.result import SolveLimits, Unmet
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.solve import fixing
from tests.build import group, instance, participant, roster, run

FLOOR = {"minutes": {"floor": 180}, "sessions": {"floor": 0}, "days": {"floor": 0}}


def week() -> Instance:
    """Ana has 180 minutes ordered; ben has one of the two places of her only group, and the other is kept in reserve."""
    return instance(participants=[participant("ana", order=FLOOR), participant("ben")], groups=[group("g", maximum=2, reserve=1)])


ONE, NONE = roster(run("g", "mon", "09:00", ("ben",))), roster()


def state_of(document: Instance, made: Roster, limits: SolveLimits | None = None, is_cancelled: bool = False) -> SearchState:
    """A search that has found a roster."""
    case = Case(document)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    clock = Clock(limits or SolveLimits(seconds=3600.0), lambda: is_cancelled)
    state = SearchState(case, enumerate_candidates(case, rules), rules, clock, lambda: None)
    assert take_roster(state, made)
    return state


class Silent(BesideSearch):
    """Asks nobody; what it would send stays in a list, and tests say what is heard."""

    def __init__(self, state: SearchState) -> None:
        super().__init__(state, dict)
        self.asked: list[FixQuestion] = []

    def _has_core(self) -> bool:
        """As on a machine that has nothing else to do."""
        return True

    def _started(self) -> Any:
        """No process, and nothing to close."""
        return object()

    def questions(self) -> list[FixQuestion]:
        """The questions so far."""
        while not self._lines.empty():
            line = self._lines.get()
            assert line is not None
            self.asked.append(FixQuestion.model_validate_json(line))
        return self.asked

    def hear(self, *answers: FixAnswer | None) -> None:
        """Let the process have said something."""
        for answer in answers:
            self._answers.put(answer)


def unmet(what: str) -> tuple[Unmet, ...]:
    """Something that ana lacks."""
    return (Unmet(participant="ana", rule="weekly_floor", amount=180, factor=1, what=what, kind="lost"),)


class TestQuestions:
    """When the process is asked, and about what."""

    def test_far_from_the_end_only_settled_care_is_asked_about(self) -> None:
        """The bound leaves something open at first; then it is reached, and the same care is asked about once."""
        state = state_of(week(), ONE)
        beside = Silent(state)
        beside.go_on(care_bound=179)
        assert (beside.questions(), beside.is_busy) == ([], False)
        beside.go_on(care_bound=180)
        beside.go_on(care_bound=180)
        (question,) = beside.questions()
        assert (question.number, question.care_bound, question.roster) == (1, 180, state.best and state.best.roster)
        assert question.ends - time.monotonic() < 3600.0
        assert beside.is_busy

    def test_near_the_end_the_latest_roster_is_asked_about(self) -> None:
        """A while to start the process, and a second for ana and the rest; then again when it has answered about another roster."""
        state = state_of(week(), ONE, SolveLimits(seconds=1800.0))
        state.clock.started -= 1796.0
        beside = Silent(state)
        beside.go_on(care_bound=0)
        assert [question.number for question in beside.questions()] == [1]
        beside.hear(FixAnswer(number=1, unmet=unmet("asked")))
        beside.go_on(care_bound=0)
        assert len(beside.questions()) == 1
        state.best = None
        assert take_roster(state, NONE)
        beside._unmet = None
        beside.go_on(care_bound=0)
        assert len(beside.questions()) == 1
        beside._unmet = unmet("asked")
        state.clock.started -= 2.0
        beside.go_on(care_bound=0)
        assert [question.number for question in beside.questions()] == [1, 2]

    def test_on_a_busy_machine_nothing_is_asked(self) -> None:
        """The search has had no core for itself: half an hour has passed, and hardly any of it was its own."""
        beside = BesideSearch(state_of(week(), ONE), dict)
        beside._began = (time.monotonic(), 0.0)
        assert beside._has_core()
        beside._began = (time.monotonic() - 1800.0, time.process_time())
        assert not beside._has_core()
        beside.go_on(care_bound=180)
        assert (beside._process, beside.unmet(180)) == (None, None)

    def test_nothing_is_asked_where_nothing_is_unmet(self) -> None:
        state = state_of(instance(), NONE)
        beside = Silent(state)
        beside.go_on(care_bound=0)
        assert (beside.questions(), seconds_needed(state), beside.unmet(0)) == ([], 0.0, None)

    @pytest.mark.parametrize(("seconds", "needed"), [(2.0, 0.6), (3600.0, 1.0)])
    def test_time_is_set_aside_for_what_the_last_steps_change(self, seconds: float, needed: float) -> None:
        """A second for ana and the rest, at most 30 %; a quarter after the search if the process has answered once by then."""
        state = state_of(week(), ONE, SolveLimits(seconds=seconds))
        beside = Silent(state)
        assert seconds_needed(state) == beside.seconds_aside() == pytest.approx(needed)
        beside.go_on(care_bound=180)
        assert beside.seconds_aside() == pytest.approx(needed)
        beside.hear(FixAnswer(number=1, unmet=unmet("answered")))
        beside.go_on(care_bound=180)
        assert beside.seconds_aside() == pytest.approx(needed / 4)
        beside.is_gone = True
        assert beside.seconds_aside() == pytest.approx(needed)


class TestAnswers:
    """Which answers are used."""

    def test_the_answer_about_the_best_roster_is_that_of_the_solve(self) -> None:
        beside = Silent(state_of(week(), ONE))
        beside.go_on(care_bound=180)
        beside.hear(FixAnswer(number=1, unmet=unmet("answered")))
        assert beside.unmet(180) == unmet("answered")
        assert not beside.is_busy

    def test_a_late_answer_to_an_earlier_question_is_not(self) -> None:
        """The next question is about a roster of now; the process ends without an answer to it."""
        state = state_of(week(), ONE)
        beside = Silent(state)
        beside.go_on(care_bound=180)
        assert take_roster(state, NONE)
        beside.hear(FixAnswer(number=1, unmet=unmet("late")), None)
        assert beside.unmet(180) is None
        assert (beside.is_gone, beside.is_busy) == (True, False)

    def test_a_better_roster_is_taken_and_the_answer_is_about_it(self) -> None:
        """The group without a reserve has a place for ana."""
        document = instance(participants=[participant("ana", order=FLOOR), participant("ben")], groups=[group("g")])
        state = state_of(document, ONE)
        beside = Silent(state)
        beside.go_on(care_bound=180)
        both = roster(run("g", "mon", "09:00", ("ana", "ben")))
        beside.hear(FixAnswer(number=1, better=both), FixAnswer(number=1, unmet=()))
        assert beside.unmet(0) == ()
        assert state.best is not None
        assert state.best.score.care == 0

    def test_a_roster_that_is_not_legal_is_not_taken(self) -> None:
        """It breaks a rule, which the search finds out before it takes it."""
        state = state_of(week(), ONE)
        beside = Silent(state)
        beside.go_on(care_bound=180)
        illegal = roster(run("g", "mon", "09:00", ("ana", "ben")))
        beside.hear(FixAnswer(number=1, better=illegal), FixAnswer(number=1, unmet=unmet("of the first")))
        assert beside.unmet(180) == unmet("of the first")

    def test_nobody_waits_beyond_the_limit_or_after_a_stop(self) -> None:
        late = Silent(state_of(week(), ONE, SolveLimits(seconds=0.0)))
        late.go_on(care_bound=180)
        late._state.clock.started -= 1.0
        stopped = Silent(state_of(week(), ONE, is_cancelled=True))
        stopped.go_on(care_bound=180)
        assert (late.unmet(180), stopped.unmet(180)) == (None, None)

    def test_a_process_that_was_never_started_has_no_answer(self) -> None:
        beside = Silent(state_of(week(), ONE))
        assert beside.unmet(180) is None
        beside.close()


@pytest.mark.unmeasured
def test_the_process_finds_what_is_found_here() -> None:
    """The same reasons and fixes, with what the search knows of participants alone; closed, it is gone."""
    state = state_of(week(), ONE)
    alone = {"ana": 7}
    beside = BesideSearch(state, lambda: alone)
    beside._began = (time.monotonic(), 0.0)
    beside.go_on(care_bound=180)
    found = beside.unmet(180)
    here = AfterSearch(state.case, alone.get).unmet(ONE, Clock(SolveLimits(seconds=3600.0), lambda: False), lambda better: better, 180)
    assert found == here
    assert [fix.kind for fix in here[0].fixes][:1] == ["reserve"]
    assert here[0].alone == 7
    beside.close()
    assert beside._process is not None
    assert beside._process._process.poll() is not None


def test_a_question_ends_with_its_answer_or_with_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    """A next question is waiting: the reasons of the first are those of the rules alone, and no fix is tried."""
    after, waiting = AfterSearch(Case(week())), SimpleQueue[str]()
    question = FixQuestion(number=7, roster=ONE, care_bound=180, alone={}, ends=time.monotonic() + 3600.0, limits=SolveLimits(seconds=1.0))
    process._answer(after, question, waiting)
    waiting.put("next")
    process._answer(AfterSearch(Case(week())), question, waiting)
    answered, left = (FixAnswer.model_validate_json(line) for line in capsys.readouterr().out.splitlines())
    assert (answered.number, left.number) == (7, 7)
    assert answered.unmet is not None
    assert left.unmet is not None
    assert (answered.unmet[0].fixes != (), left.unmet[0].fixes) == (True, ())


def test_lines_are_collected_until_the_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the process exits at once."""
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr("sys.stdin", io.StringIO("one\ntwo\n"))
    questions = SimpleQueue[str]()
    process._listen_for(questions)
    assert ([questions.get(), questions.get()], ended) == (["one\n", "two\n"], [0])


class Counting:
    """A helper that is never busy, and counts the steps."""

    is_busy = False

    def __init__(self) -> None:
        self.bounds: list[int] = []

    def go_on(self, care_bound: int) -> None:
        """Count a step."""
        self.bounds.append(care_bound)


def test_the_search_lets_its_helper_go_on_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "EXACT_OPTIONS", 0)
    state, helper = state_of(week(), ONE, SolveLimits(workers=1, deterministic_time=0.05)), Counting()
    search = Search(state, lambda _: 0, helper=helper)
    assert search.run()
    assert len(helper.bounds) >= state.rounds > 0


@pytest.mark.parametrize(
    "limits",
    [
        SolveLimits(workers=1),
        SolveLimits(workers=2, deterministic_time=1.0),
        SolveLimits(workers=2, fix_seconds=0.0),
        SolveLimits(workers=2, seconds=9.0),
    ],
)
def test_a_repeatable_or_short_solve_has_no_helper(limits: SolveLimits) -> None:
    """All the time it needs is set aside; half of it without fixes."""
    people = [participant("ana", order=FLOOR), participant("ben"), *(participant(f"p{n}") for n in range(8))]
    state = state_of(instance(participants=people, groups=[group("g", maximum=2, reserve=1)]), ONE, limits)
    with fixing(state, dict) as helper:
        assert helper is None
        assert state.clock.aside() == pytest.approx(1.0 if limits.fix_seconds else 0.5)


def test_a_solve_with_two_workers_has_a_helper() -> None:
    people = [participant("ana", order=FLOOR), participant("ben"), *(participant(f"p{n}") for n in range(8))]
    state = state_of(instance(participants=people, groups=[group("g", maximum=2, reserve=1)]), ONE)
    with fixing(state, dict) as helper:
        assert helper is not None
        assert state.clock.aside() == pytest.approx(1.0)
