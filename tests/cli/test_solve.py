"""`stepdown solve` with a solver that answers at once, so that every ending can be seen."""

import importlib
import json
import signal

import pytest

from scheduler.cli.progress import sentence
from scheduler.cli.solving import left_to_solve
from scheduler.errors import DefectError, NoRosterError
from scheduler.reading import read_roster
from scheduler.result import Cause, PinConflict, Progress, SolveResult, SolveStatus, Statistics, TierResult, Unmet
from tests.build import MONDAY
from tests.cli.command import good_roster, stepdown, week, written

SHORT = Unmet(
    participant="ana",
    rule="weekly_floor",
    amount=180,
    what="180 of 540 minutes",
    kind="lost",
    causes=(Cause(rule="group_size", sentence="g1 is full"),),
)


def result(**more):
    """A solved week: care proven, preferences 9.3 % from the bound."""
    base = {
        "status": SolveStatus.FEASIBLE,
        "message": "The best roster within the limit.",
        "instance": "tiny",
        "monday": MONDAY,
        "mode": "rebuild",
        "roster": good_roster(),
        "care": TierResult(objective=0, bound=0),
        "preference": TierResult(objective=43, bound=39),
        "statistics": Statistics(seconds=1.0),
    }
    return SolveResult.model_validate(base | more)


NOTHING = {"roster": None, "care": None, "preference": None}
UNKNOWN = NOTHING | {"status": SolveStatus.UNKNOWN, "message": "No roster was found within the limit; allow more time."}
CONFLICT = NOTHING | {
    "status": SolveStatus.INFEASIBLE,
    "message": "Pins 0, 1 cannot all be kept.",
    "conflict": PinConflict(pins=(0, 1), message="Pins 0, 1 cannot all be kept.", proposal=good_roster(), released=(1,)),
}


@pytest.mark.parametrize(
    ("seconds", "spent", "people", "left"),
    [(20.0, 2.0, 125, 17.0), (20.0, 0.0, 0, 19.5), (20.0, 0.0, 1000, 18.0), (4.0, 1.0, 125, 2.6), (2.0, 3.0, 10, 0.0), (0.0, 0.0, 10, 0.0)],
)
def test_the_limit_covers_the_start_and_the_files(seconds, spent, people, left):
    """Half a second and four thousandths for each participant are kept for the files, but at most a tenth of the limit."""
    assert left_to_solve(seconds, spent, people) == pytest.approx(left)


@pytest.fixture
def solver(monkeypatch):
    """Makes the solver answer as told, or do what a function does; remembers what it was asked."""
    asked = []

    def answer(given):
        def solve(instance, limits, *, on_progress, is_cancelled):
            asked.append((instance, limits))
            if isinstance(given, Exception):
                raise given
            return given(on_progress, is_cancelled) if callable(given) else given

        monkeypatch.setattr(importlib.import_module("scheduler.solve"), "solve", solve)
        return asked

    return answer


class TestFiles:
    def test_everything_is_written(self, solver, instance, tmp_path):
        solver(result())
        out = tmp_path / "new" / "out"
        assert stepdown("solve", instance, "--out", out).exit_code == 0
        assert SolveResult.model_validate_json((out / "result.json").read_bytes()) == result()
        assert read_roster(out / "roster.json") == good_roster()
        assert len(list(out.glob("calendars/participants/*.ics"))) == 3
        assert len(list(out.glob("calendars/clinicians/*.ics"))) == 2
        assert "at most 9.4 % from the best possible" in (out / "roster.html").read_text()
        assert {path.name for path in out.iterdir()} == {
            ".calendar-secret",
            "calendars",
            "result.json",
            "roster.csv",
            "roster.html",
            "roster.json",
        }

    def test_a_folder_in_use_keeps_what_is_not_ours(self, solver, instance, tmp_path):
        solver(result())
        (tmp_path / "out" / "calendars").mkdir(parents=True)
        (tmp_path / "out" / "calendars" / "mine.txt").write_text("mine")
        assert stepdown("solve", instance, "--out", tmp_path / "out").exit_code == 0
        assert (tmp_path / "out" / "calendars" / "mine.txt").read_text() == "mine"

    def test_a_second_solve_keeps_the_names_of_the_calendars(self, solver, instance, tmp_path):
        solver(result())
        names = []
        for _ in range(2):
            stepdown("solve", instance, "--out", tmp_path / "out")
            names.append(sorted(path.name for path in (tmp_path / "out").rglob("*.ics")))
        assert names[0] == names[1]
        assert len(names[0]) == 5


