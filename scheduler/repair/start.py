"""Where a repair starts: the week with its disruptions, and the published roster without what they make impossible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scheduler.case import Case
from scheduler.errors import StepdownError
from scheduler.instance import Instance
from scheduler.repair.disruption import Disruption
from scheduler.repair.entering import disrupted
from scheduler.repair.impact import Impact, impact_of
from scheduler.repair.neighbourhood import RepairQuestion
from scheduler.repair.options import Options
from scheduler.repair.prices import Excuses
from scheduler.roster import Roster, Session
from scheduler.rule import Violation
from scheduler.rules.published_change import identity
from scheduler.terms import Row, Visit, total
from scheduler.verify import JudgedWeek
from scheduler.view import View

MOST_ROUNDS = 6
"""How often sessions that break a rule without the others are given up, too."""


@dataclass(frozen=True)
class Start:
    """The week with the disruptions, and the published roster without what they make impossible.

    Attributes:
        before: The published week without them.
        published: The same roster in the week with them.
        cancelled: Without the bookings that are given up.
        people: By session, the participants whose bookings are given up.
        broken: What even then breaks a rule.
    """

    disruptions: tuple[Disruption, ...]
    before: JudgedWeek
    published: JudgedWeek
    cancelled: JudgedWeek
    impact: Impact
    people: Mapping[str, tuple[str, ...]]
    broken: tuple[Violation, ...]

    @property
    def case(self) -> Case:
        """The week with the disruptions."""
        return self.published.case

    @cached_property
    def view(self) -> View:
        """The published roster in it."""
        return View(self.case, self.published.roster)

    @cached_property
    def lost(self) -> Mapping[tuple[object, ...], Visit]:
        """The bookings given up, by identity."""
        visits = (v for id, people in self.people.items() for v in self.view.visits_in(self.view.by_id[id]) if v.participant in people)
        return {identity(visit): visit for visit in visits}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups that cannot meet as published for anyone in them."""
        whole = (self.view.by_id[id].session for id, people in self.people.items() if id in self.view.by_id)
        return tuple(s.group for s in whole if s.group is not None and len(s.bookings) == len(self.people[s.id]))

    @cached_property
    def excused(self) -> Excuses:
        """What those who are out cannot do."""
        absences = {one.placed.id: [d.id for d in one.disruptions if d.kind == "clinician"] for one in self.impact.sessions}
        duties = frozenset((clinician, id) for id, absent in absences.items() for clinician in absent if clinician is not None)
        lost = (visit for id, absent in absences.items() if absent for visit in self.view.visits_in(self.view.by_id[id]))
        return Excuses(duties, frozenset(identity(visit) for visit in lost if visit.group is None))

    def before_identities(self, participant: str) -> frozenset[tuple[object, ...]]:
        """The identities of a participant's published bookings."""
        return frozenset(map(identity, self.view.visits[participant]))

    def question(self) -> RepairQuestion:
        """What is asked of every model."""
        halves = [d for d in self.disruptions if d.kind == "split"]
        options = Options(self.case, self.view, self.groups)
        return RepairQuestion(
            options,
            care_by_participant(self.before),
            self.excused,
            frozenset(visit.participant for visit in self.lost.values() if not options.is_possible(visit)),
            tuple(row for d in halves for row in _half(options, d)),
            tuple(wish for d in self.disruptions if d.kind == "merge" for wish in _merged(self, options, d)),
        )


def start_of(instance: Instance, disruptions: Sequence[Disruption]) -> Start:
    """Give up what cannot go on.

    Raises:
        StepdownError: Nothing is published, or what a disruption names does not exist.
    """
    if instance.published is None:
        raise StepdownError("nothing is published for this week, so nothing has to change: generate it with the disruption entered")
    before, case, roster = Case(instance), Case(disrupted(instance, *disruptions)), instance.published.roster
    view = View(case, roster)
    impact = impact_of(case, view, *disruptions)
    people = {one.placed.id: one.people for one in impact.sessions if any(d.kind != "split" for d in one.disruptions)}
    judged = JudgedWeek.of(case, without(case, roster, people))
    for _ in range(MOST_ROUNDS):
        more = _also_given_up(View(case, judged.roster), judged.verdict.violations)
        if not more:
            break
        people = {id: tuple(dict.fromkeys((*people.get(id, ()), *more.get(id, ())))) for id in {**people, **more}}
        judged = JudgedWeek.of(case, without(case, roster, people))
    unchanged = JudgedWeek.of(case, roster)
    return Start(tuple(disruptions), JudgedWeek.of(before, roster), unchanged, judged, impact, people, judged.verdict.violations)


def care_by_participant(week: JudgedWeek) -> dict[str, int]:
    """The unmet care of each participant, factor included."""
    care: dict[str, int] = {}
    for amount in week.verdict.amounts:
        if amount.participant is not None:
            care[amount.participant] = care.get(amount.participant, 0) + amount.amount * week.case.care.factor(amount.participant)
    return care


def care_lost(before: Mapping[str, int], after: Mapping[str, int]) -> int:
    """The care lost: of each person against what was published; what one gains makes up for no loss of another."""
    return sum(max(0, amount - before.get(person, 0)) for person, amount in after.items())


def without(case: Case, roster: Roster, people: Mapping[str, Iterable[str]]) -> Roster:
    """The roster without some bookings, and without sessions that have no others."""
    sessions: list[Session] = []
    for session in roster.sessions:
        left = tuple(booking for booking in session.bookings if booking.participant not in people.get(session.id, ()))
        if left or not session.bookings:
            sessions.append(session if left == session.bookings else session.model_copy(update={"bookings": left}))
    return roster.model_copy(update={"sessions": tuple(sessions), "homes": case.places.homes_to_store(sessions)})


def _also_given_up(view: View, violations: Sequence[Violation]) -> dict[str, tuple[str, ...]]:
    """The bookings in sessions that break a rule: those of the participants it names, otherwise all."""
    more: dict[str, tuple[str, ...]] = {}
    for violation in violations:
        for placed in (view.by_id[id] for id in violation.sessions if id in view.by_id):
            if not placed.is_past:
                people = placed.participants()
                named = tuple(person for person in people if person in violation.about)
                more[placed.id] = (*more.get(placed.id, ()), *(named or people))
    return more


def _half(options: Options, split: Disruption) -> Iterable[Row]:
    """No more than half of a group's members, rounded up, in each of its halves."""
    placed = options.view.by_group.get(split.id or "")
    members = () if placed is None else placed.participants()
    for group in (split.id, split.into):
        visits = [visit for member in members for visit in options.visits(member) if visit.group == group]
        yield Row("repair", (str(group),), total(visits), -(-len(members) // 2))


def _merged(start: Start, options: Options, merge: Disruption) -> Iterable[tuple[Visit, ...]]:
    """A place in the other group, for each member of the group that ends."""
    for visit in start.lost.values():
        if visit.group == merge.id:
            yield tuple(option for option in options.visits(visit.participant) if option.group == merge.into)
