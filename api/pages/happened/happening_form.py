"""The forms in which what happened is typed, and the hidden fields that carry it from page to page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from api.kernel.errors import Problem
from api.pages.forms import Form
from api.pages.happened.happening import EVERY_SITE, HAPPENINGS, What
from api.pages.published_week import WEEK, monday_of
from api.pages.typed_hours import UnreadableHoursError, read_hours
from api.programs.store.kinds import Rows
from api.programs.store.labels import labels_of_kind
from scheduler.fields import Label
from scheduler.instance import Site, WeeklyWindow
from scheduler.repair.disruption import Disruption
from scheduler.timegrid import DAY

MOST_DAYS: Final = 60
BUSY_MINUTES: Final = 90
MOST_BUSY: Final = 720
LASTS: Final = {"week": "Only in the week of that day", "on": "From that day on"}
WINDOWS: Final = TypeAdapter(tuple[WeeklyWindow, ...])
MOST_LABEL: Final = 80
LABEL: Final[TypeAdapter[str]] = TypeAdapter(Label)


def typed(session: Session, program: str, form: Form, what: What, names: Mapping[str, str], now: datetime) -> Disruption | None:
    """The disruption as typed; None, with messages, if something is wrong.

    Args:
        now: From `program_now`.
    """
    who = form.one_of("who", names, f"Choose the {HAPPENINGS[what].label.lower()}.")
    start, end = _busy(form, now) if what == "busy" else _from_day(form, what, now) if what in FROM_A_DAY else _period(form, now)
    if start is not None and end is not None and not form.errors:
        _check(form, start, end, now)
    more = _particulars(session, program, form, what, names)
    if form.errors or who is None or start is None or end is None:
        return None
    return Disruption(kind=HAPPENINGS[what].kind, id=None if who == EVERY_SITE else who, start=start, end=end, **more)


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
        free, into = WINDOWS.validate_json(form.text("free") or "[]"), form.text("into") or None
        disruption = Disruption.model_validate({
            "kind": HAPPENINGS[what].kind, "id": None if who == EVERY_SITE else who, "start": start, "end": end, "free": free, "into": into,
            "label": form.text("label"),
        })  # fmt: skip
    except (ValueError, ValidationError):
        raise Problem("malformed", "The form was not complete. Begin again.") from None
    if disruption.end - disruption.start > timedelta(days=MOST_DAYS + 2):
        raise Problem("malformed", "The form was not complete. Begin again.")
    return disruption


def hidden_fields(disruption: Disruption, monday: date, version: int) -> dict[str, str]:
    """The fields that carry a disruption on."""
    free = WINDOWS.dump_json(disruption.free).decode() if disruption.free else ""
    particulars = {"into": disruption.into or "", "label": disruption.label, "free": free}
    return {
        "who": disruption.id or EVERY_SITE,
        "from": disruption.start.isoformat(),
        "until": disruption.end.isoformat(),
        "monday": monday.isoformat(),
        "version": str(version),
    } | {name: value for name, value in particulars.items() if value}


def _particulars(session: Session, program: str, form: Form, what: What, names: Mapping[str, str]) -> dict[str, Any]:
    """What is asked about some happenings only: new hours, the other group."""
    match what:
        case "hours":
            return {"free": _free(session, program, form)}
        case "merge":
            into = form.one_of("into", names, "Choose the group that stays.")
            if into is not None and into == form.text("who"):
                form.wrong("into", "Choose another group than the one that ends.")
            return {"into": into}
        case "split":
            who = form.text("who")
            return {"into": _free_id(session, program, who), "label": _label(form) or f"{names.get(who, '')} 2"[:MOST_LABEL]}
        case _:
            return {}


def _free(session: Session, program: str, form: Form) -> tuple[WeeklyWindow, ...]:
    try:
        return read_hours(form.text("hours"), Rows(session, program).all(Site))
    except UnreadableHoursError as error:
        form.wrong("hours", str(error))
        return ()


def _label(form: Form) -> str:
    try:
        return LABEL.validate_python(form.text("label"))
    except ValidationError:
        form.wrong("label", f"Write at most {MOST_LABEL} letters.")
        return ""


def _free_id(session: Session, program: str, group: str) -> str:
    """An id for the other half of a group, which no group has or had."""
    ids = labels_of_kind(session, program, "groups")
    return next(id for n in range(2, len(ids) + 3) if (id := f"{group[:60]}-{n}") not in ids)


def _busy(form: Form, now: datetime) -> tuple[datetime | None, datetime | None]:
    minutes = form.number("minutes")
    if minutes is None or not 1 <= minutes <= MOST_BUSY:
        form.wrong("minutes", f"Write the minutes, 1 to {MOST_BUSY}.")
        return None, None
    return now, now + timedelta(minutes=minutes)


FROM_A_DAY: Final = frozenset({"hours", "merge", "split"})
"""Changes that begin on a day, today at once."""


def _from_day(form: Form, what: What, now: datetime) -> tuple[datetime | None, datetime | None]:
    """A merge for a week and every split end with the week; what is there to stay lasts for as long as weeks are published."""
    first, zone = form.day("first", "Choose the first day."), now.tzinfo
    lasts = form.one_of("lasts", LASTS, "Choose for how long.") if what == "merge" else "week" if what == "split" else "on"
    if first is None or lasts is None or not isinstance(zone, ZoneInfo):
        return None, None
    start = max(now, _moment(first, 0, zone))
    last = monday_of(start.date()) + WEEK if lasts == "week" else start.date() + timedelta(days=MOST_DAYS)
    return start, _moment(last, 0, zone)


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
    is_period = bool(form.text("last"))
    if end <= start:
        form.wrong("last", "The end is before the start.")
    elif end <= now:
        form.wrong("last", "That is over already. Choose an end that is still to come.")
    elif max(end - start, start - now) > timedelta(days=MOST_DAYS):
        what = "Enter a longer leave as leave." if is_period else "Choose an earlier first day."
        form.wrong("last" if is_period else "first", f"Only the next {MOST_DAYS} days can be looked at. {what}")