class TestSummary:
    def test_says_how_good_the_roster_is(self, solver, instance, tmp_path):
        solver(result())
        printed = stepdown("solve", instance, "--out", tmp_path / "out").stdout
        assert "Week of November 30, 2026, rebuild: The best roster within the limit." in printed
        assert "3 of 3 participants booked, 1 group session, 3 appointments" in printed
        assert "Care: everything ordered is in the roster" in printed
        # (43 - 39) / 43 = 9.302 %, rounded up.
        assert "Preferences: at most 9.4 % from the best possible\n" in printed

    def test_unmet_care_is_printed_with_its_cause_and_is_no_failure(self, solver, instance, tmp_path):
        solver(result(care=TierResult(objective=180, bound=180), unmet=(SHORT,)))
        done = stepdown("solve", instance, "--out", tmp_path / "out")
        assert done.exit_code == 0
        assert "Care: nothing better exists (proven)" in done.stdout
        assert "Unmet care (1)\n  ana (A.): 180 of 540 minutes\n      why:   g1 is full" in done.stdout
        assert "g1 is full" in (tmp_path / "out" / "roster.html").read_text()

    def test_long_labels_are_not_printed(self, solver, tmp_path):
        solver(result(unmet=(SHORT,)))
        people = [dict(person, label="Jane Doe") for person in week()["participants"]]
        done = stepdown("solve", written(tmp_path, "week.json", week(participants=people)), "--out", tmp_path / "out")
        assert "  ana: 180 of 540 minutes" in done.stdout
        assert "Jane" not in done.output

    def test_unproven_care_is_said_to_be_so(self, solver, instance, tmp_path):
        solver(result(care=TierResult(objective=200, bound=150), preference=TierResult(objective=7, bound=0)))
        printed = stepdown("solve", instance, "--out", tmp_path / "out").stdout
        assert "Care: at most 25 % from the best possible\n" in printed
        assert "Preferences, care held as it is: how much better it could be is not known yet; allow more time" in printed

    def test_what_no_session_could_give_is_told_apart(self, solver, instance, tmp_path):
        solver(result(care=TierResult(objective=200, bound=150, unavoidable=120)))
        printed = stepdown("solve", instance, "--out", tmp_path / "out").stdout
        assert "Care: at most 62.5 % from the best possible, apart from 120 that no session could give\n" in printed
        solver(result(care=TierResult(objective=200, bound=120, unavoidable=120)))
        assert "Care: how much better it could be is not known yet" in stepdown("solve", instance, "--out", tmp_path / "out").stdout


class TestJson:
    def test_standard_output_is_the_result_and_nothing_else(self, solver, instance, tmp_path):
        solver(result(unmet=(SHORT,)))
        done = stepdown("solve", instance, "--out", tmp_path / "out", "--json")
        assert SolveResult.model_validate_json(done.stdout) == result(unmet=(SHORT,))
        assert "Unmet care (1)" in done.stderr

    def test_without_a_roster_too(self, solver, instance, tmp_path):
        solver(result(**UNKNOWN))
        done = stepdown("solve", instance, "--out", tmp_path / "out", "--json")
        assert (done.exit_code, json.loads(done.stdout)["status"]) == (1, "unknown")

    def test_an_error_is_json_as_well(self, solver, instance, tmp_path):
        solver(NoRosterError("the solver process ended without an answer"))
        done = stepdown("solve", instance, "--out", tmp_path / "out", "--json")
        assert (done.exit_code, json.loads(done.stdout)["error"]) == (1, "the solver process ended without an answer")


class TestNoRoster:
    def test_a_conflict_of_pins_names_what_to_release(self, solver, instance, tmp_path):
        solver(result(**CONFLICT))
        done = stepdown("solve", instance, "--out", tmp_path / "out")
        assert done.exit_code == 1
        assert "Pins 0, 1 cannot all be kept." in done.stderr
        assert "Without pins[1], a roster exists: see conflict.proposal" in done.stderr
        assert json.loads((tmp_path / "out" / "result.json").read_text())["conflict"]["released"] == [1]
        assert not (tmp_path / "out" / "roster.json").exists()

    def test_an_older_roster_is_said_to_be_older(self, solver, instance, tmp_path):
        solver(result())
        stepdown("solve", instance, "--out", tmp_path / "out")
        solver(result(**UNKNOWN))
        done = stepdown("solve", instance, "--out", tmp_path / "out")
        assert done.exit_code == 1
        assert "roster.json and the files next to it are from an earlier solve" in done.stderr

    @pytest.mark.parametrize("error", [NoRosterError("it was ended"), DefectError("a roster failed its verification")])
    def test_a_solver_that_fails_is_told_without_a_traceback(self, solver, instance, tmp_path, error):
        solver(error)
        done = stepdown("solve", instance, "--out", tmp_path / "out")
        assert (done.exit_code, done.stdout) == (1, "")
        assert str(error) in done.stderr

    def test_a_roster_below_its_bound_is_kept_all_the_same(self, solver, instance, tmp_path):
        solver(DefectError("care 120 is below the proven bound 240", good_roster()))
        done = stepdown("solve", instance, "--out", tmp_path / "out")
        assert (done.exit_code, done.stdout) == (1, "")
        assert "care 120 is below the proven bound 240" in done.stderr
        assert f"keeps every rule and is in {tmp_path / 'out' / 'roster.json'}; nothing is proven about it" in done.stderr
        assert read_roster(tmp_path / "out" / "roster.json") == good_roster()
        assert not (tmp_path / "out" / "result.json").exists()


