"""Callers with a role, without signing in: the dependency that finds the caller is told who it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from api.security.access import ROLES, Caller, Grant, Role
from api.security.callers import caller_of


@contextmanager
def signed_in(app: FastAPI, role: Role, clinician: str | None = None) -> Iterator[None]:
    """Every request comes from a user with a role in the small program."""
    caller = Caller("user", role, (Grant("north", ROLES[role], clinician),))
    app.dependency_overrides[caller_of] = lambda: caller
    try:
        yield
    finally:
        del app.dependency_overrides[caller_of]
