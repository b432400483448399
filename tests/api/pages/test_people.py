"""The list of participants, and the search box."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.pages.search.matching import MOST_FOUND, matching
from tests.api.programs.seed import keep
from tests.api.weeks.small import PROGRAM

PEOPLE = f"/programs/{PROGRAM}/people"
SEARCH = f"/programs/{PROGRAM}/search"
MORNING = datetime(2026, 11, 30, 14, 5, tzinfo=UTC)


def test_everyone_is_listed_with_what_is_next_those_who_wait_last(desk, published, clock, store):
    clock(MORNING)
    keep(store, PROGRAM, "participants", id="zoe", label="A. A.", status="waiting", availability={"weekly": []})
    page = desk().get(PEOPLE)
    rows = [" ".join(row.text.replace("\xa0", " ").split()) for row in page.all("tr")][1:]
    assert rows[0].startswith("A. X. ana In the program")
    assert "Mon, Nov 30, 9:00 am – 12:00 pm Morning 1" in rows[0]
    assert rows[-1].startswith("A. A. zoe Waiting")


def test_the_list_counts_statuses_and_shows_one_on_demand(desk, published, clock, store):
    clock(MORNING)
    for id, status in (("yan", "on_hold"), ("zoe", "waiting")):
        keep(store, PROGRAM, "participants", id=id, label="A. A.", status=status, availability={"weekly": []})
    browser = desk()
    page = browser.get(PEOPLE)
    assert [a.text for a in page.all("a") if "status=" in a.attributes["href"]] == ["3 in the program", "1 waiting", "1 on hold"]
    held = browser.get(f"{PEOPLE}?status=on_hold")
    assert [row.text.strip() for row in held.all("th") if row.attributes["scope"] == "row"] == ["A. A. yan"]
    assert [a.text for a in held.all("a") if a.attributes.get("aria-current") == "page"] == ["People", "1 on hold"]
    assert "Nobody has this status." in browser.get(f"{PEOPLE}?status=discharged").text
    browser.get(f"{PEOPLE}?status=well", 422)


def test_a_program_without_people_says_how_to_add_some(desk, program, store):
    from api.database.tables import ParticipantRow

    with store.writing() as session:
        for row in session.query(ParticipantRow).all():
            session.delete(row)
    assert "Nobody is in this program yet" in desk().get(PEOPLE).text


def test_the_front_desk_has_the_search_box_and_not_the_persons_page(desk, published, clock):
    clock(MORNING)
    browser = desk("front_desk")
    browser.get(PEOPLE, 403)
    page = browser.post(SEARCH, q="a.x")
    (hit,) = [e for e in page.all("ul") if e.attributes.get("class") == "hits"]
    assert "A. X." in hit.text
    assert "Not here yet" in hit.text
    assert list(hit.all("a")) == []
    assert "individual" not in hit.text


def test_what_is_typed_is_sent_as_a_form_and_found_while_typing(desk, published, clock):
    clock(MORNING)
    browser = desk()
    box = browser.get(PEOPLE).of_id("q")
    assert box.attributes["data-hx-post"] == SEARCH
    answer = browser.client.post(SEARCH, data={"q": "BEN"}, headers={"HX-Request": "true", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'href="{PEOPLE}/ben"' in answer.text
    assert browser.client.get(SEARCH).status_code == 405
    assert "Nobody matches" in browser.post(SEARCH, q="q. q.").text
    assert "Nobody matches" not in browser.post(SEARCH, q="").text


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("g.s", ["1007", "1021"]),
        ("G S 1021", ["1021"]),
        ("1007", ["1007"]),
        ("02", ["2", "1021"]),
        ("2", ["2", "1021"]),
        ("...", []),
        ("x", []),
    ],
)
def test_people_are_found_by_initials_and_by_number(query, ids):
    names = {"1007": "G. S. 1007", "1021": "G. S. 1021", "2": "A. 02"}
    assert matching(names, query) == ids


def test_many_hits_are_cut():
    assert len(matching({str(n): "A. B." for n in range(100, 200)}, "ab")) == MOST_FOUND
