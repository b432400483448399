"""The week's instance: what is dated, archived or special in it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from api.database import Store
from api.kernel.errors import Problem
from api.programs.models import ProgramSettings
from api.programs.store.programs import create_program
from api.weeks.models.weeks import WeekPatch, WeekSettings
from api.weeks.store.building import build_week
from scheduler.instance import Instance, Participant
from scheduler.validation import errors, validate
from tests.api.programs.seed import AT, archive, built, change, keep, publish_week, seed, set_week
from tests.build import MONDAY, SERVICES, at, clinician, group, instance, meet, participant, roster, run

NEXT = MONDAY + timedelta(weeks=1)
LAST = MONDAY - timedelta(weeks=1)
PHASES = [
    {"id": "p1", "level": "2.1", "rank": 0, "order": {"minutes": {"floor": 540, "ceiling": 720}}},
    {"id": "p2", "level": "2.1", "rank": 1, "order": {"minutes": {"floor": 360, "ceiling": 540}}},
]


@pytest.fixture
def program(store: Store) -> str:
    """Two participants in the first phase, two clinicians, a group on Monday and one on Tuesday."""
    groups = [group("g1", "mon"), group("g2", "tue")]
    people = [participant(id, phase="p1", phase_since="2026-11-02", order={}) for id in ("ana", "ben")]
    return seed(store, instance(groups=groups, phases=PHASES, participants=people))


def person(week: Instance, id: str = "ana") -> Participant:
    return next(p for p in week.participants if p.id == id)


class TestOrders:
    def test_the_last_order_whose_monday_has_come_replaces_the_participants_own(self, store: Store, program: str) -> None:
        for first, floor in ((LAST, 300), (MONDAY, 310), (NEXT, 320)):
            keep(store, program, "orders", participant="ana", first=first, order={"minutes": {"floor": floor}})
        floors = [person(built(store, program, monday).instance).order.minutes.floor for monday in (LAST, MONDAY, NEXT)]
        assert floors == [300, 310, 320]
        assert person(built(store, program, LAST - timedelta(weeks=1)).instance).order.minutes.floor is None
        assert person(built(store, program, MONDAY).instance, "ben").order.minutes.floor is None

    def test_an_archived_order_counts_no_more(self, store: Store, program: str) -> None:
        id = keep(store, program, "orders", participant="ana", first=MONDAY, order={"minutes": {"floor": 310}})
        archive(store, program, "orders", id)
        assert person(built(store, program, MONDAY).instance).order.minutes.floor is None


class TestPhaseDecisions:
    def test_a_decision_of_the_weeks_sunday_counts_and_one_of_the_next_monday_does_not(self, store: Store, program: str) -> None:
        sunday = MONDAY + timedelta(days=6)
        keep(store, program, "phase_decisions", participant="ana", first=sunday, phase="p2", largest_step=200)
        keep(store, program, "phase_decisions", participant="ben", first=NEXT, phase="p2")
        week = built(store, program, MONDAY).instance
        assert (person(week).phase, person(week).phase_since) == ("p2", sunday)
        assert person(week).phase_change is not None
        assert person(week).phase_change.largest_step == 200
        assert (person(week, "ben").phase, person(week, "ben").phase_change) == ("p1", None)

    def test_a_phase_change_is_news_until_a_week_was_published_with_it(self, store: Store, program: str) -> None:
        keep(store, program, "phase_decisions", participant="ana", first=MONDAY + timedelta(days=2), phase="p2")
        publish_week(store, program, MONDAY, roster())
        week = built(store, program, NEXT).instance
        assert (person(week).phase, person(week).phase_change) == ("p2", None)

    def test_a_phase_change_recorded_after_the_week_was_published_is_news_a_week_later(self, store: Store, program: str) -> None:
        publish_week(store, program, MONDAY, roster())
        decided = MONDAY + timedelta(days=4)
        keep(store, program, "phase_decisions", participant="ana", first=decided, phase="p2", largest_step=90)
        found = person(built(store, program, NEXT).instance)
        assert found.phase_change is not None
        assert (found.phase_change.date, found.phase_change.largest_step) == (decided, 90)

    def test_a_later_phase_in_the_participants_own_document_stands(self, store: Store, program: str) -> None:
        keep(store, program, "phase_decisions", participant="ana", first=date(2026, 11, 9), phase="p2")
        change(store, program, "participants", "ana", phase="p1", phase_since="2026-11-23")
        assert person(built(store, program, MONDAY).instance).phase == "p1"
        assert person(built(store, program, date(2026, 11, 16)).instance).phase == "p2"

    def test_a_step_up_is_recorded_with_its_date_and_reason_and_leaves_the_phase(self, store: Store, program: str) -> None:
        keep(store, program, "phase_decisions", participant="ana", first=MONDAY, step_up_reason="relapse")
        found = person(built(store, program, MONDAY).instance)
        assert found.step_up is not None
        assert (found.step_up.date, found.step_up.reason, found.phase, found.phase_change) == (MONDAY, "relapse", "p1", None)
        assert person(built(store, program, LAST).instance).step_up is None


class TestAbsences:
    def test_only_those_that_touch_the_week_are_in_it(self, store: Store, program: str) -> None:
        days = {"before": -1, "monday": 0, "sunday": 6, "after": 7}
        for id, day in days.items():
            when = MONDAY + timedelta(days=day)
            keep(store, program, "absences", id=id, participant="ana", first=when, last=when, start="09:00", end="12:00")
        found = person(built(store, program, MONDAY).instance).availability.absences
        assert [(a.first.isoformat(), a.start, a.end) for a in found] == [("2026-11-30", 540, 720), ("2026-12-06", 540, 720)]

    def test_a_clinicians_absence_is_leave_added_to_the_leave_there_is(self, store: Store, program: str) -> None:
        change(store, program, "clinicians", "cora", leave=[{"first": "2026-12-02", "last": "2026-12-02"}])
        keep(store, program, "absences", clinician="cora", first="2026-12-03", last="2026-12-20")
        keep(store, program, "absences", clinician="cora", first="2026-12-02", last="2026-12-02")
        cora, dan = built(store, program, MONDAY).instance.clinicians
        assert [(a.first.day, a.last.day) for a in cora.leave] == [(2, 2), (3, 20)]
        assert dan.leave == ()


class TestArchived:
    def test_what_is_archived_is_in_no_list(self, store: Store) -> None:
        spare: dict[str, list[dict[str, Any]]] = {
            "clinicians": [clinician("cora"), clinician("dan")],
            "groups": [group("g1"), group("g2", "tue")],
            "participants": [participant("ana"), participant("ben")],
            "tracks": [{"id": "t"}],
            "cohorts": [{"id": "c"}],
            "curricula": [{"id": "u", "modules": ["m"]}],
            "phases": PHASES,
            "plans": [{"id": "plan", "phases": ["p1"]}],
            "resources": [{"id": "van", "kind": "van", "site": "s1", "runs": []}],
        }
        program = seed(store, instance(**spare | {"resources": []}))
        for kind, id in {"clinicians": "dan", "groups": "g2", "participants": "ben", "tracks": "t", "cohorts": "c",
                         "curricula": "u", "plans": "plan", "phases": "p2", "services": "peer", "rooms": "r3"}.items():  # fmt: skip
            archive(store, program, kind, id)
            assert id not in [entry.id for entry in getattr(built(store, program, MONDAY).instance, kind)], kind

    def test_relations_of_archived_people_are_left_out(self, store: Store, program: str) -> None:
        keep(store, program, "relations", a="ana", b="ben", kind="apart")
        assert len(built(store, program, MONDAY).instance.relations) == 1
        archive(store, program, "participants", "ben")
        assert built(store, program, MONDAY).instance.relations == ()

    def test_history_forgets_people_and_rooms_but_not_groups_and_clinicians(self, store: Store, program: str) -> None:
        sessions = (run("g1", "mon", "09:00", ("ana", "ben"), monday=LAST), meet("ben", "tue", "13:00", monday=LAST))
        publish_week(store, program, LAST, roster(*sessions, monday=LAST))
        for kind, id in (("participants", "ben"), ("rooms", "r1"), ("groups", "g1"), ("clinicians", "cora")):
            archive(store, program, kind, id, AT + timedelta(weeks=9))
        week = built(store, program, MONDAY).instance
        assert week.history.last_week is not None
        (left,) = week.history.last_week.sessions
        assert (left.group, left.room, left.facilitators, [b.participant for b in left.bookings]) == ("g1", None, ("cora",), ["ana"])
        assert errors(validate(week)) == ()

    def test_published_sessions_and_pins_of_what_is_gone_are_left_out_and_told(self, store: Store) -> None:
        sessions = (run("g1", "mon", "09:00", ("ana", "ben")), run("g2", "tue", "09:00", ("ben",)), meet("ben", "wed", "13:00"))
        week = instance(
            groups=[group("g1", "mon"), group("g2", "tue")],
            published={"roster": roster(*sessions).model_dump(), "at": AT},
            pins=[{"kind": "booking", "participant": "ben", "group": "g1"}, {"kind": "booking", "participant": "ana", "group": "g1"}],
        )
        program = seed(store, week)
        with store.writing() as session:
            for table, id in (("participants", "ben"), ("groups", "g2")):
                session.connection().exec_driver_sql(f"UPDATE {table} SET archived_at = '2026-11-01 00:00:00' WHERE id = '{id}'")
        found = built(store, program, MONDAY)
        assert found.instance.published is not None
        assert [[b.participant for b in s.bookings] for s in found.instance.published.roster.sessions] == [["ana"]]
        assert [pin.participant for pin in found.instance.pins] == ["ana"]
        assert len(found.dropped) == 4
        assert errors(validate(found.instance)) == ()


class TestWeekSettings:
    def test_they_change_groups_weights_and_mode_in_their_week_only(self, store: Store, program: str) -> None:
        special = {"starts": [{"day": "wed", "time": "10:00"}], "is_standing": False, "minimum": 4, "reserve": 0, "intake_override": 5}
        set_week(store, program, MONDAY, mode="rebuild", weights={"trips": 3}, groups={"g1": special})
        week = built(store, program, MONDAY).instance
        g1 = week.groups[0]
        assert (g1.starts[0].day, g1.is_standing, g1.minimum, g1.reserve, g1.intake_override) == ("wed", False, 4, 0, 5)
        assert (week.mode, week.weights) == ("rebuild", {"trips": 3})
        after = built(store, program, NEXT).instance
        assert (after.groups[0].starts[0].day, after.mode, after.weights) == ("mon", None, {})

    def test_a_group_that_is_off_is_left_out_unless_it_has_met(self, store: Store) -> None:
        published = {"roster": roster(run("g1", "mon", "09:00", ("ana",)), run("g2", "tue", "09:00", ("ana",))).model_dump(), "at": AT}
        program = seed(store, instance(groups=[group("g1", "mon"), group("g2", "tue")], published=published))
        set_week(store, program, MONDAY, groups={"g1": {"is_off": True}, "g2": {"is_off": True}})
        assert [g.id for g in built(store, program, MONDAY).instance.groups] == []
        assert built(store, program, MONDAY, at("mon", "09:00")).instance.groups == (), "it begins only now"
        tuesday = built(store, program, MONDAY, at("tue", "07:00")).instance
        assert [g.id for g in tuesday.groups] == ["g1"]
        assert tuesday.published is not None
        assert [s.group for s in tuesday.published.roster.sessions] == ["g1"]

    def test_places_given_up_are_told_unless_their_group_is_gone(self, store: Store, program: str) -> None:
        released = [{"participant": "ana", "group": "g1"}, {"participant": "ana", "group": "gone"}]
        set_week(store, program, MONDAY, released=released)
        assert [r.group for r in built(store, program, MONDAY).instance.history.released] == ["g1"]

    def test_modules_and_newcomers_of_an_imported_week_do_not_stay(self, store: Store) -> None:
        taught = group("g1", curriculum="dbt", module="m2", intake_override=4)
        program = seed(store, instance(groups=[taught], curricula=[{"id": "dbt", "modules": ["m1", "m2"]}]))
        weeks = [built(store, program, monday).instance.groups[0] for monday in (MONDAY, NEXT)]
        assert [(g.module, g.intake_override) for g in weeks] == [("m2", 4), (None, None)]


class TestExceptions:
    """Fixes that staff accepted for one week."""

    def test_they_change_their_week_and_nothing_else(self, store: Store, program: str) -> None:
        change = {"participants": {"ana": {"may_wait_longer": True}}, "groups": {"g1": {"reserve": 2}}}
        set_week(store, program, MONDAY, exceptions=[{"change": change}, {"change": {"groups": {"g1": {"minimum": 1}}}}])
        week = built(store, program, MONDAY)
        assert (person(week.instance).may_wait_longer, person(week.instance, "ben").may_wait_longer) == (True, False)
        assert [(g.reserve, g.minimum) for g in week.instance.groups] == [(2, 1), (None, None)]
        assert week.dropped == ()
        assert person(built(store, program, NEXT).instance).may_wait_longer is False

    def test_one_that_adds_to_a_list_keeps_what_is_there(self, store: Store, program: str) -> None:
        more = {"day": "sat", "start": "09:00", "end": "10:00", "site": "s1"}
        before = built(store, program, MONDAY).instance.clinicians[0]
        set_week(store, program, MONDAY, exceptions=[{"change": {"clinicians": {before.id: {"hours": {"add": [more]}}}}}])
        after = built(store, program, MONDAY).instance.clinicians[0]
        assert after.hours[:-1] == before.hours
        assert after.hours[-1].day == "sat"

    @pytest.mark.parametrize("change", [{"groups": {"gone": {"reserve": 2}}}, {"groups": {"g1": {"reserve": -1}}}])
    def test_one_that_no_longer_fits_is_left_out_and_reported(self, store: Store, program: str, change: dict[str, Any]) -> None:
        set_week(store, program, MONDAY, exceptions=[{"change": change}, {"change": {"groups": {"g2": {"reserve": 2}}}}])
        week = built(store, program, MONDAY)
        assert [g.reserve for g in week.instance.groups] == [None, 2]
        assert week.dropped == ("exceptions[0]",)


class TestSeed:
    """Each stored week has a seed of random times that tells nothing of another week's."""

    SERVICES = tuple(service | {"standing": service["id"] != "individual"} for service in SERVICES)

    def test_each_stored_week_has_one_and_keeps_it(self, store: Store) -> None:
        program = seed(store, instance(services=self.SERVICES))
        assert built(store, program, NEXT).instance.seed is None
        set_week(store, program, NEXT)
        first, again, other = (built(store, program, monday).instance.seed for monday in (NEXT, NEXT, MONDAY))
        assert first is not None
        assert re.fullmatch("[0-9a-f]{32}", first)
        assert (again == first, other == first) == (True, False)

    def test_an_imported_week_keeps_its_own(self, store: Store) -> None:
        program = seed(store, instance(services=self.SERVICES, seed="k7"))
        assert built(store, program, MONDAY).instance.seed == "k7"
        assert WeekPatch(mode="rebuild").applied(WeekSettings(seed="k7")) == WeekSettings(seed="k7", mode="rebuild")

    def test_without_random_times_there_is_none(self, store: Store, program: str) -> None:
        set_week(store, program, MONDAY)
        assert built(store, program, MONDAY).instance.seed is None


