"""The answer of a child process to a question about a roster."""

from __future__ import annotations

from api.kernel.errors import Place, Problem
from api.kernel.process_pool import ProcessPool, Work
from api.tools.models import OffersReply
from scheduler.offers import Offers, Openings, WaitingList


async def reply_of(pool: ProcessPool, work: Work, content: bytes, path: str) -> Offers | Openings | WaitingList:
    """The answer to a question.

    Args:
        path: The field of the question that an issue is about.

    Raises:
        Problem: The question makes no sense (`bad_reference`); the issues say what would. Or there was no answer in time.
    """
    reply = OffersReply.model_validate_json(await pool.run(work, content, ""))
    if reply.answer is None:
        issues = [Place(code="unusable", path=path, message=message) for message in reply.errors]
        raise Problem("bad_reference", "The question cannot be answered.", issues)
    return reply.answer
