"""Dated entries laid on people, asked directly: which entry counts in a week, and what it says of whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from api.programs.models import AbsenceEntry, OrderEntry, PhaseEntry
from api.weeks.store.dated_records import DatedRecords, lay_on_clinicians, lay_on_people, of_week
from scheduler.instance import Clinician, Participant, PastOrder
from scheduler.roster import Home
from tests.build import MONDAY, clinician, participant

DAY = timedelta(days=1)
SUNDAY, NEXT, BEFORE = MONDAY + 6 * DAY, MONDAY + 7 * DAY, MONDAY - DAY


def order(id: str, first: date, floor: int, person: str = "ana") -> OrderEntry:
    return OrderEntry.model_validate({"id": id, "participant": person, "first": first, "order": {"minutes": {"floor": floor}}})


def decision(id: str, first: date, phase: str | None = None, person: str = "ana", **more: Any) -> PhaseEntry:
    return PhaseEntry.model_validate({"id": id, "participant": person, "first": first, "phase": phase} | more)


def absence(id: str, first: date, last: date, person: str | None = "ana", **more: Any) -> AbsenceEntry:
    return AbsenceEntry.model_validate({"id": id, "participant": person, "first": first, "last": last} | more)


def dated(orders: Any = (), decisions: Any = (), absences: Any = ()) -> DatedRecords:
    return of_week(MONDAY, orders, decisions, absences)


def ana(**more: Any) -> Participant:
    return Participant.model_validate(participant("ana") | more)


def laid(found: DatedRecords, person: Participant | None = None, past: PastOrder | None = None, home: Home | None = None) -> Participant:
    known, homes = ({} if thing is None else {"ana": thing} for thing in (past, home))
    return lay_on_people([person or ana()], found, known, homes)[0]  # type: ignore[arg-type] # one is of orders, one of homes


def past_order(phase: str | None) -> PastOrder:
    return PastOrder(participant="ana", phase=phase, floor=0, ceiling=100)


class TestOrders:
    def test_the_last_whose_monday_has_come_counts_and_of_one_date_the_later_id(self):
        entries = [
            order("d", NEXT, 4),
            order("c", MONDAY, 3),
            order("b", MONDAY, 2),
            order("a", MONDAY - 7 * DAY, 1),
            order("z", MONDAY, 5, "ben"),
        ]
        found = dated(orders=entries)
        assert {who: spec.minutes.floor for who, spec in found.orders.items()} == {"ana": 3, "ben": 5}
        assert laid(found).order.minutes.floor == 3
        assert dated(orders=entries[:1]).orders == {}

    def test_who_has_none_keeps_their_own(self):
        own = ana(order={"minutes": {"floor": 7}})
        assert laid(dated(), own) is own


class TestAbsences:
    def test_those_that_touch_the_week_are_in_it_by_date(self):
        entries = [
            absence("e", SUNDAY, NEXT), absence("d", NEXT, NEXT), absence("c", MONDAY - 3 * DAY, MONDAY), absence("b", BEFORE, BEFORE),
            absence("a", MONDAY, MONDAY, None, clinician="cora", start="09:00", end="10:00"),
        ]  # fmt: skip
        found = dated(absences=entries)
        assert {who: [(a.first, a.last) for a in away] for who, away in found.absences.items()} == {
            "ana": [(MONDAY - 3 * DAY, MONDAY), (SUNDAY, NEXT)]
        }
        assert {who: [(a.first, a.last, a.start, a.end) for a in away] for who, away in found.leave.items()} == {
            "cora": [(MONDAY, MONDAY, 540, 600)]
        }

    def test_of_one_date_the_earlier_hour_comes_first(self):
        late = [absence(id, MONDAY, MONDAY, start=start, end="18:00") for id, start in (("a", "12:00"), ("b", "09:00"), ("c", "15:00"))]
        assert [a.start for a in dated(absences=late).absences["ana"]] == [540, 720, 900]

    def test_they_are_added_to_what_is_known_and_nothing_is_said_twice(self):
        own = {"first": MONDAY, "last": MONDAY, "note": "dentist"}
        person = ana(availability=participant("ana")["availability"] | {"absences": [own]})
        found = dated(absences=[absence("a", MONDAY, MONDAY), absence("b", SUNDAY, SUNDAY)])
        after = laid(found, person)
        assert [(a.first, a.note) for a in after.availability.absences] == [(MONDAY, "dentist"), (SUNDAY, None)]
        assert after.availability.weekly == person.availability.weekly

    def test_a_clinicians_absence_is_leave(self):
        cora, dan = (Clinician.model_validate(clinician(id)) for id in ("cora", "dan"))
        found = dated(absences=[absence("a", MONDAY, MONDAY, None, clinician="cora")])
        away, here = lay_on_clinicians([cora, dan], found)
        assert ([(a.first, a.last) for a in away.leave], here) == ([(MONDAY, MONDAY)], dan)
        with_own = cora.model_copy(update={"leave": away.leave})
        assert lay_on_clinicians([with_own], found) == (with_own,)


class TestPhases:
    def test_the_last_decision_of_the_week_counts_and_of_one_date_the_later_id(self):
        decisions = [
            decision("c", SUNDAY, "p3", largest_step=60), decision("d", NEXT, "p4"), decision("b", SUNDAY, "p2"),
            decision("z", SUNDAY, step_up_reason="relapse"),
        ]  # fmt: skip
        after = laid(dated(decisions=decisions), ana(phase="p1", phase_since=BEFORE))
        assert (after.phase, after.phase_since, after.phase_change.date, after.phase_change.largest_step) == ("p3", SUNDAY, SUNDAY, 60)
        assert laid(dated(decisions=decisions[1:2]), ana(phase="p1")).phase == "p1"

    @pytest.mark.parametrize(
        ("since", "phase"),
        [(None, "p2"), (BEFORE, "p2"), (MONDAY, "p2"), (MONDAY + DAY, "p1"), (SUNDAY, "p1"), (NEXT, "p2")],
    )
    def test_a_later_phase_of_their_own_counts_once_it_has_come(self, since, phase):
        after = laid(dated(decisions=[decision("a", MONDAY, "p2")]), ana(phase="p1", phase_since=since))
        assert after.phase == phase

    @pytest.mark.parametrize(
        ("first", "past", "is_news"),
        [
            (BEFORE, None, True), (BEFORE, "p1", True), (BEFORE, "p2", False), (MONDAY, "p2", True), (SUNDAY, "p2", True),
        ],
    )  # fmt: skip
    def test_a_change_is_news_until_a_week_was_ordered_in_the_phase(self, first, past, is_news):
        known = None if past is None else past_order(past)
        after = laid(dated(decisions=[decision("a", first, "p2")]), ana(phase="p1"), known)
        assert (after.phase, after.phase_change is not None) == ("p2", is_news)
        own = ana(phase="p2", phase_since=first, phase_change={"date": first})
        assert (laid(dated(), own, known).phase_change is not None) == is_news

    def test_a_step_up_is_the_later_of_two(self):
        found = dated(decisions=[decision("a", MONDAY, step_up_reason="relapse"), decision("b", NEXT, step_up_reason="other")])
        after = laid(found)
        assert (after.step_up.date, after.step_up.reason, after.phase) == (MONDAY, "relapse", None)
        for own, date_ in ((BEFORE, MONDAY), (MONDAY, MONDAY), (MONDAY + DAY, MONDAY + DAY)):
            assert laid(found, ana(step_up={"date": own, "reason": "relapse"})).step_up.date == date_
        assert laid(found, ana(step_up={"date": MONDAY, "reason": "other"})).step_up.reason == "relapse", "of one day the decision counts"
        assert laid(dated(decisions=[decision("a", MONDAY, "p2")])).step_up is None


class TestHomes:
    HOME = Home(participant="ana", track="t1", cohort="c1")

    def test_the_home_of_last_week_is_taken_by_who_has_none(self):
        after = laid(dated(), home=self.HOME)
        assert (after.home_track, after.home_cohort) == ("t1", "c1")
        for own in ({"home_track": "t2"}, {"home_cohort": "c2"}):
            person = ana(**own)
            assert laid(dated(), person, home=self.HOME) is person
        assert laid(dated()).home_track is None

    def test_it_comes_on_top_of_what_the_week_says(self):
        after = laid(dated(orders=[order("a", MONDAY, 3)], decisions=[decision("a", MONDAY, "p2")]), home=self.HOME)
        assert (after.home_track, after.order.minutes.floor, after.phase) == ("t1", 3, "p2")
