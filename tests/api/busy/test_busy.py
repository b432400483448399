"""Busy time over HTTP: looked at, saved, replaced, cleared; and nothing of a calendar is kept but spans."""

from __future__ import annotations

import io
import logging
import os
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import outbound
from api.busy import routes
from api.database import Store
from api.database.tables import AuditEntryRow, CalendarEventRow
from api.kernel import logs
from api.kernel.settings import Settings
from api.outbound.sending import OutboundResponse
from tests.api.weeks.conftest import clock, coordinator, database_file, program  # noqa: F401 - fixtures
from tests.exchange.busy.files import calendar, event

ANA, CORA = "/v1/programs/north/participants/ana", "/v1/programs/north/clinicians/cora"
ICS = {"Content-Type": "text/calendar"}
SINGLE = calendar(event("20261201T0900", "20261201T1000", "SUMMARY:Quennell's dentist"))
SPAN = {"start": "2026-12-01T14:00:00Z", "end": "2026-12-01T15:00:00Z"}
SHIFTS = calendar(event("20261123T0900", "20261123T1200", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE"))


def preview(client: TestClient, content: bytes = SINGLE, path: str = ANA, **query: Any) -> dict[str, Any]:
    answer = client.post(f"{path}/busy/preview", content=content, headers=ICS, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json() | {"etag": answer.headers["ETag"]}


def save(client: TestClient, seen: dict[str, Any], path: str = ANA, **more: Any) -> Any:
    body = {name: seen[name] for name in ("first", "days", "spans")} | more
    return client.put(f"{path}/busy", json=body, headers={"If-Match": seen["etag"]})


@pytest.mark.parametrize("path", [ANA, CORA])
def test_a_calendar_is_looked_at_and_then_saved(coordinator: TestClient, path: str) -> None:  # noqa: F811
    before = coordinator.get(path).json()
    seen = preview(coordinator, path=path)
    assert (seen["first"], seen["days"], seen["spans"], seen["new"], seen["gone"]) == ("2026-11-23", 182, [SPAN], [SPAN], [])
    assert (seen["num_events"], seen["pattern"], coordinator.get(path).json() == before) == (1, None, True)
    saved = save(coordinator, seen, path)
    assert (saved.status_code, saved.json()) == (200, {"spans": [SPAN]})
    kept = coordinator.get(path)
    assert (kept.json().get("availability", kept.json())["busy"], kept.headers["ETag"]) == ([SPAN], saved.headers["ETag"])
    again = preview(coordinator, path=path)
    assert (again["new"], again["gone"]) == ([], [])
    assert save(coordinator, seen, path).status_code == 412
    cleared = coordinator.delete(f"{path}/busy", headers={"If-Match": again["etag"]})
    assert (cleared.status_code, cleared.json()) == (200, {"spans": []})


def test_a_second_import_replaces_its_days_and_leaves_others(coordinator: TestClient) -> None:  # noqa: F811
    two = calendar(event("20261201T0900", "20261201T1000"), event("20270201T0900", "20270201T1000", uid="2"))
    save(coordinator, preview(coordinator, two))
    other = calendar(event("20261202T0900", "20261202T0930"))
    seen = preview(coordinator, other, first="2026-11-30", days=7)
    assert ([s["start"] for s in seen["new"]], [s["start"] for s in seen["gone"]]) == (["2026-12-02T14:00:00Z"], ["2026-12-01T14:00:00Z"])
    spans = save(coordinator, seen).json()["spans"]
    assert [s["start"] for s in spans] == ["2026-12-02T14:00:00Z", "2027-02-01T14:00:00Z"]
    added = save(coordinator, preview(coordinator, first="2026-11-30", days=7), is_added=True).json()["spans"]
    assert [s["start"][:10] for s in added] == ["2026-12-01", "2026-12-02", "2027-02-01"]


def test_what_returns_becomes_windows_when_it_is_asked_for(coordinator: TestClient) -> None:  # noqa: F811
    seen = preview(coordinator, SHIFTS, first="2026-11-30", days=70)
    assert (seen["pattern"]["kind"], [t["when"] for t in seen["pattern"]["times"]]) == ("every_week", ["mon", "wed"])
    assert seen["suggestion"]["busy"] == []
    assert save(coordinator, seen, takes_suggestion=True).json() == {"spans": []}
    kept = coordinator.get(ANA).json()["availability"]
    assert kept == seen["suggestion"]
    assert {(w["start"], w["end"]) for w in kept["weekly"] if w["day"] == "mon"} == {("00:00", "09:00"), ("12:00", "24:00")}
    refused = save(coordinator, preview(coordinator, SINGLE), takes_suggestion=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    staff = preview(coordinator, SHIFTS, CORA)
    assert (staff["pattern"]["kind"], staff["suggestion"]) == ("every_week", None)
    assert save(coordinator, staff, CORA, takes_suggestion=True).json()["code"] == "wrong_state"


def test_what_would_change_is_told_to_the_minute(coordinator: TestClient) -> None:  # noqa: F811
    """Busy 9-12 and 14-15 was imported; 10-11, 13-14 and 14:30-16 is brought: two pieces are new, three gone."""

    def on_tuesday(*hours: tuple[str, str]) -> bytes:
        return calendar(*(event(f"20261201T{start}", f"20261201T{end}", uid=start) for start, end in hours))

    save(coordinator, preview(coordinator, on_tuesday(("0900", "1200"), ("1400", "1500"))))
    seen = preview(coordinator, on_tuesday(("1000", "1100"), ("1300", "1400"), ("1430", "1600")))
    told = {name: [f"{s['start'][11:16]}-{s['end'][11:16]}" for s in seen[name]] for name in ("new", "gone")}
    assert told == {"new": ["18:00-19:00", "20:00-21:00"], "gone": ["14:00-15:00", "16:00-17:00", "19:00-19:30"]}


def test_busy_time_is_in_the_week_that_is_planned(coordinator: TestClient) -> None:  # noqa: F811
    save(coordinator, preview(coordinator, path=CORA), CORA)
    save(coordinator, preview(coordinator))
    week = coordinator.get("/v1/programs/north/weeks/2026-11-30/instance").json()
    assert next(c for c in week["clinicians"] if c["id"] == "cora")["busy"] == [SPAN]
    assert next(p for p in week["participants"] if p["id"] == "ana")["availability"]["busy"] == [SPAN]


def test_our_own_sessions_that_come_back_do_not_count(coordinator: TestClient, store: Store) -> None:  # noqa: F811
    """Whoever copied their appointments into their calendar would otherwise be busy whenever they are to come."""
    at = datetime(2026, 12, 1, 14, tzinfo=UTC)
    own = {"uid": "f" * 64, "program": "north", "monday": date(2026, 11, 30), "subject_kind": "participant", "subject": "ana"}
    with store.writing() as session:
        session.add(CalendarEventRow(**own, start=at, end=at, place="", status="CONFIRMED", sequence=0, changed_at=at))
    copied = calendar(event("20261201T0900", "20261201T1000", uid="f" * 64), event("20261202T0900", "20261202T1000"))
    seen = preview(coordinator, copied)
    assert ([s["start"][:10] for s in seen["spans"]], seen["left_out"]) == (["2026-12-02"], {"ours": 1})
    assert preview(coordinator, copied, CORA)["left_out"] == {}


BAD = {
    "not_a_calendar": b"<html>Quennell</html>",
    "truncated": SINGLE[:-40],
    "nested": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 50,
    "unknown_zone": calendar(event("20261201T0900", "20261201T1000", "SUMMARY:Quennell", zone=";TZID=Quennell/Home")),
}


@pytest.mark.parametrize("code", BAD)
def test_what_is_no_calendar_is_told_with_its_line_and_without_its_words(coordinator: TestClient, code: str) -> None:  # noqa: F811
    answer = coordinator.post(f"{ANA}/busy/preview", content=BAD[code], headers=ICS)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "bad_calendar")
    assert {issue["code"] for issue in problem["issues"]} <= {code}
    assert code != "unknown_zone" or problem["issues"][0]["path"] == "line 4"
    assert "Quennell" not in answer.text


def test_a_service_that_is_busy_says_so(app: FastAPI, coordinator: TestClient) -> None:  # noqa: F811
    """Without an answer in time, nothing is wrong with the calendar."""
    app.state.calendar_pool.seconds = 0.0
    answer = coordinator.post(f"{ANA}/busy/preview", content=SINGLE, headers=ICS)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "timed_out", "5")
    assert "The service is busy; try again in a moment." in answer.json()["detail"]


def test_a_child_ended_by_its_limits_is_too_much_work(coordinator: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(routes, "work", leave)
    answer = coordinator.post(f"{ANA}/busy/preview", content=SINGLE, headers=ICS)
    assert (answer.status_code, answer.json()["code"], "too much time or memory" in answer.json()["detail"]) == (400, "bad_calendar", True)


def test_a_file_may_come_in_a_form_or_as_bytes(coordinator: TestClient) -> None:  # noqa: F811
    seen = preview(coordinator)
    form = coordinator.post(f"{ANA}/busy/preview", files={"file": ("mine.ics", SINGLE)}, data={"more": "nothing"})
    plain = coordinator.post(f"{ANA}/busy/preview", content=SINGLE, headers={"Content-Type": "application/octet-stream"})
    assert form.json() == plain.json() == {name: value for name, value in seen.items() if name != "etag"}
    wrong = coordinator.post(f"{ANA}/busy/preview", files={"calendar": ("mine.ics", SINGLE)})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "malformed")
    assert "one field file" in wrong.json()["detail"]
    assert coordinator.post(f"{ANA}/busy/preview", files=[("file", SINGLE), ("file", SINGLE)]).status_code == 400
    assert coordinator.post(f"{ANA}/busy/preview", files={"file": b""}).json()["code"] == "malformed"


def leave(_: bytes, __: str) -> bytes:
    os._exit(3)


def test_other_refusals_say_what_to_do(coordinator: TestClient) -> None:  # noqa: F811
    assert coordinator.post(f"{ANA}/busy/preview", content=SINGLE, headers={"Content-Type": "text/html"}).status_code == 415
    assert coordinator.post(f"{ANA}/busy/preview", content=b"", headers=ICS).json()["code"] == "malformed"
    assert coordinator.post(f"{ANA}x/busy/preview", content=SINGLE, headers=ICS).status_code == 404
    for query in ({"days": 0}, {"days": 401}, {"first": "1900-01-01"}, {"first": "2199-12-30"}):
        assert coordinator.post(f"{ANA}/busy/preview", content=SINGLE, headers=ICS, params=query).status_code == 422
    seen = preview(coordinator)
    assert coordinator.put(f"{ANA}/busy", json={"first": "2026-11-30", "days": 7, "spans": []}).status_code == 428
    reversed_ = save(coordinator, seen | {"spans": [{"start": SPAN["end"], "end": SPAN["start"]}]})
    assert (reversed_.status_code, reversed_.json()["issues"][0]["path"]) == (422, "spans[0]")
    assert coordinator.delete(f"{ANA}/busy").status_code == 428


class TestAddresses:
    def test_they_are_off_unless_the_installation_allows_them(self, coordinator: TestClient) -> None:  # noqa: F811
        answer = coordinator.post(f"{ANA}/busy/fetch", json={"url": "https://calendar.example.org/quennell.ics"})
        assert (answer.status_code, answer.json()["code"], "STEPDOWN_BUSY_URLS" in answer.json()["detail"]) == (409, "wrong_state", True)

    def test_a_calendar_is_fetched_once_and_read_like_a_file(
        self, app: FastAPI, coordinator: TestClient, monkeypatch: pytest.MonkeyPatch  # noqa: F811
    ) -> None:  # fmt: skip
        app.state.settings = app.state.settings.model_copy(update={"busy_urls": True})
        asked: list[tuple[str, outbound.Limits]] = []
        answers = [OutboundResponse(200, {}, SINGLE), OutboundResponse(404, {}, b"Quennell")]

        def send(url: str, *, headers: dict[str, str], limits: outbound.Limits) -> OutboundResponse:
            asked.append((url, limits))
            return answers.pop(0)

        monkeypatch.setattr(outbound, "send", send)
        answer = coordinator.post(
            f"{ANA}/busy/fetch", json={"url": "webcal://calendar.example.org/s.ics", "first": "2026-11-30", "days": 7}
        )
        assert (answer.status_code, answer.json()["spans"], len(asked)) == (200, [SPAN], 1)
        assert (asked[0][1].is_private_allowed, asked[0][1].ports, asked[0][1].bytes_most) == (False, {443}, 10_000_000)
        refused = coordinator.post(f"{ANA}/busy/fetch", json={"url": "https://calendar.example.org/s.ics"})
        assert (refused.status_code, refused.json()["code"], refused.json()["issues"][0]["code"]) == (400, "bad_address", "refused")

    def test_an_address_that_is_not_public_is_refused(self, app: FastAPI, coordinator: TestClient) -> None:  # noqa: F811
        app.state.settings = app.state.settings.model_copy(update={"busy_urls": True})
        for url, code in {"http://quennell.example.org/": "not_https", "https://127.0.0.1/quennell": "not_public"}.items():
            answer = coordinator.post(f"{ANA}/busy/fetch", json={"url": url})
            assert (answer.status_code, answer.json()["issues"][0]["code"], "quennell" in answer.text) == (400, code, False)


def test_nothing_of_a_calendar_is_kept_but_spans(
    coordinator: TestClient, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    """A name in every field of a calendar is neither in the answer, nor in the bytes of the database, nor in the logs."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    logs.set_up_logging("debug")
    try:
        said = ("SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "X-ALT-DESC", "ORGANIZER;CN=Quennell", "ATTENDEE;CN=Quennell")
        planted = event("20261201T0900", "20261201T1000", *(f"{name}:mailto:Quennell@example.org" for name in said), uid="Quennell")
        alarm = "BEGIN:VALARM\nDESCRIPTION:Quennell\nEND:VALARM"
        content = calendar(planted + "\n" + alarm, head="X-WR-CALNAME:Quennell X-WR-CALDESC:Quennell")
        seen = preview(coordinator, content)
        assert "Quennell" not in str(seen)
        assert save(coordinator, seen).status_code == 200
        bad = content.replace(b"America/New_York", b"Quennell")
        assert (
            coordinator.post(f"{ANA}/busy/preview", content=bad, headers={**ICS, "Calendar-Address": "quennell@example.org"}).status_code
            == 400
        )
    finally:
        root.handlers[:], root.level = before
    files = [file for file in settings.data.rglob("*") if file.is_file()]
    assert [file.name for file in files if b"quennell" in file.read_bytes().lower()] == []
    assert "quennell" not in stream.getvalue().lower()
    with store.reading() as session:
        actions = [entry.action for entry in session.query(AuditEntryRow)]
    assert {"participant.busy_preview", "participant.busy_save"} <= set(actions)
