"""The filled-in example: a small evening program in its second week, as a coordinator would enter it."""

from __future__ import annotations

from functools import cache

from scheduler.exchange.workbook.cells import Cell
from scheduler.exchange.workbook.grid import Grid, GridRow, SheetSource
from scheduler.exchange.workbook.importing import import_source
from scheduler.instance import Instance

EVENINGS = "mon, tue, thu 12:00-21:00"

EXAMPLE: dict[str, tuple[tuple[str, ...], ...]] = {
    "Week": (
        ("Setting", "Value"),
        ("Week id", "week-2"),
        ("Title", "Second week of January"),
        ("Monday", "2027-01-11"),
        ("Program id", "riverside"),
        ("Program name", "Riverside evening program"),
        ("Time zone", "America/New_York"),
        ("Policy pack", "adult_iop_2_1"),
    ),
    "Policy": (("Setting", "Value"), ("notes_after_group", "10")),
    "Sites": (
        ("Site", "Name", "Hours", "Front desk"),
        ("main", "Riverside", EVENINGS, EVENINGS),
    ),
    "Closures": (("Date", "From", "Until"), ("2027-01-18", "", "")),
    "Rooms": (
        ("Room", "Name", "Site", "Seats", "Features", "Used for"),
        ("group-room", "Group room, 2nd floor", "main", "14", "accessible", "group"),
        ("office-1", "Office 1", "main", "4", "accessible", "individual"),
        ("office-2", "Office 2", "main", "3", "", "individual"),
    ),
    "Services": (
        ("Service", "Name", "Kind", "Category", "Minutes", "Modes", "Credentials"),
        ("process", "Process group", "group", "process", "180", "", ""),
        ("individual", "Individual session", "individual", "individual", "50", "in person, telehealth", "lpc, lcsw"),
        ("family", "Family session", "family", "family", "60", "", "lpc, lcsw"),
        ("medication", "Medication management", "individual", "medical", "30", "in person, telehealth", "np"),
    ),
    "Clinicians": (
        ("Clinician", "Name", "Hours", "Credentials", "Languages", "Gender"),
        ("c1", "M. Ortiz", f"{EVENINGS} at main", "lpc", "en, es", "f"),
        ("c2", "T. Webb", f"{EVENINGS} at main", "lcsw", "en", "m"),
        ("c3", "L. Hahn", "thu 12:00-20:00 at main; fri 9:00-13:00 remote", "np", "en", "f"),
    ),
    "Protected time": (
        ("Clinician", "Day", "From", "Until", "Name"),
        ("c1", "tue", "12:00", "13:00", "Team meeting"),
        ("c2", "tue", "12:00", "13:00", "Team meeting"),
    ),
    "Tracks": (("Track", "Name"), ("evening", "Evening")),
    "Groups": (
        ("Group", "Name", "Service", "Minutes", "Starts", "Site", "Track", "Facilitators"),
        ("evening-mon", "Evening Monday", "process", "180", "mon 17:30", "main", "evening", "c1, c2"),
        ("evening-tue", "Evening Tuesday", "process", "180", "tue 17:30", "main", "evening", "c1, c2"),
        ("evening-thu", "Evening Thursday", "process", "180", "thu 17:30", "main", "evening", "c1, c2"),
    ),
    "Phases": (
        ("Phase", "Name", "Level", "Rank", "Weeks", "Minutes at least", "Minutes at most", "Sessions at least", "Sessions at most",
         "Days at least", "Days at most"),
        ("intensive", "Intensive", "2.1", "0", "8", "540", "720", "3", "5", "3", "4"),
        ("step-down", "Step-down", "1", "1", "4", "180", "420", "1", "3", "1", "2"),
    ),
    "Plans": (("Plan", "Name", "Phases"), ("taper", "Twelve weeks", "intensive, step-down")),
    "Ordered services": (
        ("Phase", "Participant", "Service", "Times a week", "Every ... weeks", "Guests"),
        ("intensive", "", "individual", "1", "", ""),
        ("step-down", "", "individual", "1", "", ""),
        ("", "p2", "individual", "1", "", ""),
        ("", "p2", "family", "1", "", "g1"),
        ("", "p4", "individual", "1", "", ""),
        ("", "p4", "medication", "", "4", ""),
    ),
    "Participants": (
        ("Participant", "Initials", "Status", "Phase", "Free", "Travel", "Home track", "Therapist", "Modes", "Admitted"),
        ("p1", "A.B.", "active", "intensive", "mon-thu 15:30-22:00", "20", "evening", "c1", "in person, telehealth", "2026-12-14"),
        ("p2", "C.D.", "active", "intensive", "mon, tue, thu 12:00-22:00", "15", "evening", "c1", "in person", "2026-12-07"),
        ("p3", "E.F.", "active", "intensive", "mon-thu 15:00-22:00", "10", "evening", "c2", "in person", "2026-12-21"),
        ("p4", "G.H.", "active", "step-down", "mon, thu 14:00-22:00", "25", "evening", "c2", "in person, telehealth", "2026-10-19"),
        ("p5", "J.K.", "active", "intensive", "weekdays 13:00-22:00", "10", "evening", "c1", "in person", "2027-01-11"),
    ),
    "Guests": (("Participant", "Guest", "Name", "Free"), ("p2", "g1", "Mother", "tue, thu 14:00-18:00")),
    "Absences": (
        ("Participant", "Clinician", "First", "Last", "From", "Until", "Note"),
        ("p1", "", "2027-01-12", "2027-01-12", "12:00", "16:45", "dentist"),
        ("", "c2", "2027-01-14", "2027-01-14", "12:00", "14:00", "training"),
    ),
    "Authorizations": (
        ("Participant", "Authorization", "Unit", "First", "Last", "Units", "Units a week", "Used"),
        ("p1", "a-1", "day", "2026-12-14", "2027-02-12", "24", "3", "12"),
    ),
    "Last week": (
        ("Group", "Service", "Date", "Start", "End", "Room", "Facilitators", "Participants"),
        ("evening-mon", "", "mon", "17:30", "20:30", "group-room", "c1", "p1, p2, p3, p4"),
        ("evening-tue", "", "tue", "17:30", "20:30", "group-room", "c2", "p1, p2, p3"),
        ("evening-thu", "", "thu", "17:30", "20:30", "group-room", "c1", "p1, p2, p3"),
        ("", "individual", "mon", "16:30", "17:20", "office-1", "c1", "p1"),
        ("", "individual", "tue", "16:30", "17:20", "office-1", "c1", "p2"),
        ("", "individual", "thu", "16:30", "17:20", "office-2", "c2", "p3"),
        ("", "individual", "thu", "15:00", "15:50", "office-2", "c2", "p4"),
    ),
    "Last services": (("Participant", "Service", "Date"), ("p4", "medication", "2026-12-17")),
    "Past orders": (
        ("Participant", "Phase", "Minutes at least", "Minutes at most"),
        *((person, "intensive", "540", "720") for person in ("p1", "p2", "p3")),
        ("p4", "step-down", "180", "420"),
    ),
}  # fmt: skip
"""The cells of every sheet, headings first."""


@cache
def example() -> Instance:
    """The example as an instance."""
    grids = []
    for title, lines in EXAMPLE.items():
        rows = [GridRow(n, {k: Cell(text) for k, text in enumerate(line) if text}) for n, line in enumerate(lines, 1)]
        grids.append(Grid(title, rows))
    return import_source(SheetSource(tuple(grids))).instance
