"""What can happen, and to whom or what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from api.programs.store.entities import DISCHARGED
from api.programs.store.kinds import KINDS, active_documents
from api.programs.store.labels import labels_of_kind
from scheduler.repair.disruption import DisruptionKind

What = Literal["clinician", "participant", "hours", "room", "closed", "resource", "busy", "merge", "split"]
EVERY_SITE: Final = "all"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that can happen.

    Attributes:
        title: Its name among the others.
        hint: What belongs there.
        kind: The kind of disruption it is.
        entities: Who or what it may happen to.
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
    "hours": Happening("New hours of a participant", "From a date on: a new job.", "availability", "participants", "Participant"),
    "room": Happening("A room is lost", "Flooded, locked, or taken.", "room", "rooms", "Room"),
    "closed": Happening("Snow, or another closure", "From an hour, or all day: online, or cancelled.", "site", "sites", "Site"),
    "resource": Happening("Interpreter or van cancelled", "Or whatever else people need.", "resource", "resources", "Resource"),
    "merge": Happening("Two groups become one", "For a week, or from then on.", "merge", "groups", "Group that ends"),
    "split": Happening("A group is split in two", "It has become too large.", "split", "groups", "Group"),
}


def choices(session: Session, program: str, what: What) -> dict[str, str]:
    """Whom or what it may happen to, by id, sorted by name; nobody who was discharged, and nothing that is archived."""
    entities = HAPPENINGS[what].entities
    active = {one["id"] for one in active_documents(session, program, KINDS[entities]) if one.get("status") != DISCHARGED}
    labels = {id: name for id, name in labels_of_kind(session, program, entities).items() if id in active}
    names = dict(sorted(labels.items(), key=lambda pair: pair[1]))
    return names if what != "closed" or len(names) < 2 else {EVERY_SITE: "Every site", **names}
