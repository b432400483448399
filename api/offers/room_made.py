"""Others who move so that a schedule becomes possible: published with the offer that is held for it, and undone together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from api.database.tables import HeldOfferRow, RosterRow, WeekRow
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.offers.newcomers import hold_for, release_offer, usual_week
from api.offers.roster_edits import edits_between
from api.offers.store import AskedWeek, draft_with
from api.publishing.drafts import publish_draft
from api.publishing.republishing import former_row, republish
from api.weeks.models.edits import Edit
from api.weeks.models.held_offers import OfferPlaces
from api.weeks.models.weeks import WeekMoves
from api.weeks.store.exceptions import give_up_places
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import change_settings, lock_week, published_roster, settings_of_week
from scheduler.case import Case
from scheduler.fields import Model
from scheduler.instance import Participant, PlaceRelease
from scheduler.repair.start import without
from scheduler.roster import Roster

MOST_NOTED: Final = 20
"""Only the last one can be undone."""


class MovesOfOthers(Model):
    """What others change in a published week to make room for someone.

    Attributes:
        version: The version of the week in which that was looked for.
        released: Places of last week that they give up.
    """

    monday: date
    version: int
    edits: tuple[Edit, ...]
    released: tuple[PlaceRelease, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferToHold:
    """An offer to be held.

    Attributes:
        until: When it ends by itself.
        moves: What others who make room for it change; None: nobody moves.
        id: Its id, which no offer has; None: a new one.
    """

    person: Participant
    places: OfferPlaces
    until: datetime
    moves: MovesOfOthers | None = None
    id: str | None = None


def moves_for(week: AskedWeek, roster: Roster, newcomer: str, released: Sequence[PlaceRelease], now: datetime) -> MovesOfOthers | None:
    """The moves of others in a week offered to a newcomer; None if nobody moves, or some of it has happened already."""
    case = Case(week.instance)
    before = {session.id: session for session in week.roster.sessions}
    others = without(case, roster, {session.id: (newcomer,) for session in roster.sessions})
    edits = edits_between(case, week.roster, others)
    after = {session.id: session for session in others.sessions}
    changed = (one for id in before.keys() | after.keys() if before.get(id) != after.get(id) for one in (before.get(id), after.get(id)))
    is_ahead = all(session.start > now for session in changed if session is not None)
    monday = week.roster.monday
    return MovesOfOthers(monday=monday, version=week.version, edits=edits, released=tuple(released)) if edits and is_ahead else None


def lock_week_of(session: Session, program: str, moves: MovesOfOthers | None, by: str) -> None:
    """Lock the week in which others are to move: before the program is locked, as everywhere."""
    if moves is not None:
        lock_week(session, program, moves.monday, by)


def hold_with_moves(
    session: Session, settings: Settings, program: str, offer: OfferToHold, monday: date, by: str, at: datetime
) -> HeldOfferRow:  # fmt: skip
    """Hold an offer, after publishing the moves of others that make room for it; both or neither.

    Args:
        monday: This week's Monday.

    Raises:
        Problem: As from `hold_for`; or the week was changed since (`changed_meanwhile`), or the moves are not possible any more.
    """
    with session.begin_nested():
        week = None if offer.moves is None else lock_week(session, program, offer.moves.monday, by)
        row = None if week is None or offer.moves is None else _make_room(session, settings, week, offer.moves, by, at)
        usual = usual_week(session, program, monday, offer.person, at)
        if usual is None:
            raise Problem("changed_meanwhile")
        held = hold_for(session, program, usual, offer.person, offer.places, offer.until, by, at, offer.id)
        if week is not None and row is not None and offer.moves is not None:
            noted = settings_of_week(week)
            last = WeekMoves(roster=row.id, offer=held.id, released=offer.moves.released)
            change_settings(week, noted.model_copy(update={"moves": (*noted.moves, last)[-MOST_NOTED:]}), by, at)
    return held


def _make_room(session: Session, settings: Settings, week: WeekRow, moves: MovesOfOthers, by: str, at: datetime) -> RosterRow:
    row = published_roster(session, week.program, week.monday)
    if row is None or week.version != moves.version:
        raise Problem("changed_meanwhile")
    give_up_places(week, moves.released, by, at)
    draft = draft_with(session, row, moves.edits, by, at)
    publish_draft(session, settings, week, draft, by, at)
    return draft


def last_moves(session: Session, week: WeekRow) -> WeekMoves | None:
    """The last moves that made room, if nothing was published in the week since."""
    row = published_roster(session, week.program, week.monday)
    last = next(reversed(settings_of_week(week).moves), None)
    return last if row is not None and last is not None and last.roster == row.id and former_row(session, row) is not None else None


def undo_moves(session: Session, settings: Settings, week: WeekRow, by: str, at: datetime) -> str:
    """Publish a locked week as it was before others moved, and release the offer that is held for it.

    Returns:
        The id of the published roster.

    Raises:
        Problem: Something was published since, or the week as it was breaks a rule by now.
    """
    published, last = published_roster(session, week.program, week.monday), last_moves(session, week)
    former = former_row(session, published)
    if last is None or former is None:
        raise Problem("wrong_state", "This week was published again since, so nothing was undone.")
    offer = session.get(HeldOfferRow, last.offer)
    if offer is not None:
        release_offer(session, offer, at)
    noted = settings_of_week(week)
    released = tuple(place for place in noted.released if place not in last.released)
    moves = tuple(one for one in noted.moves if one != last)
    change_settings(week, noted.model_copy(update={"released": released, "moves": moves}), by, at)
    return republish(session, settings, week, roster_of(session, former), published, by, at).id
