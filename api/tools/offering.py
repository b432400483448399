"""What a child process does for `POST /v1/offers`. Imports nothing of the service but its models: a child starts with it."""

from __future__ import annotations

from typing import Final

from api.tools.models import OffersReply, RosterToOffer
from scheduler.errors import EditError, InstanceError
from scheduler.model.clock import Clock
from scheduler.offers import ask_offers
from scheduler.reading import read_model
from scheduler.result import SolveLimits

LIMITS: Final = SolveLimits(deterministic_time=8, workers=1)
"""Deterministic, so that the same question always has the same answer; a few seconds at most."""


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
