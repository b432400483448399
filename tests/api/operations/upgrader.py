"""A process of its own that upgrades a database as soon as a file is there."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from api.database import Store
from api.database.migrations import is_current, upgrade


def main() -> None:
    """Upgrade the database whose address and whose signal are the arguments."""
    url, signal = sys.argv[1:]
    while not Path(signal).exists():
        time.sleep(0.001)
    store = Store(url)
    upgrade(store)
    assert is_current(store)
    store.close()
