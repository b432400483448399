"""Signing in and out, the way back to the page that was asked for, a new password."""

from __future__ import annotations

import re

import pytest

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user, user_of_login
from api.kernel.errors import Problem
from api.pages.staff import is_safe, sign_in_url
from api.security.access import SYSTEM
from tests.api.conftest import CHEAP
from tests.api.pages.conftest import Desk
from tests.api.security.conftest import PASSWORD
from tests.api.weeks.small import PROGRAM, keep_program, small_instance

TODAY = f"/programs/{PROGRAM}/today"


@pytest.fixture
def account(store, program):
    """A coordinator who is not signed in."""
    with store.writing() as session:
        create_user(session, SYSTEM, "cora", CHEAP.hash(PASSWORD), [RoleIn(program=program, role="coordinator")])
    return "cora"


@pytest.fixture
def door(app):
    return Desk(app)


def test_a_service_without_users_says_how_to_begin(door, program):
    assert "not set up yet" in door.get("/").text


def test_nobody_is_led_to_the_sign_in_page_and_back_to_the_page_asked_for(door, account):
    page = door.get(TODAY)
    assert (page.of_id("login").tag, door.answer.url.path, door.answer.url.params["next"]) == ("input", "/sign-in", TODAY)
    page = door.sign_in(account, next=TODAY)
    assert [h.text.split()[0] for h in page.all("h1")] == ["Today"]
    assert door.answer.url.path == TODAY
    assert door.get("/").text == door.get(TODAY).text, "with one program, the start page is its first place"


def test_signing_out_ends_the_session_on_the_server_too(door, account):
    door.sign_in(account)
    cookie = door.client.cookies["stepdown_session"]
    assert "You are signed out." in door.post("/sign-out").text
    door.client.cookies.set("stepdown_session", cookie)
    assert door.client.get(TODAY, follow_redirects=False).headers["location"] == sign_in_url(TODAY)
    assert "You are signed out." in door.post("/sign-out").text, "who is signed out already sees the same page"


@pytest.mark.parametrize("fields", [{"password": "another one"}, {"login": "nobody"}, {"login": ""}, {"password": ""}])
def test_a_wrong_login_and_a_wrong_password_read_the_same(door, account, fields):
    door.client.post("/sign-out")
    page = door.post("/sign-in", 422, **({"login": account, "password": PASSWORD} | fields))
    assert page.of_id("login-wrong").text.strip() == "The login or the password is wrong. Capital letters count in the password."
    assert "stepdown_session" not in door.client.cookies
    assert PASSWORD not in door.answer.text


def test_too_many_attempts_are_told(door, account, monkeypatch, app):
    def refuse(*_: object) -> None:
        raise Problem("too_many")

    monkeypatch.setattr(type(app.state.rates), "charge_login", refuse)
    assert "Too many attempts" in door.post("/sign-in", 422, login=account, password=PASSWORD).text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/programs/a/b", "https://evil.example", "/\\evil.example", "/v1/session", "/programs/north", "/programs/a/b\r\nX: y",
        "/programs/../sign-out", "javascript:alert(1)", "", "/programs/north/today#x", "/programs/a/" + "b" * 300,
    ],
)  # fmt: skip
def test_the_way_back_never_leads_elsewhere(door, account, path):
    assert not is_safe(path)
    door.sign_in(account, next=path)
    assert door.answer.url.path == TODAY


def test_the_way_back_keeps_its_question():
    assert is_safe(f"{TODAY}?from=2026-11-30")
    assert sign_in_url(f"{TODAY}?a=b") == f"/sign-in?next=%2Fprograms%2F{PROGRAM}%2Ftoday%3Fa%3Db"


def test_a_form_sent_after_the_session_ended_says_so_and_leaves_what_was_typed(door, account):
    answer = door.client.post("/password", data={"password": "x"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, "Nothing was saved" in answer.text) == (401, True)


def test_an_error_has_a_number_for_support_that_is_in_the_log(door, account):
    door.sign_in(account)
    page = door.get("/programs/other/today", 404)
    (number,) = [code.text for code in page.all("code")]
    assert re.fullmatch("[0-9a-f]{12}", number)
    assert door.answer.headers["x-request-id"].startswith(number)


def test_a_temporary_password_must_be_changed_first(door, account, store):
    with store.writing() as session:
        user_of_login(session, account).is_password_temporary = True
    page = door.sign_in(account)
    assert "Choose your own" in page.text
    assert door.answer.url.path == "/password"
    page = door.post("/password", 422, password=PASSWORD, new_password="five green parrots", again="five")
    assert page.of_id("again-wrong").text.strip() == "The two passwords are different."
    page = door.post("/password", 422, password=PASSWORD, new_password="short", again="short")
    assert page.of_id("new_password-wrong")
    page = door.post("/password", 422, password="not this one", new_password="five green parrots", again="five green parrots")
    assert page.of_id("password-wrong").text.strip() == "This is not your current password."
    page = door.post("/password", 422, password=PASSWORD, new_password="passwordpassword", again="passwordpassword")
    assert "attacker" in page.of_id("new_password-wrong").text
    page = door.post("/password", password=PASSWORD, new_password="five green parrots", again="five green parrots")
    assert door.answer.url.path == TODAY


def test_of_several_programs_one_is_chosen_and_without_any_the_page_says_so(app, store, account):
    door = Desk(app)
    with store.writing() as session:
        create_user(session, SYSTEM, "dina", CHEAP.hash(PASSWORD), [RoleIn(role="director")])
        create_user(session, SYSTEM, "nora", CHEAP.hash(PASSWORD), [])
    keep_program(store, small_instance(), "south")
    page = door.sign_in("dina")
    assert [a.attributes["href"] for a in page.all("a") if "programs" in a.attributes["href"]] == [TODAY, "/programs/south/today"]
    assert "There is no program here" in door.sign_in("nora").text
