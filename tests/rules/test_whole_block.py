"""Words to numbers for `whole_block`, and how the hours of a block are counted, held and ordered."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.fields import BookingMode
from scheduler.greedy.fill import fill_week
from scheduler.instance import Instance
from scheduler.rules.session_floor import SessionFloor
from scheduler.rules.weekly_ceiling import WeeklyCeiling
from scheduler.rules.weekly_floor import WeeklyFloor
from scheduler.rules.whole_block import WholeBlock, whole
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.validation import validate
from scheduler.verify import judge
from tests.build import MONDAY, ZONE, at, clinician, free, group, instance, participant, roster, run, view, windows
from tests.faces import both
from tests.solving import solved

RULE = WholeBlock()
TIMES = {"early": "17:00", "relapse": "18:00", "family": "19:00"}
SERVICE = {"early": "process", "relapse": "skills", "family": "education"}


def hour(name: str, day: str = "mon", **more: Any) -> dict[str, Any]:
    """An hour of a block of one evening, with a service and leader of its own."""
    leader = ["dan"] if name == "relapse" else ["cora"]
    shown = {"service": SERVICE[name], "minutes": 60, "block": f"{day}-block", "facilitators": leader, "mode": "hybrid"}
    return group(f"{day}-{name}", day, TIMES[name], **(shown | more))


HOURS = [hour(name) for name in TIMES]


def order(floor: int = 0, sessions: tuple[int, int] = (0, 5), **more: Any) -> dict[str, Any]:
    """Minutes and sessions a week."""
    bands = {"minutes": {"floor": floor, "ceiling": 720}, "days": {"floor": 0}}
    return bands | {"sessions": {"floor": sessions[0], "ceiling": sessions[1]}} | more


def week(groups: list[dict[str, Any]] | None = None, **more: Any) -> Instance:
    """Ana and ben, who may join from home, and the three hours of Monday."""
    people = [participant(p, modes=["in_person", "telehealth"], order=order()) for p in ("ana", "ben")]
    rooms = [{"id": f"r{n}", "site": "s1", "seats": 20, "features": ["hybrid"]} for n in (1, 2)]
    return instance(**({"groups": groups or HOURS, "participants": people, "rooms": rooms} | more))


def held(name: str, *people: str, day: str = "mon", **more: Any) -> dict[str, Any]:
    """An hour that is held."""
    leader = "dan" if name == "relapse" else "cora"
    shown = {"service": SERVICE[name], "minutes": 60, "facilitators": [leader], "mode": "hybrid"}
    return run(f"{day}-{name}", day, TIMES[name], people, **(shown | more))


def published(*sessions: dict[str, Any]) -> dict[str, Any]:
    """Published sessions."""
    return {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": sessions}}


class TestWhole:
    def test_all_hours_or_none_are_legal(self) -> None:
        assert both(RULE, view(week(), *(held(name, "ana") for name in TIMES))) == (0, 0)
        assert both(RULE, view(week())) == (0, 0)

    @pytest.mark.parametrize(
        ("attended", "missing"),
        [
            (("early",), 2),
            (("relapse",), 2),
            (("family",), 2),
            (("early", "relapse"), 1),
            (("early", "family"), 1),
            (("relapse", "family"), 1),
        ],
    )
    def test_each_missing_hour_counts(self, attended: tuple[str, ...], missing: int) -> None:
        assert both(RULE, view(week(), *(held(name, "ana") for name in attended))) == (missing, None)

    def test_each_participant_counts(self) -> None:
        """Ben misses two hours, ana none."""
        sessions = [held("early", "ana", "ben"), held("relapse", "ana"), held("family", "ana")]
        assert both(RULE, view(week(), *sessions)) == (2, None)

    def test_the_mode_is_one(self) -> None:
        """From home in the last hour: one is missing in person, two by telehealth."""
        mixed = [held("early", "ana"), held("relapse", "ana"), held("family", "ana@home")]
        assert both(RULE, view(week(), *mixed)) == (3, None)
        assert both(RULE, view(week(), *(held(name, "ana@home") for name in TIMES))) == (0, 0)

    def test_other_groups_and_blocks_are_no_matter(self) -> None:
        """A block of one hour, and a group without a block, are attended alone."""
        groups = [*HOURS, hour("early", "tue"), group("g", "wed")]
        sessions = [held("early", "ana", day="tue"), run("g", "wed", "09:00", ("ana",))]
        assert both(RULE, view(week(groups), *sessions)) == (0, 0)
        assert not RULE.applies_to(Case(week([hour("early", "tue"), group("g")])))
        assert RULE.applies_to(Case(week()))

    def test_an_hour_that_does_not_meet_this_week_is_left_out(self) -> None:
        """The family hour is in B weeks only; this is an A week."""
        groups = [*HOURS[:2], hour("family", weeks="B")]
        assert both(RULE, view(week(groups), held("early", "ana"), held("relapse", "ana"))) == (0, 0)

    @pytest.mark.parametrize(("now", "amounts"), [("17:00", (1, None)), ("18:00", (1, None)), ("18:01", (0, 0))])
    def test_hours_that_have_begun_bind_nobody(self, now: str, amounts: tuple[int, int | None]) -> None:
        """Ana came to the first hour only: from the second on, one of two hours to come is missing, then there is only one."""
        sessions = [held("early", "ana"), held("relapse", "ana")]
        week_at = week(now=at("mon", now), published=published(*sessions))
        assert both(RULE, view(week_at, *sessions)) == amounts

    def test_the_sentence_names_the_hours(self) -> None:
        made = view(week(), held("early", "ana"), held("family", "ana"))
        (found,) = RULE.check(made.case, made)
        assert found.about == ("ana", "mon-relapse")
        where = "mon-early, mon-family of block mon-block on Monday 2026-11-30"
        assert found.message == f"ana attends {where} in person, but not mon-relapse"
        assert found.sessions == ("g.mon-early.2026-11-30", "g.mon-family.2026-11-30")


class TestHoursOfAVisit:
    """What somebody attends who attends one hour."""

    def hours(self, visit: Visit, **more: Any) -> list[Visit]:
        return whole(Case(week([*HOURS, group("g", "wed")], **more)), visit)

    def visit(self, name: str, start: int, mode: BookingMode = "in_person") -> Visit:
        """Ana in an hour of Monday."""
        return Visit("ana", SERVICE[name], f"mon-{name}", 1, Span(start, start + 60), mode, "s1")

    def test_an_hour_brings_the_others_of_its_block_in_the_same_mode(self) -> None:
        early, relapse, family = (self.visit(name, start) for name, start in zip(TIMES, (1020, 1080, 1140), strict=True))
        assert self.hours(early) == [early, relapse, family]
        assert self.hours(relapse) == [relapse, early, family]
        assert [v.mode for v in self.hours(self.visit("early", 1020, "telehealth"))] == ["telehealth"] * 3

    def test_other_sessions_bring_none(self) -> None:
        """A group without a block, and an appointment."""
        alone = Visit("ana", "process", "g", 1, Span(3420, 3600), "in_person", "s1")
        appointment = Visit("ana", "individual", None, 1, Span(1200, 1260), "in_person", "s1", "dan")
        assert self.hours(alone) == [alone]
        assert self.hours(appointment) == [appointment]

    def test_hours_that_have_begun_bring_none_and_are_brought_by_none(self) -> None:
        """At 17:30 the first hour has begun."""
        early, relapse, family = (self.visit(name, start) for name, start in zip(TIMES, (1020, 1080, 1140), strict=True))
        assert self.hours(early, now=at("mon", "17:30")) == [early]
        assert self.hours(relapse, now=at("mon", "17:30")) == [relapse, family]


class TestCounting:
    def test_a_block_is_one_session_of_all_its_minutes(self) -> None:
        made = week(participants=[participant("ana", order=order(180, (1, 1)))])
        whole = view(made, *(held(name, "ana") for name in TIMES))
        for rule in (SessionFloor(), WeeklyFloor(), WeeklyCeiling()):
            assert both(rule, whole) == (0, 0)
        assert (whole.care_minutes("ana"), whole.service_days("ana")) == (180, 1)

    def test_two_blocks_are_two(self) -> None:
        """One session is allowed and two are booked; three are ordered, so one is missing."""
        groups = [*HOURS, *(hour(name, "tue") for name in TIMES)]
        sessions = [held(name, "ana", day=day) for day in ("mon", "tue") for name in TIMES]
        over = week(groups, participants=[participant("ana", order=order(0, (0, 1)))])
        assert both(WeeklyCeiling(), view(over, *sessions)) == (1, None)
        under = week(groups, participants=[participant("ana", order=order(0, (3, 3)))])
        assert both(SessionFloor(), view(under, *sessions)) == (60, 60)

    def test_the_first_hour_with_a_service_that_counts_is_the_session(self) -> None:
        """Early recovery is outside the bands, so relapse prevention counts."""
        services = [s | {"outside_bands": s["id"] == "process"} for s in instance().model_dump(mode="json")["services"]]
        care = Case(week(services=services)).care
        assert [care.is_counted(SERVICE[name], f"mon-{name}") for name in TIMES] == [False, True, False]
        care = Case(week()).care
        assert [care.is_counted(SERVICE[name], f"mon-{name}") for name in TIMES] == [True, False, False]
        assert care.is_counted("skills", "a group of last year")

    def test_a_block_is_ordered_if_any_of_its_hours_is(self) -> None:
        only = order(only=True, services=[{"service": "skills", "per_week": 1}])
        case = Case(week([*HOURS, hour("family", "tue")], participants=[participant("ana", order=only)]))
        assert [case.care.is_ordered("ana", g) for g in case.groups] == [True, True, True, False]


class TestHolding:
    def last(self, **more: Any) -> Case:
        """Last week ana and ben were in all three hours."""
        monday = MONDAY.replace(day=23)
        before = roster(*(held(name, "ana", "ben", monday=monday) for name in TIMES), monday=monday)
        return Case(week(mode="hold", history={"last_week": before.model_dump()}, **more))

    def test_all_hours_are_held(self) -> None:
        assert [h.released for h in self.last().places.held["ana"]] == [None, None, None]

    def test_what_releases_one_hour_releases_all(self) -> None:
        """Ana is not free any more after 19:00; ben is."""
        people = [participant("ana", order=order(), availability=free("00:00", "19:00")), participant("ben", order=order())]
        case = self.last(participants=people)
        assert [h.released for h in case.places.held["ana"]] == ["availability"] * 3
        assert [h.released for h in case.places.held["ben"]] == [None] * 3

    def test_an_absent_leader_releases_all(self) -> None:
        case = self.last(clinicians=[clinician("cora"), clinician("dan", hours=windows("08:00", "12:00", site="s1"))])
        assert [h.released for h in case.places.held["ben"]] == ["clinician_absent"] * 3


class TestGreedy:
    def booked(self, made: Instance) -> dict[str, int]:
        """The number of places in each group of the greedy roster, which is legal."""
        found = fill_week(made)
        assert not judge(Case(made), found).violations
        return {s.group: len(s.bookings) for s in found.sessions if s.group is not None}

    def test_whole_blocks_are_booked(self) -> None:
        people = [participant(p, order=order(180, (1, 1))) for p in ("ana", "ben")]
        assert self.booked(week(participants=people)) == {"mon-early": 2, "mon-relapse": 2, "mon-family": 2}

    def test_someone_who_cannot_stay_is_in_none(self) -> None:
        people = [participant("ana", order=order(180), availability=free("00:00", "19:00")), participant("ben", order=order(180))]
        assert self.booked(week(participants=people)) == {"mon-early": 1, "mon-relapse": 1, "mon-family": 1}

    def test_a_block_without_a_leader_in_one_hour_is_not_held(self) -> None:
        people = [participant(p, order=order(180)) for p in ("ana", "ben")]
        staff = [clinician("cora"), clinician("dan", hours=windows("08:00", "12:00", site="s1"))]
        assert self.booked(week(participants=people, clinicians=staff)) == {}

    @pytest.mark.unmeasured
    def test_the_search_books_whole_blocks(self) -> None:
        """Two evenings of one session each for 180 minutes; ben must leave before the last hour of Monday's."""
        groups = [*HOURS, *(hour(name, "tue") for name in TIMES)]
        early = {"weekly": [*windows("00:00", "19:00", ("mon",)), *windows("00:00", "24:00", ("tue",))]}
        people = [participant(p, order=order(180, (1, 1)), availability=early if p == "ben" else free()) for p in ("ana", "ben")]
        made = week(groups, participants=people)
        found = solved(made, 2.0)
        assert found.roster is not None
        assert found.care is not None
        assert found.care.objective == 0
        assert {s.group for s in found.roster.sessions if "ben" in {b.participant for b in s.bookings}} == {f"tue-{name}" for name in TIMES}