class TestHomes:
    HOMES = tuple({"participant": id, "track": "t", "cohort": "c"} for id in ("ana", "ben", "cem", "dia"))

    @pytest.fixture
    def homes(self, store: Store) -> str:
        """Last week's roster gave homes to four people; ben has one of his own, cem and dia are kept apart."""
        people = [participant("ana"), participant("ben", home_track="u"), participant("cem"), participant("dia")]
        return seed(store, instance(
            groups=[group("g1", track="t", cohort="c"), group("g2", "tue", track="u")], tracks=[{"id": "t"}, {"id": "u"}],
            cohorts=[{"id": "c", "track": "t"}], participants=people, relations=[{"a": "cem", "b": "dia", "kind": "apart"}],
        ))  # fmt: skip

    def test_who_has_none_keeps_the_one_of_last_weeks_roster(self, store: Store, homes: str) -> None:
        publish_week(store, homes, MONDAY, roster(run("g1", "mon", "09:00", ("ana",)), homes=self.HOMES))
        week = built(store, homes, NEXT).instance
        found = {p.id: (p.home_track, p.home_cohort) for p in week.participants}
        assert found == {"ana": ("t", "c"), "ben": ("u", None), "cem": (None, None), "dia": (None, None)}
        assert errors(validate(week)) == ()

    def test_the_one_home_there_is_is_kept(self, store: Store) -> None:
        program = seed(store, instance(tracks=[{"id": "t"}], participants=[participant("ana")]))
        publish_week(store, program, MONDAY, roster(homes=({"participant": "ana", "track": "t"},)))
        assert person(built(store, program, NEXT).instance).home_track == "t"

    def test_homes_of_an_imported_last_week_are_not_given_again(self, store: Store) -> None:
        """Who has none in the imported week was meant to have none."""
        last = roster(monday=LAST, homes=({"participant": "ana", "track": "t"},)).model_dump()
        program = seed(store, instance(tracks=[{"id": "t"}], participants=[participant("ana")], history={"last_week": last}))
        assert person(built(store, program, MONDAY).instance).home_track is None

    def test_a_home_that_is_gone_is_nobodys(self, store: Store, homes: str) -> None:
        publish_week(store, homes, MONDAY, roster(homes=self.HOMES))
        change(store, homes, "groups", "g1", cohort=None)
        archive(store, homes, "cohorts", "c")
        assert person(built(store, homes, NEXT).instance).home_track is None


