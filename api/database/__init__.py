"""Storage: tables, migrations, documents, backup and restore. Knows no HTTP."""

from api.database.engine import Store, read_once, rows_changed

__all__ = ["Store", "read_once", "rows_changed"]
