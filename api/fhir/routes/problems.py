"""Present every error under `/v1/programs/{program}/fhir` as an OperationOutcome."""

from __future__ import annotations

from fastapi import Request, Response

from api.fhir.outcomes import FHIR_JSON, is_fhir, outcome_of
from api.kernel.errors import Problem
from api.web.problems import Presenter, status_of


def _is_fhir(request: Request) -> bool:
    return is_fhir(request.url.path)


def _answer(_: Request, problem: Problem) -> Response:
    return Response(outcome_of(problem).as_json(), status_of(problem.code), problem.headers, FHIR_JSON)


FHIR_PROBLEMS = Presenter(_is_fhir, _answer)
