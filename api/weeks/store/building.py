"""Build the instance of a program's week; `build_week` is the entry point.

Archived entities are left out. Dated records are applied to the people (`dated_records`), history is read from published weeks (`past`),
and references of the published roster or a pin to entities that no longer exist are dropped and reported (`restricted`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api.database.tables import WeekRow
from api.kernel.errors import Problem
from api.programs.models import AbsenceEntry, OrderEntry, PhaseEntry, ProgramSettings, RelationEntry
from api.programs.store.kinds import Rows
from api.programs.store.programs import check_program
from api.weeks.models.weeks import GroupWeek
from api.weeks.store.dated_records import lay_on_clinicians, lay_on_people, of_week
from api.weeks.store.exceptions import with_disruptions, with_exceptions
from api.weeks.store.past import Past
from api.weeks.store.restricted import InstanceIds, restrict_history, restrict_pins, restrict_published, restrict_released
from api.weeks.store.rosters import roster_of
from api.weeks.store.units import UnitCounter
from api.weeks.store.weeks import find_week, pin_of, pins_of, published_roster, settings_of_week
from scheduler.instance import (
    Clinician,
    Cohort,
    Curriculum,
    Group,
    History,
    Instance,
    OrderSpec,
    Participant,
    Phase,
    Pin,
    Plan,
    Program,
    Published,
    Relation,
    Resource,
    Room,
    Service,
    Site,
    Track,
)
from scheduler.roster import Home, Roster
from scheduler.validation.history import EARLIEST_NOW_DAYS


@dataclass(frozen=True, slots=True)
class BuiltWeek:
    """A week's instance, and what was dropped to make it valid.

    Attributes:
        dropped: Parts of the published roster, the pins and the week's settings that were dropped because they name missing entities;
            ids only.
    """

    instance: Instance
    dropped: tuple[str, ...]


def build_instance(session: Session, program: str, monday: date, now: datetime | None = None) -> Instance:
    """The instance of a week, see `build_week`."""
    return build_week(session, program, monday, now).instance


def build_week(session: Session, program: str, monday: date, now: datetime | None = None) -> BuiltWeek:
    """Build the instance of a week from the rows of its program; the same rows give the same instance.

    Args:
        now: Sessions before it have happened and stay; None: the whole week is in the future, as it also is for a time well before it.

    Raises:
        Problem: No such program exists (``not_found``), or it has no site yet (``wrong_state``).
    """
    settings = ProgramSettings.model_validate(check_program(session, program).document)
    stored = find_week(session, program, monday)
    week = settings_of_week(stored)
    rows, past = Rows(session, program), Past(session, program, monday)
    published = _published(session, program, monday)
    dated = of_week(monday, rows.all(OrderEntry), rows.all(PhaseEntry), rows.all(AbsenceEntry))
    orders = past.orders(rows.all(Participant))
    people = lay_on_people(rows.all(Participant), dated, orders, _homes(past, rows))
    counter = UnitCounter(session, program, monday, ZoneInfo(settings.zone), rows.all(Service), rows.all(Phase), settings.policy)
    people = counter.counted(people)
    instance = Instance(
        id=f"{program[:53]}.{monday.isoformat()}",
        monday=monday,
        now=now if now is not None and (monday - now.date()).days <= EARLIEST_NOW_DAYS else None,
        seed=week.seed or _seed(stored, rows.all(Service)),
        mode=week.mode,
        program=_program(program, settings, rows.all(Site)),
        policy=settings.policy,
        weights=settings.weights | week.weights,
        services=rows.all(Service),
        rooms=rows.all(Room),
        resources=rows.all(Resource),
        clinicians=lay_on_clinicians(rows.all(Clinician), dated),
        tracks=rows.all(Track),
        cohorts=rows.all(Cohort),
        curricula=rows.all(Curriculum),
        groups=tuple(_groups(rows.all(Group), week.groups, _begun(published, now))),
        phases=rows.all(Phase),
        plans=rows.all(Plan),
        participants=people,
        relations=_relations(rows.all(RelationEntry), people),
        history=History(
            orders=tuple(order for _, order in sorted(orders.items())),
            services=past.services(
                _ordered_by("every_n_weeks", people, rows.all(Phase)), _ordered_by("in_all", people, rows.all(Phase)), settings.zone
            ),
            modules=past.modules(rows.all(Curriculum), rows.all(Group)),
            released=week.released,
        ),
    )
    pins = [(row.id, pin_of(row)) for row in pins_of(session, program, monday)]
    instance, gone = with_disruptions(instance, week.disruptions)
    instance, left_out = with_exceptions(instance, week.exceptions)
    whole = _with_rosters(instance, past.last_week, published, pins)
    return BuiltWeek(whole.instance, (*whole.dropped, *gone, *left_out))


def _seed(week: WeekRow, services: Iterable[Service]) -> str | None:
    """The seed of a week's random times, derived from its secret key; a week that is not stored yet, or needs none, has none."""
    if not week.desk_key or all(service.standing for service in services):
        return None
    return sha256(f"random times {week.desk_key}".encode()).hexdigest()[:32]


