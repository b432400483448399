"""The sheets of participants, with their orders, free times and guests."""

from __future__ import annotations

from scheduler.exchange.workbook.book.program import AGE_GROUP, DAY, FROM, MODES, UNTIL, WEEKS
from scheduler.exchange.workbook.kinds import CODE, DURATION, ID, LANGUAGE, TEXT, WHOLE, WORD, YES_NO, list_of, one_of
from scheduler.exchange.workbook.sheet import Column, Sheet
from scheduler.exchange.workbook.times import CLOCK, DATE, MOMENT, WEEKDAY
from scheduler.exchange.workbook.typed.readings import ReadAs
from scheduler.exchange.workbook.windows import SPANS, TRAVEL, WINDOWS

INHERITED = "the phase's, then the policy's"
PARTICIPANT = Column("Participant", "", CODE, "Whose.", "p1")
GUEST = Column("Guest", "", CODE, "For a guest of that participant; otherwise leave it empty.", "g1")
PHASE = Column("Phase", "", ID, "For a whole phase; then leave Participant empty.", "intensive")
NO_CONTACT = ReadAs("apart_in_time", "read as apart in time: without contact, they are not in the building at one time")
RELATION = one_of(
    "apart", "apart_in_time", also=dict.fromkeys(("no_contact", "nocontact", "no_contact_order", "never_meet"), NO_CONTACT)
    | dict.fromkeys(("keep_apart", "separate", "not_together", "different_groups"), "apart"),
)  # fmt: skip
UNIT = one_of(
    "day", "hour", "quarter_hour", "session",
    also={"days": "day", "hours": "hour", "sessions": "session", "quarter_hours": "quarter_hour", "15_min": "quarter_hour",
          "15_minutes": "quarter_hour", "visit": "session", "visits": "session"},
)  # fmt: skip
GRANT_STATE = one_of(
    "asked", "approved", "denied", "appeal",
    also={"requested": "asked", "pending": "asked", "submitted": "asked", "authorized": "approved", "granted": "approved",
          "refused": "denied", "appealed": "appeal", "in_appeal": "appeal"},
)  # fmt: skip
STATUS = one_of("waiting", "cleared", "active", "on_hold", "discharged", also={"hold": "on_hold", "waitlist": "waiting"})
ORDERS = ("phases[Phase].order", "participants[Participant].order")


def _order(default: str) -> tuple[Column, ...]:
    """The columns of an order."""
    return (
        Column("Minutes at least", "order.minutes.floor", DURATION, "Ordered minutes a week, at least.", "540", default=default),
        Column("Minutes target", "order.minutes.target", DURATION, "Minutes that the week should come close to.", "600", default=default),
        Column("Minutes at most", "order.minutes.ceiling", DURATION, "Maximum minutes a week.", "720", default=default),
        Column("Sessions at least", "order.sessions.floor", WHOLE, "Counted sessions a week, at least.", "3", default=default),
        Column("Sessions at most", "order.sessions.ceiling", WHOLE, "Counted sessions a week, at most.", "5", default=default),
        Column("Days at least", "order.days.floor", WHOLE, "Service days a week, at least.", "3", default=default),
        Column("Days at most", "order.days.ceiling", WHOLE, "Service days a week, at most.", "4", default=default),
        Column("Billable days", "order.billable_days", WHOLE, "Days that must reach the payer's minimum.", "3", default=default,
               is_seldom=True),
        Column("Billable day minutes", "order.billable_day_minutes", DURATION, "The payer's minimum of counted minutes a day.", "180",
               default=default, is_seldom=True),
        Column("Minutes a day at most", "order.day_minutes_ceiling", DURATION, "Most care minutes a day.", "360", default=default,
               is_seldom=True),
        Column("Sessions a day at most", "order.day_sessions_ceiling", WHOLE, "Most counted sessions a day.", "2", default=default,
               is_seldom=True),
        Column("Only these groups", "order.only", YES_NO, "Whether only groups ordered by count or in the mix fill the minutes.",
               "no", default=default, is_seldom=True),
        Column("Modules", "order.modules", list_of(ID), "Curriculum modules required this week.", "mindfulness", default=default,
               is_seldom=True),
        Column("Ordered modes", "order.modes", MODES, "How sessions may be given.", "in person", default=default, is_seldom=True),
    )  # fmt: skip


