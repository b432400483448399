"""Remedies to a disruption: rosters that differ around those concerned only, each checked by all rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.case import Case
from scheduler.compare import Comparison, compare_judged
from scheduler.disruptions.disruption import Disruption, DisruptionKind, disrupted
from scheduler.disruptions.impact import impact_of
from scheduler.disruptions.options import Enumerations, Options, RemedyKind, lost_items
from scheduler.errors import StepdownError
from scheduler.fields import Model
from scheduler.instance import Instance
from scheduler.model.clock import Clock
from scheduler.model.placement import place_freely
from scheduler.result import SolveLimits
from scheduler.roster import Roster, Session
from scheduler.rule import Violation
from scheduler.rules._words import session_at
from scheduler.verify import JudgedWeek
from scheduler.view import View
from scheduler.whatif import Whatif
from scheduler.whatif.places import leaders_for

KINDS: dict[DisruptionKind, tuple[RemedyKind, ...]] = {
    "clinician": ("same_time", "other_time", "any"),
    "participant": ("other_time",),
    "room": ("same_time", "online", "other_time"),
    "site": ("online", "other_time", "any"),
    "resource": ("online", "other_time"),
}
"""What is tried for each kind of disruption, besides cancelling."""
MOST_REMEDIES = 3
MOST_ROUNDS = 6
"""How often sessions that break a rule without the others are given up, too."""
SHARE = 4.0
"""The most time of one solve, in the unit of the limit."""
MOST_STUCK = 3
MOST_REASONS = 4


class Remedy(Model):
    """One remedy to a disruption."""

    kind: RemedyKind
    roster: Roster
    comparison: Comparison

    @property
    def rank(self) -> tuple[int, int]:
        """The sort key: care, then preference; less is better."""
        return self.comparison.care.after, self.comparison.preference.after


class StuckSession(Model):
    """A session that no remedy keeps, and why nobody else may lead it."""

    session: str
    title: str
    reasons: tuple[str, ...]


class Remedies(Model):
    """The remedies to a disruption, the best first."""

    remedies: tuple[Remedy, ...] = ()
    broken: tuple[str, ...] = ()
    """The sentences of the rules that even cancelling would break; then there is no remedy."""
    stuck: tuple[StuckSession, ...] = ()


@dataclass(frozen=True, slots=True)
class _Start:
    """The week with the disruption, and the published roster without what it makes impossible.

    Attributes:
        people: By session, the participants whose bookings are given up.
        broken: What still breaks a rule.
    """

    case: Case
    published: JudgedWeek
    cancelled: JudgedWeek
    people: dict[str, tuple[str, ...]]
    broken: tuple[Violation, ...]


def remedies_for(instance: Instance, disruption: Disruption, limits: SolveLimits) -> Remedies:
    """Remedies to a disruption of a published week.

    What has happened stays, as do pins and all bookings that are not concerned.

    Args:
        instance: The week with its published roster, without the disruption.
        limits: Of all solves together.

    Raises:
        StepdownError: Nothing is published, or what the disruption names does not exist.
    """
    start = _start(instance, disruption)
    if start.broken:
        return Remedies(broken=tuple(dict.fromkeys(violation.message for violation in start.broken)))
    clock, enumerations = Clock(limits, lambda: False), Enumerations()
    remedies = [_remedy(start, "cancel", start.cancelled)]
    for kind in KINDS[disruption.kind] if start.people else ():
        judged = _solved(start, kind, clock, enumerations)
        if judged is not None and all(judged.roster.sessions != other.roster.sessions for other in remedies):
            remedies.append(_remedy(start, kind, judged))
    chosen = _chosen(remedies)
    return Remedies(remedies=chosen, stuck=tuple(_stuck(start, chosen)))


def _start(instance: Instance, disruption: Disruption) -> _Start:
    if instance.published is None:
        raise StepdownError("nothing is published for this week, so nothing has to change: generate it with the disruption entered")
    case, roster = Case(disrupted(instance, disruption)), instance.published.roster
    view = View(case, roster)
    people = {one.placed.id: one.people for one in impact_of(case, view, disruption).sessions}
    judged = JudgedWeek.of(case, _without(case, roster, people))
    for _ in range(MOST_ROUNDS):
        more = _also_given_up(View(case, judged.roster), judged.verdict.violations)
        if not more:
            break
        people = {id: tuple(dict.fromkeys((*people.get(id, ()), *more.get(id, ())))) for id in {**people, **more}}
        judged = JudgedWeek.of(case, _without(case, roster, people))
    return _Start(case, JudgedWeek.of(case, roster), judged, people, judged.verdict.violations)


def _without(case: Case, roster: Roster, people: dict[str, tuple[str, ...]]) -> Roster:
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


def _solved(start: _Start, kind: RemedyKind, clock: Clock, enumerations: Enumerations) -> JudgedWeek | None:
    """The best roster of one kind; None unless it is legal in the week as it is stored."""
    lost, groups = lost_items(View(start.case, start.published.roster), start.people)
    case = _online(start.case, tuple(groups)) if kind == "online" else start.case
    options = Options(kind, lost, groups, View(case, start.cancelled.roster), enumerations)
    people = dict.fromkeys(visit.participant for visit in lost.values())
    placed = place_freely(case, start.cancelled.roster, people, clock, SHARE, options.enumerate_for, options.is_open)
    if placed is None:
        return None
    judged = JudgedWeek.of(start.case, _as_published(start.published.roster, placed.roster))
    return None if judged.verdict.violations else judged


def _online(case: Case, groups: Sequence[str]) -> Case:
    """The case with some groups held online."""
    changed = tuple(
        group.model_copy(update={"mode": "telehealth"}) if group.id in groups else group for group in case.instance.groups
    )  # fmt: skip
    return Case(case.instance.model_copy(update={"groups": changed}))


def _as_published(published: Roster, roster: Roster) -> Roster:
    """The roster with its unchanged sessions word for word: who leads them is named in the same order."""
    before = {session.id: session for session in published.sessions}
    sessions = tuple(_same(before.get(session.id), session) for session in roster.sessions)
    return roster.model_copy(update={"sessions": sessions})


def _same(before: Session | None, after: Session) -> Session:
    if before is None:
        return after
    if sorted(before.facilitators) == sorted(after.facilitators):
        after = after.model_copy(update={"facilitators": before.facilitators})
    return before if before.model_copy(update={"bookings": after.bookings}) == after and _people(before) == _people(after) else after


def _people(session: Session) -> list[tuple[str, str]]:
    return sorted((booking.participant, booking.mode) for booking in session.bookings)


def _remedy(start: _Start, kind: RemedyKind, judged: JudgedWeek) -> Remedy:
    return Remedy(kind=kind, roster=judged.roster, comparison=compare_judged(start.published, judged))


def _chosen(remedies: Sequence[Remedy]) -> tuple[Remedy, ...]:
    """The best few; a mixture only where it loses less care than each of its parts, and cancelling last."""
    cancel, *others = remedies
    pure = [remedy for remedy in others if remedy.kind != "any"]
    least = min((remedy.rank[0] for remedy in pure), default=None)
    mixed = [remedy for remedy in others if remedy.kind == "any" and (least is None or remedy.rank[0] < least)]
    return (*sorted([*mixed, *pure], key=lambda remedy: remedy.rank)[: MOST_REMEDIES - 1], cancel)


def _stuck(start: _Start, remedies: Sequence[Remedy]) -> Iterator[StuckSession]:
    """Sessions that no remedy keeps, with the rules that everyone else would break by leading them."""
    staying = {session.id for remedy in remedies for session in remedy.roster.sessions}
    view = View(start.case, start.published.roster)
    lost = [id for id in start.people if id not in staying][:MOST_STUCK]
    if not lost:
        return
    whatif = Whatif(start.case, start.published.roster)
    for id in lost:
        places = leaders_for(whatif, id)
        reasons = tuple(dict.fromkeys(place.reasons[0] for place in places if place.kind == "forbidden"))
        yield StuckSession(session=id, title=session_at(start.case, view.by_id[id]), reasons=reasons[:MOST_REASONS])
