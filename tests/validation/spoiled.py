"""The smallest instance with each issue of sense: what is spoiled, and where the issue points."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.build import MONDAY, WEEKDAYS, at, clinician, free, group, instance_json, participant, roster, run, windows
from tests.build import SERVICES as ALL_SERVICES

LAST_MONDAY = MONDAY.replace(day=23)


class Spoiled(NamedTuple):
    """A document with one thing wrong."""

    code: str
    severity: str
    path: str
    document: dict[str, Any]


def error(code: str, path: str, **more: Any) -> Spoiled:
    """An instance with an error."""
    return Spoiled(code, "error", path, instance_json(**more))


def warning(code: str, path: str, **more: Any) -> Spoiled:
    """An instance with a warning."""
    return Spoiled(code, "warning", path, instance_json(**more))


def program(sites: tuple[str, ...] = ("s1",), **more: Any) -> dict[str, Any]:
    """A program with some sites that are always open."""
    places = [{"id": site, "hours": windows("06:00", "22:00", WEEKDAYS)} for site in sites]
    return {"id": "p", "zone": "America/New_York", "week_a": MONDAY.isoformat(), "sites": places} | more


def ana(**more: Any) -> list[dict[str, Any]]:
    """Ana alone."""
    return [participant("ana", **more)]


def ordered(*services: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An order of services without floors."""
    return {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": services} | more


def couple(person: str, partner: str, **more: Any) -> dict[str, Any]:
    """A participant with a couple session a week."""
    return participant(person, order=ordered({"service": "couple", "partner": partner, "per_week": 1} | more))


def last_week(*sessions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A history with last week's roster."""
    return {"last_week": roster(*sessions, monday=LAST_MONDAY).model_dump() | more}


def published(*sessions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A published roster of this week."""
    return {"roster": roster(*sessions).model_dump() | more}


PHASE = {"id": "one", "level": "2.1"}
TWO_STARTS = [{"day": "mon", "time": "09:00"}, {"day": "mon", "time": "13:00"}]
NIGHTS = MONDAY.replace(month=3, day=2)
"""The clock of New York changes on Sunday of this week, from 02:00 to 03:00."""

CALENDAR = (
    error("unknown_zone", "program.zone", program=program(zone="America/Nowhere")),
    error("date_out_of_range", "participants[0].admitted", participants=ana(admitted="0001-01-01")),
    error("not_a_monday", "program.week_a", program=program(week_a="2026-12-01")),
    error("not_a_monday", "groups[0].gates[0]", groups=[group("g", gates=["2026-12-01"])]),
    error("week_a_missing", "groups[0].weeks", program=program(week_a=None), groups=[group("g", weeks="A")]),
    error("window_reversed", "clinicians[0].hours[0]",
          clinicians=[clinician("cora", hours=windows("09:00", "09:00", ("mon",), site="s1"))]),
    error("window_reversed", "participants[0].availability.busy[0]",
          participants=ana(availability=free() | {"busy": [{"start": at("mon", "10:00"), "end": at("mon", "09:00")}]})),
    error("window_reversed", "clinicians[0].busy[0]",
          clinicians=[clinician("cora", busy=[{"start": at("mon", "10:00"), "end": at("mon", "10:00")}])]),
    warning("windows_overlap", "participants[0].availability.weekly[1]",
            participants=ana(availability={"weekly": [*windows("08:00", "10:00", ("mon",)), *windows("09:00", "11:00", ("mon",))]})),
    error("absence_reversed", "rooms[0].closed[0]",
          rooms=[{"id": "r1", "site": "s1", "seats": 9, "closed": [{"first": "2026-12-02", "last": "2026-12-01"}]}]),
    warning("absences_overlap", "clinicians[0].leave[1]", clinicians=[clinician("cora", leave=[
        {"first": "2026-12-21", "last": "2026-12-24"}, {"first": "2026-12-24", "last": "2026-12-31"}])]),
    error("duplicate_date", "participants[0].availability.dates[1].date",
          participants=ana(availability=free() | {"dates": [{"date": "2026-12-01"}, {"date": "2026-12-01"}]})),
    error("clock_change", "groups[0].starts", monday=NIGHTS, groups=[group("g", "sun", "02:30", minutes=60)]),
    error("clock_change", "groups[0].starts", monday=NIGHTS, groups=[group("g", "sun", "01:00", minutes=180)]),
    error("clock_change", "pins[0].time", monday=NIGHTS, participants=ana(order=ordered({"service": "individual", "per_week": 1})),
          pins=[{"kind": "booking", "participant": "ana", "service": "individual", "day": "sun", "time": "02:30"}]),
)  # fmt: skip

IDS = (
    error("id_differs_in_case", "rooms[1].id", rooms=[{"id": id, "site": "s1", "seats": 20} for id in ("r1", "R1")]),
    warning("word_differs_in_case", "clinicians[0].credentials[0]", clinicians=[clinician("cora", credentials=["Prescriber"])],
            services=[*ALL_SERVICES, {"id": "talk", "kind": "individual", "category": "talk", "minutes": 30,
                                      "credentials": ["prescriber"]}]),
    error("duplicate_id", "participants[1].id", participants=[participant("ana"), participant("ana")]),
    error("duplicate_id", "policy.overlays[1]", policy={"overlays": ["nj_caseload", "nj_caseload"]}),
    error("duplicate_id", "participants[0].guests[1].id",
          participants=ana(guests=[{"id": "x", "availability": free()}, {"id": "x", "availability": free()}])),
    error("duplicate_id", "published.roster.sessions[1].id", groups=[group("g")],
          published=published(run("g", "mon", "09:00"), run("g", "mon", "09:00"))),
    error("duplicate_id", "published.roster.sessions[0].bookings[1]", groups=[group("g")],
          published=published(run("g", "mon", "09:00", ("ana", "ana")))),
    error("unknown_id", "program.travel[0].b", program=program(travel=[{"a": "s1", "b": "gone", "minutes": 5}])),
    error("unknown_id", "program.closures[0].site", program=program(closures=[{"date": "2026-12-01", "site": "gone"}])),
    error("unknown_id", "rooms[0].site", rooms=[{"id": "r", "site": "gone", "seats": 5}]),
    error("unknown_id", "resources[0].site",
          resources=[{"id": "v", "kind": "van", "site": "gone",
                      "runs": [{"day": "mon", "direction": "to_site", "time": "08:00", "seats": 4}]}]),
    error("unknown_id", "clinicians[0].hours[0].site", clinicians=[clinician("cora", hours=windows(days=("mon",), site="gone"))]),
    error("unknown_id", "cohorts[0].track", cohorts=[{"id": "c", "track": "gone"}]),
    error("unknown_id", "plans[0].phases[0]", plans=[{"id": "plan", "phases": ["gone"]}]),
    error("unknown_id", "groups[0].service", groups=[group("g", service="gone")]),
    error("unknown_id", "groups[0].segments[0].service", groups=[group("g", segments=[{"service": "gone", "minutes": 180}])]),
    error("unknown_id", "groups[0].rooms[0]", groups=[group("g", rooms=["gone"])]),
    error("unknown_id", "groups[0].facilitators[0]", groups=[group("g", facilitators=["gone"])]),
    error("unknown_id", "groups[0].eligibility.phases[0]", groups=[group("g", eligibility={"phases": ["gone"]})]),
    error("unknown_id", "groups[0].module", groups=[group("g", curriculum="dbt", module="gone")],
          curricula=[{"id": "dbt", "modules": ["mindfulness"]}]),
    error("unknown_id", "participants[0].order.services[0].service", participants=ana(order=ordered({"service": "gone", "per_week": 1}))),
    error("unknown_id", "participants[0].order.services[0].guests[0]",
          participants=ana(order=ordered({"service": "family", "per_week": 1, "guests": ["gone"]}))),
    error("unknown_id", "participants[0].order.mix[0].category", participants=ana(order=ordered(mix=[{"category": "gone"}]))),
    error("unknown_id", "participants[0].order.modules[0]", participants=ana(order=ordered(modules=["gone"]))),
    error("unknown_id", "participants[0].travel.gone", participants=ana(travel={"gone": 20})),
    error("unknown_id", "participants[0].home_track", participants=ana(home_track="gone")),
    error("unknown_id", "participants[0].home_cohort", participants=ana(home_cohort="gone")),
    error("unknown_id", "participants[0].primary_therapist", participants=ana(primary_therapist="gone")),
    error("unknown_id", "participants[0].phase", participants=ana(phase="gone")),
    error("unknown_id", "participants[0].authorizations[0].services[0]", participants=ana(authorizations=[
        {"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-12-31", "services": ["gone"]}])),
    error("unknown_id", "participants[0].authorizations[0].responsible", participants=ana(authorizations=[
        {"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-12-31", "responsible": "gone"}])),
    error("unknown_id", "participants[0].resources[0].resource", participants=ana(resources=[{"resource": "gone"}])),
    error("unknown_id", "relations[0].b", relations=[{"a": "ana", "b": "gone", "kind": "apart"}]),
    error("unknown_id", "published.roster.sessions[0].bookings[0].participant", groups=[group("g")],
          published=published(run("g", "mon", "09:00", ("gone",)))),
    error("unknown_id", "pins[0].group", pins=[{"kind": "run", "group": "gone"}]),
    warning("history_ignored", "history.last_week.sessions[0].bookings[0].participant", groups=[group("g")],
            history=last_week(run("g", "mon", "09:00", ("gone",), monday=LAST_MONDAY))),
    warning("history_ignored", "history.last_week.sessions[0].site", groups=[group("g")],
            history=last_week(run("g", "mon", "09:00", ("ana",), monday=LAST_MONDAY, site="gone"))),
    warning("history_ignored", "history.modules[0].module", curricula=[{"id": "dbt", "modules": ["mindfulness"]}],
            history={"modules": [{"participant": "ana", "curriculum": "dbt", "module": "gone"}]}),
)  # fmt: skip

PROGRAM = (
    warning("site_travel_missing", "program.travel", program=program(("s1", "s2")), participants=ana(travel={"s1": 5, "s2": 9}),
          clinicians=[clinician("cora", hours=[*windows(days=("mon",), site="s1"), *windows(days=("tue",), site="s2")])]),
    warning("appointments_only", "services[0].standing", services=[ALL_SERVICES[0] | {"standing": False}, *ALL_SERVICES[1:]]),
    warning("appointments_only", "services[0].without_trip",
            services=[ALL_SERVICES[0] | {"without_trip": "same_day"}, *ALL_SERVICES[1:]]),
    error("duplicate_travel", "program.travel[0]", program=program(travel=[{"a": "s1", "b": "s1", "minutes": 5}])),
    warning("resource_empty", "resources[0].windows", resources=[{"id": "interpreter", "kind": "sessions"}]),
    error("unknown_pack", "policy.pack", policy={"pack": "nc_saiop"}),
    error("unknown_pack", "policy.overlays[0]", policy={"overlays": ["gone"]}),
    error("policy_order", "policy.values", policy={"values": {"lunch_start": "15:00", "lunch_end": "11:00"}}),
    error("policy_order", "policy.values", policy={"values": {"weekly_minutes_ceiling": 480}}),
    error("policy_order", "policy.values.factor_critical", policy={"values": {"factor_critical": 101}}),
    error("unknown_rule", "weights.gone", weights={"gone": 1}),
    error("not_a_preference", "weights.group_size", weights={"group_size": 1}),
)  # fmt: skip

PEOPLE = (
    error("discharge_before_admission", "participants[0].discharge", participants=ana(admitted="2026-12-02", discharge="2026-12-01")),
    warning("hold_undated", "participants[0].on_hold_since", participants=ana(status="on_hold")),
    warning("phase_over", "participants[0].phase", phases=[PHASE | {"weeks": 2}],
            participants=ana(phase="one", phase_since="2026-11-22")),
    warning("admission_missing", "participants[0].admitted", participants=ana(), groups=[group("g", eligibility={"from_week": 2})]),
    warning("admission_missing", "participants[0].admitted",
            participants=ana(order=ordered({"service": "individual", "per_week": 1, "until_week": 4}))),
    warning("phase_missing", "participants[0].phase", participants=ana(), phases=[PHASE]),
    error("authorization_reversed", "participants[0].authorizations[0]", participants=ana(authorizations=[
        {"id": "a", "unit": "day", "first": "2026-12-31", "last": "2026-12-01"}])),
    warning("authorization_ended", "participants[0].authorizations", participants=ana(authorizations=[
        {"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-11-29"}])),
    *(warning("authorization_overused", f"participants[0].authorizations[0].{name}", participants=ana(authorizations=[
        {"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-12-31"} | more])) for name, more in (
            ("used", {"units": 12, "used": 13}), ("used_in_week", {"units_per_week": 2, "used_in_week": 3, "week_start": "wed"}),
            ("used", {"units": 0, "used": 1}))),
    *(warning("authorization_used_up", "participants[0].authorizations[0]", participants=ana(authorizations=[
        {"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-12-31"} | more])) for more in (
            {"units": 12, "used": 12}, {"units": 0}, {"units_per_week": 0}, {"units_per_week": 2, "used_in_week": 2, "week_start": "wed"})),
    warning("authorization_gap", "participants[0].authorizations", groups=[group("g", "thu")],
            participants=ana(order=ordered({"service": "process", "per_week": 1}), authorizations=[
                {"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-12-02"}])),
    warning("preference_unknown", "participants[0].preferences[0].ranked[1]",
            participants=ana(preferences=[{"attribute": "time", "ranked": ["evening", "night"]}])),
    error("relation_self", "relations[0]", relations=[{"a": "ana", "b": "ana", "kind": "apart"}]),
    warning("duplicate_relation", "relations[1]",
            relations=[{"a": "ana", "b": "ben", "kind": "apart"}, {"a": "ben", "b": "ana", "kind": "apart"}]),
    error("home_together", "relations[0]", cohorts=[{"id": "c"}], relations=[{"a": "ana", "b": "ben", "kind": "apart"}],
          participants=[participant("ana", home_cohort="c"), participant("ben", home_cohort="c")]),
    error("home_together", "relations[0]", cohorts=[{"id": "c"}, {"id": "d"}], tracks=[{"id": "t"}],
          relations=[{"a": "ana", "b": "ben", "kind": "apart_in_time"}],
          participants=[participant("ana", home_track="t", home_cohort="c"), participant("ben", home_track="t", home_cohort="d")]),
    *(error("couple_apart", "relations[0]", relations=[{"a": a, "b": b, "kind": kind}],
            participants=[couple("ana", "ben"), couple("ben", "ana")])
      for a, b, kind in (("ana", "ben", "apart"), ("ben", "ana", "apart_in_time"))),
    warning("no_free_time", "participants[0].availability", participants=ana(availability={"weekly": []})),
    warning("travel_missing", "participants[1].travel", program=program(("s1", "s2"), travel=[{"a": "s1", "b": "s2", "minutes": 9}]),
            clinicians=[clinician("cora", hours=[*windows(days=("mon",), site="s1"), *windows(days=("tue",), site="s2")])],
            participants=[participant("ana", travel={"s1": 0, "s2": 5}), participant("ben", travel={"s1": 5})]),
    warning("age_group_mismatch", "participants[0].home_track", tracks=[{"id": "t"}], groups=[group("g", track="t")],
            participants=ana(home_track="t", age_group="adolescent")),
    warning("home_elsewhere", "participants[0].home_track", tracks=[{"id": "t"}, {"id": "u"}],
            groups=[group("g", track="t"), group("h", track="u")], participants=ana(home_track="t"),
            history=last_week(homes=[{"participant": "ana", "track": "u", "given_track": "t"}])),
    warning("home_elsewhere", "participants[0].home_cohort", cohorts=[{"id": "t"}, {"id": "u"}], participants=ana(home_cohort="t"),
            history=last_week(homes=[{"participant": "ana", "cohort": "u", "given_cohort": "t"}])),
    warning("home_unattended", "participants[0].home_track", tracks=[{"id": "t"}], groups=[group("g", track="t")], mode="hold",
            participants=ana(home_track="t", availability=free("12:00", "20:00"))),
    warning("home_moves", "participants[0].home_track", tracks=[{"id": "t"}, {"id": "u"}],
            groups=[group("g", track="t"), group("h", "tue", track="u")], participants=ana(home_track="u"),
            history=last_week(run("g", "mon", "09:00", ("ana",), monday=LAST_MONDAY))),
)  # fmt: skip

ORDERS = (
    error("duplicate_order", "participants[0].order.services[1]",
          participants=ana(order=ordered({"service": "individual", "per_week": 1}, {"service": "individual", "per_week": 1}))),
    error("duplicate_order", "participants[0].order.services[1]",
          participants=ana(admitted=MONDAY, order=ordered({"service": "individual", "per_week": 2, "until_week": 4},
                                                          {"service": "individual", "per_week": 1, "from_week": 4}))),
    error("weeks_reversed", "participants[0].order.services[0].from_week",
          participants=ana(admitted=MONDAY, order=ordered({"service": "individual", "in_all": 3, "from_week": 5, "until_week": 4}))),
    error("order_frequency", "participants[0].order.services[0]",
          participants=ana(admitted=MONDAY, order=ordered({"service": "individual", "in_all": 3}))),
    error("order_frequency", "participants[0].order.services[0]",
          participants=ana(admitted=MONDAY, order=ordered({"service": "individual", "per_week": 1, "in_all": 3, "until_week": 4}))),
    error("order_frequency", "participants[0].order.services[0]", participants=ana(order=ordered({"service": "individual"}))),
    error("order_frequency", "phases[0].order.services[0]",
          phases=[PHASE | {"order": ordered({"service": "individual", "per_week": 1, "every_n_weeks": 2})}],
          participants=ana(phase="one", order={"services": []})),
    error("order_people", "participants[0].order.services[0].guests",
          participants=ana(guests=[{"id": "x", "availability": free()}],
                           order=ordered({"service": "individual", "per_week": 1, "guests": ["x"]}))),
    error("order_people", "participants[0].order.services[0].partner", groups=[group("g")],
          participants=[participant("ana", order=ordered({"service": "process", "per_week": 1, "partner": "ben"})), participant("ben")]),
    error("guest_service", "participants[0].guests[0].required_in[0]",
          participants=ana(guests=[{"id": "x", "availability": free(), "required_in": ["process"]}])),
    error("guest_service", "participants[0].guests[0].preferred_in[1]",
          services=[*ALL_SERVICES, {"id": "multi", "kind": "group", "category": "family", "minutes": 90, "guests": "welcome"}],
          participants=ana(guests=[{"id": "x", "availability": free(), "preferred_in": ["multi", "family"]}])),
    warning("family_without_guests", "participants[0].order.services[0]",
            participants=ana(order=ordered({"service": "family", "per_week": 1}))),
    error("partner_missing", "participants[0].order.services[0]", participants=ana(order=ordered({"service": "couple", "per_week": 1}))),
    error("partner_self", "participants[0].order.services[0].partner", participants=[couple("ana", "ana")]),
    error("partner_one_sided", "participants[0].order.services", participants=[couple("ana", "ben"), participant("ben")]),
    warning("spacing_too_wide", "participants[0].order.services[0]",
            participants=ana(order=ordered({"service": "individual", "per_week": 3, "days_apart": 4}))),
    error("mix_reversed", "participants[0].order.mix[0]", groups=[group("g")],
          participants=ana(order=ordered(mix=[{"category": "process", "at_least": 2, "at_most": 1}]))),
    error("band_reversed", "participants[0].order.minutes", participants=ana(order={"minutes": {"floor": 540, "ceiling": 539}})),
    error("band_reversed", "participants[0].order.sessions", participants=ana(order={"sessions": {"floor": 6}})),
    error("band_reversed", "phases[0].order.days", phases=[PHASE | {"order": {"days": {"floor": 4, "ceiling": 3}}}],
          participants=ana(phase="one")),
    warning("target_outside_band", "participants[0].order.minutes", participants=ana(order={"minutes": {"floor": 540, "target": 721}})),
    error("services_over_ceiling", "participants[0].order", participants=ana(order=ordered(
        {"service": "individual", "per_week": 2}, minutes={"floor": 0, "ceiling": 99}))),
    warning("services_over_ceiling", "participants[0].order", participants=ana(order=ordered(
        {"service": "individual", "per_week": 1}, {"service": "medication", "every_n_weeks": 4},
        minutes={"floor": 0, "ceiling": 79})), clinicians=[clinician("cora", credentials=["prescriber"])]),
    warning("sessions_over_ceiling", "participants[0].order", participants=ana(order=ordered({"service": "individual", "per_week": 6}))),
    warning("not_offered", "participants[0].order", participants=ana(order=ordered({"service": "process", "per_week": 1}))),
    warning("not_offered", "participants[0].order",
            participants=ana(order=ordered(modules=["mindfulness"])), curricula=[{"id": "dbt", "modules": ["mindfulness"]}]),
    warning("no_agreed_mode", "participants[0].modes",
            participants=ana(modes=["telehealth"], order=ordered({"service": "medication", "per_week": 1})),
            clinicians=[clinician("cora", credentials=["prescriber"])]),
    warning("therapist_not_qualified", "participants[0].primary_therapist",
            participants=ana(primary_therapist="cora", order=ordered({"service": "medication", "per_week": 1})),
            clinicians=[clinician("cora"), clinician("dan", credentials=["prescriber"])]),
    warning("service_impossible", "participants[0].order", participants=ana(order=ordered({"service": "individual", "per_week": 1})),
            rooms=[{"id": "r1", "site": "s1", "seats": 20, "uses": ["group"]}]),
    warning("service_impossible", "participants[0].order", groups=[group("g")],
            participants=ana(room_features=["accessible"], order=ordered({"service": "process", "per_week": 1}))),
    warning("order_out_of_reach", "participants[0].order", groups=[group("g", starts=TWO_STARTS)],
            participants=ana(order=ordered({"service": "process", "per_week": 2}))),
    warning("short_visit_alone", "participants[0].order",
            services=[s | {"without_trip": "beside_group"} if s["id"] == "individual" else s for s in ALL_SERVICES],
            participants=ana(order=ordered({"service": "individual", "per_week": 1}))),
    warning("service_without_clinician", "services[7].credentials",
            participants=ana(order=ordered({"service": "medication", "per_week": 1}))),
)  # fmt: skip

GROUPS = (
    warning("one_run_a_week", "groups[0].starts",
            groups=[group("g", starts=[{"day": "mon", "time": "09:00"}, {"day": "wed", "time": "09:00"}])]),
    error("service_kind", "groups[0].service", groups=[group("g", service="individual")]),
    error("pull_out", "services[5].pulls_out_of",
          services=[s | {"pulls_out_of": ["process"]} if s["id"] == "family" else s for s in ALL_SERVICES]),
    error("segments_sum", "groups[0].segments", groups=[group("g", segments=[{"service": "process", "minutes": 179}])]),
    error("site_missing", "groups[0].site", groups=[group("g", site=None)]),
    error("group_size_reversed", "groups[0].minimum", groups=[group("g", minimum=5, maximum=4)]),
    error("group_size_reversed", "groups[0].minimum", groups=[group("g", is_standing=False, maximum=2)]),
    error("duplicate_level", "policy.levels[1].level", phases=[PHASE],
          participants=ana(phase="one"), policy={"levels": [{"level": "2.1"}, {"level": "2.1"}]}),
    warning("unknown_level", "policy.levels[0].level", policy={"levels": [{"level": "2.5"}]}),
    error("unknown_pack", "policy.levels[0].pack", phases=[PHASE], participants=ana(phase="one"),
          policy={"levels": [{"level": "2.1", "pack": "va_php"}]}),
    error("unknown_pack", "policy.levels[0].overlays[0]", phases=[PHASE], participants=ana(phase="one"),
          policy={"levels": [{"level": "2.1", "overlays": ["php_2_5"]}]}),
    error("policy_order", "policy.levels[0].values", phases=[PHASE], participants=ana(phase="one"),
          policy={"levels": [{"level": "2.1", "values": {"days_floor": 6}}]}),
    error("group_dates_reversed", "groups[0].meets_until", groups=[group("g", meets_from="2026-12-02", meets_until="2026-12-01")]),
    error("weeks_reversed", "groups[0].eligibility.from_week", participants=ana(admitted=MONDAY),
          groups=[group("g", eligibility={"from_week": 5, "until_week": 4})]),
    error("weeks_reversed", "services[0].from_week", participants=ana(admitted=MONDAY),
          services=[ALL_SERVICES[0] | {"from_week": 2, "until_week": 1}, *ALL_SERVICES[1:]]),
    error("crosses_midnight", "groups[0].starts[0]", groups=[group("g", time="21:01")]),
    error("no_minutes", "services[8].minutes",
          services=[*ALL_SERVICES, {"id": "talk", "kind": "individual", "category": "talk", "minutes": 0}]),
    error("no_minutes", "groups[0].minutes", groups=[group("g", minutes=0)]),
    error("block_starts", "groups[0].starts",
          groups=[group("g", block="b") | {"starts": [{"day": "mon", "time": time} for time in ("09:00", "13:00")]}]),
    error("block_differs", "groups[1].starts", groups=[group("g", block="b"), group("h", "tue", block="b")]),
    error("block_differs", "groups[1].mode",
          groups=[group("g", block="b"), group("h", time="12:00", block="b", mode="hybrid")]),
    error("block_differs", "groups[1].eligibility",
          groups=[group("g", block="b"), group("h", time="12:00", block="b", eligibility={"genders": ["f"]})]),
    error("block_overlap", "groups[1].starts", groups=[group("g", block="b"), group("h", time="11:59", block="b")]),
    warning("block_over_mix", "participants[0].order",
            participants=ana(order=ordered(mix=[{"category": "process"}, {"category": "education", "at_most": 0}])),
            groups=[group("g", block="b"), group("h", time="12:00", service="education", minutes=60, block="b")]),
    warning("unknown_level", "groups[0].eligibility.levels[0]", groups=[group("g", eligibility={"levels": ["2.1"]})]),
    warning("group_never_open", "groups[0].starts", groups=[group("g", time="20:00")]),
    warning("group_without_leader", "groups[0].facilitators", groups=[group("g")], clinicians=[]),
    warning("group_without_leader", "groups[0].facilitators", groups=[group("g", leading_credential="phd")]),
    warning("group_without_room", "groups[0].rooms", groups=[group("g")], rooms=[]),
    warning("group_overfull", "groups[0].maximum", groups=[group("g", maximum=1, reserve=0)],
            published=published(run("g", "mon", "09:00", ("ana", "ben")))),
    warning("group_overfull", "groups[0].maximum", groups=[group("g", maximum=1, reserve=0)],
            history=last_week(run("g", "mon", "09:00", ("ana", "ben"), monday=LAST_MONDAY))),
    warning("group_outgrew_rooms", "groups[0].rooms", groups=[group("g")], rooms=[{"id": "r1", "site": "s1", "seats": 2}],
            published=published(run("g", "mon", "09:00", ("ana", "ben")))),
    warning("group_without_places", "groups[0].reserve", groups=[group("g", maximum=3, reserve=3)]),
)  # fmt: skip

HISTORY = (
    error("wrong_week", "history.last_week.monday", history=last_week(monday="2026-11-16")),
    error("wrong_week", "published.roster.monday", published=published(monday="2026-12-07")),
    warning("zone_differs", "published.roster.zone", published=published(zone="America/Chicago")),
    error("duplicate_past_order", "history.orders[1]", history={"orders": [{"participant": "ana", "floor": 540, "ceiling": 720}] * 2}),
    *(error("date_in_future", "history.services[0].date",
            history={"services": [{"participant": "ana", "service": "family", "date": date}]}, **more)
      for date, more in (("2027-03-01", {}), ("2026-12-07", {}), ("2026-11-30", {}), ("2026-12-03", {"now": at("wed", "08:00")}))),
    error("session_outside_week", "published.roster.sessions[0]", groups=[group("g")],
          published=published(run("g", "sun", "22:00", minutes=121))),
    warning("now_outside_week", "now", now="2026-12-07T00:00:00-05:00"),
    warning("now_outside_week", "now", now="2026-11-01T00:00:00-05:00"),
)  # fmt: skip

PINS = (
    error("pin_incomplete", "pins[0].clinician", groups=[group("g")], pins=[{"kind": "facilitator", "group": "g"}]),
    error("pin_incomplete", "pins[0]", pins=[{"kind": "booking", "participant": "ana"}]),
    warning("pin_field_unused", "pins[0].room", groups=[group("g")], pins=[{"kind": "run", "group": "g", "room": "r1"}]),
    error("pin_conflict", "pins[0]", groups=[group("g")], pins=[{"kind": "run", "group": "g", "day": "tue"}]),
    error("pin_conflict", "pins[0]", pins=[{"kind": "booking", "participant": "ana", "service": "individual"}]),
    error("pin_conflict", "pins[0]", participants=ana(modes=["in_person"], order=ordered({"service": "individual", "per_week": 1})),
          pins=[{"kind": "booking", "participant": "ana", "service": "individual", "mode": "telehealth"}]),
    error("pin_conflict", "pins[0].mode", participants=ana(guests=[{"id": "mum", "availability": free()}],
                                                           order=ordered({"service": "family", "per_week": 1, "guests": ["mum"]})),
          pins=[{"kind": "booking", "participant": "ana", "service": "family", "mode": "telehealth"}]),
    error("pin_conflict", "pins[0].mode", groups=[group("g")],
          pins=[{"kind": "booking", "participant": "ana", "group": "g", "mode": "telehealth"}]),
    warning("pin_field_unused", "pins[0].mode", groups=[group("g")], pins=[{"kind": "run", "group": "g", "mode": "in_person"}]),
    error("pin_contradiction", "pins[1]", groups=[group("g", mode="hybrid")],
          pins=[{"kind": "booking", "participant": "ana", "group": "g", "mode": mode} for mode in ("in_person", "telehealth")]),
    error("pin_conflict", "pins[0]", groups=[group("g")], participants=ana(status="discharged"),
          pins=[{"kind": "booking", "participant": "ana", "group": "g"}]),
    error("pin_contradiction", "pins[1]", groups=[group("g", is_standing=False, starts=[{"day": "mon", "time": "09:00"},
                                                                                         {"day": "tue", "time": "09:00"}])],
          pins=[{"kind": "run", "group": "g", "day": "mon"}, {"kind": "run", "group": "g", "day": "tue"}]),
    error("pin_contradiction", "pins[1]", groups=[group("g")],
          pins=[{"kind": "room", "group": "g", "room": "r1"}, {"kind": "room", "group": "g", "room": "r2"}]),
    error("pin_contradiction", "pins[1]", groups=[group("g"), group("h", time="11:59")],
          pins=[{"kind": "booking", "participant": "ana", "group": g} for g in ("g", "h")]),
)  # fmt: skip

SENSE = (*CALENDAR, *IDS, *PROGRAM, *PEOPLE, *ORDERS, *GROUPS, *HISTORY, *PINS)
