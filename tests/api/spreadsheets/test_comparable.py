"""Weeks made comparable: what a program does not keep is left aside, and lists whose order says nothing stand in one order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.spreadsheets.store.merging.comparable import LISTS, comparable, in_order, in_own_zone, without_extras
from scheduler.instance import Absence, Instance
from tests.build import MONDAY, ZONE, clinician, group, instance, instance_json, meet, participant, roster, run, windows

AT = datetime(2026, 11, 30, 16, tzinfo=UTC)
LAST = MONDAY - timedelta(weeks=1)
SITE = {"id": "s0", "hours": windows()}
PHASE = {"level": "2.1", "rank": 0, "order": {"minutes": {"floor": 540, "ceiling": 720}}}
RAN = roster(
    run("g1", "mon", "09:00", ("ana", "ben"), monday=LAST), meet("ben", "tue", "13:00", monday=LAST), monday=LAST,
    homes=({"participant": "ana"}, {"participant": "ben"}),
)  # fmt: skip
PLACES = [{"participant": "ben", "group": "g1"}, {"participant": "ana", "group": "g1"}]


def full(**more: Any) -> Instance:
    """A week with something in every list, each in the wrong order."""

    def twice(**fields: Any) -> list[dict[str, Any]]:
        return [fields | {"id": "z"}, fields | {"id": "a"}]

    document = instance_json()
    base = {
        "program": document["program"] | {"sites": [*document["program"]["sites"], SITE]},
        "services": document["services"][::-1],
        "rooms": document["rooms"][::-1],
        "resources": twice(kind="van", site="s1", runs=[]),
        "clinicians": [clinician("dan"), clinician("cora", leave=days(3, 1))],
        "participants": [participant("ben"), participant("ana", availability={"weekly": windows(), "absences": days(2, 0)})],
        "tracks": twice(),
        "cohorts": twice(),
        "curricula": twice(modules=["m"]),
        "groups": [group("g2", "tue"), group("g1")],
        "phases": twice(**PHASE),
        "plans": twice(phases=["a"]),
        "relations": [{"a": "ben", "b": "ana", "kind": "apart_in_time"}, {"a": "ana", "b": "ben", "kind": "apart"}],
        "weights": {"trips": 2, "idle_gap": 1},
        "pins": [{"kind": "run", "group": "g2"}, {"kind": "run", "group": "g1"}],
        "published": {"roster": roster(run("g2", "tue", "09:00"), run("g1", "mon", "09:00")).model_dump(), "at": AT},
        "history": {
            "last_week": RAN.model_copy(update={"sessions": RAN.sessions[::-1], "homes": RAN.homes[::-1]}).model_dump(),
            "orders": [{"participant": p, "floor": 60, "ceiling": 90} for p in ("ben", "ana")],
            "services": [{"participant": p, "service": s, "date": "2026-11-05"} for p, s in (("ben", "a"), ("ana", "z"), ("ana", "b"))],
            "modules": [{"participant": p, "curriculum": c, "module": "m"} for p, c in (("ben", "a"), ("ana", "z"), ("ana", "a"))],
            "released": PLACES,
        },
    }  # fmt: skip
    return instance(**base | {"label": "Week", "now": AT} | more)


def days(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    """Absences of a day each."""
    return [{"first": MONDAY + timedelta(days=n), "last": MONDAY + timedelta(days=n)} | more for n in numbers]


class TestComparable:
    def test_every_list_stands_by_id(self):
        week, found = full(), comparable(full())
        for name in LISTS:
            ids = [thing.id for thing in getattr(week, name)]
            assert len(ids) > 1, name
            assert [thing.id for thing in getattr(found, name)] == sorted(ids) != ids, name
        assert [site.id for site in found.program.sites] == ["s0", "s1"]

    def test_its_own_id_label_and_time_are_left_aside(self):
        found = comparable(full())
        assert (found.id, found.label, found.now, found.program.id) == ("-", "", None, "-")
        assert (found.monday, found.program.zone) == (MONDAY, ZONE)

    def test_absences_stand_by_date_and_the_rest_of_a_person_stays(self):
        found, week = comparable(full()), full()
        assert [a.first.day for a in found.clinicians[0].leave] == [1, 3]
        assert [a.first.day for a in found.participants[0].availability.absences] == [30, 2]
        assert found.participants[0].availability.weekly == week.participants[1].availability.weekly
        assert found.clinicians[0].hours == week.clinicians[1].hours

    def test_relations_are_the_same_in_both_directions(self):
        assert [(r.a, r.b, r.kind) for r in comparable(full()).relations] == [("ana", "ben", "apart"), ("ana", "ben", "apart_in_time")]
        more = full(relations=[{"a": a, "b": b, "kind": "apart"} for a, b in (("b", "c"), ("d", "a"), ("c", "a"))])
        assert [(r.a, r.b) for r in comparable(more).relations] == [("a", "c"), ("a", "d"), ("b", "c")]

    def test_weights_pins_and_rosters_stand_in_one_order(self):
        found = comparable(full())
        assert list(found.weights.items()) == [("idle_gap", 1), ("trips", 2)]
        assert [pin.group for pin in found.pins] == ["g1", "g2"]
        assert found.published is not None
        assert [s.group for s in found.published.roster.sessions] == ["g1", "g2"]
        assert found.history.last_week is not None
        assert [s.group for s in found.history.last_week.sessions] == ["g1", None]
        assert [home.participant for home in found.history.last_week.homes] == ["ana", "ben"]
        at_once = roster(run("g2", "mon", "09:00"), run("g1", "mon", "09:00"))
        again = comparable(full(published={"roster": at_once.model_dump()}))
        assert again.published is not None
        assert [s.group for s in again.published.roster.sessions] == ["g1", "g2"]

    def test_history_stands_by_whom_it_is_about(self):
        history = comparable(full()).history
        assert [o.participant for o in history.orders] == ["ana", "ben"]
        assert [(s.participant, s.service) for s in history.services] == [("ana", "b"), ("ana", "z"), ("ben", "a")]
        assert [(m.participant, m.curriculum) for m in history.modules] == [("ana", "a"), ("ana", "z"), ("ben", "a")]
        assert [r.participant for r in history.released] == ["ana", "ben"]

    def test_a_week_without_rosters_stays_without(self):
        found = comparable(instance())
        assert (found.published, found.history.last_week) == (None, None)

    def test_comparing_again_changes_nothing(self):
        once = comparable(full())
        assert comparable(once) == once


def test_absences_are_ordered_by_dates_hours_and_note():
    spans: list[dict[str, Any]] = [
        {"first": "2026-12-01", "last": "2026-12-01"},
        {"first": "2026-11-30", "last": "2026-12-02"},
        {"first": "2026-11-30", "last": "2026-12-01", "start": "10:00"},
        {"first": "2026-11-30", "last": "2026-12-01", "start": "09:00", "end": "12:00", "note": "b"},
        {"first": "2026-11-30", "last": "2026-12-01", "start": "09:00", "end": "12:00", "note": "A"},
        {"first": "2026-11-30", "last": "2026-12-01", "start": "09:00", "end": "12:00"},
        {"first": "2026-11-30", "last": "2026-12-01", "start": "09:00", "end": "11:00", "note": "z"},
    ]
    absences = tuple(Absence.model_validate(span) for span in spans)
    assert in_order(absences) == absences[::-1]
    assert in_order(absences[::-1]) == absences[::-1]


class TestOwnZone:
    def test_the_time_of_publishing_is_told_as_people_there_say_it(self):
        published = in_own_zone(full()).published
        assert published is not None
        assert (published.at, str(published.at)) == (AT, "2026-11-30 11:00:00-05:00")

    @pytest.mark.parametrize("published", [None, {"roster": roster().model_dump()}])
    def test_without_one_nothing_changes(self, published):
        week = instance(published=published)
        assert in_own_zone(week) is week


class TestWithoutExtras:
    """A program with more than the file has: ben, the group g2, and so on."""

    def less(self, **more: Any) -> Instance:
        week = full()
        lists = {name: tuple(thing for thing in getattr(week, name) if thing.id not in ("ben", "dan", "g2", "z", "r3")) for name in LISTS}
        program = week.program.model_copy(update={"sites": week.program.sites[:1]})
        return comparable(week.model_copy(update=lists | {"program": program} | more))

    def left(self, *removals: str, current: Instance | None = None, **more: Any) -> Instance:
        return without_extras(current or comparable(full()), self.less(**more), removals)

    def test_only_what_the_file_has_is_left_in_every_list(self):
        found, wanted = self.left(), self.less()
        for name in LISTS:
            assert [thing.id for thing in getattr(found, name)] == [thing.id for thing in getattr(wanted, name)], name
        assert [site.id for site in found.program.sites] == ["s1"]
        assert (found.weights, found.monday, found.program.zone) == ({"idle_gap": 1, "trips": 2}, MONDAY, ZONE)

    def test_history_and_what_is_published_name_only_what_the_file_has(self):
        found = self.left()
        assert [o.participant for o in found.history.orders] == ["ana"]
        assert [s.participant for s in found.history.services] == ["ana", "ana"]
        assert [m.participant for m in found.history.modules] == ["ana", "ana"]
        assert found.history.last_week is not None
        assert [[b.participant for b in s.bookings] for s in found.history.last_week.sessions] == [["ana"]]
        assert found.published is not None
        assert [s.group for s in found.published.roster.sessions] == ["g1"]
        assert found.published.at == AT

    def test_a_week_without_rosters_stays_without(self):
        found = self.left(current=comparable(full(published=None, history={})))
        assert (found.published, found.history.last_week) == (None, None)

    def test_pins_and_relations_stay_unless_the_file_lacks_some(self):
        less = {"pins": (), "relations": ()}
        found = self.left(**less)
        assert (len(found.pins), len(found.relations)) == (2, 2)
        found = self.left("pins/1", "participants/ben", **less)
        assert (len(found.pins), len(found.relations)) == (0, 2)
        found = self.left("relations/1", **less)
        assert (len(found.pins), len(found.relations)) == (2, 0)
        week = full()
        found = self.left("relations/1", "pins/2", pins=week.pins[:1], relations=week.relations[:1])
        assert ([pin.group for pin in found.pins], [r.kind for r in found.relations]) == (["g2"], ["apart_in_time"])

    def test_absences_stay_unless_the_file_lacks_some(self):
        week = full()
        free = week.participants[1].availability
        people = tuple(
            p.model_copy(update={"availability": free.model_copy(update={"absences": free.absences[:1]})}) for p in week.participants[1:]
        )
        fewer = {
            "participants": people,
            "clinicians": tuple(c.model_copy(update={"leave": c.leave[:1]}) for c in week.clinicians[1:]),
        }
        for removals, absences, leave in (((), [30, 2], [1, 3]), (("absences/1",), [2], [3])):
            found = self.left(*removals, **fewer)
            assert [a.first.day for a in found.participants[0].availability.absences] == absences
            assert [a.first.day for a in found.clinicians[0].leave] == leave
            assert found.participants[0].availability.weekly == free.weekly
            assert found.clinicians[0].hours == week.clinicians[1].hours
