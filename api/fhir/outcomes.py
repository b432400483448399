"""Errors under `/v1/programs/{program}/fhir` as FHIR OperationOutcomes, wherever they occur."""

from __future__ import annotations

import re

from api.kernel.errors import Place, Problem
from scheduler.exchange.fhir.bundles import IssueSeverity, OperationOutcome, OutcomeIssue
from scheduler.exchange.fhir.codes import IssueType
from scheduler.exchange.fhir.elements import CodeableConcept, Coding

FHIR_JSON = "application/fhir+json"
PROBLEM_SYSTEM = "stepdown:problem"
BELOW = re.compile(r"/v1/programs/[^/]+/fhir(/|$)")

ISSUE_TYPES: dict[str, IssueType] = {
    "bad_reference": "not-found",
    "not_signed_in": "login",
    "forbidden": "forbidden",
    "cross_site": "security",
    "wrong_host": "security",
    "not_found": "not-found",
    "method_not_allowed": "not-supported",
    "not_acceptable": "not-supported",
    "wrong_media_type": "not-supported",
    "exists": "duplicate",
    "in_use": "conflict",
    "wrong_state": "business-rule",
    "key_reused": "conflict",
    "still_running": "conflict",
    "answer_gone": "conflict",
    "changed_meanwhile": "conflict",
    "too_large": "too-long",
    "too_many": "throttled",
    "queue_full": "throttled",
    "defect": "exception",
    "timed_out": "timeout",
    "not_ready": "transient",
}
"""FHIR's issue type for each error code; `invalid` for all others."""


def is_fhir(path: str) -> bool:
    """Whether a path is under FHIR, including paths without a route."""
    return BELOW.match(path) is not None


def outcome_of(problem: Problem) -> OperationOutcome:
    """A problem as an OperationOutcome: the problem itself first, then each of its issues."""
    about = _issue("error", ISSUE_TYPES.get(problem.code, "invalid"), problem.code, problem.title, problem.detail)
    return OperationOutcome(issue=(about, *(_place(place) for place in problem.issues)))


def _place(place: Place) -> OutcomeIssue:
    severity: IssueSeverity = "warning" if place.severity == "warning" else "error"
    issue = _issue(severity, "invalid", place.code, place.message, "")
    return issue.model_copy(update={"expression": (place.path,) if place.path else None})


def _issue(severity: IssueSeverity, type: IssueType, code: str, text: str, diagnostics: str) -> OutcomeIssue:
    details = CodeableConcept(coding=(Coding(system=PROBLEM_SYSTEM, code=code),), text=text)
    return OutcomeIssue(severity=severity, code=type, details=details, diagnostics=diagnostics[:2000] or None)
