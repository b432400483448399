"""Participants and groups of a file, taken apart into rows: what is theirs, what entries say, what the week says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.programs.store.entities import find_kept
from api.programs.store.kinds import KINDS
from api.spreadsheets.store.merging.merge_entities import merge_group
from api.spreadsheets.store.merging.rows import Changes
from api.weeks.models.weeks import GroupWeek
from scheduler.instance import Group, Participant
from tests.api.spreadsheets.ana import ana, entries, kept, merged, own
from tests.api.weeks.small import BEFORE, MONDAY
from tests.build import group

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SUNDAY = MONDAY + 6 * DAY
PHASES = [{"id": f"p{n}", "level": "2.1", "rank": n, "order": {"minutes": {"floor": 540, "ceiling": 720}}} for n in (1, 2, 3)]
ORDER = {"minutes": {"floor": 300, "ceiling": 500}}
BUILT = {"phase": "p1", "phase_since": MONDAY - 4 * WEEK}


@pytest.fixture
def changes(rows: Session) -> Changes:
    """A program with phases."""
    for phase in PHASES:
        kept(rows, "phases", **phase)
    return Changes(rows, "north", [], "user:7", BEFORE)


class TestFields:
    def test_what_differs_is_the_participants_own(self, changes):
        found = merged(changes, ana(), ana(label="New", has_risk_flag=True))
        assert found == ana(label="New", has_risk_flag=True)
        assert (changes.changed, changes.created) == ({"participants": 1}, {})

    def test_what_is_the_same_stays_as_it_is_kept(self, changes):
        own(changes, label="Kept", languages=("es",))
        assert merged(changes, ana(), ana(gender="f")) == ana(label="Kept", languages=("es",), gender="f")

    @pytest.mark.parametrize(("track", "cohort"), [("u", "c"), ("t", "d"), ("u", None), (None, "c")])
    def test_a_home_is_taken_whole(self, changes, track, cohort):
        """Ana has no home of her own; the week was built with the one of last week's roster."""
        found = merged(changes, ana(home_track="t", home_cohort="c"), ana(home_track=track, home_cohort=cohort, label="New"))
        assert (found.home_track, found.home_cohort, found.label) == (track, cohort, "New")

    def test_a_home_of_last_week_does_not_become_hers(self, changes):
        home = {"home_track": "t", "home_cohort": "c"}
        found = merged(changes, ana(**home), ana(label="New", **home))
        assert (found.home_track, found.home_cohort, found.label) == (None, None, "New")


class TestOrders:
    def test_another_order_is_one_from_this_monday_on(self, changes):
        found = merged(changes, ana(), ana(order=ORDER))
        assert found == ana()
        (entry,) = entries(changes, "orders")
        assert (entry.participant, entry.first, entry.order.minutes.floor) == ("ana", MONDAY, 300)
        row = changes.rows("orders")[entry.id]
        assert (row.participant, row.first, row.created_by) == ("ana", MONDAY, "user:7")
        assert (changes.created, changes.changed) == ({"orders": 1}, {})

    def test_the_order_of_this_monday_that_is_in_force_is_corrected(self, changes):
        for id, who, first in (("o1", "ana", MONDAY), ("o2", "ana", MONDAY), ("o3", "ana", MONDAY - WEEK), ("o4", "ben", MONDAY),
                               ("o5", "ana", MONDAY + WEEK)):  # fmt: skip
            kept(changes.session, "orders", id=id, participant=who, first=first, order={})
        merged(changes, ana(order={}), ana(order=ORDER))
        floors = {entry.id: entry.order.minutes.floor for entry in entries(changes, "orders")}
        assert floors == {"o1": None, "o2": 300, "o3": None, "o4": None, "o5": None}
        assert (changes.created, changes.changed) == ({}, {"orders": 1})

    def test_an_archived_one_is_not_taken_up_again(self, changes):
        kept(changes.session, "orders", id="o1", participant="ana", first=MONDAY, order={}).archived_at = BEFORE
        merged(changes, ana(), ana(order=ORDER))
        assert [entry.id for entry in entries(changes, "orders")] != ["o1"]
        assert changes.created == {"orders": 1}


