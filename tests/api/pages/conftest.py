"""The small program, published; a coordinator who makes links, and browsers of participants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user
from api.database import Store
from api.kernel.settings import Settings
from api.security.access import SYSTEM, Role
from api.security.logins import begin_login
from api.security.tokens import token_hash
from api.web.session_cookie import COOKIE
from tests.api.conftest import CHEAP
from tests.api.pages.reading import Element, faults_of, read_page
from tests.api.security.conftest import PASSWORD
from tests.api.weeks.conftest import clock, coordinator, database_file, draft, program, published, rows  # noqa: F401 - the small program, for everybody
from tests.api.weeks.small import PROGRAM

PEOPLE = f"/v1/programs/{PROGRAM}/participants"
ANNOUNCEMENTS = f"/v1/programs/{PROGRAM}/announcements"

Visit = Callable[..., "Browser"]


class Browser:
    """A browser: it keeps cookies, says where a form came from, and checks every page it is shown."""

    SENT_TO: tuple[str, ...] = ("/my",)

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(app, raise_server_exceptions=False)
        self.page: Element = Element("#none", {})

    def get(self, path: str, status: int = 200) -> Element:
        # A link names the public address; the client has its own.
        return self._shown(self.client.get(urlsplit(path)._replace(scheme="", netloc="").geturl()), status)

    def post(self, path: str, status: int = 200, /, **fields: str) -> Element:
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self._shown(self.client.post(path, data=fields, headers=headers), status)

    def open(self, url: str, status: int = 200, **fields: str) -> Element:
        """Follow a one-time link and press its button."""
        self.get(url)
        hidden = {i.attributes["name"]: i.attributes["value"] for i in self.page.all("input") if i.attributes["type"] == "hidden"}
        return self.post("/my/start", status, **hidden, **fields)

    def _shown(self, answer: Any, status: int) -> Element:
        assert answer.status_code == status, answer.text
        self.answer = answer
        self.page = read_page(answer.text)
        assert faults_of(self.page, self.SENT_TO) == []
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        return self.page


class Desk(Browser):
    """The browser of somebody who works in the program."""

    SENT_TO = ("/programs/", "/begin", "/sign-in", "/sign-out", "/password", "/setup")

    def sign_in(self, login: str, password: str = PASSWORD, status: int = 200, **fields: str) -> Element:
        return self.post("/sign-in", status, login=login, password=password, **fields)


@pytest.fixture
def desk(app: FastAPI, store: Store, settings: Settings, program: str) -> Callable[..., Desk]:  # noqa: F811
    """Sign in as somebody with a role in the small program, without the form and the page that it leads to."""

    def begin(role: Role | None = "coordinator", clinician: str | None = None) -> Desk:
        browser = Desk(app)
        roles = [] if role is None else [RoleIn(program=program, role=role, clinician=clinician)]
        with store.writing() as session:
            user = create_user(session, SYSTEM, login := f"{role}-{clinician}".lower(), CHEAP.hash(PASSWORD), roles)
            begin_login(session, settings, user, token_hash(login))
        browser.client.cookies.set(COOKIE, login)
        return browser

    return begin


@pytest.fixture
def staff(client: TestClient, key: Any, coordinator: TestClient) -> TestClient:  # noqa: F811
    """A client that may make links and keep the program."""
    client.headers.update(key("admin", program=PROGRAM))
    return client


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    """A browser of its own, with no cookie yet."""
    return Browser(app)


@pytest.fixture
def link(staff: TestClient) -> Callable[..., dict[str, Any]]:
    """Make a one-time link."""

    def make(participant: str = "ana") -> dict[str, Any]:
        answer = staff.post(f"{PEOPLE}/{participant}/links")
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return make


@pytest.fixture
def visit(app: FastAPI, link: Callable[..., dict[str, Any]]) -> Visit:
    """The browser of a participant who is signed in."""

    def begin(participant: str = "ana", **fields: str) -> Browser:
        made = Browser(app)
        made.open(link(participant)["url"], **fields)
        return made

    return begin
