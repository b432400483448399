"""Loggable descriptions of exceptions: type and origin, but no values, because a value may name a person."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import psycopg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from api.kernel.errors import Problem

DEPTH = 30
CHAIN = 5


def describe_fault(error: BaseException) -> dict[str, Any]:
    """The type, safe message, stack and causes of an exception."""
    chain = [_link(link) for link in _chain(error)]
    return chain[0] | ({"causes": chain[1:]} if chain[1:] else {})


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain and len(chain) < CHAIN:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return chain


def _link(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    entry = {"type": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."), "message": safe_message(error)}
    stack = [f"{_shortened(f.filename)}:{f.lineno} in {f.name}" for f in traceback.extract_tb(error.__traceback__, limit=-DEPTH)]
    parts = [describe_fault(part) for part in error.exceptions[:CHAIN]] if isinstance(error, BaseExceptionGroup) else []
    return {key: value for key, value in (entry | {"stack": stack, "parts": parts}).items() if value}


def _shortened(filename: str) -> str:
    """The end of a path: the package and the file in it, without the machine's own folders."""
    parts = Path(filename).parts
    start = next((i + 1 for i in range(len(parts) - 1, -1, -1) if parts[i] in {"site-packages", "dist-packages"}), -3)
    return "/".join(parts[start:])


def safe_message(error: BaseException) -> str:
    """The part of an exception's message that may be logged: codes, field paths and numbers. Most messages quote values and are dropped."""
    if isinstance(error, Problem):
        return f"{error.code}: {error.detail}" if error.detail else error.code
    if isinstance(error, ValidationError):
        places = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, place['loc']))}: {place['type']}" for place in places[:20])
    if isinstance(error, DBAPIError):
        return _of_database(error.orig)
    if isinstance(error, psycopg.Error):
        return _of_database(error)
    if isinstance(error, OSError):
        return error.strerror or ""
    return ""


def _of_database(error: BaseException | None) -> str:
    """A safe summary of a database error: its first line names constraints and columns; values follow in later lines or in data errors."""
    kind = type(error).__name__
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or ""
    speaks = kind in {"OperationalError", "IntegrityError", "InterfaceError", "ProgrammingError"} or _is_operational(error)
    first = str(error).partition("\n")[0] if speaks else ""
    return " ".join(part for part in (kind, state, first) if part)


def _is_operational(error: BaseException | None) -> bool:
    """Whether a PostgreSQL error concerns the server or a constraint, not data: psycopg has a class for each SQLSTATE."""
    return isinstance(error, (psycopg.OperationalError, psycopg.IntegrityError))
