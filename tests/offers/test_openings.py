"""What to open next: each opening solved around those whom it serves, checked by all rules, and ranked."""

from __future__ import annotations

import json

import pytest

from scheduler.errors import EditError
from scheduler.instance.change import applied
from scheduler.model.clock import Clock
from scheduler.offers import Openings, what_to_open
from scheduler.offers.waiting import with_let_in
from scheduler.result import SolveLimits
from scheduler.verify import verify
from tests.build import clinician, free, group, instance, participant, roster, run, windows
from tests.cli.command import stepdown, written

NONE = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}}
ORDER = {
    "minutes": {"floor": 180}, "sessions": {"floor": 1}, "days": {"floor": 1}, "services": [{"service": "process", "per_week": 1}],
    "only": True,
}  # fmt: skip


def opened(week, before, **more: int) -> Openings:
    return what_to_open(week, before, Clock(SolveLimits(deterministic_time=20, workers=1), lambda: False), **more)


def crowded(**more):
    """One group, full with ben and dov; ana and zoe, who waits, are free on Tuesdays only, cid on Wednesday evenings only."""
    people = [
        participant("ana", order=ORDER, availability=free("08:00", "16:00", ("tue",))),
        participant("ben", order=ORDER),
        participant("dov", order=ORDER),
        participant("cid", order=ORDER, availability=free("17:00", "22:00", ("wed",))),
        participant("zoe", order=ORDER, availability=free("08:00", "16:00", ("tue",)), status="waiting"),
    ]
    groups = [group("g1", maximum=2, reserve=0), group("g2", "tue", service="skills"), group("g3", "mon", "17:30", service="skills")]
    hours = windows("08:00", "16:30", ("mon", "tue"), site="s1") + windows("16:00", "21:00", ("wed",), site="s1")
    made = {"groups": groups, "participants": people, "clinicians": [clinician("cora", hours=hours)]}
    return instance(**(made | more)), roster(run("g1", "mon", "09:00", ("ben", "dov")))


def test_groups_are_ranked_by_whom_they_serve():
    """One on Tuesday serves two, one of them waiting; one on Wednesday evening serves one."""
    week, before = crowded()
    answer = opened(week, before)
    assert (answer.lacking, answer.waiting, answer.start_now, answer.left) == (2, 1, (), 0)
    first, second = answer.openings[:2]
    assert (first.reach_floor, first.can_start, second.reach_floor, second.can_start) == (("ana",), ("zoe",), ("cid",), ())
    assert first.sentence.startswith("open another process group on Tuesday 09:00")
    assert second.sentence.startswith("open another process group on Wednesday 17:30")
    assert first.clinician_minutes == second.clinician_minutes == 180
    assert (first.minutes, second.minutes) == (360, 180), "each minute counts once, though the floor and the service both lack it"
    assert list(answer.openings) == sorted(answer.openings, key=lambda opening: opening.rank)


def test_every_week_is_legal_with_its_opening():
    """As entered in the instance, with who waits let in; everyone else stays."""
    week, before = crowded()
    for opening in opened(week, before).openings:
        assert verify(applied(with_let_in(week), opening.change), opening.roster) == ()
        assert before.sessions[0] in opening.roster.sessions


def test_whoever_could_begin_without_an_opening_is_not_counted_for_one():
    """A second seat in the group is zoe's, who could begin at once."""
    people = [participant("ben", order=ORDER), participant("zoe", order=ORDER, status="waiting")]
    week, _ = crowded(participants=people, groups=[group("g1", maximum=2, reserve=0)])
    answer = opened(week, roster(run("g1", "mon", "09:00", ("ben",))))
    assert (answer.start_now, answer.openings, answer.lines[-1]) == (("zoe",), (), "There is nothing to open that would help")


@pytest.mark.parametrize(("free_from", "words"), [("16:00", "Monday 16:30 to 17:30"), ("17:00", "Monday 16:30 to ")])
def test_an_hour_of_a_clinician_is_an_opening(free_from, words):
    """Ana lacks an hour with cora, who goes home at half past four: one hour more, or until ana can have come."""
    order = {
        "minutes": {"floor": 0},
        "sessions": {"floor": 0},
        "days": {"floor": 0},
        "services": [{"service": "individual", "per_week": 1}],
    }
    people = [participant("ana", order=order, availability=free(free_from, "20:00", ("mon",)))]
    week, _ = crowded(participants=people, groups=[])
    (opening,) = opened(week, roster()).openings
    assert (opening.kind, opening.minutes, opening.clinician_minutes) == ("clinician", 50, 50)
    assert opening.sentence.startswith(f"cora works longer: {words}")
    (session,) = opening.roster.sessions
    (entry,) = opening.change["clinicians"]["cora"]["hours"]["add"]
    notes = 10
    last = session.end.hour * 60 + session.end.minute + notes
    assert entry["end"] == ("17:30" if free_from == "16:00" else f"{last // 60}:{last % 60:02}"), "no minute longer than needed"


def test_a_roster_that_breaks_a_rule():
    """There is nothing to compare with."""
    week, before = crowded()
    twice = before.model_copy(update={"sessions": (before.sessions[0].model_copy(update={"room": None}),)})
    with pytest.raises(EditError, match="breaks a rule"):
        opened(week, twice)


def test_the_command(tmp_path):
    """In sentences, and as JSON."""
    week, before = crowded()
    files = written(tmp_path, "week.json", week), written(tmp_path, "roster.json", before)
    said = stepdown("openings", *files, "--most", "2").stdout
    assert said.startswith("2 participants lack ordered care; 1 person waits\n1. open another process group on Tuesday 09:00")
    assert len(json.loads(stepdown("openings", *files, "--most", "1", "--json").stdout)["openings"]) == 1
