"""What the rules find about one subject of a roster, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from scheduler.case import Case
from scheduler.rule import Concern, Rule, Violation
from scheduler.rule import Subject as RuleSubject
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.verify import multiplier
from scheduler.view import PlacedSession, View
from scheduler.whatif.changed_view import ChangedView

Kind = Literal["booking", "participant", "session", "clinician", "duty", "room", "link"]


class Subject(NamedTuple):
    """One participant, session, clinician, duty, room or link of a roster, by id; a participant comes with all bookings.

    Attributes:
        kind: A finding about a booking by itself has its participant as a booking.
        day: The weekday of a duty.
    """

    kind: Kind
    id: str
    day: int = 0


class Finding(NamedTuple):
    """A violation of a hard rule, or an amount with its cost, factor or weight included.

    Attributes:
        subject: What was judged.
    """

    violation: Violation
    level: Literal["hard", "care", "preference"]
    cost: int
    subject: Subject


def broken(new: Iterable[Finding], past: Iterable[Finding]) -> tuple[Violation, ...]:
    """The violations that are new, or more than before about the same subject; one that has become smaller is not among them."""
    amounts = Counter[tuple[Subject, str, tuple[str, ...]]]()
    for violation, level, _, subject in past:
        if level == "hard":
            amounts[subject, violation.rule, violation.about] += violation.amount
    return tuple([v for v, level, _, subject in new if level == "hard" and v.amount > amounts[subject, v.rule, v.about]])


TRAITS: dict[str, Callable[[Rule], bool]] = {
    "is_hard": lambda rule: rule.level == "hard",
    "sees_clinicians": lambda rule: rule.sees_clinicians,
    "sees_times": lambda rule: rule.sees_times,
}


class RulesInForce:
    """The rules of a case by the subjects that they judge.

    Attributes:
        in_force: The rules that apply.
        links: By name, what they judge together.
    """

    def __init__(self, case: Case, rules: Sequence[Rule]) -> None:
        self.case = case
        self.in_force = tuple(rule for rule in rules if rule.applies_to(case))
        self.links = {f"{rule.id} {link.key}": (rule, link) for rule in self.in_force for link in rule.links(case)}
        self._judging: dict[tuple[object, ...], tuple[Rule, ...]] = {}
        self._linked: dict[Concern, list[Subject]] = {}
        for name, (_, link) in self.links.items():
            for concern in link.concerns:
                self._linked.setdefault(concern, []).append(Subject("link", name))
        self._readers: dict[str, list[Subject]] = {}
        for place in (place for places in case.places.held.values() for place in places if place.partner is not None):
            # An appointment of a couple makes way for sessions of either.
            self._readers.setdefault(place.partner or "", []).append(Subject("participant", place.participant))

    def subjects(self, view: View) -> Iterator[Subject]:
        """Every subject of a roster."""
        yield from (Subject("participant", participant) for participant in view.bookings)
        yield from (Subject("session", placed.id) for placed in view.placed)
        for clinician in self.case.clinicians:
            yield Subject("clinician", clinician)
            yield from (Subject("duty", clinician, day) for day in range(7))
        yield from (Subject("room", room) for room in self.case.rooms)
        yield from (Subject("link", name) for name in self.links)

    def concerned(self, before: View, after: ChangedView, sessions: Iterable[PlacedSession]) -> Iterator[Subject]:
        """The subjects whose findings may differ after a change, each at least once.

        Args:
            sessions: Those taken out and put in.
        """
        for participant in after.participants:
            if _real(before, participant) != _real(after, participant):
                yield from self.readers(participant)
                yield from self.links_of("participant", participant)
        for placed in sessions:
            yield Subject("session", placed.id)
            yield from self.links_of("session", placed.id)
            yield from self.links_of("group", placed.session.group or "")
            if not _is_only_rehoused(before.by_id.get(placed.id), after.by_id.get(placed.id)):
                for clinician in placed.session.facilitators:
                    yield from (Subject("clinician", clinician), Subject("duty", clinician, placed.day))
                    yield from self.links_of("clinician", clinician)
        yield from (Subject("room", room) for room in after.rooms)

    def readers(self, participant: str) -> tuple[Subject, ...]:
        """The participants whose weeks are judged with the visits of a participant."""
        return (Subject("participant", participant), *self._readers.get(participant, ()))

    def links_of(self, what: Literal["participant", "clinician", "group", "session"], id: str) -> Sequence[Subject]:
        """The links that concern one of them."""
        return self._linked.get((what, id), ())

    def findings(self, view: View, subject: Subject) -> tuple[Finding, ...]:
        """What the rules find about a subject."""
        case, (kind, id, day) = self.case, subject
        if kind == "participant":
            of_bookings = (finding for visit, placed in view.bookings[id] for finding in self.of_booking(view, placed, visit))
            return (*of_bookings, *self.of_participant(view, id))
        if kind == "session":
            placed = view.by_id.get(id)
            return () if placed is None else self.of_session(view, placed)
        if kind == "link":
            rule, link = self.links[id]
            return self.counted(view, subject, rule, rule.check_link(case, view, link))
        if kind == "clinician":
            return self._all(view, subject, ((rule, rule.check_clinician(case, view, id)) for rule in self.judging("clinician")))
        if kind == "duty":
            return self._all(view, subject, ((rule, rule.check_duty(case, view, id, day)) for rule in self.judging("duty")))
        return self._all(view, subject, ((rule, rule.check_room(case, view, id)) for rule in self.judging("room")))

    def of_booking(self, view: View, placed: PlacedSession, visit: Visit, rules: Sequence[Rule] | None = None) -> tuple[Finding, ...]:
        """What the rules (None: all) find about a booking by itself."""
        rules = self.judging("booking") if rules is None else rules
        subject = Subject("booking", visit.participant)
        return self._all(view, subject, ((rule, rule.check_booking(self.case, placed, visit)) for rule in rules))

    def of_participant(self, view: View, participant: str, rules: Sequence[Rule] | None = None) -> tuple[Finding, ...]:
        """What the rules (None: all) find about a participant's week, apart from each booking by itself."""
        rules = self.judging("participant") if rules is None else rules
        subject = Subject("participant", participant)
        return self._all(view, subject, ((rule, rule.check_participant(self.case, view, participant)) for rule in rules))

    def of_session(self, view: View, placed: PlacedSession, rules: Sequence[Rule] | None = None) -> tuple[Finding, ...]:
        """What the rules (None: all) find about a session."""
        rules = self.judging("session") if rules is None else rules
        subject = Subject("session", placed.id)
        return self._all(view, subject, ((rule, rule.check_session(self.case, placed)) for rule in rules))

    def judging(self, kind: RuleSubject, **traits: bool) -> tuple[Rule, ...]:
        """The rules that judge a kind of subject, and are hard, see clinicians or see times as given."""
        key = kind, *traits.items()
        if key not in self._judging:
            rules = [rule for rule in self.in_force if kind in rule.judges]
            self._judging[key] = tuple(rule for rule in rules if all(TRAITS[name](rule) is value for name, value in traits.items()))
        return self._judging[key]

    def _all(self, view: View, subject: Subject, results: Iterable[tuple[Rule, Iterable[Violation]]]) -> tuple[Finding, ...]:
        return tuple([finding for rule, violations in results for finding in self.counted(view, subject, rule, violations)])

    def counted(self, view: View, subject: Subject, rule: Rule, violations: Iterable[Violation]) -> tuple[Finding, ...]:
        """The violations that count, with their costs: as in `verify`, none of hard rules about past sessions alone."""
        if rule.level == "hard":
            return tuple([Finding(v, "hard", 0, subject) for v in violations if not self._is_over(view, rule, v)])
        return tuple([Finding(v, rule.level, v.amount * multiplier(self.case, rule, v.participant), subject) for v in violations])

    def _is_over(self, view: View, rule: Rule, violation: Violation) -> bool:
        if self.case.now is None or not violation.sessions or rule.id == "already_happened":
            return False
        return all(id in view.by_id and view.by_id[id].is_past for id in violation.sessions)


def _real(view: View, participant: str) -> list[tuple[Visit, Span]]:
    """A participant's visits with their real time, which alone may differ across a clock change."""
    return [(visit, placed.real) for visit, placed in view.bookings[participant]]


def _is_only_rehoused(before: PlacedSession | None, after: PlacedSession | None) -> bool:
    """Whether a session has another room and nothing else, which is the same to its clinicians."""
    if before is None or after is None:
        return False
    return before.session == after.session.model_copy(update={"room": before.session.room})
