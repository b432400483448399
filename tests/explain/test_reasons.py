"""A reason names what binds: README's first week with one change each, and neighbours of each change."""

from typing import Any, ClassVar

import pytest

from scheduler.barriers import OwnWeek
from scheduler.case import Case
from scheduler.explain.binding import binding_causes
from scheduler.explain.missing import missing_care
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.validation import validate
from scheduler.verify import judge
from scheduler.view import View
from tests.build import MONDAY, SERVICES, clinician, free, group, instance, participant, roster, run, windows

NONE = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}}
TALK, BLOCK, COUPLE = (NONE | {"services": [{"service": s, "per_week": 1}]} for s in ("individual", "process", "couple"))
PAID = [s | ({"requires_authorization": True} if s["id"] in ("process", "individual") else {}) for s in SERVICES]
LAST_DAY = "2026-12-06"


def reasons(week: Instance, person: str = "ana", made: Roster | None = None) -> list[str]:
    """Every sentence on what is missing for one person, once."""
    case, made = Case(week), made or roster()
    missing = [m for m in missing_care(case, View(case, made), judge(case, made)) if m.participant == person]
    assert missing
    own = OwnWeek(case, person, made.sessions)
    return list(dict.fromkeys(cause.sentence for m in missing for cause in binding_causes(own, m)))


def warnings(week: Instance) -> str:
    """Everything that validation warns of."""
    return "\n".join(issue.message for issue in validate(week) if issue.severity == "warning")


def ana(order: dict[str, Any], **more: Any) -> Any:
    """Ana with an order."""
    return participant("ana", order=order, **more)


class TestRooms:
    @pytest.mark.parametrize("order", [TALK, BLOCK, NONE | {"minutes": {"floor": 180}}])
    @pytest.mark.parametrize("feature", ["accessible", "quiet"])
    def test_a_feature_that_no_room_has(self, order: dict[str, Any], feature: str) -> None:
        week = instance(participants=[ana(order, room_features=[feature])], groups=[group("g")])
        sentence = f"no room at s1 has the feature {feature}, which ana needs"
        assert sentence in reasons(week)
        assert sentence in warnings(week)

    def test_each_room_says_what_is_against_it(self) -> None:
        closed = [{"first": "2026-11-30", "last": LAST_DAY}]
        rooms = [
            {"id": "r1", "site": "s1", "seats": 9, "features": ["accessible"], "closed": closed},
            {"id": "r2", "site": "s1", "seats": 9},
        ]
        week = instance(participants=[ana(BLOCK, room_features=["accessible"])], groups=[group("g")], rooms=rooms)
        assert reasons(week) == ["no room at s1 suits g on Monday 09:00: r1 (closed then); r2 (without accessible)"]

    def test_a_hybrid_group_without_a_hybrid_room(self) -> None:
        week = instance(participants=[ana(BLOCK)], groups=[group("g", mode="hybrid")])
        assert reasons(week) == ["no room at s1 has the feature hybrid, needed for g on Monday 09:00"]


class TestLeaders:
    @pytest.mark.parametrize("credential", ["phd", "md"])
    def test_a_credential_that_nobody_has(self, credential: str) -> None:
        week = instance(participants=[ana(BLOCK)], groups=[group("g", leading_credential=credential)])
        assert reasons(week) == [f"no clinician has the credential {credential}, which the leader of g on Monday 09:00 needs"]
        assert f"no clinician has the credential {credential}, which the leader of g needs" in warnings(week)

    def test_a_language_that_nobody_speaks(self) -> None:
        week = instance(participants=[ana(BLOCK, languages=["es"])], groups=[group("g", language="es")])
        assert reasons(week) == ["no clinician speaks es, the language of g on Monday 09:00"]

    def test_the_notes_meet_a_meeting(self) -> None:
        staff = [clinician("cora", protected=[{"day": "mon", "start": "12:00", "end": "12:30"}])]
        week = instance(participants=[ana(BLOCK)], clinicians=staff, groups=[group("g")])
        why = "cora, the only one who may, has protected time 12:00-12:30 on Monday, and the notes after it take until 12:15"
        assert reasons(week) == [f"nobody can lead g on Monday 09:00: {why}"]
        assert why in warnings(week)

    def test_the_notes_go_beyond_the_working_hours(self) -> None:
        staff = [clinician("cora", hours=windows("08:00", "12:05", site="s1"))]
        week = instance(participants=[ana(BLOCK)], clinicians=staff, groups=[group("g")])
        why = "works until 12:05 on Monday, and it takes until 12:15 with notes"
        assert reasons(week) == [f"nobody can lead g on Monday 09:00: cora, the only one who may, {why}"]

    def test_the_leave_by_its_date_and_who_could_instead(self) -> None:
        staff = [clinician("cora", leave=[{"first": "2026-11-30", "last": "2026-11-30"}]), clinician("dan")]
        week = instance(participants=[ana(BLOCK)], clinicians=staff, groups=[group("g", facilitators=["cora"])])
        (sentence,) = reasons(week)
        assert "cora, the only one listed for it, is on leave on Monday 2026-11-30" in sentence
        assert sentence.endswith("; dan could, but is not listed as its facilitator")


