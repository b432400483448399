"""A process of its own that dies in the middle of a merge."""

import os
from datetime import datetime

from api.database import Store
from api.spreadsheets.store.merging import merge_instance
from scheduler.instance import Instance


def merge_and_die(url: str, document: str, at: datetime) -> None:
    """Merge an instance, write everything, and die before the commit."""
    store, instance = Store(url), Instance.model_validate_json(document)
    with store.writing() as session:
        merge_instance(session, "house", instance, None, "system", at)
        session.flush()
        os._exit(9)
