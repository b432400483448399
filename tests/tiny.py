"""Five tiny weeks that between them give every rule something to say: a new term, a held week, a Tuesday, a long night, an evening."""

from __future__ import annotations

import random
from typing import Any

from scheduler.instance import Instance
from scheduler.timegrid import WEEKDAYS, clock, parse_clock
from tests.build import MONDAY, SERVICES, at, clinician, free, group, instance, instance_json, meet, participant, roster, run, windows

LAST_MONDAY = "2026-11-23"
LAST = MONDAY.replace(day=23)


def order(floor: int = 360, services: int = 1, target: int | None = 230, **more: Any) -> dict[str, Any]:
    """At least so many minutes on two days, and an individual session."""
    ordered = [{"service": "individual", "per_week": 1}] if services else []
    return {"minutes": {"floor": floor, "target": target, "ceiling": 420}, "sessions": {"floor": 2, "ceiling": 2}, "days": {"floor": 1}} | {
        "services": [{"service": "process", "per_week": 2}, *ordered],
        "billable_days": 1,
    } | more  # fmt: skip


def program(**more: Any) -> dict[str, Any]:
    """One site, open all week unless given."""
    return instance_json()["program"] | more


def new_term() -> Instance:
    """Two groups in two tracks, one of them at either of two times; scarce staff, rooms, units and an interpreter."""
    return instance(
        program=program(
            sites=[{"id": "s1", "hours": windows("06:00", "22:00", WEEKDAYS), "front_desk": windows("08:00", "12:00", ("mon", "tue"))}],
            closures=[{"date": "2026-12-01", "start": "12:00", "end": "24:00"}],
        ),
        policy={
            "values": {"participants_per_facilitator": 1, "service_gap_days": 5, "notes_after_group": 30, "evening_start": "13:00"},
        },
        services=[
            service | {"without_trip": "beside_group", "pulls_out_of": ["process"]} if service["id"] == "individual" else service
            for service in SERVICES
        ],
        resources=[{"id": "interpreter", "kind": "sessions", "windows": windows("08:00", "21:00", capacity=1)}],
        rooms=[
            {"id": "r1", "site": "s1", "seats": 3, "features": ["hybrid"]},
            {"id": "r2", "site": "s1", "seats": 20, "closed": [{"first": "2026-12-01", "last": "2026-12-01"}]},
        ],
        clinicians=[
            clinician(
                "cora", hours=windows("08:00", "13:20", ("mon", "tue"), site="s1"), limits={"blocks_per_day": 1}, credentials=["leader"]
            ),
            clinician("dan", hours=windows("12:15", "14:15", ("mon",), site="s1"), licensed_states=["NY"]),
        ],
        tracks=[{"id": "t1"}, {"id": "t2"}],
        cohorts=[{"id": "c1"}, {"id": "c2"}],
        curricula=[{"id": "cycle", "modules": ["one", "two"], "sequenced": True}],
        groups=[
            group("g1", "mon", "09:00", track="t1", cohort="c1", curriculum="cycle", module="one", maximum=1, reserve=0, rooms=["r1"])
            | {"leading_credential": "leader"},
            group("g2", track="t2", cohort="c2", curriculum="cycle", module="two", is_standing=False, minimum=1, facilitators=["cora"])
            | {"starts": [{"day": "mon", "time": "11:15"}, {"day": "tue", "time": "09:00"}], "target": 1}
            | {"eligibility": {"genders": ["f"]}, "mode": "hybrid"},
        ],
        participants=[
            participant(
                "ana",
                order=order()
                | {"services": [{"service": "process", "per_week": 2, "days_apart": 1}, {"service": "individual", "per_week": 1}]},
                gender="f",
                company=["gender"],
                modes=["in_person", "telehealth"],
                state="NJ",
                primary_therapist="cora",
                admitted="2026-11-30",
                first_session_due="2026-11-30",
                resources=[{"resource": "interpreter"}],
                preferences=[{"attribute": "time", "ranked": ["afternoon", "morning"]}],
                has_risk_flag=True,
                authorizations=[
                    {"id": "a2", "unit": "day", "first": "2026-11-01", "last": "2026-12-31", "units": 9, "used": 9},
                    {"id": "a1", "unit": "hour", "first": "2026-11-01", "last": "2026-11-30", "units_per_week": 3},
                ],
            ),
            participant(
                "ben",
                order=order(services=0, target=None),
                gender="m",
                resources=[{"resource": "interpreter"}],
                availability=free("08:00", "24:00", ("mon",)),
            ),
        ],
        relations=[{"a": "ana", "b": "ben", "kind": "apart_in_time"}],
        pins=[{"kind": "facilitator", "group": "g1", "clinician": "cora"}],
    )


