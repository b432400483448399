"""The candidates of cases that differ from one case in a few entries: only what a difference concerns is enumerated again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.case.difference import changed_ids
from scheduler.enumeration import Enumeration, enumerate_candidates
from scheduler.rule import Rule
from scheduler.terms import Run, Visit


class BaseCandidates:
    """The candidates of one case, enumerated once for each participant, and of cases near it."""

    def __init__(self, case: Case, rules: Sequence[Rule]) -> None:
        self._case = case
        self._enumeration = Enumeration(case, rules)
        self._runs = {group: tuple(self._enumeration.runs(group)) for group in case.groups}
        self._visits: dict[str, tuple[Visit, ...]] = {}
        self._has_pull_outs = any(service.pulls_out_of for service in case.services.values())

    def near(self, case: Case, rules: Sequence[Rule], people: Sequence[str]) -> Candidates:
        """The candidates of some participants in a case that differs in a few entries."""
        changed = changed_ids(self._case.instance, case.instance)
        is_near = changed is not None and changed.isdisjoint(case.rooms) and case.instance.pins is self._case.instance.pins
        if changed is None or not is_near or self._has_pull_outs:
            return enumerate_candidates(case, rules, people)
        enumeration = Enumeration(case, rules)
        runs = {group: tuple(self._runs_of(group, enumeration, case, changed)) for group in case.groups}
        other = [run for group, mine in runs.items() if group in changed or mine != self._runs.get(group) for run in mine]
        every = [run for mine in runs.values() for run in mine]
        visits: dict[str, tuple[Visit, ...]] = {}
        for person in people:
            # A standing appointment gives way to groups, so it depends on them.
            is_touched = person in changed or (other and any(held.group is None for held in case.places.held[person]))
            mine = enumeration.visits(person, every) if is_touched else self._near_visits(person, enumeration, case, other, changed)
            visits[person] = tuple(dict.fromkeys(mine))
        return enumeration.candidates(visits, tuple(every))

    def _runs_of(self, group: str, enumeration: Enumeration, case: Case, changed: Collection[str]) -> Iterator[Run]:
        """The runs of a group, with their staff and rooms noted in the enumeration."""
        runs, clinicians = self._runs.get(group, ()), [c for c in case.clinicians if c in changed]
        # A run that nobody could lead may have a leader now.
        if group in changed or (clinicians and len(runs) < len(case.groups.spans(group))):
            yield from enumeration.runs(group)
            return
        for run in runs:
            staff = self._enumeration.staffings[run]
            if clinicians and run not in enumeration.past:
                staff = tuple(s for s in staff if s.clinician not in changed) + enumeration.staffings_of(run, clinicians)
            if staff:
                enumeration.staffings[run], enumeration.housings[run] = staff, self._enumeration.housings[run]
                yield run

    def _near_visits(
        self, person: str, enumeration: Enumeration, case: Case, other: Sequence[Run], changed: Collection[str]
    ) -> Iterator[Visit]:
        """The visits of a participant who has not changed: those known, and those to other runs and clinicians."""
        if person not in self._visits:
            runs = [run for runs in self._runs.values() for run in runs]
            self._visits[person] = tuple(dict.fromkeys(self._enumeration.visits(person, runs)))
        groups, past = {run.group for run in other}, enumeration.past
        yield from (v for v in self._visits[person] if v.group is not None and (v in past or not {v.group} & {*groups, *changed}))
        yield from enumeration.places(person, other)
        yield from (v for v in self._visits[person] if v.group is None and (v in past or v.clinician not in changed))
        if clinicians := [c for c in case.clinicians if c in changed]:
            yield from enumeration.appointments(person, (), clinicians)
