"""The small program of the weeks."""

from tests.api.weeks.conftest import clock, coordinator, database_file, draft, program, published, rows, signed_in  # noqa: F401 - of the small program
