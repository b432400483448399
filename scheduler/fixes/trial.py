"""The trial of an idea: change the instance, solve the week around the participants concerned, and check the roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.case import Case
from scheduler.explain.missing import Missing, missing_care
from scheduler.fixes.changed_candidates import BaseCandidates
from scheduler.fixes.idea import Idea
from scheduler.fixes.left_open import able_to_join
from scheduler.fixes.placement import place_again
from scheduler.instance.change import Change, applied
from scheduler.model.clock import Clock
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.slots import share_slots
from scheduler.terms import Visit
from scheduler.verify import Verdict, judge
from scheduler.view import View

MOST_SECONDS_EACH = 2.0
"""The most time of one solve, in the unit of the limit."""
Amounts = dict[tuple[object, ...], int]
"""The amount of every missing item in minutes, by (participant, rule, key)."""


@dataclass(frozen=True)
class TrialStart:
    """The roster against which fixes are measured."""

    case: Case
    roster: Roster
    view: View
    verdict: Verdict
    missing: tuple[Missing, ...]

    @cached_property
    def amounts(self) -> Amounts:
        """The amounts of all missing care."""
        return {(m.participant, m.rule, m.key): m.amount for m in self.missing}

    @cached_property
    def candidates(self) -> BaseCandidates:
        """The options without a change."""
        return BaseCandidates(self.case, [rule for rule in RULES if rule.applies_to(self.case)])

    @cached_property
    def _last(self) -> list[tuple[Change, Case]]:
        return []

    def case_with(self, change: Change) -> Case:
        """The case with a change; the last one is kept."""
        if not change:
            return self.case
        if not self._last or self._last[0][0] is not change:
            case = self.case.changed(applied(self.case.instance, change))
            share_slots(self.case, case)
            self._last[:] = [(change, case)]
        return self._last[0][1]

    def able_to_join(self, idea: Idea) -> tuple[str, ...]:
        """The participants it is wanted by, without those for whom the group that has to be joined has no place."""
        if idea.joins is None:
            return idea.wanted_by
        case = self.case_with(idea.change)
        if idea.is_admitted is not None and not idea.is_admitted(case):
            return ()
        rules = [rule for rule in RULES if rule.applies_to(case)]
        movable = case.care.together_with(idea.people)
        return tuple(able_to_join(case, View(case, self.roster), rules, idea.joins, idea.wanted_by, movable))


@dataclass(frozen=True)
class FixTrial:
    """An idea that helped.

    Attributes:
        amounts: The care still missing with it.
        moved: The participants who lose or change a booking of the base.
        minutes: Care minutes gained, by participant who asked for it.
        helped: Those of them with less care missing.
        reseen: The number of participants who see another therapist.
    """

    idea: Idea
    roster: Roster
    care_gain: int
    preference_change: int
    amounts: Amounts
    moved: tuple[str, ...]
    minutes: dict[str, int]
    helped: tuple[str, ...]
    reseen: int

    def is_all_for(self, person: str) -> bool:
        """Whether it leaves this participant nothing missing, and moves nobody."""
        return not self.moved and person in self.helped and not any(key[0] == person for key in self.amounts)


def base(case: Case, roster: Roster) -> TrialStart:
    """Check a roster, as the base for fixes."""
    view, verdict = View(case, roster), judge(case, roster)
    return TrialStart(case, roster, view, verdict, missing_care(case, view, verdict))


def attempt(start: TrialStart, idea: Idea, clock: Clock) -> FixTrial | None:
    """Solve around the idea's people; None unless a verified roster leaves less care unmet.

    An idea may offer more than is used (any evening, any start): only the part that the roster uses is reported, checked on its own.
    Participants who moved needlessly are held in a second solve.
    """
    improved = _once(start, idea, clock)
    if improved is None:
        return None
    gained = tuple(p for p in idea.wanted_by if any(k[0] == p and improved.amounts.get(k, 0) < n for k, n in start.amounts.items()))
    if not gained or gained == idea.wanted_by or set(improved.moved) <= {*gained, *improved.idea.others}:
        return improved
    again = _once(start, replace(improved.idea, wanted_by=gained), clock)
    return again if again is not None and again.care_gain >= improved.care_gain else improved


def _once(start: TrialStart, idea: Idea, clock: Clock) -> FixTrial | None:
    case = start.case_with(idea.change)
    joins = None if idea.joins is None else (idea.joins, idea.wanted_by)
    roster = place_again(case, start.roster, idea.people, clock, MOST_SECONDS_EACH, start.candidates.near, joins)
    if roster is None:
        return None
    narrowed = idea.narrow(start.case, View(case, roster)) if idea.narrow else None
    if narrowed is not None:
        idea = replace(narrowed, wanted_by=idea.wanted_by)
        case = start.case_with(idea.change)
    verdict = judge(case, roster)
    if verdict.violations and narrowed is not None:
        # The roster uses more of the idea than that; with that alone there may be another one.
        return _once(start, idea, clock)
    helps = not verdict.violations and verdict.score.care < start.verdict.score.care
    return _measured(start, idea, case, verdict, roster) if helps else None


def repeated(before: TrialStart, trial: FixTrial, now: TrialStart) -> FixTrial | None:
    """The same bookings for an idea in a later roster; None if the sessions they change are others by now, or if it no longer helps."""
    old, new = ({session.id: session for session in roster.sessions} for roster in (before.roster, trial.roster))
    changed = {id for id in old.keys() | new.keys() if old.get(id) != new.get(id)}
    sessions = {session.id: session for session in now.roster.sessions}
    if any(sessions.get(id) != old.get(id) for id in changed):
        return None
    others = [session for id, session in sessions.items() if id not in changed]
    roster = now.roster.model_copy(update={"sessions": (*others, *(new[id] for id in sorted(changed & new.keys())))})
    case = now.case_with(trial.idea.change)
    verdict = judge(case, roster)
    helps = not verdict.violations and verdict.score.care < now.verdict.score.care
    return _measured(now, trial.idea, case, verdict, roster) if helps else None


def _measured(start: TrialStart, idea: Idea, case: Case, verdict: Verdict, roster: Roster) -> FixTrial:
    """A trial with what its roster gives and costs."""
    before, after = start.view, View(case, roster)
    amounts: Amounts = {(m.participant, m.rule, m.key): m.amount for m in missing_care(case, after, verdict)}
    return FixTrial(
        idea=idea,
        roster=roster,
        care_gain=start.verdict.score.care - verdict.score.care,
        preference_change=verdict.score.preference - start.verdict.score.preference,
        amounts=amounts,
        moved=moved(before, after),
        minutes={p: after.care_minutes(p) - before.care_minutes(p) for p in idea.wanted_by},
        helped=tuple(p for p in idea.wanted_by if any(k[0] == p and amounts.get(k, 0) < n for k, n in start.amounts.items())),
        reseen=sum(_sees_another(before, after, p) for p in before.visits),
    )


def moved(before: View, after: View) -> tuple[str, ...]:
    """The participants with a booking that was removed, or is at another time or in another mode."""
    return tuple(p for p, visits in before.visits.items() if not set(map(_place, visits)) <= set(map(_place, after.visits[p])))


def _sees_another(before: View, after: View, participant: str) -> bool:
    """Whether a participant has an appointment with another clinician than before."""
    therapists = {(v.service, v.ordinal): v.clinician for v in before.visits[participant] if v.group is None}
    return any(therapists.get((v.service, v.ordinal), v.clinician) != v.clinician for v in after.visits[participant] if v.group is None)


def _place(visit: Visit) -> tuple[object, ...]:
    """The parts of a visit that matter to the participant."""
    return visit.group, visit.service, visit.ordinal, visit.span, visit.mode, visit.site
