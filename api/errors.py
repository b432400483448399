"""Errors of the service as problem details (RFC 9457). `PROBLEMS` is the whole list; each answer names one code of it.

422 is a body or parameter of the wrong shape, 400 one that makes no sense, 409 a state that does not allow the act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.fhir.outcomes import answer_problem, is_fhir
from api.pages.problems import is_page, problem_page

MEDIA_TYPE = "application/problem+json"

PROBLEMS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "bad_instance": (400, "The instance is inconsistent"),
    "bad_calendar": (400, "The calendar cannot be read"),
    "bad_address": (400, "The address cannot be reached"),
    "bad_workbook": (400, "The workbook cannot be imported"),
    "bad_reference": (400, "Something named here does not exist"),
    "weak_password": (400, "The password is too easy to guess"),
    "not_signed_in": (401, "Sign in, or send an API key"),
    "wrong_login": (401, "Wrong user name or password"),
    "forbidden": (403, "This account or key may not do that"),
    "cross_site": (403, "The request came from another site"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This method is not allowed here"),
    "not_acceptable": (406, "The requested format is not available"),
    "exists": (409, "It already exists"),
    "in_use": (409, "It is still in use"),
    "wrong_state": (409, "This is not possible in its current state"),
    "no_consent": (409, "There is no consent in force for this"),
    "illegal_roster": (409, "The roster breaks rules that were not accepted"),
    "published_meanwhile": (409, "Someone else has published this week since you read it"),
    "key_reused": (409, "The Idempotency-Key belongs to another request"),
    "still_running": (409, "The first request with this Idempotency-Key is still running"),
    "answer_gone": (409, "The first request with this Idempotency-Key was carried out, but its response was not kept"),
    "changed_meanwhile": (412, "Someone else has changed it since you read it"),
    "too_large": (413, "The request body is too large"),
    "wrong_media_type": (415, "Send JSON"),
    "wrong_host": (421, "The request is addressed to another host"),
    "wrong_shape": (422, "The request has the wrong shape"),
    "no_etag": (428, "Send the version you are changing (If-Match)"),
    "too_many": (429, "Too many requests"),
    "queue_full": (429, "Too many jobs are waiting"),
    "defect": (500, "Something went wrong on our side"),
    "timed_out": (503, "It took too long"),
    "not_ready": (503, "The service is not ready"),
}


class Place(BaseModel):
    """One thing that is wrong, and where."""

    code: str = Field(description="An issue code of the instance, or the kind of a wrong value.")
    severity: str = Field("error", description="error or warning.")
    path: str = Field(description="Where, e.g. participants[3].availability.")
    message: str = Field(description="What is wrong and what to do.")


class ProblemDetails(BaseModel):
    """An error, as RFC 9457 writes it."""

    type: str = Field(description="Identifies the problem: stepdown:problem:<code>.")
    title: str
    status: int
    detail: str = Field(description="What happened here and what to do. Names no person, group or program.")
    code: str = Field(description="One of the codes of the README's table.")
    request_id: str = Field("", description="To find the request in the logs.")
    issues: list[Place] = Field(default_factory=list, description="Everything that is wrong with the body, each with its path.")


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """An answer that is an error.

    Attributes:
        code: One of `PROBLEMS`.
        detail: One or two sentences; no names of people, groups or programs.
        issues: What is wrong with the body.
        headers: More headers of the answer, e.g. Retry-After.
    """

    def __init__(self, code: str, detail: str = "", issues: Sequence[Place] = (), headers: Mapping[str, str] | None = None) -> None:
        self.code, self.detail, self.issues, self.headers = code, detail, tuple(issues), dict(headers or {})
        self.status, self.title = PROBLEMS[code]
        super().__init__(f"{code}: {detail or self.title}")


def respond(request: Request, problem: Problem) -> Response:
    """The answer of a problem; on the pages of participants a page."""
    if is_fhir(request.url.path):
        return answer_problem(problem)
    if is_page(request):
        return problem_page(request, problem.status, problem.code, problem.headers)
    body = ProblemDetails(
        type=f"stepdown:problem:{problem.code}",
        title=problem.title,
        status=problem.status,
        detail=problem.detail or problem.title + ".",
        code=problem.code,
        request_id=getattr(request.state, "request_id", ""),
        issues=list(problem.issues),
    )
    return JSONResponse(body.model_dump(), status_code=problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """What a route can answer besides success, for its OpenAPI description; codes of one status share an entry."""
    found: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title = PROBLEMS[code]
        # Without `model`: FastAPI would build a validator for each of 1,800; the schema is added once, by `api.openapi`.
        entry = found.setdefault(status, {"description": "", "content": {MEDIA_TYPE: {}}})
        entry["description"] = "; ".join(filter(None, (entry["description"], f"`{code}`: {title}")))
    return found