def _published(session: Session, program: str, monday: date) -> Published | None:
    """The published state of the week, as participants know it."""
    row = published_roster(session, program, monday)
    return None if row is None else Published(roster=roster_of(session, row), at=row.published_at)


def _program(id: str, settings: ProgramSettings, sites: tuple[Site, ...]) -> Program:
    if not sites:
        raise Problem("wrong_state", "A week needs a site: add one to the program first.")
    return Program(
        id=id,
        label=settings.label,
        zone=settings.zone,
        sites=sites,
        travel=settings.travel,
        telehealth_hours=settings.telehealth_hours,
        closures=settings.closures,
        week_a=settings.week_a,
    )


def _begun(published: Published | None, now: datetime | None) -> frozenset[str | None]:
    """Groups that have already met this week."""
    if published is None or now is None:
        return frozenset()
    return frozenset(s.group for s in published.roster.sessions if s.start < now)


def _groups(groups: Iterable[Group], special: Mapping[str, GroupWeek], begun: frozenset[str | None]) -> Iterable[Group]:
    """The groups with their special settings for this week; a group that is off is left out, unless it has already met."""
    for group in groups:
        week = special.get(group.id)
        if week is None:
            yield group
        elif not week.is_off or group.id in begun:
            changes = {name: getattr(week, name) for name in GroupWeek.model_fields if name != "is_off"}
            yield group.model_copy(update={name: value for name, value in changes.items() if value is not None})


def _homes(past: Past, rows: Rows) -> dict[str, Home]:
    """Homes chosen in last week's roster that still exist. A participant kept apart from someone gets a home only from staff."""
    ids = {track.id for track in rows.all(Track)} | {cohort.id for cohort in rows.all(Cohort)} | {None}
    apart = {id for relation in rows.all(RelationEntry) for id in (relation.a, relation.b)}
    return {id: home for id, home in past.homes().items() if id not in apart and {home.track, home.cohort} <= ids}


def _relations(entries: Iterable[RelationEntry], people: Iterable[Participant]) -> tuple[Relation, ...]:
    """The relations whose participants are both in the instance."""
    ids = {p.id for p in people}
    return tuple(Relation(a=r.a, b=r.b, kind=r.kind) for r in entries if {r.a, r.b} <= ids)


def _ordered_by(field: Literal["every_n_weeks", "in_all"], people: Iterable[Participant], phases: Iterable[Phase]) -> frozenset[str]:
    """Services ordered at an interval or by a number in all: only for these do earlier dates matter."""
    specs: list[OrderSpec] = [*(person.order for person in people), *(phase.order for phase in phases)]
    return frozenset(o.service for spec in specs for o in spec.services or () if getattr(o, field) is not None)


def _with_rosters(instance: Instance, last_week: Roster | None, published: Published | None, pins: Iterable[tuple[str, Pin]]) -> BuiltWeek:
    """Add the rosters and pins to the instance, restricted to entities that exist."""
    ids = InstanceIds.of(instance)
    remaining, dropped = restrict_pins(pins, ids)
    history = instance.history.model_copy(
        update={
            "last_week": None if last_week is None else restrict_history(last_week, ids),
            "released": restrict_released(instance.history.released, ids),
        }
    )
    if published is not None:
        roster, losses = restrict_published(published.roster, ids)
        published, dropped = published.model_copy(update={"roster": roster}), [*losses, *dropped]
    return BuiltWeek(instance.model_copy(update={"history": history, "published": published, "pins": remaining}), tuple(dropped))
