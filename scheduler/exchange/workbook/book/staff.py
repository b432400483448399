"""The sheets of clinicians, with their working hours and protected time."""

from __future__ import annotations

from scheduler.exchange.workbook.book.program import DAY, FROM, UNTIL, WEEKS
from scheduler.exchange.workbook.kinds import CODE, DURATION, ID, LANGUAGE, TEXT, WHOLE, YES_NO, list_of
from scheduler.exchange.workbook.sheet import Column, Sheet
from scheduler.exchange.workbook.windows import WORK

CLINICIAN = Column("Clinician", "", CODE, "Who.", "c1")

STAFF_SHEETS = (
    Sheet(
        "Clinicians", "needed", "The people who lead groups and see participants.", ("clinicians",),
        (
            Column("Clinician", "id", CODE, "An id: a code, not a name.", "c1"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "M. Ortiz"),
            Column("Hours", "hours", WORK, "Working hours with their place: at a site, or remote (telehealth only). "
                   "A program with one site may omit the place.", "mon-thu 12:00-21:00 at main; fri 9:00-13:00 remote"),
            Column("Credentials", "credentials", list_of(ID), "As the services require them.", "lpc, group-lead"),
            Column("Languages", "languages", list_of(LANGUAGE), "Languages spoken.", "en, es", is_shown=True),
            Column("Gender", "gender", ID, "For wishes of participants.", "f"),
            Column("Team", "team", ID, "Your own code.", "evening", is_seldom=True),
            Column("Licensed states", "licensed_states", list_of(ID), "For telehealth into other states.", "NY, NJ", is_seldom=True),
            Column("Contract minutes", "contract_minutes", DURATION, "Contract share for a fair load.", "1200",
                   default="the weekly working minutes", is_seldom=True),
            Column("Direct minutes a day", "limits.direct_minutes_per_day", DURATION, "Maximum minutes in sessions a day.", "300",
                   default="the policy's", is_seldom=True),
            Column("Direct minutes a week", "limits.direct_minutes_per_week", DURATION, "Maximum minutes in sessions a week.", "1200",
                   default="the policy's", is_seldom=True),
            Column("Blocks a day", "limits.blocks_per_day", WHOLE, "Long groups, at most.", "2", default="the policy's", is_seldom=True),
            Column("Sessions a day", "limits.sessions_per_day", WHOLE, "Maximum sessions a day.", "7", default="the policy's",
                   is_seldom=True),
            Column("Caseload", "limits.caseload", WHOLE, "Maximum own participants a week.", "18", default="the policy's", is_seldom=True),
            Column("Avoids animals", "avoids_animals", YES_NO, "Allergy or phobia.", "no", is_seldom=True),
        ),
        ("Clinician",),
    ),
    Sheet(
        "Working hours", "seldom", "Hours of clinicians, one window a row, instead of the column Hours.", ("clinicians[Clinician].hours",),
        (CLINICIAN, DAY, FROM, UNTIL, WEEKS,
         Column("Site", "site", ID, "Where; (none) is telehealth only.", "main", is_derived=True,
                default="the only site, if there is just one")),
        is_alternative=True,
    ),
    Sheet(
        "Protected time", "often", "Supervision and team meetings; no sessions at these times.", ("clinicians[Clinician].protected",),
        (CLINICIAN, DAY, FROM, UNTIL, WEEKS, Column("Name", "label", TEXT, "What it is.", "Team meeting")),
    ),
)  # fmt: skip
