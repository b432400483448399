"""What is different in one week: fixes that staff accepted, and what happened. Only the week's instance changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.database.tables import RosterRow, WeekRow
from api.kernel.errors import Place, Problem
from api.programs.store.entities import create_kept
from api.programs.store.kinds import KINDS, Kind, documents_by_kind
from api.weeks.models.weeks import WeekDisruption, WeekException, WeekSettings
from api.weeks.store.rosters import instance_of, result_of
from api.weeks.store.weeks import change_settings, pin_of, pins_of, settings_of_week
from scheduler.errors import StepdownError
from scheduler.instance import Group, Instance, Pin, PlaceRelease
from scheduler.instance.change import CHANGEABLE, Change, applied, changed
from scheduler.repair.entering import disrupted
from scheduler.result import Fix


def with_exceptions(instance: Instance, exceptions: Iterable[WeekException]) -> tuple[Instance, list[str]]:
    """Apply the exceptions of a week, in order.

    Returns:
        The instance, and the exceptions left out because they no longer fit: they name an entity that is gone, or a field's new value is
        no longer valid.
    """
    dropped = []
    for number, exception in enumerate(exceptions):
        try:
            instance = _applied(instance, exception.change)
        except (KeyError, ValidationError):
            dropped.append(f"exceptions[{number}]")
    return instance, dropped


def with_disruptions(instance: Instance, disruptions: Iterable[WeekDisruption]) -> tuple[Instance, list[str]]:
    """Apply what happened in a week and has no place of its own.

    That is: missing resources, telehealth hours while a site is closed, and groups that are merged for this week.

    Returns:
        The instance, and the disruptions left out because what they name is gone.
    """
    dropped = []
    for number, disruption in enumerate(disruptions):
        try:
            instance = disrupted(instance, disruption) if disruption.kind in ("site", "resource", "merge") else instance
        except StepdownError:
            dropped.append(f"disruptions[{number}]")
    return instance, dropped


def wrong_exceptions(session: Session, program: str, exceptions: Sequence[WeekException]) -> list[Place]:
    """Unknown ids and invalid values in the exceptions of a week's settings."""
    documents = documents_by_kind(session, program) if exceptions else {}
    return [
        place
        for number, exception in enumerate(exceptions)
        for name, entries in exception.change.items()
        for id, fields in entries.items()
        for place in _wrong_fields(f"exceptions[{number}].change.{name}.{id}", KINDS[name], documents[name], id, fields)
    ]


def _wrong_fields(path: str, kind: Kind, documents: Sequence[dict[str, Any]], id: str, fields: dict[str, Any]) -> Iterator[Place]:
    document = next((document for document in documents if document["id"] == id), None)
    if document is None:
        yield Place(code="unknown_id", path=path, message="name something that the program has and that is not archived")
        return
    try:
        changed(kind.model.model_validate(document), fields)
    except ValidationError as error:
        yield from (Place(code=e["type"], path=".".join([path, *map(str, e["loc"])]), message=e["msg"]) for e in error.errors())


def _applied(instance: Instance, change: Mapping[Any, dict[str, dict[str, Any]]]) -> Instance:
    """The instance with a change.

    Raises:
        KeyError: The change names an unknown id.
        ValidationError: A new value is not valid.
    """
    for name, entries in change.items():
        missing = entries.keys() - {entry.id for entry in getattr(instance, name)}
        if missing:
            raise KeyError(min(missing))
    return applied(instance, dict(change))


def accept_fix(session: Session, week: WeekRow, row: RosterRow, participant: str, sentence: str, by: str, at: datetime) -> None:
    """Accept a fix of a roster's unmet care for its week, which is locked: the next roster is generated with it.

    A pin that the fix does without is deleted, and a place given up is released, as staff could do themselves. Another run of a group
    becomes a group of the program. Everything else becomes an exception of the week. Accepted twice, it counts once.

    Args:
        sentence: The fix's sentence, by which it is found in the stored result.

    Raises:
        Problem: The roster has no such fix (``bad_reference``), or what it changes is no longer there (``wrong_state``).
    """
    fix, instance = _fix(session, row, participant, sentence), instance_of(session, row)
    change = dict(fix.instance_change)
    _delete_pins(session, week, [instance.pins[number] for number in change.pop("pins", {}).get("remove", ())])
    released = change.pop("history", {}).get("released", {}).get("add", ())
    _open_groups(session, week, instance, change, by)
    change_settings(week, _extended(settings_of_week(week), fix.sentence, change, released), by, at)


def give_up_places(week: WeekRow, places: Sequence[PlaceRelease], by: str, at: datetime) -> None:
    """Enter places of last week that participants give up by agreement in a locked week."""
    settings = settings_of_week(week)
    more = tuple(place for place in places if place not in settings.released)
    if more:
        change_settings(week, settings.model_copy(update={"released": (*settings.released, *more)}), by, at)


def take_back_places(week: WeekRow, group: str, by: str, at: datetime) -> None:
    """Take back that places in a group are given up in a locked week."""
    settings = settings_of_week(week)
    left = tuple(place for place in settings.released if place.group != group)
    if left != settings.released:
        change_settings(week, settings.model_copy(update={"released": left}), by, at)


def take_back(week: WeekRow, number: int, by: str, at: datetime) -> None:
    """Take back an exception of a locked week.

    Raises:
        Problem: The week has no such exception.
    """
    settings = settings_of_week(week)
    if not 0 <= number < len(settings.exceptions):
        raise Problem("bad_reference", "The week has no such exception.")
    left = tuple(exception for n, exception in enumerate(settings.exceptions) if n != number)
    change_settings(week, settings.model_copy(update={"exceptions": left}), by, at)


def _fix(session: Session, row: RosterRow, participant: str, sentence: str) -> Fix:
    result = result_of(session, row)
    entries = () if result is None else result.unmet
    for entry in entries:
        for fix in entry.fixes:
            if (entry.participant, fix.sentence) == (participant, sentence):
                return fix
    raise Problem("bad_reference", "The roster has no such fix.")


def _delete_pins(session: Session, week: WeekRow, pins: Sequence[Pin]) -> None:
    for row in pins_of(session, week.program, week.monday):
        if pin_of(row) in pins:
            session.delete(row)


def _open_groups(session: Session, week: WeekRow, instance: Instance, change: Change, by: str) -> None:
    """Create the groups that a change adds, and take them out of it."""
    old_ids = {group.id for group in instance.groups}
    groups: dict[str, dict[str, Any]] = change.get("groups", {})
    for id in [id for id in groups if id not in old_ids]:
        create_kept(session, week.program, KINDS["groups"], Group.model_validate({"id": id, **groups[id]}), by)
    change["groups"] = {id: fields for id, fields in groups.items() if id in old_ids}


def _extended(settings: WeekSettings, sentence: str, change: Change, released: Iterable[dict[str, Any]]) -> WeekSettings:
    """The settings with what is left of a fix."""
    places = [PlaceRelease.model_validate(entry) for entry in released]
    left: Any = {name: change[name] for name in CHANGEABLE if change.get(name)}
    exception = WeekException(sentence=sentence, change=left)
    exceptions = settings.exceptions if not left or exception in settings.exceptions else (*settings.exceptions, exception)
    merged = (*settings.released, *(place for place in places if place not in settings.released))
    return settings.model_copy(update={"released": merged, "exceptions": exceptions})
