"""Publish a draft: checked against the week as it is now, and with what others have to be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from api.calls.store.calls import noting_changes
from api.database.tables import RosterRow, WeekRow
from api.kernel.errors import Place, Problem
from api.kernel.settings import Settings
from api.publishing.store import publish
from api.weeks.store.judging import week_now
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import published_roster
from scheduler.compare import Comparison, compare_judged
from scheduler.verify import SHAPE, JudgedWeek, Verdict


class Publication(NamedTuple):
    """A draft that was published.

    Attributes:
        former: The roster that it superseded.
        accepted: The rules that it breaks and the publisher accepted.
    """

    judged: JudgedWeek
    former: RosterRow | None
    accepted: tuple[str, ...]


def publish_draft(
    session: Session, settings: Settings, week: WeekRow, row: RosterRow, by: str, now: datetime, accept: Collection[str] = ()
) -> Publication:
    """Publish a draft of a locked week.

    Args:
        accept: Hard rules that the roster may break.

    Raises:
        Problem: It is no draft, the week's data is inconsistent, or the roster breaks other rules.
    """
    if row.state != "draft":
        raise Problem("wrong_state", "Only drafts can be published; edit an earlier roster to publish it again.")
    former = published_roster(session, week.program, week.monday)
    judged = JudgedWeek.of(week_now(session, week.program, week.monday, now), roster_of(session, row))
    accepted = _accepted(judged.verdict, accept)
    with noting_changes(session, week, now, by, is_mailing=settings.mail_server is not None):
        publish(session, week, row, judged, by, now, accepted)
    return Publication(judged, former, accepted)


def changes_from(session: Session, former: RosterRow | None, judged: JudgedWeek) -> Comparison | None:
    """What a roster changes in the published one; None: nothing is published."""
    return None if former is None else compare_judged(JudgedWeek.of(judged.case, roster_of(session, former)), judged)


def _accepted(verdict: Verdict, accept: Collection[str]) -> tuple[str, ...]:
    """The rules that a roster breaks and the publisher accepted.

    Raises:
        Problem: The roster also breaks other rules; lists each violation.
    """
    refusing = [v for v in verdict.violations if v.rule not in accept or v.rule == SHAPE]
    if refusing:
        places = [Place(code=v.rule, path=",".join(v.sessions) or "sessions", message=v.message) for v in refusing]
        raise Problem(
            "illegal_roster", "Edit the roster or generate a new one, or list the rules in `accept` to publish it anyway.", places
        )
    return tuple(sorted({v.rule for v in verdict.violations}))
