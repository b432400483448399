"""All tables. Import them from here, so that the migrations know all of them.

People and the program's other entities are rows (`entities`), and so are published sessions and bookings; the inputs and results of the
solver are immutable documents, identified by their hash.
"""

from api.database.tables.base import Base
from api.database.tables.consents import ConsentRow
from api.database.tables.deletions import DeletionRow
from api.database.tables.documents import DocumentRow
from api.database.tables.entities import (
    ENTITY_TABLES,
    AbsenceRow,
    ClinicianRow,
    CohortRow,
    CurriculumRow,
    EntityRow,
    GroupRow,
    OrderRow,
    ParticipantRow,
    PhaseDecisionRow,
    PhaseRow,
    PlanRow,
    RelationRow,
    ResourceRow,
    RoomRow,
    ServiceRow,
    SiteRow,
    TrackRow,
)
from api.database.tables.feeds import CalendarEventRow, CalendarSecretRow, FeedLinkRow, FeedRow
from api.database.tables.fhir import FhirProgramRow, RetractedAttendanceRow
from api.database.tables.jobs import IdempotentAnswerRow, JobRow
from api.database.tables.offers import HeldOfferRow
from api.database.tables.outbox import CallRow, ContactRow, MessageRow, WebhookRow
from api.database.tables.people import ApiKeyRow, AuditEntryRow, LoginRow, PasswordLinkRow, RoleGrantRow, SetupLinkRow, UserRow
from api.database.tables.program import ImportedHistoryRow, ProgramRow
from api.database.tables.visits import AnnouncementRow, PageLinkRow, PageVisitRow
from api.database.tables.weeks import (
    AttendanceRow,
    FormerAttendanceRow,
    LateNoticeRow,
    OutreachRow,
    PinRow,
    PublishedBookingRow,
    PublishedLeadRow,
    PublishedSessionRow,
    RosterRow,
    WeekRow,
)

__all__ = [
    "ENTITY_TABLES",
    "AbsenceRow",
    "AnnouncementRow",
    "ApiKeyRow",
    "AttendanceRow",
    "AuditEntryRow",
    "Base",
    "CalendarEventRow",
    "CalendarSecretRow",
    "CallRow",
    "ClinicianRow",
    "CohortRow",
    "ConsentRow",
    "ContactRow",
    "CurriculumRow",
    "DeletionRow",
    "DocumentRow",
    "EntityRow",
    "FeedLinkRow",
    "FeedRow",
    "FhirProgramRow",
    "FormerAttendanceRow",
    "GroupRow",
    "HeldOfferRow",
    "IdempotentAnswerRow",
    "ImportedHistoryRow",
    "JobRow",
    "LateNoticeRow",
    "LoginRow",
    "MessageRow",
    "OrderRow",
    "OutreachRow",
    "PageLinkRow",
    "PageVisitRow",
    "ParticipantRow",
    "PasswordLinkRow",
    "PhaseDecisionRow",
    "PhaseRow",
    "PinRow",
    "PlanRow",
    "ProgramRow",
    "PublishedBookingRow",
    "PublishedLeadRow",
    "PublishedSessionRow",
    "RelationRow",
    "ResourceRow",
    "RetractedAttendanceRow",
    "RoleGrantRow",
    "RoomRow",
    "RosterRow",
    "ServiceRow",
    "SetupLinkRow",
    "SiteRow",
    "TrackRow",
    "UserRow",
    "WebhookRow",
    "WeekRow",
]  # fmt: skip
