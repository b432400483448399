"""Answers to the questions that an import asks about whole columns: which of day and month comes first, and which half of the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scheduler.exchange.workbook.typed.dates import Order as DateOrder

__all__ = ["NO_ANSWERS", "Answers", "DateOrder", "EachStart", "Half"]

Half = Literal["am", "pm"]
EachStart = Literal["each"]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers given to an import; what is None is asked.

    Attributes:
        dates: Which comes first in dates such as 1/11/2027.
        starts: ``each``: a group with starts on several days becomes one group a day.
        times: What times outside opening hours mean that are written without am or pm: ``am``, as they are written; ``pm``, 12 hours later.
    """

    dates: DateOrder | None = None
    times: Half | None = None
    starts: EachStart | None = None


NO_ANSWERS = Answers()
"""No answer: every question is asked."""
