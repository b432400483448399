"""Route DBOS's log into the service's log: warnings and errors as one line each, with an exception's type but not its text."""

from __future__ import annotations

import logging

NAME = "dbos"


def quiet_dbos() -> None:
    """Send DBOS's log to the handlers of the process. Call this before creating DBOS, which otherwise installs its own console handler."""
    logger = logging.getLogger(NAME)
    logger.propagate = True
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    if not any(isinstance(f, _OneLine) for f in logger.filters):
        logger.addFilter(_OneLine())


class _OneLine(logging.Filter):
    """Keeps only an exception's type and a message's first line: later lines contain statements and their values."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record."""
        kind = record.exc_info[0] if record.exc_info else None
        record.exc_info = record.exc_text = record.stack_info = None
        first = record.getMessage().partition("\n")[0]
        record.msg, record.args = first if kind is None else f"{first} {kind.__name__}", None
        return True
