"""Everything at once, in order, without a name; and what the rules say of pins and groups."""

from __future__ import annotations

import time
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.rule import Rule
from scheduler.terms import Run, Staffing, Visit
from scheduler.validation import Issue, errors, groups, validate
from tests.build import at, clinician, group, instance, instance_json, meet, participant, run, windows
from tests.validation.spoiled import LAST_MONDAY, last_week, ordered, program, published


class Refusing(Rule):
    """A rule that refuses Mondays, clinician cora and room r1."""

    id = "refusing"
    level = "hard"

    def admits(self, case: Case, visit: Visit) -> bool:
        """No Mondays, no cora."""
        return visit.day != 0 and visit.clinician != "cora"

    def admits_run(self, case: Case, run: Run) -> bool:
        """No Sundays."""
        return run.day != 6

    def admits_staffing(self, case: Case, staffing: Staffing) -> bool:
        """No cora."""
        return staffing.clinician != "cora"

    def admits_room(self, case: Case, session: Visit | Run, room: str) -> bool:
        """Not r1."""
        return room != "r1"


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation knows one rule, also where it has already looked up the hooks of the others."""
    monkeypatch.setattr("scheduler.validation.groups.RULES", (Refusing(),))
    monkeypatch.setattr("scheduler.validation.groups._hooks", groups._hooks.__wrapped__)


def codes(**more: Any) -> list[str]:
    """The codes of an instance's issues."""
    return [issue.code for issue in validate(instance(**more))]


def test_all_issues_are_told_in_the_order_of_the_document() -> None:
    """Four errors of four areas, a warning between them."""
    issues = validate(
        instance(
            program=program(zone="Mars/Olympus"),
            weights={"gone": -1},
            clinicians=[clinician("cora"), clinician("cora")],
            groups=[group("g", service="gone")],
            participants=[participant("ana"), participant("ben", status="on_hold")],
        )
    )
    assert [(i.code, i.path) for i in issues] == [
        ("unknown_zone", "program.zone"),
        ("unknown_rule", "weights.gone"),
        ("weight_out_of_range", "weights.gone"),
        ("duplicate_id", "clinicians[1].id"),
        ("unknown_id", "groups[0].service"),
        ("hold_undated", "participants[1].on_hold_since"),
    ]
    assert [i.severity for i in issues] == ["error"] * 5 + ["warning"]
    assert len(errors(issues)) == 5


@pytest.mark.parametrize("zone", ["", "New York, NY", "America", "Ünïcode/Zone", "con", "x" * 64])
def test_a_zone_that_is_none_is_an_issue(zone: str) -> None:
    """Never an exception, never a look outside the time-zone database."""
    assert codes(program=program(zone=zone)) == ["unknown_zone"]


@pytest.mark.parametrize("label", ["Zoë Ångström", "עדן כהן", "😀 group", "王小明", "O'Brien <b>&amp;"])
def test_labels_may_be_any_text_and_are_never_named(label: str) -> None:
    """A participant with two faults: neither message has the label."""
    made = instance(participants=[participant("ana", label=label, status="on_hold", home_track="gone")])
    issues = validate(made)
    assert [i.code for i in issues] == ["unknown_id", "hold_undated"]
    assert not any(label in i.message or label in i.path for i in issues)


@pytest.mark.parametrize("label", ["a\x00b", "line\nbreak", "\x1b", "\x7f"])
def test_labels_have_no_control_characters(label: str) -> None:
    """Refused before validation."""
    with pytest.raises(ValueError, match="control characters"):
        instance(label=label)


def test_a_roster_from_the_edge_of_time_is_an_issue() -> None:
    """Dates that no calendar computes with stop everything else."""
    assert "date_out_of_range" in codes(monday="0001-01-01")
    assert "date_out_of_range" in codes(monday="9999-12-27")
    assert codes(now="0001-01-01T00:00:00+14:00") == ["date_out_of_range"]


def test_an_ordinary_week_with_history_has_no_issue() -> None:
    """Last week's roster, a published one, now, a phase, pins that can be kept."""
    made = instance(
        now=at("tue", "08:00"),
        groups=[group("g"), group("h", "wed")],
        history=last_week(run("g", "mon", "09:00", ("ana",), monday=LAST_MONDAY))
        | {"orders": [{"participant": "ana", "floor": 0, "ceiling": 720}]},
        published=published(run("g", "mon", "09:00", ("ana",)), meet("ben", "thu", "09:00")),
        pins=[{"kind": "booking", "participant": "ana", "group": "h"}, {"kind": "facilitator", "group": "h", "clinician": "dan"}],
    )
    assert validate(made) == ()