class TestPhases:
    def decided(self, changes: Changes, id: str = "d", who: str = "ana", first: date = MONDAY - WEEK, **more: Any) -> None:
        """A decision that is recorded already."""
        kept(changes.session, "phase_decisions", **{"id": id, "participant": who, "first": first, "phase": "p1"} | more)

    def phase(self, name: str | None, since: date | None, change: date | None = None, step: int | None = None) -> Participant:
        """Ana as somebody wants her."""
        return ana(phase=name, phase_since=since, phase_change=None if change is None else {"date": change, "largest_step": step})

    def test_a_new_phase_with_its_date_is_a_decision(self, changes):
        own(changes, **BUILT)
        since = MONDAY + 2 * DAY
        found = merged(changes, ana(**BUILT), self.phase("p2", since, since, 90))
        assert found == ana(**BUILT)
        (entry,) = entries(changes, "phase_decisions")
        assert (entry.participant, entry.first, entry.phase, entry.largest_step, entry.step_up_reason) == ("ana", since, "p2", 90, None)
        assert changes.created == {"phase_decisions": 1}

    @pytest.mark.parametrize(("since", "is_decision"), [(MONDAY - DAY, False), (MONDAY, True), (MONDAY + DAY, True)])
    def test_a_decision_is_not_before_what_the_participants_own_document_says(self, changes, since, is_decision):
        own(changes, phase="p1", phase_since=MONDAY)
        found = merged(changes, ana(phase="p1", phase_since=MONDAY), self.phase("p2", since, since))
        assert len(entries(changes, "phase_decisions")) == is_decision
        assert (found.phase, found.phase_since) == (("p1", MONDAY) if is_decision else ("p2", since))
        assert (found.phase_change is not None) == (not is_decision)

    def test_where_the_own_document_says_no_date_it_is_one(self, changes):
        own(changes, phase="p1")
        merged(changes, ana(phase="p1"), self.phase("p2", MONDAY, MONDAY))
        assert [entry.phase for entry in entries(changes, "phase_decisions")] == ["p2"]

    def test_a_phase_that_is_no_news_is_the_participants_own(self, changes):
        own(changes, **BUILT, label="Old")
        found = merged(changes, ana(**BUILT, label="Old"), self.phase("p2", MONDAY))
        assert (found.phase, found.phase_since, found.phase_change, found.label) == ("p2", MONDAY, None, "A. X.")
        found = merged(changes, ana(phase="p2", phase_since=MONDAY), self.phase("p2", MONDAY, MONDAY))
        assert found.phase_change is not None
        assert found.phase_change.date == MONDAY
        assert entries(changes, "phase_decisions") == []

    def test_a_change_that_is_over_stays_with_the_participant(self, changes):
        """The week is built without a change of long ago; the participant's own document keeps it."""
        own(changes, phase="p1", phase_since=MONDAY - WEEK, phase_change={"date": MONDAY - WEEK})
        found = merged(changes, ana(phase="p1", phase_since=MONDAY - WEEK), self.phase("p2", MONDAY - DAY))
        assert (found.phase, found.phase_since) == ("p2", MONDAY - DAY)
        assert found.phase_change is not None

    def test_a_change_of_another_date_is_no_decision(self, changes):
        own(changes, **BUILT)
        found = merged(changes, ana(**BUILT), self.phase("p2", MONDAY, MONDAY - DAY))
        assert (found.phase, found.phase_since) == ("p2", MONDAY)
        assert entries(changes, "phase_decisions") == []

    def test_the_decision_of_the_same_date_is_corrected(self, changes):
        self.decided(changes, first=MONDAY, largest_step=60, step_up_reason="relapse", reason="unrest", decided_by="cora")
        built = ana(phase="p1", phase_since=MONDAY, phase_change={"date": MONDAY, "largest_step": 60})
        merged(changes, built, self.phase("p2", MONDAY, MONDAY, 90))
        (entry,) = entries(changes, "phase_decisions")
        assert (entry.id, entry.first, entry.phase, entry.largest_step, entry.step_up_reason) == ("d", MONDAY, "p2", 90, "relapse")
        assert (entry.reason, entry.decided_by) == ("unrest", "cora")
        merged(changes, self.phase("p2", MONDAY, MONDAY, 90), self.phase("p2", MONDAY, MONDAY))
        assert [entry.largest_step for entry in entries(changes, "phase_decisions")] == [None]
        assert (changes.created, changes.changed) == ({}, {"phase_decisions": 2})

    def test_a_decision_of_another_date_comes_after_the_one_before(self, changes):
        self.decided(changes, step_up_reason="relapse")
        built = ana(phase="p1", phase_since=MONDAY - WEEK)
        merged(changes, built, self.phase("p2", MONDAY, MONDAY))
        found = {entry.first: entry for entry in entries(changes, "phase_decisions")}
        assert {first: (entry.phase, entry.step_up_reason) for first, entry in found.items()} == {
            MONDAY - WEEK: ("p1", "relapse"), MONDAY: ("p2", None),
        }  # fmt: skip

    @pytest.mark.parametrize("since", [None, MONDAY - WEEK, MONDAY - WEEK - DAY])
    def test_the_decision_in_force_is_corrected_where_its_phase_or_date_was_wrong(self, changes, since):
        self.decided(changes, largest_step=60)
        found = merged(changes, ana(phase="p1", phase_since=MONDAY - WEEK), self.phase("p2", since))
        assert found == ana()
        (entry,) = entries(changes, "phase_decisions")
        assert (entry.id, entry.phase, entry.first, entry.largest_step) == ("d", "p2", since or MONDAY - WEEK, 60)

    def test_a_later_date_without_news_is_the_participants_own(self, changes):
        self.decided(changes)
        found = merged(changes, ana(phase="p1", phase_since=MONDAY - WEEK), self.phase("p1", MONDAY - DAY))
        assert (found.phase, found.phase_since) == ("p1", MONDAY - DAY)
        assert [entry.first for entry in entries(changes, "phase_decisions")] == [MONDAY - WEEK]

    def test_no_phase_is_no_decision(self, changes):
        own(changes, phase="p1")
        self.decided(changes, phase="p2")
        found = merged(changes, ana(phase="p2", phase_since=MONDAY - WEEK), self.phase(None, None))
        assert (found.phase, found.phase_since) == (None, None)
        assert [entry.phase for entry in entries(changes, "phase_decisions")] == ["p2"]

    def test_only_the_latest_decision_about_the_participants_phase_up_to_sunday_counts(self, changes):
        self.decided(changes, "d1", first=SUNDAY)
        self.decided(changes, "d2", first=SUNDAY)
        self.decided(changes, "d3", first=SUNDAY - DAY)
        self.decided(changes, "d4", first=SUNDAY + DAY)
        self.decided(changes, "d5", "ben", first=SUNDAY)
        self.decided(changes, "d6", first=SUNDAY, phase=None, step_up_reason="relapse")
        self.decided(changes, "d7", first=SUNDAY)
        changes.rows("phase_decisions")["d7"].archived_at = BEFORE
        merged(changes, ana(phase="p1", phase_since=SUNDAY), self.phase("p3", SUNDAY))
        assert [entry.id for entry in entries(changes, "phase_decisions") if entry.phase == "p3"] == ["d2"]


