"""What a child process does for `POST /v1/offers`, `/v1/openings` and `/v1/waiting`. Imports nothing of the service but its models."""

from __future__ import annotations

from typing import Final

from api.tools.models import OffersReply, RosterOfInstance, RosterToOffer
from scheduler.errors import EditError, InstanceError
from scheduler.model.clock import Clock
from scheduler.offers import ask_offers, waiting_list, what_to_open
from scheduler.reading import read_model
from scheduler.result import SolveLimits

LIMITS: Final = SolveLimits(deterministic_time=8, workers=1)
OPENING_LIMITS: Final = SolveLimits(deterministic_time=40, workers=1)
"""Deterministic, so that the same question always has the same answer; the solves take a fraction of that."""


def offers_of(content: bytes, _: str) -> bytes:
    """The answer to a question that was read once before, or what is wrong with it, as JSON."""
    body = read_model(RosterToOffer, content)
    try:
        reply = OffersReply(answer=ask_offers(body.instance, body.roster, body.question, Clock(LIMITS, lambda: False)))
    except InstanceError as error:
        reply = OffersReply(errors=tuple(f"{issue.path}: {issue.message}" for issue in error.issues))
    except EditError as error:
        reply = OffersReply(errors=(str(error),))
    return reply.model_dump_json().encode()


def openings_of(content: bytes, _: str) -> bytes:
    """What to open next in a week that was read once before, or what is wrong with it, as JSON."""
    body = read_model(RosterOfInstance, content)
    try:
        reply = OffersReply(answer=what_to_open(body.instance, body.roster, Clock(OPENING_LIMITS, lambda: False)))
    except EditError as error:
        reply = OffersReply(errors=(str(error),))
    return reply.model_dump_json().encode()


def waiting_list_of(content: bytes, _: str) -> bytes:
    """Who waits in a week that was read once before, or what is wrong with it, as JSON."""
    body = read_model(RosterOfInstance, content)
    try:
        reply = OffersReply(answer=waiting_list(body.instance, body.roster, Clock(OPENING_LIMITS, lambda: False)))
    except EditError as error:
        reply = OffersReply(errors=(str(error),))
    return reply.model_dump_json().encode()
