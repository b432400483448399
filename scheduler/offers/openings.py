"""What to open next: another group, an evening, hours of a clinician or a room, each solved around those whom it could serve, ranked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from pydantic import Field

from scheduler.barriers import all_of
from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.fields import Id, Model
from scheduler.fixes.hours import extensions, first_hours, lent
from scheduler.fixes.idea import Idea, rearrange
from scheduler.fixes.offers import extra_run
from scheduler.fixes.places import group_rooms, room_for_appointments
from scheduler.fixes.trial import FixTrial, TrialStart, attempt, base
from scheduler.instance import Instance
from scheduler.instance.change import Change
from scheduler.model.clock import Clock
from scheduler.offers.waiting import WAITING, order_of_need, with_let_in
from scheduler.roster import Roster
from scheduler.rule import overriding
from scheduler.rules import RULES
from scheduler.rules.clinician_qualification import missing as lacks
from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span
from scheduler.verify import shape_faults
from scheduler.view import View
from scheduler.words import counted, when

OpeningKind = Literal["group", "clinician", "room"]
MOST_OPENINGS: Final = 12
MOST_SERVED: Final = 6
"""Around how many people an opening is solved: those in greatest need of those whom it could serve."""
EVENING: Final = 17 * 60
FLOOR: Final = "weekly_floor"


class Opening(Model):
    """Something that could be opened, and what it gives."""

    kind: OpeningKind
    sentence: str = Field(description="What is to be opened, as the solved week uses it.")
    reach_floor: tuple[Id, ...] = Field(description="Participants who get their ordered minutes with it, and not without.")
    can_start: tuple[Id, ...] = Field(description="Of those who wait, who could begin with their ordered minutes.")
    minutes: int = Field(description="Minutes of care that participants get more, those of people who wait included.")
    clinician_minutes: int = Field(description="Minutes of sessions that clinicians give more.")
    moved: tuple[Id, ...] = Field((), description="Participants who have another session than before.")
    change: Change = Field(default_factory=dict, description="What is to be entered in the instance.")
    roster: Roster

    @property
    def rank(self) -> tuple[float, ...]:
        """The sort key; less is better: people served, then care for each hour of clinicians."""
        return -len(self.reach_floor) - len(self.can_start), -self.minutes / max(60, self.clinician_minutes), -self.minutes


class Openings(Model):
    """What could be opened, the best first."""

    openings: tuple[Opening, ...]
    tried: int
    left: int = Field(description="How many were not tried in time.")
    lacking: int = Field(description="How many participants lack care that is ordered.")
    waiting: int = Field(description="How many wait.")
    start_now: tuple[Id, ...] = Field(description="Of those who wait, who could begin without any of this.")
    lines: tuple[str, ...] = ()


def what_to_open(instance: Instance, roster: Roster, clock: Clock, most: int = MOST_OPENINGS) -> Openings:
    """What could be opened so that more people get the care they are ordered, or can begin, the best first.

    Everyone who gets nothing from an opening stays as booked. Those who wait are taken as if their intake were done.

    Args:
        clock: Limits all solves together.
        most: How many openings to solve, those first that could serve the most.

    Raises:
        EditError: The roster does not belong to the instance, or breaks a rule.
    """
    case = Case(with_let_in(instance))
    if (fault := next(shape_faults(case, roster), None)) is not None:
        raise EditError(f"the roster does not belong to the instance: {fault.message}")
    waiting = tuple(person.id for person in sorted(instance.participants, key=order_of_need) if person.status in WAITING)
    start, now = _with_who_can_begin(base(case, roster), waiting, clock)
    if start.verdict.violations:
        raise EditError(f"the roster breaks a rule, so nothing can be judged by it: {start.verdict.violations[0].message}")
    ideas = sorted(_ideas(start), key=lambda ways: -len(ways[0].wanted_by))[:most]
    openings, tried = list[Opening](), 0
    for ways in ideas:
        if clock.is_over():
            break
        tried += 1
        part = clock.part(clock.left() / (len(ideas) - tried + 1))
        trials = [attempt(start, replace(idea, wanted_by=idea.wanted_by[:MOST_SERVED]), part) for idea in ways]
        solved = [_opening(start, trial, frozenset(waiting)) for trial in trials if trial is not None]
        openings += sorted(solved, key=lambda opening: opening.rank)[:1]
    answer = Openings(
        openings=tuple(sorted(openings, key=lambda opening: opening.rank)), tried=tried, left=len(ideas) - tried,
        lacking=len({key[0] for key in start.amounts} - set(waiting)), waiting=len(waiting), start_now=now,
    )  # fmt: skip
    return answer.model_copy(update={"lines": tuple(_lines(answer))})


def _with_who_can_begin(start: TrialStart, waiting: Sequence[str], clock: Clock) -> tuple[TrialStart, tuple[str, ...]]:
    """The week in which those who wait have what is free already, in order of need, and who of them could begin."""
    for person in waiting:
        if not start.view.visits[person] and not clock.is_over():
            trial = attempt(start, rearrange((person,)), clock)
            if trial is not None and (person, FLOOR, (1,)) not in trial.amounts:
                start = base(start.case, trial.roster)
    return start, tuple(person for person in waiting if start.view.visits[person])


def _ideas(start: TrialStart) -> Iterator[tuple[Idea, ...]]:
    """Everything that could be opened, each in the ways to be solved, with those whom it could serve, those who lack the most first."""
    needs = _Needs(start)
    for group, span in _group_times(start):
        if people := needs.served_by(group, span):
            yield (replace(extra_run(start.case, group, people[0], (span.start, f"on {when(span)}")), wanted_by=people),)
    for clinician in start.case.clinicians:
        windows = extensions(start.case, clinician)
        if windows and (people := needs.served_by_clinician(clinician)):
            hours = first_hours(start.case, clinician, windows)
            yield tuple(replace(lent(clinician, people[0], some, is_exact=True), wanted_by=people) for some in (hours, windows))
    if (rooms := group_rooms(start.case)) and (people := needs.without_appointment):
        yield (replace(room_for_appointments(start.case, people[0], rooms), wanted_by=people),)


def _group_times(start: TrialStart) -> Iterator[tuple[str, Span]]:
    """A group of each kind at each start of a group of its site at which none of its kind meets, and in the evening of each day."""
    case, used = start.case, {(p.session.service, p.span.start) for p in start.view.runs}
    evenings = {span.start % DAY for group in case.groups for span in case.groups.spans(group) if span.start % DAY >= EVENING}
    kinds: dict[tuple[object, ...], str] = {}
    for id, group in case.groups.items():
        kinds.setdefault((group.service, group.minutes, group.site, group.mode, group.track), id)
    for id in kinds.values():
        group = case.groups[id]
        starts = {span.start for other in case.groups if case.groups[other].site == group.site for span in case.groups.spans(other)}
        starts |= {day * DAY + minute for day in range(7) for minute in evenings}
        for minute in sorted(starts):
            span = Span(minute, minute + group.minutes)
            is_open = group.mode == "telehealth" or any(window.contains(span) for window in case.time.open(group.site or ""))
            if is_open and (group.service, minute) not in used and not case.time.is_past(minute):
                yield id, span


@dataclass(frozen=True)
class _Needs:
    """Who lacks what."""

    start: TrialStart

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Those who lack care, the most first."""
        costs: dict[str, int] = {}
        for missing in self.start.missing:
            costs[missing.participant] = costs.get(missing.participant, 0) + missing.amount * self.start.case.care.factor(
                missing.participant
            )
        return tuple(sorted(costs, key=lambda person: -costs[person]))

    def served_by(self, group: str, span: Span) -> tuple[str, ...]:
        """Those who could be in a group at a time, and lack what it gives."""
        case = self.start.case
        rules = [rule for rule in overriding(RULES, "admits") if rule.applies_to(case)]
        offer = case.groups[group]
        mode: Literal["telehealth", "in_person"] = "telehealth" if offer.mode == "telehealth" else "in_person"
        site = None if mode == "telehealth" else offer.site
        visits = ((p, Visit(p, offer.service, group, 1, span, mode, site)) for p in self.people if case.care.is_ordered(p, group))
        helped = ((p, visit) for p, visit in visits if any(m.helps(visit) for m in self.start.missing if m.participant == p))
        return tuple(p for p, visit in helped if all(rule.admits(case, visit) for rule in rules))

    def served_by_clinician(self, clinician: str) -> tuple[str, ...]:
        """Those who lack an appointment that a clinician could give."""
        case = self.start.case
        return tuple(p for p, service in self._appointments if not lacks(case, clinician, service, None))

    @cached_property
    def without_appointment(self) -> tuple[str, ...]:
        """Those who lack an appointment."""
        return tuple(dict.fromkeys(person for person, _ in self._appointments))

    @cached_property
    def _appointments(self) -> list[tuple[str, str]]:
        lacking = {(m.participant, m.key[1]) for m in self.start.missing if m.rule == "ordered_service" and m.key[0] == "service"}
        return [(p, str(service)) for p in self.people for person, service in sorted(lacking, key=str) if person == p]


