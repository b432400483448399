"""Begin with your own workbook: mistakes by sheet, row and column, questions, what is in it; then all of it or nothing."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.web.multipart import parts_of
from scheduler.exchange.workbook import example, template, write_workbook
from tests.api.pages.test_begin import director  # noqa: F401 - the first director, in a service without a program

PAGE = "/begin/workbook"
BOUNDARY = b"--b\r\nContent-Disposition: form-data; name="
MANY = (BOUNDARY + b'"a"\r\n\r\n\r\n') * 300


@pytest.fixture(scope="module")
def book() -> bytes:
    return write_workbook(example(), is_whole=True)


def edited(content: bytes, sheet: str, cell: str, value: object) -> bytes:
    """The workbook with another value in a cell."""
    book = load_workbook(io.BytesIO(content))
    book[sheet][cell] = value
    book.save(out := io.BytesIO())
    return out.getvalue()


def column_of(content: bytes, sheet: str, heading: str) -> str:
    row = next(load_workbook(io.BytesIO(content))[sheet].iter_rows(min_row=1, max_row=1))
    return next(cell.column_letter for cell in row if str(cell.value).startswith(heading))


def send(browser, content: bytes | None = None, status: int = 200, **fields: str):
    """Send the form as browsers do, with a file or without one."""
    files = {"file": ("" if content is None else "Ada Quennell.xlsx", content or b"")}
    client: TestClient = browser.client
    return browser._shown(client.post(PAGE, files=files, data=fields, headers={"Sec-Fetch-Site": "same-origin"}), status)


def kept(page) -> dict[str, str]:
    """The hidden fields of the first form: the file that was shown, and the answers."""
    form = next(page.all("main")).all("form").__next__()
    return {i.attributes["name"]: i.attributes["value"] for i in form.all("input") if i.attributes["type"] == "hidden"}


class TestImport:
    def test_it_is_shown_before_anything_is_stored_and_then_imported_whole(self, director, book):  # noqa: F811
        page = director.get("/begin")
        assert [h.text for h in page.all("h2")][:3] == ["Look around first", "Import a workbook", "Begin empty"]
        page = send(director, book)
        assert "can be imported. Nothing is stored yet." in page.text
        for text in ("What is in it", "participants", "Last week as you ran it", "Participants, first rows", "Rooms, first rows"):
            assert text in page.text, text
        assert director.client.get("/v1/programs").json()["items"] == []
        shown = kept(page)
        send(director, step="import", **shown)
        week = example()
        assert director.answer.url.path == f"/programs/main/plan/{week.monday}"
        assert len(director.client.get("/v1/programs/main/participants", params={"limit": 200}).json()["items"]) == len(week.participants)
        send(director, step="import", **shown)
        assert director.answer.url.path == f"/programs/program-2/plan/{week.monday}", "each import is a program of its own"

    def test_its_roster_is_generated_at_once(self, app, director, book):  # noqa: F811
        app.state.clock = lambda: datetime.combine(example().monday, datetime.min.time(), UTC)
        page = send(director, book)
        page = send(director, step="generate", **kept(page))
        assert "Generating a roster" in page.text

    def test_its_own_conflicts_are_found_in_names(self, director, book):  # noqa: F811
        assert "No conflicts" in send(director, book).text
        column = column_of(book, "Last week", "Room")
        page = send(director, edited(book, "Last week", f"{column}2", "office-1"))
        rows = [row.text.replace("\xa0", " ") for row in page.all("tr")]
        assert "Office 1 does not suit Evening Monday on Monday Jan 4 5:30 pm: use groupLast week, row 2" in rows

    def test_another_file_or_answer_is_shown_first(self, director, book):  # noqa: F811
        shown = kept(send(director, book))
        page = send(director, edited(book, "Rooms", "D2", "many"), 422, step="import", **shown)
        assert "to correct in the workbook first" in page.text
        page = send(director, step="import", **shown | {"times": "pm"})
        assert director.answer.url.path == PAGE
        assert "can be imported" in page.text
        assert director.client.get("/v1/programs").json()["items"] == []


class TestMistakes:
    def test_each_is_listed_with_its_place_and_the_corrected_file_is_taken(self, director, book):  # noqa: F811
        column = column_of(book, "Rooms", "Seats")
        page = send(director, edited(book, "Rooms", f"{column}2", "many"), 422)
        rows = [row.text for row in page.all("tr")]
        assert any("Rooms, row 2" in row and f"({column}2)" in row for row in rows), rows
        assert "Upload the corrected workbook" in page.text
        assert "can be imported" in send(director, book).text

    def test_questions_are_asked_as_choices_and_answers_are_kept(self, director, book):  # noqa: F811
        column = column_of(book, "Absences", "First")
        page = send(director, edited(book, "Absences", f"{column}2", "1/11/2027"), 422)
        choices = [o.text for o in page.of_id("dates").all("option")]
        assert choices == ["Choose…", "month first: January 11", "day first: November 1"]
        page = send(director, step="check", **kept(page) | {"dates": "month-first"})
        assert next(o for o in page.of_id("dates").all("option") if "selected" in o.attributes).text.startswith("month first")

    @pytest.mark.parametrize(
        ("content", "words"), [(None, "Choose the workbook"), (b"no workbook", "to correct"), (b"x" * 7_000_001, "smaller file")]
    )  # fmt: skip
    def test_what_is_no_workbook_is_refused_in_words(self, director, content, words):  # noqa: F811
        assert words in send(director, content, 422).text

    def test_what_was_kept_cannot_be_made_up(self, director):  # noqa: F811
        assert "Choose the workbook" in send(director, None, 422, step="import", kept="%%%").text

    def test_an_empty_workbook_is_not_imported(self, director):  # noqa: F811
        assert "to correct" in send(director, template(), 422).text

    def test_only_a_director_of_all_programs_may(self, desk, program):
        browser = desk("coordinator")
        browser.get(PAGE, 403)
        send(browser, b"x", 403)


class TestForm:
    @pytest.mark.parametrize(
        ("body", "found"),
        [
            (BOUNDARY + b'"a"\r\n\r\n1\r\n2\r\n--b--\r\n', [("a", False, b"1\r\n2")]),
            (BOUNDARY + b'"f"; filename="n"\r\nContent-Type: x/y\r\n\r\n\0\r\n--c\r\n--b--', [("f", True, b"\0\r\n--c")]),
            (BOUNDARY + b'"a"\r\n\r\n\r\n' + BOUNDARY + b'"b"\r\n\r\n2\r\n--b--', [("a", False, b""), ("b", False, b"2")]),
        ],
    )
    def test_fields_and_files_are_read(self, body, found):
        assert [tuple(part) for part in parts_of(body, b"b")] == found

    @pytest.mark.parametrize(
        "body", [b"", b"--b", BOUNDARY + b'"a"\r\n\r\n1', b"--b\r\n\r\n1\r\n--b--", BOUNDARY + b'"a"\r\n1\r\n--b--', MANY + b"--b--"]
    )  # fmt: skip
    def test_anything_else_is_no_form(self, body):
        with pytest.raises(ValueError, match=r"form|field"):
            list(parts_of(body, b"b"))

    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=é"])
    def test_another_media_type_is_refused(self, director, kind):  # noqa: F811
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind.encode("latin-1")}
        assert director.client.post(PAGE, content=b"x", headers=headers).status_code == 415
