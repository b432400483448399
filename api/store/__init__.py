"""Storage: tables, migrations, and the few acts that must happen whole. Knows no HTTP."""

from api.store.database import Store

__all__ = ["Store"]
