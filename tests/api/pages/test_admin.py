"""Pages for directors: users, keys, the audit trail, backup."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from api.audit.acts import BACKUP, Act
from api.pages.admin.policy import WEIGHTS
from api.security.access import SYSTEM
from scheduler.instance import PolicyValues
from tests.api.pages.conftest import Desk
from tests.api.pages.test_today import TODAY
from tests.api.pages.test_today import at as on_monday
from tests.api.weeks.small import PROGRAM

ADMIN = f"/programs/{PROGRAM}/admin"
NEW = "four random new words"


def secret(page) -> str:
    """The password or token that is shown once."""
    (code,) = [e for e in page.all("code") if e.attributes.get("class") == "secret"]
    return code.text


def entry(page, login: str):
    return next(li for li in page.all("li") if next(iter(li.all("b")), li).text == login)


def fields(page, login: str, path: str) -> tuple[str, dict[str, str]]:
    """Address and hidden fields of a user's form."""
    form = next(f for f in entry(page, login).all("form") if f.attributes["action"].endswith(path))
    return form.attributes["action"], {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}


class TestUsers:
    def test_who_is_invited_gets_a_first_password_and_chooses_another(self, app, desk):
        director = desk("director")
        assert director.get(ADMIN).all("h1").__next__().text == "Users"
        page = director.post(f"{ADMIN}/users", login=" Eve@Clinic.example ", role="front_desk", clinician="")
        password = secret(page)
        assert "eve@clinic.example may sign in" in page.text
        assert "First password not changed" in entry(page, "eve@clinic.example").text
        assert password not in director.get(f"{ADMIN}/users").text, "it is shown once"
        eve = Desk(app)
        eve.sign_in("eve@clinic.example", password)
        assert eve.answer.url.path == "/password"
        eve.post("/password", password=password, new_password=NEW, again=NEW)
        assert eve.answer.url.path == TODAY

    def test_a_role_is_changed_and_taken_away(self, app, desk):
        director = desk("director")
        page = director.post(f"{ADMIN}/users", login="eve", role="clinician", clinician="cora")
        assert "Clinician, cora" in entry(page, "eve").text
        url, hidden = fields(page, "eve", "/role")
        page = director.post(url, **hidden, role="coordinator", clinician="")
        assert "Coordinator" in entry(page, "eve").text
        assert "Someone else changed this" in director.post(url, 412, **hidden, role="director").text
        url, hidden = fields(page, "eve", "/role")
        page = director.post(url, **hidden, role="none")
        assert [li for li in page.all("b") if li.text == "eve"] == []

    def test_who_is_deactivated_is_signed_out_and_may_be_activated_again(self, app, desk):
        director, other = desk("director"), desk("coordinator")
        page = director.get(f"{ADMIN}/users")
        url, hidden = fields(page, "coordinator-none", "/deactivate")
        page = director.post(url, **hidden)
        assert "Deactivated" in entry(page, "coordinator-none").text
        assert other.get(TODAY).all("h1").__next__().text == "Sign in"
        url, hidden = fields(page, "coordinator-none", "/activate")
        assert "Deactivated" not in entry(director.post(url, **hidden), "coordinator-none").text

    def test_a_forgotten_password_is_replaced(self, app, desk):
        director, other = desk("director"), desk("coordinator")
        url, hidden = fields(director.get(f"{ADMIN}/users"), "coordinator-none", "/password")
        password = secret(director.post(url, **hidden))
        other.sign_in("coordinator-none", password)
        assert other.answer.url.path == "/password"

    @pytest.mark.parametrize(
        ("sent", "field", "words"),
        [
            ({"login": "two words", "role": "director"}, "login", "without spaces"),
            ({"login": "director-none", "role": "director"}, "login", "already exists"),
            ({"login": "eve", "role": "participant"}, "role", "Choose a role"),
            ({"login": "eve", "role": "clinician", "clinician": ""}, "clinician", "Choose the clinician"),
            ({"login": "eve", "role": "clinician", "clinician": "nobody"}, "clinician", "name a clinician of the program"),
        ],
    )
    def test_wrong_fields_say_so_and_keep_what_was_typed(self, desk, sent, field, words):
        page = desk("director").post(f"{ADMIN}/users", 422, **sent)
        assert words in page.of_id(f"{field}-wrong").text
        assert page.of_id("login").attributes["value"] == sent["login"]


