"""Storage: tables, migrations, documents, backup and restore. Knows no HTTP."""

from api.database.engine import Store, rows_changed

__all__ = ["Store", "rows_changed"]
