"""The page of the set-up link: a form, its mistakes, one director, and nothing afterwards."""

from __future__ import annotations

import pytest

from api.accounts.store.setup import setup_link
from tests.api.security.conftest import PASSWORD

FORM = {"login": "Ada", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def token(store, settings):
    return setup_link(store, settings).partition("#")[2]


def test_the_link_opens_a_form_that_no_password_is_shown_in_again(client, token):
    shown = client.get("/setup")
    assert shown.status_code == 200
    assert shown.headers["content-type"].startswith("text/html")
    assert [name in shown.text for name in ('name="token"', 'name="login"', 'name="password"', 'name="again"')] == [True] * 4
    again = client.post("/setup", data=FORM | {"token": token, "again": "something else"})
    assert again.status_code == 422
    assert "The two passwords are different." in again.text
    assert 'value="Ada"' in again.text
    assert PASSWORD not in again.text


def test_the_script_that_fills_in_the_code_is_served_and_is_all_there_is(client):
    (source,) = [part.split('"')[0] for part in client.get("/setup").text.split('<script src="')[1:]]
    answer = client.get(source)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert b"location.hash" in answer.content


def test_the_first_director_is_made_and_signed_in(client, token):
    made = client.post("/setup", data=FORM | {"token": token})
    assert made.status_code == 200
    assert "Stepdown is set up" in made.text
    assert client.get("/v1/session").json()["login"] == "ada"
    assert client.get("/v1/users").status_code == 200


def test_afterwards_it_says_that_the_service_is_set_up(client, token):
    client.post("/setup", data=FORM | {"token": token})
    for answer in (client.get("/setup"), client.post("/setup", data=FORM | {"token": token, "login": "Eve"})):
        assert answer.status_code == 409
        assert "This service is set up" in answer.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"token": ""}, "token"),
        ({"token": "guessed"}, "token"),
        ({"login": "with spaces in it"}, "login"),
        ({"login": ""}, "login"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "passwordpassword", "again": "passwordpassword"}, "password"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_makes_nobody(client, token, changed, field):
    answer = client.post("/setup", data=FORM | {"token": token} | changed)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert client.post("/setup", data=FORM | {"token": token}).status_code == 200


def test_another_site_cannot_send_it(client, token):
    answer = client.post("/setup", data=FORM | {"token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
