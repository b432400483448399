"""Search parameters of resources, used by the capability statement, the API description and the search itself."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

ResourceType = Literal["Appointment", "Slot", "Schedule", "PractitionerRole", "Practitioner", "Location", "HealthcareService", "Patient"]
RESOURCE_TYPES: tuple[ResourceType, ...] = get_args(ResourceType)
ParameterKind = Literal["id", "instant", "date", "token", "reference"]


class FhirParameter(NamedTuple):
    """A search parameter.

    Attributes:
        types: For a reference, the resource types of its target.
    """

    name: str
    kind: ParameterKind
    documentation: str
    types: tuple[str, ...] = ()


EVERYWHERE = (
    FhirParameter("_id", "id", "Ids, separated by commas."),
    FhirParameter("_lastUpdated", "instant", "Time of the last change, e.g. ge2026-11-30T10:00:00Z."),
)
IDENTIFIER = FhirParameter("identifier", "token", "An identifier, as system|value.")
SESSION = FhirParameter("identifier", "token", "The session: stepdown:session|number finds the appointments of all its participants.")
ACTIVE = FhirParameter("active", "token", "true or false.")
SERVICE_TYPE = FhirParameter("service-type", "token", "A code of the service, as code or system|code.")
STATUS = FhirParameter("status", "token", "Statuses, separated by commas; status:not for all others.")

SEARCHED: dict[ResourceType, tuple[FhirParameter, ...]] = {
    "Appointment": (
        FhirParameter("date", "date", "Its start, e.g. ge2026-11-30; give it twice for a range. Days are in the program's time zone."),
        FhirParameter("patient", "reference", "The participant.", ("Patient",)),
        FhirParameter("practitioner", "reference", "A clinician of the session.", ("Practitioner", "PractitionerRole")),
        FhirParameter(
            "actor", "reference", "Any participant, clinician or room of the session.", ("Patient", "PractitionerRole", "Location")
        ),
        FhirParameter("location", "reference", "The room; none for telehealth.", ("Location",)),
        FhirParameter("slot", "reference", "The slots of its time.", ("Slot",)),
        STATUS,
        SESSION,
        SERVICE_TYPE,
    ),
    "Slot": (
        FhirParameter("start", "date", "Its start, as for `date` of Appointment."),
        FhirParameter("schedule", "reference", "The schedule.", ("Schedule",)),
        STATUS,
        SESSION,
        SERVICE_TYPE,
    ),
    "Schedule": (
        FhirParameter("actor", "reference", "The clinician, room or service.", ("PractitionerRole", "Location", "HealthcareService")),
        ACTIVE,
    ),
    "PractitionerRole": (
        FhirParameter("practitioner", "reference", "The clinician.", ("Practitioner",)),
        FhirParameter("location", "reference", "A site where they work.", ("Location",)),
        FhirParameter("service", "reference", "A service they may provide.", ("HealthcareService",)),
        ACTIVE,
    ),
    "Practitioner": (IDENTIFIER, ACTIVE),
    "Location": (FhirParameter("partof", "reference", "The site of a room.", ("Location",)), STATUS, IDENTIFIER),
    "HealthcareService": (SERVICE_TYPE, IDENTIFIER, ACTIVE),
    "Patient": (IDENTIFIER,),
}
"""Search parameters by resource type, in addition to `EVERYWHERE`."""

TIMED: dict[ResourceType, str] = {"Appointment": "date", "Slot": "start"}
"""The parameter of the start, of resources that have one."""

RESULT_PARAMETERS = {
    "_sort": "The order: by `date` (Appointment) or `start` (Slot), `_lastUpdated` or `_id`; with - before it, from the end.",
    "_include": "Adds the resources that a parameter refers to, e.g. Appointment:patient or Appointment:actor:Location.",
    "_summary": "count: only the number of resources; false: all of each.",
    "_total": "none: without the number of resources; accurate: with it, as usual.",
    "_count": "Maximum number of resources per page.",
    "_after": "Start of the page; take it from the `next` link of the previous page.",
    "_format": "json, the only supported format.",
}


def parameters_of(type: ResourceType) -> dict[str, FhirParameter]:
    """The search parameters of a resource type by name."""
    return {parameter.name: parameter for parameter in (*EVERYWHERE, *SEARCHED[type])}
