"""Who comes together: participants tied to one another by the couple sessions they are ordered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.case.case import Case


def together_with(case: Case, participants: Iterable[str]) -> tuple[str, ...]:
    """These participants, then their partners, the partners of those, and so on.

    The week of one of them is possible only beside the weeks of the others, so whoever changes or judges one looks at all.
    """
    found = dict.fromkeys(participants)
    waiting = list(found)
    while waiting:
        partners = (need.partner for need in case.order(waiting.pop()).needs)
        new = [p for p in partners if p is not None and p not in found and p in case.participants]
        found |= dict.fromkeys(new)
        waiting += new
    return tuple(found)
