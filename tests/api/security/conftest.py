"""Two programs, and people with roles in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from api.accounts.models import RoleIn
from api.accounts.store import users as accounts
from api.database import Store
from api.database.tables import ProgramRow
from api.programs.models import ProgramSettings
from api.security.access import SYSTEM
from tests.api.conftest import CHEAP
from tests.api.programs.seed import keep

PASSWORD = "seven blue herons"

MakeUser = Callable[..., str]
SignIn = Callable[[str], TestClient]


def add_programs(store: Store) -> None:
    document = ProgramSettings(zone="America/New_York").model_dump(mode="json")
    with store.writing() as session:
        session.add_all([ProgramRow(id="north", document=document), ProgramRow(id="south", document=document)])
    keep(store, "north", "clinicians", id="c01", hours=[])
    keep(store, "north", "participants", id="p01", availability={"weekly": []})


@pytest.fixture
def programs(store):
    """The programs north and south; north has the clinician c01 and the participant p01."""
    add_programs(store)


@pytest.fixture
def user(store: Store, programs: None) -> MakeUser:
    """Make a user with PASSWORD; its id."""

    def make(login: str, *roles: RoleIn) -> str:
        hashed = CHEAP.hash(PASSWORD)
        with store.writing() as session:
            return accounts.create_user(session, SYSTEM, login, hashed, roles).id

    return make


@pytest.fixture
def browser(app) -> Callable[[], TestClient]:
    """A browser without cookies; what an answer of the service raises is a 500."""
    return lambda: TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def signed_in(browser) -> SignIn:
    """The browser of somebody who signed in with PASSWORD."""

    def sign_in(login: str) -> TestClient:
        made = browser()
        answer = made.post("/v1/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return made

    return sign_in


@pytest.fixture
def director(user, signed_in) -> TestClient:
    """The browser of the director of all programs."""
    user("ada", RoleIn(role="director"))
    return signed_in("ada")


@pytest.fixture
def north(user, signed_in) -> TestClient:
    """The browser of north's director."""
    user("nora", RoleIn(program="north", role="director"))
    return signed_in("nora")
