"""A clinician's possible duty of one day, as yes/no handles by distinct times, and the rows of its lunch break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.case import Case
from scheduler.rules._clinicians import Task
from scheduler.rules._sharing import Thresholds
from scheduler.terms import AnyOf, FreeVariable, Handle, Row, total
from scheduler.timegrid import WEEKDAYS, Span, day_span


class Duty(Thresholds):
    """The sessions that one clinician may get on one day.

    Attributes:
        slots: By (session, session with notes), whether a session takes place there; by time.
        span: From the earliest start to the latest end.
    """

    def __init__(self, clinician: str, day: int, tasks: Iterable[tuple[Task, Handle]]) -> None:
        # A clinician is in one session at a time (`clinician_conflict`): the sessions of a slot exclude each other.
        members: dict[tuple[Span, Span], list[Handle]] = {}
        for task, handle in tasks:
            members.setdefault((task.span, task.occupied), []).append(handle)
        key = ("clinician_availability", clinician, day)
        self.slots = {slot: AnyOf((*key, *slot), tuple(members[slot]), is_exclusive=True) for slot in sorted(members)}
        items = [(span, slot) for (span, _), slot in self.slots.items()]
        super().__init__(("clinician_availability", clinician, day), items)
        self.span = Span(self.starts[0], self.ends[-1])


def lunch_window(case: Case, day: int) -> Span:
    """The lunch window of a weekday."""
    return day_span(day, case.policy.lunch_start, case.policy.lunch_end)


def lunch_rows(rule: str, case: Case, clinician: str, duty: Duty) -> Iterator[Row]:
    """A duty over the limit chooses one break, free of sessions, inside the duty, outside the window only where that is allowed."""
    key = (clinician, WEEKDAYS[duty.span.day], "lunch")
    limit, window = case.policy.duty_without_lunch, lunch_window(case, duty.span.day)
    breaks = _breaks(case, clinician, duty, window)
    chosen = {span: FreeVariable((rule, *key, span.start)) for span in breaks}
    for start in duty.starts:
        begun, lasting = duty.begun(start), duty.lasting(case.week.later(start, limit) + 1)
        if begun is not None and lasting is not None:
            yield Row(rule, (*key, "needed", start), ((begun, 1), (lasting, 1), *total(chosen.values(), -1)), 1)
    if len(breaks) > 1:
        yield Row(rule, (*key, "one"), total(chosen.values()), 1)
    for (span, occupied), slot in duty.slots.items():
        if hit := [choice for pause, choice in chosen.items() if pause.overlaps(occupied)]:
            yield Row(rule, (*key, "free", span.start, occupied.end), ((slot, 1), *total(hit)), 1)
    for pause, choice in chosen.items():
        yield from _pause_rows(rule, case, (*key, pause.start), duty, window, pause, choice)


def _pause_rows(
    rule: str, case: Case, key: tuple[object, ...], duty: Duty, window: Span, pause: Span, choice: FreeVariable
) -> Iterator[Row]:  # fmt: skip
    """A break lies inside the duty; before or after the window only when duty and window meet for less than the break."""
    for edge, inside in (("begun", duty.begun(pause.start)), ("lasting", duty.lasting(pause.end))):
        if inside is not None:
            yield Row(rule, (*key, edge), ((choice, 1), (inside, -1)), 0)
    week, minutes = case.week, case.policy.lunch_minutes
    if week.between(*window) < minutes or window.contains(pause):
        return
    is_early = pause.start < window.start
    reaching = duty.lasting(week.later(window.start, minutes)) if is_early else duty.begun(week.earlier(window.end, minutes))
    if reaching is not None:
        yield Row(rule, (*key, "window"), ((choice, 1), (reaching, 1)), 1)


def _breaks(case: Case, clinician: str, duty: Duty, window: Span) -> list[Span]:
    """Every break worth choosing: moved as early as possible, a break starts with the window, or when notes or protected time end."""
    minutes, limit, protected = case.policy.lunch_minutes, case.policy.duty_without_lunch, case.time.protected(clinician)
    starts = {window.start, *(occupied.end for _, occupied in duty.slots), *(span.end for span in protected)}
    spans = [case.week.widened(Span(start, start), 0, minutes) for start in sorted(starts)]
    first, last = duty.span
    is_before = case.week.between(first, window.start) + minutes > limit
    is_after = case.week.between(window.end, last) + minutes > limit
    return [
        s
        for s in spans
        if duty.span.contains(s)
        and not any(s.overlaps(p) for p in protected)
        and (case.week.between(*window) < minutes or window.contains(s) or (is_before if s.start < window.start else is_after))
    ]