class TestTimes:
    def test_the_minute_after_the_group(self) -> None:
        order = NONE | {"services": [{"service": "process", "per_week": 1}, {"service": "individual", "per_week": 1}]}
        person = ana(order, availability=free("09:00", "12:49", ("mon",)))
        week = instance(participants=[person], groups=[group("g")])
        made = roster(run("g", "mon", "09:00", ("ana",)))
        assert reasons(week, made=made) == ["ana is free until 12:49 on Monday, 1 minute too short for individual after g"]

    @pytest.mark.parametrize("hours", [("13:00", "17:00"), ("12:30", "13:00"), ("11:01", "17:00")])
    def test_partners_who_are_never_free_together(self, hours: tuple[str, str]) -> None:
        people = [
            participant(p, order=NONE | {"services": [{"service": "couple", "per_week": 1, "partner": other}]}, availability=free(*times))
            for p, other, times in (("ana", "ben", ("08:00", "12:00")), ("ben", "ana", hours))
        ]
        week = instance(participants=people)
        (sentence,) = reasons(week)
        who = (
            "ben is never free for 60 minutes at a stretch" if hours[1] == "13:00" else "ana and ben are never free together for 60 minutes"
        )
        assert sentence.startswith(who)
        assert who in warnings(week)

    def test_a_guest_who_is_never_there_together(self) -> None:
        order = NONE | {"services": [{"service": "family", "per_week": 1, "guests": ["mum"]}]}
        person = ana(order, availability=free("08:00", "12:00"), guests=[{"id": "mum", "availability": free("13:00", "17:00")}])
        assert reasons(instance(participants=[person])) == ["ana and guest mum are never free together for 60 minutes, as family needs"]

    def test_the_closure_by_its_date(self) -> None:
        program = instance().program.model_dump(mode="json") | {"closures": [{"date": MONDAY.isoformat()}]}
        week = instance(program=program, participants=[ana(BLOCK)], groups=[group("g")])
        assert reasons(week) == ["g on Monday 09:00 cannot take place: s1 is closed on Monday 2026-11-30"]

    @pytest.mark.parametrize("order", [TALK, BLOCK])
    def test_an_interpreter_who_is_not_there(self, order: dict[str, Any]) -> None:
        resource = {"id": "interp", "kind": "sessions", "windows": []}
        week = instance(resources=[resource], participants=[ana(order, resources=[{"resource": "interp"}])], groups=[group("g")])
        assert [s.startswith("interp, which ana needs, is not there") for s in reasons(week)] == [True]
        assert "interp, which ana needs, is not there" in warnings(week)

    def test_an_interpreter_who_is_there_at_other_hours(self) -> None:
        resource = {"id": "interp", "kind": "sessions", "windows": windows("12:00", "14:00", ("mon",), capacity=1)}
        week = instance(resources=[resource], participants=[ana(BLOCK, resources=[{"resource": "interp"}])], groups=[group("g")])
        assert reasons(week) == ["interp, which ana needs for g on Monday 09:00, is there only 12:00-14:00 on Monday"]


MIX = {"mix": [{"category": "skills", "at_most": 1}]}


class TestOrders:
    def mixed(self, order: dict[str, Any]) -> Instance:
        """Ana is ordered two of a process group on Monday and a skills group on Thursday."""
        bands = {"minutes": {"floor": 360}, "sessions": {"floor": 0}, "days": {"floor": 0}}
        return instance(participants=[ana(bands | order)], groups=[group("g"), group("h", "thu", service="skills")])

    @pytest.mark.parametrize("order", [MIX | {"only": True}, {"only": True, "mix": [{"category": "skills", "at_least": 1}]}])
    def test_a_service_mix_that_leaves_a_group_out(self, order: dict[str, Any]) -> None:
        assert "the order of ana names only skills, which leaves out g on Monday 09:00" in reasons(
            self.mixed(order), made=roster(run("h", "thu", "09:00", ("ana",), service="skills"))
        )

    def test_without_the_word_only_it_leaves_nothing_out(self) -> None:
        week = self.mixed(MIX)
        assert Case(week).care.is_ordered("ana", "g")
        assert not any("leaves out" in sentence for sentence in reasons(week))

    @pytest.mark.parametrize("order", [NONE | {"services": [{"service": "process", "per_week": 2}]}, NONE | {"minutes": {"floor": 360}}])
    def test_one_run_where_two_were_meant(self, order: dict[str, Any]) -> None:
        starts = [{"day": "mon", "time": "09:00"}, {"day": "thu", "time": "09:00"}]
        week = instance(participants=[ana(order)], groups=[group("g", starts=starts)])
        made = roster(run("g", "mon", "09:00", ("ana",)))
        assert reasons(week, made=made) == ["g meets once a week, though it has 2 starts, and ana is in it on Monday"]
        assert "g has 2 starts but meets once a week" in warnings(week)


