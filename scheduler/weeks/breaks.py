"""Breaks and rest of clinicians, whose lines are most of all lines and raise no bound: added by clinician and day, when one is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scheduler.model.line import Line
from scheduler.model.line_index import LineIndex
from scheduler.roster import Roster
from scheduler.rule import Violation
from scheduler.terms import AnyOf
from scheduler.timegrid import WEEKDAYS
from scheduler.weeks.ownership import unpriced

Duty = tuple[str, str]
"""A clinician and a weekday."""


class BreakLines:
    """The lines about breaks and rest by duty, with those that define their yes/no variables."""

    def __init__(self, index: LineIndex, shared: Collection[Line]) -> None:
        """Compile them.

        Args:
            shared: The lines that need not be added.
        """
        handles = index.lines.handles
        self._of_duty: dict[Duty, list[Line]] = {}
        self._defining: dict[int, list[Line]] = {}
        for line in unpriced(index, shared):
            if line.source != "identity":
                self._of_duty.setdefault((str(line.key[0]), str(line.key[1])), []).append(line)
            else:
                for number in line.variables:
                    if isinstance(handle := handles[number], AnyOf) and handle.key == line.key:
                        self._defining.setdefault(number, []).append(line)

    @property
    def duties(self) -> list[Duty]:
        """All that have such lines."""
        return list(self._of_duty)

    def of(self, duties: Collection[Duty]) -> list[Line]:
        """The lines about some duties, each once."""
        lines = [line for duty in sorted(duties) for line in self._of_duty.get(duty, ())]
        return list({id(line): line for line in (*lines, *self._definitions(lines))}.values())

    def _definitions(self, lines: Iterable[Line]) -> list[Line]:
        """The lines that define the variables of some lines, directly or through other variables."""
        queue, used = [n for line in lines for n in line.variables], set[int]()
        definitions: list[Line] = []
        while queue:
            number = queue.pop()
            if number not in used:
                used.add(number)
                for line in self._defining.get(number, ()):
                    definitions.append(line)
                    queue += line.variables
        return definitions


def duties_of(roster: Roster, violations: Iterable[Violation]) -> set[Duty]:
    """Those named by violations, with the weekdays of their sessions."""
    weekdays = {session.id: WEEKDAYS[session.start.weekday()] for session in roster.sessions}
    return {(name, weekdays[id]) for violation in violations for name in violation.about for id in violation.sessions if id in weekdays}
