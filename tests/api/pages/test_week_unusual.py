"""The week board when things are not as they usually are: nobody or very many people, two tabs, a restart."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from api.database.tables import ParticipantRow
from api.pages.week.redo import next_of, with_undone
from api.weeks.store import prepared
from api.weeks.store.prepared import PreparedRosters
from tests.api.pages.test_plan import words
from tests.api.pages.test_week_board import BOARD, blocks_of
from tests.api.pages.test_week_editing import DRAFT, form_of, panel_with, press, sessions_of
from tests.api.weeks.small import BEFORE, PROGRAM, WEEK, person
from tests.build import meet, roster, run

NEXT = f"/programs/{PROGRAM}/week/2026-12-07"
LONG = "Skills for people who return to work after an illness"
HTMX = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}


def places(panel) -> list[str]:
    """The places that a panel lists, in order."""
    return [words(b) for ul in panel.all("ul") if ul.attributes.get("class") == "places" for b in ul.all("button")]


def rosters(coordinator) -> int:
    return len(coordinator.get(f"{WEEK}/rosters").json()["items"])


def by_script(browser, page, text: str, status: int = 200):
    """Press a button as htmx does."""
    action, fields = form_of(page, text)
    return browser._shown(browser.client.post(action, data=fields, headers=HTMX), status)


class TestWeek:
    def test_without_a_roster_nothing_can_be_asked_or_changed(self, desk, published):
        browser = desk()
        assert "not published yet" in words(browser.get(NEXT))
        assert "no roster yet: generate one under Plan" in words(browser.get(f"{NEXT}/appointments"))
        browser.get(f"{NEXT}/session/{'0' * 24}", 404)
        answer = words(browser.post(f"{NEXT}/edit", 404, choice="cancel~0", roster="x", version="1"))
        assert "Page not found" in answer

    def test_without_participants_it_says_so(self, desk, published, store):
        with store.writing() as session:
            session.execute(delete(ParticipantRow))
        assert "There are no participants to choose from." in words(desk().get(f"{BOARD}?by=participant"))

    def test_four_hundred_participants_are_listed_and_found(self, desk, published, store):
        with store.writing() as session:
            for n in range(397):
                document = person(f"p{n:03}") | {"label": f"P. {n}."}
                session.add(ParticipantRow(program=PROGRAM, id=f"p{n:03}", document=document, status="active"))
        browser = desk()
        page = browser.get(f"{BOARD}?by=participant")
        assert sum(len(list(ul.all("a"))) for ul in page.all("ul") if ul.attributes.get("class") == "names") == 400
        assert len(browser.answer.content) < 100_000
        assert len(blocks_of(browser.get(BOARD))) == 5

    def test_long_labels_are_whole(self, desk, published, coordinator):
        for kind, id in (("groups", "g1"), ("rooms", "r1"), ("participants", "ana")):
            address = f"/v1/programs/{PROGRAM}/{kind}/{id}"
            one = coordinator.get(address)
            coordinator.put(address, json=one.json() | {"label": LONG}, headers={"If-Match": one.headers["ETag"]}).raise_for_status()
        browser = desk()
        assert words(browser.get(BOARD)).count(LONG) >= 3
        assert LONG in words(panel_with(browser, LONG))


class TestOthers:
    def test_a_session_that_is_gone_is_told_beside_the_board(self, desk, published, coordinator):
        browser = desk()
        gone = next(b for b in blocks_of(browser.get(BOARD)) if "Morning 2" in words(b)).attributes["href"]
        press(browser, panel_with(browser, "Morning 2"), "Cancel this session")
        page = browser.get(gone.replace("?", "?of=draft&"), 404)
        assert "No longer on the board" in words(page.of_id("panel"))
        assert len(blocks_of(page)) == 4

    def test_someone_removed_meanwhile_is_said_and_who_is_in_it_can_be_read(self, desk, published, coordinator, store):
        browser = desk()
        panel = panel_with(browser, "Morning 1")
        with store.writing() as session:
            session.execute(update(ParticipantRow).where(ParticipantRow.id == "ana").values(archived_at=BEFORE))
        text = words(panel_with(browser, "Morning 1", ask="&ask=times"))
        assert "names someone or something that the week no longer has" in text
        assert "A. X." in text
        answer = words(press(browser, panel, "Take out A. X.", 400))
        assert "Nothing was changed." in answer
        assert rosters(coordinator) == 1


class TestTwice:
    def test_a_form_sent_twice_changes_once_and_says_nothing(self, desk, published, coordinator):
        browser = desk()
        panel = panel_with(browser, "A. X.", ask="&ask=times")
        first = places(panel)[0]
        for _ in range(2):
            page = press(browser, panel, first)
            assert "You see a draft." in words(page)
            assert "changed in the meantime" not in words(page)
        assert rosters(coordinator) == 2

    def test_what_was_cancelled_twice_is_cancelled_once(self, desk, published, coordinator):
        browser = desk()
        panel = panel_with(browser, "Morning 2")
        assert [words(press(browser, panel, "Cancel this session")).count("No longer on the board") for _ in range(2)] == [1, 1]

    def test_the_same_choice_of_someone_else_is_shown_as_theirs(self, desk, published, coordinator):
        mine, theirs = desk(), desk("director")
        panel = panel_with(mine, "Morning 2")
        press(theirs, panel_with(theirs, "Morning 2"), "Cancel this session")
        assert "changed in the meantime" in words(press(mine, panel, "Cancel this session", 412))

    def test_an_old_page_found_with_the_back_button_changes_nothing(self, desk, published, coordinator):
        browser = desk()
        old = panel_with(browser, "A. X.", ask="&ask=times")
        first, second = places(old)[:2]
        press(browser, old, first)
        assert "Below is the week as it is now; choose again." in words(press(browser, old, second, 412))
        assert rosters(coordinator) == 2


class TestService:
    def test_the_week_is_built_once_for_a_change_and_the_board_that_answers(self, desk, published, monkeypatch):
        browser, built = desk(), []
        panel = panel_with(browser, "A. X.", ask="&ask=times")
        press(browser, panel, places(panel)[0])
        panel = panel_with(browser, "B. X.", DRAFT, ask="&ask=times")
        browser.client.headers["HX-Request"] = "true"
        build = prepared.build_instance
        monkeypatch.setattr(prepared, "build_instance", lambda *of: (built.append(of), build(*of))[1])
        assert "You see a draft." in words(press(browser, panel, places(panel)[0]))
        assert len(built) == 1

    def test_a_restart_under_an_open_board_goes_unnoticed(self, desk, published, coordinator, app):
        browser = desk()
        panel = panel_with(browser, "A. X.", ask="&ask=times")
        app.state.prepared_rosters = PreparedRosters()
        press(browser, panel, places(panel)[0])
        assert rosters(coordinator) == 2

    def test_a_session_that_ended_leads_to_signing_in_and_back_and_changes_nothing(self, desk, published, coordinator):
        browser = desk()
        panel = panel_with(browser, "A. X.", ask="&ask=times")
        browser.client.cookies.clear()
        assert "Nothing was saved, because your session ended." in words(press(browser, panel, places(panel)[0], 401))
        browser.get(f"{BOARD}?by=room")
        assert browser.answer.url.path == "/sign-in"
        assert f"next={BOARD.replace('/', '%2F')}" in str(browser.answer.url)
        assert rosters(coordinator) == 1


class TestRedo:
    def test_what_was_undone_is_done_again_one_after_another(self, desk, published, coordinator):
        browser = desk()
        press(browser, panel_with(browser, "Morning 2"), "Cancel this session")
        panel = panel_with(browser, "A. X.", DRAFT, "&ask=times")
        press(browser, panel, places(panel)[0])
        made = sessions_of(coordinator)
        page = by_script(browser, browser.get(DRAFT), "Undo the last change")
        page = by_script(browser, page, "Undo the last change")
        assert "Your last change is undone: the board shows what is published." in words(page)
        page = by_script(browser, page, "Do it again")
        page = by_script(browser, page, "Do it again")
        assert sessions_of(coordinator) == made
        assert "Do it again" not in words(page)
        assert "Do it again" not in words(by_script(browser, panel_with(browser, "B. X.", DRAFT), "Cancel this session"))

    @pytest.mark.parametrize(
        ("after", "choice"),
        [
            (meet("ana", "tue", "14:00"), "move~i.ana.individual.2026-11-30.1~2280~~~~"),
            (meet("ana", "mon", "13:00", facilitators=("cora",)), "move~i.ana.individual.2026-11-30.1~~~~~cora"),
            (meet("ana", "mon", "13:00", room="r1"), "move~i.ana.individual.2026-11-30.1~~in_person~s1~r1~"),
            (None, "cancel~i.ana.individual.2026-11-30.1"),
        ],
    )
    def test_a_change_of_an_appointment_is_read_from_two_rosters(self, after, choice):
        before = roster(meet("ana", "mon", "13:00"))
        changed = roster() if after is None else roster(after)
        id = before.sessions[0].id
        assert with_undone("old", before, changed, str) == f"{choice.replace('i.ana.individual.2026-11-30.1', id)} old"
        if after is None:
            assert with_undone("", changed, before, str).startswith("new~ana~individual~780~dan~in_person~s1~r2~1")

    def test_a_change_of_who_is_in_a_group_is_read_from_two_rosters(self):
        before = roster(run("g1", "mon", "09:00", ("ana", "ben")), run("g2", "tue", "09:00", ("cid",)))
        one, two = (session.id for session in before.sessions)
        joined = roster(run("g1", "mon", "09:00", ("ana", "ben")), run("g2", "tue", "09:00", ("ben", "cid")))
        moved = roster(run("g1", "mon", "09:00", ("ana",)), run("g2", "tue", "09:00", ("ben", "cid")))
        assert with_undone("", before, joined, str) == f"add~{two}~ben~in_person"
        assert with_undone("", joined, before, str) == f"drop~{two}~ben"
        assert with_undone("", before, moved, str) == f"join~{one}~{two}~ben~in_person"
        assert with_undone("a", before, roster(), str) == ""
        assert with_undone("a", moved, roster(run("g1", "mon", "09:00", ("ben",)), *moved.sessions[1:]), str) == ""

    def test_no_more_than_twenty_changes_are_kept(self):
        before, after = roster(meet("ana", "mon", "13:00")), roster()
        undone = with_undone(" ".join(str(n) for n in range(30)), before, after, str).split()
        assert (len(undone), undone[-1]) == (20, "18")
        assert next_of(" ".join(undone[-2:])) == ("17", "18")
        assert next_of("") == ("", "")


def test_what_is_published_with_a_fault_is_told_apart_from_what_a_draft_adds(desk, published, coordinator):
    path = f"/v1/programs/{PROGRAM}/clinicians/dan"
    dan = coordinator.get(path)
    hours = [window for window in dan.json()["hours"] if window["day"] != "mon"]
    coordinator.put(path, json=dan.json() | {"hours": hours}, headers={"If-Match": dan.headers["ETag"]}).raise_for_status()
    browser = desk()
    note = press(browser, panel_with(browser, "Morning 2"), "Cancel this session").of_id("draft-note")
    assert "The published week has these faults already, and the draft still has them:" in words(note)
    assert "It cannot be published like this:" not in words(note)
    action, fields = form_of(panel_with(browser, "B. X.", DRAFT), "Cancel this session")
    during_a_group = fields["choice"].replace("cancel", "move") + f"~{9 * 60}~~~~"
    note = browser.post(action, **fields | {"choice": during_a_group}).of_id("draft-note")
    new, old = (words(note).index(start) for start in ("It cannot be published like this:", "The published week has these faults"))
    assert new < old
    assert "note bad" in note.attributes["class"]
