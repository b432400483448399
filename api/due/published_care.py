"""The care that published weeks give, kept while neither they nor the authorizations change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from api.database.tables import RosterRow
from api.due.authorization_items import UnitsOfWeek
from api.due.care_items import WeekOfCare
from api.kernel.recent_results import RecentResults
from api.weeks.store.rosters import judged_by, roster_of
from scheduler.case import Case
from scheduler.instance import Authorization, Instance, Participant
from scheduler.rollover.units import drawn_in_week
from scheduler.roster import Roster
from scheduler.view import View

MOST_KEPT: Final = 8

Grants = Mapping[str, tuple[Authorization, ...]]


@dataclass(frozen=True, slots=True)
class PublishedCare:
    """What a published week gives.

    Attributes:
        grants: The authorizations from which it draws, by participant.
        drawn: The units that it draws on each.
    """

    grants: Grants
    care: WeekOfCare
    drawn: UnitsOfWeek


_weeks: RecentResults[tuple[str, str], PublishedCare] = RecentResults(MOST_KEPT)
"""By the hashes of the instance that a roster was judged by, and of the roster: they say all that a week depends on but authorizations."""


def published_care(session: Session, row: RosterRow, people: Iterable[Participant]) -> PublishedCare:
    """The care of a published roster.

    Args:
        people: Participants as they are now, with the authorizations to draw from.
    """
    week = judged_by(session, row)
    here = {person.id for person in week.participants}
    grants = {person.id: person.authorizations for person in people if person.id in here}
    key = row.published_hash or row.instance_hash, row.roster_hash
    earlier = _weeks.find(key)
    if earlier is not None and earlier.grants == grants:
        return earlier
    return _weeks.keep(key, _published_care(week, roster_of(session, row), grants))


def _published_care(week: Instance, roster: Roster, grants: Grants) -> PublishedCare:
    booked = (person.model_copy(update={"authorizations": grants.get(person.id, ())}) for person in week.participants)
    case = Case(week.model_copy(update={"participants": tuple(booked)}))
    view = View(case, roster)
    minutes = {id: (case.care.order(id).floor, view.care_minutes(id)) for id in case.participants}
    drawn = {(id, grant): units for id in case.participants for grant, units in drawn_in_week(case, view, id).items()}
    return PublishedCare(grants, WeekOfCare(week.monday, minutes), drawn)
