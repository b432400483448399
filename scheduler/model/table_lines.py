"""The lines that the prover needs: without what tables of weeks work out themselves, and without rules that cannot raise a bound.

Most of what is left out is about single visits: one place for each item, the conflicts and waits of days. And a rule about weeks that
does not see times treats all visits of an item alike that are on one day, in one mode and at one site. So its rows name only one of them,
the *typical* one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from scheduler.candidates import DAY_KINDS, Candidates
from scheduler.case import Case
from scheduler.columns import Ints
from scheduler.model.line import joined
from scheduler.model.lines import Lines
from scheduler.rule import Rule
from scheduler.terms import AnyOf, Handle, Row, Visit


class TableLines(Lines):
    """The lines for tables of everyone's weeks; what is left out can be added later, for participants without a table."""

    def __init__(self, case: Case, candidates: Candidates, rules: Sequence[Rule]) -> None:
        """Compile every rule in force."""
        self._is_complete = False
        self._left_out: list[AnyOf] = []
        self._later: list[Rule] = []
        self._of_typical: list[Rule] = []
        super().__init__(case, candidates, rules)

    def add_later(self) -> None:
        """Add the rules that cannot raise a bound; their handles come after all others."""
        while self._later:
            super()._append_rows(self._later.pop())
        super()._define()

    def complete(self) -> None:
        """Add all the rest; nothing, if it is there."""
        if self._is_complete:
            return
        self._is_complete = True
        self.lines = [line for line in self.lines if line.source != "week"]
        self._add_items()
        for rule in self._of_typical:
            for row in filter(_has_appointments, rule.rows(self.case, self.candidates)):
                self._append_priced(rule, row)
        self._add_days(self.rules)
        self._pending, self._left_out = self._left_out, []
        self._define()

    def typical(self, participant: str) -> Ints:
        """By position among a participant's visits, that of the visit that stands for it in lines of the source `week`."""
        if self._is_complete:
            return super().typical(participant)
        times = () if self.case.now is None else ("span",)  # what has happened is not like what can still change
        first, kinds = self.candidates.looks(participant).alike("item", "day", "mode", "site", "out_of", *times)
        return first[kinds]

    @cached_property
    def _typical_weeks(self) -> Candidates:
        return self.candidates.of_typical_weeks({p: np.unique(self.typical(p)) for p in self.candidates.visits})

    def _append_rows(self, rule: Rule) -> None:
        if not rule.raises_bounds:
            self._later.append(rule)
        elif rule.scope != "week" or rule.sees_times or _has_own(rows := list(rule.rows(self.case, self._typical_weeks))):
            super()._append_rows(rule)
        else:
            self._of_typical.append(rule)
            for row in rows:
                self._append_priced(rule, row, "week" if _has_appointments(row) else "rule")

    def _add_items(self) -> None:
        if self._is_complete:
            super()._add_items()

    def _add_days(self, rules: Sequence[Rule]) -> None:
        if self._is_complete:
            super()._add_days(rules)

    def _define(self) -> None:
        """Define only the `AnyOf` of what people share, and of nothing: tables work out those of one week from its visits."""
        if not self._is_complete:
            self._leave_out_definitions()
        super()._define()

    def _leave_out_definitions(self) -> None:
        self._pending, self._left_out = self._left_out + self._pending, []
        weeks = {rule.id for rule in self.rules if rule.scope == "week"}
        shared = joined(line.variables for line in self.lines if line.rule not in weeks and line.source == "rule")
        numbers = {*shared[shared >= len(self.candidates.all_handles)].tolist(), *self.unit_costs["care"], *self.unit_costs["preference"]}
        queue = [handle for number in sorted(numbers) if isinstance(handle := self.handles[number], AnyOf)]
        queue += filter(_is_never, self._pending)
        needed: dict[AnyOf, None] = {}
        while queue:
            if (any_of := queue.pop()) not in needed:
                needed[any_of] = None
                queue += [member for member in any_of.members if isinstance(member, AnyOf)]
        self._left_out = [any_of for any_of in self._pending if any_of not in needed]
        self._pending = [any_of for any_of in self._pending if any_of in needed]


def _is_appointment(handle: Handle) -> bool:
    return isinstance(handle, Visit) and handle.group is None


def _has_appointments(row: Row) -> bool:
    """Whether a row names a visit that others may look like: one that is no group place."""
    return any(_is_appointment(handle) for handle, _ in row.terms)


def _has_own(rows: Iterable[Row]) -> bool:
    """Whether some rows have an `AnyOf` of typical visits only, not of all of a day."""
    any_of = (handle for row in rows for handle, _ in row.terms if isinstance(handle, AnyOf) and handle.key[0] not in DAY_KINDS)
    return any(_is_appointment(member) for handle in any_of for member in handle.members)


def _is_never(handle: Handle) -> bool:
    """Whether a handle is an `AnyOf` of nothing."""
    return isinstance(handle, AnyOf) and all(map(_is_never, handle.members))
