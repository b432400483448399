"""Enter a disruption, publish the remedy that was chosen for it, and undo both."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from api.database.documents import document_text, keep_document
from api.database.tables import WeekRow
from api.disruptions.entries import DisruptionEntry, enter_in_program, is_to_stay, take_out_of_program
from api.disruptions.lasting import archive_half
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.programs.store.programs import zone_of
from api.publishing.republishing import former_row, republish
from api.weeks.models.weeks import WeekDisruption
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import change_settings, lock_week, published_roster, settings_of_week
from scheduler.repair.disruption import Disruption
from scheduler.repair.result import Repair
from scheduler.roster import Roster


def keep_answers(session: Session, repaired: Repair) -> tuple[str, ...]:
    """Store the rosters of some answers for the time it takes to choose one; each by its hash."""
    return tuple(keep_document(session, "roster", answer.roster.model_dump_json()) for answer in repaired.answers)


def is_published(session: Session, program: str, monday: date, remedy: str) -> bool:
    """Whether a remedy is what is published, e.g. because its button was pressed twice."""
    row = published_roster(session, program, monday)
    return row is not None and row.roster_hash == remedy


def publish_remedy(session: Session, settings: Settings, week: WeekRow, remedy: str, disruption: Disruption, by: str, at: datetime) -> str:
    """Enter a disruption, and publish a remedy for it in a locked week.

    Args:
        remedy: The hash of its roster.

    Returns:
        The id of the published roster.

    Raises:
        Problem: The remedy is gone, or breaks a rule by now.
    """
    entry = enter(session, week.program, disruption, by, at)
    former = published_roster(session, week.program, week.monday)
    row = republish(session, settings, week, _roster(session, remedy), former, by, at)
    _note(week, WeekDisruption(**dict(disruption), roster=row.id, **entry._asdict()), by, at)
    return row.id


def former_roster(session: Session, program: str, monday: date) -> Roster | None:
    """The roster that the published one was made from."""
    row = former_row(session, published_roster(session, program, monday))
    return None if row is None else roster_of(session, row)


def enter(session: Session, program: str, disruption: Disruption, by: str, at: datetime) -> DisruptionEntry:
    """Enter a disruption: as time away, new hours, closed hours, or in its groups. Entering it twice has no further effect.

    A missing resource, telehealth that goes on while a site is closed, and groups merged for a week are noted in the weeks concerned, and
    so end with them.

    Raises:
        Problem: There is no such person, room or group, or the program's data contradicts it.
    """
    if disruption.kind in ("site", "resource") or (disruption.kind == "merge" and not is_to_stay(disruption)):
        for monday in _mondays(session, program, disruption):
            _note(lock_week(session, program, monday, by), WeekDisruption(**dict(disruption)), by, at)
    return enter_in_program(session, program, disruption, by, at)


def undoable(session: Session, week: WeekRow) -> WeekDisruption | None:
    """What happened last, if nothing was published in the week since its remedy."""
    row = published_roster(session, week.program, week.monday)
    last = next(reversed(settings_of_week(week).disruptions), None)
    is_last = row is not None and last is not None and last.roster == row.id
    return last if is_last and former_row(session, row) is not None else None


def undo_remedy(session: Session, settings: Settings, week: WeekRow, by: str, at: datetime) -> str:
    """Publish a locked week as it was before the last remedy, and take out what was entered for that.

    Returns:
        The id of the published roster.

    Raises:
        Problem: Something was published since, or the week as it was breaks a rule by now.
    """
    published, last = published_roster(session, week.program, week.monday), undoable(session, week)
    former = former_row(session, published)
    if last is None or former is None:
        raise Problem("wrong_state", "This week was published again since, so nothing was undone.")
    for monday in {*_mondays(session, week.program, last), week.monday}:
        _forget(lock_week(session, week.program, monday, by), last, by, at)
    take_out_of_program(session, week.program, last, by, at)
    row = republish(session, settings, week, roster_of(session, former), published, by, at)
    if last.kind == "split":
        archive_half(session, week.program, last, by, at)
    return row.id


def _mondays(session: Session, program: str, disruption: Disruption) -> list[date]:
    """The weeks that a disruption touches."""
    zone = zone_of(session, program)
    first, last = (moment.astimezone(zone).date() for moment in (disruption.start, disruption.end - timedelta(seconds=1)))
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(weeks=number) for number in range((last - monday).days // 7 + 1)]


def _note(week: WeekRow, disruption: WeekDisruption, by: str, at: datetime) -> None:
    """Note what happened in a locked week, once."""
    settings = settings_of_week(week)
    others = tuple(one for one in settings.disruptions if not _is_same(one, disruption))
    if disruption.roster is not None or len(others) == len(settings.disruptions):
        change_settings(week, settings.model_copy(update={"disruptions": (*others, disruption)}), by, at)


def _forget(week: WeekRow, disruption: WeekDisruption, by: str, at: datetime) -> None:
    settings = settings_of_week(week)
    others = tuple(one for one in settings.disruptions if not _is_same(one, disruption))
    if others != settings.disruptions:
        change_settings(week, settings.model_copy(update={"disruptions": others}), by, at)


def _is_same(a: Disruption, b: Disruption) -> bool:
    return (a.kind, a.id, a.start, a.end) == (b.kind, b.id, b.start, b.end)


def _roster(session: Session, hash: str) -> Roster:
    try:
        return Roster.model_validate_json(document_text(session, hash))
    except (KeyError, ValueError):
        raise Problem("wrong_state", "These answers are too old. Go back, and look for answers again.") from None
