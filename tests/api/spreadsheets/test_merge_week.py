"""What a file says of the program as a whole and of one week, merged into rows: settings, weights, pins, relations, history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.tables import PinRow, ProgramRow, RelationRow, WeekRow
from api.programs.models import ProgramSettings, RelationEntry
from api.programs.store.entities import create_kept
from api.programs.store.kinds import KINDS
from api.spreadsheets.store.merging.merge_week import merge_relations, merge_settings, merge_week, names_of
from api.spreadsheets.store.merging.rows import Changes
from api.weeks.models.weeks import GroupWeek, WeekSettings
from api.weeks.store.weeks import lock_week, pin_of, pins_of
from scheduler.instance import Instance
from tests.api.weeks.small import BEFORE, MONDAY, small_instance
from tests.build import instance_json, windows

LAST = MONDAY - timedelta(weeks=1)
LATER = BEFORE + timedelta(hours=1)


@pytest.fixture
def changes(rows: Session) -> Changes:
    """What may be archived: the relation `gone` and the pin `gone`."""
    return Changes(rows, "north", ["relations/gone", "pins/gone"], "user:7", BEFORE)


def week(*, mode: Any = "rebuild", **more: Any) -> Instance:
    return small_instance(**more).model_copy(update={"mode": mode})


class TestSettings:
    def merged(self, changes: Changes, wanted: Instance, built: Instance | None = None, special: Any = None) -> dict[str, int]:
        """The weights of the week afterwards."""
        row = changes.session.get_one(ProgramRow, "north")
        return merge_settings(changes, row, WeekSettings(weights=special or {}), built or week(), wanted)

    def kept(self, changes: Changes) -> ProgramSettings:
        return ProgramSettings.model_validate(changes.session.get_one(ProgramRow, "north").document)

    def keep(self, changes: Changes, **more: Any) -> None:
        row = changes.session.get_one(ProgramRow, "north")
        row.document = row.document | more

    def test_the_same_settings_change_nothing(self, changes):
        assert self.merged(changes, week()) == {}
        assert (changes.session.get_one(ProgramRow, "north").version, changes.changed) == (1, {})

    def test_what_differs_is_the_programs(self, changes):
        fields = {
            "label": "Evenings",
            "telehealth_hours": windows(),
            "closures": [{"date": "2026-12-25", "site": "s1"}],
            "week_a": "2026-12-07",
        }
        wanted = week(program=instance_json()["program"] | fields | {"zone": "America/Chicago"}, policy={"pack": "php_2_5"})
        self.keep(changes, letter_sender="Riverside")
        self.merged(changes, wanted)
        found = self.kept(changes)
        for name in (*fields, "zone", "travel"):
            assert getattr(found, name) == getattr(wanted.program, name), name
        assert (found.policy, found.letter_sender, found.weights) == (wanted.policy, "Riverside", {})
        row = changes.session.get_one(ProgramRow, "north")
        assert (row.version, row.changed_by, changes.changed) == (2, "user:7", {"settings": 1})

    def test_what_the_file_does_not_change_stays_as_it_is_kept(self, changes):
        self.keep(changes, label="Kept")
        self.merged(changes, week(policy={"pack": "php_2_5"}))
        assert self.kept(changes).label == "Kept"

    def test_they_may_name_a_site_that_the_file_brings(self, changes):
        site = {"id": "s2", "hours": windows()}
        document = instance_json()["program"]
        wanted = week(program=document | {"sites": [*document["sites"], site], "travel": [{"a": "s1", "b": "s2", "minutes": 20}]})
        changes.put("sites", wanted.program.sites[1])
        self.merged(changes, wanted)
        assert self.kept(changes).travel == wanted.program.travel

    def test_weights_of_the_week_stay_the_weeks(self, changes):
        self.keep(changes, weights={"trips": 3, "idle_gap": 4, "same_time": 5})
        special = {"trips": 6, "same_time": 7}
        built = week(weights={"trips": 6, "idle_gap": 4, "same_time": 7})
        found = self.merged(changes, week(weights={"trips": 8, "idle_gap": 9, "same_time": 7}), built, special)
        assert found == {"trips": 8, "same_time": 7}
        assert self.kept(changes).weights == {"trips": 3, "idle_gap": 9, "same_time": 5}

    def test_of_many_weights_only_those_that_differ_are_changed(self, changes):
        weights = {"trips": 3, "idle_gap": 4, "same_time": 5}
        for rule in weights:
            self.keep(changes, weights=weights)
            self.merged(changes, week(weights=weights | {rule: 9}), week(weights=weights))
            assert self.kept(changes).weights == weights | {rule: 9}
        assert changes.changed == {"settings": 3}

    def test_a_weight_that_is_gone_is_gone_from_both(self, changes):
        self.keep(changes, weights={"trips": 3, "idle_gap": 4})
        found = self.merged(changes, week(weights={"same_time": 0}), week(weights={"trips": 6, "idle_gap": 4}), {"trips": 6})
        assert found == {}
        assert self.kept(changes).weights == {"same_time": 0}
        assert changes.changed == {"settings": 1}

    def test_a_weight_of_the_week_alone_leaves_the_program_alone(self, changes):
        found = self.merged(changes, week(weights={"trips": 8}), week(weights={"trips": 6}), {"trips": 6})
        assert (found, changes.changed, self.kept(changes).weights) == ({"trips": 8}, {}, {})


class TestWeek:
    def merged(self, changes: Changes, wanted: Instance, built: Instance | None = None, groups: Any = None, weights: Any = None) -> WeekRow:
        merge_week(changes, built or week(), wanted, groups or {}, weights or {}, BEFORE)
        changes.session.flush()
        return changes.session.get_one(WeekRow, ("north", MONDAY))

    def test_nothing_special_leaves_the_week_as_it_is(self, changes):
        row = self.merged(changes, week(), groups={"g1": GroupWeek()})
        assert (row.version, row.created_by, row.document, changes.changed) == (1, "user:7", {}, {})

    def test_what_is_said_of_groups_weights_and_mode_is_kept_with_the_week(self, changes):
        wanted = week(mode="hold", history={"released": [{"participant": "ana", "group": "g1"}]})
        built = week()
        row = self.merged(changes, wanted, built, {"g1": GroupWeek(minimum=2), "g2": GroupWeek()}, {"trips": 3})
        settings = WeekSettings.model_validate(row.document)
        assert settings == WeekSettings(
            mode="hold", weights={"trips": 3}, groups={"g1": GroupWeek(minimum=2)}, released=wanted.history.released
        )
        assert (row.version, row.changed_by, row.changed_at, changes.changed) == (2, "user:7", BEFORE, {"week": 1})
        self.merged(changes, week())
        assert changes.changed == {"week": 2}

    def test_another_seed_of_random_times_is_kept_with_the_week(self, changes):
        row = self.merged(changes, week(seed="k8"), week(seed="k7"))
        assert (row.document, changes.changed) == ({"seed": "k8"}, {"week": 1})

    def test_a_seed_that_the_week_only_derives_is_not_stored(self, changes):
        """The file repeats the seed that the built week has."""
        row = self.merged(changes, week(seed="k7"), week(seed="k7"))
        assert (row.document, changes.changed) == ({}, {})

    def test_what_the_file_does_not_change_stays(self, changes):
        settings = {
            "mode": "hold",
            "released": [{"participant": "ben", "group": "g1"}],
            "groups": {"g1": {"minimum": 2}},
            "weights": {"trips": 1},
        }
        lock_week(changes.session, "north", MONDAY).document = settings
        row = self.merged(changes, week(), groups={"g1": GroupWeek(minimum=2)}, weights={"trips": 2})
        assert WeekSettings.model_validate(row.document) == WeekSettings.model_validate(settings | {"weights": {"trips": 2}})

    def test_what_is_said_no_more_goes(self, changes):
        released = [{"participant": "ben", "group": "g1"}]
        lock_week(changes.session, "north", MONDAY).document = {"mode": "hold", "released": released, "groups": {"g1": {"minimum": 2}}}
        built = week(mode="hold", history={"released": released})
        row = self.merged(changes, week(mode=None), built)
        assert row.document == {}
        assert changes.changed == {"week": 1}


class TestPins:
    GROUPS = ("g1", "g2", "g3")

    def pin(self, changes: Changes, id: str, group: str, program: str = "north", monday: Any = MONDAY) -> None:
        lock_week(changes.session, program, monday)
        changes.session.add(PinRow(id=id, program=program, monday=monday, document={"kind": "run", "group": group}))
        changes.session.flush()

    def merged(self, changes: Changes, *groups: str) -> list[str | None]:
        """The groups that are pinned afterwards."""
        wanted = week(pins=[{"kind": "run", "group": group} for group in groups])
        merge_week(changes, week(), wanted, {}, {}, LATER)
        changes.session.flush()
        return sorted(pin_of(row).group or "" for row in pins_of(changes.session, "north", MONDAY))

    def test_what_is_new_is_pinned(self, changes):
        self.pin(changes, "p1", "g1")
        assert self.merged(changes, *self.GROUPS) == ["g1", "g2", "g3"]
        row = changes.session.scalars(select(PinRow).where(PinRow.id != "p1")).first()
        assert row is not None
        assert (row.program, row.monday, row.created_by, row.changed_by) == ("north", MONDAY, "user:7", "user:7")
        assert row.document.keys() == {"kind", "group"}
        found = changes.session.get_one(WeekRow, ("north", MONDAY))
        assert (found.version, found.changed_by, found.changed_at) == (2, "user:7", LATER)
        assert (changes.created, changes.changed, changes.removals) == ({"pins": 2}, {}, {})

    def test_what_is_pinned_already_is_not_pinned_again(self, changes):
        for id in ("p1", "gone"):
            self.pin(changes, id, "g1")
        assert self.merged(changes, "g1", "g1") == ["g1", "g1"]
        assert (changes.created, changes.archived, changes.removals) == ({}, {}, {})
        assert changes.session.get_one(WeekRow, ("north", MONDAY)).version == 1
        assert self.merged(changes, "g1", "g1", "g1") == ["g1", "g1", "g1"]

    def test_what_is_pinned_no_more_goes_where_somebody_asked_for_it(self, changes):
        for id, group in (("gone", "g1"), ("stays", "g2")):
            self.pin(changes, id, group)
        self.pin(changes, "south", "g1", "south")
        self.pin(changes, "later", "g1", monday=MONDAY + timedelta(weeks=1))
        assert self.merged(changes) == ["g2"]
        assert (changes.archived, changes.removals) == ({"pins": 1}, {"pins/gone": True, "pins/stays": False})
        assert set(changes.session.scalars(select(PinRow.id))) == {"stays", "south", "later"}
        assert changes.session.get_one(WeekRow, ("north", MONDAY)).version == 2

    def test_where_nobody_asked_the_week_stays_untouched(self, changes):
        self.pin(changes, "stays", "g1")
        assert self.merged(changes) == ["g1"]
        assert changes.session.get_one(WeekRow, ("north", MONDAY)).version == 1

    def test_two_that_go_are_two(self, rows):
        changes = Changes(rows, "north", None, "user:7", BEFORE)
        for id in ("p1", "p2"):
            self.pin(changes, id, "g1")
        assert (self.merged(changes), changes.archived) == ([], {"pins": 2})


class TestRelations:
    def kept(self, changes: Changes, id: str, a: str, b: str, kind: str = "apart") -> RelationRow:
        entry = RelationEntry.model_validate({"id": id, "a": a, "b": b, "kind": kind})
        row = create_kept(changes.session, "north", KINDS["relations"], entry, "user:1")
        assert isinstance(row, RelationRow)
        return row

    def merged(self, changes: Changes, *pairs: tuple[str, str, str], people: tuple[str, ...] = ("ana", "ben", "cid")) -> None:
        wanted = week(relations=[{"a": a, "b": b, "kind": kind} for a, b, kind in pairs])
        merge_relations(changes, wanted.model_copy(update={"participants": tuple(p for p in wanted.participants if p.id in people)}))
        changes.session.flush()

    def test_what_is_new_is_kept_and_what_is_there_stays_in_either_direction(self, changes):
        row = self.kept(changes, "r1", "ana", "ben")
        self.merged(changes, ("ben", "ana", "apart"), ("ana", "ben", "apart_in_time"), ("ben", "cid", "apart"))
        assert (row.version, row.archived_at) == (1, None)
        assert (changes.created, changes.changed, changes.removals) == ({"relations": 2}, {}, {})
        found = {(r.a, r.b, r.document["kind"]) for r in changes.rows("relations").values()}
        assert found == {("ana", "ben", "apart"), ("ana", "ben", "apart_in_time"), ("ben", "cid", "apart")}

    def test_what_is_gone_is_archived_where_somebody_asked_for_it(self, changes):
        gone, stays = self.kept(changes, "gone", "ana", "ben"), self.kept(changes, "stays", "ana", "cid")
        self.merged(changes)
        assert (gone.archived_at, stays.archived_at) == (BEFORE, None)
        assert changes.removals == {"relations/gone": True, "relations/stays": False}

    def test_of_those_whom_the_file_does_not_have_it_says_nothing(self, changes):
        row = self.kept(changes, "gone", "ana", "ben")
        self.merged(changes, people=("ana", "cid"))
        assert (row.archived_at, changes.removals) == (None, {})
        self.merged(changes, people=("ana", "ben"))
        assert row.archived_at == BEFORE

    def test_an_archived_one_is_made_anew(self, changes):
        first, archived = self.kept(changes, "a1", "ana", "cid"), self.kept(changes, "gone", "ana", "ben")
        archived.archived_at = BEFORE
        changes.session.flush()
        self.kept(changes, "z1", "ben", "cid")
        self.merged(changes, ("ana", "ben", "apart"), ("ana", "cid", "apart"))
        assert (archived.archived_at, first.archived_at, changes.created) == (BEFORE, None, {"relations": 1})
        assert changes.removals == {"relations/z1": False}, "those after it are looked at, too"


def test_things_by_id():
    assert list(names_of(week().groups)) == ["g1", "g2", "g3"]
