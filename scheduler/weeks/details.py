"""What an exact program has to know besides the shared lines, found out when a solution lacks it.

Exact days of people with several appointments on one, and breaks of clinicians, would be most of a program, and few solutions need them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.sessions import write_roster
from scheduler.terms import AnyOf, FreeVariable, Visit
from scheduler.verify import judge
from scheduler.weeks.breaks import BreakLines, Duty, duties_of
from scheduler.weeks.day_plans import DayPlans, add_day_plans
from scheduler.weeks.reach import Reach
from scheduler.weeks.week_program import WeekProgram


class Details:
    """What was lacking so far in solutions of a case.

    Attributes:
        people: Participants whose days are chosen exactly, by position among those with a table.
        duties: The clinicians and weekdays whose breaks are among the lines.
    """

    def __init__(self, index: LineIndex) -> None:
        """Start with nothing."""
        self.index, self.people, self.duties = index, set[int](), set[Duty]()

    def add_to(self, program: WeekProgram, reach: Reach) -> None:
        """Add all that was lacking to a program of what is within reach."""
        handles, relaxation = self.index.lines.handles, reach.relaxation
        if self.duties:
            shared, variables = set(map(id, relaxation.shared)), set(relaxation.static.tolist())
            lines = [line for line in self._breaks.of(self.duties) if id(line) not in shared]
            free = {v for line in lines for v in line.variables if not isinstance(handles[v], Visit)}
            program.add_hard(lines, free - variables)
        add_day_plans(self.index.lines, program, reach, self.people)

    def learn(self, program: WeekProgram, values: Sequence[int]) -> bool:
        """Find out what a solution lacks; return whether that is anything new."""
        before = len(self.people) + len(self.duties)
        self.duties |= duties_without_breaks(self.index.lines, program.picked(values))
        self.people |= _people_with_other_days(DayPlans(self.index.lines, program.weeks), program, values)
        return len(self.people) + len(self.duties) > before

    @cached_property
    def _breaks(self) -> BreakLines:
        return BreakLines(self.index, ())


def duties_without_breaks(lines: Lines, numbers: Sequence[int]) -> set[Duty]:
    """The duties of a roster that break rules whose lines are left out; rooms do not matter to these."""
    handles = (lines.handles[number] for number in numbers)
    chosen = [handle for handle in handles if not isinstance(handle, AnyOf | FreeVariable)]
    roster = write_roster(lines.case, lines.candidates, chosen, lambda *_: {})
    assert roster is not None
    return duties_of(roster, judge(lines.case, roster, [rule for rule in lines.rules if not rule.raises_bounds]).violations)


def _people_with_other_days(plans: DayPlans, program: WeekProgram, values: Sequence[int]) -> set[int]:
    """Whose appointments of a day do not go together, or cost more than each by itself."""
    weeks, waits = program.weeks, program.relaxation.waits
    position_of = {int(weeks.entry_of[position]): position for position, literal in program.times.items() if values[literal]}
    people: set[int] = set()
    for row in (row for row, literal in program.rows.items() if values[literal]):
        for entries, beside in plans.days_of(row):
            positions = [position_of[entry] for entry in entries]
            if len(positions) > 1:
                cost = plans.cost_of(positions, beside)
                if cost is None or (program.relaxation.has_waits and cost > waits[positions].sum()):
                    people.add(int(weeks.participant_of(np.array([row]))[0]))
    return people
