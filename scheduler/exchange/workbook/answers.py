"""Answers to the questions that an import asks about whole columns: which of day and month comes first, and which half of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        dates_at: Other orders of day and month: by the title of a sheet, or of sheet and column, as in ``Absences, First``.
        times_at: Other halves of the day, likewise.
    """

    dates: DateOrder | None = None
    times: Half | None = None
    starts: EachStart | None = None
    dates_at: Mapping[str, DateOrder] = field(default_factory=dict)
    times_at: Mapping[str, Half] = field(default_factory=dict)

    def order_of(self, sheet: str, column: str) -> DateOrder | None:
        """Which of day and month comes first in a column."""
        return self.dates_at.get(f"{sheet}, {column}") or self.dates_at.get(sheet) or self.dates

    def half_of(self, sheet: str, column: str) -> Half | None:
        """What times outside opening hours mean in a column."""
        return self.times_at.get(f"{sheet}, {column}") or self.times_at.get(sheet) or self.times


NO_ANSWERS = Answers()
"""No answer: every question is asked."""