def _opening(start: TrialStart, trial: FixTrial, waiting: frozenset[str]) -> Opening:
    reached = tuple(dict.fromkeys(str(key[0]) for key in start.amounts if key[1] == FLOOR and key not in trial.amounts))
    after = View(start.case_with(trial.idea.change), trial.roster)
    kinds: dict[str, OpeningKind] = {"extra_run": "group", "working_hours": "clinician", "other_room": "room"}
    return Opening(
        kind=kinds[trial.idea.kind],
        sentence=trial.idea.words,
        reach_floor=tuple(person for person in reached if person not in waiting),
        can_start=tuple(person for person in reached if person in waiting),
        minutes=_care_minutes(after) - _care_minutes(start.view),
        clinician_minutes=_clinician_minutes(after) - _clinician_minutes(start.view),
        moved=trial.moved,
        change=trial.idea.change,
        roster=trial.roster,
    )


def _care_minutes(view: View) -> int:
    return sum(view.case.care.minutes_of(visit) for visits in view.visits.values() for visit in visits)


def _clinician_minutes(view: View) -> int:
    return sum(placed.span.minutes * len(placed.session.facilitators) for placed in view.placed)


def _lines(answer: Openings) -> Iterator[str]:
    """The answer, line by line."""
    lack = "lacks" if answer.lacking == 1 else "lack"
    yield f"{counted(answer.lacking, 'participant')} {lack} ordered care; {counted(answer.waiting, 'person waits', 'people wait')}"
    if answer.start_now:
        yield f"Could begin now: {all_of(answer.start_now)}"
    for number, opening in enumerate(answer.openings, 1):
        yield f"{number}. {opening.sentence}: {'; '.join(_gains(opening))}"
    if not answer.openings:
        yield f"None of {counted(answer.tried, 'opening')} tried helps" if answer.tried else "There is nothing to open that would help"
    if answer.left:
        yield f"{counted(answer.left, 'opening was', 'openings were')} not tried in time"


def _gains(opening: Opening) -> Iterator[str]:
    """What an opening gives, and what it takes of clinicians."""
    if people := opening.reach_floor:
        yield f"{counted(len(people), 'person gets', 'people get')} the ordered minutes ({', '.join(people)})"
    if people := opening.can_start:
        yield f"{counted(len(people), 'person', 'people')} can begin ({', '.join(people)})"
    more = opening.clinician_minutes
    yield f"{counted(opening.minutes, 'more minute')} of care"
    yield f"{counted(more, 'more minute')} of clinicians" if more > 0 else "no more minutes of clinicians"
