"""Answer disruptions of a published week: the best roster, proven tier by tier, and others that are really different.

What has happened stays, as do pins. Each answer is checked by all rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.compare import compare_judged
from scheduler.instance import Instance
from scheduler.model.clock import Clock
from scheduler.repair.checks import check
from scheduler.repair.disruption import Disruption
from scheduler.repair.kinds import admits, kind_of, kinds_for
from scheduler.repair.neighbourhood import RepairQuestion
from scheduler.repair.prices import people_changed
from scheduler.repair.result import Answer, AnswerKind, Repair, StuckSession
from scheduler.repair.search import RepairOutcome, of_kind, search
from scheduler.repair.start import Start, care_by_participant, care_lost, start_of
from scheduler.repair.telling import notices_of
from scheduler.repair.written import roster_of
from scheduler.result import SolveLimits, TierResult
from scheduler.roster import Roster
from scheduler.rules._words import session_at
from scheduler.verify import JudgedWeek
from scheduler.view import View
from scheduler.whatif import Whatif
from scheduler.whatif.places import leaders_for

MOST_ANSWERS = 3
BEST_SHARE, OTHER_SHARE = 0.7, 0.1
"""The shares of the time limit for the best roster, and for one of each other kind."""
MOST_STUCK = 3
MOST_REASONS = 4


def repair(instance: Instance, disruptions: Sequence[Disruption], limits: SolveLimits) -> Repair:
    """Answers to disruptions of a published week.

    Args:
        instance: The week with its published roster, without the disruptions.
        limits: Of all solves together.

    Raises:
        StepdownError: Nothing is published, or the disruptions contradict each other, are over, or name what does not exist.
    """
    disruptions = tuple(dict.fromkeys(disruptions))
    check(instance, disruptions)
    start = start_of(instance, disruptions)
    if start.broken:
        sentences = tuple(dict.fromkeys(violation.message for violation in start.broken))
        message = "Even cancelling would break a rule: remove what stands in the way, such as a pin, and ask again."
        return Repair(message=message, broken=sentences, instance=start.case.instance)
    return _Answering(start, limits).repair()


class _Answering:
    """The answers to one question, with the time that is left."""

    def __init__(self, start: Start, limits: SolveLimits) -> None:
        self.start, self.limits = start, limits
        self.clock = Clock(limits, lambda: False)
        self.unit = limits.seconds if limits.deterministic_time is None else limits.deterministic_time

    def repair(self) -> Repair:
        """The best roster, then others; cancelling last."""
        start = self.start
        if not start.impact.sessions and not start.people:
            unchanged = self._answer(start.published, None)
            return Repair(message="No session to come is concerned: nothing changes.", answers=(unchanged,), instance=start.case.instance)
        question = start.question()
        best = search(question, self.clock, BEST_SHARE * self.unit)
        answers = [] if best is None else self._answers_of(best)
        for kind in kinds_for(start.disruptions):
            if all(answer.kind != kind for answer in answers) and not self.clock.is_over():
                answers += self._of_kind(question, kind)
        cancelled = self._answer(start.cancelled, None, best)
        others = sorted(answers[1:], key=lambda answer: answer.rank)
        chosen = _different([*answers[:1], *others], cancelled)
        message = _message(chosen[0])
        return Repair(message=message, answers=chosen, stuck=tuple(_stuck(start, chosen)), instance=start.case.instance)

    def _of_kind(self, question: RepairQuestion, kind: AnswerKind) -> list[Answer]:
        people = dict.fromkeys(visit.participant for visit in self.start.lost.values())
        outcome = of_kind(question, people, admits(self.start, kind), self.clock, OTHER_SHARE * self.unit)
        return [] if outcome is None else self._answers_of(outcome)

    def _answers_of(self, outcome: RepairOutcome) -> list[Answer]:
        """The answer of a search; none unless its roster is legal."""
        roster = roster_of(outcome.hood, outcome.values)
        judged = None if roster is None else JudgedWeek.of(self.start.case, roster)
        return [] if judged is None or judged.verdict.violations else [self._answer(judged, outcome)]

    def _answer(self, judged: JudgedWeek, outcome: RepairOutcome | None, best: RepairOutcome | None = None) -> Answer:
        start, after = self.start, View(judged.case, judged.roster)
        lost = care_lost(care_by_participant(start.before), care_by_participant(judged))
        changed = people_changed(start.view, after, start.excused)
        comparison = compare_judged(start.published, judged)
        proof = outcome or best
        loss_bound = 0 if proof is None else min(proof.loss_bound, lost)
        changed_bound = 0 if proof is None or lost > loss_bound else min(proof.changed_bound, sum(changed.values()))
        is_best = outcome is not None and outcome.is_best
        return Answer(
            kind=kind_of(start, after),
            roster=judged.roster,
            care_lost=TierResult(objective=lost, bound=loss_bound),
            people_changed=TierResult(objective=sum(changed.values()), bound=changed_bound),
            preference=TierResult(objective=judged.verdict.score.preference, bound=judged.verdict.score.preference if is_best else 0),
            tell=tuple(notices_of(start, after, comparison)),
            comparison=comparison,
        )


def _different(answers: Sequence[Answer], cancelled: Answer) -> tuple[Answer, ...]:
    """The best few that differ in what becomes of the sessions concerned; cancelling last."""
    chosen: list[Answer] = []
    for answer in answers:
        is_new = all(answer.kind != other.kind and _sessions(answer.roster) != _sessions(other.roster) for other in chosen)
        if is_new and len(chosen) < MOST_ANSWERS - 1 and _sessions(answer.roster) != _sessions(cancelled.roster):
            chosen.append(answer)
    is_best = not answers or _sessions(answers[0].roster) == _sessions(cancelled.roster)
    # What cancelling comes to is known to be best.
    last = answers[0] if answers and is_best else cancelled
    return (last, *chosen) if is_best else (*chosen, last)


def _sessions(roster: Roster) -> frozenset[str]:
    return frozenset(session.model_dump_json() for session in roster.sessions)


def _message(best: Answer) -> str:
    if best.is_proven:
        return "The first answer is proven to be the best: no other roster loses less care, changes fewer people or suits them better."
    if best.care_lost.is_proven and best.people_changed.is_proven:
        return "No other roster loses less care or changes fewer people than the first answer."
    if best.care_lost.is_proven:
        return "No other roster loses less care than the first answer; allow more time to see whether fewer people could change."
    return "The best answers found in the time allowed; allow more time for better ones."


def _stuck(start: Start, answers: Sequence[Answer]) -> Iterator[StuckSession]:
    """Sessions that no answer keeps, with the rules that everyone else would break by leading them."""
    staying = {session.id for answer in answers for session in answer.roster.sessions}
    lost = [id for id in start.people if id not in staying][:MOST_STUCK]
    if not lost:
        return
    whatif = Whatif(start.case, start.published.roster)
    for id in lost:
        places = leaders_for(whatif, id)
        reasons = tuple(dict.fromkeys(place.reasons[0] for place in places if place.kind == "forbidden"))
        yield StuckSession(session=id, title=session_at(start.case, start.view.by_id[id]), reasons=reasons[:MOST_REASONS])
