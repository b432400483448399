"""What is done on the week board: each change makes a new draft, which one key undoes. What is published stays as it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.audit.acts import Act
from api.kernel.errors import Problem
from api.pages.forms import Form, SentForm
from api.pages.staff import go, wants_part
from api.pages.week.choices import edit_of
from api.pages.week.draft import difference
from api.pages.week.panel import title_of
from api.pages.week.redo import with_undone
from api.pages.week.showing import Arranged, BoardPage, Stale, week_url
from api.programs.store.labels import ProgramLabels
from api.web.addresses import ThatWeek, WeekAddress
from api.web.dependencies import Now, Writing, needs
from api.weeks.routes.preparing import PreparedRostersOf
from api.weeks.store.prepared import RostersOfWeek
from api.weeks.store.published import desk_number
from api.weeks.store.session_pins import pin_session, unpin_session
from api.weeks.store.weeks import find_week
from api.weeks.store.working import WorkingRoster, add_changed, is_made, lock_working, roster_shown, undo
from scheduler.roster import Roster
from scheduler.whatif import NewAppointment, RosterEdit

router = APIRouter(prefix="/programs/{program}/week", include_in_schema=False)


@router.post("/{monday}/edit")
def change_roster(
    act: Annotated[Act, needs("roster:write", "roster.edit")],
    week: ThatWeek,
    form: SentForm,
    request: Request,
    session: Writing,
    prepared: PreparedRostersOf,
    at: Now,
    arrangement: Arranged,
) -> Response:
    """Make the change that was chosen, in a new draft; if someone was quicker, show what they changed and what was chosen."""
    working, drafts = lock_working(session, *week), arrangement._replace(of="draft")
    rosters = prepared.of_week(session, *week, at)
    edit = _edit(session, week, working.document, form)
    is_current = _is_current(working, form)
    if not is_current and not _was_sent_twice(session, week, working, form, rosters, act.caller.name):
        stale = _stale(session, week, working, form, edit)
        return BoardPage(session, week, rosters, act.caller, at, drafts).show(request, stale=stale, status=412)
    if is_current:
        if edit is None:
            raise Problem("malformed", "Choose again: the page did not send what was chosen.")
        draft = add_changed(session, working.row, rosters, (edit,), act.caller.name, at)
        request.state.act = act.about(made=draft.id)
    if wants_part(request):
        return BoardPage(session, week, rosters, act.caller, at, drafts).show(request, undone=form.text("undone"))
    return go(week_url(week, drafts))


@router.post("/{monday}/undo")
def undo_change(
    act: Annotated[Act, needs("roster:write", "roster.delete")],
    week: ThatWeek,
    form: SentForm,
    request: Request,
    session: Writing,
    prepared: PreparedRostersOf,
    at: Now,
    arrangement: Arranged,
) -> Response:
    """Take back the last change by hand: its draft is deleted."""
    working, rosters = lock_working(session, *week), prepared.of_week(session, *week, at)
    if not _is_current(working, form):
        stale, drafts = _stale(session, week, working, form, None), arrangement._replace(of="draft")
        return BoardPage(session, week, rosters, act.caller, at, drafts).show(request, stale=stale, status=412)
    request.state.act = act.about(roster=working.entry.id)
    undo(session, working)
    if wants_part(request):
        key = find_week(session, *week).desk_key
        undone = (
            ""
            if working.parent is None
            else with_undone(form.text("undone"), working.parent, working.document, lambda id: desk_number(key, id))
        )
        return BoardPage(session, week, rosters, act.caller, at, arrangement).show(request, undone=undone)
    return go(week_url(week, arrangement))


@router.post("/{monday}/pin")
def pin_or_unpin(
    act: Annotated[Act, needs("roster:write", "pin.create")],
    week: ThatWeek,
    form: SentForm,
    session: Writing,
    arrangement: Arranged,
) -> Response:
    """Pin a session where it is, or take its pins back; pressed twice, it stays as the first press left it."""
    working = lock_working(session, *week)
    key = find_week(session, *week).desk_key
    one = next((one for one in working.document.sessions if desk_number(key, one.id) == form.text("session")), None)
    if one is None:
        raise Problem("not_found", "This session is no longer in the roster.")
    if form.text("pin") == "1":
        pin_session(session, *week, one, act.caller.name)
    else:
        unpin_session(session, *week, one)
    return go(week_url(week, arrangement))


def _is_current(working: WorkingRoster, form: Form) -> bool:
    """Whether the page showed the roster that is being worked on now."""
    return (form.text("roster"), form.number("version")) == (working.entry.id, working.row.version)


def _was_sent_twice(session: Session, week: WeekAddress, working: WorkingRoster, form: Form, rosters: RostersOfWeek, by: str) -> bool:
    """Whether the draft is what the form asks for, made by the same person from what the page showed."""
    if working.parent is None or form.text("roster") != working.row.parent or working.row.created_by != by:
        return False
    edit = _edit(session, week, working.parent, form)
    return edit is not None and is_made(session, working, rosters, edit)


def _edit(session: Session, week: WeekAddress, roster: Roster, form: Form) -> RosterEdit | None:
    """What was chosen; None: nothing, or something about a session that is no longer there."""
    key = find_week(session, *week).desk_key
    sessions = {desk_number(key, one.id): one.id for one in roster.sessions}
    try:
        return edit_of(form.text("choice"), sessions)
    except Problem:
        return None


def _stale(session: Session, week: WeekAddress, working: WorkingRoster, form: Form, edit: RosterEdit | None) -> Stale:
    """What was not done, and what someone else changed."""
    before = roster_shown(session, week, form.text("roster"))
    theirs = () if before is None else difference(before, working.document).words
    return Stale("" if edit is None else _in_words(working, edit, ProgramLabels(session, week.program)), theirs)


def _in_words(working: WorkingRoster, edit: RosterEdit, labels: ProgramLabels) -> str:
    """What a change is about."""
    if isinstance(edit, NewAppointment):
        return f"{labels.name('services', edit.service)} of {labels.name('participants', edit.participant)}"
    return next(title_of(one, labels) for one in working.document.sessions if one.id == edit.session)
