"""The sheets of tracks, cohorts, curricula and groups."""

from __future__ import annotations

from scheduler.exchange.workbook.book.program import AGE_GROUP, MODE, WEEKS
from scheduler.exchange.workbook.kinds import CODE, DURATION, ID, LANGUAGE, TEXT, WHOLE, WORD, YES_NO, list_of
from scheduler.exchange.workbook.sheet import Column, Sheet
from scheduler.exchange.workbook.times import DATE
from scheduler.exchange.workbook.windows import SEGMENTS, STARTS

OFFER_SHEETS = (
    Sheet(
        "Tracks", "often", "Groups that belong together, e.g. the evening track. Groups name their track.", ("tracks",),
        (Column("Track", "id", ID, "Id of the track.", "evening"), Column("Name", "label", TEXT, "Printed for staff.", "Evening")),
        ("Track",),
    ),
    Sheet(
        "Cohorts", "seldom", "Groups of a track whose members stay together. Groups name their cohort.", ("cohorts",),
        (
            Column("Cohort", "id", ID, "Id of the cohort.", "evening-a"),
            Column("Name", "label", TEXT, "Printed for staff.", "Evening A"),
            Column("Track", "track", ID, "The track it is part of.", "evening"),
        ),
        ("Cohort",),
    ),
    Sheet(
        "Curricula", "seldom", "Modules taught over the weeks.", ("curricula",),
        (
            Column("Curriculum", "id", ID, "Id of the curriculum.", "dbt"),
            Column("Modules", "modules", list_of(ID), "Ids of its modules, in order.", "mindfulness, distress, emotion"),
            Column("In order", "sequenced", YES_NO, "Whether modules come in order, none again within a cycle.", "yes"),
        ),
        ("Curriculum",),
    ),
    Sheet(
        "Groups", "needed", "Groups that meet every week, or every other week.", ("groups",),
        (
            Column("Group", "id", ID, "Id of the group.", "evening-mon"),
            Column("Name", "label", TEXT, "Printed on pages for staff.", "Evening Monday"),
            Column("Service", "service", ID, "Its main service, of kind group.", "process"),
            Column("Minutes", "minutes", DURATION, "Clock minutes, breaks included.", "180"),
            Column("Starts", "starts", STARTS, "One fixed start, or several of which the best is chosen.", "mon 17:30"),
            Column("Site", "site", ID, "Where it meets; empty for telehealth.", "main"),
            Column("Mode", "mode", MODE, "How it meets.", "in person", is_shown=True),
            Column("Track", "track", ID, "The track it is part of.", "evening"),
            Column("Cohort", "cohort", ID, "Its cohort.", "evening-a"),
            Column("Block", "block", ID, "The block it is an hour of; all hours are attended together and count as one session.",
                   "evening-mon", is_seldom=True),
            Column("Facilitators", "facilitators", list_of(CODE), "Who may lead it; if empty, any qualified clinician.", "c1, c2"),
            Column("Rooms", "rooms", list_of(ID), "Rooms it may use; if empty, any suitable room.", "group-room"),
            Column("Minimum", "minimum", WHOLE, "Fewest participants.", "3", default="the policy's"),
            Column("Target", "target", WHOLE, "Best size.", "8", default="the policy's"),
            Column("Maximum", "maximum", WHOLE, "Most participants.", "12", default="the policy's"),
            Column("Reserve", "reserve", WHOLE, "Places kept free for admissions.", "1", default="the policy's"),
            Column("Age group", "eligibility.age_group", AGE_GROUP, "Who may join.", "adult", is_shown=True),
            WEEKS,
            Column("Mixed ages", "eligibility.age_groups", list_of(AGE_GROUP), "Age groups that may sit together.", "adult, adolescent",
                   is_seldom=True, default="only Age group"),
            Column("Parts", "segments", SEGMENTS, "Services and breaks in order; they add up to the group's minutes.",
                   "process 90; break 15; education 75", is_seldom=True, default="the main service throughout"),
            Column("Genders", "eligibility.genders", list_of(ID), "Only these may join; if empty, anyone may.", "f", is_seldom=True),
            Column("Levels", "eligibility.levels", list_of(WORD), "Only these levels of care; if empty, all.", "2.1", is_seldom=True),
            Column("Phases", "eligibility.phases", list_of(ID), "Only these phases; if empty, all.", "intensive", is_seldom=True),
            Column("Attributes", "eligibility.attributes", list_of(ID), "All of these are required.", "dbt", is_seldom=True),
            Column("From week", "eligibility.from_week", WHOLE, "First week of the stay in which one may attend; admission: 1.", "5",
                   is_seldom=True),
            Column("Until week", "eligibility.until_week", WHOLE, "Last week of the stay in which one may attend.", "13", is_seldom=True),
            Column("Language", "language", LANGUAGE, "Everyone in it must speak it.", "es", is_seldom=True),
            Column("Leading credential", "leading_credential", ID, "What its leader must have.", "lpc", is_seldom=True),
            Column("Room features", "room_features", list_of(ID), "What its room must offer.", "hybrid", is_seldom=True),
            Column("Standing", "is_standing", YES_NO, "yes: meets if anyone is booked. no: may be opened, with its minimum size.", "yes",
                   is_seldom=True),
            Column("Closed", "is_closed", YES_NO, "Takes newcomers only in the weeks of its gates.", "no", is_seldom=True),
            Column("Gates", "gates", list_of(DATE), "Mondays of weeks in which a closed group takes newcomers.", "2027-02-01",
                   is_seldom=True),
            Column("Opened on", "opened_on", DATE, "Date of its first run.", "2026-11-02", is_seldom=True, default="the first date"),
            Column("First date", "meets_from", DATE, "First date on which it may meet.", "2027-01-11", is_seldom=True),
            Column("Last date", "meets_until", DATE, "Last date on which it may meet.", "2027-04-30", is_seldom=True),
            Column("Newcomers allowed", "intake_override", WHOLE, "Newcomers this week by a recorded decision.", "3", is_seldom=True,
                   default="the policy's"),
            Column("Curriculum", "curriculum", ID, "What it teaches.", "dbt", is_seldom=True),
            Column("Module", "module", ID, "The module of this week.", "mindfulness", is_seldom=True),
            Column("Make-up", "is_make_up", YES_NO, "A make-up run: exempt from tracks.", "no", is_seldom=True),
        ),
        ("Group",),
    ),
)  # fmt: skip
