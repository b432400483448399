"""What can happen, and the forms in which it is typed and carried from page to page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.kernel.errors import Problem
from api.pages.forms import Form
from api.programs.store.labels import labels_of_kind
from scheduler.repair.disruption import Disruption, DisruptionKind
from scheduler.timegrid import DAY

What = Literal["clinician", "participant", "room", "closed", "resource", "busy"]
MOST_DAYS: Final = 60
BUSY_MINUTES: Final = 90
MOST_BUSY: Final = 720
EVERY_SITE: Final = "all"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that can happen.

    Attributes:
        title: Its name among the others.
        hint: What belongs there.
        kind: The kind of disruption it is.
        entities: Who or what may be out.
        label: The label of that choice.
    """

    title: str
    hint: str
    kind: DisruptionKind
    entities: str
    label: str


HAPPENINGS: Final[Mapping[What, Happening]] = {
    "clinician": Happening("A clinician is out", "Ill, delayed, or away for some days.", "clinician", "clinicians", "Clinician"),
    "busy": Happening("Crisis: a clinician is busy now", "With someone in crisis, for a while.", "clinician", "clinicians", "Clinician"),
    "participant": Happening("A participant is out", "They called to cancel.", "participant", "participants", "Participant"),
    "room": Happening("A room is lost", "Flooded, locked, or taken.", "room", "rooms", "Room"),
    "closed": Happening("Snow, or another closure", "From an hour, or all day: online, or cancelled.", "site", "sites", "Site"),
    "resource": Happening("Interpreter or van cancelled", "Or whatever else people need.", "resource", "resources", "Resource"),
}


def choices(session: Session, program: str, what: What) -> dict[str, str]:
    """Who or what may be out, by id, sorted by name."""
    entities = HAPPENINGS[what].entities
    names = dict(sorted(labels_of_kind(session, program, entities).items(), key=lambda pair: pair[1]))
    return names if what != "closed" or len(names) < 2 else {EVERY_SITE: "Every site", **names}


def typed(form: Form, what: What, names: Mapping[str, str], now: datetime) -> Disruption | None:
    """The disruption as typed; None, with messages, if something is wrong.

    Args:
        now: From `program_now`.
    """
    who = form.one_of("who", names, f"Choose the {HAPPENINGS[what].label.lower()}.")
    start, end = _busy(form, now) if what == "busy" else _period(form, now)
    if start is not None and end is not None and not form.errors:
        _check(form, start, end, now)
    if form.errors or who is None or start is None or end is None:
        return None
    return Disruption(kind=HAPPENINGS[what].kind, id=None if who == EVERY_SITE else who, start=start, end=end)


def carried(form: Form, what: What, names: Mapping[str, str]) -> Disruption:
    """The disruption as our own pages carry it on in hidden fields.

    Raises:
        Problem: It is not complete, or what it names is gone.
    """
    who = form.text("who")
    if who not in names:
        raise Problem("wrong_state", "What happened names someone or something that has been removed since. Begin again.")
    try:
        start, end = (datetime.fromisoformat(form.text(name)) for name in ("from", "until"))
        id = None if who == EVERY_SITE else who
        disruption = Disruption.model_validate({"kind": HAPPENINGS[what].kind, "id": id, "start": start, "end": end})
    except (ValueError, ValidationError):
        raise Problem("malformed", "The form was not complete. Begin again.") from None
    if disruption.end - disruption.start > timedelta(days=MOST_DAYS + 2):
        raise Problem("malformed", "The form was not complete. Begin again.")
    return disruption


def hidden_fields(disruption: Disruption, monday: date, version: int) -> dict[str, str]:
    """The fields that carry a disruption on."""
    return {
        "who": disruption.id or EVERY_SITE,
        "from": disruption.start.isoformat(),
        "until": disruption.end.isoformat(),
        "monday": monday.isoformat(),
        "version": str(version),
    }


def _busy(form: Form, now: datetime) -> tuple[datetime | None, datetime | None]:
    minutes = form.number("minutes")
    if minutes is None or not 1 <= minutes <= MOST_BUSY:
        form.wrong("minutes", f"Write the minutes, 1 to {MOST_BUSY}.")
        return None, None
    return now, now + timedelta(minutes=minutes)


def _period(form: Form, now: datetime) -> tuple[datetime | None, datetime | None]:
    first, last = form.day("first", "Choose the first day."), form.day("last", "Choose the last day.")
    start = form.clock("start", "Write a time, e.g. 13:00.") if form.text("start") else 0
    end = form.clock("end", "Write a time, e.g. 17:00.") if form.text("end") else DAY
    zone = now.tzinfo
    if first is None or last is None or start is None or end is None or not isinstance(zone, ZoneInfo):
        return None, None
    return _moment(first, start, zone), _moment(last, end, zone)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, datetime.min.time(), zone) + timedelta(minutes=minute)


def _check(form: Form, start: datetime, end: datetime, now: datetime) -> None:
    if end <= start:
        form.wrong("last", "The end is before the start.")
    elif end <= now:
        form.wrong("last", "That is over already. Choose an end that is still to come.")
    elif max(end - start, start - now) > timedelta(days=MOST_DAYS):
        form.wrong("last", f"Only the next {MOST_DAYS} days can be looked at. Enter a longer leave as leave.")
