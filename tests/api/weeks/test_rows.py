"""Weeks and rosters as rows, without a service around them: whose they are, in which order, and who changed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.database.documents import document_text
from api.database.listing import Listing
from api.database.tables import DocumentRow, GroupRow, JobRow, PinRow, WeekRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.programs.store.programs import check_program
from api.weeks.models.weeks import WeekSettings
from api.weeks.store.rosters import (
    add_draft,
    brought_home,
    entry_of,
    find_roster,
    instance_of,
    list_rosters,
    lock_roster,
    newest_roster,
    own_id,
    result_of,
    roster_in_force,
    roster_of,
    with_own_ids,
)
from api.weeks.store.weeks import (
    change_settings,
    count_drafts,
    find_week,
    list_weeks,
    lock_week,
    pins_of,
    published_roster,
    unfinished_jobs,
    wrong_settings,
)
from scheduler.result import SolveResult, TierResult
from tests.api.weeks.small import BEFORE, MONDAY, draft, good_roster, judged, publish_draft, small_instance
from tests.build import at, meet, roster, run

LATER = BEFORE + timedelta(hours=1)
NEXT = MONDAY + timedelta(weeks=1)
G1, ANA = "g.g1.2026-11-30", "a.ana.individual.2026-11-30.1"
OURS = ("north", MONDAY)
LATEST = Listing(sort="-monday")
OTHERS = (("south", MONDAY), ("north", NEXT))
"""The same week of another program, and another week of the same."""


def code_of(problem: pytest.ExceptionInfo[Problem]) -> str:
    return problem.value.code


class TestWeeks:
    def test_a_week_is_made_on_first_need_and_stays_the_one_it_was(self, rows):
        seen = find_week(rows, *OURS)
        assert (seen.version, seen.document, seen.desk_key) == (1, {}, "")
        assert rows.get(WeekRow, OURS) is None
        made = lock_week(rows, *OURS, "user:1")
        assert (made.version, made.document, made.created_by, made.changed_by) == (1, {}, "user:1", "user:1")
        assert made.created_at == made.changed_at
        assert len(made.desk_key) == 32
        assert lock_week(rows, *OURS, "user:2").created_by == "user:1"
        assert lock_week(rows, "south", MONDAY).created_by == "system"
        assert find_week(rows, *OURS) is made

    def test_a_program_must_be_there(self, rows):
        for act in (lambda: find_week(rows, "west", MONDAY), lambda: lock_week(rows, "west", MONDAY), lambda: check_program(rows, "west")):
            with pytest.raises(Problem) as problem:
                act()
            assert code_of(problem) == "not_found"
        assert check_program(rows, "south").id == "south"

    def test_whoever_changes_a_week_raises_its_version(self, rows):
        week = lock_week(rows, *OURS)
        week.touch("user:3", LATER)
        assert (week.version, week.changed_by, week.changed_at) == (2, "user:3", LATER)
        week.touch("user:4")
        assert week.version == 3
        assert abs(week.changed_at - now()) < timedelta(minutes=1)
        change_settings(week, WeekSettings(mode="hold"), "user:5", BEFORE)
        assert (week.document, week.version, week.changed_by, week.changed_at) == ({"mode": "hold"}, 4, "user:5", BEFORE)

    @pytest.mark.parametrize(("weight", "count"), [(-1, 1), (0, 0), (1, 0), (10_000, 0), (10_001, 1)])
    def test_a_weight_is_from_0_to_10000(self, rows, weight, count):
        wrong = wrong_settings(rows, "north", WeekSettings.model_construct(weights={"trips": weight}, groups={}, released=()))
        assert [(place.path, place.code) for place in wrong] == [("weights.trips", "not_a_preference")] * count

    def test_settings_name_only_what_this_program_has_and_has_not_archived(self, rows):
        settings = WeekSettings.model_validate({"groups": {"g1": {}, "g2": {}}, "released": [{"participant": "ana", "group": "g1"}]})
        assert wrong_settings(rows, "north", settings) == []
        rows.get(GroupRow, {"program": "north", "id": "g1"}).archived_at = BEFORE
        rows.flush()
        assert [(p.path, p.code) for p in wrong_settings(rows, "north", settings)] == [
            ("groups.g1", "unknown_id"),
            ("released[0].group", "unknown_id"),
        ]
        assert wrong_settings(rows, "south", settings) == []

    def test_jobs_that_wait_or_run_the_oldest_first(self, rows):
        def job(id, state, program="north", monday=MONDAY, minutes=0):
            when = BEFORE + timedelta(minutes=minutes)
            rows.add(JobRow(id=id, caller="key:1", program=program, monday=monday, state=state, limits={}, created_at=when))

        job("b", "running", minutes=2)
        job("a", "queued", minutes=2)
        job("c", "queued", minutes=1)
        for n, state in enumerate(("completed", "stopped", "failed")):
            job(f"d{n}", state)
        for n, (program, monday) in enumerate(OTHERS):
            job(f"e{n}", "queued", program, monday)
        rows.flush()
        assert unfinished_jobs(rows, *OURS) == ["c", "a", "b"]

    def test_pins_of_the_week_in_the_order_they_were_made(self, rows):
        for week in (OURS, *OTHERS):
            lock_week(rows, *week)
        made = [("b", OURS, 1), ("a", OURS, 1), ("c", OURS, 0), *((f"d{n}", week, 0) for n, week in enumerate(OTHERS))]
        for id, (program, monday), minutes in made:
            rows.add(PinRow(id=id, program=program, monday=monday, document={}, created_at=BEFORE + timedelta(minutes=minutes)))
        rows.flush()
        assert [pin.id for pin in pins_of(rows, *OURS)] == ["c", "a", "b"]


class TestRosters:
    def test_in_force_is_what_was_published_last_and_not_yet_superseded(self, rows):
        """From 0:00 to 2:00 the first, from 1:00 also the second and the third, published together and in force until 3:00."""
        hours = [BEFORE + timedelta(hours=n) for n in range(4)]
        made = [draft(rows) for _ in range(4)]
        for row, first, last in zip(made, (0, 1, 1), (2, 3, 3), strict=False):
            row.published_at, row.superseded_at = hours[first], hours[last]
        for week in OTHERS:
            draft(rows, *week).published_at = hours[3]
        rows.flush()
        moment = timedelta(seconds=1)
        times = [hours[0] - moment, hours[0], hours[1] - moment, hours[1], hours[3] - moment, hours[3]]
        assert [roster_in_force(rows, *OURS, time) for time in times] == [None, made[0], made[0], made[2], made[2], None]
        made[0].superseded_at = None
        rows.flush()
        assert roster_in_force(rows, *OURS, hours[3]) is made[0]

    def test_each_week_counts_its_own(self, rows):
        made = [draft(rows) for _ in range(3)]
        others = [draft(rows, *week) for week in OTHERS]
        assert [row.number for row in made] == [1, 2, 3]
        assert [row.number for row in others] == [1, 1]
        page = list_rosters(rows, *OURS, Listing(1, sort="number"))
        assert (page.rows, list_rosters(rows, *OURS, Listing(5, page.next, sort="number")).rows) == (made[:1], made[1:])
        assert newest_roster(rows, *OURS) is made[2]
        assert [newest_roster(rows, *week) for week in OTHERS] == others
        assert [newest_roster(rows, *OURS, number) for number in (3, 2, 1)] == [made[1], made[0], None]
        publish_draft(rows, made[1])
        for row in others:
            publish_draft(rows, row)
        assert (count_drafts(rows, *OURS), count_drafts(rows, *OTHERS[0])) == (2, 0)
        assert (published_roster(rows, *OURS), published_roster(rows, *OTHERS[1])) == (made[1], others[1])
        week, seen = rows.get(WeekRow, OURS), list_weeks(rows, "north", LATEST).rows
        assert seen == [(rows.get(WeekRow, OTHERS[1]), others[1], 0), (week, made[1], 2)]
        assert list_weeks(rows, "north", replace(LATEST, after=str(NEXT))).rows == [(week, made[1], 2)]
        assert list_weeks(rows, "north", replace(LATEST, after=str(MONDAY))).rows == []
        lock_week(rows, "north", NEXT + timedelta(weeks=1))
        page = list_weeks(rows, "north", replace(LATEST, limit=1))
        assert [week.monday for week, _, _ in page.rows] == [NEXT + timedelta(weeks=1)] == [date.fromisoformat(page.next)]

    def test_a_draft_says_who_made_it_of_what_and_how_good_it_is(self, rows):
        twice = good_roster(meet("ana", "mon", "10:00", ordinal=2), people=("ana", "ben"))
        parent, row = draft(rows), add_draft(rows, *OURS, judged(twice), "edited", "user:7", job="j1", parent="r1")
        assert (row.created_by, row.changed_by, row.origin, row.state, row.job, row.parent) == (
            "user:7",
            "user:7",
            "edited",
            "draft",
            "j1",
            "r1",
        )
        assert row.violations > 0 < row.care
        assert (parent.violations, parent.care, row.accepted, row.care_bound, row.preference_bound) == (0, 0, [], None, None)
        assert (roster_of(rows, row), instance_of(rows, row)) == (twice, small_instance())
        shown = entry_of(row)
        assert (shown.care.objective, shown.preference.objective, shown.care.bound) == (row.care, row.preference, None)
        assert rows.get(WeekRow, OURS).created_by == "user:1"

    def test_what_the_solver_said_is_kept_with_its_bounds(self, rows):
        tiers = {"care": TierResult(objective=0, bound=-3), "preference": TierResult(objective=9, bound=7)}
        base = {"status": "optimal", "message": "Done.", "instance": "i", "monday": MONDAY, "mode": "rebuild", "statistics": {"seconds": 1}}
        for given in ({}, tiers):
            result = SolveResult.model_validate(base | given)
            row = add_draft(rows, *OURS, judged(good_roster()), "solved", "user:1", result=result)
            assert (row.care_bound, row.preference_bound) == ((-3, 7) if given else (None, None))
            assert result_of(rows, row) == result
            hashes = {"roster": row.roster_hash, "instance": row.instance_hash, "result": row.result_hash}
            assert {kind: rows.get(DocumentRow, hash).kind for kind, hash in hashes.items()} == {kind: kind for kind in hashes}
        assert result_of(rows, draft(rows)) is None
        assert document_text(rows, row.instance_hash) == small_instance().model_dump_json(exclude_defaults=True)

    def test_a_roster_is_found_in_its_own_week_only(self, rows):
        row = draft(rows)
        assert find_roster(rows, *OURS, row.id) is row
        assert lock_roster(rows, *OURS, row.id) == (rows.get(WeekRow, OURS), row)
        for week, id in (*((week, row.id) for week in OTHERS), (OURS, "none")):
            with pytest.raises(Problem) as problem:
                find_roster(rows, *week, id)
            assert code_of(problem) == "not_found"

    def test_a_roster_from_elsewhere_has_our_zone_whole_minutes_and_our_ids(self):
        start = at("mon", "13:00").replace(second=59, microsecond=7)
        guest = roster(meet("ana", "mon", "13:00", id="x", start=start), run("g1", "mon", "09:00", id="y"))
        found = brought_home(guest, "Europe/Berlin")
        assert (found.zone, [s.id for s in found.sessions]) == ("Europe/Berlin", [ANA, G1])
        assert found.sessions[0].start.isoformat() == "2026-11-30T19:00:00+01:00"
        assert found.sessions[0].end.isoformat() == "2026-11-30T19:50:00+01:00"

    def test_an_appointment_has_the_id_of_the_first_of_its_people(self):
        two = roster(meet("ben", "mon", "13:00", ordinal=2, bookings=[{"participant": "ben"}, {"participant": "ana"}])).sessions[0]
        assert own_id(two, MONDAY) == "a.ana.individual.2026-11-30.2"
        nobody = roster(meet("ben", "mon", "13:00", bookings=[]), run("g1", "mon", "09:00"), run("g2", "tue", "09:00", ("ana",)))
        assert [s.id for s in with_own_ids(nobody).sessions] == [G1, "g.g2.2026-11-30"]
