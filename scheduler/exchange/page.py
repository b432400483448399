"""A roster as one page to print: the week's board, participants with their hours, and clinicians with their load.

The page is a single file without scripts or external resources, and its content security policy forbids both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from scheduler.case import Case, Order
from scheduler.exchange.board import boards, shown_days
from scheduler.exchange.words import People, heading, hours, label_of, time, version_of
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.rules.clinician_load import minutes_per_week
from scheduler.verify import NotCovered
from scheduler.view import View
from scheduler.words import counted, day_name, long_date

if TYPE_CHECKING:
    from jinja2 import Template

NOT_COVERED = "Not covered by an authorization"
"""The heading of the sessions that the payer may not pay for."""

# With more units side by side, the board takes the full width.
CALM_UNITS = 16


@dataclass(frozen=True, slots=True)
class UnmetLine:
    """Care that a participant does not get: what is missing, why, and which tested fixes would help.

    Attributes:
        participant: The id; the page shows the label.
    """

    participant: str
    what: str
    why: str
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageSummary:
    """The page's sentences on the quality of the roster.

    Attributes:
        not_covered: Sessions that no authorization covers.
    """

    status_line: str
    care_line: str
    comfort_line: str
    unmet: tuple[UnmetLine, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One session in a participant's day."""

    time: str
    title: str
    is_telehealth: bool = False


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One participant's week.

    Attributes:
        days: The entries of every shown day.
        care: Care minutes in words.
        aim: The ordered care minutes, in words; empty without an order.
        short: The shortfall below the floor, in words; empty if there is none.
        fill: The filled part of the meter, in percent.
        mark: The position of the floor on the meter, in percent; None without a floor.
    """

    name: str
    phase: str
    days: tuple[tuple[DayEntry, ...], ...]
    care: str
    aim: str
    short: str
    fill: int
    mark: int | None


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One clinician's week: direct hours of every shown day and of the week, with the limit."""

    name: str
    days: tuple[str, ...]
    direct: str
    limit: str
    fill: int
    is_over: bool
    num_groups: int
    num_appointments: int
    num_participants: int


def render_roster(instance: Instance, roster: Roster, summary: PageSummary) -> str:
    """The page as HTML. It contains people's labels: it is for the program's staff."""
    view = View(Case(instance), roster)
    case, days, sheets = view.case, shown_days(view), boards(view)
    names = People.of(case)
    booked = [p for p in case.participants if view.visits[p] or case.care.is_served(p)]
    parts = (
        counted(len(booked), "participant"),
        counted(sum(1 for c in case.clinicians if view.by_clinician[c]), "clinician"),
        counted(len(view.runs), "group session"),
        counted(len(view.placed) - len(view.runs), "appointment"),
    )
    return _template().render(
        program=label_of(instance.program),
        week=long_date(instance.monday),
        counts=" · ".join(parts),
        version=version_of(roster),
        summary=summary,
        unmet=[(names.participant(line.participant), line) for line in summary.unmet],
        not_covered_title=NOT_COVERED,
        not_covered=_by_person(case, names, summary.not_covered),
        boards=sheets,
        is_dense=max(sheet.units for sheet in sheets) > CALM_UNITS,
        days=[heading(case.week, day) for day in days],
        people=_person_rows(view, names, booked, days),
        load=[_load_row(view, names, c, days) for c in case.clinicians],
    )


@cache
def _template() -> Template:
    # Imported here, so that commands start without it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("scheduler.exchange")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("roster.html")


def _by_person(case: Case, names: People, entries: Iterable[NotCovered]) -> list[tuple[str, list[str]]]:
    """The names of participants, each with the sessions that are not covered."""
    lines: dict[str, list[str]] = {}
    for entry in entries:
        lines.setdefault(entry.participant, []).append(f"{day_name(entry.date)} {entry.date}: {label_of(case.services[entry.service])}")
    return [(names.participant(id), texts) for id, texts in lines.items()]


def _person_rows(view: View, names: People, people: Iterable[str], days: tuple[int, ...]) -> list[PersonRow]:
    orders = {p: view.case.care.order(p) for p in people}
    scale = max((max(view.care_minutes(p), o.ceiling) for p, o in orders.items()), default=0) or 1
    return [_person_row(view, names, p, order, days, scale) for p, order in orders.items()]


def _person_row(view: View, names: People, participant: str, order: Order, days: tuple[int, ...], scale: int) -> PersonRow:
    case, care, visits = view.case, view.care_minutes(participant), view.days(participant)
    person = case.participants[participant]
    entries = tuple(
        tuple(
            DayEntry(time(v.span.start), label_of(case.groups[v.group] if v.group else case.services[v.service]), v.mode == "telehealth")
            for v in visits.get(day, ())
        )
        for day in days
    )
    return PersonRow(
        name=names.participant(participant),
        phase="" if person.phase is None else label_of(case.phases[person.phase]),
        days=entries,
        care=hours(care),
        aim=_aim(order),
        short=hours(order.floor - care) if care < order.floor else "",
        fill=round(100 * care / scale),
        mark=round(100 * order.floor / scale) if order.floor else None,
    )


def _aim(order: Order) -> str:
    if not order.ceiling:
        return ""
    if order.target is not None:
        return f"of {hours(order.target)}"
    if not order.floor:
        return f"of at most {hours(order.ceiling)}"
    return f"of {hours(order.floor)}" if order.floor == order.ceiling else f"of {hours(order.floor)} to {hours(order.ceiling)}"


def _load_row(view: View, names: People, clinician: str, days: tuple[int, ...]) -> LoadRow:
    placed = view.by_clinician[clinician]
    limit = minutes_per_week(view.case, clinician)
    minutes = {day: sum(p.span.minutes for p in placed if p.day == day) for day in days}
    direct = sum(minutes.values())
    groups = [p for p in placed if p.session.group is not None]
    return LoadRow(
        name=names.clinician(clinician),
        days=tuple(hours(minutes[day]) if minutes[day] else "" for day in days),
        direct=hours(direct),
        limit=hours(limit),
        fill=min(100, round(100 * direct / limit)) if limit else 100 * bool(direct),
        is_over=direct > limit,
        num_groups=len(groups),
        num_appointments=len(placed) - len(groups),
        num_participants=len({b.participant for p in placed for b in p.session.bookings}),
    )
