"""Codes, code systems and the FHIR statuses of bookings; a test compares `STATUSES` with `docs/inside/exchange.md`."""

from __future__ import annotations

from typing import Literal, NamedTuple

FHIR_VERSION = "4.0.1"

CANCELLATION = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
PHYSICAL_TYPE = "http://terminology.hl7.org/CodeSystem/location-physical-type"
LANGUAGE = "urn:ietf:bcp:47"
# R5 has an element for this; in R4, the extension stands in for the R5 element.
CLASS_EXTENSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.class"

AppointmentStatus = Literal[
    "proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error", "checked-in", "waitlist"
]
SlotStatus = Literal["busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"]
ParticipationStatus = Literal["accepted", "declined", "tentative", "needs-action"]
CancellationCode = Literal["pat", "prov"]
IssueType = Literal[
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden", "suppressed",
    "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long", "code-invalid", "extension",
    "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store", "exception", "timeout", "incomplete", "throttled",
    "informational",
]  # fmt: skip

SESSION_SYSTEM = "stepdown:session"
"""The identifier that all appointments of a session share; it also identifies our own bookings in incoming bundles."""


def own_system(program: str, kind: str) -> str:
    """The system of a program's own ids and codes, e.g. ``stepdown:north:service``."""
    return f"stepdown:{program}:{kind}"


class Standing(NamedTuple):
    """The status of a booking, in FHIR codes.

    Attributes:
        patient: The participant's status in the appointment.
        staff: The status of all others in it, people and places.
    """

    status: AppointmentStatus
    patient: ParticipationStatus = "accepted"
    staff: ParticipationStatus = "accepted"
    reason: CancellationCode | None = None


STATUSES: dict[str, Standing] = {
    "booked": Standing("booked"),
    "attending": Standing("arrived"),
    "attended": Standing("fulfilled"),
    "late": Standing("fulfilled"),
    "left_early": Standing("fulfilled"),
    "excused": Standing("cancelled", patient="declined", reason="pat"),
    "no_show": Standing("noshow"),
    "cancelled": Standing("cancelled", staff="declined", reason="prov"),
    "withdrawn": Standing("cancelled", staff="declined", reason="prov"),
}
"""By the state of a booking: published (`booked`), attended and still going on (`attending`), recorded attendance, or withdrawn."""

REASONS: dict[CancellationCode, str] = {"pat": "Patient", "prov": "Provider"}

BUSY_APPOINTMENTS: frozenset[str] = frozenset({"booked", "arrived", "checked-in", "fulfilled"})
TENTATIVE_APPOINTMENTS: frozenset[str] = frozenset({"pending"})
BUSY_SLOTS: frozenset[str] = frozenset({"busy", "busy-unavailable"})
TENTATIVE_SLOTS: frozenset[str] = frozenset({"busy-tentative"})
"""Statuses that make time busy when imported; other statuses do not."""
