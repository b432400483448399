"""History read from published weeks: orders, what fell short, last services, modules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from api.database import Store
from api.database.tables import AttendanceRow
from scheduler.instance import History, PastOrder
from scheduler.validation import errors, validate
from tests.api.programs.seed import built, change, keep, publish_week, seed, set_week
from tests.build import MONDAY, group, instance, meet, participant, roster, run

NEXT = MONDAY + timedelta(weeks=1)
AFTER = MONDAY + timedelta(weeks=2)


def history(store: Store, program: str, monday: date = NEXT) -> History:
    return built(store, program, monday).instance.history


def came(store: Store, program: str, session: str, person: str, status: str, monday: date = MONDAY) -> None:
    """Record who came."""
    with store.writing() as writing:
        writing.add(AttendanceRow(program=program, monday=monday, session=session, participant=person, status=status, minutes=0))


def ordered(**more: Any) -> dict[str, Any]:
    """Ana's order of three blocks a week."""
    return participant("ana", order={"minutes": {"floor": 540, "target": 600, "ceiling": 720}}, **more)


class TestOrders:
    @pytest.fixture
    def program(self, store: Store) -> str:
        groups = [group("g1", "mon"), group("g2", "tue"), group("g3", "wed")]
        return seed(store, instance(groups=groups, participants=[ordered(), participant("ben")]))

    def test_the_order_is_the_one_of_the_published_week_whatever_was_ordered_later(self, store: Store, program: str) -> None:
        publish_week(store, program, MONDAY, roster())
        keep(store, program, "orders", participant="ana", first=MONDAY, order={"minutes": {"floor": 60, "ceiling": 900}})
        order = history(store, program).orders[0]
        assert (order.participant, order.floor, order.target, order.ceiling) == ("ana", 540, 600, 720)

    def test_short_is_what_was_neither_scheduled_nor_kept(self, store: Store, program: str) -> None:
        blocks = [run(f"g{n}", day, "09:00", ("ana",)) for n, day in ((1, "mon"), (2, "tue"), (3, "wed"))]
        publish_week(store, program, MONDAY, roster(*blocks))
        ids = [block["id"] for block in blocks]
        shorts = [history(store, program).orders[0].short_minutes]
        # What somebody misses was scheduled; what the program cancels was not.
        for id, status in zip(ids, ("no_show", "excused", "cancelled"), strict=True):
            came(store, program, id, "ana", status)
            shorts.append(history(store, program).orders[0].short_minutes)
        assert shorts == [0, 0, 0, 180]

    def test_short_is_measured_against_the_scaled_floor_of_a_week_with_a_holiday(self, store: Store) -> None:
        program_document = instance().program.model_dump(mode="json")
        closed = program_document | {"closures": [{"date": (MONDAY + timedelta(days=day)).isoformat()} for day in range(3)]}
        program = seed(store, instance(program=closed, groups=[group("g4", "thu")], participants=[ordered()]))
        publish_week(store, program, MONDAY, roster(run("g4", "thu", "09:00", ("ana",))))
        order = history(store, program).orders[0]
        # 4 of 7 open days are left: a floor of 308, of which 180 were scheduled. The order itself is that of a full week.
        assert (order.short_minutes, order.floor, order.target, order.ceiling) == (128, 540, 600, 720)

    def test_who_was_on_hold_last_week_has_the_order_of_the_week_before(self, store: Store, program: str) -> None:
        publish_week(store, program, MONDAY, roster())
        change(store, program, "participants", "ana", status="on_hold", on_hold_since=NEXT.isoformat())
        keep(store, program, "orders", participant="ana", first=NEXT, order={"minutes": {"floor": 300}})
        publish_week(store, program, NEXT, roster(monday=NEXT))
        found = {order.participant: order for order in history(store, program, AFTER).orders}
        assert (found["ana"].floor, found["ana"].short_minutes, sorted(found)) == (540, 0, ["ana", "ben"])

    def test_who_was_not_there_has_none(self, store: Store, program: str) -> None:
        publish_week(store, program, MONDAY, roster())
        keep(store, program, "participants", **participant("cem", admitted=NEXT.isoformat()))
        assert [order.participant for order in history(store, program).orders] == ["ana", "ben"]

    @pytest.mark.parametrize(
        ("fields", "has_order"),
        [
            ({"status": "waiting"}, False), ({"status": "discharged"}, False), ({"status": "on_hold"}, True),
            ({"admitted": NEXT}, False), ({"admitted": NEXT - timedelta(days=1)}, True), ({"admitted": MONDAY - timedelta(days=1)}, True),
        ],
    )  # fmt: skip
    def test_nor_who_is_said_not_to_have_been_there(self, store: Store, program: str, fields: dict[str, Any], has_order: bool) -> None:
        publish_week(store, program, MONDAY, roster())
        change(store, program, "participants", "ana", **{name: str(value) for name, value in fields.items()})
        assert [order.participant for order in history(store, program).orders] == ["ana", "ben"][not has_order :]

    def test_of_several_weeks_the_latest_order_counts(self, store: Store, program: str) -> None:
        for monday, floor in ((MONDAY, 300), (NEXT, 310)):
            keep(store, program, "orders", participant="ana", first=monday, order={"minutes": {"floor": floor}})
            publish_week(store, program, monday, roster(monday=monday))
        assert history(store, program, AFTER).orders[0].floor == 310

    def test_who_had_nothing_was_short_of_everything(self, store: Store, program: str) -> None:
        publish_week(store, program, MONDAY, roster())
        assert history(store, program).orders[0].short_minutes == 540

    def test_an_order_counts_for_eight_weeks(self, store: Store, program: str) -> None:
        publish_week(store, program, MONDAY, roster())
        found = [history(store, program, MONDAY + timedelta(weeks=n)).orders for n in (0, 8, 9)]
        assert [[order.participant for order in orders] for orders in found] == [[], ["ana", "ben"], []]

    def test_what_was_brought_along_stands_until_a_week_is_published(self, store: Store) -> None:
        brought = {"participant": "ana", "floor": 360, "ceiling": 400, "short_minutes": 90}
        program = seed(store, instance(participants=[ordered()], history={"orders": [brought]}))
        assert history(store, program, MONDAY).orders == (PastOrder.model_validate(brought),)
        assert history(store, program).orders == (PastOrder.model_validate(brought),)
        publish_week(store, program, MONDAY, roster())
        assert [(o.floor, o.ceiling) for o in history(store, program).orders] == [(540, 720)]

    def test_a_week_before_the_import_knows_nothing_of_it(self, store: Store) -> None:
        brought = {"participant": "ana", "floor": 360, "ceiling": 400}
        program = seed(store, instance(participants=[ordered()], history={"orders": [brought]}))
        assert history(store, program, MONDAY - timedelta(weeks=1)) == History()

    def test_it_knows_the_published_weeks_before_it(self, store: Store) -> None:
        brought = {"participant": "ana", "floor": 360, "ceiling": 400}
        program = seed(store, instance(participants=[ordered()], history={"orders": [brought]}))
        before = MONDAY - timedelta(weeks=2)
        publish_week(store, program, before, roster(monday=before))
        assert [order.floor for order in history(store, program, MONDAY - timedelta(weeks=1)).orders] == [540]