def test_windows_that_touch_or_alternate_do_not_overlap() -> None:
    """8-10 and 10-12, and 8-10 in A weeks beside 9-11 in B weeks."""
    weekly = [
        {"day": "mon", "start": "08:00", "end": "10:00"},
        {"day": "mon", "start": "10:00", "end": "12:00"},
        {"day": "tue", "start": "08:00", "end": "10:00", "weeks": "A"},
        {"day": "tue", "start": "09:00", "end": "11:00", "weeks": "B"},
    ]
    assert codes(participants=[participant("ana", availability={"weekly": weekly})]) == []
    weekly[3]["weeks"] = "every"
    assert codes(participants=[participant("ana", availability={"weekly": weekly})]) == ["windows_overlap"]


def test_travel_is_asked_for_sites_in_use_only() -> None:
    """Two sites, the second without anything: no travel needed; with a group: needed; given: fine."""
    sites = program(("s1", "s2"))
    assert codes(program=sites) == []
    people = [participant("ana", travel={"s1": 5, "s2": 5})]
    staff = [clinician("cora"), clinician("dan", hours=windows(site="s2"))]
    assert codes(program=sites, clinicians=staff, participants=people) == ["site_travel_missing"]
    given = sites | {"travel": [{"a": "s2", "b": "s1", "minutes": 20}]}
    assert "site_travel_missing" not in codes(program=given, groups=[group("g", site="s2")])


def test_travel_from_home_is_asked_of_whoever_may_come_to_several_sites() -> None:
    """Not by telehealth, not of a required home site's people for other sites, and not of people who get nothing."""
    staff = [clinician("cora"), clinician("dan", hours=windows(site="s2"))]
    given = program(("s1", "s2", "s3"), travel=[{"a": "s2", "b": "s1", "minutes": 20}])
    absent = [
        participant("a", travel={"s1": 0, "s2": 5}),
        participant("b", modes=["telehealth"], state="NY"),
        participant("c", home_site="s1", home_site_use="required", travel={"s1": 5}),
        participant("d", status="waiting"),
    ]
    assert codes(program=given, clinicians=staff, participants=absent) == []
    lacking = [participant(p, travel={"s1": 5}) for p in "efgh"] + [participant("i", home_site="s1", travel={"s1": 5})]
    (issue,) = validate(Instance.model_validate(instance_json(program=given, clinicians=staff, participants=[*absent, *lacking])))
    assert (issue.code, issue.path) == ("travel_missing", "participants[4].travel")
    assert issue.message == (
        "enter the minutes from home to s2 of e, f, g and 2 more; without them, the way by another site is assumed, or 30 minutes"
    )
    assert codes(program=given, clinicians=[clinician("cora")], participants=lacking) == []


def test_services_that_just_fit_are_fine() -> None:
    """Two sessions of 50 minutes under a ceiling of 100."""
    order = ordered({"service": "individual", "per_week": 2}, minutes={"floor": 0, "ceiling": 100})
    assert codes(participants=[participant("ana", order=order)]) == []


def test_people_kept_apart_may_have_cohorts_of_one_track() -> None:
    """Not in one session is possible in two cohorts; not on site together is not, see the table."""
    people = [participant("ana", home_track="t", home_cohort="c"), participant("ben", home_track="t", home_cohort="d")]
    relations = [{"a": "ana", "b": "ben", "kind": "apart"}]
    assert codes(tracks=[{"id": "t"}], cohorts=[{"id": "c"}, {"id": "d"}], participants=people, relations=relations) == []


def test_couples_ordered_alike_are_fine() -> None:
    """Once a week for both; twice for one is an issue of both."""
    pair = [participant(a, order=ordered({"service": "couple", "partner": b, "per_week": 1})) for a, b in (("ana", "ben"), ("ben", "ana"))]
    assert codes(participants=pair) == []
    pair[0]["order"]["services"][0]["per_week"] = 2
    assert codes(participants=pair) == ["partner_one_sided"] * 2


def issue_of(**more: Any) -> Issue:
    """The only issue of an instance."""
    (issue,) = validate(instance(**more))
    return issue


