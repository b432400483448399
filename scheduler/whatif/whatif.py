"""A roster prepared for questions about its changes: only the subjects that a change concerns are judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from scheduler.case import Case, Need
from scheduler.columns import Ints
from scheduler.errors import EditError
from scheduler.fields import BookingMode
from scheduler.roster import Roster, Session
from scheduler.rule import Rule, overriding
from scheduler.rules import RULES
from scheduler.slots import slots_for
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.verify import Score, Verdict, not_covered, session_faults, shape_faults
from scheduler.view import PlacedSession, View, place
from scheduler.whatif.changed_view import ChangedView
from scheduler.whatif.edits import RosterEdit, session_changes
from scheduler.whatif.effect import Effect, effect_of
from scheduler.whatif.findings import Finding, RulesInForce, Subject
from scheduler.whatif.place import NO_RISE, Rise, rise

AGREED_BY_HAND = ("held_place",)
"""Rules whose refusals are listed among the places: somebody can agree to such a place, and the sentence says to what."""


class Whatif:
    """A roster with what the rules find about each of its subjects.

    Attributes:
        case: The week.
        view: The roster.
    """

    def __init__(self, case: Case, roster: Roster, rules: Sequence[Rule] = RULES) -> None:
        """Judge a roster once.

        Raises:
            EditError: The rules cannot read the roster; `verify` says why.
        """
        self.case = case
        if (fault := next(shape_faults(case, roster), None)) is not None:
            raise EditError(fault.message)
        self.view = View(case, roster)
        self.rules = RulesInForce(case, rules)
        self._findings = {subject: self.rules.findings(self.view, subject) for subject in self.rules.subjects(self.view)}
        self._duties: dict[tuple[str, Span, str | None], Rise] = {}
        self._slots: dict[Need, Ints] = {}

    @property
    def roster(self) -> Roster:
        """The roster as it is."""
        return self.view.roster

    def findings(self, subject: Subject) -> tuple[Finding, ...]:
        """What the rules find about a subject of the roster."""
        return self._findings.get(subject, ())

    def rise_of(self, view: View, subjects: Sequence[Subject]) -> Rise:
        """What gets worse about some subjects in a changed view."""
        before = [finding for subject in subjects for finding in self.findings(subject)]
        return rise(before, [finding for subject in subjects for finding in self.rules.findings(view, subject)])

    def rise_of_duty(self, clinician: str, visit: Visit, placed: Callable[[], PlacedSession]) -> Rise:
        """What gets worse about a clinician's day with one more appointment, whosever it is; computed once.

        Args:
            placed: Such an appointment.
        """
        key = clinician, visit.span, visit.site
        if key not in self._duties:
            view = ChangedView(self.view, (), (placed(),))
            self._duties[key] = self.duty_rise(view, clinician, visit.day)
        return self._duties[key]

    def duty_rise(self, view: View, clinician: str, day: int) -> Rise:
        """What gets worse about a clinician's day, by the first rule that is broken, if any is; these rules are hard."""
        subject = Subject("duty", clinician, day)
        before = self.findings(subject)
        for rule in self.rules.judging("duty"):
            was = tuple([finding for finding in before if finding.violation.rule == rule.id])
            result = rise(was, self.rules.counted(view, subject, rule, rule.check_duty(self.case, view, clinician, day)))
            if result.broken:
                return result
        return NO_RISE

    def slots(self, need: Need) -> list[tuple[str, int, str | None, BookingMode]]:
        """The clinicians, starts, sites and modes of an appointment's possible visits; computed once.

        They are those that no rule refuses by itself, but for places of last week: whoever holds one may agree to another.
        """
        slots = slots_for(self.case, need)
        if need not in self._slots:
            rules = [rule for rule in overriding(self.rules.in_force, "admits") if rule.id not in AGREED_BY_HAND]
            self._slots[need] = slots.admitted(self.case, need, rules)[0]
        return [slots.slots[number] for number in self._slots[need].tolist()]

    def verdict(self) -> Verdict:
        """The verdict on the roster, as `verify.judge` has it; violations and amounts are in another order."""
        everything = [finding for findings in self._findings.values() for finding in findings]
        violations = tuple(finding.violation for finding in everything if finding.level == "hard")
        costs, tiers = Counter[str](), Counter[str]()
        for violation, level, cost, _ in everything:
            costs[violation.rule] += cost
            tiers[level] += cost
        score = Score(tiers["care"], tiers["preference"], {rule: cost for rule, cost in costs.items() if cost})
        amounts = tuple(finding.violation for finding in everything if finding.level != "hard")
        return Verdict(violations, amounts, score, not_covered(self.case, self.view))

    def judge(self, *edits: RosterEdit) -> Effect:
        """What some edits would do together.

        Raises:
            EditError: An edit cannot be made, or the roster could not be read after it.
        """
        after, before, now = self.compare(edits)
        return effect_of(before, now, self.view, after)

    def compare(self, edits: Iterable[RosterEdit]) -> tuple[ChangedView, list[Finding], list[Finding]]:
        """The roster after some edits, and what the rules find about the subjects concerned before and after them.

        Raises:
            EditError: As in `judge`.
        """
        return self._compared(*self.changed(edits))

    def judge_sessions(self, changes: Mapping[str, Session | None]) -> tuple[ChangedView, Effect]:
        """The roster with some sessions as they become, and what that would do.

        Args:
            changes: By id; None for sessions that are no longer there.

        Raises:
            EditError: The roster could not be read after it.
        """
        after, before, now = self._compared(*self._replaced(changes))
        return after, effect_of(before, now, self.view, after)

    def _compared(
        self, after: ChangedView, sessions: Sequence[PlacedSession]
    ) -> tuple[ChangedView, list[Finding], list[Finding]]:  # fmt: skip
        subjects = dict.fromkeys(self.rules.concerned(self.view, after, sessions))
        before = [finding for subject in subjects for finding in self.findings(subject)]
        return after, before, [finding for subject in subjects for finding in self.rules.findings(after, subject)]

    def apply(self, *edits: RosterEdit) -> Whatif:
        """The roster after some edits, prepared in its turn.

        Raises:
            EditError: As in `judge`.
        """
        after, sessions = self.changed(edits)
        subjects = dict.fromkeys(self.rules.concerned(self.view, after, sessions))
        changed = Whatif.__new__(Whatif)
        changed.case, changed.rules, changed.view = self.case, self.rules, View(self.case, after.roster)
        changed._slots = self._slots
        changed._duties = {key: duty for key, duty in self._duties.items() if key[0] not in after.clinicians}
        fresh = {subject: self.rules.findings(changed.view, subject) for subject in subjects}
        changed._findings = {subject: findings for subject, findings in (self._findings | fresh).items() if changed._is_there(subject)}
        return changed

    def _is_there(self, subject: Subject) -> bool:
        return subject.kind != "session" or subject.id in self.view.by_id

    def changed(self, edits: Iterable[RosterEdit]) -> tuple[ChangedView, tuple[PlacedSession, ...]]:
        """The roster after some edits, and the sessions taken out and put in.

        Raises:
            EditError: As in `judge`.
        """
        return self._replaced(session_changes(self.case, {id: placed.session for id, placed in self.view.by_id.items()}, tuple(edits)))

    def _replaced(self, changes: Mapping[str, Session | None]) -> tuple[ChangedView, tuple[PlacedSession, ...]]:
        """The roster with some sessions as they become, and the sessions taken out and put in."""
        by_id = self.view.by_id
        out = tuple(by_id[id] for id in changes if id in by_id)
        new = tuple(place(self.case, session) for session in changes.values() if session is not None)
        for placed in new:
            if (fault := next(session_faults(self.case, placed.session), None)) is not None:
                raise EditError(f"session {placed.id} {fault}")
        after = ChangedView(self.view, out, new)
        for participant in after.participants:
            numbers = Counter(_number(visit) for visit in after.visits[participant] if visit.group is None)
            if twice := [number for number, count in numbers.items() if count > 1]:
                raise EditError(f"{participant} has {twice[0][0]} number {twice[0][1]} twice")
        return after, (*out, *new)


def _number(visit: Visit) -> tuple[str, int]:
    return visit.service, visit.ordinal