class TestLastServices:
    MONTHLY = ({"service": "family", "every_n_weeks": 4}, {"service": "individual", "per_week": 1})

    @pytest.fixture
    def program(self, store: Store) -> str:
        brought = {"services": [{"participant": "ana", "service": "family", "date": "2026-11-05"}]}
        return seed(store, instance(participants=[participant("ana", order={"services": self.MONTHLY})], history=brought))

    @pytest.mark.parametrize(
        ("status", "last"),
        [(None, "2026-12-03"), ("attended", "2026-12-03"), ("late", "2026-12-03"), ("left_early", "2026-12-03"),
         ("no_show", "2026-11-05"), ("excused", "2026-11-05"), ("cancelled", "2026-11-05")],
    )  # fmt: skip
    def test_a_service_was_given_unless_the_person_did_not_come(self, store: Store, program: str, status: str | None, last: str) -> None:
        session = meet("ana", "thu", "20:30", 30, service="family")
        publish_week(store, program, MONDAY, roster(session, meet("ana", "fri", "09:00")))
        if status is not None:
            came(store, program, session["id"], "ana", status)
        found = history(store, program).services
        # The evening of Thursday in New York is Friday in UTC; and nobody asks when a weekly service was given last.
        assert [(entry.service, entry.date.isoformat()) for entry in found] == [("family", last)]

    def test_the_latest_of_several_weeks_counts_and_the_week_itself_does_not(self, store: Store, program: str) -> None:
        for monday in (MONDAY, NEXT, AFTER):
            publish_week(store, program, monday, roster(meet("ana", "tue", "13:00", 60, monday, "family"), monday=monday))
        assert [history(store, program, monday).services[0].date.isoformat() for monday in (MONDAY, NEXT, AFTER)] == [
            "2026-11-05", "2026-12-01", "2026-12-08",
        ]  # fmt: skip

    def test_of_a_service_ordered_by_a_number_in_all_every_date_is_known(self, store: Store) -> None:
        brought = {"services": [{"participant": "ana", "service": "family", "date": date} for date in ("2026-11-05", "2026-11-19")]}
        three = ({"service": "family", "in_all": 3, "until_week": 16},)
        ana = participant("ana", admitted="2026-11-02", order={"services": three})
        program = seed(store, instance(participants=[ana], history=brought))
        for monday in (MONDAY, NEXT):
            publish_week(store, program, monday, roster(meet("ana", "tue", "13:00", 60, monday, "family"), monday=monday))
        assert [[str(entry.date) for entry in history(store, program, monday).services] for monday in (MONDAY, NEXT, AFTER)] == [
            ["2026-11-05", "2026-11-19"],
            ["2026-11-05", "2026-11-19", "2026-12-01"],
            ["2026-11-05", "2026-11-19", "2026-12-01", "2026-12-08"],
        ]

    def test_a_date_of_the_weeks_monday_is_not_before_it(self, store: Store) -> None:
        brought = {"services": [{"participant": "ana", "service": "family", "date": MONDAY.isoformat()}]}
        program = seed(store, instance(participants=[participant("ana", order={"services": self.MONTHLY})], history=brought))
        assert [len(history(store, program, monday).services) for monday in (MONDAY, NEXT)] == [0, 1]

    def test_a_date_ahead_of_the_week_is_no_last_date(self, store: Store) -> None:
        """Kept before such dates were refused: the week is built without it, sound; once it is past, it counts."""
        brought = {"services": [{"participant": "ana", "service": "family", "date": "2026-12-08"}]}
        program = seed(store, instance(participants=[participant("ana", order={"services": self.MONTHLY})], history=brought))
        for monday, dates in ((MONDAY, []), (NEXT, []), (AFTER, ["2026-12-08"])):
            week = built(store, program, monday).instance
            assert [str(entry.date) for entry in week.history.services] == dates
            assert errors(validate(week)) == ()