class TestKeys:
    def test_a_token_is_shown_once_works_and_is_revoked(self, app, desk, clock):
        clock(on_monday(9))
        director = desk("director")
        assert "None. Other programs need a key" in director.get(f"{ADMIN}/keys").text
        page = director.post(f"{ADMIN}/keys", **{"label": "records", "scope-roster-read": "1", "last": ""})
        token = secret(page)
        caller = TestClient(app, headers={"Authorization": f"Bearer {token}"})
        assert caller.get(f"/v1/programs/{PROGRAM}").status_code == 200
        page = director.get(f"{ADMIN}/keys")
        assert token not in page.text
        assert "Read the program, its weeks and rosters" in page.text
        revoke = next(f.attributes["action"] for f in page.all("form") if f.attributes["action"].endswith("/revoke"))
        assert "Revoked" in director.post(revoke).text
        assert caller.get(f"/v1/programs/{PROGRAM}").status_code == 401

    def test_it_needs_a_purpose_and_a_day_to_come(self, desk, clock):
        clock(on_monday(9))
        page = desk("director").post(f"{ADMIN}/keys", 422, label="x" * 500, last="2020-01-01")
        assert "at least one thing" in page.of_id("scope-solve-wrong").text
        assert "not over" in page.of_id("last-wrong").text


class TestAudit:
    def test_a_day_is_listed_by_kind_in_names(self, desk, published, clock):
        now = datetime.now(UTC)
        clock(now)
        director = desk("director")
        director.get(f"/programs/{PROGRAM}/people/ana")
        page = director.get(f"{ADMIN}/audit")
        rows = [[cell.text for cell in row.all("td", "th")] for row in page.all("tr")]
        assert any(row[1:] == ["director-none", "Page: person", "Participant ana"] for row in rows[1:]), rows
        page = director.get(f"{ADMIN}/audit?kind=rosters")
        actions = [list(row.all("td"))[1].text for row in list(page.all("tr"))[1:]]
        assert "Roster: publish" in actions
        assert all(text.startswith("Roster: ") for text in actions)
        assert "Nothing of this kind on this day." in director.get(f"{ADMIN}/audit?day=2020-01-01&kind=keys").text

    def test_a_long_day_has_pages(self, desk, store, program, clock):
        clock(datetime.now(UTC))
        director = desk("director")
        with store.writing() as session:
            for n in range(60):
                Act(SYSTEM, "key.create", program, f"key=k{n}").record(session)
        page = director.get(f"{ADMIN}/audit?kind=keys")
        assert len(list(page.all("tr"))) == 51
        more = next(a.attributes["href"] for a in page.all("a") if a.text.startswith("Earlier"))
        assert len(list(director.get(more).all("tr"))) == 11

    def test_refusals_can_be_listed(self, desk, clock):
        clock(datetime.now(UTC))
        desk("coordinator").get(f"{ADMIN}/users", 403)
        assert "Refused" in next(desk("director").get(f"{ADMIN}/audit?kind=denied").all("tbody")).text


def test_backup_says_when_the_last_was_made(desk, store, clock):
    clock(datetime.now(UTC))
    director = desk("director")
    assert "No backup has been made" in director.get(f"{ADMIN}/backup").text
    with store.writing() as session:
        Act(SYSTEM, BACKUP).record(session)
    assert "The last backup was made" in director.get(f"{ADMIN}/backup").text


def test_the_numbers_of_the_rules_are_listed_with_their_sources(desk, program):
    rows = [[cell.text.replace("\xa0", " ") for cell in row.all("th", "td")] for row in desk("director").get(f"{ADMIN}/policy").all("tr")]
    assert ["Minimum counted minutes for a billable day.", "3 h", "H0015: 3 h a day"] in rows
    assert ["End of the lunch window.", "3:00 pm"] in [row[:2] for row in rows]
    assert len(rows) == len(PolicyValues.model_fields) - len(WEIGHTS) + 1
    assert all(cell for row in rows for cell in row)


@pytest.mark.parametrize("role", ["coordinator", "front_desk"])
def test_only_directors_see_them(desk, role):
    browser = desk(role)
    assert "Admin" not in [a.text for a in browser.get(TODAY).all("a")]
    for tab in ("users", "keys", "audit", "backup", "policy"):
        browser.get(f"{ADMIN}/{tab}", 403)
