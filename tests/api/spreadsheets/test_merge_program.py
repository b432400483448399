"""A whole week merged into a small program, as rows: every kind made, changed and let go of, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.database.tables import ProgramRow
from api.kernel.errors import Problem
from api.programs.store.entities import find_kept
from api.programs.store.kinds import KINDS
from api.spreadsheets.store.merging.comparable import comparable
from api.spreadsheets.store.merging.merge import PLAIN, MergeResult, merge_instance
from api.weeks.store.building import build_instance
from scheduler.instance import Instance
from tests.api.weeks.small import BEFORE, MONDAY, draft, person, publish_draft
from tests.build import clinician, group, roster, run, windows

LAST = MONDAY - timedelta(weeks=1)
PHASE = {"id": "p1", "level": "2.1", "rank": 0, "order": {"minutes": {"floor": 540, "ceiling": 720}}}
NEW: dict[str, dict[str, Any]] = {
    "rooms": {"id": "r9", "site": "s9", "seats": 4},
    "resources": {"id": "van", "kind": "van", "site": "s9", "runs": []},
    "services": {"id": "art", "kind": "group", "category": "art", "minutes": 60},
    "phases": PHASE,
    "plans": {"id": "plan", "phases": ["p1"]},
    "curricula": {"id": "dbt", "modules": ["m1", "m2"]},
    "tracks": {"id": "t"},
    "cohorts": {"id": "c", "track": "t"},
    "clinicians": clinician("eva", hours=windows(site="s9")),
    "participants": person("dea", phase="p1", home_track="t", home_cohort="c", primary_therapist="eva"),
    "groups": group("g9", "thu", curriculum="dbt", module="m2", intake_override=3, track="t", rooms=["r9"], site="s9"),
}


def built(rows: Session) -> Instance:
    """The week as the program builds it."""
    return build_instance(rows, "north", MONDAY)


def with_(week: Instance, **lists: Any) -> Instance:
    """The same week with other lists, validated."""
    return Instance.model_validate(week.model_dump(mode="json") | lists)


def without(week: Instance, kind: str, *ids: str) -> Instance:
    return week.model_copy(update={kind: tuple(thing for thing in getattr(week, kind) if thing.id not in ids)})


def merged(rows: Session, wanted: Instance, *archive: str, at: Any = BEFORE, is_all: bool = False) -> MergeResult:
    return merge_instance(rows, "north", wanted, None if is_all else archive, "user:7", at)


def everything(rows: Session) -> Instance:
    """The week with something new of every kind."""
    week = built(rows).model_dump(mode="json")
    program = week["program"] | {"sites": [*week["program"]["sites"], {"id": "s9", "hours": windows()}]}
    return Instance.model_validate(week | {"program": program} | {kind: [*week[kind], thing] for kind, thing in NEW.items()})


def counts(made: MergeResult) -> tuple[dict[str, int], dict[str, int], dict[str, int], dict[str, int]]:
    changes = made.changes
    return dict(changes.created), dict(changes.changed), dict(changes.restored), dict(changes.archived)


def test_the_week_as_it_is_changes_nothing(rows):
    week = built(rows)
    made = merged(rows, week)
    assert made.before == made.after == made.target == comparable(week)
    assert (counts(made), made.changes.removals, made.last_week) == (({}, {}, {}, {}), {}, None)


def test_something_new_of_every_kind_is_made_and_the_week_built_with_it(rows):
    before, wanted = built(rows), everything(rows)
    made = merged(rows, wanted)
    assert set(PLAIN) < set(NEW)
    assert counts(made) == (dict.fromkeys((*NEW, "sites"), 1), {"week": 1}, {}, {})
    assert (made.before, made.after, made.target) == (comparable(before), comparable(wanted), comparable(wanted))
    assert comparable(built(rows)) == comparable(wanted)
    later = build_instance(rows, "north", MONDAY + timedelta(weeks=1))
    taught = next(g for g in later.groups if g.id == "g9")
    assert (taught.module, taught.intake_override) == (None, None), "these are of the week alone"
    assert find_kept(rows, "north", KINDS["groups"], "g9").created_by == "user:7"
    assert counts(merged(rows, wanted)) == ({}, {}, {}, {})


def test_what_differs_is_changed_kind_by_kind(rows):
    merged(rows, everything(rows))
    week = built(rows).model_dump(mode="json")
    for kind in ("rooms", "tracks", "clinicians", "participants", "groups"):
        week[kind][0] = week[kind][0] | {"label": "Other"}
    week["program"]["sites"][0]["label"] = "Other"
    wanted = Instance.model_validate(week)
    made = merged(rows, wanted)
    assert counts(made) == ({}, dict.fromkeys(("sites", "rooms", "tracks", "clinicians", "participants", "groups"), 1), {}, {})
    assert made.after == made.target == comparable(built(rows))


def test_what_the_week_says_of_a_group_is_changed_in_the_week(rows):
    merged(rows, everything(rows))
    groups = [g | {"module": "m1"} if g["id"] == "g9" else g for g in built(rows).model_dump(mode="json")["groups"]]
    made = merged(rows, with_(built(rows), groups=groups))
    assert counts(made) == ({}, {"week": 1}, {}, {})
    found = next(g for g in built(rows).groups if g.id == "g9")
    assert (found.module, found.intake_override) == ("m1", 3)


def test_what_an_archived_group_was_said_to_be_is_said_again(rows):
    merged(rows, everything(rows))
    week = built(rows)
    for act, is_archived in ((without(week, "groups", "g9"), True), (week, False)):
        made = merged(rows, act, is_all=True)
        assert (find_kept(rows, "north", KINDS["groups"], "g9").archived_at is not None) == is_archived
    assert counts(made) == ({}, {}, {"groups": 1}, {})
    assert made.after == made.target


def test_everything_the_file_lacks_goes_where_all_of_it_may(rows):
    wanted = everything(rows)
    before = built(rows)
    merged(rows, wanted)
    made = merged(rows, before, is_all=True)
    ids = {kind: thing["id"] for kind, thing in NEW.items()} | {"sites": "s9"}
    assert counts(made)[3] == dict.fromkeys(ids, 1)
    assert made.changes.removals == {f"{kind}/{id}": True for kind, id in ids.items()}
    assert list(made.changes.removals) == [
        "participants/dea", "clinicians/eva", "groups/g9", "cohorts/c", "tracks/t", "curricula/dbt", "plans/plan", "phases/p1",
        "services/art", "resources/van", "rooms/r9", "sites/s9",
    ], "those first that name others"  # fmt: skip
    assert made.after == made.target == comparable(built(rows))


def test_where_nobody_asked_it_stays_and_is_told(rows):
    week = built(rows)
    made = merged(rows, without(week, "participants", "ben", "cid"), "participants/cid")
    assert made.changes.removals == {"participants/ben": False, "participants/cid": True}
    assert [p.id for p in built(rows).participants] == ["ana", "ben"]
    assert [p.id for p in made.after.participants] == ["ana"]
    assert made.after == made.target
    assert [p.id for p in made.before.participants] == ["ana", "ben", "cid"]


def test_pins_that_stay_are_no_difference(rows):
    pins = [{"kind": "run", "group": group} for group in ("g1", "g2")]
    merged(rows, with_(built(rows), pins=pins))
    made = merged(rows, with_(built(rows), pins=[]))
    assert (list(made.changes.removals.values()), made.after) == ([False, False], made.target)
    assert len(built(rows).pins) == 2


@pytest.mark.parametrize("id", ["ana", "none"])
def test_nobody_may_ask_for_what_is_not_missing(rows, id):
    with pytest.raises(Problem) as problem:
        merged(rows, without(built(rows), "participants", "cid"), "participants/cid", f"participants/{id}")
    assert (problem.value.code, [(p.code, p.path) for p in problem.value.issues]) == (
        "bad_reference", [("unknown_id", "query.archive[1]")],
    )  # fmt: skip
    assert problem.value.issues[0].message.startswith("use a removal listed in the preview")


def test_what_others_name_does_not_go(rows):
    merged(rows, everything(rows))
    with pytest.raises(Problem) as problem:
        merged(rows, without(built(rows), "rooms", "r9"), is_all=True)
    assert (problem.value.code, [p.path for p in problem.value.issues]) == ("in_use", ["groups/g9.rooms[0]"])
    assert problem.value.detail.startswith("Entries missing from the file are still referenced")


def test_nor_what_published_sessions_to_come_need(rows):
    publish_draft(rows, draft(rows))
    wanted = without(built(rows), "groups", "g1")
    with pytest.raises(Problem) as problem:
        merged(rows, wanted, is_all=True)
    assert {p.path for p in problem.value.issues} == {f"weeks/{MONDAY}"}


def test_once_they_are_over_it_goes(rows):
    publish_draft(rows, draft(rows))
    assert counts(merged(rows, without(built(rows), "groups", "g1"), is_all=True, at=BEFORE + timedelta(days=7)))[3] == {"groups": 1}


class TestPartners:
    """Ana is ordered couple sessions with ben, from this week on only without him."""

    def couple(self, *partners: str) -> dict[str, Any]:
        return {"services": [{"service": "couple", "per_week": 1, "partner": id} for id in partners]}

    def own(self, rows: Session, id: str = "ana", *partners: str) -> Any:
        """Let somebody's own document say whom they come with."""
        row = find_kept(rows, "north", KINDS["participants"], id)
        row.document = person(id) | {"order": self.couple(*partners), "primary_therapist": "cora"}
        rows.flush()
        return row

    def test_an_own_order_that_names_who_is_gone_is_the_wanted_one(self, rows):
        ana, cid = self.own(rows, "ana", "ben"), self.own(rows, "cid", "ana")
        week = without(built(rows), "participants", "ben")
        order = next(p.order for p in week.participants if p.id == "cid")
        nothing = order.model_copy(update={"services": ()})
        people = tuple(p.model_copy(update={"order": order if p.id == "ana" else nothing}) for p in week.participants)
        made = merged(rows, week.model_copy(update={"participants": people}), "participants/ben")
        assert made.changes.archived == {"participants": 1}
        assert [spec["partner"] for spec in ana.document["order"]["services"]] == ["ana"]
        assert (ana.document["primary_therapist"], cid.version) == ("cora", 1), "cid names nobody who is gone"
        assert made.after == made.target

    def test_where_nobody_is_gone_orders_of_earlier_weeks_stay(self, rows):
        ana = self.own(rows, "ana", "ben")
        week = built(rows)
        people = tuple(p.model_copy(update={"order": p.order.model_copy(update={"services": ()})}) for p in week.participants)
        merged(rows, week.model_copy(update={"participants": people}))
        assert [spec["partner"] for spec in ana.document["order"]["services"]] == ["ben"]


