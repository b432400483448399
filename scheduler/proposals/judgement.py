"""What the rules say about a proposal, without a solver: its rooms are only tried, as few proposals need more than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.candidates import Candidates
from scheduler.model.free_rooms import first_rooms, free_rooms
from scheduler.model.lines import Lines
from scheduler.model.sessions import write_roster
from scheduler.roster import Roster
from scheduler.rule import Violation
from scheduler.terms import AnyOf, FreeVariable, Handle, Housing, Visit
from scheduler.verify import Verdict, judge, multiplier
from scheduler.weeks.breaks import Duty, duties_of

CARE_PRICE = 20
"""What a minute of care is worth in preferences."""

Appointment = tuple[str, str, int]
"""A participant, a service, and which of the week's appointments it is."""


@dataclass(frozen=True, slots=True)
class ProposalJudgement:
    """A proposal as a roster, and the verdict on it.

    Attributes:
        costs: By participant, what a roster costs because of them; a minute of care counts as much as some preferences.
        unmet: By participant, the cost of care alone.
    """

    roster: Roster
    verdict: Verdict
    costs: Mapping[str, int]
    unmet: Mapping[str, int]

    @property
    def is_legal(self) -> bool:
        """Whether it breaks no rule."""
        return not self.verdict.violations

    def concerned(self, violations: Iterable[Violation]) -> list[str]:
        """The participants and clinicians named by violations, and those whose appointments are."""
        sessions = {session.id: session for session in self.roster.sessions if session.group is None}
        names: dict[str, None] = {}
        for violation in violations:
            names |= dict.fromkeys(violation.about)
            for session in (sessions[id] for id in violation.sessions if id in sessions):
                names |= dict.fromkeys(booking.participant for booking in session.bookings)
        return list(names)

    def duties(self, violations: Iterable[Violation]) -> set[Duty]:
        """Those named by violations, with the weekdays of their sessions."""
        return duties_of(self.roster, violations)

    def visits(self, violation: Violation) -> set[Appointment | str]:
        """The appointments that a violation names, and the groups."""
        sessions = [session for session in self.roster.sessions if session.id in violation.sessions]
        groups = {session.group for session in sessions if session.group is not None}
        alone = [session for session in sessions if session.group is None]
        return groups | {(booking.participant, session.service, session.ordinal) for session in alone for booking in session.bookings}

    @property
    def rank(self) -> tuple[int, int, int]:
        """The sort key: rules broken, care, then preference; less is better."""
        score = self.verdict.score
        return len(self.verdict.violations), score.care, score.preference


def judge_handles(lines: Lines, numbers: Iterable[int]) -> ProposalJudgement:
    """Judge the roster of some variables of a case; an appointment that a first try gives no room has none."""
    handles = (lines.handles[number] for number in numbers)
    chosen: list[Handle] = [handle for handle in handles if not isinstance(handle, AnyOf | FreeVariable)]
    roster = write_roster(lines.case, lines.candidates, chosen, _first_rooms)
    assert roster is not None  # `_first_rooms` never gives up
    verdict = judge(lines.case, roster, lines.rules)
    return ProposalJudgement(roster, verdict, _costs(lines, verdict, 1), _costs(lines, verdict, 0))


def _costs(lines: Lines, verdict: Verdict, preference: int) -> dict[str, int]:
    """What each participant costs, at a price of preferences."""
    rules, costs = {rule.id: rule for rule in lines.rules}, dict[str, int]()
    for amount in verdict.amounts:
        rule = rules[amount.rule]
        price = multiplier(lines.case, rule, amount.participant) * (CARE_PRICE if rule.level == "care" else preference)
        for name in amount.about[:1]:
            costs[name] = costs.get(name, 0) + amount.amount * price
    return costs


def _first_rooms(candidates: Candidates, appointments: Sequence[Visit], housings: Sequence[Housing]) -> dict[Visit, str]:
    return first_rooms(free_rooms(candidates, appointments, housings))