def held_week() -> Instance:
    """Last week ana and ben were in Monday's group and ben saw dan; cem is new, ana's hours fall, and a second group opens."""
    last = roster(run("g1", "mon", "09:00", ("ana", "ben"), monday=LAST), meet("ben", "mon", "13:00", monday=LAST), monday=LAST)
    return instance(
        policy={"values": {"second_staff_required": False, "newcomers_per_group": 1, "factor_critical": 3}},
        services=[service | {"without_trip": "same_day" if service["id"] == "individual" else None} for service in SERVICES],
        rooms=[{"id": "r1", "site": "s1", "seats": 20}],
        clinicians=[
            clinician("cora", hours=windows("08:00", "13:20", ("mon", "tue"), site="s1")),
            clinician("dan", hours=windows("09:00", "14:15", ("mon",), site="s1"), team="blue"),
        ],
        tracks=[{"id": "t1"}],
        groups=[
            group("g1", track="t1", maximum=2, reserve=0),
            group("g2", "tue", "09:00", opened_on="2026-11-23", maximum=2, facilitators=["cora"]),
        ],
        participants=[
            participant("ana", order=order(180, 0)),
            participant(
                "ben",
                order=order(180, 1),
                primary_therapist="dan",
                authorizations=[
                    {"id": "a1", "unit": "day", "first": "2026-11-01", "last": "2026-12-31", "units": 1, "services": ["process"]},
                    {"id": "a2", "unit": "session", "first": "2026-11-30", "last": "2026-12-04", "units": 1},
                ],
            ),
            participant("cem", order=order(180, 0), stepped_down="2026-11-25"),
        ],
        history={
            "last_week": last,
            "orders": [
                {"participant": "ana", "floor": 180, "target": 400, "ceiling": 240},
                {"participant": "ben", "floor": 180, "ceiling": 420, "short_minutes": 30},
            ],
        },
    )


def tuesday() -> Instance:
    """It is Tuesday 8:00 in a published week: Monday's group has met, a couple and a family have sessions ahead, at two sites.

    Guests come to the groups: one must and can, one must and cannot, and one would like to.
    """
    published = roster(
        run("g1", "mon", "09:00", ("ana", "ben")),
        meet("ana", "tue", "10:15", 60, service="couple", bookings=_couple()),
        meet("cem", "wed", "13:00", 60, service="family", room="r1", facilitators=["cora"], guests=["mum"]),
    )
    sites = [{"id": site, "hours": windows("06:00", "22:00")} for site in ("s1", "s2")]
    couple = [{"service": "couple", "per_week": 1}]
    sister = {"id": "sister", "availability": free("08:00", "13:00"), "required_in": ["process"]}
    father = {"id": "father", "availability": free("08:00", "13:00"), "preferred_in": ["process"]}
    with_guests = {"guests": "welcome", "guest_places": 1}
    return instance(
        program=program(sites=sites, travel=[{"a": "s1", "b": "s2", "minutes": 30}]),
        policy={"values": {"second_staff_required": False, "direct_minutes_per_day": 240, "indirect_percent": 0}},
        services=[service | (with_guests if service["id"] == "process" else {}) for service in SERVICES],
        rooms=[{"id": "r1", "site": "s1", "seats": 3}, {"id": "r2", "site": "s2", "seats": 3}],
        clinicians=[
            clinician("cora", hours=[*windows("08:00", "12:00", ("mon",), site="s1"), *windows("13:00", "14:00", ("wed",), site="s1")]),
            clinician(
                "dan",
                hours=[*windows("10:00", "11:15", ("tue",), site="s1"), *windows("11:15", "12:30", ("tue",), site="s2")],
                protected=windows("10:00", "10:15", ("tue",)),
            ),
        ],
        groups=[group("g1"), group("g2", "tue", "12:00", minutes=90, site="s2", facilitators=["dan"], target=2, maximum=3)],
        participants=[
            participant("ana", order=order(180) | {"services": [{**couple[0], "partner": "ben"}]}, guests=[sister]),
            participant(
                "ben",
                order=order(180) | {"services": [{**couple[0], "partner": "ana"}]},
                guests=[father],
                home_site="s1",
                home_site_use="required",
            ),
            participant(
                "cem",
                home_site="s2",
                order=order(180) | {"services": [{"service": "family", "per_week": 1, "guests": ["mum"]}]},
                guests=[{"id": "mum", "availability": free("12:00", "14:00"), "required_in": ["process"]}],
            ),
        ],
        now=at("tue", "08:00"),
        published={"roster": published, "at": at("mon", "07:00")},
    )


def authorized(seed: int) -> Instance:
    """A drawn week in which everybody has one to three authorizations, some of them used up, over, or for one service."""
    draw, made = random.Random(seed), drawn(seed).model_dump(mode="json")
    dates = (("2026-11-01", "2026-11-30"), ("2026-11-01", "2026-12-31"), ("2026-12-01", "2026-12-31"))
    for person in made["participants"]:
        person["authorizations"] = [
            {"id": f"a{n}", "unit": draw.choice(("day", "hour", "session", "quarter_hour")), "units": draw.choice((0, 0, 1, 1, 3))}
            | dict(zip(("first", "last"), draw.choice(dates), strict=True))
            | {"services": draw.choice(([], ["process"], ["individual"]))}
            for n in range(draw.choice((1, 2, 3)))
        ]
    made["policy"]["values"]["billable_day_minutes"] = draw.choice((50, 180, 200, 230))
    return Instance.model_validate(made)


