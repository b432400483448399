"""Ana as a file has her, merged into what the small program keeps of her."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from api.database.tables import EntityRow
from api.programs.store.entities import create_kept, find_kept
from api.programs.store.kinds import KINDS
from api.spreadsheets.store.merging.merge_entities import merge_participant
from api.spreadsheets.store.merging.rows import Changes
from scheduler.instance import Participant
from tests.api.weeks.small import MONDAY, person


def kept(rows: Session, kind: str, /, **document: Any) -> EntityRow:
    return create_kept(rows, "north", KINDS[kind], KINDS[kind].model.model_validate(document), "user:1")


def ana(**more: Any) -> Participant:
    return Participant.model_validate(person("ana", **more))


def merged(changes: Changes, built: Participant, wanted: Participant) -> Participant:
    """What is kept of ana herself afterwards."""
    merge_participant(changes, MONDAY, built, wanted)
    changes.session.flush()
    found: Participant = changes.model("participants", "ana")
    return found


def own(changes: Changes, **more: Any) -> None:
    """Let ana's own document say something."""
    row = find_kept(changes.session, "north", KINDS["participants"], "ana")
    row.document = ana(**more).model_dump(mode="json")
    changes.session.flush()


def entries(changes: Changes, kind: str) -> list[Any]:
    """Entries that are not archived, by id."""
    found = changes.rows(kind)
    return [KINDS[kind].model.model_validate(found[id].document) for id in sorted(found) if found[id].archived_at is None]
