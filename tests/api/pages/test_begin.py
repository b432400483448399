"""The first minute: the demo, an empty program, and who may enter the demo without a password."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fastapi.testclient import TestClient

from api.accounts.models import RoleIn
from api.accounts.store.users import create_user
from api.cli import serving
from api.cli.command import ServiceError
from api.database import Store
from api.database.tables.base import ProcessClock, now
from api.demo import DEMO, add_demo_director, fill_demo, find_demo_director
from api.demo.weeks import demo_week
from api.kernel.settings import Settings
from api.security.access import SYSTEM
from scheduler.validation import errors, validate
from scheduler.verify import verify
from tests.api.conftest import CHEAP, empty_file, settle
from tests.api.pages.conftest import Desk
from tests.api.security.conftest import PASSWORD

# A Tuesday at 10:20 in New York, in summer: the prepared weeks are of winter.
AT = datetime(2027, 7, 6, 14, 20, tzinfo=UTC)
MONDAY_MORNING = datetime.fromisoformat("2027-01-11T07:40")
TODAY = f"/programs/{DEMO}/today"


@pytest.fixture
def director(app, store):
    """The browser of the first director, in a service without a program."""
    app.state.clock = lambda: AT
    with store.writing() as session:
        create_user(session, SYSTEM, "ada", CHEAP.hash(PASSWORD), [RoleIn(role="director")])
    browser = Desk(app)
    browser.sign_in("ada")
    return browser


@cache
def demo_file() -> bytes:
    """A database file with the demo and its director, to be copied."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "demo.sqlite"
        path.write_bytes(empty_file())
        store = Store(f"sqlite:///{path}")
        with store.writing() as session:
            fill_demo(session, Settings(), AT)
            add_demo_director(session)
        settle(store)
        return path.read_bytes()


class TestDoors:
    def test_the_director_of_nothing_is_led_to_the_ways_to_begin(self, director):
        assert director.answer.url.path == "/begin"
        assert [h.text for h in director.page.all("h2")][:3] == ["Look around first", "Import a workbook", "Begin empty"]

    def test_the_demo_is_opened_once_and_then_found(self, director):
        page = director.post("/begin/demo")
        assert director.answer.url.path == TODAY
        assert "Morning A Tue" in page.text
        assert "Calls to make" in page.text
        director.post("/begin/demo")
        assert director.answer.url.path == TODAY
        assert director.get("/").text == director.get(TODAY).text

    def test_an_empty_program_begins_with_its_name_and_zone(self, director):
        page = director.post("/begin/empty", 422, label=" ", zone="Mars/Olympus")
        assert [page.of_id(f"{name}-wrong").text for name in ("label", "zone")] == [
            "Enter a name that staff recognize.", "Choose the time zone of the program.",
        ]  # fmt: skip
        page = director.post("/begin/empty", 422, label="x" * 500, zone="America/Chicago")
        assert "shorter name" in page.text
        page = director.post("/begin/empty", label="Harbor", zone="America/Chicago")
        assert director.answer.url.path == "/programs/main/today", "no name is in an address"
        assert "This week is not published yet" in page.text
        assert "Chicago time" in page.text
        director.post("/begin/empty", label="Second", zone="Europe/Paris")
        assert director.answer.url.path == "/programs/program-2/today"
        page = director.get("/")
        assert ["Harbor" in page.text, "Second" in page.text, "Add a program" in page.text] == [True] * 3

    def test_only_a_director_of_all_programs_may_begin(self, desk, program):
        browser = desk("coordinator")
        browser.get("/begin", 403)
        browser.post("/begin/demo", 403)


class TestDemoWeeks:
    @pytest.mark.parametrize("monday", [date(2026, 11, 30), date(2027, 7, 5), date(2031, 3, 10)])
    def test_the_prepared_weeks_are_valid_in_any_week_and_break_no_rule(self, monday):
        week = demo_week(monday)
        assert list(errors(validate(week))) == []
        assert week.monday == monday
        assert week.published is not None
        assert verify(week, week.published.roster) == ()
        starts = Counter(s.start.strftime("%H:%M") for s in week.published.roster.sessions)
        assert starts == Counter(s.start.strftime("%H:%M") for s in demo_week(monday + timedelta(weeks=20)).published.roster.sessions)

    def test_there_is_something_to_see(self):
        week = demo_week(date(2026, 11, 30))
        assert {p.status for p in week.participants} == {"active", "waiting"}
        assert len(week.participants) == 31
        assert any(a.next_review and a.payer for p in week.participants for a in p.authorizations)
        labels = [g.label for g in week.groups]
        assert len(set(labels)) == len(labels), "no two groups read the same"


