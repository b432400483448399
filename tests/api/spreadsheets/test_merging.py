"""Any week merged into any program: afterwards the program builds that week, and merging it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.database import Store
from api.instances.store import import_instance
from api.programs.models import ProgramSettings
from api.programs.store.programs import create_program
from api.spreadsheets.store.merging import merge_instance
from api.spreadsheets.store.workbook_import import rehearse, take_over, token_of
from api.weeks.store.building import build_instance
from scheduler.exchange.workbook import differences, read_workbook, write_workbook
from scheduler.generate import generate
from scheduler.instance import Instance
from tests.api.forks import forked
from tests.api.programs.seed import AT, INSTANCES, instance_of, keep, seed, set_week
from tests.api.spreadsheets.merger import merge_and_die
from tests.api.spreadsheets.test_safely import everything

BRISK = settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
)
THOROUGH = settings(BRISK, max_examples=200)


@dataclass(frozen=True)
class Recipe:
    """How a week is made; hypothesis draws it and tells it, an instance would be too long for that."""

    participants: int
    seed: int
    mode: Literal["hold", "rebuild"]

    def week(self) -> Instance:
        return generate(self.participants, self.seed, mode=self.mode)


def recipes(*modes: Literal["hold", "rebuild"]) -> st.SearchStrategy[Recipe]:
    return st.builds(Recipe, st.integers(8, 14), st.integers(0, 99), st.sampled_from(modes))


def check_merge(store: Store, kept: Instance, wanted: Instance) -> None:
    with store.reading() as session:
        create_program(session, "house", ProgramSettings(zone="UTC"), "system")
        import_instance(session, "house", kept, "system", AT)
        # Long after: what was published of other weeks holds nobody.
        at = AT + timedelta(weeks=20)
        made = merge_instance(session, "house", wanted, None, "system", at)
        # What was published is not rewritten; all else is as it is wanted.
        published_here = {"history": made.target.history} if kept.history.last_week is not None else {}
        assert differences(made.after.model_copy(update=published_here), made.target) == ()
        if not published_here:
            again = merge_instance(session, "house", wanted, None, "system", at).changes
            assert not any((again.created, again.changed, again.archived, again.restored, again.removals))


@BRISK
@given(kept=recipes("rebuild"), wanted=recipes("rebuild", "hold"))
def test_a_program_builds_whatever_week_is_merged_into_it(store: Store, kept: Recipe, wanted: Recipe) -> None:
    check_merge(store, kept.week(), wanted.week())


@pytest.mark.proof
@THOROUGH
@given(kept=recipes("rebuild", "hold"), wanted=recipes("rebuild", "hold"))
def test_two_hundred_programs_build_whatever_week_is_merged_into_them(store: Store, kept: Recipe, wanted: Recipe) -> None:
    check_merge(store, kept.week(), wanted.week())


SMALL = ("demo", "wednesday_changes", "two_sites")
NAMES = sorted(path.stem for path in INSTANCES.glob("*.json") if path.stem != "catalogue")


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in SMALL else pytest.mark.proof) for name in NAMES])
def test_every_week_of_the_catalogue_goes_out_as_a_file_and_comes_back_without_a_difference(store: Store, name: str) -> None:
    """Proof: all of them, the largest included."""
    seed(store, name, "house")
    monday = instance_of(name).monday
    with store.reading() as session:
        out = build_instance(session, "house", monday)
        back = read_workbook(write_workbook(out)).instance
        made = merge_instance(session, "house", back, None, "system", AT)
    assert differences(made.before, made.target) == ()
    assert differences(made.after, made.target) == ()
    assert not any((made.changes.created, made.changes.changed, made.changes.archived, made.changes.removals))


def test_dated_entries_and_settings_of_the_week_are_seen_through(store: Store) -> None:
    """What an order, a decision, an absence and the week's own weights and groups say is in the file, and is no difference."""
    seed(store, "demo", "house")
    week = instance_of("demo")
    person, other, clinician = week.participants[0].id, week.participants[1].id, week.clinicians[0].id
    keep(store, "house", "orders", participant=person, first=week.monday - timedelta(weeks=1), order={"minutes": {"floor": 60}})
    keep(store, "house", "phase_decisions", participant=other, first=week.monday, phase=week.phases[0].id, largest_step=90)
    keep(store, "house", "absences", clinician=clinician, first=week.monday, last=week.monday, start="09:00", end="10:00")
    special = {week.groups[0].id: {"minimum": 1}, week.groups[1].id: {"is_off": True}}
    set_week(store, "house", week.monday, weights={"trips": 9}, groups=special)

    with store.reading() as session:
        out = build_instance(session, "house", week.monday)
        back = read_workbook(write_workbook(out)).instance
        people = tuple(p.model_copy(update={"may_wait_longer": True}) if p.id == person else p for p in back.participants)
        weights = back.weights | {"trips": 3, "idle_gap": 2}
        groups = tuple(g.model_copy(update={"minimum": 2, "target": 5}) if g.id == week.groups[0].id else g for g in back.groups)
        wanted = back.model_copy(update={"participants": people, "weights": weights, "groups": groups})
        made = merge_instance(session, "house", wanted, None, "system", AT)
        assert differences(made.after, made.target) == ()
        assert (made.changes.created, made.changes.removals) == ({}, {})
        assert made.changes.changed == {"participants": 1, "groups": 1, "settings": 1, "week": 1}
        later = build_instance(session, "house", week.monday + timedelta(weeks=1))
    assert later.weights == {"idle_gap": 2}, "the weight of one week stays that week's"
    group = next(g for g in later.groups if g.id == week.groups[0].id)
    assert (group.minimum, group.target) == (week.groups[0].minimum, 5)
    assert {g.id for g in later.groups} == {g.id for g in week.groups}, "the group that is off this week is not gone"