class TestOptions:
    def test_reach_the_solver(self, solver, instance, tmp_path):
        asked = solver(result())
        stepdown(
            "solve", instance, "--out", tmp_path / "out", "--seconds", 7.5, "--workers", 3, "--seed", 11, "--gap", 0.02, "--mode", "rebuild"
        )
        week_asked, limits = asked[0]
        assert (limits.workers, limits.seed, limits.gap) == (3, 11, 0.02)
        assert limits.seconds < 7.0
        assert week_asked.mode == "rebuild"

    def test_the_mode_of_the_instance_holds_unless_told(self, solver, tmp_path):
        asked = solver(result())
        stepdown("solve", written(tmp_path, "week.json", week(mode="rebuild")), "--out", tmp_path / "out")
        assert asked[0][0].mode == "rebuild"


DOING = {
    "activity": "trying other times",
    "proving": "proving it",
    "next_bound_seconds": 8.6,
    "care_bound": 75,
    "care_unavoidable": 15,
}


class TestProgress:
    def test_plain_lines_come_once_a_second_and_for_the_first_roster(self, solver, instance, tmp_path):
        def improve(on_progress, is_cancelled):
            for seconds, phase, care in (
                (0.1, "starting", None),
                (0.4, "care", 120),
                (0.5, "care", 60),
                (1.5, "improving", 90),
                (1.6, "done", 0),
            ):
                bounds = {} if care is None else {"care_bound": 0, "preference": 43, "preference_bound": 39}
                words = DOING if phase == "improving" else {"activity": "looking" if phase == "starting" else ""}
                on_progress(Progress.model_validate({"seconds": seconds, "phase": phase, "care": care} | bounds | words))
            return result()

        solver(improve)
        done = stepdown("solve", instance, "--out", tmp_path / "out")
        assert done.stderr.splitlines() == [
            "  0.1 s  care -  preferences -  looking",
            "  0.4 s  care 120 (bound 0, gap 100 %)  preferences 43 (bound 39, gap 9.4 %)",
            "  1.5 s  care 90 (bound 75, gap 20 %, 15 of it unavoidable)  preferences 43 (bound 39, gap 9.4 %)  "
            "trying other times; proving it, next bound by 9 s",
            "  1.6 s  care 0 (bound 0)  preferences 43 (bound 39, gap 9.4 %)",
        ]

    def test_a_bound_that_is_overdue_has_no_time(self):
        late = Progress(seconds=9.0, phase="improving", activity="trying", proving="proving it", next_bound_seconds=8.6)
        assert sentence(late, 8.5).endswith("  trying; proving it, next bound by 9 s")
        assert sentence(late, 9.5).endswith("  trying; proving it")


class TestInterrupt:
    def test_the_first_ctrl_c_asks_to_stop_and_keeps_the_roster(self, solver, instance, tmp_path):
        before = signal.getsignal(signal.SIGINT)

        def wait(on_progress, is_cancelled):
            assert not is_cancelled()
            signal.raise_signal(signal.SIGINT)
            assert is_cancelled()
            assert is_cancelled()
            return result(status=SolveStatus.STOPPED, message="Stopped; this is the best roster found so far.")

        solver(wait)
        done = stepdown("solve", instance, "--out", tmp_path / "out")
        assert done.exit_code == 0
        assert done.stderr.count("Press Ctrl-C again to abort") == 1
        assert (tmp_path / "out" / "roster.json").exists()
        assert signal.getsignal(signal.SIGINT) is before

    def test_the_second_aborts(self, solver, instance, tmp_path):
        def wait(on_progress, is_cancelled):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

        solver(wait)
        assert stepdown("solve", instance, "--out", tmp_path / "out").exit_code == 130
        assert not (tmp_path / "out" / "result.json").exists()
