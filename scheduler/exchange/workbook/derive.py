"""Values that empty cells take from elsewhere, and values written differently in a workbook than in the contract.

:func:`unfold` completes a draft as the contract requires; :func:`fold` removes from a document what it would restore.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.draft import Draft
from scheduler.roster import appointment_id, group_session_id
from scheduler.timegrid import WEEKDAYS
from scheduler.validation.calendar import ZONE_NAME

FIRST_DAY, LAST_DAY = "0001-01-08", "9999-12-24"
"""The first and last date to which a week can be added, or from which it can be subtracted."""

HAS_OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


def unfold(draft: Draft) -> None:
    """Fill in the values that empty cells take from elsewhere; missing ones are reported."""
    document, zone = draft.document, _zone(draft.document)
    for record, name in _moments(document):
        record[name] = localized(record[name], zone, partial(draft.report, record, name))
    sites = [site.get("id") for site in _list(document, "program", "sites")]
    for clinician in _list(document, "clinicians"):
        for window in clinician.get("hours", ()):
            if "site" not in window:
                _place_window(draft, clinician, window, sites)
    for person in _list(document, "participants"):
        _unfold_person(draft, person, sites)
    for key, days in (("history.last_week", -7), ("published.roster", 0)):
        outer, inner = key.split(".")
        roster = document.get(outer, {}).get(inner)
        if roster is None and document.get(outer) is not None and outer == "published":
            roster = document[outer][inner] = {}
        if roster is not None:
            _unfold_roster(draft, roster, days, zone)


def fold(document: Json) -> Json:
    """Remove from a document what :func:`unfold` restores, and write the rest as people would."""
    zone = _zone(document)
    for record, name in _moments(document):
        record[name] = wall_clock(record[name], zone)
    for person in document["participants"]:
        resources = [use["resource"] for use in person.pop("resources")]
        if resources:
            person["resources"] = resources
    for roster in (document["history"]["last_week"], (document["published"] or {}).get("roster")):
        if roster is not None:
            _fold_roster(roster, document, zone)
    return document


def _list(document: Json, *path: str) -> list[Json]:
    for name in path:
        document = document.get(name) or {}
    return list(document)


def _zone(document: Json) -> ZoneInfo:
    """The program's time zone; UTC if it is invalid, which validation reports."""
    name = document.get("program", {}).get("zone")
    try:
        return ZoneInfo(name if isinstance(name, str) and ZONE_NAME.fullmatch(name) else "UTC")
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def _moments(document: Json) -> Iterator[tuple[Json, str]]:
    """Every date and time outside rosters, as its record and field."""
    records = [(document, "now"), (document.get("published") or {}, "at")]
    for person in _list(document, "participants"):
        for owner in (person, *(person.get("guests") or ())):
            records += [(busy, name) for busy in (owner.get("availability") or {}).get("busy") or () for name in ("start", "end")]
    for clinician in _list(document, "clinicians"):
        records += [(busy, name) for busy in clinician.get("busy") or () for name in ("start", "end")]
    yield from ((record, name) for record, name in records if record.get(name) is not None)


def localized(text: str, zone: ZoneInfo, report: Callable[[str], None], *, is_end: bool = False) -> str:
    """Wall-clock text with the zone's offset; text with an offset stays. An end in a skipped hour becomes the instant of the skip."""
    if HAS_OFFSET.search(text):
        return text
    when = datetime.fromisoformat(text).replace(tzinfo=zone)
    if _is_skipped(when, zone) and not (is_end and not _is_skipped(when - timedelta(minutes=1), zone)):
        report("write another time; the clocks skip this one that day")
    return when.astimezone(UTC).astimezone(zone).isoformat()


def wall_clock(text: str, zone: ZoneInfo) -> str:
    """Text with an offset as wall-clock text where that is equivalent to the minute; else unchanged."""
    when = datetime.fromisoformat(text)
    try:
        local = when.astimezone(zone).replace(tzinfo=None)
        again = local.replace(tzinfo=zone)
    except (OverflowError, ValueError):
        return text
    if local.second or local.microsecond or again.utcoffset() != when.utcoffset():
        return text
    return text if _is_skipped(again, zone) else local.isoformat()


def _is_skipped(when: datetime, zone: ZoneInfo) -> bool:
    """Whether a wall time is skipped by the zone's clock."""
    return when.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != when.replace(tzinfo=None)


def _place_window(draft: Draft, clinician: Json, window: Json, sites: list[str]) -> None:
    """Set where a clinician works, by default at the only site."""
    if len(sites) == 1:
        window["site"] = sites[0]
        return
    part, name = (window, "site") if id(window) in draft.origins else (clinician, "hours")
    draft.report(part, name, "add where: at SITE, or remote; there are several sites")


def _unfold_person(draft: Draft, person: Json, sites: list[str]) -> None:
    if isinstance(person.get("resources"), list):
        person["resources"] = [{"resource": id} for id in person["resources"]]
    travel = person.get("travel")
    if isinstance(travel, dict) and "" in travel:
        if len(sites) == 1:
            person["travel"] = {sites[0]: travel[""]}
        else:
            del person["travel"]
            draft.report(person, "travel", "write the minutes with their sites, e.g. main 20; north 35")


