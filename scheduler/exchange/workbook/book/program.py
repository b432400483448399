"""The sheets of the week and the program: settings, sites, rooms, services, resources, policy."""

from __future__ import annotations

from dataclasses import replace

from scheduler.exchange.workbook.kinds import DURATION, ID, TEXT, WHOLE, WORD, YES_NO, ZONE, CellKind, list_of, named, one_of
from scheduler.exchange.workbook.sheet import Column, Sheet
from scheduler.exchange.workbook.times import CLOCK, DATE, MOMENT, WEEKDAY
from scheduler.exchange.workbook.windows import TRAVEL, WINDOWS
from scheduler.instance import LEVEL_VALUES, PolicyValues
from scheduler.policies import PACKS
from scheduler.rules import RULES

WEEKS = Column("Weeks", "weeks", one_of("every", "A", "B"), "Every week, or every other one: A or B.", "every")
DAY = Column("Day", "day", WEEKDAY, "Weekday.", "mon")
FROM = Column("From", "start", CLOCK, "Start.", "17:00")
UNTIL = Column("Until", "end", CLOCK, "End.", "21:00")
SITE_TRAVEL = TRAVEL
ON_SITE = dict.fromkeys(("onsite", "on_site", "face_to_face", "f2f", "office", "in_office", "live"), "in_person")
REMOTE = dict.fromkeys(("remote", "online", "video", "virtual", "tele", "zoom", "tele_health"), "telehealth")
BOTH = {name: ["in_person", "telehealth"] for name in ("both", "either", "any", "all")}
BOOKED_MODE = one_of("in_person", "telehealth", also=ON_SITE | REMOTE)
MODE = one_of("in_person", "telehealth", "hybrid", also=ON_SITE | REMOTE)
MODES = list_of(BOOKED_MODE, also=BOTH)
YOUNG = dict.fromkeys(("teen", "teens", "teenager", "teenagers", "youth", "adolescents", "minor", "minors"), "adolescent")
AGE_GROUP = one_of("adult", "adolescent", also=YOUNG | {"adults": "adult"})


def _packs(is_overlay: bool) -> CellKind:
    names = tuple(pack.id for pack in PACKS.values() if pack.is_overlay == is_overlay)
    how = f"write one of: {', '.join(names)}"
    return replace(ID, how=how, read=named(names), choices=names, check="" if is_overlay else "list")


def _kind_of(name: str) -> CellKind:
    """The kind of a policy value, by its unit."""
    extra = PolicyValues.model_fields[name].json_schema_extra
    unit = extra["unit"] if isinstance(extra, dict) else ""
    return {"clock": CLOCK, "yes/no": YES_NO, "ids": list_of(ID), "minutes": DURATION}.get(str(unit), WHOLE)


RULE = replace(ID, read=named([rule.id for rule in RULES if rule.level == "preference"], is_open=True))

