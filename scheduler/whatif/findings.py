"""What the rules find about one subject of a roster, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from scheduler.case import Case
from scheduler.rule import Concern, Link, Rule, Violation
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.verify import multiplier
from scheduler.view import PlacedSession, View
from scheduler.whatif.changed_view import ChangedView

Kind = Literal["participant", "session", "clinician", "room", "link"]


class Subject(NamedTuple):
    """One participant, session, clinician, room or link of a roster, by id; a participant comes with all bookings."""

    kind: Kind
    id: str


class Finding(NamedTuple):
    """A violation of a hard rule, or an amount with its cost, factor or weight included."""

    violation: Violation
    level: Literal["hard", "care", "preference"]
    cost: int


class RulesInForce:
    """The rules of a case by the subjects that they judge."""

    def __init__(self, case: Case, rules: Sequence[Rule]) -> None:
        self.case = case
        in_force = [rule for rule in rules if rule.applies_to(case)]
        self.of_bookings = tuple(rule for rule in in_force if "booking" in rule.judges)
        self._by_kind = {
            kind: tuple(rule for rule in in_force if kind in rule.judges) for kind in ("participant", "session", "clinician", "room")
        }
        self._links: dict[str, tuple[Rule, Link]] = {
            f"{rule.id} {link.key}": (rule, link) for rule in in_force for link in rule.links(case)
        }
        self._linked: dict[Concern, list[Subject]] = {}
        for name, (_, link) in self._links.items():
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
        yield from (Subject("clinician", clinician) for clinician in self.case.clinicians)
        yield from (Subject("room", room) for room in self.case.rooms)
        yield from (Subject("link", name) for name in self._links)

    def concerned(self, before: View, after: ChangedView, sessions: Iterable[PlacedSession]) -> Iterator[Subject]:
        """The subjects whose findings may differ after a change, each at least once.

        Args:
            sessions: Those taken out and put in.
        """
        for participant in after.participants:
            if _real(before, participant) != _real(after, participant):
                yield Subject("participant", participant)
                yield from self._readers.get(participant, ())
                yield from self._linked.get(("participant", participant), ())
        for placed in sessions:
            yield Subject("session", placed.id)
            yield from self._linked.get(("session", placed.id), ())
            yield from self._linked.get(("group", placed.session.group or ""), ())
        for clinician in after.clinicians:
            yield Subject("clinician", clinician)
            yield from self._linked.get(("clinician", clinician), ())
        yield from (Subject("room", room) for room in after.rooms)

    def findings(self, view: View, subject: Subject) -> tuple[Finding, ...]:
        """What the rules find about a subject."""
        case, (kind, id) = self.case, subject
        if kind == "participant":
            return (*self._of_bookings(view, view.bookings[id]), *self._of_participant(view, id))
        if kind == "link":
            rule, link = self._links[id]
            return self.counted(view, rule, rule.check_link(case, view, link))
        if kind == "session":
            placed = view.by_id.get(id)
            return () if placed is None else self.of_session(view, placed)
        if kind == "clinician":
            results = ((rule, rule.check_clinician(case, view, id)) for rule in self._by_kind["clinician"])
        else:
            results = ((rule, rule.check_room(case, view, id)) for rule in self._by_kind["room"])
        return tuple(finding for rule, violations in results for finding in self.counted(view, rule, violations))

    def _of_bookings(self, view: View, pairs: Iterable[tuple[Visit, PlacedSession]]) -> Iterator[Finding]:
        for visit, placed in pairs:
            for rule in self.of_bookings:
                yield from self.counted(view, rule, rule.check_booking(self.case, placed, visit))

    def _of_participant(self, view: View, participant: str) -> Iterator[Finding]:
        for rule in self._by_kind["participant"]:
            yield from self.counted(view, rule, rule.check_participant(self.case, view, participant))

    def of_session(self, view: View, placed: PlacedSession) -> tuple[Finding, ...]:
        """What the rules find about a session."""
        results = ((rule, rule.check_session(self.case, placed)) for rule in self._by_kind["session"])
        return tuple(finding for rule, violations in results for finding in self.counted(view, rule, violations))

    def counted(self, view: View, rule: Rule, violations: Iterable[Violation]) -> tuple[Finding, ...]:
        """The violations that count, with their costs: as in `verify`, none of hard rules about past sessions alone."""
        if rule.level == "hard":
            return tuple([Finding(v, "hard", 0) for v in violations if not self._is_over(view, rule, v)])
        case = self.case
        return tuple([Finding(v, rule.level, v.amount * multiplier(case, rule, v.participant)) for v in violations])

    def _is_over(self, view: View, rule: Rule, violation: Violation) -> bool:
        if self.case.now is None or not violation.sessions or rule.id == "already_happened":
            return False
        return all(id in view.by_id and view.by_id[id].is_past for id in violation.sessions)


def _real(view: View, participant: str) -> list[tuple[Visit, Span]]:
    """A participant's visits with their real time, which alone may differ across a clock change."""
    return [(visit, placed.real) for visit, placed in view.bookings[participant]]