def test_a_partner_who_is_gone_is_named_no_more_not_even_by_an_order_of_earlier_weeks(store: Store) -> None:
    seed(store, "couple_and_no_contact", "house")
    week = instance_of("couple_and_no_contact")
    one, other = next((p.id, s.partner) for p in week.participants for s in p.order.services or () if s.partner is not None)
    assert other is not None

    def alone(person: Any) -> Any:
        services = tuple(s for s in person.order.services or () if s.partner != other)
        return person.model_copy(update={"order": person.order.model_copy(update={"services": services})}) if person.id == one else person

    people = tuple(alone(p) for p in week.participants if p.id != other)
    relations = tuple(r for r in week.relations if other not in (r.a, r.b))
    fewer = week.model_copy(update={"participants": people, "relations": relations})
    with store.reading() as session:
        made = merge_instance(session, "house", fewer, [f"participants/{other}"], "system", AT + timedelta(weeks=20))
        assert made.changes.archived == {"participants": 1}
        later = build_instance(session, "house", week.monday + timedelta(weeks=1))
    assert not [p.id for p in later.participants for s in p.order.services or () if s.partner == other]


def test_a_process_killed_in_the_middle_of_a_merge_leaves_the_program_as_it_was(store: Store, tmp_path: Path) -> None:
    seed(store, generate(10, 1, mode="rebuild"), "house")
    before: dict[str, Any] = everything(store)
    wanted = generate(12, 2, mode="rebuild")
    child = forked(merge_and_die, store.url, wanted.model_dump_json(), AT)
    child.start()
    child.join(60)
    assert child.exitcode == 9, "it died after the last write and before the commit"
    assert everything(store) == before
    with store.writing() as session:
        assert merge_instance(session, "house", wanted, None, "system", AT).changes.created


def test_a_preview_and_an_import_do_the_same_on_postgresql(postgres_store: Store, store: Store) -> None:
    kept, wanted = generate(10, 1, mode="rebuild"), generate(12, 2, mode="hold")
    found = []
    for each in (store, postgres_store):
        seed(each, kept, "house")
        before = everything(each)
        seen, token = rehearse(each, "house", b"file", wanted, [], "system", AT)
        assert everything(each) == before
        with each.writing() as session:
            assert token_of(session, "house", b"file", wanted.monday) == token
            done = take_over(session, "house", wanted, [], "system", AT)
        assert (seen.before, seen.after, seen.target) == (done.before, done.after, done.target)
        assert seen.changes.removals == done.changes.removals
        found.append((done.after, done.target, done.changes.created, done.changes.changed))
    assert found[0] == found[1]
