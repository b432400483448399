"""Sequenced curricula are taken in order.

Rule: A module of a `sequenced` curriculum is taken only when the module before it in the cycle is done, in an earlier week of the
current cycle or earlier this week; and it is taken again only when the cycle has come round to it. The first module opens a cycle. Open
curricula (not sequenced) may be joined at any module. Modules before the last one done in the history count as done. Groups that name
no module are not concerned.
Math: with n(m, t) = times module m is done by t: for each visit to module m at t, n(m, t) including it <= n(previous module, t), plus
one for the first module, whose previous module is the last.
Amount: group places out of order.
Source: the curriculum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row, Visit, total
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


@dataclass(frozen=True, slots=True)
class ModuleStep:
    """A module of a sequenced curriculum, at a time when a participant may take it.

    Attributes:
        started: Visits to the module that start by then.
        ready: Visits to the module before it that end by then.
        bound: The most that `started` may exceed `ready`, from the history and from what has happened.
    """

    curriculum: str
    module: str
    start: int
    started: tuple[Visit, ...]
    ready: tuple[Visit, ...]
    bound: int


class CurriculumOrder(Rule):
    """Modules come in order and are not repeated before the cycle is done."""

    id = "curriculum_order"
    title = "Modules of a sequenced curriculum are taken in order"
    level = "hard"
    scope = "week"
    unit = "group places"
    source = "the curriculum"

    def applies_to(self, case: Case) -> bool:
        """Whether a group gives a module of a sequenced curriculum."""
        return any(_sequenced_module(case, group) is not None for group in case.groups)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per participant, module and time."""
        for participant, visits in candidates.visits.items():
            for step in steps(case, participant, visits):
                key = (participant, step.curriculum, step.module, step.start)
                yield Row(self.id, key, (*total(step.started), *total(step.ready, -1)), step.bound)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Follow each participant through the week."""
        visits = view.visits[participant]
        for step in steps(case, participant, visits):
            if len(step.started) - len(step.ready) > step.bound:
                now = [v for v in step.started if v.span.start == step.start]
                message = f"{participant} takes module {step.module} of {step.curriculum} out of order on {time_of(case, step.start)}"
                yield self.violation(len(now), (participant,), message, [view.session_of[v].id for v in now])


def steps(case: Case, participant: str, visits: Sequence[Visit]) -> Iterator[ModuleStep]:
    """Each module and time among the visits that can still change."""
    by_module: dict[tuple[str, str], list[Visit]] = {}
    for visit in visits:
        if visit.group is not None and (pair := _sequenced_module(case, visit.group)) is not None:
            by_module.setdefault(pair, []).append(visit)
    for (curriculum, module), mine in by_module.items():
        modules = case.curricula[curriculum].modules
        previous = modules[modules.index(module) - 1]
        if previous == module:  # a curriculum of one module has no order
            continue
        done = case.memo("curriculum_order done", lambda: _done(case))
        allowed = ((participant, curriculum, previous) in done) - ((participant, curriculum, module) in done) + (module == modules[0])
        for start in sorted({v.span.start for v in mine if not case.time.is_past(v.span.start)}):
            started = tuple(v for v in mine if v.span.start <= start)
            ready = tuple(v for v in by_module.get((curriculum, previous), ()) if v.span.end <= start)
            past = sum(case.time.is_past(v.span.start) for v in started) - sum(case.time.is_past(v.span.start) for v in ready)
            yield ModuleStep(curriculum, module, start, started, ready, max(allowed, past))


def _sequenced_module(case: Case, group: str) -> tuple[str, str] | None:
    """The (curriculum, module) of a group's run, if the curriculum is sequenced."""
    offer = case.groups[group]
    if offer.curriculum is None or offer.module is None or not case.curricula[offer.curriculum].sequenced:
        return None
    return (offer.curriculum, offer.module) if offer.module in case.curricula[offer.curriculum].modules else None


def _done(case: Case) -> frozenset[tuple[str, str, str]]:
    """(participant, curriculum, module) done in the current cycle, with every module before a done one; dropped ones are ignored."""
    done: set[tuple[str, str, str]] = set()
    for entry in case.instance.history.modules:
        modules = case.curricula[entry.curriculum].modules if entry.curriculum in case.curricula else ()
        if entry.module in modules:
            done.update((entry.participant, entry.curriculum, m) for m in modules[: modules.index(entry.module) + 1])
    return frozenset(done)
