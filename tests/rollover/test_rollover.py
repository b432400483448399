"""The week after a roster: what is carried on, what is left behind, and what changes people enter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.errors import StepdownError
from scheduler.instance import Curriculum, Instance, Participant
from scheduler.reading import dump_json, read_instance
from scheduler.rollover import RolledWeek, admit, close, discharge, give_leave, resume, roll_over
from scheduler.rollover.history import with_module
from scheduler.rollover.week import next_id
from scheduler.roster import Roster
from scheduler.validation import errors, validate
from scheduler.verify import judge
from tests.build import MONDAY, SERVICES, at, clinician, group, instance, meet, participant, roster, run

NEXT = MONDAY + timedelta(days=7)
SUNDAY = MONDAY + timedelta(days=6)


def rolled(week: Instance, *sessions: dict[str, Any], **more: Any) -> RolledWeek:
    """The week after; it must be one that can be written and read again, and solved."""
    result = roll_over(week, roster(*sessions, **more))
    assert read_instance(dump_json(result.instance)) == result.instance
    assert errors(validate(result.instance)) == ()
    return result


def person(week: Instance, id: str = "ana") -> Participant:
    """A participant of a week."""
    return next(p for p in week.participants if p.id == id)


class TestWeek:
    def test_it_begins_seven_days_later_and_everyone_is_held(self):
        week = rolled(instance(participants=[participant("ana")], groups=[group("g1")]), run("g1", "mon", "09:00", ["ana"])).instance
        assert (week.monday, week.mode, week.now, week.published, week.pins) == (NEXT, None, None, None, ())
        assert Case(week).is_hold
        assert [place.group for place in Case(week).places.held["ana"] if place.released is None] == ["g1"]

    def test_unchanged_it_moves_nobody(self):
        before = instance(participants=[participant("ana")], groups=[group("g1")])
        week = rolled(before, run("g1", "mon", "09:00", ["ana"])).instance
        assert judge(Case(week), roster(run("g1", "mon", "09:00", ["ana"], monday=NEXT), monday=NEXT)).violations == ()

    def test_what_holds_for_one_week_is_left_behind(self):
        pin = {"kind": "booking", "participant": "ana", "group": "g1"}
        before = instance(
            participants=[participant("ana")],
            groups=[group("g1", intake_override=4), group("g2", "tue", is_make_up=True)],
            pins=[pin],
            now=at("tue", "12:00"),
            mode="rebuild",
            history={"released": [{"participant": "ana", "group": "g1"}]},
        )
        result = rolled(before, run("g1", "mon", "09:00", ["ana"]))
        assert [(g.id, g.intake_override) for g in result.instance.groups] == [("g1", None)]
        assert result.instance.history.released == ()
        assert result.notes == (
            "1 pin left out: a pin holds for one week. Everyone keeps their place; add the pins still needed.",
            "Make-up groups left out: g2.",
        )

    def test_random_times_get_another_seed(self):
        """A fresh one, that nothing in this week tells; or the one given. Appointments that are not standing are not held."""
        services = [service | {"standing": service["id"] != "individual"} for service in SERVICES]
        order = {"services": [{"service": "individual", "per_week": 1}]}
        before = instance(services=services, participants=[participant("ana", order=order)], seed="k7")
        weeks = [rolled(before, meet("ana", "mon", "13:00")).instance for _ in range(2)]
        assert len({"k7", None, *(week.seed for week in weeks)}) == 4
        assert all(len(week.seed) == 32 for week in weeks)
        assert roll_over(before, roster(), "k8").instance.seed == "k8"
        assert Case(weeks[0]).places.held["ana"] == ()
        assert rolled(instance(seed="k7")).instance.seed is None

    def test_absences_and_closures_that_are_over_are_left_behind(self):
        old, last, coming = MONDAY - timedelta(days=3), SUNDAY, NEXT
        spans = [{"first": day, "last": day} for day in (old, last, coming)]
        away = {"absences": spans, "dates": [{"date": day} for day in (old, last, coming)]}
        before = instance(
            participants=[participant("ana", availability=participant("x")["availability"] | away)],
            clinicians=[clinician("cora", leave=spans)],
            rooms=[{"id": "r1", "site": "s1", "seats": 9, "closed": spans}],
        )
        closures = [{"date": day} for day in (old, last, coming)]
        before = Instance.model_validate(before.model_dump() | {"program": before.program.model_dump() | {"closures": closures}})
        week = rolled(before).instance
        assert [absence.first for absence in person(week).availability.absences] == [last, coming]
        assert [entry.date for entry in person(week).availability.dates] == [last, coming]
        assert [absence.first for absence in week.clinicians[0].leave] == [last, coming]
        assert [absence.first for absence in week.rooms[0].closed] == [last, coming]
        assert [closure.date for closure in week.program.closures] == [last, coming]

    @pytest.mark.parametrize(
        ("id", "following"),
        [
            ("week-1", "week-2"),
            ("week-09", "week-10"),
            ("week-99", "week-100"),
            ("w2026-11-30", "w2026-12-07"),
            ("2026-11-30-b", "2026-12-07-b"),
            ("riverside", "riverside-2026-12-07"),
            ("x" * 64, "x" * 53 + "-2026-12-07"),
        ],
    )
    def test_its_id_goes_on(self, id, following):
        assert next_id(id, MONDAY) == following


class TestPeople:
    def test_a_home_is_where_the_roster_put_it(self):
        before = instance(participants=[participant("ana")], tracks=[{"id": "eve"}], groups=[group("g1", track="eve")])
        home = {"participant": "ana", "track": "eve"}
        assert person(rolled(before, run("g1", "mon", "09:00", ["ana"]), homes=(home,)).instance).home_track == "eve"

    def test_two_who_are_kept_apart_do_not_get_one_home(self):
        groups = [group("g1", track="eve"), group("g2", "tue", track="eve")]
        before = instance(
            participants=[participant("ana"), participant("ben")],
            tracks=[{"id": "eve"}],
            groups=groups,
            relations=[{"a": "ana", "b": "ben", "kind": "apart"}],
        )
        homes = tuple({"participant": p, "track": "eve"} for p in ("ana", "ben"))
        week = rolled(before, run("g1", "mon", "09:00", ["ana"]), run("g2", "tue", "09:00", ["ben"]), homes=homes).instance
        assert (person(week).home_track, person(week, "ben").home_track) == ("eve", None)

    def test_who_had_a_session_is_no_longer_waiting_for_the_first(self):
        due = {"first_session_due": MONDAY, "admitted": MONDAY}
        before = instance(participants=[participant("ana", **due), participant("ben", **due)], groups=[group("g1")])
        week = rolled(before, run("g1", "mon", "09:00", ["ana"])).instance
        assert (person(week).first_session_due, person(week, "ben").first_session_due) == (None, MONDAY)

    @pytest.mark.parametrize("mark", ["before_first_group", "before_all"])
    def test_intake_that_was_given_is_done_and_no_longer_ordered(self, mark):
        services = [
            {"id": "orientation", "kind": "individual", "category": "intake", "minutes": 60, mark: True},
            {"id": "individual", "kind": "individual", "category": "individual", "minutes": 60},
            {"id": "process", "kind": "group", "category": "process", "minutes": 180},
        ]
        order = participant("x")["order"] | {"services": [{"service": s, "per_week": 1} for s in ("orientation", "individual")]}
        before = instance(services=services, participants=[participant("ana", order=order), participant("ben", order=order)])
        week = rolled(before, meet("ana", "mon", "09:00", service="orientation")).instance
        assert person(week).intake_done == ("orientation",)
        assert [o.service for o in person(week).order.services or ()] == ["individual"]
        assert [o.service for o in person(week, "ben").order.services or ()] == ["orientation", "individual"]

    @pytest.mark.parametrize(
        ("last_day", "status"),
        [(SUNDAY, "discharged"), (MONDAY, "discharged"), (NEXT, "active")],
    )
    def test_who_left_in_the_week_is_discharged(self, last_day, status):
        result = rolled(instance(participants=[participant("ana", discharge=last_day), participant("ben")]))
        assert person(result.instance).status == status
        assert any("ana: discharged" in note for note in result.notes) == (status == "discharged")

    def test_who_was_discharged_before_is_left_out_with_their_relations(self):
        before = instance(
            participants=[participant("ana", status="discharged"), participant("ben")],
            relations=[{"a": "ana", "b": "ben", "kind": "apart"}],
        )
        result = rolled(before)
        assert ([p.id for p in result.instance.participants], result.instance.relations) == (["ben"], ())
        assert result.notes == ("Left out, discharged before this week: ana.",)

    def test_phases_go_on_and_a_review_that_is_due_is_said(self):
        phases = [{"id": "core", "level": "2.1", "weeks": 2, "order": participant("x")["order"]}]
        before = instance(
            phases=phases,
            participants=[
                participant("ana", phase="core", phase_since=MONDAY + timedelta(days=2)),
                participant("ben", phase="core", phase_since=NEXT - timedelta(days=1)),
                participant("cam", phase="core", phase_since=NEXT),
            ],
        )
        result = rolled(before)
        assert person(result.instance).phase == "core"
        assert result.notes == (
            "ana: week 2 of 2 in phase core; the phase continues until you change it.",
            "ben: week 2 of 2 in phase core; the phase continues until you change it.",
        )

    def test_on_hold_for_long_is_said(self):
        held = {"status": "on_hold", "on_hold_since": NEXT - timedelta(days=14)}
        later = {"status": "on_hold", "on_hold_since": NEXT - timedelta(days=13)}
        notes = rolled(instance(participants=[participant("ana", **held), participant("ben", **later)])).notes
        assert notes == ("ana: on hold since November 23, 2026; places are kept for 14 days, and are free from now on.",)


class TestHistory:
    def test_orders_are_those_of_a_full_week_with_what_is_missing(self):
        order = participant("x")["order"] | {"minutes": {"floor": 400, "target": 420, "ceiling": 500}}
        before = instance(participants=[participant("ana", order=order)], groups=[group("g1")])
        (past,) = rolled(before, run("g1", "mon", "09:00", ["ana"])).instance.history.orders
        assert (past.participant, past.floor, past.target, past.ceiling, past.short_minutes) == ("ana", 400, 420, 500, 220)

    def test_who_is_on_hold_keeps_the_last_order_without_its_shortfall(self):
        orders = [{"participant": "ana", "floor": 300, "ceiling": 600, "short_minutes": 60}]
        before = instance(participants=[participant("ana", status="on_hold")], history={"orders": orders})
        assert [(o.floor, o.short_minutes) for o in rolled(before).instance.history.orders] == [(300, 0)]

    def test_an_interval_goes_on_from_the_date_it_was_given(self):
        order = participant("x")["order"] | {"services": [{"service": "individual", "every_n_weeks": 4, "due": True}]}
        before = instance(participants=[participant(p, order=order) for p in ("ana", "ben")])
        week = rolled(before, meet("ana", "wed", "09:00")).instance
        assert [(e.participant, e.date) for e in week.history.services] == [("ana", MONDAY + timedelta(days=2))]
        assert [(person(week, p).order.services or ())[0].due for p in ("ana", "ben")] == [None, True]
        assert [len(Case(week).care.order(p).needs) for p in ("ana", "ben")] == [0, 1]

    def test_a_weekly_service_switched_by_hand_stays_and_is_said(self):
        order = participant("x")["order"] | {"services": [{"service": "individual", "per_week": 1, "due": False}]}
        result = rolled(instance(participants=[participant("ana", order=order)]))
        assert (person(result.instance).order.services or ())[0].due is False
        assert result.notes == ("ana: whether individual is due stays as you entered it; check it.",)

    def test_modules_are_done_and_groups_go_on(self):
        cycle = {"id": "dbt", "modules": ["one", "two", "three"], "sequenced": True}
        order = participant("x")["order"] | {"modules": ["one", "two"]}
        before = instance(
            curricula=[cycle],
            participants=[participant("ana", order=order)],
            groups=[group("g1", curriculum="dbt", module="one"), group("g2", "tue", curriculum="dbt", module="three")],
        )
        result = rolled(before, run("g1", "mon", "09:00", ["ana"]))
        assert [(m.participant, m.curriculum, m.module) for m in result.instance.history.modules] == [("ana", "dbt", "one")]
        assert [g.module for g in result.instance.groups] == ["two", "three"]
        assert person(result.instance).order.modules == ("two",)
        assert result.notes == ("Group g1 continues with module one to two.",)

    def test_after_the_last_module_comes_the_first(self):
        before = instance(
            curricula=[{"id": "dbt", "modules": ["one", "two"]}],
            participants=[participant("ana")],
            groups=[group("g1", curriculum="dbt", module="two")],
        )
        assert rolled(before, run("g1", "mon", "09:00", ["ana"])).instance.groups[0].module == "one"

    @pytest.mark.parametrize(
        ("is_sequenced", "done", "module", "after"),
        [
            (False, [], "a", ["a"]),
            (False, ["a"], "b", ["a", "b"]),
            (False, ["a"], "a", ["a"]),
            (False, ["a", "b"], "a", ["a"]),
            (True, ["a"], "a", ["a"]),
            (True, ["b"], "a", ["a"]),
            (True, ["a"], "b", ["a", "b"]),
        ],
    )
    def test_a_module_done_once_more_begins_a_cycle_when_the_last_is_whole(self, is_sequenced, done, module, after):
        assert with_module(Curriculum(id="c", modules=("a", "b"), sequenced=is_sequenced), done, module) == after


class TestAuthorizations:
    def grants(self, *sessions: dict[str, Any], **more: Any) -> list[tuple[int, int]]:
        """Units used of each authorization, and of them in the payer's week, after a week with groups and individual sessions."""
        listed = [{"id": f"a{n}", "first": "2026-11-01", "last": "2026-12-31", "units": 20} | one for n, one in enumerate(more["grants"])]
        before = instance(
            policy={"values": {"billable_day_minutes": 180}},
            participants=[participant("ana", authorizations=listed)],
            groups=[group("g1"), group("g2", "tue")],
        )
        return [(grant.used, grant.used_in_week) for grant in person(rolled(before, *sessions).instance).authorizations]

    SESSIONS = (run("g1", "mon", "09:00", ["ana"]), run("g2", "tue", "09:00", ["ana"]), meet("ana", "tue", "13:00"))

    @pytest.mark.parametrize(
        ("grant", "used"),
        [
            ({"unit": "session"}, (3, 0)),
            ({"unit": "session", "used": 4, "used_in_week": 1}, (7, 0)),
            ({"unit": "hour"}, (7, 0)),
            ({"unit": "day"}, (2, 0)),
            ({"unit": "session", "week_start": "tue"}, (3, 2)),
            ({"unit": "day", "week_start": "tue"}, (2, 1)),
            ({"unit": "session", "week_start": "wed"}, (3, 0)),
            ({"unit": "session", "services": ["individual"]}, (1, 0)),
            ({"unit": "session", "units": None, "units_per_week": None}, (3, 0)),
            ({"unit": "session", "last": "2026-11-30"}, (1, 0)),
        ],
    )
    def test_units_used_are_those_the_rule_draws(self, grant, used):
        assert self.grants(*self.SESSIONS, grants=[grant]) == [used]

    @pytest.mark.parametrize(("counted", "after"), [(None, None), ("2026-11-30", date(2026, 12, 7))])
    def test_units_are_counted_up_to_the_next_monday(self, counted, after):
        grant = {"id": "a1", "unit": "session", "first": "2026-11-01", "last": "2026-12-31", "counted_on": counted}
        (following,) = person(rolled(instance(participants=[participant("ana", authorizations=[grant])])).instance).authorizations
        assert following.counted_on == after

    def test_the_one_that_ends_first_is_drawn_on_first(self):
        grants = [{"unit": "session"}, {"unit": "session", "last": "2026-12-20", "units": 2}]
        assert self.grants(*self.SESSIONS, grants=grants) == [(1, 0), (2, 0)]

    def test_a_day_that_is_not_billable_uses_no_day_unit(self):
        assert self.grants(meet("ana", "mon", "09:00"), grants=[{"unit": "day"}]) == [(0, 0)]

    def test_what_ends_or_is_used_up_is_said(self):
        grants = [
            {"id": "a1", "unit": "session", "first": "2026-11-01", "last": "2026-12-09"},
            {"id": "a2", "unit": "session", "first": "2026-11-01", "last": "2026-12-31", "units": 3, "used": 3, "services": ["process"]},
            {"id": "a3", "unit": "session", "first": "2026-11-01", "last": "2026-12-31", "units": 3, "used": 2, "services": ["process"]},
        ]
        notes = rolled(instance(participants=[participant("ana", authorizations=grants)])).notes
        assert notes == ("ana: authorization a1 ends on December 9, 2026.", "ana: authorization a2 is used up, 3 of 3 units.")

    def test_reviews_are_said_and_ends_of_what_was_never_approved_are_not(self):
        grant = {"unit": "session", "first": "2026-11-01", "last": "2026-12-09", "units": 3, "used": 3, "state": "asked"}
        days = ("2026-11-29", "2026-11-30", "2026-12-13", "2026-12-14")
        grants = [grant | {"id": f"a{n}", "next_review": day} for n, day in enumerate(days)]
        notes = rolled(instance(participants=[participant("ana", authorizations=grants)])).notes
        assert notes == (
            "ana: the payer reviews authorization a1 on November 30, 2026.",
            "ana: the payer reviews authorization a2 on December 13, 2026.",
        )


