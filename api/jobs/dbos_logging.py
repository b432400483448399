"""DBOS's log joins ours: warnings and errors as one line each, with the kind of an exception and without its text."""

from __future__ import annotations

import logging

NAME = "dbos"


def quiet_dbos() -> None:
    """Send what DBOS says to the handlers of the process; call it before DBOS is made, or it installs a console handler of its own."""
    logger = logging.getLogger(NAME)
    logger.propagate = True
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    if not any(isinstance(f, _OneLine) for f in logger.filters):
        logger.addFilter(_OneLine())


class _OneLine(logging.Filter):
    """Leaves of an exception its kind, of a message its first line: statements and their values stand in those after it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record."""
        kind = record.exc_info[0] if record.exc_info else None
        record.exc_info = record.exc_text = record.stack_info = None
        first = record.getMessage().partition("\n")[0]
        record.msg, record.args = first if kind is None else f"{first} {kind.__name__}", None
        return True
