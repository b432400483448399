"""Two programs of the same kind."""

from tests.api.weeks.conftest import database_file, rows  # noqa: F401 - for everybody below