class TestAuthorizations:
    def week(self, order: dict[str, Any], *grants: dict[str, Any]) -> Instance:
        return instance(services=PAID, participants=[ana(order, authorizations=grants)], groups=[group("g", "fri")])

    def test_ended_not_yet_begun_and_none(self) -> None:
        grant = {"id": "a1", "unit": "session", "first": "2026-11-01", "last": "2026-12-02"}
        assert reasons(self.week(BLOCK, grant)) == ["authorization a1 of ana ends on Wednesday 2026-12-02, before g on Friday 09:00"]
        late = grant | {"first": "2026-12-05", "last": "2026-12-31"}
        assert reasons(self.week(BLOCK, late)) == ["authorization a1 of ana begins on Saturday 2026-12-05, after g on Friday 09:00"]
        assert reasons(self.week(TALK)) == ["individual needs an authorization, and ana has none for it"]

    @pytest.mark.parametrize(
        ("state", "words"), [("asked", "is not approved yet"), ("denied", "was denied"), ("appeal", "was denied and is in appeal")]
    )
    def test_not_approved(self, state: str, words: str) -> None:
        """The one that ends first is named, of those for the service."""
        grant = {"id": "a1", "unit": "session", "first": "2026-11-01", "last": "2026-12-31", "state": state}
        others = [grant | {"id": "a0", "services": ["peer"], "last": "2026-12-01"}, grant | {"id": "a2", "last": "2027-01-31"}]
        sentence = f"authorization a1 of ana {words}"
        assert reasons(self.week(BLOCK, others[1], grant, others[0])) == [sentence]
        assert reasons(self.week(TALK, others[1], grant, others[0])) == [sentence]

    def test_what_is_left(self) -> None:
        grant = {"id": "a1", "unit": "hour", "first": "2026-11-01", "last": "2026-12-31", "units": 20, "used": 18}
        (sentence,) = reasons(self.week(BLOCK, grant))
        assert sentence == "the authorization of ana does not cover g on Friday 09:00: a1 has 2 hour units left"


class TestTrips:
    @pytest.mark.parametrize(
        ("bound", "sentence"),
        [
            ("same_day", "individual is given only on days on which ana has another session at the same site"),
            ("beside_group", "individual is given only directly before or after a group at the same site"),
        ],
    )
    def test_a_short_visit_without_anything_to_go_with(self, bound: str, sentence: str) -> None:
        services = [s | {"without_trip": bound} if s["id"] == "individual" else s for s in SERVICES]
        assert reasons(instance(services=services, participants=[ana(TALK)])) == [sentence]

    def test_a_required_home_site_without_a_group(self) -> None:
        sites = [{"id": s, "hours": windows()} for s in ("s1", "s2")]
        program = {"id": "p", "zone": "America/New_York", "sites": sites, "travel": [{"a": "s1", "b": "s2", "minutes": 9}]}
        week = instance(program=program, participants=[ana(BLOCK, home_site="s2", home_site_use="required")], groups=[group("g")])
        assert reasons(week) == ["ana comes only to s2, and g on Monday 09:00 is at s1"]


class TestBlocks:
    HOURS: ClassVar = [
        group(f"h{n}", time=f"{9 + n:02}:00", minutes=60, block="monday", facilitators=[leader])
        for n, leader in enumerate(("cora", "dan", "cora"))
    ]

    def test_what_keeps_someone_from_one_hour_is_the_reason_for_the_block(self) -> None:
        person = ana(BLOCK, availability=free("08:00", "11:30", ("mon",)))
        why = "ana is free until 11:30 on Monday, 30 minutes too short for h2 on Monday 11:00"
        week = instance(participants=[person], groups=self.HOURS)
        assert reasons(week) == [why]
        assert "make process possible for ana, or order something else: no group that gives it meets when they are free" in warnings(week)

    def test_an_hour_without_a_leader_is_the_reason_for_all(self) -> None:
        staff = [clinician("cora"), clinician("dan", leave=[{"first": "2026-11-30", "last": "2026-11-30"}])]
        (sentence,) = reasons(instance(participants=[ana(BLOCK)], clinicians=staff, groups=self.HOURS))
        assert sentence.startswith("nobody can lead h1 on Monday 10:00: ")

    def test_the_hours_together_are_too_long(self) -> None:
        """Each hour has 60 minutes and the block 180, of at most 120."""
        order = BLOCK | {"minutes": {"floor": 0, "ceiling": 120}}
        (sentence,) = reasons(instance(participants=[ana(order)], groups=self.HOURS))
        assert sentence.endswith("would exceed the order of ana: 180 minutes of at most 120 a week")

    def test_nothing_is_against_a_block_that_others_fill(self) -> None:
        (sentence,) = reasons(instance(participants=[ana(BLOCK)], groups=self.HOURS))
        assert sentence.endswith("would be possible for ana if nobody else were booked")
