"""The question which weeks fit, asked of a child process while the server answers others."""

from __future__ import annotations

from typing import Final

from fastapi import Request

from api.kernel.errors import Problem
from api.kernel.process_pool import ProcessPool
from api.offers.models import OfferedWeek, OfferedWeeks
from api.offers.offering import offer_weeks_of
from api.offers.store import AskedWeek
from api.pages.forms import Form

NO_ANSWER: Final = "There was no answer in time. Please look again in a moment."


async def weeks_that_fit(request: Request, form: Form, week: AskedWeek | None, participant: str) -> tuple[OfferedWeek, ...]:
    """Up to three weeks that fit; none without a published week, or, with an error at the hours, if there is no answer in time."""
    if week is None:
        return ()
    pool: ProcessPool = request.app.state.explanation_pool
    try:
        return OfferedWeeks.model_validate_json(await pool.run(offer_weeks_of, week.question(participant), "")).weeks
    except Problem:
        form.wrong("hours", NO_ANSWER)
        return ()
