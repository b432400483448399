"""Files that are downloaded: the empty workbook, the example, rosters; made and read in child processes."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl import Workbook

from api.database.tables import ParticipantRow
from api.kernel.process_pool import PRELOADED, ProcessPool
from api.web.uploads import XLSX, ZIP
from scheduler.exchange.workbook import example, read_workbook, write_workbook
from scheduler.exchange.workbook.book import SHEETS
from tests.api.spreadsheets.conftest import BASE, WEEK

LAST = f"{BASE}/weeks/2027-01-04"


def book_of(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def names_in(content: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(content)).namelist())


def last_roster(staff: Any) -> str:
    """The published roster of last week."""
    return f"{LAST}/rosters/{staff.get(f'{LAST}/rosters').json()['items'][0]['id']}"


def test_anybody_may_download_the_empty_workbook_and_an_example(client):
    empty = client.get("/v1/workbooks/template")
    assert (empty.status_code, empty.headers["content-type"]) == (200, XLSX)
    assert empty.headers["content-disposition"] == 'attachment; filename="stepdown-template.xlsx"'
    assert "public" in empty.headers["cache-control"]
    assert {"Read me", *(sheet.title for sheet in SHEETS)} == set(book_of(empty.content).sheetnames)
    filled = client.get("/v1/workbooks/example").content
    assert read_workbook(filled).instance == example()
    for name in ("template", "example"):
        tables = client.get(f"/v1/workbooks/{name}?format=csv")
        assert tables.headers["content-type"] == ZIP
        assert {"Week.csv", "Participants.csv"} <= names_in(tables.content)
    assert client.get("/v1/workbooks/template?format=ods").status_code == 422


def test_a_roster_is_downloaded_by_room_clinician_participant_and_as_sign_in_sheets(staff, house):
    answer = staff.get(f"{last_roster(staff)}/workbook")
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    assert answer.headers["content-disposition"] == 'attachment; filename="roster-2027-01-04.xlsx"'
    book = book_of(answer.content)
    assert book.sheetnames == ["By room", "By clinician", "By participant", "Sign-in"]
    people = {row[0]: row[1] for row in book["By participant"].iter_rows(min_row=2, values_only=True)}
    assert people["A.B."].split("\n") == [
        "16:30-17:20 Individual session", "   Office 1 \u00b7 M. Ortiz",
        "17:30-20:30 Evening Monday", "   Group room, 2nd floor \u00b7 M. Ortiz",
    ]  # fmt: skip
    assert book["Sign-in"].max_row == 1 + 4 + 3 + 3 + 4, "a line for each booking"
    assert {sheet.oddFooter.center.text for sheet in book} == {"Printed &D &T, version 1 (published)"}


def test_a_roster_is_downloaded_as_a_table_without_labels(staff, house):
    answer = staff.get(f"{last_roster(staff)}/workbook?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 14
    assert (rows[0]["date"], rows[0]["start"], rows[0]["participant"]) == ("2027-01-04", "16:30", "p1")
    assert "Ortiz" not in answer.text


def test_a_label_is_in_no_file_name_header_or_error(staff, house, store):
    staff.patch(f"{BASE}/participants/p1", json={"label": "Quennell"}, headers={"If-Match": "*"})
    staff.patch(BASE, json={"label": "Quennell House"}, headers={"If-Match": "*"})
    week = staff.get(f"{WEEK}/workbook")
    roster = staff.get(f"{last_roster(staff)}/workbook")
    bad = staff.post(f"{BASE}/workbook/preview", content=week.content[:5000], headers={"Content-Type": XLSX})
    assert (week.status_code, roster.status_code, bad.status_code) == (200, 200, 400)
    assert "Quennell" in [cell.value for cell in book_of(week.content)["Participants"]["B"]], "it is where it belongs"
    assert not [a for a in (week, roster, bad) if "quennell" in str(a.headers).lower()]
    assert "quennell" not in bad.text.lower()


@pytest.fixture
def children(app):
    """Real child processes."""
    made = ProcessPool(1, 1, 60.0, "api.spreadsheets.workbooks")
    app.state.workbook_pool = made
    yield made
    made.close()


def test_files_are_read_and_written_in_a_child_process(staff, empty_house, store, children):
    content = write_workbook(example())
    answer = staff.post(f"{BASE}/workbook/preview", content=content, headers={"Content-Type": XLSX})
    assert answer.json()["is_importable"]
    assert staff.post(f"{BASE}/workbook/preview", content=b"PKnothing", headers={"Content-Type": XLSX}).status_code == 400
    answer = staff.post(
        f"{BASE}/workbook", content=content, headers={"Content-Type": XLSX, "If-Match": answer.headers["etag"]}
    )  # fmt: skip
    assert answer.status_code == 201
    assert read_workbook(staff.get(f"{WEEK}/workbook").content).instance.participants == example().participants
    assert staff.get(f"{last_roster(staff)}/workbook").status_code == 200


def test_a_file_that_takes_too_long_is_given_up_and_costs_nobody_else(staff, empty_house, store, children):
    children.seconds = 0.01
    began = time.monotonic()
    answer = staff.post(f"{BASE}/workbook/preview", content=write_workbook(example()), headers={"Content-Type": XLSX})
    assert (answer.status_code, answer.json()["code"]) == (503, "timed_out")
    assert time.monotonic() - began < 60
    assert staff.get(BASE).status_code == 200
    with store.reading() as session:
        assert session.get(ParticipantRow, ("house", "p1")) is None


def test_the_server_of_children_knows_the_modules_of_all_of_them(app):
    assert {"api.spreadsheets.workbooks", "api.tools.explaining"} <= set(PRELOADED)
