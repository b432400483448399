"""The table of bookings, and cells that spreadsheets would run."""

import csv
import io

import pytest

from scheduler.exchange.tables import csv_text, harmless, roster_csv
from tests.build import group, instance, meet, roster, run
from tests.exchange.weeks import medium_instance, medium_roster


def rows(text: str) -> list[dict[str, str]]:
    """The table read back."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_row_per_booking_by_start() -> None:
    """Two in a group, one by telehealth, and an appointment before it."""
    plan = roster(
        run("g", "tue", "17:30", ("ana", "ben@home"), mode="hybrid", facilitators=["cora", "dan"]), meet("ana", "mon", "09:05", 30)
    )
    first, second, third = rows(roster_csv(instance(groups=[group("g")]), plan))
    assert list(first.values()) == [
        "2026-11-30", "mon", "09:05", "09:35", "a.ana.individual.2026-11-30.1", "", "individual", "in_person", "s1", "r2", "dan", "ana",
    ]  # fmt: skip
    assert list(second.values()) == [
        "2026-12-01", "tue", "17:30", "20:30", "g.g.2026-11-30", "g", "process", "in_person", "s1", "r1", "cora;dan", "ana",
    ]  # fmt: skip
    assert (third["participant"], third["mode"]) == ("ben", "telehealth")


def test_the_medium_week_is_complete() -> None:
    """As many rows as bookings."""
    plan = medium_roster()
    table = rows(roster_csv(medium_instance(), plan))
    assert sorted((r["session"], r["participant"]) for r in table) == sorted(
        (s.id, b.participant) for s in plan.sessions for b in s.bookings
    )


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"])
def test_formulas_are_made_harmless(cell: str) -> None:
    """A leading apostrophe makes a spreadsheet show it as text."""
    assert harmless(cell) == f"'{cell}"
    assert rows(csv_text(["a"], [[cell]])) == [{"a": f"'{cell}"}]


@pytest.mark.parametrize("cell", ["", "a=b", "9-12", "T.R.", "g1;g2", 'say "hi", then\nleave'])
def test_other_cells_stay(cell: str) -> None:
    """Commas, quotes and line ends are quoted, not changed."""
    assert rows(csv_text(["a", "b"], [[cell, "x"]])) == [{"a": cell, "b": "x"}]
