"""Programs for tests: an instance of the catalogue, imported as anybody would."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from api.models.programs import ProgramSettings
from api.store import Store
from api.store.importing import import_instance
from api.store.programs import create_program
from scheduler.instance import Instance
from scheduler.reading import read_instance

INSTANCES = Path(__file__).parents[3] / "instances"
AT = datetime(2026, 11, 20, 16, tzinfo=UTC)
"""When the imported rosters were published, where the instance does not say."""


def instance_of(name: str) -> Instance:
    """An instance of the catalogue, e.g. ``demo``."""
    return read_instance(INSTANCES / f"{name}.json")


def seed(store: Store, instance: Instance | str = "demo", program: str = "demo") -> str:
    """A program with everything an instance holds; its id."""
    found = instance_of(instance) if isinstance(instance, str) else instance
    with store.writing() as session:
        create_program(session, program, ProgramSettings(zone=found.program.zone), "system")
        import_instance(session, program, found, "system", AT)
    return program