def leaving(seed: int) -> Instance:
    """A drawn week in which ana is free for nothing but the first group, and may leave groups for her individual session."""
    made = drawn(seed).model_dump(mode="json")
    for service in made["services"]:
        service["pulls_out_of"] = ["process"] if service["id"] == "individual" else []
    start = parse_clock(made["groups"][0]["starts"][0]["time"])
    made["participants"][0]["availability"] = free(clock(start), clock(start + 180), ("mon",))
    return Instance.model_validate(made)


def _couple() -> list[dict[str, str]]:
    return [{"participant": p, "mode": "in_person"} for p in ("ana", "ben")]


def long_night() -> Instance:
    """The night in which clocks are set back: appointments at 0, 1 (which exists twice), 2 and 3 o'clock, and a group at 2 or 3."""
    hours = windows("00:00", "24:00", ("sun",))
    return instance(
        monday="2026-10-26",
        services=[service | {"standing": service["id"] != "individual"} for service in SERVICES],
        program=program(sites=[{"id": "s1", "hours": hours}]),
        policy={"values": {"second_staff_required": False, "start_grain": 60, "longest_wait": 100}},
        rooms=[{"id": "r1", "site": "s1", "seats": 3}],
        clinicians=[clinician(c, hours=windows("00:00", "04:00", ("sun",), site="s1")) for c in ("cora", "dan")],
        groups=[group("g1", minutes=50, facilitators=["dan"]) | {"starts": [{"day": "sun", "time": time} for time in ("02:00", "03:00")]}],
        participants=[
            participant("ana", order=order(50), availability={"weekly": windows("00:00", "02:30", ("sun",))}),
            participant("ben", order=order(50), availability={"weekly": hours}),
        ],
    )


def evening() -> Instance:
    """A block of two hours with a leader each, in person or from home; the hours are one session."""
    hours = (("early", "17:00", "process", "cora"), ("family", "18:00", "education", "dan"))
    return instance(
        policy={"values": {"second_staff_required": False, "participants_per_facilitator": 1}},
        rooms=[{"id": "r1", "site": "s1", "seats": 3, "features": ["hybrid"]}],
        groups=[
            group(id, time=time, service=service, minutes=60, block="monday", mode="hybrid", facilitators=[leader], maximum=2, reserve=0)
            for id, time, service, leader in hours
        ],
        participants=[
            participant(p, order=order(120, 0) | {"sessions": {"floor": 1, "ceiling": 1}}, modes=["in_person", "telehealth"])
            for p in ("ana", "ben", "cem")
        ],
    )


WEEKS = {"new_term": new_term, "held_week": held_week, "tuesday": tuesday, "long_night": long_night, "evening": evening}


def drawn(seed: int) -> Instance:
    """A tiny week drawn at random: two or three participants, two groups, an appointment or two, and a handful of conditions."""
    draw = random.Random(seed)
    people = ["ana", "ben", "cem"][: draw.choice((2, 3, 3))]
    slots = draw.sample(["09:00", "10:30", "12:00", "13:00"], 2)
    orders = {p: order(draw.choice((180, 230, 360)), 0, target=draw.choice((None, 230))) for p in people}
    orders["ana"] = order(draw.choice((230, 410)), 1)
    return instance(
        policy={"values": {"second_staff_required": draw.random() < 0.3, "participants_per_facilitator": draw.choice((2, 10))}},
        rooms=[{"id": f"r{n}", "site": "s1", "seats": draw.choice((3, 5))} for n in range(draw.choice((1, 2)))],
        tracks=[{"id": "t1"}, {"id": "t2"}],
        cohorts=[{"id": "c1"}, {"id": "c2"}],
        clinicians=[
            clinician("cora", hours=windows("08:00", draw.choice(("12:15", "16:15")), ("mon", "tue"), site="s1"), team="blue"),
            clinician(
                "dan", hours=windows(draw.choice(("08:00", "12:00")), "16:30", ("mon",), site="s1"), team=draw.choice(("blue", None))
            ),
        ],
        groups=[
            group("g1", "mon", slots[0], track="t1", cohort="c1", maximum=draw.choice((2, 3)), reserve=0, target=draw.choice((1, 3))),
            group("g2", track=draw.choice(("t1", "t2")), cohort="c2", is_standing=draw.random() < 0.5, minimum=2, maximum=3)
            | {"starts": [{"day": "mon", "time": slots[1]}, {"day": "tue", "time": "09:00"}][: draw.choice((1, 2))]},
        ],
        participants=[
            participant(
                p,
                order=orders[p],
                availability=free(draw.choice(("00:00", "09:30")), draw.choice(("14:00", "24:00"))),
                gender=draw.choice(("f", "m")),
                company=draw.choice(([], ["gender"])),
                has_risk_flag=draw.random() < 0.3,
                may_change_track=draw.random() < 0.5,
                primary_therapist=draw.choice((None, "cora", "dan")),
                preferences=draw.choice(([], [{"attribute": "time", "ranked": ["afternoon", "morning"]}])),
            )
            for p in people
        ],
        relations=[{"a": "ana", "b": "ben", "kind": draw.choice(("apart", "apart_in_time"))}] if draw.random() < 0.4 else [],
    )
