"""Programs of single hours after published timetables: eating disorder evenings, and a day program for youths beside an IOP.

Days, clock times and staff are facts of the named programs; people are invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from scheduler.instance import Instance

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVENINGS = WORKDAYS[:4]
WEEKENDING = (*WORKDAYS, "sat")
Document = dict[str, Any]


def windows(days: Iterable[str], start: str, end: str, **more: str) -> list[Document]:
    """The same hours on several days."""
    return [{"day": day, "start": start, "end": end, **more} for day in days]


def service(id: str, kind: str, category: str, minutes: int, *credentials: str, **more: Any) -> Document:
    """A service given by clinicians with one of the credentials."""
    return {"id": id, "label": id, "kind": kind, "category": category, "minutes": minutes, "credentials": [*credentials], **more}


def bands(minutes: Sequence[int], sessions: Sequence[int], days: Sequence[int]) -> Document:
    """The bands of an order: floor, target if any, and ceiling."""
    floor, *target, ceiling = minutes
    return {
        "minutes": {"floor": floor, "ceiling": ceiling} | ({"target": target[0]} if target else {}),
        "sessions": {"floor": sessions[0], "ceiling": sessions[1]},
        "days": {"floor": days[0], "ceiling": days[1]},
    }


def weekly(service: str, per_week: int = 1, **more: Any) -> Document:
    """A service ordered every week."""
    return {"service": service, "per_week": per_week, **more}


def site(id: str, days: Sequence[str], opening: tuple[str, str], desk: tuple[str, str]) -> Document:
    """The only site of a program."""
    return {"id": id, "hours": windows(days, *opening), "front_desk": windows(days, *desk)}


# --- eating disorder evenings --------------------------------------------------------------------------------------------------------

DINNERS = {
    "mon": ("cbt", "dinner", "dbt", "art"),
    "tue": ("dbt", "dinner", "nutrition", "cbt"),
    "wed": ("cbt", "dinner", "dbt", "ot"),
    "thu": ("dbt", "dinner", "art", "cbt"),
}
WITH_SUPPORT = (2, 5, 8, 11, 14)
LATE = {13: ("wed", "thu", "sat"), 14: ("thu", "fri", "sat")}
"""Weekdays on which somebody comes from work and is free only from 15:00."""


def eating_disorder_evenings() -> Instance:
    """Four hours with dinner on four evenings; support persons are free on Tuesday evening only."""
    staff = {"tech": "tech", "psyd": "therapist", "lcsw": "therapist", "lcpc": "therapist", "md": "md"}
    staff |= {"rd": "dietitian", "rd2": "dietitian", "art": "art", "ot": "ot"}
    mix = [{"category": "skills"}, {"category": "activity"}, {"category": "education"}]
    own = [weekly("individual"), weekly("psychiatry")]
    phases = [
        ("iop4", bands((840, 930, 1100), (14, 18), (4, 4)), 4),
        ("iop2", bands((400, 470, 600), (7, 10), (2, 3)), 2),
    ]
    document = {
        "id": "eating_disorder_evenings",
        "monday": "2027-01-11",
        "program": {
            "id": "ced", "zone": "America/New_York", "sites": [site("b", EVENINGS, ("14:30", "20:30"), ("14:30", "20:30"))],
        },
        "services": [
            service("cbt", "group", "skills", 60, "therapist"), service("dbt", "group", "skills", 60, "therapist"),
            service("art", "group", "activity", 60, "art", "tech"), service("ot", "group", "activity", 60, "ot", "tech"),
            service("dinner", "group", "meal", 60, "dietitian"), service("nutrition", "group", "education", 60, "dietitian"),
            service("collab", "family", "family", 60, "therapist"), service("psychiatry", "individual", "medical", 20, "md"),
            service("individual", "individual", "individual", 45, "therapist"),
            service("dietitian", "individual", "medical", 25, "dietitian"),
        ],
        "rooms": [
            {"id": "g1", "site": "b", "seats": 18, "uses": ["group"]}, {"id": "dining", "site": "b", "seats": 20, "uses": ["group"]},
            *({"id": id, "site": "b", "seats": 4, "uses": ["individual"]} for id in ("o1", "o2", "o3")),
        ],
        "clinicians": [
            {"id": id, "label": id.upper(), "credentials": [credential], "hours": windows(EVENINGS, "13:30", "20:30", site="b")}
            for id, credential in staff.items()
        ],
        "tracks": [{"id": "evening"}],
        "groups": [_hour(day, n, name) for day, names in DINNERS.items() for n, name in enumerate(names)],
        "phases": [
            {"id": id, "level": "2.1", "rank": rank, "weeks": 4,
             "order": order | {"mix": [{"category": "meal", "at_least": meals}, *mix], "services": own}}
            for rank, (id, order, meals) in enumerate(phases)
        ],
        "participants": [_guest_of_dinner(n) for n in range(1, 15)],
        "policy": {"values": {
            "day_sessions_ceiling": 6, "sessions_ceiling": 18, "weekly_minutes_ceiling": 1100, "newcomers_per_group": 4,
            "notes_after_group": 0, "clinician_sessions_per_day": 10, "open_track_reserve": 1,
        }},
    }  # fmt: skip
    return Instance.model_validate(document)


def _hour(day: str, n: int, name: str) -> Document:
    """One of the four hours of an evening: fifty minutes and a break."""
    return {
        "id": f"{day}-{n + 1}-{name}", "service": name, "minutes": 60, "site": "b", "track": "evening",
        "starts": [{"day": day, "time": f"{15 + n}:30"}], "maximum": 15, "rooms": ["dining" if name == "dinner" else "g1"],
        "segments": [{"service": name, "minutes": 50}, {"service": None, "minutes": 10}],
    }  # fmt: skip


def _guest_of_dinner(n: int) -> Document:
    """The first nine come on four evenings; the others on two, and have more time."""
    start = "14:30" if n < 6 else "14:00"
    free = windows(EVENINGS, start, "21:30") if n < 9 else [
        window for day in WEEKENDING for window in windows([day], "15:00" if day in LATE.get(n, ()) else "07:30", "22:00")
    ]  # fmt: skip
    person: Document = {
        "id": f"p{n}", "label": f"P{n}", "phase": "iop4" if n < 10 else "iop2", "home_track": "evening",
        "primary_therapist": ("psyd", "lcsw", "lcpc")[(n - 1) % 3], "availability": {"weekly": free},
        "travel": {"b": 30 if n in (2, 5, 6, 7, 11, 12, 14) else 20},
    }  # fmt: skip
    if n in WITH_SUPPORT:
        guest = {"id": f"p{n}s", "label": "support", "availability": {"weekly": windows(["tue"], "17:30", "20:30")}}
        services = [weekly("individual"), weekly("psychiatry"), weekly("collab", guests=[guest["id"]])]
        person |= {"guests": [guest], "order": {"services": services}}
    return person


# --- youth day program and IOP -------------------------------------------------------------------------------------------------------

MORNING_A, MORNING_B = ("process", "cbt", "experiential"), ("process", "dbt", "social")
LESSONS = {day: (*(MORNING_B if day in ("tue", "thu") else MORNING_A), "lunch", "school", "dbt", "social") for day in WORKDAYS}
HOURS = (("1", "08:30", 50), ("2", "09:30", 50), ("3", "10:30", 50), ("lunch", "11:30", 40), ("school", "12:15", 60),
         ("pm1", "13:20", 50), ("pm2", "14:20", 50))  # fmt: skip
PARENTS = {
    "k1": "fri mon thu", "k2": "tue wed mon", "k3": "mon fri thu", "k4": "fri wed thu", "k5": "thu fri wed",
    "k6": "wed fri mon", "k7": "wed tue mon", "k8": "mon fri tue", "k9": "mon wed fri", "k10": "thu mon tue",
    "i1": "tue mon thu", "i2": "wed fri tue", "i3": "thu fri wed", "i4": "tue mon thu", "i5": "wed fri thu",
    "i6": "tue mon fri", "i7": "tue mon wed", "i8": "mon thu tue", "i9": "mon wed tue",
}  # fmt: skip
"""Weekdays on which the parent of each young person is free."""
AFTER_SCHOOL = {
    "i1": "baaab", "i2": "ccbca", "i3": "cbcca", "i4": "cbcca", "i5": "acccc", "i6": "ababb", "i7": "accba", "i8": "cbcab", "i9": "acccc",
}  # fmt: skip
"""By weekday, when those of the IOP come from school: a 14:00, b 14:30, c 14:45."""
SCHOOL_ENDS = {"a": "14:00", "b": "14:30", "c": "14:45"}
NEAR = {15: ("k3", "k4", "i3", "i6", "i7", "i8", "i9"), 30: ("k5", "k6", "k8", "i1", "i2", "i5")}


def youth_day() -> Instance:
    """Seven hours a day for ten young people, with lunch and school; nine others come for an IOP in the afternoon."""
    staff = {
        **dict.fromkeys(("th1", "th2", "th3", "th4"), ("therapist", "08:00", "16:30")),
        **dict.fromkeys(("te1", "te2"), ("therapist", "11:00", "19:00")),
        **dict.fromkeys(("rec1", "rec2"), ("rec", "08:00", "16:00")),
        **dict.fromkeys(("teach", "teach2"), ("teacher", "09:00", "15:00")),
        **dict.fromkeys(("tech1", "tech2"), ("tech", "08:00", "16:00")),
        "md": ("md", "09:00", "17:00"),
    }
    document = {
        "id": "youth_day",
        "monday": "2027-01-11",
        "program": {"id": "stlukes", "zone": "America/Boise", "sites": [site("st", WORKDAYS, ("08:00", "19:00"), ("08:00", "18:30"))]},
        "services": [
            *(service(id, "group", "skills", 50, "therapist") for id in ("cbt", "dbt")),
            service("process", "group", "process", 50, "therapist"), service("experiential", "group", "activity", 50, "rec", "tech"),
            service("social", "group", "skills", 50, "therapist", "rec"),
            service("school", "group", "school", 60, "teacher", countable=False),
            service("lunch", "group", "meal", 40, "rec", "tech", countable=False),
            service("individual", "individual", "individual", 50, "therapist"),
            service("family", "family", "family", 50, "therapist", modes=["in_person", "telehealth"]),
            service("psychiatry", "individual", "medical", 30, "md"),
        ],
        "rooms": [
            *({"id": id, "site": "st", "seats": 16, "uses": ["group"]} for id in ("g1", "g2", "class")),
            {"id": "cafe", "site": "st", "seats": 30, "uses": ["group"]},
            *({"id": f"o{n}", "site": "st", "seats": 4, "uses": ["individual"]} for n in range(1, 5)),
        ],
        "clinicians": [
            {"id": id, "label": id.upper(), "credentials": [credential], "hours": windows(WORKDAYS, start, end, site="st"),
             "licensed_states": ["ID"]}
            for id, (credential, start, end) in staff.items()
        ],
        "tracks": [{"id": "php"}, {"id": "iop"}],
        "groups": [
            *(_lesson(day, name, *hour) for day, names in LESSONS.items() for name, hour in zip(names, HOURS, strict=True)),
            *map(_afternoon, ("mon", "tue", "thu")),
        ],
        "phases": [_day_phase(), _afternoon_phase()],
        "participants": [_young_person(id) for id in PARENTS],
        "history": {"services": [
            {"participant": f"i{n}", "service": "family", "date": "2027-01-06" if n % 2 else "2026-12-30"} for n in range(1, 10)
        ]},
        "policy": {"pack": "adolescent_iop_2_1", "values": {
            "adolescents_per_facilitator": 10, "day_sessions_ceiling": 9, "day_minutes_ceiling": 420, "sessions_ceiling": 40,
            "weekly_minutes_ceiling": 1500, "notes_after_group": 0,
        }},
    }  # fmt: skip
    return Instance.model_validate(document)


def _day_phase() -> Document:
    mix = [{"category": "school", "at_least": 4}, {"category": "meal", "at_least": 5}]
    mix += [{"category": category} for category in ("skills", "process", "activity")]
    services = [weekly("individual", 2), weekly("family"), weekly("psychiatry")]
    order = bands((1200, 1350, 1500), (25, 40), (5, 5)) | {"mix": mix, "services": services}
    return {"id": "php", "level": "2.5", "rank": 0, "weeks": 5, "order": order}


def _afternoon_phase() -> Document:
    order = bands((540, 700), (3, 5), (3, 4)) | {"services": [weekly("individual"), {"service": "family", "every_n_weeks": 2}]}
    return {"id": "iop", "level": "2.1", "rank": 1, "weeks": 6, "order": order}


def _lesson(day: str, name: str, part: str, time: str, minutes: int) -> Document:
    """One hour of the day program."""
    rooms, maximum = {"lunch": (["cafe"], 16), "school": (["class"], 14)}.get(name, (["g1", "g2"], 12))
    label = {"label": f"PHP {name}"} if part in ("1", "2", "3") else {}
    return {
        "id": f"php-{day}-{part}", **label, "service": name, "minutes": minutes, "site": "st", "track": "php",
        "starts": [{"day": day, "time": time}], "maximum": maximum, "rooms": rooms,
        "eligibility": {"age_group": "adolescent", "phases": ["php"]},
    }  # fmt: skip


def _afternoon(day: str) -> Document:
    """Three hours of the IOP in three parts with breaks."""
    parts = (("process", 50), (None, 15), ("dbt", 50), (None, 15), ("cbt", 50))
    return {
        "id": f"iop-{day}", "service": "dbt", "minutes": 180, "site": "st", "track": "iop", "starts": [{"day": day, "time": "15:30"}],
        "maximum": 12, "rooms": ["g1", "g2"], "segments": [{"service": name, "minutes": minutes} for name, minutes in parts],
        "eligibility": {"age_group": "adolescent", "phases": ["iop"]},
    }  # fmt: skip


def _young_person(id: str) -> Document:
    """A young person of the day program (k) or of the IOP (i), with a parent."""
    is_day, n = id.startswith("k"), int(id[1:])
    guest = {"id": f"{id}g", "label": "parent",
             "availability": {"weekly": windows(PARENTS[id].split(), "15:00", "18:00" if is_day else "19:30")}}  # fmt: skip
    if is_day:
        free = windows(WORKDAYS, "07:30", "18:30" if n % 2 else "17:30")
        services = [weekly("individual", 2), weekly("family", guests=[guest["id"]]), weekly("psychiatry")]
    else:
        free = [w for day, code in zip(WORKDAYS, AFTER_SCHOOL[id], strict=True) for w in windows([day], SCHOOL_ENDS[code], "20:00")]
        services = [weekly("individual"), {"service": "family", "every_n_weeks": 2, "guests": [guest["id"]]}]
    return {
        "id": id, "label": id.upper(), "age_group": "adolescent", "phase": "php" if is_day else "iop",
        "home_track": "php" if is_day else "iop", "primary_therapist": f"th{(n - 1) % 4 + 1}" if is_day else f"te{(n - 1) % 2 + 1}",
        "availability": {"weekly": free}, "travel": {"st": next((m for m, ids in NEAR.items() if id in ids), 20)},
        "modes": ["in_person", "telehealth"], "state": "ID", "guests": [guest], "order": {"services": services},
    }  # fmt: skip
