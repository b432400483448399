"""Who sends a request, asked directly: the bearer of a key, and nobody by mistake."""

from __future__ import annotations

import pytest

from api.database import Store
from api.database.tables import ApiKeyRow
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security.access import NOBODY
from api.security.callers import authenticate
from api.security.tokens import token_hash


@pytest.fixture
def key(store: Store) -> str:
    """The id of a key whose token is ``secret``."""
    with store.writing() as session:
        row = ApiKeyRow(token_hash=token_hash("secret"), scopes=["roster:read"])
        session.add(row)
        session.flush()
        return row.id


@pytest.mark.parametrize("header", ["Bearer secret", "bearer secret", "BEARER  secret "])
def test_a_key_is_its_bearers(store: Store, settings: Settings, key: str, header: str) -> None:
    caller = authenticate(store, settings, header, "")
    assert (caller.kind, caller.id, [grant.program for grant in caller.grants]) == ("key", key, [None])


@pytest.mark.parametrize("header", ["Basic secret", "secret", "Bearer", "Bearer other", "Bearer secret secret", ""])
def test_what_is_no_key_is_refused_and_not_taken_for_nobody(store: Store, settings: Settings, key: str, header: str) -> None:
    with pytest.raises(Problem) as problem:
        authenticate(store, settings, header, "")
    assert (problem.value.code, problem.value.headers) == ("not_signed_in", {"WWW-Authenticate": "Bearer"})


def test_without_a_key_an_unknown_cookie_is_nobodys(store: Store, settings: Settings) -> None:
    assert authenticate(store, settings, None, "secret") is NOBODY
