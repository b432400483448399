"""Kinds of answers: what each may use for the bookings that are lost, and of which kind a roster is."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.repair.disruption import Disruption, DisruptionKind
from scheduler.repair.neighbourhood import Admits
from scheduler.repair.options import is_same
from scheduler.repair.result import AnswerKind
from scheduler.repair.start import Start
from scheduler.rules.published_change import identity
from scheduler.terms import Run, Visit
from scheduler.view import View

KINDS: dict[DisruptionKind, tuple[AnswerKind, ...]] = {
    "clinician": ("same_time", "other_time"),
    "participant": ("other_time",),
    "availability": ("other_time",),
    "room": ("same_time", "online", "other_time"),
    "site": ("online", "other_time"),
    "resource": ("online", "other_time"),
    "merge": ("other_time",),
    "split": (),
}
"""What could be offered beside the best roster, and cancelling."""


def kinds_for(disruptions: Iterable[Disruption]) -> tuple[AnswerKind, ...]:
    """The kinds of answers to some disruptions."""
    return tuple(dict.fromkeys(kind for disruption in disruptions for kind in KINDS[disruption.kind]))


def admits(start: Start, kind: AnswerKind) -> Admits:
    """What an answer of one kind may use; everything else is as published."""
    published = {placed.run.group: placed.run for placed in start.view.runs}
    services = {(visit.participant, visit.service) for visit in start.lost.values() if visit.group is not None}
    lost_groups = frozenset(start.groups)

    def is_admitted(option: Visit | Run) -> bool:
        if isinstance(option, Run):
            run = published.get(option.group)
            if run is None or option.group not in lost_groups:
                return option == run
            return _is_of_kind(kind, option.span == run.span, option.mode == run.mode, option.mode == "telehealth")
        lost = start.lost.get(identity(option))
        if lost is None:
            return is_as_published(option) or is_made_up(option)
        return _is_of_kind(kind, option.span == lost.span, option.mode == lost.mode, option.mode == "telehealth")

    def is_as_published(option: Visit) -> bool:
        return any(is_same(option, visit) for visit in start.view.visits[option.participant])

    def is_made_up(option: Visit) -> bool:
        is_other = kind == "other_time" and option.group is not None and option.group not in lost_groups
        return is_other and (option.participant, option.service) in services

    return is_admitted


def _is_of_kind(kind: AnswerKind, is_same_time: bool, is_same_mode: bool, is_online: bool) -> bool:
    if kind == "other_time":
        return not is_same_time
    return is_same_time and (is_online if kind == "online" else is_same_mode)


def kind_of(start: Start, after: View) -> AnswerKind:
    """Of which kind a roster is, by what became of the bookings that are lost; some may be cancelled in any kind."""
    kinds: set[AnswerKind] = set()
    for visit in start.lost.values():
        now = {identity(v): v for v in after.visits[visit.participant]}
        same = now.get(identity(visit))
        if same is None:
            is_made_up = any(key not in start.before_identities(visit.participant) for key in now)
            kinds.add("other_time" if is_made_up else "cancel")
        elif same.span != visit.span:
            kinds.add("other_time")
        else:
            kinds.add("same_time" if same.mode == visit.mode else "online")
    if not start.impact.sessions:
        return "cancel"
    staying = kinds - {"cancel"} or kinds
    return staying.pop() if len(staying) == 1 else "any"
