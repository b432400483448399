"""There and back: whatever an instance holds, the workbook and the CSV files hold it, too."""

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instances.catalogue import ENTRIES
from scheduler.exchange.workbook import example, read_workbook, write_csv, write_workbook, zipped
from scheduler.exchange.workbook.csv_files import read_csv_files
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.importing import import_source
from scheduler.generate import generate
from scheduler.instance import Instance
from scheduler.reading import dump_json, read_instance
from tests.exchange.workbook.anything import instances
from tests.source_tree import ROOT

pytestmark = pytest.mark.unmeasured

WEEKS = [entry.name for entry in ENTRIES]
SAMPLE = ("hold_24", "dst_autumn", "access_mix", "two_sites", "wednesday_changes")
"""Weeks that go through Excel in every run: a routine week, a change of clocks, resources, sites, a published roster and pins."""


def through_xlsx(week: Instance) -> Instance:
    return import_source(read_source(write_workbook(week)), is_judged=False).instance


def through_csv(week: Instance) -> Instance:
    files = [(name.removesuffix(".csv"), content) for name, content in write_csv(week)]
    return import_source(read_csv_files(files), is_judged=False).instance


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.proof if "240" in name else ()) for name in WEEKS])
def test_every_instance_comes_back_byte_for_byte(name):
    week = read_instance(ROOT / "instances" / f"{name}.json")
    assert dump_json(through_csv(week)) == dump_json(week)


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.proof) for name in WEEKS])
def test_every_instance_comes_back_from_excel_byte_for_byte(name):
    week = read_instance(ROOT / "instances" / f"{name}.json")
    assert dump_json(through_xlsx(week)) == dump_json(week)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(instances())
def test_anything_the_contract_allows_comes_back_through_csv(week):
    assert through_csv(week) == week


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(instances())
def test_anything_the_contract_allows_comes_back_through_xlsx(week):
    assert through_xlsx(week) == week


@settings(max_examples=2)
@given(st.integers(16, 40), st.integers(0, 10**6), st.integers(1, 2), st.sampled_from(["rebuild", "hold"]))
def test_generated_weeks_come_back_and_their_last_week_breaks_no_rule(participants, seed, sites, mode):
    week = generate(participants, seed, sites=sites, mode=mode)
    back = read_workbook(write_workbook(week))
    assert back.instance == week
    assert back.last_week is None if mode == "rebuild" else back.last_week.conflicts == ()


@pytest.mark.proof
@settings(suppress_health_check=list(HealthCheck))
@given(instances())
def test_anything_comes_back_through_both(week):
    assert through_csv(week) == week == through_xlsx(week)


def test_another_reader_sees_the_same_cells():
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(example())))
    grids = {grid.title: grid for grid in read_source(write_workbook(example())).grids}
    assert list(grids) == book.sheetnames
    for sheet in book:
        theirs = {(c.row, c.column - 1) for row in sheet.iter_rows() for c in row if c.value not in (None, "")}
        assert {(row.number, column) for row in grids[sheet.title].rows for column in row.cells} == theirs


def test_a_folder_and_a_zip_of_csv_files_read_alike(tmp_path: Path):
    files = write_csv(example())
    for name, content in files:
        (tmp_path / name).write_bytes(content)
    (tmp_path / "all.zip").write_bytes(zipped(files))
    assert read_workbook(tmp_path).instance == read_workbook(tmp_path / "all.zip").instance == example()