def test_settings_and_what_is_of_the_week_are_merged(rows):
    week = built(rows)
    wanted = with_(
        week, mode="rebuild", weights={"trips": 9}, pins=[{"kind": "run", "group": "g1"}],
        relations=[{"a": "ana", "b": "ben", "kind": "apart"}],
        history=week.history.model_dump(mode="json") | {
            "last_week": roster(run("g1", "mon", "09:00", ("ana",), monday=LAST), monday=LAST).model_dump(mode="json"),
            "services": [{"participant": "ana", "service": "individual", "date": "2026-11-05"}],
        },
    )  # fmt: skip
    made = merged(rows, wanted)
    assert counts(made) == ({"relations": 1, "pins": 1}, {"settings": 1, "week": 1, "history": 1}, {}, {})
    assert made.last_week is not None
    assert (made.last_week.row.monday, made.last_week.row.published_at, made.last_week.row.published_by) == (LAST, BEFORE, "user:7")
    found = made.after
    assert (found.mode, found.weights, len(found.pins), len(found.relations)) == ("rebuild", {"trips": 9}, 1, 1)
    assert found.history.last_week == made.target.history.last_week


def test_nothing_is_merged_into_a_program_that_is_archived(rows):
    week = built(rows)
    rows.get_one(ProgramRow, "north").archived_at = BEFORE
    rows.flush()
    with pytest.raises(Problem) as problem:
        merged(rows, week)
    assert problem.value.code == "wrong_state"
