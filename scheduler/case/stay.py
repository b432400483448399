"""The weeks of a participant's stay and of a phase; the calendar week in which one begins is week 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from scheduler.instance import Participant, Phase, Plan


def week_number(monday: date, since: date) -> int:
    """The number of a week since a date; the week that contains the date is 1."""
    return (monday - since + timedelta(days=since.weekday())).days // 7 + 1


def stay_week(person: Participant, monday: date) -> int | None:
    """The week of a participant's stay; None if no date of admission is entered."""
    since = person.stay_since or person.admitted
    return None if since is None else week_number(monday, since)


def is_in_weeks(week: int | None, first: int | None, last: int | None) -> bool:
    """Whether a week of the stay is one of these; without limits every week is, with limits an unknown week is not."""
    if first is None and last is None:
        return True
    return week is not None and (first or 1) <= week and (last is None or week <= last)


def weeks_named(first: int | None, last: int | None) -> str:
    """Limits of weeks in words, e.g. "weeks 5-13"; at least one limit is given."""
    first = first or 1
    if last is None:
        return f"weeks from {first}"
    return f"week {last}" if first == last else f"weeks {first}-{last}"


def phase_week(person: Participant, phases: Mapping[str, Phase], plans: Sequence[Plan], monday: date) -> tuple[int, int] | None:
    """The week of a participant's phase and the number of its planned weeks; None if they are not known.

    Without the date on which the phase began, the weeks of the stay are counted, less those planned for earlier phases of the plan.
    """
    phase = None if person.phase is None else phases[person.phase]
    if phase is None or phase.weeks is None:
        return None
    if person.phase_since is not None:
        return week_number(monday, person.phase_since), phase.weeks
    week, plan = stay_week(person, monday), next((plan.phases for plan in plans if phase.id in plan.phases), None)
    earlier = [phases[id].weeks for id in plan[: plan.index(phase.id)]] if plan is not None else []
    planned = [weeks for weeks in earlier if weeks is not None]
    if week is None or plan is None or len(planned) < len(earlier):
        return None
    return week - sum(planned), phase.weeks
