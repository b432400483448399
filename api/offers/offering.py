"""What a child process does to offer weeks. Imports nothing of the service but its models: a child starts with it."""

from __future__ import annotations

from typing import Final

from api.offers.models import OfferedWeek, OfferedWeeks, OfferQuestion
from scheduler.case import Case
from scheduler.model.clock import Clock
from scheduler.offers import offer_weeks
from scheduler.reading import read_model
from scheduler.result import SolveLimits

LIMITS: Final = SolveLimits(deterministic_time=4, workers=1)
"""Deterministic, so that the same question always has the same answer; a few seconds at most."""


def offer_weeks_of(content: bytes, _: str) -> bytes:
    """The weeks offered in answer to a question, as JSON."""
    question = read_model(OfferQuestion, content)
    offers = offer_weeks(Case(question.instance), question.roster, question.participant, Clock(LIMITS, lambda: False)).offers
    weeks = tuple(OfferedWeek(roster=offer.roster, broken=tuple(v.message for v in offer.broken)) for offer in offers)
    return OfferedWeeks(weeks=weeks).model_dump_json().encode()
