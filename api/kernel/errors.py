"""Errors of the service, each with a code from `PROBLEMS`, the complete list. `api.web.problems` turns them into HTTP responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

PROBLEMS: dict[str, str] = {
    "malformed": "The request cannot be read",
    "bad_instance": "The instance is inconsistent",
    "bad_calendar": "The calendar cannot be read",
    "bad_address": "The address cannot be reached",
    "bad_workbook": "The workbook cannot be imported",
    "bad_reference": "The request refers to something that does not exist",
    "weak_password": "The password is too easy to guess",
    "not_signed_in": "Sign in, or send an API key",
    "wrong_login": "Wrong user name or password",
    "forbidden": "This account or key is not allowed to do this",
    "cross_site": "The request came from another site",
    "not_found": "Not found",
    "method_not_allowed": "This method is not allowed here",
    "not_acceptable": "The requested format is not available",
    "exists": "It already exists",
    "in_use": "It is still in use",
    "wrong_state": "This is not possible in its current state",
    "no_consent": "There is no consent in force for this",
    "illegal_roster": "The roster breaks rules that were not accepted",
    "published_meanwhile": "Someone else has published this week since you read it",
    "key_reused": "The Idempotency-Key belongs to another request",
    "still_running": "The first request with this Idempotency-Key is still running",
    "answer_gone": "The first request with this Idempotency-Key was carried out, but its response was not kept",
    "changed_meanwhile": "Someone else has changed it since you read it",
    "too_large": "The request body is too large",
    "wrong_media_type": "Send JSON",
    "wrong_host": "The request is addressed to another host",
    "wrong_shape": "The request has the wrong shape",
    "no_etag": "Send the version you are changing (If-Match)",
    "too_many": "Too many requests",
    "queue_full": "Too many jobs are waiting",
    "defect": "Something went wrong on our side",
    "timed_out": "It took too long",
    "not_ready": "The service is not ready",
}
"""The title of each code; `api.web.problems` maps codes to HTTP statuses."""


class Place(BaseModel):
    """One fault in a request, and where it is."""

    code: str = Field(description="An issue code of the instance, or the kind of invalid value.")
    severity: str = Field("error", description="error or warning.")
    path: str = Field(description="Where, e.g. participants[3].availability.")
    message: str = Field(description="What is wrong and what to do.")


class ProblemDetails(BaseModel):
    """An error in the format of RFC 9457."""

    type: str = Field(description="Identifies the problem: stepdown:problem:<code>.")
    title: str
    status: int
    detail: str = Field(description="What happened here and what to do. Names no person, group or program.")
    code: str = Field(description="The error code.")
    request_id: str = Field("", description="Id of the request in the logs.")
    issues: list[Place] = Field(default_factory=list, description="All errors in the body, each with its path.")


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """The reason why an operation cannot be carried out.

    Attributes:
        code: One of `PROBLEMS`.
        detail: One or two sentences; no names of people, groups or programs.
        issues: The faults in the body.
        headers: Additional response headers, e.g. Retry-After.
    """

    def __init__(self, code: str, detail: str = "", issues: Sequence[Place] = (), headers: Mapping[str, str] | None = None) -> None:
        self.code, self.detail, self.issues, self.headers = code, detail, tuple(issues), dict(headers or {})
        self.title = PROBLEMS[code]
        super().__init__(f"{code}: {detail or self.title}")
