"""`stepdown validate`, `verify`, `explain` and `compare`."""

import json
import sys
from types import ModuleType

import pytest

from scheduler.fields import Model
from tests.build import meet, roster
from tests.cli.command import PEOPLE, good_roster, stepdown, week, written


class TestValidate:
    def test_a_good_week_is_ready_to_solve(self, instance):
        done = stepdown("validate", instance)
        assert done.exit_code == 0
        assert "ready to solve, 0 warnings. 3 participants, 2 clinicians, 1 group, 3 rooms." in done.stdout

    def test_every_unknown_id_is_told_at_once_with_its_path(self, tmp_path):
        people = [dict(week()["participants"][0], id=p, home_track="nowhere") for p in PEOPLE]
        done = stepdown("validate", written(tmp_path, "week.json", week(participants=people)))
        assert done.exit_code == 2
        assert [f"participants[{n}].home_track" in done.stderr for n in range(3)] == [True, True, True]
        assert "week.json: correct the 3 errors above" in done.stderr
        assert done.stdout == ""

    def test_json_lists_the_issues_of_a_bad_week(self, tmp_path):
        done = stepdown("validate", written(tmp_path, "week.json", week(mode="sideways")), "--json")
        assert done.exit_code == 2
        assert [(issue["path"], issue["severity"]) for issue in json.loads(done.stdout)["issues"]] == [("mode", "error")]

    def test_json_of_a_good_week_is_an_empty_list(self, instance):
        assert json.loads(stepdown("validate", instance, "--json").stdout) == {"issues": []}

    def test_warnings_are_told_and_stop_nothing(self, tmp_path):
        pin = {"kind": "booking", "participant": "ana", "group": "g1", "room": "r1"}
        done = stepdown("validate", written(tmp_path, "week.json", week(pins=[pin])))
        assert done.exit_code == 0
        assert "warning" in done.stdout
        assert "1 warning." in done.stdout


class TestVerify:
    def test_a_legal_roster_passes_with_its_cost(self, instance, roster):
        done = stepdown("verify", instance, roster)
        assert done.exit_code == 0
        assert "Legal: no hard rule is broken" in done.stdout
        assert "Care: everything ordered is in the roster" in done.stdout

    def test_the_broken_rule_is_named(self, instance, tmp_path):
        twice = written(tmp_path, "twice.json", good_roster(meet("ana", "mon", "10:00", ordinal=2)))
        done = stepdown("verify", instance, twice)
        assert done.exit_code == 1
        assert "participant_conflict: " in done.stdout

    def test_an_unknown_id_in_a_roster_is_a_violation(self, instance, tmp_path):
        done = stepdown("verify", instance, written(tmp_path, "odd.json", roster(meet("zoe", "mon", "10:00"))))
        assert done.exit_code == 1
        assert "unknown participant zoe" in done.stdout

    def test_missing_care_is_counted_and_no_violation(self, instance, tmp_path):
        done = stepdown("verify", instance, written(tmp_path, "empty.json", roster()))
        assert done.exit_code == 0
        assert "weekly_floor: ana has 0 of 180 ordered minutes" in done.stdout

    def test_json_carries_violations_and_score(self, instance, roster, tmp_path):
        good = json.loads(stepdown("verify", instance, roster, "--json").stdout)
        assert good["violations"] == []
        assert good["score"]["care"] == 0
        twice = written(tmp_path, "twice.json", good_roster(meet("ana", "mon", "10:00", ordinal=2)))
        bad = json.loads(stepdown("verify", instance, twice, "--json").stdout)
        assert bad["score"] is None
        assert "participant_conflict" in [violation["rule"] for violation in bad["violations"]]


class Found(Model):
    """A finding as `explain` and `compare` give it."""

    about: str
    lines: tuple[str, ...] = ("one line", "[bold]another[/bold]")


@pytest.fixture
def finders(monkeypatch):
    """Explanation and comparison that name what they were asked about."""
    compare = ModuleType("scheduler.compare")
    compare.compare = lambda instance, a, b: Found(about=f"{len(a.sessions)} and {len(b.sessions)}")
    monkeypatch.setitem(sys.modules, "scheduler.compare", compare)
    explain = ModuleType("scheduler.explain")
    explain.explain = lambda instance, roster, participant: Found(about=f"{participant}")
    monkeypatch.setitem(sys.modules, "scheduler.explain", explain)


@pytest.mark.usefixtures("finders")
class TestExplainAndCompare:
    def test_lines_are_printed_as_they_are(self, instance, roster):
        for arguments in (("explain", instance, roster), ("compare", instance, roster, roster)):
            done = stepdown(*arguments)
            assert (done.exit_code, done.stdout) == (0, "one line\n[bold]another[/bold]\n")

    def test_json_is_the_finding(self, instance, roster, tmp_path):
        more = written(tmp_path, "more.json", good_roster(meet("ana", "fri", "10:00", ordinal=2)))
        assert json.loads(stepdown("explain", instance, roster, "ben", "--json").stdout)["about"] == "ben"
        assert json.loads(stepdown("explain", instance, roster, "--json").stdout)["about"] == "None"
        assert json.loads(stepdown("compare", instance, roster, more, "--json").stdout)["about"] == "4 and 5"

    def test_an_unknown_id_is_refused(self, instance, roster):
        done = stepdown("explain", instance, roster, "zoe")
        assert done.exit_code == 2
        assert "write the id of a participant, group, clinician or room of the instance" in done.stderr

    def test_a_roster_of_another_week_is_refused(self, instance, roster, tmp_path):
        later = written(tmp_path, "later.json", json.loads(roster.read_text()) | {"monday": "2026-12-07"})
        done = stepdown("compare", instance, roster, later)
        assert done.exit_code == 2
        assert "later.json: the roster does not belong to the instance: the roster is for the week of 2026-12-07" in done.stderr


@pytest.mark.parametrize(("topic", "line"), [("g1", "g1: Monday"), ("cora", "cora: "), ("r1", "r1: ")])
def test_groups_clinicians_and_rooms_are_explained(topic, line, instance, roster):
    done = stepdown("explain", instance, roster, topic)
    assert done.exit_code == 0
    assert done.stdout.startswith(line)
