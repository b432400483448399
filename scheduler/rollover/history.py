"""The history after a week: its roster, its orders and what is missing of them, and what was given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scheduler.case import Case
from scheduler.instance import Curriculum, History, LastService, ModuleDone, PastOrder
from scheduler.roster import Roster
from scheduler.view import View


def history_after(case: Case, roster: Roster) -> History:
    """The history after a week; every booking counts as attended.

    Args:
        case: The week.
        roster: Its roster, of known ids; it may break rules.
    """
    view = View(case, roster)
    return History(
        last_week=roster,
        orders=tuple(_orders(case, view)),
        services=tuple(LastService(participant=p, service=s, date=day) for (p, s), days in _dates(case, view).items() for day in days),
        modules=tuple(_modules(case, view)),
    )


def _orders(case: Case, view: View) -> Iterator[PastOrder]:
    """Everyone's order for a full week, even if the week was a partial one; whoever had none keeps the one before."""
    for id in case.participants:
        if not case.care.is_served(id):
            before = case.past.last_order(id)
            yield from () if before is None else (before.model_copy(update={"short_minutes": 0}),)
            continue
        yield past_order(case, id, max(0, case.care.order(id).floor - view.care_minutes(id)))


def past_order(case: Case, participant: str, short_minutes: int) -> PastOrder:
    """A participant's order for a full week, even if the week was a partial one."""
    order = case.care.order(participant)
    return PastOrder(
        participant=participant,
        phase=case.participants[participant].phase,
        floor=order.full_floor,
        target=order.full_target,
        ceiling=order.full_ceiling,
        short_minutes=short_minutes,
    )


def _dates(case: Case, view: View) -> dict[tuple[str, str], list[date]]:
    """When each service that is ordered at an interval, or was before, was last given; of those ordered in all, every date."""
    dates = {key: [*days] for key, days in case.past.dates_given.items()}
    for id, visits in view.visits.items():
        for visit in sorted(visits, key=lambda visit: visit.span):
            if (key := (id, visit.service)) in dates or visit.service in case.care.order(id).dated_services:
                dates.setdefault(key, []).append(case.week.date_of(visit.day))
    counted = {(id, service) for id in view.visits for service in case.care.order(id).counted_services}
    return {key: days if key in counted else days[-1:] for key, days in dates.items()}


def _modules(case: Case, view: View) -> Iterator[ModuleDone]:
    """The modules of the current cycle that everyone has done."""
    done: dict[tuple[str, str], list[str]] = {}
    for entry in case.instance.history.modules:
        done.setdefault((entry.participant, entry.curriculum), []).append(entry.module)
    for id, visits in view.visits.items():
        for visit in sorted(visits, key=lambda visit: visit.span):
            group = None if visit.group is None else case.groups[visit.group]
            curriculum = None if group is None or group.curriculum is None else case.curricula[group.curriculum]
            if group is not None and curriculum is not None and group.module in curriculum.modules:
                key = (id, curriculum.id)
                done[key] = with_module(curriculum, done.get(key, []), group.module)
    for (id, name), modules in done.items():
        yield from (ModuleDone(participant=id, curriculum=name, module=module) for module in modules)


def with_module(curriculum: Curriculum, done: list[str], module: str) -> list[str]:
    """The modules done in the current cycle after one more of the curriculum; repeating a module starts the next cycle."""
    order = curriculum.modules.index
    is_done = module in done or (curriculum.sequenced and any(order(m) > order(module) for m in done if m in curriculum.modules))
    if not is_done:
        return [*done, module]
    is_whole = curriculum.sequenced or set(curriculum.modules) <= set(done)
    return [module] if is_whole else done
