"""`stepdown template`, `import`, and `export` to spreadsheets."""

import io
import json

import openpyxl
import pytest

from scheduler.exchange.workbook import example
from scheduler.exchange.workbook.last_week import JUDGED
from scheduler.reading import read_instance
from tests.cli.command import process, stepdown
from tests.exchange.workbook.make import EXAMPLE, without_help
from tests.exchange.workbook.ods import as_ods


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "example.xlsx"
    path.write_bytes(without_help(EXAMPLE))
    return path


def edited(path, sheet, cell, value):
    """Change one cell, as in a spreadsheet."""
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


@pytest.mark.unmeasured
def test_a_coordinators_first_hour(tmp_path):
    workbook = tmp_path / "mine.xlsx"
    assert stepdown("template", workbook, "--example").exit_code == 0
    edited(workbook, "Participants", "E4", "mon-thu 4pm-10pm")
    done = stepdown("import", workbook, "--out", tmp_path / "week.json")
    assert done.exit_code == 0
    assert "ready to solve. 5 participants, 3 clinicians, 3 groups, 3 rooms." in done.stdout
    assert f"Last week's roster keeps all {len(JUDGED)} rules that were checked" in done.stdout
    assert stepdown("validate", tmp_path / "week.json").exit_code == 0
    solved = stepdown("solve", tmp_path / "week.json", "--out", tmp_path / "out", "--seconds", 300)
    assert "5 of 5 participants booked" in solved.stdout
    sheets = ("--xlsx-roster", tmp_path / "roster.xlsx")
    assert stepdown("export", tmp_path / "week.json", tmp_path / "out" / "roster.json", *sheets).exit_code == 0
    assert len(openpyxl.load_workbook(tmp_path / "roster.xlsx").sheetnames) == 4


def test_conflicts_of_last_week_are_shown_with_their_rows_and_do_not_stop_it(workbook, tmp_path):
    edited(workbook, "Last week", "D5", "17:00")
    edited(workbook, "Last week", "E5", "17:50")
    done = stepdown("import", workbook, "--out", tmp_path / "week.json")
    assert done.exit_code == 0
    assert "conflicts:" in done.stdout or "conflicts; " in done.stdout
    assert "participant_conflict" in done.stdout
    assert "Last week, row 5" in done.stdout


@pytest.mark.unmeasured
def test_errors_name_sheet_row_and_column_and_nothing_is_written(workbook, tmp_path):
    edited(workbook, "Participants", "E4", "after work")
    edited(workbook, "Rooms", "D2", "=7*2")
    done = stepdown("import", workbook, "--out", tmp_path / "week.json")
    assert done.exit_code == 2
    assert "example.xlsx: Participants, row 4, Free (E4): begin with days: mon, tue" in done.stderr
    assert "example.xlsx: Rooms, row 2, Seats (D2): write the value itself" in done.stderr
    assert "Nothing was done" in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "week.json").exists()


def test_json_carries_the_places(workbook, tmp_path):
    edited(workbook, "Participants", "E4", "after work")
    done = stepdown("import", workbook, "--out", tmp_path / "week.json", "--json")
    assert done.exit_code == 2
    (issue,) = json.loads(done.stdout)["issues"]
    assert issue["place"] == {"sheet": "Participants", "row": 4, "column": "Free", "cell": "E4", "rows": []}


def test_json_says_what_was_imported(workbook, tmp_path):
    told = json.loads(stepdown("import", workbook, "--out", tmp_path / "week.json", "--json").stdout)
    assert (told["issues"], told["last_week"]["conflicts"]) == ([], [])


@pytest.mark.unmeasured
def test_monday_takes_the_place_of_the_workbooks(workbook, tmp_path):
    book = openpyxl.load_workbook(workbook)
    del book["Last week"]
    book["Week"]["B14"] = None
    book.save(workbook)
    assert stepdown("import", workbook, "--out", tmp_path / "week.json", "--monday", "2027-01-18").exit_code == 0
    assert read_instance(tmp_path / "week.json").monday.isoformat() == "2027-01-18"
    assert stepdown("import", workbook, "--out", tmp_path / "week.json", "--monday", "18.1.2027").exit_code == 2


