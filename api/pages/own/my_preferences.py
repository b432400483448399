"""Preferences on a participant's own page: ranked times of day, and the mode. They are stored in the participant's document."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from api.pages.forms import Form, SentForm
from api.pages.own.visitor_cookie import visiting
from api.pages.own.week import go_to
from api.pages.rendering import page
from api.programs.store.entities import find_kept, replace_kept
from api.programs.store.kinds import KINDS
from api.visits.store.visits import Visitor
from api.web.dependencies import Reading, Writing
from scheduler.instance import Participant, Preference

router = APIRouter(prefix="/my/wishes", include_in_schema=False)

TIMES = {"morning": "Morning", "afternoon": "Afternoon", "evening": "Evening"}
MODES = {"in_person": "In person", "telehealth": "Online"}
PLACES = ("time-1", "time-2", "time-3")


@router.get("")
def show_wishes(visitor: Annotated[Visitor, visiting("own.wishes")], session: Reading, request: Request) -> HTMLResponse:
    """Show the stored preferences."""
    row = find_kept(session, visitor.program, KINDS["participants"], visitor.participant)
    return _show(request, Participant.model_validate(row.document), Form())


@router.post("")
def rank_wishes(visitor: Annotated[Visitor, visiting("own.wish")], form: SentForm, session: Writing, request: Request) -> Response:
    """Store the ranked times and the mode in the participant's document; other preferences stay."""
    row = find_kept(session, visitor.program, KINDS["participants"], visitor.participant, to_change=True)
    person = Participant.model_validate(row.document)
    wishes = _wishes(form, person)
    if form.errors:
        request.state.act = replace(request.state.act, action="own.wishes")
        return _show(request, person, form)
    others = tuple(wish for wish in person.preferences if wish.attribute not in ("time", "mode"))
    changed = person.model_copy(update={"preferences": (*wishes, *others)})
    if set(changed.preferences) != set(person.preferences):
        replace_kept(session, row, KINDS["participants"], changed, visitor.name)
    return go_to("/my/wishes?saved=1")


def _show(request: Request, person: Participant, form: Form) -> HTMLResponse:
    return page(
        request,
        "own/wishes.html",
        status=422 if form.errors else 200,
        form=form,
        kept=_as_typed(person),
        places=dict(zip(PLACES, ("First choice", "Second choice", "Third choice"), strict=True)),
        times=[("", "No preference"), *TIMES.items()],
        modes=[("", "No preference"), *MODES.items()] if _may_choose_mode(person) else [],
        is_saved=request.query_params.get("saved") == "1",
    )


def _wishes(form: Form, person: Participant) -> tuple[Preference, ...]:
    """The chosen preferences, with errors at their fields."""
    chosen: list[str] = []
    for name in PLACES:
        wish = form.one_of(name, ("", *TIMES), "Choose a time, or no preference.")
        if wish and wish in chosen:
            form.wrong(name, f"{TIMES[wish]} is chosen more than once. Choose each time only once.")
        elif wish:
            chosen.append(wish)
    mode = form.one_of("mode", ("", *MODES), "Choose one, or no preference.") if _may_choose_mode(person) else None
    wishes = [Preference(attribute="time", ranked=tuple(chosen))] if chosen else []
    if mode:
        wishes.append(Preference(attribute="mode", ranked=(mode, *(other for other in MODES if other != mode))))
    return tuple(wishes)


def _may_choose_mode(person: Participant) -> bool:
    return len(set(person.modes)) > 1


def _as_typed(person: Participant) -> dict[str, str]:
    """The stored preferences as values of the form's fields."""
    ranked = {wish.attribute: wish.ranked for wish in person.preferences}
    times = [value for value in ranked.get("time", ()) if value in TIMES]
    mode = [value for value in ranked.get("mode", ()) if value in MODES]
    return {**dict(zip(PLACES, times, strict=False)), **({"mode": mode[0]} if mode else {})}
