"""The form about someone who is not in the program yet: initials, free hours, language, payer, travel and track are enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.offers.newcomers import next_id
from api.pages.forms import Form
from api.pages.typed_hours import UnreadableHoursError, read_hours
from api.programs.store.kinds import Rows
from api.programs.store.labels import labels_of_kind
from scheduler.exchange.workbook.typed.readings import language_from
from scheduler.instance import Participant, Phase, Plan, Service, Site, Track, WeeklyWindow
from scheduler.instance.people import Authorization

LONGEST_LABEL: Final = 20
MOST_TRAVEL: Final = 240
PAYER_DAYS: Final = 90


class CallerChoices:
    """What the form lets choose: tracks and phases by id, the first phase of a plan on top."""

    def __init__(self, session: Session, program: str) -> None:
        rows, labels = Rows(session, program), labels_of_kind(session, program, "tracks")
        self.tracks = {"": "Any", **{track.id: labels[track.id] for track in rows.all(Track)}}
        names = labels_of_kind(session, program, "phases")
        planned = [phase for plan in rows.all(Plan) for phase in plan.phases]
        self.phases = {id: names[id] for id in dict.fromkeys([*planned, *(phase.id for phase in rows.all(Phase))])}


def read_caller(session: Session, program: str, form: Form, now: datetime) -> Participant | None:
    """The caller as a waiting participant with an id of their own; None if the form has errors."""
    rows, choices = Rows(session, program), CallerChoices(session, program)
    label, sites = form.text("label"), rows.all(Site)
    if not label or len(label) > LONGEST_LABEL:
        form.wrong("label", "Write the initials, e.g. A. B.")
    weekly: tuple[WeeklyWindow, ...] = ()
    try:
        weekly = read_hours(form.text("hours"), sites)
    except UnreadableHoursError as error:
        form.wrong("hours", str(error))
    travel = form.number("travel") if form.text("travel") else 0
    if travel is None or travel > MOST_TRAVEL:
        form.wrong("travel", "Write the minutes of the way as a number.")
    track = form.one_of("track", choices.tracks, "Choose a track.")
    phase = form.one_of("phase", choices.phases, "Choose a phase.") if choices.phases else None
    if form.errors:
        return None
    done = tuple(s.id for s in rows.all(Service) if s.before_first_group or s.before_all) if form.is_on("is_intake_done") else ()
    try:
        return Participant.model_validate(
            {
                "id": next_id(labels_of_kind(session, program, "participants")),
                "label": label,
                "status": "waiting",
                "availability": {"weekly": weekly},
                "languages": [language_from(form.text("language") or "English")],
                "travel": {site.id: travel for site in sites} if travel else {},
                "home_track": track or None,
                "phase": phase,
                "intake_done": done,
                "authorizations": _authorizations(form.text("payer"), now),
            }
        )
    except ValidationError:
        form.wrong("language", "Write one language, e.g. Spanish.")
        return None


def _authorizations(payer: str, now: datetime) -> list[Authorization]:
    """What the payer is to be asked for."""
    today = now.date()
    last = today + timedelta(days=PAYER_DAYS)
    return [Authorization(id="a1", unit="day", state="asked", payer=payer[:80], first=today, last=last)] if payer else []