@pytest.mark.unmeasured
@pytest.mark.parametrize("option", [("--xlsx", "back.xlsx"), ("--csv", "back.zip"), ("--csv", "back")])
def test_a_week_comes_back_through_each_format(workbook, tmp_path, option):
    stepdown("import", workbook, "--out", tmp_path / "week.json")
    assert stepdown("export", tmp_path / "week.json", option[0], tmp_path / option[1]).exit_code == 0
    assert stepdown("import", tmp_path / option[1], "--out", tmp_path / "again.json").exit_code == 0
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "week.json").read_bytes()


def test_a_folder_with_other_tables_is_not_mixed(workbook, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "Old_absences.csv").write_text("x")
    stepdown("import", workbook, "--out", tmp_path / "week.json")
    done = stepdown("export", tmp_path / "week.json", "--csv", tmp_path / "tables")
    assert (done.exit_code, "holds other CSV files" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "{week}"),
        ("export", "{week}", "--out", "{dir}/out"),
        ("export", "{week}", "{week}", "--xlsx", "{dir}/x.xlsx"),
        ("export", "{week}", "--xlsx", "{week}"),
        ("import", "{book}", "--out", "{book}"),
        ("import", "{book}", "--out", "{dir}"),
        ("import", "{dir}/none.xlsx", "--out", "{dir}/x.json"),
        ("template",),
        ("template", "{dir}"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_refused(workbook, tmp_path, arguments):
    stepdown("import", workbook, "--out", tmp_path / "week.json")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    filled = [text.format(week=tmp_path / "week.json", dir=tmp_path, book=workbook) for text in arguments]
    assert stepdown(*filled).exit_code == 2
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.unmeasured
def test_a_label_never_reaches_the_terminal(workbook, tmp_path):
    edited(workbook, "Participants", "B4", "Jane Roe")
    edited(workbook, "Participants", "D4", "nowhere")
    assert "Jane" not in stepdown("import", workbook, "--out", tmp_path / "week.json").output


def test_columns_are_printed():
    printed = stepdown("template", "--markdown").stdout
    assert "| Home track | The track of this person's groups." in printed


def test_it_is_a_command_of_its_own(workbook, tmp_path):
    done = process("import", workbook, "--out", tmp_path / "week.json")
    assert (done.returncode, "ready to solve" in done.stdout) == (0, True)
    assert read_instance(tmp_path / "week.json") == example()
    assert io.BytesIO(workbook.read_bytes()).read(2) == b"PK"


def test_a_question_is_answered_by_an_option(workbook, tmp_path):
    edited(workbook, "Absences", "E2", "1/12/2027")
    asked = stepdown("import", workbook, "--out", tmp_path / "week.json")
    assert asked.exit_code == 2
    assert "write YYYY-MM-DD, since this could be January 12, 2027 or December 1, 2027" in asked.stderr
    assert "To answer for the whole workbook, add --dates month-first or --dates day-first." in asked.stderr
    answered = stepdown("import", workbook, "--out", tmp_path / "week.json", "--dates", "month-first")
    assert answered.exit_code == 0
    assert "Absences, row 2, First (E2): read month first, as you answered" in answered.stdout
    assert read_instance(tmp_path / "week.json") == example()


def test_a_column_is_answered_by_itself(workbook, tmp_path):
    edited(workbook, "Absences", "E2", "1/12/2027")
    edited(workbook, "Absences", "F2", "12/1/2027")
    asked = stepdown("import", workbook, "--out", tmp_path / "week.json")
    assert "For one column, e.g. --dates 'Absences, First=day-first'." in asked.stderr
    answers = ["--dates", "month-first", "--dates", "absences, last = day-first"]
    assert stepdown("import", workbook, "--out", tmp_path / "week.json", *answers).exit_code == 0
    assert read_instance(tmp_path / "week.json") == example()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("weekly", "write day-first or month-first"),
        ("Abscences=day-first", "is no sheet"),
        ("Absences, Finally=day-first", "has no column"),
    ],
)
def test_an_answer_must_be_one_and_have_a_place(workbook, tmp_path, answer, message):
    done = stepdown("import", workbook, "--out", tmp_path / "week.json", "--dates", answer)
    assert (done.exit_code, message in " ".join(done.stderr.replace("\u2502", " ").split())) == (2, True)


def test_a_workbook_of_libreoffice_is_imported(workbook, tmp_path):
    saved = tmp_path / "example.ods"
    saved.write_bytes(as_ods(workbook.read_bytes()))
    assert stepdown("import", saved, "--out", tmp_path / "week.json").exit_code == 0
    assert read_instance(tmp_path / "week.json") == example()