class TestRestOfTheWeek:
    def test_the_roster_is_what_people_know(self):
        before = instance(participants=[participant("ana")], groups=[group("g1")])
        known = roster(run("g1", "mon", "09:00", ["ana"]))
        now = at("mon", "07:40")
        week = resume(before, known, now)
        assert week.published is not None
        assert (week.id, week.monday, week.now, week.published.roster) == (before.id, MONDAY, now, known)


class TestChanges:
    week = instance(
        participants=[participant("ana"), participant("ben", status="waiting"), participant("dan", status="discharged")],
        clinicians=[clinician("cora")],
    )

    def test_leave_is_entered(self):
        (cora,) = give_leave(self.week, "cora", MONDAY, MONDAY + timedelta(days=1)).clinicians
        assert [(absence.first, absence.last) for absence in cora.leave] == [(MONDAY, MONDAY + timedelta(days=1))]

    def test_a_closure_is_entered(self):
        assert [closure.date for closure in close(self.week, SUNDAY).program.closures] == [SUNDAY]

    def test_somebody_waiting_is_admitted(self):
        ben = person(admit(self.week, "ben", MONDAY), "ben")
        assert (ben.status, ben.admitted) == ("active", MONDAY)

    def test_somebody_comes_back(self):
        dan = person(admit(self.week, "dan", MONDAY), "dan")
        assert (dan.status, dan.discharge) == ("active", None)

    def test_somebody_new_is_admitted(self):
        new = Participant.model_validate(participant("eve"))
        assert person(admit(self.week, new, SUNDAY), "eve").admitted == SUNDAY

    @pytest.mark.parametrize(("on", "status"), [(MONDAY, "active"), (MONDAY - timedelta(days=1), "discharged")])
    def test_a_last_day_is_entered(self, on, status):
        ana = person(discharge(self.week, "ana", on))
        assert (ana.discharge, ana.status) == (on, status)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda w: give_leave(w, "Cora", MONDAY, MONDAY), "there is no clinician Cora; did you mean cora?"),
            (lambda w: give_leave(w, "zoe", MONDAY, MONDAY), "there is no clinician zoe: write the id of a clinician"),
            (lambda w: give_leave(w, "cora", SUNDAY, MONDAY), "the absence of cora ends (2026-11-30) before it begins (2026-12-06)"),
            (lambda w: give_leave(w, "cora", NEXT, NEXT), "no day of the absence of cora is in the week of 2026-11-30"),
            (lambda w: close(w, NEXT), "the date of the closure, 2026-12-07, is not in the week of 2026-11-30: give one up to 2026-12-06"),
            (lambda w: admit(w, "ana", MONDAY), "ana is active already"),
            (lambda w: admit(w, w.participants[0], MONDAY), "the id ana is taken; give the new participant another one"),
            (lambda w: admit(w, "ben", date(2026, 1, 1)), "the date of the admission, 2026-01-01, is not in the week of 2026-11-30"),
            (lambda w: discharge(w, "dan", MONDAY), "dan is discharged already"),
            (lambda w: discharge(w, "zoe", MONDAY), "there is no participant zoe"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, change, message):
        with pytest.raises(StepdownError) as refused:
            change(self.week)
        assert str(refused.value).startswith(message)


def test_a_roster_may_name_people_who_are_gone():
    before = instance(participants=[participant("ana")], groups=[group("g1")])
    known = roster(run("g1", "mon", "09:00", ["ana"]))
    week = roll_over(before, known).instance
    left = discharge(week, "ana", SUNDAY)
    after: Roster = roster(monday=NEXT)
    gone = roll_over(left, after).instance
    assert gone.participants == ()
    assert errors(validate(gone)) == ()
