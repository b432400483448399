"""Questions which weeks a participant or a newcomer could have, and their answers, as documents and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from pydantic import Field

from scheduler.barriers import all_of
from scheduler.fields import Id, Model
from scheduler.instance import Participant
from scheduler.instance.change import Change
from scheduler.reasons import reasons_once
from scheduler.result import Unmet
from scheduler.roster import Roster, Session
from scheduler.words import counted, day_name

MOST_MOVES: Final = 5
"""The most others who may move for one."""


class OffersQuestion(Model):
    """Whose weeks are asked for: those of a participant of the instance, or of someone who is not in it yet."""

    participant: Id | None = Field(None, description="A participant of the instance.")
    newcomer: Participant | None = Field(None, description="Someone who is not in the instance; the status and first day do not matter.")
    moves: int = Field(0, ge=0, le=MOST_MOVES, description="How many others may move. Nobody moves who would miss more care.")
    first: date | None = Field(
        None,
        description="The first day that may change or, for someone who has not begun, the first day of the schedule at the earliest.",
    )


class MovedPerson(Model):
    """Someone who moves so that another week is possible."""

    participant: Id
    changes: tuple[str, ...] = Field(description="What changes for them, one sentence for each session.")


class PersonWeek(Model):
    """A week that the participant could have."""

    first: date | None = Field(description="The day of the first of its sessions to come.")
    minutes: int = Field(description="Care minutes of the whole week.")
    sessions: tuple[Session, ...] = Field(description="The participant's sessions, each with no booking but theirs.")
    new: tuple[str, ...] = Field((), description="Ids of those that the participant does not have now, or has otherwise.")
    moved: tuple[MovedPerson, ...] = ()
    missing: tuple[str, ...] = Field((), description="Ordered care that it lacks.")
    broken: tuple[str, ...] = Field((), description="Rules broken for others because the participant leaves a group, as sentences.")
    change: Change = Field(
        default_factory=dict, description="What is to be entered in the instance: places of last week given up by agreement."
    )
    care: int = Field(description="The care objective of the whole roster.")
    preference: int = Field(description="The preference objective of the whole roster.")
    roster: Roster


class Offers(Model):
    """Up to three weeks that really differ, the best first."""

    participant: Id
    offers: tuple[PersonWeek, ...]
    moves: int = Field(description="How many others could have moved.")
    considered: tuple[Id, ...] = Field((), description="Of whom it was looked into whether they could move.")
    is_complete: bool = Field(True, description="Nothing better exists, even with someone moved who was not considered.")
    unmet: tuple[Unmet, ...] = Field(
        (), description="What the first week lacks, or all that is ordered without one; why, and what would help."
    )
    lines: tuple[str, ...] = ()


def sentences(answer: Offers) -> Iterator[str]:
    """The answer, line by line."""
    yield f"{answer.participant}: {_how_many(answer)}"
    for number, offer in enumerate(answer.offers, 1):
        begins = "" if offer.first is None else f" from {day_name(offer.first)} {offer.first}"
        yield "; ".join((f"{number}. {counted(offer.minutes, 'minute')} a week{begins}", *offer.missing))
        yield from (f"   {_session(session)}{' (new)' if session.id in offer.new else ''}" for session in offer.sessions)
        for person in offer.moved:
            yield f"   {person.participant} moves: {'; '.join(person.changes)}"
        yield from (f"   needs a decision: {sentence}" for sentence in offer.broken)
        yield from (f"   to enter: {text}" for text in entries(offer.change))
    if answer.unmet:
        yield f"{answer.participant}, at best: {', '.join(dict.fromkeys(entry.what for entry in answer.unmet))}"
    yield from (f"  because {why}" for why in reasons_once(answer.unmet))
    yield from (f"  would help: {fix}" for fix in dict.fromkeys(fix.sentence for entry in answer.unmet for fix in entry.fixes))
    if answer.moves and not answer.is_complete:
        yield f"It was looked into whether {all_of(answer.considered, last='or')} could move; others perhaps could, too."


def _how_many(answer: Offers) -> str:
    if not answer.offers:
        return "no week is possible"
    with_moves = f", with at most {counted(answer.moves, 'other')} moved" if answer.moves else ", everyone else stays"
    return f"{counted(len(answer.offers), 'week is', 'weeks are')} possible{with_moves}"


def _session(session: Session) -> str:
    day, mode = session.start.date(), session.bookings[0].mode
    led = f" with {', '.join(session.facilitators)}" if session.facilitators else ""
    where = session.room if mode == "in_person" and session.room else mode.replace("_", " ")
    return f"{session.group or session.service} on {day_name(day)} {day} {session.start:%H:%M}-{session.end:%H:%M}{led}, {where}"


def entries(change: Change) -> Iterator[str]:
    """The changes of the instance that an offer needs, in words."""
    for place in change.get("history", {}).get("released", {}).get("add", ()):
        yield f"{place['participant']} gives up the place held in {place.get('group') or place['service']}"
