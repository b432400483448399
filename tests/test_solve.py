"""Solving in trouble: no time, cancelled, crashed, hung, over-constrained, conflicting pins; the past and held places stay."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scheduler import isolation
from scheduler.answer import with_roster
from scheduler.case import Case
from scheduler.errors import DefectError, InstanceError, NoRosterError
from scheduler.explain import unlooked_care
from scheduler.generate import generate
from scheduler.instance import Instance
from scheduler.isolation import in_child, without_start
from scheduler.model.bound_requests import Bounds
from scheduler.reading import read_instance
from scheduler.result import Progress, SolveLimits, SolveResult, SolveStatus
from scheduler.solve import solve, solve_here
from scheduler.verify import score, verify
from tests.build import MONDAY, at, clinician, free, group, instance, meet, participant, roster, run, windows
from tests.solving import objective, solved, sound
from tests.source_tree import ROOT
from tests.tiny import drawn, tuesday

LAST = MONDAY.replace(day=23)
ANY = {"sessions": {"floor": 0}, "days": {"floor": 0}}
PROCESS = ANY | {"minutes": {"floor": 180}, "services": [{"service": "process", "per_week": 1}]}
TALK = ANY | {"minutes": {"floor": 50}, "services": [{"service": "individual", "per_week": 1}]}


def deliver(
    work: Callable[..., SolveResult], seconds: float = 5.0, on_progress: Callable[[Progress], None] = lambda _: None
) -> SolveResult:
    """What comes back from a child that does this work; a search in it ends with its deterministic time."""
    limits = SolveLimits(seconds=seconds, deterministic_time=1.0, workers=1, fix_seconds=0)
    return in_child(work, drawn(5), limits, on_progress, lambda: False)


def crash(*_: Any) -> SolveResult:
    """A native crash."""
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def hang(*_: Any) -> SolveResult:
    """Never answers, whatever it is told."""
    while True:
        time.sleep(60)


def solve_then_crash(instance: Instance, limits: SolveLimits, on_progress: Any, is_cancelled: Any, on_roster: Any) -> SolveResult:
    """A native crash after the search, in the explanation, say."""
    solve_here(instance, limits, on_progress, is_cancelled, on_roster)
    return crash()


def report_seconds(instance: Instance, limits: SolveLimits, on_progress: Any, is_cancelled: Any, on_roster: Any) -> SolveResult:
    """End with an error that says whether the limit is below that of the caller."""
    raise DefectError("less" if 12.0 <= limits.seconds < 30.0 else f"{limits.seconds}")


def solve_then_hang(instance: Instance, limits: SolveLimits, on_progress: Any, is_cancelled: Any, on_roster: Any) -> SolveResult:
    """An explanation without end."""
    solve_here(instance, limits, on_progress, is_cancelled, on_roster)
    return hang()


def send_nonsense_then_crash(instance: Instance, _: Any, on_progress: Any, is_cancelled: Any, on_roster: Any) -> SolveResult:
    """A process that lost its mind before it died: its roster books nobody known."""
    on_roster(roster(run("g", "mon", "09:00", ("nobody",))))
    return crash()


def send_nonsense_then_spoil(instance: Instance, _: Any, on_progress: Any, is_cancelled: Any, on_roster: Any) -> SolveResult:
    """A defect after a roster that books nobody known."""
    on_roster(roster(run("g", "mon", "09:00", ("nobody",))))
    return spoil()


def spoil(*_: Any) -> SolveResult:
    """A roster that fails its own verification."""
    raise DefectError("a roster failed its verification (weekly_ceiling)")


def solve_then_lie(instance: Instance, limits: SolveLimits, on_progress: Any, is_cancelled: Any, on_roster: Any) -> SolveResult:
    """A search whose preference bound is false."""
    found = solve_here(instance, limits, on_progress, is_cancelled, on_roster)
    return answer_with(instance, found, Bounds(0, objective(found)[1] + 1))


def answer_with(instance: Instance, found: SolveResult, bounds: Bounds) -> SolveResult:
    """The same result with other bounds."""
    assert found.roster is not None
    said = (found.status, found.message, found.unmet, found.statistics)
    return with_roster(Case(instance), found.roster, score(instance, found.roster), bounds, *said)


def fail(*_: Any) -> SolveResult:
    """A defect in the search: its message holds a name, as messages of strangers may."""
    raise KeyError("Ana Alvarez")


class TestLimits:
    """Limits and cancelling."""

    def test_no_time_is_no_reason_to_fail(self) -> None:
        """Zero seconds: the empty roster at least, or the sentence that more time is needed; never infeasible."""
        result = solve(drawn(4), SolveLimits(seconds=0.0, workers=1), isolate=False)
        assert result.status in (SolveStatus.FEASIBLE, SolveStatus.UNKNOWN, SolveStatus.OPTIMAL)
        assert (result.roster is None) == (result.status == SolveStatus.UNKNOWN)
        if result.roster is not None:
            assert verify(drawn(4), result.roster) == ()

    @pytest.mark.unmeasured
    def test_cancelled_at_once(self) -> None:
        """Stopped, with a legal roster, or none and the sentence to allow more time."""
        result = solve(generate(8, seed=1), SolveLimits(seconds=60, workers=1), isolate=False, is_cancelled=lambda: True)
        assert result.status in (SolveStatus.STOPPED, SolveStatus.UNKNOWN)
        assert result.roster is None or verify(generate(8, seed=1), result.roster) == ()

    @pytest.mark.unmeasured
    def test_cancelled_in_the_middle_keeps_the_best_roster(self) -> None:
        """Cancelled at the third report: the roster is as good as the best one reported."""
        seen: list[Progress] = []
        made = generate(8, seed=2)
        result = solve(
            made, SolveLimits(seconds=60, workers=1), isolate=False, on_progress=seen.append, is_cancelled=lambda: len(seen) >= 3
        )
        assert result.status == SolveStatus.STOPPED
        assert result.roster is not None
        assert verify(made, result.roster) == ()
        reported = [(p.care, p.preference) for p in seen if p.care is not None and p.preference is not None]
        assert objective(result) == min(reported)
        assert len({p.numbers for p in seen}) <= 4, "the third report and the last"

    @pytest.mark.unmeasured
    def test_cancelled_through_the_child(self) -> None:
        """The child is told, answers, and its best roster arrives."""
        seen: list[Progress] = []
        made = generate(8, seed=2)
        result = solve(made, SolveLimits(seconds=60, workers=1), on_progress=seen.append, is_cancelled=lambda: len(seen) >= 3)
        assert result.status == SolveStatus.STOPPED
        assert result.roster is not None
        assert verify(made, result.roster) == ()

    @pytest.mark.unmeasured
    def test_progress_only_gets_better(self) -> None:
        """Care falls first, then preference; bounds rise; time goes on; the last report is the result."""
        seen: list[Progress] = []
        result = solved(drawn(4), on_progress=seen.append)
        ranks = [(p.care, p.preference) for p in seen if p.care is not None and p.preference is not None]
        assert ranks == sorted(ranks, reverse=True)
        assert ranks[-1] == objective(result)
        assert [p.care_bound for p in seen] == sorted(p.care_bound or 0 for p in seen)
        assert [p.seconds for p in seen] == sorted(p.seconds for p in seen)
        assert seen[-1].phase == "done"
        changes = [p for n, p in enumerate(seen) if n == 0 or p.numbers != seen[n - 1].numbers]
        assert result.statistics.trace == tuple(changes)

    @pytest.mark.unmeasured
    def test_the_same_seed_gives_the_same_roster(self) -> None:
        """One worker and deterministic time, twice; fixes are tried in wall time and are not compared."""
        limits = SolveLimits(workers=1, deterministic_time=0.1, seed=1, fix_seconds=0)
        first, second = (sound(solve(generate(8, seed=3), limits, isolate=False)) for _ in range(2))
        assert first.roster is not None
        assert first.roster == second.roster
        assert (first.care, first.preference, first.by_rule) == (second.care, second.preference, second.by_rule)


CALLER = """
from scheduler.generate import generate
from scheduler.result import SolveLimits
from scheduler.solve import solve

