"""The capability statement, built from the tables that the search uses."""

from __future__ import annotations

from api.fhir.parameters import RESOURCE_TYPES, ResourceType, parameters_of
from api.fhir.results import inclusions_of
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
SAID_ON = "2026-11-30"

DOCUMENTATION: dict[ResourceType, str] = {
    "Appointment": "One for each participant of each session that is published, or was published and is now cancelled. The appointments "
    "of one session share an identifier and slots. Without `date` those from 30 days ago to 180 days ahead.",
    "Slot": "The time of a session in the schedule of each of its clinicians and of its room. Slots of sessions that no longer exist are "
    "`entered-in-error`. Slots cannot be booked.",
    "Schedule": "One for each clinician and room, and for each service whose sessions have neither.",
    "PractitionerRole": "A clinician in the program: credentials, sites, services, hours, and times away without a reason.",
    "Practitioner": "A clinician: id and languages. No names.",
    "Location": "Sites and rooms. No names.",
    "HealthcareService": "Services that can be ordered, with the codes the program uses.",
    "Patient": "A participant: only an id to refer to.",
}
SYNCHRONIZING = (
    "To keep a copy, search with _lastUpdated=ge and the meta.lastUpdated of the previous Bundle; unchanged resources keep their "
    "versionId. Unknown parameters are refused unless Prefer: handling=lenient is sent."
)
SECURITY = "An API key with the scope roster:read, sent as Authorization: Bearer. Every read is recorded in the audit trail."
EXPORT = "All resources of a period: start and end (dates), _type, _outputFormat (a collection Bundle, or NDJSON of one type)."


def capability_statement(base: str, version: str) -> CapabilityStatement:
    """The capability statement of a program's FHIR resources.

    Args:
        base: Base URL of the program's FHIR resources.
        version: The version of this software.
    """
    return CapabilityStatement(
        date=SAID_ON,
        software=Software(name="Stepdown", version=version),
        implementation=Implementation(description="Published rosters of one program, read-only.", url=base),
        format=("application/fhir+json", "json"),
        rest=(
            Rest(
                documentation=SYNCHRONIZING,
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
        search_include=inclusions_of(type) or None,
        search_param=tuple(
            SearchParameter.model_validate({"name": p.name, "type": kinds.get(p.kind, p.kind), "documentation": p.documentation})
            for p in searched
        ),
    )
