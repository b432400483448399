"""An invented week of medium size for the tests of what leaves the scheduler."""

from __future__ import annotations

from typing import Any

from scheduler.instance import Instance
from scheduler.roster import Roster
from tests.build import clinician, group, instance, meet, participant, roster, run

INITIALS = ("T.R.", "K.B.", "A.T.", "B.F.", "N.C.", "L.P.", "J.S.", "P.A.", "R.G.", "S.V.", "I.J.", "C.Y.", "M.B.", "D.W.", "G.W.", "E.M.")
PEOPLE = tuple(f"p{n:02d}" for n in range(1, len(INITIALS) + 1))
MORNING, EVENING, NOON = PEOPLE[:8], PEOPLE[8:], PEOPLE[4:11]
SCREEN = {"id": "screen", "kind": "individual", "category": "drug_screen", "minutes": 15, "countable": False}
LEADERS = {"mo": "M. Ortiz", "jp": "J. Park", "sl": "S. Lind", "ad": "A. Diaz"}
GROUPS = (
    ("g1", "Process", "process", "mon", "09:00", 180, "mo", "r1", MORNING, 8),
    ("g2", "CBT skills", "skills", "tue", "09:00", 180, "jp", "r1", MORNING, 12),
    ("g3", "Relapse prevention", "skills", "thu", "09:00", 180, "jp", "r1", MORNING, 12),
    ("g4", "Evening process", "process", "mon", "17:30", 180, "sl", "r1", EVENING, 12),
    ("g5", "Evening skills", "skills", "wed", "17:30", 180, "ad", "r1", EVENING, 8),
    ("g6", "Evening process 2", "process", "thu", "17:30", 180, "sl", "r1", EVENING, 12),
    ("g7", "Health education", "education", "thu", "10:00", 60, "ad", "r2", ("p10", "p11", "p12"), 16),
)
MEETINGS = (
    ("p01", "mon", "08:00", "jp", "r3"), ("p02", "mon", "12:15", "mo", "r3"), ("p03", "mon", "12:15", "jp", "r4"),
    ("p09", "mon", "16:30", "sl", "r4"), ("p10", "mon", "16:15", "ad", "r3"), ("p04", "tue", "08:00", "mo", "r3"),
    ("p05", "tue", "12:15", "jp", "r3"), ("p06", "tue", "12:15", "mo", "r4"), ("p11@home", "tue", "12:30", "sl", "r4"),
    ("p12", "wed", "16:30", "ad", "r3"), ("p13", "wed", "16:15", "sl", "r4"), ("p07", "thu", "12:15", "mo", "r3"),
    ("p08", "thu", "12:15", "jp", "r4"), ("p14", "thu", "16:30", "sl", "r3"), ("p15", "fri", "10:00", "ad", "r3"),
)  # fmt: skip


def medium_instance(**more: Any) -> Instance:
    """Sixteen participants in a morning and an evening track, four clinicians, four rooms, seven groups."""
    people = [
        participant(p, label=label, phase="one" if n % 2 else "two", modes=["in_person", "telehealth"], order={})
        for n, (p, label) in enumerate(zip(PEOPLE, INITIALS, strict=True))
    ]
    groups = [
        group(g, day, start, label=label, service=service, minutes=minutes, maximum=most)
        for g, label, service, day, start, minutes, _, _, _, most in GROUPS
    ]
    base = {
        "participants": people,
        "clinicians": [clinician(c, label=label) for c, label in LEADERS.items()],
        "rooms": [{"id": f"r{n}", "label": f"Room {n}", "site": "s1", "seats": 20} for n in (1, 2, 3, 4)],
        "groups": groups,
        "phases": [
            {"id": "one", "label": "Phase 1", "level": "2.1", "order": {"minutes": {"floor": 540, "ceiling": 720}}},
            {
                "id": "two",
                "label": "Phase 2",
                "level": "2.1",
                "rank": 1,
                "order": {"minutes": {"floor": 540, "target": 600, "ceiling": 660}},
            },
        ],
    }
    made = instance(**(base | more))
    screened = type(made.services[0]).model_validate(SCREEN)
    return made.model_copy(update={"services": (*made.services, screened)})


def medium_sessions() -> list[dict[str, Any]]:
    """Seven group runs, fifteen appointments, two medication visits, a family session and a drug screen."""
    runs = [
        run(g, day, start, people, minutes, service=service, facilitators=[leader], room=room)
        for g, _, service, day, start, minutes, leader, room, people, _ in GROUPS
    ]
    meetings = [
        meet(person, day, start, facilitators=[leader], **({} if "@" in person else {"room": room}))
        for person, day, start, leader, room in MEETINGS
    ]
    medication = [meet("p03", "fri", "09:00", 30, service="medication", facilitators=["mo"], room="r4"),
                  meet("p09", "fri", "09:30", 30, service="medication", facilitators=["mo"], room="r4")]  # fmt: skip
    family = meet("p16", "fri", "10:15", 60, service="family", facilitators=["sl"], room="r2")
    screen = meet("p01", "mon", "12:05", 15, service="screen", facilitators=["ad"], room="r2")
    return [*runs, *meetings, *medication, family, screen]


def medium_roster() -> Roster:
    """The roster of the medium week."""
    return roster(*medium_sessions())