def test_discharged_and_waiting_people_are_there_and_get_nothing(store: Store) -> None:
    people = [participant("ana", status="discharged"), participant("ben", status="waiting")]
    week = built(store, seed(store, instance(participants=people)), MONDAY).instance
    assert [(p.id, p.status) for p in week.participants] == [("ana", "discharged"), ("ben", "waiting")]


def test_a_now_more_than_four_weeks_before_says_only_that_the_week_lies_ahead(store: Store, program: str) -> None:
    weeks = {days: built(store, program, MONDAY, at("mon", "09:00") - timedelta(days=days)).instance.now for days in (28, 29)}
    assert weeks == {28: at("mon", "09:00") - timedelta(days=28), 29: None}


def test_the_instance_is_named_after_program_and_monday_within_64_characters(store: Store) -> None:
    program = seed(store, instance(), "p" * 64)
    assert built(store, program, MONDAY).instance.id == "p" * 53 + ".2026-11-30"


def test_a_program_without_a_site_has_no_week_yet(store: Store) -> None:
    with store.writing() as session:
        create_program(session, "new", ProgramSettings(zone="America/New_York"), "system")
    with store.reading() as session:
        with pytest.raises(Problem, match="wrong_state"):
            build_week(session, "new", MONDAY)
        with pytest.raises(Problem, match="not_found"):
            build_week(session, "none", MONDAY)
