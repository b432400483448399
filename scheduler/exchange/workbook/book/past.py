"""The sheets of last week's roster, the published roster, history and pins."""

from __future__ import annotations

from scheduler.exchange.workbook.book.program import BOOKED_MODE, MODE
from scheduler.exchange.workbook.kinds import CODE, DURATION, ID, WHOLE, WORD, list_of, one_of
from scheduler.exchange.workbook.sheet import Column, Sheet, Use
from scheduler.exchange.workbook.times import CLOCK, DATE, SESSION_DAY, START, WEEKDAY
from scheduler.exchange.workbook.windows import BOOKINGS

"""The path of a roster, by the title of its sheet of sessions."""

WHO = Column("Participant", "participant", CODE, "Whose.", "p1")

SESSIONS = (
    Column("Group", "group", ID, "The group; empty for individual, family and couple sessions.", "evening-mon"),
    Column("Service", "service", ID, "What was given.", "individual", is_derived=True, default="the group's"),
    Column("Date", "day", SESSION_DAY, "The date, or the weekday.", "mon", also=("start",), is_derived=True,
           default="needs to be filled in"),
    Column("Start", "from", START, "Start.", "17:30", also=("start",), is_derived=True, default="needs to be filled in"),
    Column("End", "until", START, "End.", "20:30", also=("end",), is_derived=True, default="by the minutes of group or service"),
    Column("Mode", "mode", MODE, "How it was held.", "in person", is_derived=True,
           default="the group's, else in person"),
    Column("Site", "site", ID, "Where.", "main", is_derived=True, default="the room's"),
    Column("Room", "room", ID, "The room.", "group-room"),
    Column("Facilitators", "facilitators", list_of(CODE), "Who led it, the leader first.", "c1"),
    Column("Participants", "bookings", BOOKINGS, "Who was booked.", "p1, p2, p3 (telehealth)"),
    Column("Guests", "guests", list_of(CODE), "Guests who took part.", "g1"),
    Column("Number", "ordinal", WHOLE, "Which of the week's sessions of that service, for people who have several.", "2"),
    Column("Session id", "id", WORD, "Leave it empty for sessions you enter.", is_seldom=True, is_derived=True, default="a new id"),
)  # fmt: skip


def _roster(title: str, place: str, use: Use, what: str) -> tuple[Sheet, ...]:
    """The three sheets of a roster."""
    session = Column("Session", "", WORD, "The group, or the session id.", "evening-mon")
    return (
        Sheet(title, use, f"{what}, one session per row.", (f"{place}.sessions",), SESSIONS),
        Sheet(
            f"{title} bookings", "seldom", f"Who was booked, one person per row, instead of the column Participants of {title}.",
            (f"{place}.sessions[Session].bookings",),
            (session, WHO, Column("Mode", "mode", BOOKED_MODE, "How.", "in person", is_derived=True,
                                  default="the session's")),
            is_alternative=True,
        ),
        Sheet(
            f"{title} homes", "seldom", "The tracks and cohorts people had in that roster.", (f"{place}.homes",),
            (
                WHO,
                Column("Track", "track", ID, "Home track.", "evening"),
                Column("Cohort", "cohort", ID, "Home cohort.", "evening-a"),
                Column("Given track", "given_track", ID, "Home track at that time, if it differs from the sheet Participants.", "day",
                       is_seldom=True),
                Column("Given cohort", "given_cohort", ID, "Home cohort at that time, if it differs from the sheet Participants.", "day-a",
                       is_seldom=True),
            ),
            ("Participant",),
        ),
    )  # fmt: skip


PAST_SHEETS = (
    *_roster("Last week", "history.last_week", "often", "Last week's real roster"),
    Sheet(
        "Past orders", "seldom", "The order of the last full week, and how it went.", ("history.orders",),
        (
            WHO,
            Column("Phase", "phase", ID, "Phase of that week.", "intensive"),
            Column("Minutes at least", "floor", DURATION, "Ordered minutes, at least.", "540"),
            Column("Minutes target", "target", DURATION, "Target; the largest step is counted from it.", "600"),
            Column("Minutes at most", "ceiling", DURATION, "Most minutes.", "720"),
            Column("Short", "short_minutes", DURATION, "Unexcused minutes below that week's order.", "60"),
        ),
        ("Participant",),
    ),
    Sheet(
        "Last services", "seldom", "When a service was last given; services every few weeks are counted from there. Of services ordered "
        "by a number in all, every date of the stay.",
        ("history.services",),
        (
            WHO,
            Column("Service", "service", ID, "What.", "medication"),
            Column("Date", "date", DATE, "When last.", "2026-12-16"),
        ),
        ("Participant", "Service", "Date"),
    ),
    Sheet(
        "Modules done", "seldom", "Curriculum modules done in the current cycle.", ("history.modules",),
        (
            WHO,
            Column("Curriculum", "curriculum", ID, "Which.", "dbt"),
            Column("Module", "module", ID, "What was done.", "mindfulness"),
        ),
        ("Participant", "Curriculum", "Module"),
    ),
    Sheet(
        "Released places", "seldom", "Places of last week that their holders have agreed to give up.", ("history.released",),
        (
            WHO,
            Column("Group", "group", ID, "The group place given up.", "evening-mon"),
            Column("Service", "service", ID, "Or the standing appointment.", "individual"),
            Column("Number", "ordinal", WHOLE, "Which of the week's sessions of the service.", "1"),
        ),
    ),
    *_roster("Published", "published.roster", "seldom", "The roster participants know for this week"),
    Sheet(
        "Pins", "often", "What must not change: a group's time, its facilitator, its room, or a participant's booking.", ("pins",),
        (
            Column("Kind", "kind", one_of("run", "facilitator", "room", "booking"), "What is locked.", "booking"),
            Column("Group", "group", ID, "The group.", "evening-mon"),
            Column("Participant", "participant", CODE, "Whose booking.", "p1"),
            Column("Service", "service", ID, "For a booking that is not a group place.", "individual"),
            Column("Day", "day", WEEKDAY, "On this day.", "mon"),
            Column("Time", "time", CLOCK, "At this time.", "16:15"),
            Column("Clinician", "clinician", CODE, "With this clinician.", "c1"),
            Column("Room", "room", ID, "In this room.", "group-room"),
            Column("Mode", "mode", BOOKED_MODE, "A booking in person or by telehealth.", "telehealth"),
        ),
    ),
)  # fmt: skip
