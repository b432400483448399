"""`stepdown export` and `stepdown generate`."""

import csv

from scheduler.reading import read_instance
from tests.build import meet, roster
from tests.cli.command import PEOPLE, good_roster, stepdown, written


class TestExport:
    def test_writes_page_table_and_a_calendar_for_everybody(self, instance, roster, tmp_path):
        done = stepdown("export", instance, roster, "--out", tmp_path / "out")
        assert done.exit_code == 0
        assert "Legal: no hard rule is broken" in done.stdout
        rows = list(csv.DictReader((tmp_path / "out" / "calendars" / "index.csv").read_text().splitlines()))
        assert [row["id"] for row in rows] == [*PEOPLE, "cora", "dan"]
        assert all((tmp_path / "out" / "calendars" / row["file"]).is_file() for row in rows)
        assert len((tmp_path / "out" / "roster.csv").read_text().splitlines()) == 1 + 3 + 3
        assert "</html>" in (tmp_path / "out" / "roster.html").read_text()

    def test_an_edited_roster_that_breaks_a_rule_is_exported_and_says_so(self, instance, tmp_path):
        twice = written(tmp_path, "twice.json", good_roster(meet("ana", "mon", "10:00", ordinal=2)))
        done = stepdown("export", instance, twice, "--out", tmp_path / "out")
        assert done.exit_code == 0
        assert "Not legal" in done.stdout
        assert "Not legal" in (tmp_path / "out" / "roster.html").read_text()

    def test_what_is_missing_stands_on_the_page(self, instance, tmp_path):
        stepdown("export", instance, written(tmp_path, "empty.json", roster()), "--out", tmp_path / "out")
        assert "ana has 0 of 180 ordered minutes" in (tmp_path / "out" / "roster.html").read_text()

    def test_a_roster_of_another_program_is_refused(self, instance, tmp_path):
        odd = written(tmp_path, "odd.json", roster(meet("zoe", "mon", "10:00")))
        done = stepdown("export", instance, odd, "--out", tmp_path / "out")
        assert done.exit_code == 2
        assert "odd.json: the roster does not belong to the instance" in done.stderr
        assert not (tmp_path / "out").exists()

    def test_other_files_of_the_folder_stay(self, instance, roster, tmp_path):
        (tmp_path / "notes.txt").write_text("mine")
        assert stepdown("export", instance, roster, "--out", tmp_path).exit_code == 0
        assert (tmp_path / "notes.txt").read_text() == "mine"
        assert (tmp_path / "given.json").exists()


class TestGenerate:
    def test_the_same_seed_gives_the_same_bytes(self, tmp_path):
        for name in ("a.json", "b.json"):
            done = stepdown("generate", "--participants", 12, "--seed", 7, "--out", tmp_path / name)
            assert done.exit_code == 0
        assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
        assert len(read_instance(tmp_path / "a.json").participants) == 12

    def test_hold_goes_on_from_a_week(self, tmp_path):
        stepdown("generate", "--participants", 12, "--seed", 7, "--mode", "hold", "--out", tmp_path / "a.json")
        assert read_instance(tmp_path / "a.json").history.last_week is not None

    def test_too_few_people_for_the_sites_are_refused(self, tmp_path):
        done = stepdown("generate", "--participants", 12, "--seed", 7, "--sites", 2, "--out", tmp_path / "a.json")
        assert done.exit_code == 2
        assert "at least 8 participants per site" in done.stderr

    def test_a_folder_is_no_file(self, tmp_path):
        done = stepdown("generate", "--participants", 12, "--seed", 7, "--out", tmp_path)
        assert done.exit_code == 2
        assert "give the name of a file with --out" in done.stderr