# --- rosters -------------------------------------------------------------------------------------------------------------------


def _unfold_roster(draft: Draft, roster: Json, days: int, zone: ZoneInfo) -> None:
    monday = draft.document.get("monday")
    if "monday" not in roster and isinstance(monday, str) and monday > FIRST_DAY:
        roster["monday"] = (date.fromisoformat(monday) + timedelta(days=days)).isoformat()
    if roster.get("zone") is None:
        roster["zone"] = zone.key
    rooms = {room.get("id"): room.get("site") for room in _list(draft.document, "rooms")}
    groups = {group.get("id"): group for group in _list(draft.document, "groups")}
    services = {service.get("id"): service for service in _list(draft.document, "services")}
    for session in roster.get("sessions", ()):
        group = groups.get(session.get("group"), {})
        if "service" not in session and "service" in group:
            session["service"] = group["service"]
        session.setdefault("mode", group.get("mode", "in_person"))
        if "site" not in session:
            session["site"] = _site_of(session, rooms)
        offer = group if session.get("group") else services.get(session.get("service"), {})
        _set_times(draft, session, roster.get("monday"), offer.get("minutes"), zone)
        for booking in session.get("bookings", ()):
            booking.setdefault("mode", _booked_mode(session))
        if "id" not in session:
            session["id"] = _session_id(session, roster.get("monday"))


def _fold_roster(roster: Json, document: Json, zone: ZoneInfo) -> None:
    rooms = {room["id"]: room["site"] for room in document["rooms"]}
    if roster["zone"] == zone.key:
        del roster["zone"]
    for session in roster["sessions"]:
        if session["id"] == _session_id(session, roster["monday"]):
            del session["id"]
        for booking in session["bookings"]:
            if booking["mode"] == _booked_mode(session):
                del booking["mode"]
        if session["site"] is None and _site_of(session, rooms) is None:
            del session["site"]
        _split_times(session, zone)


def _site_of(session: Json, rooms: Json) -> Json:
    return None if session.get("mode") == "telehealth" else rooms.get(session.get("room"))


def _booked_mode(session: Json) -> str:
    return "telehealth" if session.get("mode") == "telehealth" else "in_person"


def _session_id(session: Json, monday: Json) -> str:
    """The default id of a session, the same as in a solved roster."""
    try:
        when = date.fromisoformat(str(monday))
    except ValueError:
        when = date.min
    if session.get("group"):
        return group_session_id(session["group"], when)
    people = sorted(booking["participant"] for booking in session.get("bookings", ()))
    return appointment_id(people[0] if people else "", str(session.get("service")), when, session.get("ordinal", 1))


def _set_times(draft: Draft, session: Json, monday: Json, minutes: Json, zone: ZoneInfo) -> None:
    """Set start and end from the date, start and end or, without an end, the length."""
    day, start, end = (session.pop(name, None) for name in ("day", "from", "until"))
    if day in WEEKDAYS and monday:
        day = (date.fromisoformat(monday) + timedelta(days=WEEKDAYS.index(day))).isoformat()
    if day is not None and not FIRST_DAY < day < LAST_DAY:
        draft.report(session, "day", "give a date of this century")
        return
    for name, value in (("day", day), ("from", start)):
        if value is None and not (start and "T" in start):
            draft.report(session, name, f"fill in {'the date' if name == 'day' else 'the start'}", "cell_missing")
            return
    begin = start if "T" in start else _at(day, start)
    if end is None and not isinstance(minutes, int):
        draft.report(session, "until", "fill in the end; without one the group or service must be there with its minutes", "cell_missing")
        return
    session["start"] = localized(begin, zone, partial(draft.report, session, "from"))
    if end is None:
        finish = (datetime.fromisoformat(session["start"]) + timedelta(minutes=minutes)).astimezone(zone).isoformat()
    else:
        finish = end if "T" in end else _at(day or begin[:10], end)
    session["end"] = localized(finish, zone, partial(draft.report, session, "until"), is_end=True)


def _at(day: str, clock: str) -> str:
    """Date and time as text; 24:00 becomes the next midnight."""
    hours, minutes = clock.split(":")
    return (datetime.fromisoformat(day) + timedelta(hours=int(hours), minutes=int(minutes))).isoformat()


def _split_times(session: Json, zone: ZoneInfo) -> None:
    """Split the times of a session into date, start and end; with offsets where the wall clock of one day cannot express them."""
    start, end = session.pop("start"), session.pop("end")
    begin, finish = wall_clock(start, zone), wall_clock(end, zone)
    is_plain = not HAS_OFFSET.search(begin) and not HAS_OFFSET.search(finish) and FIRST_DAY < begin[:10] < LAST_DAY
    midnight = _at(begin[:10], "24:00") if is_plain else ""
    if not is_plain or (finish[:10] != begin[:10] and finish != midnight):
        session |= {"from": start, "until": end}
        return
    session |= {"day": begin[:10], "from": begin[11:16], "until": "24:00" if finish == midnight else finish[11:16]}