if __name__ == "__main__":
    told = []
    tell = lambda progress: told or told.append(print("solving", flush=True))
    solve(generate(24, seed=1), SolveLimits(seconds=120), on_progress=tell)
"""


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    return children + [found for child in children for found in descendants(child)]


def is_running(pid: int) -> bool:
    """Whether a process is there and not just waiting to be forgotten by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestIsolation:
    """A child that crashes or hangs costs one solve, never the caller."""

    def test_a_child_gives_the_same_result(self) -> None:
        """The objective of a solve in this process and in a child."""
        inside = solve(drawn(4), SolveLimits(seconds=60, workers=1))
        assert objective(inside) == objective(solved(drawn(4)))
        assert inside.status == SolveStatus.OPTIMAL

    def test_a_native_crash_is_told(self) -> None:
        """The exit code of the signal is in the sentence."""
        with pytest.raises(NoRosterError, match=r"exit code -11\); solve again"):
            deliver(crash)

    def test_a_hang_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """After twice the limit and the grace the child is killed: every look for a message takes a second here."""
        ticks = itertools.count()
        monkeypatch.setattr(isolation, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
        monkeypatch.setattr(isolation, "POLL_SECONDS", 0.001)
        with pytest.raises(NoRosterError, match="hard time-out"):
            deliver(hang, seconds=7.0)
        # Once when it begins, once for the end of waiting, and once for each look.
        assert next(ticks) == 2 + 2 * 7 + 60

    @pytest.mark.parametrize(
        ("work", "word", "pause"), [(solve_then_crash, "exit code -11", 0.0), (solve_then_hang, "hard time-out", 1000.0)]
    )
    def test_what_was_found_outlives_the_process(
        self, work: Callable[..., SolveResult], word: str, pause: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A crash or a long pause after the search: the roster, its objective and bounds are the answer; nothing unmet is left out."""
        ahead = [0.0]
        monkeypatch.setattr(isolation, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + ahead[0]))

        def pass_time(told: Progress) -> None:
            ahead[0] = pause if told.phase == "done" else 0.0

        result = deliver(work, on_progress=pass_time)
        assert result.status == SolveStatus.STOPPED
        assert word in result.message
        assert result.roster is not None
        assert verify(drawn(5), result.roster) == ()
        last = result.statistics.trace[-1]
        assert last.phase == "done"
        assert objective(result) == (last.care, last.preference)
        assert result.care is not None
        assert result.care.bound == last.care_bound
        missing = unlooked_care(Case(drawn(5)), result.roster)
        assert sum(u.amount * u.factor for u in result.unmet) == result.care.objective
        assert result.unmet == missing

    def test_a_roster_from_a_dying_process_is_judged(self) -> None:
        """An illegal last roster is no answer."""
        with pytest.raises(NoRosterError, match="exit code -11"):
            deliver(send_nonsense_then_crash)

    def test_a_defect_travels(self) -> None:
        """A roster that failed verification is an error here, too."""
        with pytest.raises(DefectError, match="weekly_ceiling"):
            deliver(spoil)

    @pytest.mark.unmeasured
    @pytest.mark.parametrize("tier", ["care", "preference"])
    def test_no_objective_is_below_its_bound(self, tier: str) -> None:
        """At the bound is proven; one below is a defect, which has the roster."""
        made = drawn(5)
        found = solved(made)
        care, preference = objective(found)
        assert care > 0 < preference
        proven = answer_with(made, found, Bounds(care, preference))
        assert proven.care is not None
        assert proven.care.is_proven
        bounds = Bounds(care + 1, preference) if tier == "care" else Bounds(care, preference + 1)
        below = f"its {tier} objective {care if tier == 'care' else preference} is below the proven bound"
        with pytest.raises(DefectError, match=below) as caught:
            answer_with(made, found, bounds)
        assert caught.value.roster == found.roster

    def test_a_false_bound_of_a_child_does_not_lose_its_roster(self) -> None:
        """The error is raised here as it is there, with the legal roster the child had sent."""
        with pytest.raises(DefectError, match="preference objective") as caught:
            deliver(solve_then_lie)
        assert caught.value.roster is not None
        assert verify(drawn(5), caught.value.roster) == ()

    def test_a_defect_of_a_child_with_an_illegal_roster_has_none(self) -> None:
        """What the child sent is judged here before anybody gets it."""
        with pytest.raises(DefectError, match="weekly_ceiling") as caught:
            deliver(send_nonsense_then_spoil)
        assert caught.value.roster is None

    def test_an_unforeseen_failure_says_where_and_not_what(self, capfd: pytest.CaptureFixture[str]) -> None:
        """The kind and the line, without the message and without a traceback."""
        with pytest.raises(NoRosterError, match=r"failed \(KeyError in test_solve.py, line \d+\); solve again"):
            deliver(fail)
        assert capfd.readouterr().err == ""

    @pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the family of a process from /proc")
    def test_a_child_ends_with_its_caller(self, tmp_path: Path) -> None:
        """The caller is killed with a signal nobody can handle: soon its child and the prover of that are gone, too."""
        caller = tmp_path / "caller.py"
        caller.write_text(CALLER)
        process = subprocess.Popen(
            [sys.executable, caller], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": "."}
        )
        assert process.stdout is not None
        with process.stdout as said:
            assert said.readline() == "solving\n"
        family = descendants(process.pid)
        assert len(family) >= 2
        process.kill()
        process.wait()
        ends = time.monotonic() + 60
        while any(map(is_running, family)) and time.monotonic() < ends:
            time.sleep(0.05)
        assert not any(map(is_running, family))

    def test_errors_stop_before_anything_starts(self) -> None:
        """A group of an unknown service: every issue is in the error."""
        broken = instance(groups=[group("g", service="juggling"), group("h", site="moon")])
        with pytest.raises(InstanceError, match="nothing was solved") as caught:
            solve(broken)
        assert len(caught.value.issues) >= 2


class TestTooMuchToAsk:
    """Weeks in which not everything is possible."""

    def test_an_over_constrained_week_serves_whom_it_can(self) -> None:
        """Four want two seats of the only group: two are booked, two lack 180 minutes and one group each, and the list says so."""
        people = [participant(p, order=PROCESS) for p in ("ana", "ben", "cem", "dov")]
        made = instance(participants=people, groups=[group("g", maximum=2, reserve=0)])
        result = solved(made)
        assert result.status == SolveStatus.OPTIMAL
        assert result.care is not None
        assert (result.care.objective, result.care.bound) == (2 * (180 + 180), 2 * (180 + 180))
        lacking = {u.participant for u in result.unmet}
        assert len(lacking) == 2
        assert {u.rule for u in result.unmet} == {"weekly_floor", "ordered_service"}
        assert all(u.causes for u in result.unmet)

    def test_whom_the_factor_favours_is_served(self) -> None:
        """One seat: the person at risk gets it."""
        people = [participant("ana", order=PROCESS), participant("ben", order=PROCESS, has_risk_flag=True)]
        result = solved(instance(participants=people, groups=[group("g", maximum=1, reserve=0)]))
        assert result.roster is not None
        assert [b.participant for s in result.roster.sessions for b in s.bookings] == ["ben"]

    @pytest.mark.unmeasured
    def test_nobody_free_is_unmet_not_infeasible(self) -> None:
        """Ana has no free minute: everything she is ordered is unmet, ben is served."""
        people = [participant("ana", order=TALK, availability={"weekly": []}), participant("ben", order=TALK)]
        result = solved(instance(participants=people))
        assert result.status == SolveStatus.OPTIMAL
        assert result.care is not None
        assert result.care.objective == 50 + 50
        assert {(u.participant, u.kind) for u in result.unmet} == {("ana", "impossible_alone")}

    @pytest.mark.parametrize("more", [{"participants": []}, {"groups": []}, {"clinicians": []}, {"rooms": []}])
    def test_an_empty_program_has_an_empty_roster(self, more: dict[str, Any]) -> None:
        """Without participants, groups, clinicians or rooms, and nothing ordered: legal, proven, nothing in it."""
        result = solved(instance(**more))
        assert result.status == SolveStatus.OPTIMAL
        assert result.roster is not None
        assert result.roster.sessions == ()

    def test_without_groups_the_ordered_minutes_are_unmet(self) -> None:
        """180 minutes and one group are ordered, nobody offers any."""
        result = solved(instance(participants=[participant("ana", order=PROCESS)], groups=[]))
        assert result.care is not None
        assert result.care.objective == 180 + 180


class TestPins:
    """Pins that cannot all be kept."""

    def test_a_joint_conflict_is_reported_as_a_minimal_set(self) -> None:
        """Cora cannot lead two groups at once; the pin of the room has nothing to do with it. The proposal releases one of the two."""
        pins = [
            {"kind": "facilitator", "group": "g1", "clinician": "cora"},
            {"kind": "room", "group": "g1", "room": "r2"},
            {"kind": "facilitator", "group": "g2", "clinician": "cora"},
        ]
        groups = [group("g1"), group("g2", time="10:00")]
        made = instance(groups=groups, pins=pins, participants=[participant(p, order=PROCESS) for p in ("ana", "ben")])
        result = solved(made)
        assert result.status == SolveStatus.INFEASIBLE
        assert result.roster is None
        conflict = result.conflict
        assert conflict is not None
        assert conflict.pins == (0, 2)
        assert "clinician_conflict" in conflict.rules
        assert conflict.released in ((0,), (2,))
        assert conflict.proposal is not None
        kept = made.model_copy(update={"pins": tuple(p for n, p in enumerate(made.pins) if n not in conflict.released)})
        assert verify(kept, conflict.proposal) == ()

    @pytest.mark.unmeasured
    def test_pins_that_fit_are_kept(self) -> None:
        """A booking at a time nobody would choose, with the other clinician."""
        pin = {"kind": "booking", "participant": "ana", "service": "individual", "day": "fri", "time": "19:45", "clinician": "cora"}
        result = solved(instance(participants=[participant("ana", order=TALK)], pins=[pin]))
        assert result.roster is not None
        (session,) = result.roster.sessions
        assert (session.start, session.facilitators) == (at("fri", "19:45"), ("cora",))


class TestWhatStays:
    """The past, and the places of last week."""

    @pytest.mark.unmeasured
    def test_the_past_is_taken_over_unchanged(self) -> None:
        """On Wednesday: Monday's sessions are as published, even where they would break a rule today; the rest is planned."""
        published = roster(run("g1", "mon", "09:00", ("ana", "ben"), room="r3"), meet("ana", "mon", "12:15"), meet("ben", "thu", "09:00"))
        people = [
            participant(
                p, order=ANY | {"services": [{"service": "process", "per_week": 2}, *TALK["services"]]}, availability=free("08:00", "18:00")
            )
            for p in ("ana", "ben")
        ]
        groups = [group("g1", maximum=1, reserve=0), group("g2", "fri")]
        made = instance(participants=people, groups=groups, now=at("wed", "08:00"), published={"roster": published})
        result = solved(made)
        assert result.roster is not None
        before = [s for s in result.roster.sessions if s.start < at("wed", "08:00")]
        assert sorted(before, key=lambda s: s.id) == sorted(
            (s for s in published.sessions if s.start < at("wed", "08:00")), key=lambda s: s.id
        )
        assert {s.group or s.bookings[0].participant for s in result.roster.sessions} == {"g1", "g2", "ana", "ben"}
        assert verify(made, result.roster) == ()

    def test_a_past_against_all_rules_stops_nothing(self) -> None:
        """Monday went wrong in every way; on Tuesday nobody can change it, and the rest of the week is planned and proven."""
        wild = {"facilitators": ["cora"], "room": "small"}
        published = roster(
            run("g1", "mon", "09:00", ("ana", "ben", "cem"), **wild),
            run("g2", "mon", "10:00", ("ana", "ben", "cem"), **wild),
            meet("ana", "mon", "10:00", facilitators=["cora"], room="small"),
            meet("ben", "mon", "23:00", facilitators=["cora"], room="small"),
            meet("cem", "mon", "06:00", facilitators=["cora"], room="small"),
        )
        order = PROCESS | {
            "minutes": {"floor": 180, "ceiling": 600},
            "sessions": {"floor": 0, "ceiling": 1},
            "days": {"floor": 0, "ceiling": 1},
        }
        order["services"] = [{"service": "process", "per_week": 3}, *TALK["services"]]
        units = {"id": "a", "unit": "hour", "first": "2026-11-01", "last": "2026-12-31", "units_per_week": 1}
        people = [
            participant(p, order=order, availability=free("08:00", "18:00"), authorizations=[units], resources=[{"resource": "seats"}])
            for p in ("ana", "ben", "cem")
        ]
        people.append(participant("dov", order=PROCESS))
        made = instance(
            rooms=[{"id": "small", "site": "s1", "seats": 1}, {"id": "r1", "site": "s1", "seats": 9}],
            resources=[{"id": "seats", "kind": "stay", "windows": windows("08:00", "18:00", capacity=1)}],
            clinicians=[
                clinician("cora", limits={"direct_minutes_per_day": 60, "blocks_per_day": 0, "sessions_per_day": 1}),
                clinician("dan"),
            ],
            tracks=[{"id": "t1"}, {"id": "t2"}],
            groups=[
                group("g1", maximum=2, track="t1", facilitators=["dan"], is_standing=False, minimum=1),
                group("g2", track="t2", eligibility={"genders": ["f"]}, leading_credential="leader"),
                group("g3", "wed", track="t1"),
            ],
            participants=people,
            relations=[{"a": "ana", "b": "ben", "kind": "apart_in_time"}],
            now=at("tue", "08:00"),
            published={"roster": published},
        )
        result = solved(made)
        assert result.status == SolveStatus.OPTIMAL, (result.message, result.care, result.preference)
        assert result.roster is not None
        assert verify(made, result.roster) == ()
        assert {s.id for s in published.sessions} < {s.id for s in result.roster.sessions}
        assert ("g3", "dov", 2, "09:00") in places(result)

    def test_a_tuesday_morning_is_proven(self) -> None:
        """The tiny Tuesday: costs that nobody can avoid are in the bound, too."""
        result = solved(tuesday())
        assert result.preference is not None
        assert result.preference.bound == result.preference.objective == 167

    def test_an_unchanged_week_moves_nobody(self) -> None:
        """Last week's roster with the same orders: the same people at the same times in the same groups."""
        last, made = held()
        result = solved(made)
        assert result.mode == "hold"
        assert result.roster is not None
        assert places(result) == {(g, p, day, clock) for g, p, day, clock in places_of(last)}
        assert result.care is not None
        assert result.care.objective == 0

    def test_released_places_are_filled_anew(self) -> None:
        """Ben is away on Monday: his place there is released and Tuesday's group takes him; ana stays where she was."""
        away = free() | {"absences": [{"first": MONDAY.isoformat(), "last": MONDAY.isoformat()}]}
        _, made = held(ben={"availability": away})
        result = solved(made)
        assert result.roster is not None
        booked = places(result)
        assert ("g1", "ana", 0, "09:00") in booked
        assert ("g2", "ben", 1, "09:00") in booked
        assert not any(p == "ben" and day == 0 for _, p, day, _ in booked)

    @pytest.mark.parametrize(("held_mode", "wished"), [("in_person", "telehealth"), ("telehealth", "in_person")])
    def test_a_kept_place_keeps_its_mode(self, held_mode: str, wished: str) -> None:
        """Ana would rather come the other way; the hybrid group's place stays as it was, in a new term it follows the wish."""
        last = roster(
            run("g1", "mon", "09:00", ("ana" if held_mode == "in_person" else "ana@home",), monday=LAST, mode="hybrid"), monday=LAST
        )
        wish = {"modes": ["in_person", "telehealth"], "preferences": [{"attribute": "mode", "ranked": [wished, held_mode]}]}
        made = instance(
            rooms=[{"id": "r1", "site": "s1", "seats": 9, "features": ["hybrid"]}],
            groups=[group("g1", mode="hybrid")],
            participants=[participant("ana", order=PROCESS | {"days": {"floor": 1}}, **wish)],
            history={"last_week": last},
        )
        for mode, expected in (("hold", held_mode), ("rebuild", wished)):
            found = solved(made.model_copy(update={"mode": mode})).roster
            assert found is not None
            assert [b.mode for s in found.sessions for b in s.bookings] == [expected]

    @pytest.mark.unmeasured
    def test_rebuild_forgets_the_places(self) -> None:
        """The same data with mode rebuild holds nothing."""
        _, made = held()
        result = solved(made.model_copy(update={"mode": "rebuild"}))
        assert result.mode == "rebuild"
        assert "held_place" in result.not_applicable


def held(**changes: dict[str, Any]) -> tuple[Any, Instance]:
    """Ana and ben in Monday's group last week, ana with a standing appointment; this week the same, unless changed."""
    last = roster(run("g1", "mon", "09:00", ("ana", "ben"), monday=LAST), meet("ana", "mon", "15:00", monday=LAST), monday=LAST)
    both = ANY | {"minutes": {"floor": 230}, "services": [*PROCESS["services"], *TALK["services"]]}
    orders = {"ana": both, "ben": PROCESS}
    people = [participant(p, order=o, may_wait_longer=True, **changes.get(p, {})) for p, o in orders.items()]
    return last, instance(participants=people, groups=[group("g1"), group("g2", "tue")], history={"last_week": last})


def places(result: SolveResult) -> set[tuple[str, str, int, str]]:
    """Who is where when."""
    assert result.roster is not None
    return places_of(result.roster)


def places_of(found: Any) -> set[tuple[str, str, int, str]]:
    """Group or service, participant, weekday, clock time."""
    return {(s.group or s.service, b.participant, s.start.weekday(), f"{s.start:%H:%M}") for s in found.sessions for b in s.bookings}


@pytest.mark.unmeasured
def test_a_result_is_json_safe() -> None:
    """Plain JSON and back, with the same objective when scored again."""
    result = solved(drawn(4))
    again = SolveResult.model_validate(json.loads(result.model_dump_json()))
    assert again == result
    assert again.roster is not None
    assert (score(drawn(4), again.roster).care, score(drawn(4), again.roster).preference) == objective(result)


class TestTheWholeLimit:
    """The time limit counts from the call: a child that starts late has less, but never nothing."""

    @pytest.mark.parametrize(("spent", "left"), [(0.0, 20.0), (5.0, 15.0), (12.0, 8.0), (13.0, 8.0), (60.0, 8.0)])
    def test_the_start_of_the_child_counts(self, spent: float, left: float) -> None:
        limits = SolveLimits(seconds=20.0, workers=3, seed=7)
        assert without_start(limits, spent) == limits.model_copy(update={"seconds": left})

    def test_the_child_is_told(self) -> None:
        """The seconds that a child has are fewer than those of the caller."""
        with pytest.raises(DefectError, match="less"):
            deliver(report_seconds, seconds=30.0)


class TestHardlyBegun:
    """A limit that ends the search before it has looked at most people is said, with the roster there is."""

    def test_a_week_without_time(self) -> None:
        limits = SolveLimits(seconds=0, workers=1, fix_seconds=0)
        result = solve(read_instance(ROOT / "instances" / "rebuild_24.json"), limits, isolate=False)
        assert (result.status, result.is_hardly_begun) == (SolveStatus.FEASIBLE, True)
        assert result.message.startswith("Hardly begun: ")
        assert result.roster is not None

    @pytest.mark.proof
    def test_what_is_missing_was_looked_at(self) -> None:
        """A moment is enough to look at everyone who misses something in a week of single hours."""
        limits = SolveLimits(seconds=1000, deterministic_time=0.5, workers=1, fix_seconds=0)
        result = solve(read_instance(ROOT / "instances" / "eating_disorder_evenings.json"), limits, isolate=False)
        assert result.care is not None
        assert result.care.objective <= 180
        assert not result.is_hardly_begun

    def test_a_small_week_is_one_model(self) -> None:
        assert not solved(drawn(5)).is_hardly_begun
