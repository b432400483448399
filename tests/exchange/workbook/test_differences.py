"""The list of differences: every change by sheet, row and column, and nothing where nothing changed."""

import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.exchange.workbook import differences, example, read_workbook
from tests.exchange.workbook.anything import instances
from tests.exchange.workbook.make import changed


def listed(change):
    """What a change of the example's workbook is told as."""
    new = read_workbook(changed(change)).instance
    return [(d.sheet, d.change, d.id, d.field, d.before, d.after) for d in differences(example(), new)]


def test_nothing_changed():
    assert differences(example(), example()) == ()


@pytest.mark.unmeasured
def test_a_changed_cell():
    def change(book):
        book["Participants"]["E2"] = "mon-thu 16:00-22:00"

    assert listed(change) == [("Participants", "changed", "p1", "Free", "mon-thu 15:30-22:00", "mon-thu 16:00-22:00")]


@pytest.mark.unmeasured
def test_a_changed_setting():
    def change(book):
        book["Week"]["B3"] = "Another week"

    assert listed(change) == [("Week", "changed", "", "Title", "Second week of January", "Another week")]


@pytest.mark.unmeasured
def test_a_new_row_and_one_that_is_gone():
    def change(book):
        rooms, absences = book["Rooms"], book["Absences"]
        for column, value in zip("ABCD", ("office-3", "Office 3", "main", 2), strict=True):
            rooms[f"{column}5"] = value
        absences.delete_rows(3)

    assert listed(change) == [
        ("Rooms", "added", "office-3", "", None, "Room: office-3; Name: Office 3; Site: main; Seats: 2; Used for: group, individual"),
        ("Absences", "removed", "c2", "", "Clinician: c2; First: 2027-01-14; Last: 2027-01-14; From: 12:00; Until: 14:00; "
         "Note: training", None),
    ]  # fmt: skip


def test_another_order_of_rows():
    def change(book):
        rooms = book["Rooms"]
        rows = [[cell.value for cell in row] for row in rooms.iter_rows(2, 4)]
        for number, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                rooms.cell(number, column).value = value

    assert listed(change) == [("Rooms", "changed", "", "order of rows", "group-room, office-1, office-2", "office-2, office-1, group-room")]


def test_every_change_says_where_it_stands_in_the_instance():
    def change(book):
        book["Week"]["B3"] = "Another week"
        book["Participants"]["E2"] = "mon-thu 16:00-22:00"
        book["Rooms"]["D2"] = 9
        book["Absences"].delete_rows(3)

    new = read_workbook(changed(change)).instance.model_copy(update={"weights": {"trips": 7}})
    assert [d.path for d in differences(example(), new)] == [
        "label", "rooms[group-room].seats", "participants[p1].availability.weekly", "clinicians[c2].leave", "weights.trips",
    ]  # fmt: skip


@pytest.mark.unmeasured
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(instances(), instances())
def test_there_is_a_difference_exactly_where_instances_differ(old, new):
    assert differences(old, old) == ()
    assert bool(differences(old, new)) == (old != new)
