"""The capability statement, built from the tables that the search uses."""

from __future__ import annotations

from api.fhir.parameters import RESOURCE_TYPES, ResourceType, parameters_of
from scheduler.exchange.fhir.capabilities import (
    CapabilityStatement,
    CapableOperation,
    CapableResource,
    Implementation,
    Interaction,
    Rest,
    SearchParameter,
    Security,
    Software,
)

# When this statement last changed.
SAID_ON = "2026-11-22"

DOCUMENTATION: dict[ResourceType, str] = {
    "Appointment": "One for each participant of each session that is published, or was and is not any more (cancelled). The appointments "
    "of one session share an identifier and slots. Without `date` those from 30 days ago to 180 days ahead.",
    "Slot": "The time of a session in the schedule of each of its clinicians and of its room. Slots of sessions that no longer exist are "
    "`entered-in-error`: nothing can be booked by others here.",
    "Schedule": "Of each clinician and room; of a service for sessions that have neither.",
    "PractitionerRole": "A clinician in the program: credentials, sites, services, hours, and times away without a reason.",
    "Practitioner": "A clinician: id and languages. No names.",
    "Location": "Sites and rooms. No names.",
    "HealthcareService": "Services that can be ordered, with the codes the program uses.",
    "Patient": "A participant: an id to refer to, nothing else.",
}
SYNCHRONISING = (
    "To keep a copy, search with _lastUpdated=ge and the meta.lastUpdated of the last answer's Bundle; what did not change has the same "
    "versionId. Unknown parameters are refused unless Prefer: handling=lenient is sent."
)
SECURITY = "An API key with the scope roster:read, sent as Authorization: Bearer. Every reading is in the audit trail."
EXPORT = "Everything of some days: start and end (dates), _type, _outputFormat (a collection Bundle, or NDJSON of one type)."


def capability_statement(base: str, version: str) -> CapabilityStatement:
    """The capability statement of a program's FHIR resources.

    Args:
        base: Base URL of the program's FHIR resources.
        version: The version of this software.
    """
    return CapabilityStatement(
        date=SAID_ON,
        software=Software(name="Stepdown", version=version),
        implementation=Implementation(description="Published rosters of one program, to be read.", url=base),
        format=("application/fhir+json", "json"),
        rest=(
            Rest(
                documentation=SYNCHRONISING,
                security=Security(description=SECURITY),
                resource=tuple(_resource(type) for type in RESOURCE_TYPES),
                operation=(CapableOperation(name="export-period", definition=f"{base}/$export-period", documentation=EXPORT),),
            ),
        ),
    )


def _resource(type: ResourceType) -> CapableResource:
    searched = (p for p in parameters_of(type).values())
    kinds = {"id": "token", "instant": "date"}
    return CapableResource(
        type=type,
        documentation=DOCUMENTATION[type],
        interaction=(Interaction(code="read"), Interaction(code="search-type")),
        search_param=tuple(
            SearchParameter.model_validate({"name": p.name, "type": kinds.get(p.kind, p.kind), "documentation": p.documentation})
            for p in searched
        ),
    )
