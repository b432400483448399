"""All tables. Import them from here, so that the migrations know all of them.

People and the program's other entities are rows (`entities`), and so are published sessions and bookings; the inputs and results of the
solver are immutable documents, identified by their hash.
"""

from api.database.tables.base import Base
from api.database.tables.consents import Consent
from api.database.tables.documents import Document
from api.database.tables.entities import (
    KEPT,
    Absence,
    Clinician,
    Cohort,
    Curriculum,
    Group,
    Kept,
    Order,
    Participant,
    Phase,
    PhaseDecision,
    Plan,
    Relation,
    Resource,
    Room,
    Service,
    Site,
    Track,
)
from api.database.tables.feeds import CalendarEvent, CalendarSecret, Feed, FeedLink
from api.database.tables.fhir import AttendanceTakenBack, FhirProgram
from api.database.tables.jobs import IdempotentAnswer, Job
from api.database.tables.outbox import Call, Contact, Message, Webhook
from api.database.tables.people import ApiKey, AuditEntry, Login, RoleGrant, SetupLink, User
from api.database.tables.program import BroughtHistory, Program
from api.database.tables.visits import Announcement, PageLink, PageVisit
from api.database.tables.weeks import Attendance, PublishedBooking, PublishedLead, PublishedSession, Roster, Week, WeekPin

__all__ = [
    "KEPT",
    "Absence",
    "Announcement",
    "ApiKey",
    "Attendance",
    "AttendanceTakenBack",
    "AuditEntry",
    "Base",
    "BroughtHistory",
    "CalendarEvent",
    "CalendarSecret",
    "Call",
    "Clinician",
    "Cohort",
    "Consent",
    "Contact",
    "Curriculum",
    "Document",
    "Feed",
    "FeedLink",
    "FhirProgram",
    "Group",
    "IdempotentAnswer",
    "Job",
    "Kept",
    "Login",
    "Message",
    "Order",
    "PageLink",
    "PageVisit",
    "Participant",
    "Phase",
    "PhaseDecision",
    "Plan",
    "Program",
    "PublishedBooking",
    "PublishedLead",
    "PublishedSession",
    "Relation",
    "Resource",
    "RoleGrant",
    "Room",
    "Roster",
    "Service",
    "SetupLink",
    "Site",
    "Track",
    "User",
    "Webhook",
    "Week",
    "WeekPin",
]  # fmt: skip
