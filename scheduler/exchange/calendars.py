"""The calendars of a roster, written as files to an output folder.

Only ``calendars/index.csv`` says whose calendar each file is. The index, the state and the secret are readable by their owner only.
Writing to the same folder again keeps names and UIDs, and raises the sequence of changed events.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, Field, ValidationError

from scheduler.case import Case
from scheduler.errors import StepdownError
from scheduler.exchange.events import Event, clinician_events, participant_events
from scheduler.exchange.files import PRIVATE, folder_secret, write_file
from scheduler.exchange.ical import calendar_name, write_calendar
from scheduler.exchange.options import CLINICIAN_OPTIONS, FeedOptions
from scheduler.exchange.stamps import VersionedEvent, events_in_view, revise
from scheduler.exchange.tables import csv_text
from scheduler.fields import Model
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.timegrid import Week
from scheduler.view import View

FOLDER = "calendars"
KINDS = {"participants": "participant", "clinicians": "clinician"}


class State(Model):
    """The events last written, by UID, and the options of participants' calendars. It holds nothing that the calendars do not."""

    version: Literal[1] = 1
    events: dict[str, VersionedEvent] = Field(default_factory=dict)
    options: FeedOptions = FeedOptions()
    looks_at: AwareDatetime | None = None

    def looking(self, options: FeedOptions, now: datetime) -> dict[str, Any]:
        """The options of calendars from now on, and since when they apply."""
        is_same = options == self.options or not self.events
        return {"options": options, "looks_at": self.looks_at if is_same else now.replace(microsecond=0)}


def write_calendars(
    folder: Path, instance: Instance, roster: Roster, now: datetime, options: FeedOptions | None = None
) -> tuple[Path, ...]:  # fmt: skip
    """Write one calendar per participant and clinician, the index and the state.

    Args:
        folder: The output folder; calendars are written to its ``calendars/``.
        now: The time of the change, with a time zone.
        options: Label and switches of participants' calendars.

    Returns:
        The calendars that changed.

    Raises:
        StepdownError: The folder's state or secret is damaged.
        ValueError: ``now`` has no time zone.
    """
    secret, view = folder_secret(folder), View(Case(instance), roster)
    root, week = folder / FOLDER, view.case.week
    state = _read_state(root / "state.json")
    before, looks = state.events, state.looking(options or FeedOptions(), now)
    people = {calendar_name(kind, person, secret): (kind, person) for kind, person in _people(view)}
    after: dict[str, tuple[VersionedEvent, ...]] = {}
    # The calendar of a person who has left may still have subscribers: they must see the sessions cancelled.
    for name in dict.fromkeys([*people, *sorted({e.calendar for e in before.values()})]):
        events = _events(view, *people[name], secret) if name in people else ()
        after[name] = revise(before, name, events, week, now)
    # The state is written first: an interrupted run must not lead to two contents with the same sequence.
    events_by_uid = {e.uid: e for events in after.values() for e in events}
    state = State(events=dict(sorted(events_by_uid.items())), **looks)
    write_file(root / "state.json", state.model_dump_json(indent=1).encode() + b"\n", PRIVATE)
    rows = [(KINDS[kind], person, f"{name}.ics") for name, (kind, person) in people.items()]
    write_file(root / "index.csv", csv_text(("kind", "id", "file"), rows).encode(), PRIVATE)
    paths = {root / f"{name}.ics": _written(state, name, events_in_view(events, now, week), week) for name, events in after.items()}
    return tuple(path for path, body in paths.items() if write_file(path, body))


def _written(state: State, name: str, events: tuple[VersionedEvent, ...], week: Week) -> bytes:
    if name.startswith("clinicians"):
        return write_calendar(events, week.zone, CLINICIAN_OPTIONS, week.monday.year)
    return write_calendar(events, week.zone, state.options, week.monday.year, state.looks_at)


def _people(view: View) -> Iterator[tuple[str, str]]:
    yield from (("participants", p) for p in view.visits)
    yield from (("clinicians", c) for c in view.by_clinician)


def _events(view: View, kind: str, person: str, secret: bytes) -> tuple[Event, ...]:
    return participant_events(view, person, secret) if kind == "participants" else clinician_events(view, person, secret)


def _read_state(path: Path) -> State:
    if not path.exists():
        return State()
    try:
        return State.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise StepdownError(f"{FOLDER}/{path.name} is damaged: restore it, or delete the folder and share the calendars again") from error
