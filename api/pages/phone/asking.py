"""The question which weeks fit, as the pages ask it, and what is wrong with it at the field of the hours."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from api.kernel.errors import Problem
from api.kernel.process_pool import ProcessPool
from api.offers.asking import ask_for_offers
from api.offers.store import AskedWeek
from api.pages.forms import Form
from api.pages.plan.names import StaffNames
from api.programs.store.labels import ProgramLabels
from api.tools.models import OffersReply
from scheduler.offers import Offers

NO_ANSWER: Final = "There was no answer in time. Please look again in a moment."
MOST_MOVES: Final = 2
"""How many others may move if the form says that some may."""


NO_REPLY: Final = OffersReply()
"""Nothing was asked, or no week is published that could say something."""


async def weeks_that_fit(request: Request, form: Form, week: AskedWeek | None, participant: str) -> OffersReply:
    """The weeks that fit; neither an answer nor an error without a published week."""
    if week is None:
        return NO_REPLY
    pool: ProcessPool = request.app.state.explanation_pool
    try:
        return await ask_for_offers(pool, week, participant, MOST_MOVES if form.is_on("may_move") else 0)
    except Problem:
        return OffersReply(errors=(NO_ANSWER,))


def offers_in(reply: OffersReply, form: Form, labels: ProgramLabels) -> Offers | None:
    """The answer; what is wrong with the question is said at the hours."""
    for error in reply.errors[:1]:
        form.wrong("hours", error if error == NO_ANSWER else StaffNames.of(labels).written(error))
    return reply.answer if isinstance(reply.answer, Offers) else None
