"""Any stored program builds the instance it was imported from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.database import Store
from api.database.tables import ENTITY_TABLES
from api.instances.store import import_instance
from api.programs.models import ProgramSettings
from api.programs.store.entities import archive_kept, find_kept
from api.programs.store.kinds import KINDS
from api.programs.store.programs import create_program
from api.weeks.store.building import build_week
from scheduler.generate import generate
from scheduler.instance import Group, Instance
from scheduler.roster import Roster
from scheduler.validation import errors, validate
from tests.api.programs.seed import AT, instance_of

LISTS = ("services", "rooms", "resources", "clinicians", "tracks", "cohorts", "curricula", "groups", "phases", "plans", "participants")
CATALOGUE = ("demo", "monday_740", "wednesday_changes", "unchanged_week", "couple_and_no_contact", "dst_autumn", "choc_teens")
THE_REST = (
    "access_mix", "dbt_individuals", "deaconess_evenings", "dst_spring", "evening_bottleneck", "hold_24", "hold_60", "hold_120", "hold_240",
    "holiday_monday", "over_constrained", "php_step_down", "rebuild_24", "rebuild_60", "rebuild_120", "rebuild_240", "two_sites",
)  # fmt: skip


def plain(instance: Instance) -> Instance:
    """An instance without what a program does not keep: its id, its label, and the order of its lists."""
    history = instance.history
    sorted_history = {
        "orders": tuple(sorted(history.orders, key=lambda o: o.participant)),
        "services": tuple(sorted(history.services, key=lambda s: (s.participant, s.service))),
        "modules": tuple(sorted(history.modules, key=lambda m: (m.participant, m.curriculum))),
    }
    sites = tuple(sorted(instance.program.sites, key=lambda s: s.id))
    update: dict[str, Any] = {name: tuple(sorted(getattr(instance, name), key=lambda entry: entry.id)) for name in LISTS}
    update |= {
        "id": "-",
        "label": "",
        "program": instance.program.model_copy(update={"id": "-", "sites": sites}),
        "history": history.model_copy(update=sorted_history),
    }
    return instance.model_copy(update=update)


@contextmanager
def imported(store: Store, instance: Instance) -> Iterator[tuple[Session, str]]:
    """A program that is gone afterwards."""
    program = uuid4().hex
    with store.reading() as session:
        create_program(session, program, ProgramSettings(zone="UTC"), "system")
        import_instance(session, program, instance, "system", AT)
        yield session, program


@pytest.mark.parametrize("name", [*CATALOGUE, *(pytest.param(name, marks=pytest.mark.proof) for name in THE_REST)])
def test_every_instance_of_the_catalogue_comes_back(store: Store, name: str) -> None:
    week = instance_of(name)
    with imported(store, week) as (session, program):
        found = build_week(session, program, week.monday, week.now)
    assert plain(found.instance) == plain(week)
    assert found.dropped == ()


@dataclass(frozen=True)
class Recipe:
    """How a week is made; hypothesis draws it and tells it, an instance would be too long for that."""

    participants: int
    seed: int
    is_hold: bool
    order: int
    mode: Literal["hold", "rebuild"] | None
    weights: dict[str, int]
    pins: int
    is_published: bool
    hour: int | None

    def week(self) -> Instance:
        """A generated week, its lists in any order, perhaps with pins, a published roster, and part of the week behind it."""
        week = generate(self.participants, self.seed, mode="hold" if self.is_hold else "rebuild")
        random, last = Random(self.order), week.history.last_week
        update: dict[str, Any] = {name: tuple(random.sample(found, len(found))) for name in LISTS if (found := getattr(week, name))}
        update |= {"mode": self.mode, "weights": self.weights}
        if last is not None and self.is_published:
            midnight = datetime.combine(week.monday, time(), ZoneInfo(week.program.zone))
            update["published"] = {"roster": _a_week_later(last), "at": AT}
            update["pins"] = tuple({"kind": "run", "group": g.id} for g in week.groups[: self.pins])
            update["now"] = None if self.hour is None else midnight + timedelta(hours=self.hour)
        return Instance.model_validate({name: getattr(week, name) for name in Instance.model_fields} | update)


RECIPES = st.builds(
    Recipe,
    participants=st.integers(8, 12),
    seed=st.integers(0, 50),
    is_hold=st.booleans(),
    order=st.integers(0, 1000),
    mode=st.sampled_from((None, "hold", "rebuild")),
    weights=st.dictionaries(st.sampled_from(("trips", "idle_gap", "same_time")), st.integers(0, 20)),
    pins=st.integers(0, 3),
    is_published=st.booleans(),
    hour=st.sampled_from((None, -100, 0, 34, 200)),
)


def _a_week_later(roster: Roster) -> Roster:
    week = timedelta(weeks=1)
    sessions = tuple(
        s.model_copy(
            update={"id": s.id.replace(str(roster.monday), str(roster.monday + week)), "start": s.start + week, "end": s.end + week}
        )
        for s in roster.sessions
    )
    return roster.model_copy(update={"monday": roster.monday + week, "sessions": sessions})


# Not shrunk: a recipe is short, and every attempt would cost half a second.
BRISK = settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
)
THOROUGH = settings(BRISK, max_examples=300)


def check_round_trip(store: Store, recipe: Recipe) -> None:
    week = recipe.week()
    with imported(store, week) as (session, program):
        found = build_week(session, program, week.monday, week.now)
        again = build_week(session, program, week.monday, week.now)
    assert plain(found.instance) == plain(week)
    assert found == again
    assert errors(validate(found.instance)) == errors(validate(week)) == ()


def check_archiving(store: Store, recipe: Recipe, seed: int) -> None:
    """Archive what may be archived: none of it is left anywhere but in the past, and the week stays without errors."""
    week, random = recipe.week(), Random(seed)
    with imported(store, week) as (session, program):
        gone: dict[str, set[str]] = {kind: set() for kind in ENTITY_TABLES}
        for name in ("participants", "groups", "clinicians", "rooms", "services", "cohorts", "tracks"):
            for entry in getattr(week, name):
                if random.randrange(4) == 0:
                    # What others name stays; that it is refused is told by other tests.
                    with pytest.MonkeyPatch.context() as patch:
                        patch.setattr("api.programs.store.entities.require_unused", lambda *_: None)
                        archive_kept(session, find_kept(session, program, KINDS[name], entry.id), KINDS[name], "system", AT)
                    gone[name].add(entry.id)
        found = build_week(session, program, week.monday, week.now).instance
    for name in LISTS:
        assert not gone[name] & {entry.id for entry in getattr(found, name)}
    rosters = [] if found.published is None else [found.published.roster]
    for roster in [*rosters, *([] if found.history.last_week is None else [found.history.last_week])]:
        assert not gone["participants"] & {b.participant for s in roster.sessions for b in s.bookings}
    assert not gone["participants"] & {id for relation in found.relations for id in (relation.a, relation.b)}
    for roster in rosters:
        assert not gone["groups"] & {s.group for s in roster.sessions}
        assert not gone["clinicians"] & {f for s in roster.sessions for f in s.facilitators}
    dangling = {issue.path.split("[")[0].split(".")[0] for issue in errors(validate(found))}
    assert not dangling & {"history", "published", "pins", "relations"}


@BRISK
@given(recipe=RECIPES)
def test_a_program_builds_the_week_it_was_imported_from_whatever_the_order_of_its_rows(store: Store, recipe: Recipe) -> None:
    check_round_trip(store, recipe)


@BRISK
@given(recipe=RECIPES, seed=st.integers(0, 1000))
def test_archived_things_are_nowhere_in_the_week(store: Store, recipe: Recipe, seed: int) -> None:
    check_archiving(store, recipe, seed)


@pytest.mark.proof
@THOROUGH
@given(recipe=RECIPES)
def test_three_hundred_programs_build_the_weeks_they_were_imported_from(store: Store, recipe: Recipe) -> None:
    check_round_trip(store, recipe)


@pytest.mark.proof
@THOROUGH
@given(recipe=RECIPES, seed=st.integers(0, 1000))
def test_in_three_hundred_programs_archived_things_are_nowhere(store: Store, recipe: Recipe, seed: int) -> None:
    check_archiving(store, recipe, seed)


def test_the_same_rows_give_the_same_week_on_postgresql(postgres_store: Store, store: Store) -> None:
    week = instance_of("wednesday_changes")
    found = []
    for each in (store, postgres_store):
        with imported(each, week) as (session, program):
            found.append(plain(build_week(session, program, week.monday, week.now).instance))
    assert found[0] == found[1] == plain(week)


def test_a_group_of_another_week_keeps_its_document(store: Store) -> None:
    week = instance_of("unchanged_week")
    with imported(store, week) as (session, program):
        later = build_week(session, program, week.monday + timedelta(weeks=1)).instance
    kept = {g.id: g for g in week.groups}
    assert [g.model_copy(update={"module": kept[g.id].module}) for g in later.groups] == [kept[g.id] for g in later.groups]
    assert all(isinstance(g, Group) for g in later.groups)