@pytest.mark.usefixtures("refusing")
class TestRules:
    """The rules judge pins and groups; their ids are in the message."""

    groups = (group("g", is_standing=False, starts=[{"day": "mon", "time": "09:00"}, {"day": "tue", "time": "09:00"}]),)

    @pytest.mark.parametrize(
        "pin",
        [
            {"kind": "facilitator", "group": "g", "clinician": "cora"},
            {"kind": "room", "group": "g", "room": "r1"},
            {"kind": "booking", "group": "g", "participant": "ana", "day": "mon"},
        ],
    )
    def test_a_pin_the_rules_refuse_is_a_conflict(self, pin: dict[str, str]) -> None:
        """Another clinician, room or day would do."""
        issue = issue_of(groups=self.groups, pins=[pin])
        assert (issue.code, issue.severity, issue.path) == ("pin_conflict", "error", "pins[0]")
        assert "(refusing)" in issue.message

    @pytest.mark.parametrize(
        "pin",
        [
            {"kind": "facilitator", "group": "g", "clinician": "dan"},
            {"kind": "room", "group": "g", "room": "r2"},
            {"kind": "booking", "group": "g", "participant": "ana"},
            {"kind": "run", "group": "g", "day": "mon"},
        ],
    )
    def test_a_pin_with_a_way_out_is_none(self, pin: dict[str, str]) -> None:
        """Tuesday is left for the booking."""
        assert codes(groups=self.groups, pins=[pin]) == []

    def test_a_pin_of_what_has_happened_is_none(self) -> None:
        """On Tuesday, Monday's group is over."""
        pins = [{"kind": "facilitator", "group": "g", "clinician": "cora"}]
        assert codes(groups=[group("g")], pins=pins, now=at("tue", "00:00"), published=published(run("g", "mon", "09:00"))) == []

    def test_appointments_are_looked_for_at_the_pinned_time(self) -> None:
        """Tuesday 9:05 with dan is possible; with cora, or on Monday, it is not; 20:30 is beyond working hours."""
        people = [participant("ana", order=ordered({"service": "individual", "per_week": 1}))]
        pin = {"kind": "booking", "participant": "ana", "service": "individual"}
        for more, expected in (
            ({}, []),
            ({"day": "tue", "time": "09:05", "clinician": "dan"}, []),
            ({"day": "tue", "time": "20:10"}, []),
            ({"clinician": "cora"}, ["pin_conflict"]),
            ({"day": "mon"}, ["pin_conflict"]),
            ({"day": "tue", "time": "20:30"}, ["pin_conflict"]),
            ({"day": "tue", "time": "07:59"}, ["pin_conflict"]),
        ):
            assert codes(participants=people, pins=[pin | more]) == expected, more

    def test_bookings_at_overlapping_times_contradict(self) -> None:
        """50 minutes from 9:00 and from 9:49; from 9:50 they touch."""
        people = [participant("ana", order=ordered({"service": "individual", "per_week": 2}))]
        pin = {"kind": "booking", "participant": "ana", "service": "individual", "day": "tue"}
        assert codes(participants=people, pins=[pin | {"time": "09:00"}, pin | {"time": "09:49"}]) == ["pin_contradiction"]
        assert codes(participants=people, pins=[pin | {"time": "09:00"}, pin | {"time": "09:50"}]) == []

    def test_a_group_nobody_can_lead_or_hold_is_a_warning(self) -> None:
        """Only cora, only r1."""
        alone = {"clinicians": [clinician("cora")], "rooms": [{"id": "r1", "site": "s1", "seats": 9}]}
        issues = validate(instance(groups=[group("g")], **alone))
        assert [(i.code, i.severity) for i in issues] == [("group_without_leader", "warning"), ("group_without_room", "warning")]
        assert all("(refusing)" in i.message for i in issues)


def test_a_large_instance_is_validated_quickly() -> None:
    """120 participants, 48 groups: far below the time a solve takes, even on a busy machine."""
    people = [
        participant(f"p{n}", order=ordered({"service": "process", "per_week": 3}, {"service": "individual", "per_week": 1}))
        for n in range(120)
    ]
    groups = [group(f"g{n}", ("mon", "tue", "thu")[n % 3]) for n in range(48)]
    made = Instance.model_validate(instance_json(participants=people, groups=groups, clinicians=[clinician(f"c{n}") for n in range(15)]))
    begun = time.process_time()
    assert validate(made) == ()
    assert time.process_time() - begun < 2


def test_pins_of_telehealth_groups_need_no_room() -> None:
    """A run and a booking by telehealth, without any room."""
    people = [participant("ana", modes=["telehealth"])]
    pins = [{"kind": "run", "group": "g"}, {"kind": "booking", "participant": "ana", "group": "g"}]
    assert codes(rooms=[], participants=people, groups=[group("g", mode="telehealth", site=None)], pins=pins) == []


def test_a_pin_of_a_past_day_is_none() -> None:
    """Monday's appointment is over on Tuesday, ordered or not."""
    pin = {"kind": "booking", "participant": "ana", "service": "individual", "day": "mon"}
    assert codes(now=at("tue", "00:00"), pins=[pin]) == []


def test_homes_do_not_matter_after_discharge() -> None:
    """The same cohort, but one of the two has left."""
    people = [participant("ana", home_cohort="c"), participant("ben", home_cohort="c", status="discharged")]
    assert codes(cohorts=[{"id": "c"}], participants=people, relations=[{"a": "ana", "b": "ben", "kind": "apart"}]) == []


def test_homes_in_rosters_name_what_exists() -> None:
    """An error in the published roster, a warning in last week's."""
    homes = [{"participant": "ana", "track": "gone"}]
    assert codes(published=published(homes=homes)) == ["unknown_id"]
    assert codes(history=last_week(homes=homes)) == ["history_ignored"]


def test_the_same_place_pinned_twice_is_no_contradiction() -> None:
    """Nor are two facilitators of one run."""
    pin = {"kind": "booking", "participant": "ana", "group": "g"}
    assert codes(groups=[group("g")], pins=[pin, pin]) == []
    assert codes(groups=[group("g")], pins=[{"kind": "facilitator", "group": "g", "clinician": c} for c in ("cora", "dan")]) == []
