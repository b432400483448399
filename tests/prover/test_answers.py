"""What the prover process says, word for word: read and written here, without a process."""

from __future__ import annotations

import gc
import io
import json
import os
import sys
import time
from collections.abc import Callable
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.bound_requests import Proof, Proposal
from scheduler.model.table_lines import TableLines
from scheduler.proposals.proposer import ProposedRoster, Proposer, Report
from scheduler.prover import process as prover_process
from scheduler.prover.client import ProverProcess
from scheduler.weeks import branch_and_cut
from scheduler.weeks.bound import WeekBound
from scheduler.weeks.finish import Finish
from tests.weeks.test_relaxation import week_of_one

VISITS, HANDLES = 7, 9


class FakeBound:
    """Proves what it is told to, and remembers what it was asked."""

    def __init__(self, value: int = 20, survivors: set[int] | None = None, promising: tuple[int, ...] | None = None) -> None:
        self.value, self.kept, self.prices = value, survivors, promising
        self.asked: list[Any] = []
        self.least_care = 0
        self.finish: Finish | None = None
        self.is_all_near = True
        self.gap: tuple[Any, ...] = ()

    def care(self, *asked: Any) -> int:
        """3 on the way."""
        *numbers, is_over, report = asked
        self.asked += [*numbers, is_over()]
        report(3)
        return self.value

    def preference(self, *asked: Any) -> int:
        """4 on the way, and 2 for the wider budget."""
        *numbers, seconds, is_over, report, wider = asked
        self.asked += [*numbers, round(seconds, 1), is_over(), None if wider is None else wider.care_budget]
        report(4)
        if wider is not None:
            wider.report(2)
        return self.value

    def is_near(self, upper: int, tier: str) -> bool:
        """As told."""
        return self.is_all_near

    def branch(self, upper: int, seconds: float, is_over: Callable[[], bool], tier: str = "preference") -> int:
        """2 more."""
        self.asked += [upper, round(seconds, 1), is_over(), *([tier] if tier == "care" else [])]
        return self.value + 2

    def survivors(self, upper: int) -> set[int] | None:
        """As told."""
        self.asked.append(upper)
        return self.kept


class FakeProposer:
    """Proposes what it is told to, and remembers how much time it had."""

    solve = object()

    def __init__(self, *proposals: ProposedRoster) -> None:
        self.proposals = proposals
        self.left: float | None = None
        self.first: float | None = None
        self.choice: int | None = 1
        self.rank: tuple[int, int, int] | None = None

    def propose(self, prices: object, ends: float, report: Report, best: ProposedRoster | None = None, until_legal: bool = False) -> None:
        """As told; for a first roster nothing."""
        self.best = best
        if until_legal:
            self.first = round(ends - prover_process.time.monotonic(), 1)
            return
        self.left = round(ends - prover_process.time.monotonic(), 1)
        for proposal in self.proposals:
            report(proposal)


