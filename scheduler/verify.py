"""Independent checks of a roster by the wall clock, without the solver or the model. Their verdict is authoritative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.case import Case
from scheduler.fields import Id, Model
from scheduler.instance import Instance
from scheduler.roster import Roster, Session
from scheduler.rule import Rule, Violation
from scheduler.rules import RULES
from scheduler.rules._words import time_of
from scheduler.rules.authorization import lapsed
from scheduler.rules.clock_change import ClockChange
from scheduler.terms import Visit
from scheduler.view import View
from scheduler.words import day_name

SHAPE = "roster_shape"
"""The rule id for faults that prevent rules from reading a roster: unknown ids, wrong week, wrong length."""


@dataclass(frozen=True, slots=True)
class Score:
    """The objective of a roster, recomputed from the roster alone.

    Attributes:
        care: Sum of factor times amount, in minutes.
        preference: Sum of weight times amount.
        by_rule: The cost of every rule (factor or weight included), by id; rules with cost 0 are left out.
    """

    care: int
    preference: int
    by_rule: dict[str, int]


class NotCovered(Model):
    """A session on a date that no authorization of the participant covers. It is legal, but the payer may not pay for it."""

    participant: Id
    service: Id
    session: str
    date: date
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of all rules on a roster.

    Attributes:
        violations: Violations of hard rules; a legal roster has none.
        amounts: Amounts of care and preference rules.
        not_covered: Future sessions of services that need authorization, on dates that no authorization covers.
    """

    violations: tuple[Violation, ...]
    amounts: tuple[Violation, ...]
    score: Score
    not_covered: tuple[NotCovered, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedWeek:
    """A week with a roster and the verdict on it, reached by the case."""

    case: Case
    roster: Roster
    verdict: Verdict

    @classmethod
    def of(cls, case: Case, roster: Roster) -> JudgedWeek:
        """Judge a roster of a week."""
        return cls(case, roster, judge(case, roster))


def judge(case: Case, roster: Roster, rules: Sequence[Rule] = RULES) -> Verdict:
    """Check every rule against a roster."""
    view, faults = View(case, roster), tuple(shape_faults(case, roster))
    if faults:
        # Across a clock change, a wrong length is reported with its reason.
        changes = (fault for rule in rules if isinstance(rule, ClockChange) and rule.applies_to(case) for fault in rule.check(case, view))
        return Verdict((*faults, *changes), (), Score(0, 0, {}))
    past = {placed.id for placed in view.placed if placed.is_past}
    violations: list[Violation] = []
    amounts: list[Violation] = []
    costs: Counter[str] = Counter()
    tiers = {"care": 0, "preference": 0}
    for rule in rules:
        if not rule.applies_to(case):
            continue
        results = list(rule.check(case, view))
        if rule.level == "hard":
            violations += [v for v in results if not v.sessions or not past.issuperset(v.sessions) or rule.id == "already_happened"]
            continue
        amounts += results
        cost = sum(v.amount * multiplier(case, rule, v.participant) for v in results)
        costs[rule.id] += cost
        tiers[rule.level] += cost
    score = Score(tiers["care"], tiers["preference"], {rule: cost for rule, cost in costs.items() if cost})
    return Verdict(tuple(violations), tuple(amounts), score, not_covered(case, view))


def multiplier(case: Case, rule: Rule, participant: str | None) -> int:
    """The factor of an amount: the care factor of its participant, or the weight of the preference rule."""
    if rule.level == "preference":
        return case.instance.weights.get(rule.id, rule.weight)
    return 1 if participant is None else case.care.factor(participant)


def verify(instance: Instance, roster: Roster) -> tuple[Violation, ...]:
    """All violations of hard rules in a roster; empty for a legal roster."""
    return judge(Case(instance), roster).violations


def score(instance: Instance, roster: Roster) -> Score:
    """The care and preference objective of a legal roster."""
    return judge(Case(instance), roster).score


def not_covered(case: Case, view: View, participants: Iterable[str] | None = None) -> tuple[NotCovered, ...]:
    """The future sessions on dates that no authorization covers, by participant and start.

    Args:
        participants: Only theirs; None for all.
    """
    people = (id for id in (case.participants if participants is None else participants) if case.participants[id].authorizations)
    return tuple(_not_covered(case, view, visit) for id in people for visit in lapsed(case, view, id))


def _not_covered(case: Case, view: View, visit: Visit) -> NotCovered:
    day = case.week.date_of(visit.day)
    sentence = f"no authorization of {visit.participant} covers {visit.service} on {day_name(day)} {day}"
    session = view.session_of[visit].id
    return NotCovered(participant=visit.participant, service=visit.service, session=session, date=day, sentence=sentence)


def not_applicable(case: Case, rules: Sequence[Rule] = RULES) -> tuple[str, ...]:
    """Ids of the rules without data in this instance; they are listed, never silently skipped."""
    return tuple(rule.id for rule in rules if not rule.applies_to(case))


def shape_faults(case: Case, roster: Roster) -> Iterator[Violation]:
    """The faults that prevent the rules from reading a roster at all."""
    if roster.monday != case.week.monday:
        yield _fault("", f"the roster is for the week of {roster.monday}, the instance for the week of {case.week.monday}")
    if case.seed is not None and roster.seed not in (None, case.seed):
        yield _fault("", "the roster was drawn with another seed than the week's: solve the week again, or give it the seed of the roster")
    ids: Counter[str] = Counter(session.id for session in roster.sessions)
    runs: Counter[str] = Counter(session.group for session in roster.sessions if session.group is not None)
    yield from (_fault(id, f"session {id} occurs {count} times") for id, count in ids.items() if count > 1)
    yield from (_fault(group, f"{group} meets {count} times") for group, count in runs.items() if count > 1)
    appointments: Counter[tuple[str, str, int]] = Counter()
    for session in roster.sessions:
        when = time_of(case, case.week.minute(session.start))
        yield from (_fault(session.id, f"session {session.id} on {when}: {text}") for text in session_faults(case, session))
        if session.group is None:
            appointments.update((b.participant, session.service, session.ordinal) for b in session.bookings)
    yield from (_fault(who, f"{who} has {what} number {n} twice") for (who, what, n), count in appointments.items() if count > 1)


def session_faults(case: Case, session: Session) -> Iterator[str]:
    """The faults of one session that prevent the rules from reading it."""
    tables = (
        ("service", [session.service], case.services),
        ("group", [session.group], case.groups),
        ("site", [session.site], case.sites),
        ("room", [session.room], case.rooms),
        ("clinician", list(session.facilitators), case.clinicians),
        ("participant", [b.participant for b in session.bookings], case.participants),
    )
    unknown = [f"unknown {kind} {id}" for kind, ids, table in tables for id in ids if id is not None and id not in table]
    yield from unknown
    if unknown:
        return
    span = case.week.span(session.start, session.end)
    minutes = case.services[session.service].minutes if session.group is None else case.groups[session.group].minutes
    if span.minutes != minutes:
        yield f"lasts {span.minutes} minutes instead of {minutes}"
    if span.start < 0 or span.end > 7 * 1440 or span.start // 1440 != (span.end - 1) // 1440:
        yield "is not within one day of the week"
    if session.group is not None and session.service != case.groups[session.group].service:
        yield "has a different service from its group"
    if session.group is None and case.services[session.service].kind == "group":
        yield "has a group service but no group"
    people = [b.participant for b in session.bookings]
    if len(set(people)) < len(people):
        yield "books a participant twice"
    if len(set(session.facilitators)) < len(session.facilitators):
        yield "lists a facilitator twice"
    if any(b.mode == "in_person" for b in session.bookings) and session.site is None:
        yield "books a participant in person but has no site"
    if session.mode != "hybrid" and any(b.mode != session.mode for b in session.bookings):
        yield f"is {session.mode} but has bookings of another mode"


def _fault(about: str, message: str) -> Violation:
    return Violation(SHAPE, 1, (about,) if about else (), message)
