"""Problems as HTTP responses (RFC 9457): the status of each code, and which presenter writes the response.

422 is a body or parameter of the wrong shape, 400 one with invalid content, 409 a state that does not allow the operation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from api.kernel.errors import PROBLEMS, Problem, ProblemDetails

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[int, tuple[str, ...]] = {
    400: ("malformed", "bad_instance", "bad_calendar", "bad_address", "bad_workbook", "bad_reference", "weak_password"),
    401: ("not_signed_in", "wrong_login"),
    403: ("forbidden", "cross_site"),
    404: ("not_found",),
    405: ("method_not_allowed",),
    406: ("not_acceptable",),
    409: (
        "exists", "in_use", "wrong_state", "no_consent", "illegal_roster", "published_meanwhile", "key_reused", "still_running",
        "answer_gone",
    ),
    412: ("changed_meanwhile",),
    413: ("too_large",),
    415: ("wrong_media_type",),
    421: ("wrong_host",),
    422: ("wrong_shape",),
    428: ("no_etag",),
    429: ("too_many", "queue_full"),
    500: ("defect",),
    503: ("timed_out", "not_ready"),
}  # fmt: skip

_STATUS_OF = {code: status for status, codes in STATUSES.items() for code in codes}


class Presenter(NamedTuple):
    """Writes the errors of certain paths; the application registers presenters, and all other errors are JSON.

    Attributes:
        is_for: Whether the presenter handles a request.
        answer: Writes the response.
    """

    is_for: Callable[[Request], bool]
    answer: Callable[[Request, Problem], Response]


def status_of(code: str) -> int:
    """The HTTP status of a code."""
    return _STATUS_OF[code]


def respond(request: Request, problem: Problem) -> Response:
    """The response to a problem, written by the presenter of its path."""
    presenters: tuple[Presenter, ...] = request.app.state.presenters
    answer = next((presenter.answer for presenter in presenters if presenter.is_for(request)), _as_json)
    return answer(request, problem)


def _as_json(request: Request, problem: Problem) -> Response:
    body = ProblemDetails(
        type=f"stepdown:problem:{problem.code}",
        title=problem.title,
        status=status_of(problem.code),
        detail=problem.detail or (f"{problem.title}; each issue says where and what to do." if problem.issues else f"{problem.title}."),
        code=problem.code,
        request_id=getattr(request.state, "request_id", ""),
        issues=list(problem.issues),
    )
    return JSONResponse(body.model_dump(), status_code=body.status, headers=problem.headers, media_type=MEDIA_TYPE)


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for its OpenAPI description; codes with the same status share an entry."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        # Without `model`: FastAPI would build a validator for each of 1,800; the schema is added once, by `api.openapi.description`.
        entry = responses.setdefault(status_of(code), {"description": "", "content": {MEDIA_TYPE: {}}})
        entry["description"] = "; ".join(filter(None, (entry["description"], f"`{code}`: {PROBLEMS[code]}")))
    return responses
