"""What may change in a disrupted week: the runs of every group, and the options of each participant, enumerated once when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import Enumeration
from scheduler.rule import Rule
from scheduler.rules import RULES
from scheduler.terms import Run, Visit
from scheduler.view import View


class Options:
    """The options of a week, also of groups that could go online.

    Attributes:
        case: The week with the disruptions entered.
        view: The published roster.
        rules: Those that apply.
    """

    def __init__(self, case: Case, view: View, online: Iterable[str] = ()) -> None:
        """Enumerate the runs.

        Args:
            online: Groups that may be held by telehealth instead.
        """
        self.case, self.view = case, view
        self.rules: list[Rule] = [rule for rule in RULES if rule.applies_to(case)]
        self._enumeration = Enumeration(case, self.rules)
        own = [run for group in case.groups for run in self._enumeration.runs(group)]
        remote_times = {(run.group, run.span) for run in own if run.mode != "in_person"}
        self._online = _online(case, [group for group in dict.fromkeys(online) if case.groups[group].mode != "telehealth"])
        self._remote = Enumeration(self._online, self.rules)
        remote = [run for group in online for run in self._remote.runs(group) if self._online is not case]
        self._own = tuple(own)
        self._added = tuple(run for run in remote if run not in self._enumeration.past and (run.group, run.span) not in remote_times)
        self._visits: dict[str, tuple[Visit, ...]] = {}

    @cached_property
    def runs(self) -> frozenset[Run]:
        """Every possible run, and those of the past."""
        return frozenset((*self._own, *self._added))

    def visits(self, participant: str) -> tuple[Visit, ...]:
        """Everything that a participant could have."""
        if participant not in self._visits:
            own = [*self._enumeration.visits(participant, self._own), *self._remote.places(participant, self._added)]
            self._visits[participant] = tuple(dict.fromkeys(own))
        return self._visits[participant]

    def candidates(self, moving: Sequence[str]) -> Candidates:
        """The options of some participants, and the bookings of all others."""
        runs = (*self._own, *self._added)
        booked = self.view.visits
        visits = {p: self.visits(p) if p in moving else booked[p] for p in booked}
        every = self._enumeration.candidates(visits, runs)
        staffings = {run: (self._remote if run in self._added else self._enumeration).staffings[run] for run in runs}
        housings = {run: (self._remote if run in self._added else self._enumeration).housings[run] for run in runs}
        return replace(every, staffings=staffings, housings=housings)

    def is_possible(self, visit: Visit) -> bool:
        """Whether a published booking may stay as it is, as far as it alone can tell."""
        if visit.group is None:
            if visit.site is not None and not self._enumeration.candidates({}, ()).rooms_at(visit):
                return False
            options = self._enumeration.appointments(visit.participant, (), [visit.clinician] if visit.clinician else ())
        else:
            run = self.view.by_group[visit.group].run
            options = self._enumeration.places(visit.participant, [run] if run in self.runs else ())
        return any(is_same(visit, option) for option in options)


def is_same(a: Visit, b: Visit) -> bool:
    """Whether two visits are the same booking at the same time and place, with the same clinician."""
    return a == b or replace(a, out_of=None) == replace(b, out_of=None)


def _online(case: Case, groups: Sequence[str]) -> Case:
    """The case with some groups held by telehealth."""
    if not groups:
        return case
    changed = (group.model_copy(update={"mode": "telehealth"}) if group.id in groups else group for group in case.instance.groups)
    return case.changed(case.instance.model_copy(update={"groups": tuple(changed)}))
