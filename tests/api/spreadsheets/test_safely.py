"""Nothing by halves, nothing silently, nothing that somebody else changed meanwhile; mistakes are told and cost nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.database import Store
from api.database.tables import AuditEntryRow, Base
from api.spreadsheets.store import merging
from api.spreadsheets.store.merging import merge_instance
from api.web.uploads import XLSX, ZIP
from scheduler.generate import generate
from tests.api.filling import contents
from tests.api.programs.seed import seed
from tests.api.spreadsheets.conftest import (
    BASE,
    FRESH,
    MONDAY,
    column_of,
    downloaded,
    edited,
    fresh,
    imported,
    preview,
    row_of,
    take,
    write,
)
from tests.exchange.workbook.bad_files import BAD, CSV, packed
from tests.exchange.workbook.make import EXAMPLE

OTHER = {"jobs", "audit", "idempotent_answers", "api_keys"}


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but of those that say who asked."""
    with store.engine.connect() as connection:
        found = contents(connection, Base.metadata)
    return {name: rows for name, rows in found.items() if name not in OTHER}


def more_seats(book) -> None:
    write(book["Rooms"], "group-room", "Seats", 12)


def test_a_preview_changes_nothing_at_all(staff, house, store):
    content, before = edited(fresh(staff), more_seats), everything(store)
    assert preview(staff, content, "?archive=all")["changes"]["changed"] == {"rooms": 1}
    assert everything(store) == before


def test_an_import_needs_the_token_of_a_preview_of_this_file(staff, house, store):
    content, before = edited(fresh(staff), more_seats), everything(store)
    token = preview(staff, content)["token"]
    assert take(staff, content, None).json()["code"] == "no_etag"
    for wrong in ("*", "nonsense", "a.b", token[:-1]):
        assert (take(staff, content, wrong).status_code, everything(store)) == (412, before)
    another = take(staff, fresh(staff), token).json()
    assert (another["code"], "not the file" in another["detail"]) == ("changed_meanwhile", True)
    assert take(staff, content, token, "?monday=2027-01-18").status_code in (400, 412), "nor for another week"
    assert everything(store) == before
    assert take(staff, content, token).status_code == 201


