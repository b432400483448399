"""The roster of a week that is being worked on: the newest draft, or else the published one; changed by hand, and undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from api.database.tables import RosterRow
from api.kernel.errors import Place, Problem
from api.weeks.models.rosters import RosterEntry
from api.weeks.store.prepared import PreparedRoster, RostersOfWeek
from api.weeks.store.rosters import add_draft, entry_of, newest_roster, roster_of, with_own_ids
from api.weeks.store.seats import keep_maximums
from api.weeks.store.weeks import lock_week, published_roster
from scheduler.errors import EditError
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek
from scheduler.whatif import RosterEdit, Whatif


@dataclass(frozen=True, slots=True)
class WorkingRoster:
    """The roster of a week that is being worked on.

    Attributes:
        former: The published roster that a draft is to follow; None: it is no draft, or nothing is published.
        parent: The roster that was changed by hand into this draft; None: it was made otherwise.
    """

    row: RosterRow
    document: Roster
    former: Roster | None
    parent: Roster | None

    @property
    def is_draft(self) -> bool:
        """Whether it is a draft."""
        return self.row.state == "draft"

    @property
    def entry(self) -> RosterEntry:
        """The roster as shown in lists."""
        return entry_of(self.row)


def find_working(session: Session, program: str, monday: date) -> WorkingRoster | None:
    """The newest draft of a week, or else what is published; None: it has neither."""
    published, newest = published_roster(session, program, monday), newest_roster(session, program, monday)
    if newest is None or newest.state != "draft":
        return None if published is None else WorkingRoster(published, roster_of(session, published), None, None)
    parent = session.get(RosterRow, newest.parent) if newest.origin == "edited" and newest.parent is not None else None
    return WorkingRoster(
        newest,
        roster_of(session, newest),
        None if published is None else roster_of(session, published),
        None if parent is None else roster_of(session, parent),
    )


def lock_working(session: Session, program: str, monday: date) -> WorkingRoster:
    """The roster of a locked week that is being worked on.

    Raises:
        Problem: The week has no roster.
    """
    lock_week(session, program, monday)
    working = find_working(session, program, monday)
    if working is None:
        raise Problem("not_found", "This week has no roster yet.")
    return working


def roster_shown(session: Session, week: tuple[str, date], roster: str) -> Roster | None:
    """What a page showed, by the id of the roster; None: there is no such roster any more."""
    row = session.get(RosterRow, roster)
    return None if row is None or (row.program, row.monday) != week else roster_of(session, row)


def add_changed(
    session: Session, row: RosterRow, rosters: RostersOfWeek, edits: tuple[RosterEdit, ...], by: str, now: datetime
) -> RosterRow:
    """Store the roster after some edits as a new draft, judged, and prepared for the next question.

    Args:
        row: The roster to change, of a locked week. Its version rises, so that nobody edits it without knowing of the draft.

    Raises:
        Problem: An edit cannot be made.
    """
    before = rosters.find(row)
    try:
        with before.lock:
            after, judged = _judged(before.whatif, edits)
    except EditError as error:
        issue = Place(code="not_possible", path="edits", message=str(error))
        raise Problem("bad_reference", "This cannot be done in the roster as it is now.", [issue]) from error
    row.touch(by, now)
    draft = add_draft(session, row.program, row.monday, judged, "edited", by, parent=row.id)
    keep_maximums(draft, after.case)
    rosters.keep(draft, PreparedRoster(before.instance, after))
    return draft


def is_made(session: Session, working: WorkingRoster, rosters: RostersOfWeek, edit: RosterEdit) -> bool:
    """Whether a draft is its parent after one edit, e.g. because a form was sent twice.

    Raises:
        Problem: The week's data is inconsistent, or does not fit the parent any more.
    """
    parent = None if working.row.parent is None else session.get(RosterRow, working.row.parent)
    if parent is None:
        return False
    before = rosters.find(parent)
    try:
        with before.lock:
            return _as_stored(before.whatif.apply(edit)).sessions == working.document.sessions
    except EditError:
        return False


def _judged(whatif: Whatif, edits: tuple[RosterEdit, ...]) -> tuple[Whatif, JudgedWeek]:
    """The roster after some edits, with its verdict, as it is stored: every session under its own id."""
    case, after = whatif.case, whatif.apply(*edits)
    roster = _as_stored(after)
    if roster != after.roster:
        after = Whatif(case, roster)
    return after, JudgedWeek(case, roster, after.verdict())


def _as_stored(whatif: Whatif) -> Roster:
    roster = whatif.roster
    return with_own_ids(roster.model_copy(update={"homes": whatif.case.places.homes_to_store(roster.sessions)}))


def undo(session: Session, working: WorkingRoster) -> None:
    """Delete a draft that was made by hand; the one before it is worked on again.

    Args:
        working: Of a locked week.

    Raises:
        Problem: It is not such a draft.
    """
    if working.parent is None:
        raise Problem("wrong_state", "There is no change by hand to undo.")
    session.delete(working.row)
    session.flush()