class TestGroups:
    def g1(self, **more: Any) -> Group:
        return Group.model_validate(group("g1", reserve=0, label="Morning 1", **more))

    def test_what_differs_is_the_groups_own(self, changes):
        special = merge_group(changes, GroupWeek(), self.g1(), self.g1(target=7))
        assert (changes.model("groups", "g1"), special) == (self.g1(target=7), GroupWeek())
        assert changes.changed == {"groups": 1}

    def test_module_and_newcomers_are_said_of_the_week(self, changes):
        special = merge_group(changes, GroupWeek(minimum=2), self.g1(), self.g1(module="m1", intake_override=4))
        assert special == GroupWeek(minimum=2, module="m1", intake_override=4)
        assert (changes.model("groups", "g1"), changes.changed) == (self.g1(), {})

    def test_what_the_week_says_already_is_said_of_the_week(self, changes):
        row = find_kept(changes.session, "north", KINDS["groups"], "g1")
        row.document = self.g1(minimum=5).model_dump(mode="json")
        changes.session.flush()
        special = merge_group(changes, GroupWeek(minimum=2), self.g1(minimum=2), self.g1(language="es", minimum=3, target=7))
        assert special == GroupWeek(minimum=3)
        assert changes.model("groups", "g1") == self.g1(language="es", minimum=5, target=7)

    def test_a_week_cannot_say_that_there_is_none_then_the_group_has_none(self, changes):
        row = find_kept(changes.session, "north", KINDS["groups"], "g1")
        row.document = self.g1(minimum=5, target=6).model_dump(mode="json")
        changes.session.flush()
        special = merge_group(changes, GroupWeek(minimum=2), self.g1(minimum=2, target=6), self.g1(language="es", target=6))
        assert (special, changes.model("groups", "g1")) == (GroupWeek(), self.g1(language="es", target=6))