class TestModules:
    @pytest.mark.parametrize(
        ("is_sequenced", "taken", "done"),
        [
            (True, "m1 m2", ["m1", "m2"]),
            (True, "m1 m2 m3 m1", ["m1"]),
            (True, "m2 m1", ["m1"]),
            (False, "m2 m1", ["m2", "m1"]),
            (False, "m2 m1 m2", ["m2", "m1"]),
            (False, "m2 m1 m3 m2", ["m2"]),
        ],
    )
    def test_modules_of_the_current_cycle_are_done(self, store: Store, is_sequenced: bool, taken: str, done: list[str]) -> None:
        curriculum = {"id": "dbt", "modules": ["m1", "m2", "m3"], "sequenced": is_sequenced}
        program = seed(store, instance(groups=[group("g1", curriculum="dbt")], curricula=[curriculum], participants=[participant("ana")]))
        monday = MONDAY
        for module in taken.split():
            set_week(store, program, monday, groups={"g1": {"module": module}})
            publish_week(store, program, monday, roster(run("g1", "mon", "09:00", ("ana",), monday=monday), monday=monday))
            monday += timedelta(weeks=1)
        assert [entry.module for entry in history(store, program, monday).modules] == done

    def test_who_did_not_come_has_not_done_the_module(self, store: Store) -> None:
        curriculum = {"id": "dbt", "modules": ["m1", "m2"], "sequenced": True}
        people = [participant("ana"), participant("ben")]
        brought = {"modules": [{"participant": "ben", "curriculum": "dbt", "module": "m2"}]}
        taught = group("g1", curriculum="dbt", module="m1")
        program = seed(store, instance(groups=[taught], curricula=[curriculum], participants=people, history=brought))
        session = run("g1", "mon", "09:00", ("ana", "ben"))
        publish_week(store, program, MONDAY, roster(session))
        came(store, program, session["id"], "ana", "no_show")
        assert [(m.participant, m.module) for m in history(store, program).modules] == [("ben", "m1")]

    def test_a_group_teaches_its_own_module_unless_the_week_says_another(self, store: Store) -> None:
        curriculum = {"id": "dbt", "modules": ["m1", "m2", "m3"], "sequenced": True}
        program = seed(store, instance(groups=[group("g1", curriculum="dbt")], curricula=[curriculum], participants=[participant("ana")]))
        for n, special in enumerate(({}, {"g1": {"minimum": 1}}, {"g1": {"module": "m3"}})):
            monday = MONDAY + n * timedelta(weeks=1)
            change(store, program, "groups", "g1", module=f"m{n + 1}")
            set_week(store, program, monday, groups=special)
            publish_week(store, program, monday, roster(run("g1", "mon", "09:00", ("ana",), monday=monday), monday=monday))
            assert f"m{n + 1}" in [entry.module for entry in history(store, program, monday + timedelta(weeks=1)).modules]


def test_last_week_is_the_published_roster_of_the_week_before_and_no_other(store: Store) -> None:
    program = seed(store, instance(groups=[group("g1")]))
    publish_week(store, program, MONDAY, roster(run("g1", "mon", "09:00", ("ana",))))
    last = [history(store, program, monday).last_week for monday in (MONDAY, NEXT, AFTER)]
    assert [week if week is None else len(week.sessions) for week in last] == [None, 1, None]
