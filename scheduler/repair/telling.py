"""Who has to be told of an answer, why they change, and what changes: participants, clinicians, interpreters, drivers and others."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.barriers import all_of
from scheduler.compare import Comparison
from scheduler.repair.disruption import Disruption
from scheduler.repair.notices import resource_notices
from scheduler.repair.prices import people_changed
from scheduler.repair.result import PersonNotice
from scheduler.repair.start import Start
from scheduler.rules._words import time_of
from scheduler.timegrid import Span
from scheduler.view import View

WHAT: dict[str, str] = {
    "clinician": "{id} is out", "participant": "{id} is away", "availability": "{id} has other hours", "room": "{id} is lost",
    "site": "{id} is closed", "resource": "{id} is cancelled", "merge": "{id} is merged into {into}", "split": "{id} is split",
}  # fmt: skip


def notices_of(start: Start, after: View, comparison: Comparison) -> Iterator[PersonNotice]:
    """Everyone to be told, participants first."""
    changed = people_changed(start.view, after, start.excused)
    reasons = _reasons(start)
    helped = all_of(sorted(reasons))
    reseen = {p for s in comparison.sessions if "staff" in s.kinds and s.session.startswith("a.") for p in s.participants}
    for person in dict.fromkeys((*changed, *sorted(reseen & set(start.case.participants)))):
        is_participant = person in start.case.participants
        why = reasons.get(person) if is_participant else None
        what = _bookings_of(comparison, person) if is_participant else _sessions_of(comparison, person)
        yield PersonNotice(
            id=person,
            role="participant" if is_participant else "clinician",
            why=why or (f"helps {helped}" if not is_participant else f"makes way for {helped}"),
            what=tuple(what),
        )
    for notice in resource_notices(start.view, after):
        times = (_times(start, "no longer", notice.before), _times(start, "now", notice.after))
        why = f"the sessions of {notice.participant} change"
        yield PersonNotice(id=notice.resource, role="resource", why=why, what=tuple(filter(None, times)))


def reason_of(disruption: Disruption) -> str:
    """What happened, in words; ids only."""
    return WHAT[disruption.kind].format(id=disruption.id or "every site", into=disruption.into)


def _reasons(start: Start) -> dict[str, str]:
    """By participant who is concerned, why."""
    reasons: dict[str, dict[str, None]] = {}
    for one in start.impact.sessions:
        for person in one.people:
            reasons.setdefault(person, {}).update(dict.fromkeys(map(reason_of, one.disruptions)))
    return {person: "; ".join(why) for person, why in reasons.items()}


def _bookings_of(comparison: Comparison, person: str) -> Iterator[str]:
    for change in comparison.bookings:
        if change.participant == person:
            yield f"{change.what} {change.kind}{_from_to(change.before, change.after)}"
    for session in comparison.sessions:
        if "staff" in session.kinds and session.session.startswith("a.") and person in session.participants:
            yield f"{session.what}: another therapist"


def _sessions_of(comparison: Comparison, clinician: str) -> Iterator[str]:
    for change in comparison.sessions:
        if clinician in change.clinicians:
            yield f"{change.what}: {', '.join(change.kinds)}{_from_to(change.before, change.after)}"


def _from_to(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return f" ({after or before})"
    return f" ({before})" if before == after else f" ({before} to {after})"


def _times(start: Start, word: str, spans: tuple[Span, ...]) -> str:
    return f"needed {word} on {', '.join(time_of(start.case, span.start) for span in spans)}" if spans else ""