@pytest.fixture(autouse=True)
def promising(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is promising at prices are the prices themselves."""
    monkeypatch.setattr(prover_process, "promising", lambda prices: prices)


@pytest.fixture(autouse=True)
def close_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as the bound is told to, by default nothing, and remember what was asked."""

    def close(bound: FakeBound, tier: str, value: int, best: int, seconds: float, is_over: Callable[[], bool], solve: object) -> Finish:
        assert solve == (FakeProposer.solve, branch_and_cut.solve)
        bound.gap = (tier, value, best, round(seconds, 1), is_over())
        return bound.finish or Finish(value)

    monkeypatch.setattr(prover_process, "close_gap", close)
    monkeypatch.setattr(prover_process, "in_turns", lambda *solvers: solvers)


def answered(
    bound: FakeBound, capsys: pytest.CaptureFixture[str], proposer: FakeProposer | None = None, **request: Any
) -> list[dict[str, Any]]:
    """What is said to a request; the best roster costs 80 and 25."""
    proposing = cast(Proposer, proposer or FakeProposer())
    prover_process._answer(
        cast(WeekBound, bound), proposing, {"care": 60, "best": [80, 25], "seconds": 10.0, "picked": [3]} | request, VISITS, HANDLES
    )
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_care(capsys: pytest.CaptureFixture[str]) -> None:
    """Every rise, then the end."""
    bound = FakeBound()
    base = {"tier": "care", "care": 60, "preference": 25}
    assert answered(bound, capsys, tier="care") == [
        base | {"bound": 3, "is_final": False},
        base | {"bound": 20, "is_final": False},
        {"is_final": True},
    ]
    assert (bound.asked, bound.gap) == ([60, 4.0, False], ("care", 20, 60, 10.0, False))


@pytest.mark.parametrize(("value", "branches"), [(41, False), (42, True), (59, True), (60, False)])
def test_care_is_branched_on_if_its_gap_stays_open(capsys: pytest.CaptureFixture[str], value: int, branches: bool) -> None:
    """18 of 60 are three tenths; in a quarter of the time, and nothing is said but the rises."""
    bound = FakeBound(value)
    lines = answered(bound, capsys, tier="care")
    assert bound.asked[3:] == ([60, 2.5, False, "care"] if branches else [])
    assert len(lines) == 3


@pytest.mark.parametrize(("rank", "best"), [(None, 60), ((0, 30, 9), 30), ((0, 70, 9), 60), ((1, 30, 9), 60)])
def test_a_first_roster_comes_before_the_gap_of_care_is_closed(
    capsys: pytest.CaptureFixture[str], rank: tuple[int, int, int] | None, best: int
) -> None:
    """Within most of the time; if it is legal and has less care, only what is below that is open. None is made for a proven roster."""
    proposer, bound = FakeProposer(), FakeBound(20, None, ())
    proposer.choice, proposer.rank = None, rank
    lines = answered(bound, capsys, proposer, tier="care")
    assert [line["picked"] for line in lines if "picked" in line] == [[]]
    assert (proposer.first, bound.gap[:3]) == (8.0, ("care", 20, best))
    proposer = FakeProposer()
    proposer.choice = None
    answered(FakeBound(60, None, ()), capsys, proposer, tier="care")
    assert proposer.first is None


def test_the_bound_of_preferences_comes_before_a_first_roster(capsys: pytest.CaptureFixture[str]) -> None:
    """At the proven care and for the best roster, in 0.15 of the time; the first roster has the prices of before."""
    proposer, seen = FakeProposer(), list[object]()
    proposer.choice = None

    class Both(FakeBound):
        """Its prices change with the bound of preferences."""

        def preference(self, *asked: Any) -> int:
            self.prices = (5,)
            return super().preference(*asked)

    bound = Both(20, None, (2,))
    propose = proposer.propose
    proposer.propose = lambda prices, *more, **named: (seen.append(prices), propose(prices, *more, **named))[1]  # type: ignore[method-assign]
    lines = answered(bound, capsys, proposer, tier="care")
    base = {"tier": "preference", "preference": 25, "is_final": False}
    assert lines[2:4] == [base | {"care": 20, "bound": 4}, base | {"care": 80, "bound": 2}]
    assert bound.asked == [60, 4.0, False, 20, sys.maxsize, 1.5, False, 80]
    assert seen == [(2,)]


def test_preference(capsys: pytest.CaptureFixture[str]) -> None:
    """Rises, the bound with what survives, more by branching, a proposal, branching again; visits and candidates only."""
    bound, proposer = FakeBound(20, {7, 2, 0}, (2, 8)), FakeProposer(ProposedRoster((1, 5, 9), None))
    base = {"tier": "preference", "care": 80, "preference": 25}
    assert answered(bound, capsys, proposer, tier="preference", care=80) == [
        base | {"bound": 4, "is_final": False},
        base | {"bound": 20, "survivors": [0, 2], "is_final": False},
        base | {"bound": 22, "survivors": [0, 2], "is_final": False},
        {"is_final": False, "picked": [], "promising": [2, 8]},
        {"is_final": False, "picked": [1, 5], "promising": None},
        base | {"bound": 22, "survivors": [0, 2], "is_final": False},
        {"is_final": True},
    ]
    assert bound.asked == [80, 25, 7.0, False, None, 25, 25, 2.5, False, 25, 25, 10.0, False, 25]
    assert (bound.gap, proposer.left) == (("preference", 20, 25, 9.0, False), 10.0)
    assert proposer.best == ProposedRoster((3,), (80, 25))


def test_a_wide_gap_leaves_most_of_the_time_to_proposals(capsys: pytest.CaptureFixture[str]) -> None:
    """A quarter of what a narrow one has, in both tiers."""
    bound = FakeBound(20, set(), ())
    bound.is_all_near = False
    answered(bound, capsys, tier="preference", care=80)
    assert bound.gap == ("preference", 20, 25, 2.2, False)
    answered(bound, capsys, tier="care")
    assert bound.gap == ("care", 20, 60, 2.5, False)


def test_what_a_proposal_costs_is_the_limit_from_then_on(capsys: pytest.CaptureFixture[str]) -> None:
    """The best one within the care that is asked about; another one costs less, but more care."""
    proposer = FakeProposer(ProposedRoster((1,), (80, 24)), ProposedRoster((2,), (40, 22)), ProposedRoster((3,), (81, 21)))
    bound = FakeBound(18, {0}, ())
    told = answered(bound, capsys, proposer, tier="preference", care=80)
    assert told[-2] == {"tier": "preference", "care": 80, "preference": 22, "bound": 20, "survivors": [0], "is_final": False}
    assert bound.asked[-4:] == [22, 10.0, False, 22]


def test_the_best_roster_is_no_limit_for_those_with_less_care(capsys: pytest.CaptureFixture[str]) -> None:
    """Rises for both budgets and a proposal; what that costs, if it has so little care, is the limit."""
    for rank, told in (((60, 24), [(60, 24, 22)]), ((70, 24), [])):
        bound = FakeBound(20, {0}, ())
        lines = answered(bound, capsys, FakeProposer(ProposedRoster((1,), rank)), tier="preference")
        base = {"tier": "preference", "preference": 25, "is_final": False}
        assert lines[:2] == [base | {"care": 60, "bound": 4}, base | {"care": 80, "bound": 2}]
        assert bound.asked[:5] == [60, sys.maxsize, 7.0, False, 80]
        assert [(line["care"], line["preference"], line["bound"]) for line in lines if "survivors" in line] == told
        assert bound.gap == ()


def test_nobody_asks_about_less_care_than_there_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    """70 are proven by now."""
    bound = FakeBound(20, None, ())
    bound.least_care = 70
    assert {line["care"] for line in answered(bound, capsys, tier="preference") if "care" in line} == {70, 80}
    assert bound.asked[:5] == [70, sys.maxsize, 7.0, False, 80]


def test_a_first_roster_comes_before_the_bound(capsys: pytest.CaptureFixture[str]) -> None:
    """Within half of the time, if there is none yet; it is the limit then."""

    class FirstProposer(FakeProposer):
        """Proposes at once."""

        def propose(
            self, prices: object, ends: float, report: Report, best: ProposedRoster | None = None, until_legal: bool = False
        ) -> None:
            """A roster at 24, if there is none yet."""
            super().propose(prices, ends, report, best, until_legal)
            if until_legal:
                report(ProposedRoster((1,), (60, 24)))

    proposer, bound = FirstProposer(), FakeBound(20, {0}, ())
    proposer.choice = None
    lines = answered(bound, capsys, proposer, tier="preference", care=80)
    assert [line["picked"] for line in lines[:2]] == [[], [1]]
    assert (proposer.first, bound.gap[:3]) == (8.0, ("preference", 20, 24))
    assert lines[3] == {"tier": "preference", "care": 80, "preference": 24, "bound": 20, "survivors": [0], "is_final": False}


def test_without_prices_there_is_no_proposal(capsys: pytest.CaptureFixture[str]) -> None:
    """The bound was interrupted."""
    proposer = FakeProposer(ProposedRoster((1,), (60, 24)))
    told = answered(FakeBound(20), capsys, proposer, tier="preference")
    assert proposer.left is None
    assert not any("picked" in line for line in told)


@pytest.mark.parametrize("tier", ["care", "preference"])
def test_a_better_roster_is_told_and_the_best_one_ends_the_answer(capsys: pytest.CaptureFixture[str], tier: str) -> None:
    """Candidates only; what is promising stays as it is."""
    bound = FakeBound(20)
    bound.finish = Finish(22, (1, 5, 9), is_best=True)
    *_, told, end = answered(bound, capsys, tier=tier, care=80)
    assert told == {"is_final": False, "picked": [1, 5], "promising": None}
    assert end == {"is_final": True}


def test_a_roster_that_may_not_be_the_best_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    """A proposal and a tree follow, from the bound that is known by then."""
    bound = FakeBound(10, None, (2,))
    bound.finish = Finish(22, (1, 5, 9))
    told = answered(bound, capsys, FakeProposer(ProposedRoster((1,), None)), tier="preference", care=80)
    assert [line.get("picked") for line in told if "picked" in line] == [[1, 5], [], [1]]
    assert told[-2]["bound"] == 12


@pytest.mark.parametrize(("best", "value", "branches"), [(25, 18, True), (25, 17, False), (20, 14, True)])
def test_a_large_gap_is_not_branched_on(capsys: pytest.CaptureFixture[str], best: int, value: int, branches: bool) -> None:
    """7 of 25 are less than three tenths, 8 are more; 6 of 20 are just that."""
    bound = FakeBound(value)
    answered(bound, capsys, tier="preference", care=80, best=[80, best])
    assert (len(bound.asked) > 6) is branches


@pytest.mark.parametrize("value", [25, 26])
def test_no_proposal_is_wanted_where_nothing_better_exists(capsys: pytest.CaptureFixture[str], value: int) -> None:
    """The bound has reached the best roster; with its own care cost there is no wider budget."""
    bound = FakeBound(value, None, ())
    base = {"tier": "preference", "care": 80, "preference": 25}
    assert answered(bound, capsys, tier="preference", care=80) == [
        base | {"bound": 4, "is_final": False},
        base | {"bound": value, "survivors": None, "is_final": False},
        {"is_final": True},
    ]
    assert bound.asked == [80, 25, 7.0, False, None, 25]


def test_a_proposal_has_the_time_that_the_bound_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """10 seconds, of which 3 are gone when the bound is known, and 4 after the exact program."""
    times = iter([100.0, 101.0, 103.0, 104.0, 104.0, 104.0])
    monkeypatch.setattr(prover_process, "time", SimpleNamespace(monotonic=lambda: next(times)))
    proposer = FakeProposer()
    answered(FakeBound(10, None, ()), capsys, proposer, tier="preference", care=80)
    assert proposer.left == 6.0


class ServedError(Exception):
    """The first request has been read."""


def test_the_process_reads_a_week_says_so_and_answers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for the week; then requests, with the numbers of visits and of candidates."""
    asked: list[Any] = []

    def answer(*arguments: Any) -> None:
        asked.extend(arguments)
        raise ServedError

    monkeypatch.setattr(prover_process, "_answer", answer)
    monkeypatch.setattr(prover_process, "_keep_output_apart", lambda: None)
    monkeypatch.setattr(prover_process, "_listen_for", lambda requests: requests.put('{"tier": "care"}'))
    monkeypatch.setattr("sys.stdin", io.StringIO(week_of_one().model_dump_json() + "\n"))
    try:
        with pytest.raises(ServedError):
            prover_process._serve()
    finally:
        gc.enable()
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [{"is_final": True}]
    bound, proposer, request, num_visits, num_handles = asked
    assert isinstance(bound.index.lines, TableLines)
    case = Case(week_of_one())
    found = enumerate_candidates(case, bound.index.lines.rules)
    assert bound.weeks.participants == ["ana"]
    assert proposer.index is bound.index
    assert request == {"tier": "care"}
    assert (num_visits, num_handles) == (len(found.visits["ana"]), len(list(found.handles())))


def test_only_answers_go_to_the_output(capfd: pytest.CaptureFixture[str]) -> None:
    """HiGHS writes its name when it is made; that goes where errors go."""
    before, output = os.dup(1), sys.stdout
    try:
        prover_process._keep_output_apart()
        os.write(1, b"HiGHS")
        prover_process._say({"a": 1})
        sys.stdout.close()
    finally:
        sys.stdout = output
        os.dup2(before, 1)
        os.close(before)
    said = capfd.readouterr()
    assert (json.loads(said.out), said.err) == ({"a": 1}, "HiGHS")


def test_the_process_ends_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests until then; it ends well."""
    ended: list[int] = []
    requests: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr("sys.stdin", io.StringIO("a\nb\n"))
    prover_process._listen_for(requests)
    assert [requests.get_nowait(), requests.get_nowait()] == ["a\n", "b\n"]
    assert (requests.empty(), ended) == (True, [0])


class FakeProcess:
    """Has said some lines already, and keeps what it is told until it is closed."""

    said: ClassVar[list[dict[str, Any]]] = []

    def __init__(self, module: str) -> None:
        self.module, self.read = module, list[str]()
        self.is_closed = self.is_deaf = False

    def lines(self) -> list[str]:
        """As of a process."""
        return [json.dumps(line) + "\n" for line in self.said]

    def send(self, line: str) -> bool:
        """As of a process."""
        if not self.is_deaf:
            self.read.append(line)
        return not self.is_deaf

    def close(self) -> None:
        """As of a process."""
        self.is_closed = True


def started(monkeypatch: pytest.MonkeyPatch, *said: dict[str, Any]) -> tuple[ProverProcess, FakeProcess]:
    """A prover whose process has said all that and ended, and has read the week."""
    monkeypatch.setattr(FakeProcess, "said", list(said))
    monkeypatch.setattr("scheduler.prover.client.LineProcess", FakeProcess)
    made = ProverProcess(week_of_one())
    assert (made.is_busy, made.is_gone, made.proposal) == (True, False, None)
    made._listener.join(120)
    process = cast(FakeProcess, made._process)
    ends = time.monotonic() + 120
    while not process.read and time.monotonic() < ends:
        time.sleep(0.001)
    return made, process


def test_the_process_is_told_the_week_and_the_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line each."""
    made, process = started(monkeypatch)
    assert process.module == "scheduler.prover.process"
    made.is_busy = False
    made.ask("care", 60, (80, 25), 10.0)
    assert made.is_busy is True
    week, question = process.read
    assert week == week_of_one().model_dump_json()
    assert json.loads(question) == {"tier": "care", "care": 60, "best": [80, 25], "seconds": 10.0, "picked": []}
    made.close()
    assert process.is_closed


def test_what_the_process_says_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds, what survives, a proposal, and its end."""
    base = {"tier": "preference", "care": 60, "preference": 25}
    made, _ = started(
        monkeypatch,
        base | {"bound": 4, "is_final": False},
        base | {"bound": 20, "survivors": [0, 2], "is_final": False},
        {"is_final": True, "picked": [1, 5], "promising": [2]},
    )
    found = made.answers()
    assert next(found) == Proof("preference", 4, 60, 25, None)
    assert next(found) == Proof("preference", 20, 60, 25, (0, 2))
    assert (made.is_busy, made.is_gone) == (True, False)
    assert list(found) == []
    assert made.proposal == Proposal((1, 5), (2,))
    assert (made.is_busy, made.is_gone) == (False, True)


def test_a_proposal_may_leave_promising_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a roster and no more."""
    made, _ = started(monkeypatch, {"is_final": True, "picked": [1, 5], "promising": None})
    assert list(made.answers()) == []
    assert made.proposal == Proposal((1, 5), None)


def test_what_is_promising_is_kept_until_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rosters came after it; once it has been used, the next one says nothing of it."""
    told = [{"is_final": False, "picked": picked, "promising": promising} for picked, promising in (([], [2]), ([1], None), ([5], None))]
    made, _ = started(monkeypatch, *told)
    assert list(made.answers()) == []
    assert made.proposal == Proposal((5,), (2,))
    made.proposal = None
    made._answers.put({"is_final": False, "picked": [7], "promising": None})
    assert list(made.answers()) == []
    assert made.proposal == Proposal((7,), None)


def test_an_answer_may_end_without_a_proposal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line of the process says only that it has read the week."""
    made, _ = started(monkeypatch, {"is_final": True})
    made._answers.put({"is_final": True})
    assert list(made.answers()) == []
    assert (made.is_busy, made.is_gone, made.proposal) == (False, True, None)
    made.is_busy, made.is_gone = True, False
    made._answers.put({"is_final": True})
    assert list(made.answers()) == []
    assert (made.is_busy, made.is_gone) == (False, False)


def test_nothing_can_be_asked_of_a_process_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told so, and is not busy."""
    made, process = started(monkeypatch)
    process.is_deaf = True
    made.ask("care", 60, (80, 25), 10.0)
    assert (made.is_busy, made.is_gone) == (False, True)
