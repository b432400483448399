"""The question which weeks somebody could have, asked of a child process while the server answers others."""

from __future__ import annotations

from api.kernel.process_pool import ProcessPool
from api.offers.store import AskedWeek
from api.tools.models import OffersReply
from api.tools.offering import offers_of


async def ask_for_offers(pool: ProcessPool, week: AskedWeek, participant: str, moves: int = 0) -> OffersReply:
    """Up to three weeks of a participant that really differ, or what is wrong with the question.

    Args:
        moves: How many others may move.

    Raises:
        Problem: There was no answer in time, or too many wait for one.
    """
    return OffersReply.model_validate_json(await pool.run(offers_of, week.question(participant, moves), ""))