PROGRAM_SHEETS = (
    Sheet(
        "Week",
        "needed",
        "The week to plan, the program it belongs to, and what holds for the whole week. One setting per row.",
        (),
        (
            Column("Week id", "id", ID, "Your name for this week; any id.", "week-1"),
            Column("Title", "label", TEXT, "Printed on pages for staff.", "Week of January 11"),
            Column("Monday", "monday", DATE, "The Monday of the week to plan.", "2027-01-11"),
            Column("Program id", "program.id", ID, "Stays the same from week to week.", "riverside"),
            Column("Program name", "program.label", TEXT, "Printed on pages for staff.", "Riverside evening program"),
            Column("Time zone", "program.zone", ZONE, "IANA zone of all times of day.", "America/New_York"),
            Column("Policy pack", "policy.pack", _packs(False), "The numbers of your level of care.", "adult_iop_2_1", is_shown=True),
            Column("Overlays", "policy.overlays", list_of(_packs(True)), "State and payer overlays, in order.", "h0015_three_days"),
            Column("Mode", "mode", one_of("hold", "rebuild"), "hold keeps last week's places; rebuild is a new term.", "hold",
                   default="hold when last week's roster is there, else rebuild"),
            Column("Telehealth hours", "program.telehealth_hours", WINDOWS, "When telehealth may be held.", "mon-fri 9:00-20:00",
                   default="whenever any site is open"),
            Column("Monday of an A week", "program.week_a", DATE, "Needed when something is every other week.", "2027-01-11"),
            Column("Now", "now", MOMENT, "Sessions before this time have happened and stay. Only to repair a week.", "2027-01-13 07:40"),
            Column("Last week: Monday", "history.last_week.monday", DATE, "Of the roster on the sheet Last week.", "2027-01-04",
                   default="the Monday before, if there is such a roster"),
            Column("Last week: zone", "history.last_week.zone", WORD, "Time zone of that roster.", default="the program's",
                   is_derived=True),
            Column("Published: Monday", "published.roster.monday", DATE, "Of the roster on the sheet Published.", "2027-01-11",
                   default="this Monday, if there is such a roster"),
            Column("Published: zone", "published.roster.zone", WORD, "Time zone of that roster.", default="the program's",
                   is_derived=True),
            Column("Published at", "published.at", MOMENT, "When it was published.", "2027-01-07 16:00"),
            Column("Seed", "seed", ID, "Of the random times of services that are not standing; another one every week.", "k7w2m9",
                   default="derived from program id, week id and Monday"),
            Column("Last week: seed", "history.last_week.seed", ID, "Seed with which its random times were drawn.", "p3x8d1"),
            Column("Published: seed", "published.roster.seed", ID, "Seed with which its random times were drawn.", "k7w2m9"),
        ),
        form="settings",
    ),
    Sheet(
        "Sites", "needed", "The buildings of the program. At least one.", ("program.sites",),
        (
            Column("Site", "id", ID, "Id of the building.", "main"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "Main building"),
            Column("Hours", "hours", WINDOWS, "When sessions may be held there.", "mon-thu 12:00-21:00; sat 9:00-13:00"),
            Column("Front desk", "front_desk", WINDOWS,
                   "When the front desk is staffed. Otherwise a second person must be working.", "mon-thu 12:00-21:00"),
        ),
        ("Site",),
    ),
    Sheet(
        "Site travel", "seldom", "Minutes between two sites, the same in both directions. For several sites only.", ("program.travel",),
        (
            Column("Site", "a", ID, "One site.", "main"),
            Column("Other site", "b", ID, "The other site.", "north"),
            Column("Minutes", "minutes", DURATION, "On the way.", "25"),
        ),
        ("Site", "Other site"),
    ),
    Sheet(
        "Closures", "often", "Dates, or hours of a date, on which the program or one site is closed.", ("program.closures",),
        (
            Column("Date", "date", DATE, "The date.", "2027-01-18"),
            Column("Site", "site", ID, "The closed site; empty closes every site, and telehealth too.", "main"),
            Column("From", "start", CLOCK, "Closed from.", "12:00"),
            Column("Until", "end", CLOCK, "Closed until.", "16:00"),
            Column("Name", "label", TEXT, "What it is, for staff.", "Thanksgiving"),
        ),
        ("Date", "Site", "From"),
    ),
    Sheet(
        "Rooms", "needed", "The rooms. Telehealth needs none.", ("rooms",),
        (
            Column("Room", "id", ID, "Id of the room.", "group-room"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "Group room, 2nd floor"),
            Column("Site", "site", ID, "The building it is in.", "main"),
            Column("Seats", "seats", WHOLE, "Seats for everyone in the room, including staff and guests.", "14"),
            Column("Features", "features", list_of(ID), "What it offers: accessible, hybrid, animals, or your own words.", "accessible"),
            Column("Used for", "uses", list_of(one_of("group", "individual")), "Kinds of sessions held in it.", "group", is_shown=True),
        ),
        ("Room",),
    ),
    Sheet(
        "Services", "needed", "What can be ordered.", ("services",),
        (
            Column("Service", "id", ID, "Id of the service.", "process"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "Process group"),
            Column("Kind", "kind", one_of("group", "individual", "family", "couple"), "What kind of session.", "group"),
            Column("Category", "category", ID, "For the service mix: process, skills, education, individual, medical, ...", "process"),
            Column("Minutes", "minutes", DURATION, "Clock minutes of one session; groups state their own.", "180"),
            Column("Modes", "modes", MODES, "How it may be given.", "in person", is_shown=True),
            Column("Credentials", "credentials", list_of(ID), "One of these is enough to give it; if empty, anyone may.", "lpc, lcsw"),
            Column("Countable", "countable", YES_NO, "Whether its minutes count for orders and payers.", "yes", is_seldom=True),
            Column("Counts as session", "counts_as_session", YES_NO, "Whether it counts in session bands.", "yes",
                   default="yes when longer than 30 minutes", is_seldom=True),
            Column("Needs authorization", "requires_authorization", YES_NO, "Whether a payer must authorize it.", "no", is_seldom=True),
            Column("Room features", "room_features", list_of(ID), "What its room must offer.", "accessible", is_seldom=True),
            Column("Outside bands", "outside_bands", YES_NO, "Assessment and orientation: outside session bands.", "no", is_seldom=True),
            Column("Before first group", "before_first_group", YES_NO, "Must precede a participant's first group.", "no", is_seldom=True),
            Column("Leaves groups", "pulls_out_of", list_of(ID), "Group services that a participant may leave for it; time counts once.",
                   "school, activity", is_seldom=True),
            Column("Before all", "before_all", YES_NO, "Must precede every other session of a participant.", "no", is_seldom=True),
            Column("From week", "from_week", WHOLE, "First week of the stay in which it is given; admission is in week 1.", "5",
                   is_seldom=True),
            Column("Until week", "until_week", WHOLE, "Last week of the stay in which it is given.", "13", is_seldom=True),
            Column("Without a trip", "without_trip", one_of("same_day", "beside_group"),
                   "same_day: only on days with another session at the site. beside_group: directly before or after a group.", "same_day",
                   is_seldom=True),
            Column("Standing", "standing", YES_NO, "yes: appointments keep their day and time. no: at random times (drug screens).", "yes",
                   is_seldom=True),
            Column("Guests", "guests", one_of("none", "welcome", "required"), "Whether guests come to its groups.", "welcome",
                   is_seldom=True),
            Column("Guest seats", "guest_seats", WHOLE, "Seats of the room that each guest takes.", "1", is_seldom=True),
            Column("Guest places", "guest_places", WHOLE, "Places of a group that each guest takes.", "0", is_seldom=True),
        ),
        ("Service",),
    ),
    Sheet(
        "Resources", "seldom", "Something scarce that participants need: an interpreter, child care, a van.", ("resources",),
        (
            Column("Resource", "id", ID, "Id of the resource.", "interpreter-es"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "Spanish interpreter"),
            Column("Kind", "kind", one_of("sessions", "stay", "van"), "Used in sessions, during the whole stay, or a van.", "sessions"),
            Column("Site", "site", ID, "Where it is.", "main"),
        ),
        ("Resource",),
    ),
    Sheet(
        "Resource hours", "seldom", "How many it serves at a time; outside these hours, none.", ("resources[Resource].windows",),
        (Column("Resource", "", ID, "Which one.", "interpreter-es"), DAY, FROM, UNTIL, WEEKS,
         Column("Capacity", "capacity", WHOLE, "How many at a time.", "1")),
    ),
    Sheet(
        "Van runs", "seldom", "Runs of a van.", ("resources[Resource].runs",),
        (
            Column("Resource", "", ID, "Which van.", "van"),
            DAY,
            Column("Direction", "direction", one_of("to_site", "from_site"), "To the site, or from it.", "to site"),
            Column("Time", "time", CLOCK, "Arrival at the site, or departure from it.", "17:15"),
            Column("Seats", "seats", WHOLE, "How many fit in.", "6"),
        ),
    ),
)  # fmt: skip

