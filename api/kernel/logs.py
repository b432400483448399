"""Logs: one JSON object per line on standard error, with the request id. No names, no tokens, no query strings.

`set_up_logging` routes everything through one handler: ours, uvicorn's, the job engine's, SQLAlchemy's, Alembic's, Python's warnings.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from api.kernel.exception_logging import describe_fault

request_id: ContextVar[str] = ContextVar("request_id", default="")

# The lowest level of each logger; the installation's own level applies in addition.
FLOORS = {
    "uvicorn.error": logging.WARNING,
    "dbos": logging.WARNING,
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "asyncio": logging.WARNING,
    # Logs whole addresses at level info.
    "httpx2": logging.WARNING,
}
# Their messages quote exceptions and values beyond the first line.
TALKATIVE = ("asyncio", "dbos", "concurrent", "uvicorn")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, message, request id, the record's own fields, and an exception without its values."""
        message = record.getMessage()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message.partition("\n")[0] if record.name.partition(".")[0] in TALKATIVE else message,
        }
        if id := request_id.get():
            line["request_id"] = id
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe_fault(record.exc_info[1])
        return json.dumps(line, default=str)


def set_up_logging(level: str) -> None:
    """Send every log of this process through `JsonLines`, replacing any earlier setup.

    Args:
        level: debug, info, warning or error.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in [*logging.root.manager.loggerDict, *FLOORS]:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.disabled = False
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))
    warnings.showwarning = _log_warning
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_fault("a thread ended", args.exc_value)


@contextmanager
def telling(what: str) -> Iterator[None]:
    """Log an exception before it reaches code that would log it with its values, or not at all."""
    try:
        yield
    except Exception as error:
        _log_fault(what, error)
        raise


def _log_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None, line: str | None = None
) -> None:
    """Log a warning's category and location. Its text may quote a value, as pydantic's do, and is omitted."""
    fields = {"category": category.__name__, "place": f"{'/'.join(filename.split('/')[-3:])}:{lineno}"}
    logging.getLogger("warnings").warning("a warning", extra={"fields": fields})


def _log_uncaught(kind: type[BaseException], error: BaseException, _: object) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _log_fault("the process ends", error)


def _log_fault(message: str, error: BaseException | None) -> None:
    logging.getLogger("stepdown").critical(message, exc_info=error)
