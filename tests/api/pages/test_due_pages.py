"""The pages of what is due: names in place of ids, and each line settled by one form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.database import Store
from api.database.tables import MessageRow
from api.pages.due.lines import with_names
from tests.api.pages.conftest import Desk
from tests.api.pages.reading import Element
from tests.api.programs.seed import change, keep
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

DUE = f"/programs/{PROGRAM}/due"
PEOPLE = f"/v1/programs/{PROGRAM}/participants"
G1 = f"g.g1.{MONDAY}"
GRANT = {"id": "a1", "unit": "day", "first": "2026-11-02", "last": "2026-12-04", "payer": "Blue Plan", "number": "AU/42", "units": 12}


@pytest.fixture
def wednesday(published: Any, clock: Any, coordinator: TestClient) -> None:
    """Wednesday, 8:00: ana missed Monday's group; Tuesday's is not marked."""
    clock(datetime(2026, 12, 2, 13, tzinfo=UTC))
    statuses = (("ana", "no_show"), ("ben", "attended"), ("cid", "attended"))
    items = [{"session": G1, "participant": p, "status": s} for p, s in statuses]
    assert coordinator.post(f"{WEEK}/attendance", json={"items": items}).status_code == 200


def lines(page: Element) -> list[str]:
    """Title and sentence of each line."""
    entries = next((e for e in page.all("main")), page)
    found = []
    for ul in (e for e in entries.all("ul") if e.attributes.get("class") == "due"):
        found += [" | ".join(" ".join(p.text.split()) for p in list(li.all("p"))[:2]) for li in ul.children]
    return found


def forms(page: Element, prefix: str) -> list[tuple[str, dict[str, str]]]:
    """Each form below a path, with its hidden fields."""
    found = []
    for form in page.all("form"):
        if form.attributes["action"].startswith(prefix):
            hidden = {i.attributes["name"]: i.attributes["value"] for i in form.all("input") if i.attributes.get("type") == "hidden"}
            found.append((form.attributes["action"], hidden))
    return found


def test_sentences_name_people_and_not_parts_of_other_words() -> None:
    names = {"ana": "A. X.", "g1": "Morning 1", "g.g1.2026-11-30": "Morning 1"}
    assert with_names("ana missed g.g1.2026-11-30, ana.", names) == "A. X. missed Morning 1, A. X.."
    assert with_names("banana, ana-2, ana.b and x.ana stay.", names) == "banana, ana-2, ana.b and x.ana stay."
    assert with_names("ana stays.", {}) == "ana stays."


@pytest.mark.usefixtures("wednesday")
class TestList:
    def test_lines_are_by_date_with_names(self, desk: Callable[..., Desk]) -> None:
        page = desk().get(DUE)
        assert lines(page) == [
            "Missed a session · A. X. | A. X. missed a session on Monday, November 30, and has not been reached.",
            "Not marked | The attendance of 1 participant in individual is not recorded.",
            "Not marked | The attendance of 1 participant in individual is not recorded.",
            "Not marked | The attendance of 3 participants in Morning 2 is not recorded.",
        ]
        assert [" ".join(h.text.split()) for h in page.all("h2")][:2] == [
            "Monday, November 30 2 days late",
            "Tuesday, December 1 1 day late",
        ]
        assert [a.attributes["href"].count("/attendance/2026-11-30/") for a in page.all("a") if a.text == "Mark attendance"] == [1, 1, 1]

    def test_one_kind_alone(self, desk: Callable[..., Desk]) -> None:
        browser = desk()
        page = browser.get(f"{DUE}?kind=outreach")
        assert len(lines(page)) == 1
        assert [a.text for a in page.all("a") if "aria-current" in a.attributes] == ["Due", "Missed a session 1"]
        assert "Nothing is due of this kind." in browser.get(f"{DUE}?kind=leave").text

    def test_what_one_clinician_is_responsible_for(self, desk: Callable[..., Desk]) -> None:
        browser = desk()
        (address,) = {a.attributes["href"] for a in browser.get(DUE).all("a") if a.text == "cora"}
        page = browser.get(address)
        assert [line.rpartition(" in ")[2] for line in lines(page)] == ["Morning 2 is not recorded."]
        assert [a.attributes["href"] for a in page.all("a") if a.text.startswith("Not marked")] == [
            f"{DUE}?kind=unmarked&responsible=cora"
        ]  # fmt: skip
        assert len(lines(browser.get(f"{DUE}?kind=unmarked&responsible=dan"))) == 2

    def test_who_was_called_is_off_the_list(self, desk: Callable[..., Desk], coordinator: TestClient) -> None:
        browser = desk()
        ((action, hidden),) = forms(browser.get(DUE), f"{DUE}/outreach")
        assert "after 1 attempt" in browser.post(action, **hidden, result="left_message").text
        assert "A. X. missed" not in browser.post(action, **hidden, result="reached").text
        assert {e["result"] for e in coordinator.get(f"{WEEK}/outreach").json()["items"]} == {"left_message", "reached"}
        browser.post(action, 400, **hidden, result="shouted")

    def test_who_was_reached_is_offered_a_make_up(self, desk: Callable[..., Desk], coordinator: TestClient) -> None:
        browser = desk()
        ((action, hidden),) = forms(browser.get(DUE), f"{DUE}/outreach")
        assert "Missed:" in browser.post(action, **hidden, result="make_up").text
        assert browser.answer.url.path.endswith("/ana")
        assert [e["result"] for e in coordinator.get(f"{WEEK}/outreach").json()["items"]] == ["reached"]
        assert "A. X. missed" not in browser.get(DUE).text

    def test_the_same_lines_are_shown_afterwards(self, desk: Callable[..., Desk]) -> None:
        browser = desk()
        ((action, hidden),) = forms(browser.get(f"{DUE}?kind=outreach"), f"{DUE}/outreach")
        assert (hidden["kind"], hidden["responsible"]) == ("outreach", "")
        browser.post(action, **hidden | {"responsible": "dan"}, result="left_message")
        assert str(browser.answer.url.query, "ascii") == "kind=outreach&responsible=dan"
        browser.post(action, **hidden | {"kind": "a&b", "responsible": ""}, result="left_message")
        assert browser.answer.url.path == DUE
        assert not browser.answer.url.query

    def test_a_failed_message_is_retried(self, desk: Callable[..., Desk], store: Store) -> None:
        noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
        with store.writing() as session:
            row = MessageRow(
                id="msg_1", kind="webhook", program=PROGRAM, event="x", payload={}, attempts=10, version=1, log=[], state="dead",
                due_at=noon, created_at=noon, finished_at=noon,
            )  # fmt: skip
            session.add(row)
        browser = desk()
        ((action, hidden),) = forms(browser.get(DUE), f"{DUE}/messages")
        assert "Message failed" not in browser.post(action, **hidden).text
        assert "Only dead messages" in browser.post(action, 409, **hidden).text

    def test_a_decision_about_a_phase_is_recorded(self, desk: Callable[..., Desk], store: Store, coordinator: TestClient) -> None:
        for id in ("core", "after"):
            keep(store, PROGRAM, "phases", id=id, level="2.1", weeks=4, label=id.title())
        change(store, PROGRAM, "participants", "ana", phase="core", phase_since="2026-11-09")
        browser = desk()
        page = browser.get(f"{DUE}?kind=phase_end")
        assert lines(page) == ["Phase ends · A. X. | Phase Core of A. X., planned for 4 weeks, ends on Sunday, December 6."]
        ((action, _),) = forms(page, f"{DUE}/phases")
        assert [o.text for o in page.all("option")] == ["Choose", "After", "Core"]
        assert [i.attributes["value"] for i in page.all("input") if i.attributes.get("type") == "date"] == ["2026-12-07"]
        keep(store, PROGRAM, "plans", id="plan", phases=["core", "after"])
        assert [o.text for o in browser.get(f"{DUE}?kind=phase_end").all("option")] == ["Choose", "Core", "After"]
        browser.post(action, 400, phase="after", first="soon")
        browser.post(action, 400, phase="nowhere", first="2026-12-07")
        assert "Phase ends" not in browser.post(action, phase="after", first="2026-12-07").text
        (made,) = coordinator.get(f"/v1/programs/{PROGRAM}/phase_decisions").json()["items"]
        assert (made["document"]["participant"], made["document"]["phase"], made["document"]["first"]) == ("ana", "after", "2026-12-07")


@pytest.mark.usefixtures("wednesday")
class TestAuthorizations:
    def grants(self, client: TestClient) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.get(f"{PEOPLE}/ben").json()["authorizations"]
        return found

    def form(self, browser: Desk, store: Store, **grant: Any) -> tuple[str, dict[str, str]]:
        change(store, PROGRAM, "participants", "ben", authorizations=[GRANT | grant])
        return forms(browser.get(DUE), f"{DUE}/authorizations")[0]

    def test_a_renewal_follows_what_ends(self, desk: Callable[..., Desk], store: Store, coordinator: TestClient) -> None:
        browser = desk()
        action, hidden = self.form(browser, store)
        page = browser.page
        assert "Authorization from Blue Plan for B. X. ends on Friday, December 4." in page.text
        values = {i.attributes["name"]: i.attributes.get("value") for i in page.all("input") if i.attributes.get("type") == "date"}
        assert values == {"first": "2026-12-05", "last": "2027-01-06"}
        fields = hidden | {"first": "2026-12-05", "last": "2027-01-06", "units": "9", "number": "AU/43"}
        browser.post(action, 400, **fields | {"last": "2026-12-01"}, state="approved")
        browser.post(action, 400, **fields | {"units": "many"}, state="approved")
        browser.post(action, 412, **fields | {"version": "1"}, state="approved")
        assert "Authorization ends" not in browser.post(action, **fields, state="approved").text
        before, after = self.grants(coordinator)
        assert before["id"] == "a1"
        same = {name: after[name] for name in ("id", "payer", "number", "units", "unit", "used", "state", "first", "last", "counted_on")}
        assert same == {
            "id": "a1-2", "payer": "Blue Plan", "number": "AU/43", "units": 9, "unit": "day", "used": 0, "state": "approved",
            "first": "2026-12-05", "last": "2027-01-06", "counted_on": "2026-12-05",
        }  # fmt: skip
        assert browser.post(action, 412, **fields, state="approved") is not None, "a form sent twice adds nothing"

    def test_a_review_has_its_next_date(self, desk: Callable[..., Desk], store: Store, coordinator: TestClient) -> None:
        browser = desk()
        action, hidden = self.form(browser, store, last="2027-03-01", units=None, next_review="2026-12-03")
        assert hidden["do"] == "review"
        browser.post(action, 400, **hidden, next_review="soon")
        assert "Payer's review" not in browser.post(action, **hidden, next_review="2027-01-20").text
        assert self.grants(coordinator)[0]["next_review"] == "2027-01-20"
        change(store, PROGRAM, "participants", "ben", authorizations=[GRANT | {"last": "2027-03-01", "next_review": "2026-12-03"}])
        action, hidden = forms(browser.get(DUE), f"{DUE}/authorizations")[0]
        browser.post(action, **hidden, next_review="")
        assert self.grants(coordinator)[0]["next_review"] is None

    @pytest.mark.parametrize(
        ("before", "after"), [("asked", "approved"), ("asked", "denied"), ("denied", "appeal"), ("appeal", "approved")]
    )
    def test_an_answer_is_entered(
        self, desk: Callable[..., Desk], store: Store, coordinator: TestClient, before: str, after: str
    ) -> None:  # fmt: skip
        browser = desk()
        action, hidden = self.form(browser, store, last="2027-03-01", units=None, state=before)
        buttons = {b.attributes.get("value") for b in browser.page.all("button") if b.attributes.get("name") == "state"}
        assert after in buttons
        browser.post(action, **hidden, state=after)
        assert [grant["state"] for grant in self.grants(coordinator)] == [after]
        browser.post(action, 400, **hidden | {"version": str(int(hidden["version"]) + 1)}, state="perhaps")

    def test_what_is_not_there_is_not_changed(self, desk: Callable[..., Desk], store: Store) -> None:
        browser = desk()
        action, hidden = self.form(browser, store)
        browser.post(action.replace("a1", "a9"), 404, **hidden)
        browser.post(action.replace("ben", "zoe"), 404, **hidden)
        browser.post(action, 400, **hidden | {"do": "burn"})

    def test_the_call_to_the_payer(self, desk: Callable[..., Desk], store: Store) -> None:
        keep(store, PROGRAM, "phases", id="core", level="2.1", weeks=4, label="Core")
        grants = [GRANT | {"used": 3, "next_review": "2026-12-10"}]
        change(
            store, PROGRAM, "participants", "ana", authorizations=grants, admitted="2026-11-09", phase="core", phase_since="2026-11-09"
        )  # fmt: skip
        change(store, PROGRAM, "participants", "ben", authorizations=grants, admitted="2026-11-09")
        browser = desk()
        (link, _) = {a.attributes["href"]: 0 for a in browser.get(DUE).all("a") if a.text == "For the call to the payer"}
        page = browser.get(link)
        facts = dict(zip((dt.text for dt in page.all("dt")), (dd.text.replace("\xa0", " ") for dd in page.all("dd")), strict=True))
        facts = {
            name: text for name, text in facts.items() if name in ("Period", "Phase", "Hours attended", "Days attended", "Sessions missed")
        }
        assert facts == {
            "Period": "Monday, November 9, 2026 to Wednesday, December 2, 2026", "Phase": "Core, week 4 of 4", "Hours attended": "0 min",
            "Days attended": "0", "Sessions missed": "1",
        }  # fmt: skip
        assert "3 of 12 days used" in page.text
        assert "Did not come" in page.text
        attended = browser.get(link.replace("ana", "ben"))
        assert "3\xa0h" in next(e for e in attended.all("section") if e.attributes["aria-labelledby"] == "attended").text
        browser.get(link.replace("ana", "zoe"), 404)


@pytest.mark.usefixtures("wednesday")
class TestLeave:
    LEAVE = {"clinician": "cora", "first": "2026-12-07", "last": "2026-12-08", "start": "", "end": ""}  # noqa: RUF012

    def absences(self, client: TestClient) -> list[dict[str, Any]]:
        return [entry["document"] for entry in client.get(f"/v1/programs/{PROGRAM}/absences").json()["items"]]

    def test_leave_that_leaves_no_group_alone_is_entered(self, desk: Callable[..., Desk], coordinator: TestClient) -> None:
        browser = desk()
        assert "Enter leave" in browser.get(DUE).text
        browser.get(f"{DUE}/leave")
        browser.post(f"{DUE}/leave", **self.LEAVE | {"start": "13:00"})
        (made,) = self.absences(coordinator)
        assert (made["clinician"], made["first"], made["last"], made["start"], made["end"]) == (
            "cora", "2026-12-07", "2026-12-08", "13:00", "24:00",
        )  # fmt: skip

    def test_leave_that_does_is_warned_about_first(self, desk: Callable[..., Desk], store: Store, coordinator: TestClient) -> None:
        keep(store, PROGRAM, "absences", clinician="dan", first="2026-12-07", last="2026-12-07")
        change(store, PROGRAM, "clinicians", "cora", label="C. Ora")
        browser = desk()
        page = browser.post(f"{DUE}/leave", **self.LEAVE)
        assert "This leaves 1 group without a leader" in page.text
        assert "Morning 1 has no leader on Monday, December 7: C. Ora and dan on leave." in page.text
        assert len(self.absences(coordinator)) == 1, "nothing is entered yet"
        assert page.of_id("first").attributes["value"] == "2026-12-07"
        assert "No leader" in browser.post(f"{DUE}/leave", **self.LEAVE, is_known="1").text
        assert len(self.absences(coordinator)) == 2

    def test_what_is_wrong_is_shown(self, desk: Callable[..., Desk], coordinator: TestClient) -> None:
        browser = desk()
        for fields, words in (
            ({"clinician": "zoe"}, "Choose who is away."),
            ({"first": ""}, "Choose the first day."),
            ({"last": "2026-12-06"}, "The end is before the start."),
            ({"start": "noon"}, "Write a time"),
            ({"start": "13:00", "end": "12:00"}, "The end is before the start."),
        ):
            assert words in browser.post(f"{DUE}/leave", 422, **self.LEAVE | fields).text
        assert self.absences(coordinator) == []


@pytest.mark.usefixtures("wednesday")
@pytest.mark.parametrize(("role", "clinician"), [("front_desk", None), ("clinician", "dan")])
def test_the_front_desk_and_clinicians_do_not_see_it(desk: Callable[..., Desk], role: Any, clinician: str | None) -> None:
    browser = desk(role, clinician)
    browser.get(DUE, 403)
    browser.get(f"{DUE}/payer/ana", 403)
    browser.post(f"{DUE}/authorizations/ana/a1", 403, do="state", state="approved")


@pytest.mark.usefixtures("wednesday")
def test_lines_that_are_settled_elsewhere_lead_there(desk: Callable[..., Desk], store: Store) -> None:
    keep(store, PROGRAM, "participants", id="new", label="N. X.", status="waiting", availability={"weekly": []})
    keep(store, PROGRAM, "participants", id="off", label="O. X.", status="on_hold", on_hold_since="2026-11-20", availability={"weekly": []})
    browser = desk()
    page = browser.get(DUE)
    entries = {" ".join(li.text.split()): li for ul in page.all("ul") if ul.attributes.get("class") == "due" for li in ul.children}
    for words, paths in (("Waiting ", ["phone/waiting/new", "phone/waiting", "people/new/stay"]), ("On hold ", ["people/off/stay"])):
        (entry,) = [li for text, li in entries.items() if text.startswith(words)]
        links = [a.attributes["href"] for a in entry.all("a") if a.attributes.get("class") == "button small"]
        assert links == [f"/programs/{PROGRAM}/{path}" for path in paths]
        for link in links:
            browser.get(link)