class TestNeighbourhoods:
    def test_blocks_are_freed_as_a_whole(self) -> None:
        groups = Case(week([*HOURS, group("g", "wed")])).groups
        assert groups.with_blocks(["mon-relapse", "g", "mon-early"]) == ["g", "mon-early", "mon-family", "mon-relapse"]
        assert groups.blocks == {"mon-block": ("mon-early", "mon-relapse", "mon-family")}


class TestValidation:
    def codes(self, *groups: dict[str, Any], **more: Any) -> list[str]:
        """The codes of issues about blocks."""
        return [issue.code for issue in validate(week([*groups], **more)) if issue.code.startswith("block")]

    def test_hours_one_after_the_other_are_a_block(self) -> None:
        assert self.codes(*HOURS) == []

    @pytest.mark.parametrize(
        ("first", "second", "codes"),
        [
            ({}, {}, ["block_overlap"]),
            ({"weeks": "A"}, {}, ["block_overlap"]),
            ({}, {"weeks": "B"}, ["block_overlap"]),
            ({"weeks": "A"}, {"weeks": "A"}, ["block_overlap"]),
            ({"weeks": "A"}, {"weeks": "B"}, []),
            ({"meets_until": "2026-12-01"}, {"meets_from": "2026-12-01"}, ["block_overlap"]),
            ({"meets_until": "2026-11-30"}, {"meets_from": "2026-12-01"}, []),
            ({"meets_from": "2026-12-01"}, {"meets_until": "2026-11-30"}, []),
        ],
    )
    def test_two_hours_at_one_time_never_meet_in_one_week(self, first: Any, second: Any, codes: list[str]) -> None:
        """A film and family education share the last hour in turn."""
        film = hour("family", **second) | {"id": "mon-film"}
        assert self.codes(*HOURS[:2], hour("family", **first), film) == codes

    @pytest.mark.parametrize(("at_most", "codes"), [(0, ["block_over_mix"]), (1, [])])
    def test_a_mix_allows_all_hours(self, at_most: int, codes: list[str]) -> None:
        mix = [{"category": "skills"}, {"category": "education", "at_most": at_most}]
        assert self.codes(*HOURS, participants=[participant("ana", order=order(mix=mix))]) == codes
        assert self.codes(*HOURS, participants=[participant("ana", age_group="adolescent", order=order(mix=mix))]) == []

    def test_a_block_gives_several_ordered_services_in_one_session(self) -> None:
        """Two of each hour are two sessions; with two of a group outside the block, they are four."""
        extra = group("g", "wed", service="peer", minutes=60)
        ordered = [{"service": service, "per_week": 2} for service in SERVICE.values()]
        groups = [*HOURS, *(hour(name, "tue") for name in TIMES), extra, extra | {"id": "h"}]
        for most, services, is_over in ((2, ordered, False), (1, ordered, True), (3, [*ordered, {"service": "peer", "per_week": 2}], True)):
            people = [participant("ana", order=order(0, (0, most), services=services))]
            found = {issue.code for issue in validate(week(groups, participants=people))}
            assert ("sessions_over_ceiling" in found) == is_over, most
