"""Rosters prepared for questions about changes: the last few are kept, and used again while their week is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import Final, TypeVar, cast

from sqlalchemy.orm import Session

from api.database.tables import RosterRow
from api.kernel.errors import Problem
from api.kernel.instance_checks import require_sound
from api.kernel.recent_results import RecentResults
from api.weeks.store.building import build_instance
from api.weeks.store.rosters import roster_of
from scheduler.errors import EditError
from scheduler.instance import Instance
from scheduler.whatif import Whatif

MOST_KEPT: Final = 4
STEP_MINUTES: Final = 5
"""What has happened is looked at in steps of so many minutes, so that what is prepared serves for more than a minute."""

A = TypeVar("A")
Key = tuple[str, date, str, str]


@dataclass(frozen=True, slots=True)
class PreparedRoster:
    """A roster of a week as the week is now.

    Attributes:
        lock: Held while the roster is asked about: what one question finds out is kept for the next.
    """

    instance: Instance
    whatif: Whatif
    lock: Lock = field(default_factory=Lock)
    _about: dict[object, object] = field(default_factory=dict, compare=False)

    def about(self, kind: Callable[[Whatif], A]) -> A:
        """What a class finds out about the roster, kept with it, so that nothing is found out twice."""
        return cast("A", self._about.setdefault(kind, kind(self.whatif)))


class PreparedRosters:
    """The rosters that this process was asked about last, in memory only.

    Nothing here can be out of date: the week is built from its rows for each request and compared with the one that was prepared.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._rosters: RecentResults[Key, PreparedRoster] = RecentResults(most)

    def __len__(self) -> int:
        return len(self._rosters)

    def of_week(self, session: Session, program: str, monday: date, now: datetime) -> RostersOfWeek:
        """The rosters of a week as it is now."""
        return RostersOfWeek(self, session, (program, monday), now)

    def find_with(self, session: Session, row: RosterRow, instance: Instance, purpose: str = "") -> PreparedRoster:
        """A roster of a week that differs from the one stored, e.g. in who may begin, prepared.

        Args:
            purpose: What the week differs for: for each purpose, one is kept.

        Raises:
            Problem: The week's data is inconsistent, or does not fit the roster any more.
        """
        key = _key(row, purpose)
        prepared = self._rosters.find(key)
        if prepared is None or prepared.instance != instance:
            others = self._rosters.items()
            same_week = next((one for other, one in others if other[:2] == key[:2] and one.instance == instance), None)
            case = require_sound(instance) if same_week is None else same_week.whatif.case
            try:
                prepared = PreparedRoster(instance, Whatif(case, roster_of(session, row)))
            except EditError as error:
                raise Problem("bad_reference", "The roster names someone or something that the week no longer has.") from error
        self._rosters.keep(key, prepared)
        return prepared

    def at_hand(self, row: RosterRow, instance: Instance, purpose: str) -> PreparedRoster | None:
        """The same, if it is prepared already."""
        prepared = self._rosters.find(_key(row, purpose))
        return prepared if prepared is not None and prepared.instance == instance else None

    def keep(self, row: RosterRow, prepared: PreparedRoster) -> None:
        """Keep a roster for the next question."""
        self._rosters.keep(_key(row), prepared)


class RostersOfWeek:
    """The rosters of a week as it is at one time. The week is built from its rows once, when the first roster is asked for."""

    def __init__(self, rosters: PreparedRosters, session: Session, week: tuple[str, date], now: datetime) -> None:
        self._rosters, self._session, self._week, self._now = rosters, session, week, now

    @cached_property
    def _instance(self) -> Instance:
        return build_instance(self._session, *self._week, _step(self._now))

    def find(self, row: RosterRow) -> PreparedRoster:
        """A roster, prepared; that takes a moment for the first question about a week.

        Raises:
            Problem: The week's data is inconsistent, or does not fit the roster any more.
        """
        return self._rosters.find_with(self._session, row, self._instance)

    def keep(self, row: RosterRow, prepared: PreparedRoster) -> None:
        """Keep a roster for the next question."""
        self._rosters.keep(row, prepared)


def _key(row: RosterRow, purpose: str = "") -> Key:
    """What a roster contains, of which week, and what for; its content never changes."""
    return row.program, row.monday, row.roster_hash, purpose


def _step(now: datetime) -> datetime:
    return now.replace(minute=now.minute - now.minute % STEP_MINUTES, second=0, microsecond=0)
