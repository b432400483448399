"""Storage: tables, migrations, and the few acts that must happen whole. Knows no HTTP."""

from api.database.engine import Store, rows_changed

__all__ = ["Store", "rows_changed"]