SETTING_SHEETS = (
    Sheet(
        "Policy",
        "seldom",
        "Your own numbers. An empty value takes the pack's and its overlays' (stepdown rules --policies).",
        (),
        tuple(
            Column(name, f"policy.values.{name}", _kind_of(name), field.description or "", default="the pack's")
            for name, field in PolicyValues.model_fields.items()
        ),
        form="settings",
    ),
    Sheet(
        "Level policies",
        "seldom",
        "Numbers of single levels of care, where a program has several; an empty cell takes the program's.",
        ("policy.levels",),
        (
            Column("Level", "level", WORD, "Level of care, as on the sheet Phases.", "2.5"),
            Column("Pack", "pack", _packs(False), "The numbers of that level.", "php_2_5", default="the program's"),
            Column("Overlays", "overlays", list_of(_packs(True)), "Further overlays, in order.", "va_php"),
            *(
                Column(name, f"values.{name}", _kind_of(name), PolicyValues.model_fields[name].description or "", default="the program's")
                for name in LEVEL_VALUES
            ),
        ),
        ("Level",),
    ),
    Sheet(
        "Weights",
        "seldom",
        "How much each preference weighs; 0 switches it off, empty takes the default (stepdown rules).",
        ("weights",),
        (Column("Rule", "key", RULE, "Id of a preference rule.", "trips"), Column("Weight", "value", WHOLE, "Your weight.", "8")),
        ("Rule",),
        form="map",
    ),
)
