"""Remedies in words: what each costs whom, what changes, and whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from api.calls.models import PlannedCall
from api.calls.store.views import plan_calls
from api.pages.plan.differences import ChangedPerson, changed_people
from api.pages.plan.names import StaffNames
from api.pages.words import duration
from api.programs.store.labels import ProgramLabels
from scheduler.compare import Comparison
from scheduler.repair.disruption import Disruption, DisruptionKind
from scheduler.repair.result import Answer, AnswerKind, Repair
from scheduler.words import counted

TITLES: Final[dict[AnswerKind, str]] = {
    "same_time": "Others take over, or other rooms",
    "online": "Go online",
    "other_time": "Move to other times",
    "cancel": "Cancel what cannot take place",
    "any": "Some of each: other people, rooms or times, or online",
}
TITLES_OF: Final[dict[tuple[DisruptionKind, AnswerKind], str]] = {
    ("clinician", "same_time"): "Others take over",
    ("clinician", "any"): "Others take over, or other times",
    ("participant", "other_time"): "Make it up at other times",
    ("availability", "other_time"): "Move to times that fit",
    ("availability", "any"): "Move to times that fit, or change how or with whom",
    ("availability", "cancel"): "Cancel what no longer fits",
    ("merge", "other_time"): "Join the other group, or other sessions",
    ("merge", "any"): "Join the other group, or other sessions",
    ("merge", "cancel"): "End the group, and change nothing else",
    ("room", "same_time"): "Use other rooms",
    ("site", "any"): "Go online is not enough: other times, too",
}
"""Titles that say more for one kind of disruption."""
SPLIT: Final = "Two groups, each with half of the people"
SMALLER: Final = "No second group: some leave, or go to another"
NO_SPLIT: Final = "Leave it as it is this week"
NO_REMEDY: Final = "Nothing is to be cancelled"


@dataclass(frozen=True, slots=True)
class RemedyCard:
    """One remedy as it is offered.

    Attributes:
        remedy: The hash of its roster.
        costs: What it costs, in sentences.
        proof: What is known about all other answers; empty if nothing is.
        others: Sessions with another leader or room, in sentences.
    """

    kind: AnswerKind
    remedy: str
    title: str
    costs: tuple[str, ...]
    proof: str
    people: tuple[ChangedPerson, ...]
    others: tuple[str, ...]
    calls: tuple[PlannedCall, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """All that is offered.

    Attributes:
        broken: Why nothing is: the rules that even cancelling would break.
        stuck: Sessions that no remedy keeps, each with the reasons.
    """

    cards: tuple[RemedyCard, ...]
    broken: tuple[str, ...]
    stuck: tuple[tuple[str, tuple[str, ...]], ...]


def advice(
    session: Session, program: str, disruption: Disruption, monday: date, repaired: Repair, hashes: tuple[str, ...], at: datetime
) -> Advice:
    """Remedies as they are offered.

    Args:
        hashes: Of their rosters.
    """
    labels = ProgramLabels(session, program)
    names = StaffNames.of(labels, {disruption.into: disruption.label} if disruption.into and disruption.label else {})

    def card(remedy: Answer, hash: str) -> RemedyCard:
        calls = plan_calls(session, program, monday, remedy.roster, at).calls
        comparison = remedy.comparison
        return RemedyCard(
            kind=remedy.kind,
            remedy=hash,
            title=_title(disruption, remedy),
            costs=tuple(_costs(comparison, len(calls))),
            proof=_proof(remedy),
            people=changed_people(comparison, names, labels),
            others=tuple(map(names.written, _others(comparison))),
            calls=calls,
        )

    return Advice(
        cards=tuple(map(card, repaired.answers, hashes)),
        broken=tuple(map(names.written, repaired.broken)),
        stuck=tuple((names.written(one.title), tuple(map(names.written, one.reasons))) for one in repaired.stuck),
    )


def _title(disruption: Disruption, answer: Answer) -> str:
    if disruption.kind == "split":
        is_split = disruption.into in {session.group for session in answer.roster.sessions}
        return SPLIT if is_split else NO_SPLIT if not answer.comparison.bookings else SMALLER
    if answer.kind == "cancel" and not answer.comparison.bookings:
        return NO_REMEDY
    return TITLES_OF.get((disruption.kind, answer.kind), TITLES[answer.kind])


def _proof(answer: Answer) -> str:
    if answer.is_proven:
        return "Proven to be the best: no other answer loses less care or changes fewer people."
    if answer.care_lost.is_proven and answer.people_changed.is_proven:
        return "No other answer loses less care or changes fewer people."
    return "No other answer loses less care." if answer.care_lost.is_proven else ""


def _costs(comparison: Comparison, calls: int) -> Iterator[str]:
    """What a remedy costs, the heaviest first."""
    by_kind: dict[str, set[str]] = {}
    for change in comparison.bookings:
        by_kind.setdefault(change.kind, set()).add(change.participant)
    fewer = {h.participant for h in comparison.hours if h.after < h.before}
    short = [h for h in comparison.hours if h.after < h.before and h.after < h.floor]
    less = sum(max(0, h.before - h.after) for h in comparison.hours)
    removed, added = by_kind.get("removed", set()), by_kind.get("added", set())
    if lost := removed & fewer:
        yield f"{_people(len(lost))} {'loses' if len(lost) == 1 else 'lose'} a session, {duration(less)} of care in all."
    if short:
        yield f"{_people(len(short))} {'gets' if len(short) == 1 else 'get'} less than the hours ordered."
    if moved := by_kind.get("moved"):
        yield f"{_people(len(moved))} {'comes' if len(moved) == 1 else 'come'} at another time."
    if online := by_kind.get("mode"):
        yield f"{_people(len(online))} {'changes' if len(online) == 1 else 'change'} between in person and online."
    if instead := removed - fewer:
        yield f"{_people(len(instead))} {'comes' if len(instead) == 1 else 'come'} to another session instead."
    if more := added - (removed - fewer):
        yield f"{_people(len(more))} {'gets' if len(more) == 1 else 'get'} a place in another session."
    yield from _staff(comparison)
    if not comparison.bookings and not comparison.sessions:
        yield "Nothing changes."
    yield f"{counted(calls, 'call')} to make." if calls else "Nobody has to be called."


def _staff(comparison: Comparison) -> Iterator[str]:
    changed = [change for change in comparison.sessions if "staff" in change.kinds]
    reseen = {person for change in changed if change.session.startswith("a.") for person in change.participants}
    groups = sum(change.session.startswith("g.") for change in changed)
    rooms = sum("room" in change.kinds and "mode" not in change.kinds for change in comparison.sessions)
    if reseen:
        yield f"{_people(len(reseen))} {'sees' if len(reseen) == 1 else 'see'} another therapist."
    if groups:
        yield f"{counted(groups, 'group')} {'has' if groups == 1 else 'have'} another leader."
    if rooms:
        yield f"{counted(rooms, 'session')} {'is' if rooms == 1 else 'are'} in another room."


def _others(comparison: Comparison) -> Iterator[str]:
    """Sessions whose leaders or rooms change."""
    for change in comparison.sessions:
        words = [word for kind, word in (("staff", "another leader"), ("room", "another room")) if kind in change.kinds]
        if words and "mode" not in change.kinds:
            yield f"{change.what}, {change.after or change.before}: {' and '.join(words)}"


def _people(number: int) -> str:
    return counted(number, "person", "people")