class TestDemo:
    @pytest.fixture
    def filled(self, store, settings, app):
        app.state.clock = lambda: AT
        (settings.data / "stepdown.sqlite").write_bytes(demo_file())
        with store.reading() as session:
            app.state.demo_director = find_demo_director(session).id

    def visitor(self, app, host: str = "127.0.0.1", base: str = "http://localhost") -> TestClient:
        return TestClient(app, base_url=base, client=(host, 50000))

    def test_its_director_is_signed_in_on_this_machine_and_sees_a_day_in_full_swing(self, app, filled):
        visitor = self.visitor(app)
        page = visitor.get("/")
        assert page.url.path == TODAY
        for text in ("Not here yet", "Calls to make", "Time away to answer", "Away today", "Here"):
            assert text in page.text, text
        assert visitor.get("/v1/session").json()["login"] == "demo-director"
        people = visitor.get(f"/v1/programs/{DEMO}/feeds", params={"limit": 200}).json()["items"]
        assert len(people) > 15
        assert visitor.get(f"/programs/{DEMO}/people/1001").status_code == 200

    @pytest.mark.parametrize(
        ("host", "base", "headers"),
        [
            ("203.0.113.7", "http://localhost", {}),
            ("127.0.0.1", "http://testserver", {}),
            ("127.0.0.1", "http://localhost", {"X-Forwarded-For": "203.0.113.7"}),
            ("127.0.0.1", "http://localhost", {"Forwarded": "for=203.0.113.7"}),
            ("nowhere", "http://localhost", {}),
        ],
    )
    def test_nobody_else_is(self, app, filled, host, base, headers):
        visitor = self.visitor(app, host, base)
        page = visitor.get("/", headers=headers)
        assert page.url.path == "/sign-in"
        assert "stepdown_session" not in visitor.cookies

    def test_after_signing_out_the_demo_waits_to_be_entered_again(self, app, filled):
        visitor = self.visitor(app)
        visitor.get("/")
        page = visitor.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
        assert "Look around as its director" in page.text
        assert visitor.get("/").url.path == TODAY

    def test_without_the_demo_nobody_is_signed_in(self, app, filled):
        app.state.demo_director = None
        assert self.visitor(app).get("/").url.path == "/sign-in"


class TestServe:
    def test_an_empty_folder_is_filled_once(self, store, settings):
        director = serving._prepare_demo(store, settings)
        assert serving._prepare_demo(store, settings) == director

    def test_a_folder_with_something_else_is_left_alone(self, store, settings, program):
        with pytest.raises(ServiceError, match="is not empty"):
            serving._prepare_demo(store, settings)

    def test_the_clock_of_the_demo_can_begin_at_another_time(self, monkeypatch):
        monkeypatch.setattr(ProcessClock, "ahead", timedelta())
        serving._set_clock(MONDAY_MORNING)
        assert timedelta() <= now() - datetime(2027, 1, 11, 12, 40, tzinfo=UTC) < timedelta(minutes=5)

    def test_no_other_clock_is_moved(self):
        with pytest.raises(ServiceError, match="add --demo"):
            serving.serve(at=MONDAY_MORNING)

    def test_the_folder_of_the_demo_is_not_that_of_real_data(self, tmp_path, monkeypatch):
        monkeypatch.delenv("STEPDOWN_DATA", raising=False)
        assert str(serving._demo_folder(Settings())) == "stepdown-demo"
        assert serving._demo_folder(Settings(data=tmp_path)) == tmp_path

    @pytest.mark.parametrize("more", [{"host": "0.0.0.0"}, {"public_url": "https://a.example"}, {"allowed_hosts": "a.example"}])
    def test_the_demo_is_for_this_machine_only(self, more):
        with pytest.raises(ServiceError, match="this machine only"):
            serving._demo_folder(Settings(**more))


def test_the_prepared_weeks_are_data_of_the_package_and_small():
    from importlib.resources import files

    text = (files("api.demo") / "week.json").read_text(encoding="utf-8")
    assert json.loads(text)["id"] == "demo"
    assert len(text) < 150_000
