"""The two explanations: of a whole roster, and of one participant's week. Neither solves the week again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scheduler.case import Case
from scheduler.explain.all_unmet import unmet_care
from scheduler.explain.alternatives import alternatives
from scheduler.explain.isolated_weeks import Alone
from scheduler.explain.notes import notices
from scheduler.explain.reasons import booking_reasons
from scheduler.explain.report import Explanation, Hours, PersonCost
from scheduler.explain.unmet import explain_unmet
from scheduler.instance import Instance
from scheduler.model.local_model import local_model
from scheduler.reasons import reasons_once
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.verify import SHAPE, Verdict, judge, multiplier
from scheduler.view import View
from scheduler.words import counted

MOST_PEOPLE = 5


def explain(instance: Instance, roster: Roster, participant: str | None = None) -> Explanation:
    """Explain a roster, as a whole or for one participant.

    Args:
        instance: The instance of the week.
        roster: A roster, solved or made by hand; violations are listed first.
        participant: An id of the instance; None explains the whole roster.

    Raises:
        KeyError: The instance has no such participant.
    """
    return _whole(Case(instance), roster) if participant is None else why(instance, roster, participant)


def why(instance: Instance, roster: Roster, participant: str) -> Explanation:
    """Explain one participant's week: reasons, hours compared with the order, unmet care, and nearest alternatives.

    Raises:
        KeyError: The instance has no such participant.
    """
    case = Case(instance)
    if participant not in case.participants:
        raise KeyError(participant)
    verdict = judge(case, roster)
    if _is_unreadable(verdict):
        return _unreadable(verdict, participant)
    near = local_model(case, roster, [participant])
    others, only_choice = alternatives(near, participant)
    mine = _costs(case, verdict).get(participant, Counter())
    explanation = Explanation(
        participant=participant,
        violations=tuple(v.message for v in verdict.violations if participant in v.about),
        care=sum(cost for rule, cost in mine.items() if _level(rule) == "care"),
        preference=sum(cost for rule, cost in mine.items() if _level(rule) == "preference"),
        by_rule=dict(mine),
        hours=_hours(case, near.view, participant),
        bookings=booking_reasons(near, participant, only_choice),
        alternatives=others,
        unmet=explain_unmet(near, Alone(case, near.candidates), [participant]),
        not_covered=tuple(explanation for explanation in verdict.not_covered if explanation.participant == participant),
    )
    return explanation.model_copy(update={"lines": tuple(_lines_of_one(explanation))})


def _whole(case: Case, roster: Roster) -> Explanation:
    verdict = judge(case, roster)
    if _is_unreadable(verdict):
        return _unreadable(verdict, None)
    costs = _costs(case, verdict)
    people = [
        PersonCost(
            participant=person,
            care=sum(c for rule, c in cost.items() if _level(rule) == "care"),
            preference=sum(c for rule, c in cost.items() if _level(rule) == "preference"),
        )
        for person, cost in costs.items()
    ]
    explanation = Explanation(
        violations=tuple(v.message for v in verdict.violations),
        care=verdict.score.care,
        preference=verdict.score.preference,
        by_rule=verdict.score.by_rule,
        people=tuple(sorted(people, key=lambda p: (-p.care, -p.preference, p.participant))[:MOST_PEOPLE]),
        unmet=unmet_care(case, roster),
        not_covered=verdict.not_covered,
        notices=notices(case, roster),
    )
    return explanation.model_copy(update={"lines": tuple(_lines_of_all(explanation))})


def _is_unreadable(verdict: Verdict) -> bool:
    return any(v.rule == SHAPE for v in verdict.violations)


def _unreadable(verdict: Verdict, participant: str | None) -> Explanation:
    messages = tuple(v.message for v in verdict.violations)
    return Explanation(participant=participant, violations=messages, lines=("The roster does not fit the instance:", *messages))


def _level(rule: str) -> str:
    return next(r.level for r in RULES if r.id == rule)


def _costs(case: Case, verdict: Verdict) -> dict[str, Counter[str]]:
    """The cost of the roster by participant and rule; a cost that concerns several participants counts for the first named."""
    rules = {rule.id: rule for rule in RULES}
    costs: dict[str, Counter[str]] = {}
    for amount in verdict.amounts:
        cost = amount.amount * multiplier(case, rules[amount.rule], amount.participant)
        if cost and amount.about and amount.about[0] in case.participants:
            costs.setdefault(amount.about[0], Counter())[amount.rule] += cost
    return costs


def _hours(case: Case, view: View, participant: str) -> Hours:
    order = case.care.order(participant)
    return Hours(
        minutes=view.care_minutes(participant),
        floor=order.floor,
        target=order.target,
        ceiling=order.ceiling,
        sessions=sum(case.care.is_counted(v.service, v.group) for v in view.visits[participant]),
        sessions_floor=order.sessions_floor,
        days=view.service_days(participant).bit_count(),
        days_floor=order.days_floor,
    )


def _lines_of_one(explanation: Explanation) -> Iterator[str]:
    """One participant's explanation, line by line."""
    yield from (f"Not legal: {message}" for message in explanation.violations)
    hours = explanation.hours
    if hours is not None:
        target = "" if hours.target is None else f", target {hours.target}"
        yield (
            f"{explanation.participant}: {hours.minutes} minutes (ordered {hours.floor} to {hours.ceiling}{target}), "
            f"{hours.sessions} of at least {counted(hours.sessions_floor, 'session')}, "
            f"{hours.days} of at least {counted(hours.days_floor, 'day')}"
        )
    for booking in explanation.bookings:
        yield f"  {booking.when} {booking.what}: {'; '.join(booking.reasons) or 'chosen freely'}"
    yield from _unmet_lines(explanation)
    if explanation.alternatives:
        yield "Nearest alternatives:"
        yield from (f"  {alternative.sentence}" for alternative in explanation.alternatives)
    yield from _rule_lines(explanation)


def _lines_of_all(explanation: Explanation) -> Iterator[str]:
    """A roster's explanation, line by line."""
    yield from (f"Not legal: {message}" for message in explanation.violations)
    yield f"Care: {explanation.care} minutes missing (factors included); preferences: {explanation.preference}"
    yield from _unmet_lines(explanation)
    yield from _rule_lines(explanation)
    if explanation.people:
        worst = ", ".join(f"{p.participant} (care {p.care}, preferences {p.preference})" for p in explanation.people)
        yield f"Weeks that cost most: {worst}"
    yield from (f"Note: {notice}" for notice in explanation.notices)


def _unmet_lines(explanation: Explanation) -> Iterator[str]:
    """Missing care with its causes, then sessions that no authorization covers."""
    for person in dict.fromkeys(entry.participant for entry in explanation.unmet):
        mine = [entry for entry in explanation.unmet if entry.participant == person]
        yield f"Unmet for {person}: {', '.join(dict.fromkeys(entry.what for entry in mine))}"
        yield from (f"  because {why}" for why in reasons_once(mine))
    yield from (f"Not covered: {entry.sentence}" for entry in explanation.not_covered)


def _rule_lines(explanation: Explanation) -> Iterator[str]:
    """Costs by rule, the largest first."""
    for rule, cost in sorted(explanation.by_rule.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {_level(rule)} {rule}: {cost}"
