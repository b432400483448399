"""Absences and leave of a file: noted with the person, unless an entry of its own says so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.spreadsheets.store.merging.merge_entities import merge_clinician
from api.spreadsheets.store.merging.rows import Changes
from scheduler.instance import Absence, Clinician, Participant
from tests.api.spreadsheets.ana import ana, entries, kept, merged, own
from tests.api.weeks.small import BEFORE, MONDAY
from tests.build import clinician, windows

DAY = timedelta(days=1)
SUNDAY = MONDAY + 6 * DAY


@pytest.fixture
def changes(rows: Session) -> Changes:
    """What may be archived: the entry `gone`."""
    return Changes(rows, "north", ["absences/gone"], "user:7", BEFORE)


def away(first: date, last: date | None = None, **more: Any) -> dict[str, Any]:
    return {"first": first, "last": last or first} | more


def absent(*spans: dict[str, Any], **more: Any) -> Participant:
    return ana(availability={"weekly": windows(), "absences": spans} | more)


class TestAbsences:
    MON, TUE = away(MONDAY), away(MONDAY + DAY)

    def test_a_new_one_is_noted_with_the_person(self, changes):
        own(changes, availability={"weekly": windows(), "absences": [self.MON]})
        found = merged(changes, absent(self.MON), absent(self.MON, self.TUE))
        assert found == absent(self.MON, self.TUE)
        assert changes.changed == {"participants": 1}

    def test_one_that_is_noted_and_wanted_no_more_is_noted_no_more(self, changes):
        own(changes, availability={"weekly": windows(), "absences": [self.MON, self.TUE]})
        assert merged(changes, absent(self.MON, self.TUE), absent(self.TUE)) == absent(self.TUE)

    def test_other_times_when_somebody_is_free_leave_absences_alone(self, changes):
        own(changes, availability={"weekly": windows(), "absences": [self.MON]})
        kept(changes.session, "absences", id="gone", participant="ana", **self.TUE)
        evening = {"weekly": windows("17:00")}
        found = merged(changes, absent(self.MON, self.TUE), absent(self.TUE, self.MON, **evening))
        assert found == absent(self.MON, **evening)
        assert (changes.archived, changes.removals) == ({}, {})

    def test_what_an_entry_says_is_not_noted_again_unless_with_a_note(self, changes):
        kept(changes.session, "absences", id="a", participant="ana", **self.MON)
        found = merged(changes, absent(self.MON), absent(self.MON, self.TUE))
        assert found.availability.absences == (Absence.model_validate(self.TUE),)
        found = merged(changes, absent(self.MON, self.TUE), absent(self.MON | {"note": "x"}, self.TUE))
        assert [a.note for a in found.availability.absences] == ["x", None]

    @pytest.mark.parametrize(("id", "is_gone"), [("gone", True), ("stays", False)])
    def test_an_entry_wanted_no_more_goes_where_somebody_asked_for_it(self, changes, id, is_gone):
        kept(changes.session, "absences", id=id, participant="ana", **self.MON)
        merged(changes, absent(self.MON), absent())
        assert (entries(changes, "absences") == []) == is_gone
        assert changes.removals == {f"absences/{id}": is_gone}

    def test_only_the_persons_entries_that_touch_the_week_and_are_not_noted_anyway_count(self, changes):
        own(changes, availability={"weekly": windows(), "absences": [self.MON]})
        spans = {"a1": (MONDAY - 2 * DAY, MONDAY - DAY), "a2": (MONDAY - DAY, MONDAY), "a3": (SUNDAY, SUNDAY + DAY),
                 "a4": (SUNDAY + DAY, SUNDAY + DAY), "a5": (MONDAY, MONDAY)}  # fmt: skip
        for id, span in spans.items():
            kept(changes.session, "absences", id=id, participant="ana", **away(*span))
        kept(changes.session, "absences", id="b", participant="ben", **self.TUE)
        kept(changes.session, "absences", id="c", clinician="cora", **self.TUE)
        kept(changes.session, "absences", id="gone", participant="ana", **self.TUE).archived_at = BEFORE
        merged(changes, absent(self.MON, self.TUE), absent())
        assert changes.removals == {"absences/a2": False, "absences/a3": False}

    @pytest.mark.parametrize("other", [{"start": "09:00"}, {"end": "12:00"}, {"last": MONDAY + DAY}, {"first": MONDAY - DAY}])
    def test_other_hours_or_dates_are_another_absence(self, changes, other):
        kept(changes.session, "absences", id="gone", participant="ana", **self.MON)
        found = merged(changes, absent(self.MON), absent(self.MON | other))
        assert found.availability.absences == (Absence.model_validate(self.MON | other),)
        assert changes.archived == {"absences": 1}


class TestClinicians:
    def cora(self, *leave: dict[str, Any], **more: Any) -> Clinician:
        return Clinician.model_validate(clinician("cora", leave=leave, **more))

    def test_leave_is_noted_with_them_and_entries_are_left_as_they_are(self, changes):
        mon, tue, wed = (away(MONDAY + n * DAY) for n in range(3))
        kept(changes.session, "absences", id="a", clinician="cora", **mon)
        kept(changes.session, "absences", id="gone", clinician="cora", **wed)
        kept(changes.session, "absences", id="p", participant="ana", **wed)
        merge_clinician(changes, MONDAY, self.cora(mon, wed), self.cora(tue, mon, label="C."))
        found: Clinician = changes.model("clinicians", "cora")
        assert found == self.cora(tue, label="C.")
        assert [entry.id for entry in entries(changes, "absences")] == ["a", "p"]
        assert changes.archived == {"absences": 1}

    def test_the_same_leave_in_another_order_changes_nothing(self, changes):
        mon, tue = away(MONDAY), away(MONDAY + DAY)
        kept(changes.session, "absences", id="gone", clinician="cora", **mon)
        merge_clinician(changes, MONDAY, self.cora(mon, tue), self.cora(tue, mon, label="C."))
        assert changes.model("clinicians", "cora") == self.cora(label="C.")
        assert (changes.removals, changes.changed) == ({}, {"clinicians": 1})