@pytest.mark.parametrize("path", ["rooms/office-1", "", "participants/p1"])
def test_what_somebody_changed_meanwhile_is_not_overwritten(staff, house, store, path):
    content = edited(fresh(staff), more_seats)
    token = preview(staff, content)["token"]
    answer = staff.patch(f"{BASE}/{path}".rstrip("/"), json={"label": "Changed"}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    before = everything(store)
    refused = take(staff, content, token)
    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert "preview the file again" in refused.json()["detail"]
    assert everything(store) == before


def test_an_import_sent_twice_is_done_once(staff, house):
    content = edited(fresh(staff), more_seats)
    token = preview(staff, content)["token"]
    assert take(staff, content, token).status_code == 201
    assert take(staff, content, token).status_code == 412


def test_what_the_file_does_not_have_stays_unless_it_is_named(staff, house, store):
    def change(book):
        for sheet, column in {"Participants": "A", "Past orders": "A", "Last services": "A", "Ordered services": "B"}.items():
            rows = [cell.row for cell in book[sheet][column] if cell.value in ("p4", "p5")]
            for row in reversed(rows):
                book[sheet].delete_rows(row)

    content = edited(fresh(staff), change)
    seen = preview(staff, content)
    assert seen["changes"]["removals"] == [
        {"name": "participants/p4", "is_archived": False}, {"name": "participants/p5", "is_archived": False},
    ]  # fmt: skip
    assert {d["id"] for d in seen["differences"] if (d["sheet"], d["change"]) == ("Participants", "removed")} == {"p4", "p5"}
    assert imported(staff, content)["archived"] == {}
    assert imported(staff, content, "?archive=participants/p5")["archived"] == {"participants": 1}
    known = {p["id"] for p in staff.get(f"{BASE}/participants").json()["items"]}
    assert known == {"p1", "p2", "p3", "p4"}
    assert imported(staff, content, "?archive=all")["archived"] == {"participants": 1}
    back = imported(staff, FRESH[0])
    assert back["restored"] == {"participants": 2}, "what was archived is taken back, not made anew"


def test_nothing_is_archived_that_the_file_has_or_that_others_need(staff, house, store):
    content, before = edited(fresh(staff), lambda book: book["Rooms"].delete_rows(row_of(book["Rooms"], "office-2"))), everything(store)
    headers = {"Content-Type": XLSX}
    answer = staff.post(f"{BASE}/workbook/preview?archive=rooms/office-2&archive=rooms/office-1", content=content, headers=headers)
    assert (answer.json()["code"], answer.json()["issues"][0]["path"]) == ("bad_reference", "query.archive[1]")

    token = preview(staff, content)["token"]
    staff.post(f"{BASE}/archive", content=b"")
    created = staff.post(f"{BASE}/groups", json=staff.get(f"{BASE}/groups/evening-mon").json() | {"id": "late", "rooms": ["office-2"]})
    assert created.status_code == 201, created.text
    assert take(staff, content, token, "?archive=rooms/office-2").status_code == 412
    less = edited(
        staff.get(f"{BASE}/weeks/{MONDAY}/workbook").content,
        lambda book: (
            book["Rooms"].delete_rows(row_of(book["Rooms"], "office-2")),
            book["Groups"].delete_rows(row_of(book["Groups"], "late")),
        ),
    )
    refused = staff.post(f"{BASE}/workbook/preview?archive=rooms/office-2", content=less, headers=headers).json()
    assert (refused["code"], [i["path"] for i in refused["issues"]]) == ("in_use", ["groups/late.rooms[0]"])
    assert everything(store).keys() == before.keys()
    assert preview(staff, less, "?archive=rooms/office-2&archive=groups/late")["is_importable"]


def test_somebody_with_sessions_to_come_is_not_archived_by_a_file(store):
    week = generate(12, 3, mode="hold")
    seed(store, week, "house")
    last = week.history.last_week
    assert last is not None
    gone = last.sessions[-1].bookings[0].participant
    people = tuple(p for p in week.participants if p.id != gone)
    fewer = week.model_copy(update={"participants": people, "history": type(week.history)(), "relations": ()})
    before_it = min(s.start for s in last.sessions)
    with pytest.raises(merging.merge.Problem) as refused, store.writing() as session:
        merge_instance(session, "house", fewer, None, "system", before_it)
    assert refused.value.code == "in_use"
    assert f"participants/{gone}" in refused.value.issues[0].message
    with store.writing() as session:
        merge_instance(session, "house", fewer, None, "system", max(s.end for s in last.sessions))


def test_what_dies_in_the_middle_of_an_import_leaves_nothing(staff, house, store, monkeypatch):
    content, before = edited(fresh(staff), more_seats), everything(store)
    token = preview(staff, content)["token"]

    def die(*_: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("api.spreadsheets.store.merging.merge.require_whole", die)
    assert take(staff, content, token).status_code == 500
    assert everything(store) == before
    monkeypatch.undo()
    assert take(staff, content, token).status_code == 201, "and it can be done again"


def test_a_file_that_is_no_workbook_is_refused_and_the_next_one_is_read(staff, empty_house, store):
    before = everything(store)
    for name, (content, code) in BAD.items():
        answer = staff.post(f"{BASE}/workbook/preview", content=content, headers={"Content-Type": ZIP})
        if name == "nothing":
            assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
            continue
        assert (answer.status_code, answer.json()["code"], answer.json()["issues"][0]["code"]) == (400, "bad_workbook", code), name
        assert len(answer.json()["detail"]) > 20
    assert everything(store) == before
    assert preview(staff, EXAMPLE)["differences"]


def test_a_file_with_more_mistakes_than_anybody_reads_is_no_defect(staff, house, store):
    before = everything(store)
    many = packed(CSV | {"Relations.csv": b"Participant,Other participant,Kind\n" + b"".join(b"q%d,p1,apart\n" % n for n in range(1_200))})
    seen = preview(staff, many, kind=ZIP)
    assert (seen["is_importable"], len(seen["issues"]), seen["issues"][-1]["code"]) == (False, 1_001, "too_many_issues")
    assert everything(store) == before


def test_a_body_of_another_kind_is_refused(staff, house):
    for headers in (
        {},
        {"Content-Type": "application/json"},
        {"Content-Type": XLSX, "Content-Encoding": "gzip"},
    ):
        answer = staff.post(f"{BASE}/workbook/preview", content=b"PK", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "wrong_media_type"), headers
    answer = staff.post(f"{BASE}/workbook/preview", content=b"PK", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_what_may_be_archived_is_named_as_the_preview_names_it(staff, house):
    for archive in ("rooms", "participants/", "participants/Anna Smith", "/", "everything"):
        answer = staff.post(f"{BASE}/workbook/preview", params={"archive": archive}, content=b"PK", headers={"Content-Type": XLSX})
        assert (answer.status_code, "Smith" in answer.text) == (422, False)


def test_mistakes_are_told_by_sheet_row_and_column_and_refuse_an_import(staff, house):
    def change(book):
        write(book["Rooms"], "office-1", "Seats", "many")
        write(book["Participants"], "p2", "Home track", "no-such-track")

    content = edited(fresh(staff), change)
    seen = preview(staff, content)
    assert [i["where"] for i in seen["issues"]] == ["Rooms, row 3, Seats (D3)"], "what cannot be read is told first"
    refused = take(staff, content, "any.token").json()
    assert (refused["code"], refused["issues"][0]["path"]) == ("bad_workbook", "Rooms, row 3, Seats (D3)")
    second = preview(staff, edited(fresh(staff), lambda book: write(book["Participants"], "p2", "Home track", "no-such-track")))
    assert [(i["code"], i["where"]) for i in second["issues"]] == [("unknown_id", "Participants, row 3, Home track (G3)")]


def test_who_previewed_and_who_imported_is_in_the_audit_trail_in_numbers(staff, house, store):
    imported(staff, edited(fresh(staff), more_seats))
    with store.reading() as session:
        acts = dict(map(tuple, session.execute(select(AuditEntryRow.action, AuditEntryRow.target).where(AuditEntryRow.action.like("w%")))))
    assert acts == {
        "week.workbook": f"monday={MONDAY} format=xlsx",
        "workbook.preview": "",
        "workbook.import": f"monday={MONDAY} changed=1",
    } or acts == {"workbook.preview": "", "workbook.import": f"monday={MONDAY} changed=1"}


def test_a_workbook_of_another_program_is_told(staff, house):
    content = edited(fresh(staff), lambda book: write(book["Week"], "Program id", "Value", "elsewhere"))
    (issue,) = preview(staff, content)["issues"]
    assert (issue["code"], issue["severity"], issue["place"]["sheet"]) == ("other_program", "warning", "Week")


def test_imported_leave_warns_of_groups_without_a_leader(staff, house):
    def leave(book):
        sheet = book["Absences"]
        for clinician in ("c1", "c2"):
            row = sheet.max_row + 1
            for title, value in {"Clinician": clinician, "First": MONDAY, "Last": MONDAY}.items():
                sheet.cell(row, column_of(sheet, title)).value = value

    content = edited(fresh(staff), leave)
    answer = take(staff, content, preview(staff, content)["token"]).json()
    assert answer["warnings"] == ["evening-mon has no leader on Monday, January 11: c1 and c2 on leave."]
    again = downloaded(staff)
    assert take(staff, again, preview(staff, again)["token"]).json()["warnings"] == [], "it was so before"
