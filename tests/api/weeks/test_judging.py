"""Rosters judged directly, without a service around it: which faults of shape are told, where, and what a change breaks and mends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.kernel.errors import Problem
from api.weeks.store.judging import difference, readable
from scheduler.case import Case
from scheduler.roster import Roster
from scheduler.verify import SHAPE, JudgedWeek
from tests.api.weeks.small import good_roster, small_instance
from tests.build import at, meet, roster, run

WEEK = Case(small_instance())
NOON = at("thu", "12:00")
DAYS, MINUTE = timedelta(days=6), timedelta(minutes=1)


def refused(document: Roster) -> list[tuple[str, str]]:
    """Path and code of everything that is wrong."""
    with pytest.raises(Problem) as problem:
        readable(WEEK, document)
    assert problem.value.code == "bad_reference"
    return [(place.path, place.code) for place in problem.value.issues]


def moved(**times: Any) -> Roster:
    """A good roster but for the times of its second session."""
    good = good_roster()
    wrong = good.sessions[1].model_copy(update=times)
    return good.model_copy(update={"sessions": (good.sessions[0], wrong, *good.sessions[2:])})


class TestReadable:
    def test_what_can_be_read_is_judged_whether_legal_or_not(self):
        assert readable(WEEK, good_roster()).verdict.violations == ()
        twice = readable(WEEK, good_roster(meet("ana", "mon", "10:00", ordinal=2)))
        assert "participant_conflict" in {v.rule for v in twice.verdict.violations}

    def test_a_run_may_be_empty_an_appointment_not(self):
        assert readable(WEEK, roster(run("g1", "mon", "09:00"))).verdict.score.care > 0
        nobody = [meet("ana", "mon", "13:00", bookings=[]), run("g1", "mon", "09:00", ("ana",))]
        assert ("sessions[0].bookings", SHAPE) in refused(roster(*nobody))
        assert all(path != "sessions[1].bookings" for path, _ in refused(roster(*nobody)))

    @pytest.mark.parametrize("field", ["start", "end"])
    @pytest.mark.parametrize("far", [DAYS, -DAYS])
    def test_times_up_to_six_days_from_thursday_noon_are_near_the_week(self, field, far):
        near = [code for _, code in refused(moved(**{field: NOON + far}))]
        assert "date_out_of_range" not in near
        beyond = NOON + far + (MINUTE if far > timedelta() else -MINUTE)
        assert refused(moved(**{field: beyond})) == [(f"sessions[1].{field}", "date_out_of_range")]

    def test_every_fault_is_told(self):
        document = moved(start=NOON + 2 * DAYS, end=NOON + 2 * DAYS, bookings=(), group=None)
        assert [path for path, _ in refused(document)] == ["sessions[1].bookings", "sessions[1].start", "sessions[1].end"]
        assert refused(roster(run("g9", "mon", "09:00", ("ana",)))) == [("sessions", SHAPE)]


def test_a_difference_is_what_is_broken_and_what_is_mended_and_not_what_stays():
    both = meet("ana", "mon", "10:00", ordinal=2)
    before = good_roster(both, meet("ben", "tue", "10:00", ordinal=2))
    after = good_roster(both, meet("cid", "mon", "10:00", ordinal=2, room="r3", facilitators=["cora"]))
    found = difference(JudgedWeek.of(WEEK, before), JudgedWeek.of(WEEK, after))
    assert {who for finding in found.mended for who in finding.about if finding.rule == "participant_conflict"} == {"ben"}
    assert {who for finding in found.broken for who in finding.about if finding.rule == "participant_conflict"} == {"cid"}
    assert set(found.comparison.participants) == {"ben", "cid"}