PEOPLE_SHEETS = (
    Sheet(
        "Phases", "needed", "Steps of step-down plans: a level of care, a length, and an order for everyone in it.", ("phases",),
        (
            Column("Phase", "id", ID, "Id of the phase.", "intensive"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "Intensive"),
            Column("Level", "level", WORD, "Level of care.", "2.1"),
            Column("Rank", "rank", WHOLE, "0 for the first phase of its plan; later ones count up.", "0", is_shown=True),
            Column("Weeks", "weeks", WHOLE, "Planned length. Only people move participants between phases.", "8"),
            *_order("the policy's"),
        ),
        ("Phase",),
    ),
    Sheet(
        "Plans", "seldom", "Step-down plans: phases in order.", ("plans",),
        (
            Column("Plan", "id", ID, "Id of the plan.", "taper"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "12 weeks"),
            Column("Phases", "phases", list_of(ID), "Its phases, in order.", "intensive, core, step-down"),
        ),
        ("Plan",),
    ),
    Sheet(
        "Participants", "needed", "Who gets care. Ids are codes, never names.", ("participants",),
        (
            Column("Participant", "id", CODE, "A case number or a code of your own, never a name.", "p1"),
            Column("Initials", "label", TEXT, "Printed for staff; never in a participant's calendar.", "A.B."),
            Column("Status", "status", STATUS, "Active and cleared people get "
                   "sessions.", "active", is_shown=True),
            Column("Phase", "phase", ID, "The step of the plan.", "intensive"),
            Column("Free", "availability.weekly", WINDOWS, "Times free to be away from home, travel there and back included.",
                   "mon-thu 15:30-22:00; sat 9:00-13:00"),
            Column("Travel", "travel", TRAVEL, "Minutes one way to each site. With one site, the number is enough.", "main 20"),
            Column("Home track", "home_track", ID, "The track of this person's groups.", "evening"),
            Column("Home cohort", "home_cohort", ID, "The cohort.", "evening-a"),
            Column("Therapist", "primary_therapist", CODE, "For individual sessions.", "c1"),
            Column("Modes", "modes", MODES, "Modes the person consented to.", "in person, telehealth", is_shown=True),
            Column("Languages", "languages", list_of(LANGUAGE), "Languages spoken.", "en", is_shown=True),
            Column("Gender", "gender", ID, "For groups that require it.", "f"),
            Column("Age group", "age_group", AGE_GROUP, "Adults and adolescents never share a group.", "adult",
                   is_shown=True),
            Column("Admitted", "admitted", DATE, "First day in the program.", "2027-01-13"),
            Column("Discharge", "discharge", DATE, "Last day in the program.", "2027-01-14"),
            Column("Phase since", "phase_since", DATE, "First day of this phase.", "2026-12-14"),
            Column("First session due", "first_session_due", DATE, "For newcomers without a session yet.", "2027-01-14"),
            Column("On hold since", "on_hold_since", DATE, "For status on hold.", "2027-01-05", is_seldom=True),
            Column("Stepped down", "stepped_down", DATE, "Arrival from a higher level of care.", "2027-01-04", is_seldom=True),
            Column("Risk", "has_risk_flag", YES_NO, "Care comes first for this person.", "no", is_seldom=True),
            Column("Attributes", "attributes", list_of(ID), "For groups that require them; no diagnoses.", "dbt", is_seldom=True),
            Column("Not the only one", "company", list_of(one_of("gender", "age_group", "language")),
                   "Attributes in which the person should not be the only one in a group.", "gender", is_seldom=True),
            Column("Intake done", "intake_done", list_of(ID), "Services that precede the first group and are done.", "assessment",
                   is_seldom=True),
            Column("Stay since", "stay_since", DATE, "First day of the stay, from which its weeks are counted.", "2026-11-09",
                   is_seldom=True, default="Admitted"),
            Column("Step-up date", "step_up.date", DATE, "A recorded order for more hours.", "2027-01-11", is_seldom=True),
            Column("Step-up reason", "step_up.reason", ID, "Its reason code; no free text.", "relapse", is_seldom=True),
            Column("Phase change date", "phase_change.date", DATE, "A recorded change of phase.", "2027-01-11", is_seldom=True),
            Column("Largest step", "phase_change.largest_step", DURATION, "Largest drop in weekly minutes agreed for it.", "240",
                   default="no limit", is_seldom=True),
            Column("State", "state", ID, "The state from which the person joins telehealth, for licenses.", "NY", is_seldom=True),
            Column("Telehealth from site", "may_join_from_site", YES_NO, "May join telehealth from the building.", "no", is_seldom=True),
            Column("May wait longer", "may_wait_longer", YES_NO, "Agrees to longer waits than the policy's.", "no", is_seldom=True),
            Column("May change track", "may_change_track", YES_NO, "Consents to groups of several tracks.", "no", is_seldom=True),
            Column("Rotating shifts", "has_rotating_shifts", YES_NO, "Works in rotating shifts.", "no", is_seldom=True),
            Column("Resources", "resources", list_of(ID), "Interpreter, child care, van.", "interpreter-es", is_seldom=True,
                   is_derived=True, default="none"),
            Column("Room features", "room_features", list_of(ID), "What every room must offer.", "accessible", is_seldom=True),
            Column("Animal", "animal", one_of("none", "service", "support"), "Comes with an animal.", "none", is_seldom=True),
            Column("Avoids animals", "avoids_animals", YES_NO, "Allergy or phobia.", "no", is_seldom=True),
            Column("Home site", "home_site", ID, "The site this person comes to, in a program of several.", "main", is_seldom=True),
            Column("Home site use", "home_site_use", one_of("required", "preferred"),
                   "required: comes to no other site. preferred: comes to another only if it must be.", "required", is_seldom=True),
        ),
        ("Participant",),
    ),
    Sheet(
        "Own orders", "often", "What a participant gets where it differs from the phase. One row per person.",
        ("participants[Participant]",), (PARTICIPANT, *_order(INHERITED)), ("Participant",), form="one",
    ),
    Sheet(
        "Ordered services", "needed", "Services ordered for everyone in a phase, or for one participant instead of the phase's. "
        "Group minutes need no row.", tuple(f"{order}.services" for order in ORDERS),
        (
            PHASE,
            PARTICIPANT,
            Column("Service", "service", ID, "What is ordered; (none) by itself orders nothing, even if the phase does.", "individual"),
            Column("Times a week", "per_week", WHOLE, "Fill in this, the next column, or In all.", "1"),
            Column("Every ... weeks", "every_n_weeks", WHOLE, "Weeks from one to the next, from the last date (sheet Last services).", "2"),
            Column("Due", "due", YES_NO, "Whether it is due this week, regardless of the last date.", "yes", default="by the last date"),
            Column("Guests", "guests", list_of(CODE), "Guests of the participant who take part.", "g1"),
            Column("Partner", "partner", CODE, "The other participant of a couple session; order it for both.", "p2"),
            Column("Days apart", "days_apart", WHOLE, "Fewest days to the next: 1 is another day, 3 is Monday and Thursday.",
                   "3", default="no rule", is_seldom=True),
            Column("Hours apart", "hours_apart", WHOLE, "Fewest hours from the end of one to the start of the next.", "24",
                   default="no rule", is_seldom=True),
            Column("In all", "in_all", WHOLE, "A number over all weeks up to Until week, spread evenly: 3 in 16 weeks are due in weeks 1, "
                   "6 and 11.", "3", is_seldom=True),
            Column("From week", "from_week", WHOLE, "First week of the stay in which this row applies; admission is in week 1.", "5",
                   is_seldom=True),
            Column("Until week", "until_week", WHOLE, "Last week of the stay in which this row applies.", "16", is_seldom=True),
        ),
        ("Phase", "Participant", "Service", "From week"), marks_none=True,
    ),
    Sheet(
        "Service mix", "seldom", "Group sessions of a category, at least and at most.", tuple(f"{order}.mix" for order in ORDERS),
        (
            PHASE,
            PARTICIPANT,
            Column("Category", "category", ID, "A category of the services; (none) alone asks for nothing.", "skills"),
            Column("At least", "at_least", WHOLE, "Fewest a week.", "1"),
            Column("At most", "at_most", WHOLE, "Most a week.", "3", default="no limit"),
        ),
        ("Phase", "Participant", "Category"), marks_none=True,
    ),
    Sheet(
        "Guests", "seldom", "Parents, partners and others who join family sessions or come to groups.",
        ("participants[Participant].guests",),
        (
            PARTICIPANT,
            Column("Guest", "id", CODE, "Id of the guest; a code.", "g1"),
            Column("Name", "label", TEXT, "Printed for staff.", "Mother"),
            Column("Free", "availability.weekly", WINDOWS, "When free.", "mon-fri 17:00-20:00"),
            Column("Modes", "modes", MODES, "Modes agreed to.", "in person", is_shown=True),
            Column("Required in", "required_in", list_of(ID), "Group services to which the participant does not come without this guest.",
                   "multi_family"),
            Column("Preferred in", "preferred_in", list_of(ID), "Group services to which this guest comes if free.", "family_education"),
            Column("Languages", "languages", list_of(ID), "For groups that have a language; if empty, no condition.", "en, es",
                   is_seldom=True),
        ),
        ("Participant", "Guest"),
    ),
    Sheet(
        "Free times", "seldom", "Free windows, one per row, instead of the column Free.",
        ("participants[Participant].availability.weekly", "participants[Participant].guests[Guest].availability.weekly"),
        (PARTICIPANT, GUEST, DAY, FROM, UNTIL, WEEKS), is_alternative=True,
    ),
    Sheet(
        "Absences", "often", "Absences of a participant (or a participant's guest), a clinician, or a room.",
        (
            "participants[Participant].availability.absences",
            "participants[Participant].guests[Guest].availability.absences",
            "clinicians[Clinician].leave",
            "rooms[Room].closed",
        ),
        (
            Column("Participant", "", CODE, "Who is away: fill in one of Participant, Clinician, Room.", "p1"),
            GUEST,
            Column("Clinician", "", CODE, "A clinician on leave.", "c1"),
            Column("Room", "", ID, "A room that cannot be used.", "office"),
            Column("First", "first", DATE, "First date away.", "2027-01-12"),
            Column("Last", "last", DATE, "Last date away, included.", "2027-01-12"),
            Column("From", "start", CLOCK, "Away from this time of each day.", "12:00"),
            Column("Until", "end", CLOCK, "Away until this time of each day.", "16:00"),
            Column("Note", "note", TEXT, "Never leaves the program.", "dentist"),
        ),
    ),
    Sheet(
        "Special dates", "seldom", "Dates whose times replace the weekly ones: rotating shifts, exceptions.",
        ("participants[Participant].availability.dates", "participants[Participant].guests[Guest].availability.dates"),
        (
            PARTICIPANT,
            GUEST,
            Column("Date", "date", DATE, "The date.", "2027-01-12"),
            Column("Free", "windows", SPANS, "Free times of that date.", "9:00-12:00, 18:00-22:00", default="never", is_shown=True),
        ),
        ("Participant", "Guest", "Date"),
    ),
    Sheet(
        "Busy", "seldom", "Busy times from calendars, without titles, of a participant (or a participant's guest) or a clinician.",
        (
            "participants[Participant].availability.busy",
            "participants[Participant].guests[Guest].availability.busy",
            "clinicians[Clinician].busy",
        ),
        (
            Column("Participant", "", CODE, "Whose: fill in one of Participant, Clinician.", "p1"),
            GUEST,
            Column("Clinician", "", CODE, "A clinician who is busy.", "c1"),
            Column("Start", "start", MOMENT, "Busy from.", "2027-01-12 17:00"),
            Column("End", "end", MOMENT, "Busy until.", "2027-01-12 18:00"),
        ),
    ),
    Sheet(
        "Preferences", "seldom", "Ranked wishes.", ("participants[Participant].preferences",),
        (
            PARTICIPANT,
            Column("About", "attribute", one_of("time", "mode", "group", "clinician_gender", "clinician_language"), "What.", "time"),
            Column("Best first", "ranked", list_of(WORD), "Times: morning, afternoon, evening.", "evening, afternoon"),
        ),
    ),
    Sheet(
        "Authorizations", "often", "What payers allow.", ("participants[Participant].authorizations",),
        (
            PARTICIPANT,
            Column("Authorization", "id", ID, "Its number, or a code.", "a-1"),
            Column("Unit", "unit", UNIT, "What is counted.", "day"),
            Column("First", "first", DATE, "First date covered.", "2026-12-14"),
            Column("Last", "last", DATE, "Last date covered.", "2027-02-12"),
            Column("Units", "units", WHOLE, "Units of the whole period.", "24", default="unlimited"),
            Column("Units a week", "units_per_week", WHOLE, "Units in the payer's own week.", "3", default="unlimited"),
            Column("Used", "used", WHOLE, "Units used before this Monday.", "12"),
            Column("Used this week", "used_in_week", WHOLE, "Units used before Monday in the payer's week that contains Monday.", "0"),
            Column("Week starts", "week_start", WEEKDAY, "First day of the payer's week.", "mon"),
            Column("Services", "services", list_of(ID), "Services it covers.", "process, individual", default="all countable ones"),
            Column("Counted on", "counted_on", DATE, "Date before which the units used are counted.", "2027-01-11",
                   default="this Monday, and only by you", is_seldom=True),
            Column("State", "state", GRANT_STATE, "Only approved ones cover sessions.", "asked", is_seldom=True),
            Column("Payer", "payer", TEXT, "The payer, as you call it.", "Blue Plan", is_seldom=True),
            Column("Payer's number", "number", TEXT, "The payer's number for it.", "AU-2026-0042", is_seldom=True),
            Column("Next review", "next_review", DATE, "Date of the payer's next review.", "2027-01-22", is_seldom=True),
            Column("Responsible", "responsible", ID, "Clinician who deals with the payer.", "c1", default="the primary therapist",
                   is_seldom=True),
        ),
        ("Participant", "Authorization"),
    ),
    Sheet(
        "Relations", "seldom", "Two participants who are kept apart. No reason is stored.", ("relations",),
        (
            Column("Participant", "a", CODE, "One.", "p1"),
            Column("Other participant", "b", CODE, "The other.", "p2"),
            Column("Kind", "kind", RELATION, "Not in one session, or not in the building at one time.", "apart"),
        ),
        ("Participant", "Other participant"),
    ),
)  # fmt: skip
