"""Routes of the stateless tools: take an instance and rosters, return a verdict. Nothing is stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.audit.acts import Act
from api.audit.writer import AuditWriter
from api.kernel.errors import Place, Problem
from api.kernel.instance_checks import places
from api.kernel.process_pool import ProcessPool
from api.tools.answering import reply_of
from api.tools.explaining import explain_roster
from api.tools.models import (
    Objective,
    RosterOfInstance,
    RosterToChange,
    RosterToExplain,
    RosterToMakeUp,
    RosterToOffer,
    RuleFinding,
    TwoRosters,
    Validation,
    Verification,
)  # fmt: skip
from api.tools.offering import offers_of, openings_of, waiting_list_of
from api.web.bodies import BODY_CODES, InstanceBody, in_lane, json_body
from api.web.dependencies import AuditWriterOf, needs
from api.web.problems import problems
from scheduler.case import Case
from scheduler.compare import Comparison, compare
from scheduler.errors import EditError
from scheduler.explain import Explanation
from scheduler.instance import Instance
from scheduler.offers import Offers, Openings, ShortWeeks, WaitingList, short_weeks
from scheduler.roster import Roster
from scheduler.validation import errors, validate
from scheduler.verify import SHAPE, judge, not_applicable
from scheduler.whatif import WhatifAnswer, ask

router = APIRouter(prefix="/v1", tags=["tools"])

REFUSALS = ("not_signed_in", "forbidden", "too_many", *BODY_CODES)


@router.post("/validate", summary="Validate an instance", response_model=Validation, responses=problems(*REFUSALS))
async def validate_instance(
    act: Annotated[Act, needs("solve", "tools.validate")], audit: AuditWriterOf, instance: InstanceBody
) -> Response:
    """Validate an instance: list all errors and warnings, each with its path and what to do.

    An instance with errors is a success here (`is_valid` is false); only what is no instance at all is refused.
    """
    return await _response(audit, act, await in_lane(_validation, instance))


@router.post("/verify", summary="Verify a roster", response_model=Verification, responses=problems(*REFUSALS, "bad_instance"))
async def verify_roster(
    act: Annotated[Act, needs("solve", "tools.verify")],
    audit: AuditWriterOf,
    question: Annotated[RosterOfInstance, json_body(RosterOfInstance, is_sound=True)],
) -> Response:
    """Check a roster, generated or made by hand, against every rule; no solver is involved.

    A roster is never refused: violations are listed, and costs are counted by tier and by rule.
    """
    return await _response(audit, act, await in_lane(_judgement, question.instance, question.roster))


@router.post(
    "/whatif", summary="List possible places", response_model=WhatifAnswer, responses=problems(*REFUSALS, "bad_instance", "bad_reference")
)
async def list_places(
    act: Annotated[Act, needs("solve", "tools.whatif")],
    audit: AuditWriterOf,
    body: Annotated[RosterToChange, json_body(RosterToChange, is_sound=True)],
) -> Response:
    """List every place that the bookings of a participant, a session, a clinician's sessions or those of a room may have.

    Each is free, costly or forbidden, with the sentences of the rules and the change in care and preferences. An appointment is offered
    every time at which no rule refuses it by itself, a group place every other group of the same service, a group each of its starts.
    """
    try:
        answer = await in_lane(ask, body.instance, body.roster, body.question)
    except EditError as error:
        issue = Place(code="unknown_id", path="question", message=str(error))
        raise Problem("bad_reference", "The question names something that is not there.", [issue]) from error
    return await _response(audit, act, answer)


@router.post(
    "/offers",
    summary="Find weeks to offer",
    response_model=Offers,
    responses=problems(*REFUSALS, "bad_instance", "bad_reference", "timed_out"),
)
async def find_offers(
    request: Request,
    act: Annotated[Act, needs("solve", "tools.offers")],
    audit: AuditWriterOf,
    body: Annotated[RosterToOffer, json_body(RosterToOffer, is_sound=True)],
) -> Response:
    """Find up to three weeks that a participant, or someone who is not in the instance yet, could have while everyone else stays.

    The weeks really differ, the best first. With `moves`, at most so many others may move: each is named with what changes for them, and
    nobody misses more care. `unmet` says what the best week lacks, why, and which exceptions would help.
    """
    return await _response(audit, act, await reply_of(request.app.state.explanation_pool, offers_of, await request.body(), "question"))


@router.post(
    "/openings",
    summary="Find what to open next",
    response_model=Openings,
    responses=problems(*REFUSALS, "bad_instance", "bad_reference", "timed_out"),
)
async def find_openings(
    request: Request,
    act: Annotated[Act, needs("solve", "tools.openings")],
    audit: AuditWriterOf,
    body: Annotated[RosterOfInstance, json_body(RosterOfInstance, is_sound=True)],
) -> Response:
    """Find what to open next so that more participants get the care they are ordered, or can begin.

    Another group at each possible time, an evening, hours of each clinician, and rooms: each is solved around those whom it could serve,
    and ranked by how many it serves, then by the care for each hour of clinicians.
    """
    return await _response(audit, act, await reply_of(request.app.state.explanation_pool, openings_of, await request.body(), "roster"))


@router.post(
    "/waiting",
    summary="List who waits",
    response_model=WaitingList,
    responses=problems(*REFUSALS, "bad_instance", "bad_reference", "timed_out"),
)
async def list_waiting(
    request: Request,
    act: Annotated[Act, needs("solve", "tools.waiting")],
    audit: AuditWriterOf,
    body: Annotated[RosterOfInstance, json_body(RosterOfInstance, is_sound=True)],
) -> Response:
    """List who waits, in order of need: when each could begin with what is free, with how many minutes, and what they wait for.

    The week is taken as the usual one, and intake as done. Each is looked at alone: nobody is given a seat here.
    """
    return await _response(audit, act, await reply_of(request.app.state.explanation_pool, waiting_list_of, await request.body(), "roster"))


@router.post(
    "/make-up", summary="Find make-up places", response_model=ShortWeeks, responses=problems(*REFUSALS, "bad_instance", "bad_reference")
)
async def find_make_up_places(
    act: Annotated[Act, needs("solve", "tools.make_up")],
    audit: AuditWriterOf,
    body: Annotated[RosterToMakeUp, json_body(RosterToMakeUp, is_sound=True)],
) -> Response:
    """List who falls below the ordered minutes by an absence, a closure or a missed session, and where they could make up for it.

    Absences and closures are read from the instance; `question` adds sessions that were missed, and walk-ins, whose minutes count. Every
    place is within all rules.
    """
    try:
        answer = await in_lane(short_weeks, body.instance, body.roster, body.question)
    except EditError as error:
        issue = Place(code="unusable", path="question", message=str(error))
        raise Problem("bad_reference", "The question cannot be answered.", [issue]) from error
    return await _response(audit, act, answer)


@router.post("/compare", summary="Compare two rosters", response_model=Comparison, responses=problems(*REFUSALS, "bad_instance"))
async def compare_rosters(
    act: Annotated[Act, needs("solve", "tools.compare")],
    audit: AuditWriterOf,
    question: Annotated[TwoRosters, json_body(TwoRosters, is_sound=True)],
) -> Response:
    """Compare two rosters: what changed, who is affected, and who will not see it in their calendar in time."""
    return await _response(audit, act, await in_lane(compare, question.instance, question.a, question.b))


@router.post(
    "/explain",
    summary="Explain a roster",
    response_model=Explanation,
    responses=problems(*REFUSALS, "bad_instance", "bad_reference", "timed_out"),
)
async def explain_unmet_care(
    request: Request,
    act: Annotated[Act, needs("solve", "tools.explain")],
    audit: AuditWriterOf,
    question: Annotated[RosterToExplain, json_body(RosterToExplain, is_sound=True)],
) -> Response:
    """Explain why ordered care is unmet in a roster or, with `participant`, why this participant has this week.

    Takes up to half a minute for a whole program, a second for one participant. Explanations run in separate processes; if too many are
    running, the response is 429: try again later.
    """
    if question.participant is not None and question.participant not in {person.id for person in question.instance.participants}:
        issue = Place(code="unknown_id", path="participant", message="name a participant of the instance by id")
        raise Problem("bad_reference", "The participant is not in the instance.", [issue])
    pool: ProcessPool = request.app.state.explanation_pool
    content = await pool.run(explain_roster, await request.body(), "")
    await audit.record(act)
    return Response(content, media_type="application/json")


def _validation(instance: Instance) -> Validation:
    issues = validate(instance)
    return Validation(is_valid=not errors(issues), issues=tuple(places(issues)))


def _judgement(instance: Instance, roster: Roster) -> Verification:
    case = Case(instance)
    verdict = judge(case, roster)
    score, is_readable = verdict.score, all(violation.rule != SHAPE for violation in verdict.violations)
    return Verification(
        is_legal=not verdict.violations,
        violations=tuple(map(RuleFinding.of, verdict.violations)),
        amounts=tuple(map(RuleFinding.of, verdict.amounts)),
        objective=Objective(care=score.care, preference=score.preference, by_rule=score.by_rule) if is_readable else None,
        not_covered=verdict.not_covered,
        not_applicable=not_applicable(case),
    )


async def _response(audit: AuditWriter, act: Act, answer: BaseModel) -> Response:
    """An answer, written beside the event loop, and the line of the audit trail."""
    content = await in_lane(answer.model_dump_json)
    await audit.record(act)
    return Response(content, media_type="application/json")
