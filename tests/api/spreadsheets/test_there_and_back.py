"""A week as a file and back: unchanged it changes nothing, an empty program becomes the same one, every kind of change arrives."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl

from api.database.tables import OrderRow, ParticipantRow
from api.spreadsheets.store.merging import comparable
from api.web.uploads import ODS, XLSX, ZIP
from api.weeks.store.building import build_instance
from scheduler.exchange.workbook import example, read_workbook, write_csv, zipped
from tests.api.programs.seed import keep
from tests.api.spreadsheets.conftest import (
    BASE,
    MONDAY,
    WEEK,
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
from tests.exchange.workbook.make import EXAMPLE, with_cell, without_help
from tests.exchange.workbook.ods import as_ods

NOTHING: dict[str, Any] = {
    "created": {}, "restored": {}, "changed": {}, "archived": {}, "removals": [], "not_taken": [], "last_week": None, "published": None,
}  # fmt: skip


def week_of(store, program: str = "house"):
    with store.reading() as session:
        return comparable(build_instance(session, program, MONDAY))


def test_a_week_downloaded_and_brought_back_changes_nothing(staff, house, store):
    before = week_of(store)
    seen = preview(staff, downloaded(staff))
    assert (seen["is_importable"], seen["num_differences"], seen["differences"], seen["changes"]) == (True, 0, [], NOTHING)
    assert imported(staff, downloaded(staff)) == NOTHING
    assert week_of(store) == before
    assert preview(staff, downloaded(staff))["changes"] == NOTHING, "not even versions changed"


def test_the_same_as_csv_files(staff, house):
    answer = staff.get(f"{WEEK}/workbook?format=csv")
    assert answer.headers["content-type"] == ZIP
    assert answer.headers["content-disposition"] == f'attachment; filename="week-{MONDAY}.zip"'
    assert "Participants.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert preview(staff, answer.content, kind=ZIP)["num_differences"] == 0


def test_the_download_is_the_week_as_it_is_built(staff, house, store):
    answer = staff.get(f"{WEEK}/workbook")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (XLSX, "no-store")
    assert comparable(read_workbook(answer.content).instance) == week_of(store)


def test_an_empty_program_takes_over_all_of_a_file(staff, empty_house, store):
    content = EXAMPLE
    seen = preview(staff, content)
    assert (seen["is_empty"], seen["is_importable"], seen["monday"]) == (True, True, str(MONDAY))
    assert seen["changes"]["created"]["participants"] == 5
    assert {d["change"] for d in seen["differences"] if d["sheet"] == "Participants"} == {"added"}
    with store.reading() as session:
        assert session.get(ParticipantRow, ("house", "p1")) is None, "a preview keeps nothing"
    made = imported(staff, content)
    assert made["last_week"]["violations"] == 0
    assert made["not_taken"] == []
    assert week_of(store) == comparable(example())
    assert preview(staff, content)["num_differences"] == 0


def test_who_letters_come_from_is_no_business_of_a_file(staff, empty_house):
    staff.patch(BASE, json={"letter_sender": "Riverside"}, headers={"If-Match": "*"})
    imported(staff, EXAMPLE)
    assert staff.get(BASE).json()["letter_sender"] == "Riverside"
    imported(staff, edited(downloaded(staff), lambda book: book["Closures"].append(["2027-01-25"])))
    assert staff.get(BASE).json()["letter_sender"] == "Riverside"


def test_an_empty_program_takes_over_csv_files_too(staff, empty_house, store):
    content = zipped(write_csv(example()))
    seen = preview(staff, content, kind=ZIP)
    assert take(staff, content, seen["token"], kind=ZIP).status_code == 201
    assert week_of(store) == comparable(example())


def test_a_workbook_of_libreoffice_is_previewed_and_imported(staff, empty_house, store):
    content = as_ods(EXAMPLE)
    seen = preview(staff, content, kind=ODS)
    assert take(staff, content, seen["token"], kind=ODS).status_code == 201
    assert week_of(store) == comparable(example())


def test_last_weeks_real_roster_is_judged_and_shows_its_own_conflicts(staff, empty_house):
    def change(book):
        # Two groups at once for one clinician: Tuesday's group is moved beside Monday's.
        sheet = book["Last week"]
        sheet.cell(row_of(sheet, "evening-tue"), column_of(sheet, "Facilitators")).value = "c1"
        sheet.cell(row_of(sheet, "evening-tue"), column_of(sheet, "Date")).value = "mon"

    content = edited(without_help(EXAMPLE), change)
    last = preview(staff, content)["last_week"]
    assert last["sessions"] == last["judged"] == 7
    found = {c["rule"]: c for c in last["conflicts"]}
    assert {"clinician_conflict", "participant_conflict"} <= found.keys()
    assert {p["sheet"] for c in found.values() for p in c["places"]} == {"Last week"}
    assert [p["row"] for p in found["clinician_conflict"]["places"]] == [2, 3]
    assert imported(staff, content)["last_week"]["violations"] > 0, "they do not stop it"


CHANGES = (
    ("Rooms", "office-1", "Name", "Little office", "rooms[office-1].label"),
    ("Rooms", "group-room", "Seats", 9, "rooms[group-room].seats"),
    ("Clinicians", "c2", "Hours", "mon, tue, thu 11:00-21:00 at main", "clinicians[c2].hours"),
    ("Groups", "evening-tue", "Starts", "tue 17:00", "groups[evening-tue].starts"),
    ("Phases", "intensive", "Weeks", 9, "phases[intensive].weeks"),
    ("Participants", "p1", "Free", "mon-thu 16:00-22:00", "participants[p1].availability.weekly"),
    ("Participants", "p3", "Status", "on hold", "participants[p3].status"),
)


def test_every_changed_cell_is_told_and_taken_over(staff, house, store):
    def change(book):
        for sheet, id, column, value, _ in CHANGES:
            write(book[sheet], id, column, value)

    content = edited(fresh(staff), change)
    seen = preview(staff, content)
    assert {d["path"] for d in seen["differences"]} == {change[4] for change in CHANGES}
    assert {(d["change"], d["sheet"], d["id"], d["column"]) for d in seen["differences"]} == {
        ("changed", *change[:3]) for change in CHANGES
    }
    assert [(d["before"], d["after"]) for d in seen["differences"] if d["column"] == "Seats"] == [("14", "9")]
    made = imported(staff, content)
    assert made["changed"] == {"rooms": 2, "phases": 1, "clinicians": 1, "participants": 2, "groups": 1}
    assert (made["created"], made["not_taken"]) == ({}, [])
    assert week_of(store) == comparable(read_workbook(content).instance)


def test_new_rows_are_made_in_whatever_order_they_name_each_other(staff, house, store):
    def change(book):
        book["Clinicians"].append(["c9", "New", "mon, tue, thu 12:00-21:00 at main", "lpc"])
        book["Groups"].append(["evening-new", "New", "process", 180, "thu 12:00", "main", "in person", "evening", None, "c9"])
        book["Participants"].append(["p9", "N.N.", "active", "intensive", "mon-thu 9:00-22:00", None, "evening", None, "c9"])

    content = edited(fresh(staff), change)
    made = imported(staff, content)
    assert (made["created"], made["changed"]) == ({"clinicians": 1, "participants": 1, "groups": 1}, {})
    assert week_of(store) == comparable(read_workbook(content).instance)


def test_another_order_is_an_order_from_this_monday_on_and_earlier_weeks_keep_theirs(staff, house, store):
    def change(book):
        book["Own orders"].append(["p1", 360, None, 600])

    content = edited(fresh(staff), change)
    assert imported(staff, content)["created"] == {"orders": 1}
    with store.reading() as session:
        (entry,) = session.query(OrderRow).all()
        assert (entry.participant, entry.first, entry.document["order"]["minutes"]["floor"]) == ("p1", MONDAY, 360)
    again = edited(downloaded(staff), lambda book: write(book["Own orders"], "p1", "Minutes at least", 300))
    assert imported(staff, again)["changed"] == {"orders": 1}, "the order of this Monday is corrected, not doubled"


def test_a_new_phase_with_its_date_is_a_decision(staff, house, store):
    def change(book):
        write(book["Participants"], "p1", "Phase", "step-down")
        write(book["Participants"], "p1", "Phase since", "2027-01-11")
        write(book["Participants"], "p1", "Phase change date", "2027-01-11")

    content = edited(fresh(staff), change)
    made = imported(staff, content)
    assert (made["created"], made["not_taken"]) == ({"phase_decisions": 1}, [])
    assert week_of(store) == comparable(read_workbook(content).instance)


def test_the_module_of_a_group_is_this_weeks_alone(staff, house, store):
    def change(book):
        book.create_sheet("Curricula")
        book["Curricula"].append(["Curriculum", "Modules"])
        book["Curricula"].append(["dbt", "one, two"])
        write(book["Groups"], "evening-mon", "Curriculum", "dbt")
        write(book["Groups"], "evening-mon", "Module", "two")

    content = edited(fresh(staff), change)
    made = imported(staff, content)
    assert (made["created"], made["changed"]) == ({"curricula": 1}, {"groups": 1, "week": 1})
    assert staff.get(f"{BASE}/groups/evening-mon").json()["module"] is None
    assert staff.get(WEEK).json()["settings"]["groups"]["evening-mon"]["module"] == "two"
    assert week_of(store) == comparable(read_workbook(content).instance)


def test_pins_and_relations_and_settings_of_the_program_arrive(staff, house, store):
    def change(book):
        book["Pins"].append(["booking", None, "p1", "individual", "mon", "16:30"])
        book.create_sheet("Relations")
        book["Relations"].append(["Participant", "Other participant", "Kind"])
        book["Relations"].append(["p4", "p1", "apart in time"])
        write(book["Participants"], "p4", "Home track", None)
        book["Closures"].append(["2027-01-25"])

    content = edited(fresh(staff), change)
    made = imported(staff, content)
    assert (made["created"], made["changed"], made["not_taken"]) == ({"relations": 1, "pins": 1}, {"settings": 1, "participants": 1}, [])
    assert week_of(store) == comparable(read_workbook(content).instance)


def test_an_absence_announced_here_stays_until_its_removal_is_asked_for(staff, house, store):
    keep(store, "house", "absences", id="a1", participant="p2", first=MONDAY, last=MONDAY)
    content = downloaded(staff)
    assert preview(staff, content)["num_differences"] == 0

    def change(book):
        sheet = book["Absences"]
        sheet.delete_rows(row_of(sheet, "p2"))

    less = edited(content, change)
    seen = preview(staff, less)
    assert seen["changes"]["removals"] == [{"name": "absences/a1", "is_archived": False}]
    imported(staff, less)
    assert len(week_of(store).participants[1].availability.absences) == 1, "nothing goes silently"
    assert imported(staff, less, "?archive=absences/a1")["archived"] == {"absences": 1}
    assert week_of(store).participants[1].availability.absences == ()


def test_what_was_published_is_not_rewritten_by_a_file_and_that_is_told(staff, house, store):
    def change(book):
        sheet = book["Last week"]
        sheet.cell(2, column_of(sheet, "Participants")).value = "p1"

    before = week_of(store)
    made = imported(staff, edited(fresh(staff), change))
    was, told = made["not_taken"]
    assert (was["sheet"], was["change"], told["sheet"], told["change"]) == ("Last week", "removed", "Last week", "added")
    assert told["after"].endswith("Participants: p1")
    assert "publish it again" in told["instead"]
    assert week_of(store) == before


def test_rows_in_another_order_are_no_difference(staff, house):
    def change(book):
        sheet = book["Participants"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(2, 5)]
        for number, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    assert preview(staff, edited(fresh(staff), change))["num_differences"] == 0


def test_formulas_are_refused_and_texts_that_look_like_them_are_made_harmless(staff, house, store):
    content = edited(fresh(staff), lambda book: write(book["Rooms"], "office-1", "Name", "=1+1"))
    seen = preview(staff, content)
    assert (seen["is_importable"], seen["token"], seen["monday"]) == (False, None, None)
    (issue,) = seen["issues"]
    assert (issue["place"], issue["severity"]) == ({"sheet": "Rooms", "row": 3, "column": "Name", "cell": "B3", "rows": []}, "error")
    assert "formula" in issue["message"]
    staff.patch(f"{BASE}/rooms/office-1", json={"label": "=HYPERLINK(1)"}, headers={"If-Match": "*"})
    for kind in ("xlsx", "csv"):
        assert preview(staff, staff.get(f"{WEEK}/workbook?format={kind}").content, kind=ZIP)["num_differences"] == 0
    book = openpyxl.load_workbook(io.BytesIO(downloaded(staff)))
    assert [cell.data_type for row in book["Rooms"] for cell in row if cell.value == "=HYPERLINK(1)"] != ["f"]
    table = zipfile.ZipFile(io.BytesIO(staff.get(f"{WEEK}/workbook?format=csv").content)).read("Rooms.csv").decode("utf-8-sig")
    assert ",=HYPERLINK" not in table


def test_a_question_is_answered_for_the_whole_file_and_the_answer_is_said_back(staff, house):
    content = with_cell("Absences", "E2", "1/12/2027")
    (question,) = [issue for issue in preview(staff, content)["issues"] if issue["severity"] == "error"]
    assert (question["code"], question["answers"]) == ("date_order", ["dates=month-first", "dates=day-first"])
    answered = preview(staff, content, "?dates=month-first")
    assert answered["is_importable"]
    assert "read month first, as you answered" in [issue["message"] for issue in answered["issues"]]
    assert take(staff, content, answered["token"], "?dates=month-first&times=pm").status_code == 412
    assert take(staff, content, answered["token"], "?dates=month-first").status_code == 201
