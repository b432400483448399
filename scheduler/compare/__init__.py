"""Comparison of two rosters, of one week or of two in a row: changes, people affected, and changes too soon for calendars to refresh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from scheduler.case import Case
from scheduler.compare.comparison import (
    BookingChange,
    BookingKind,
    Comparison,
    Kind,
    PersonHours,
    SessionChange,
    TierChange,
    sentences,
)
from scheduler.compare.last_week import a_week_later, last_monday
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.terms import Visit
from scheduler.verify import SHAPE, JudgedWeek, Verdict
from scheduler.view import PlacedSession, View
from scheduler.words import MODE_WORDS, when

__all__ = ["Comparison", "compare", "compare_judged", "compare_to"]

NOTICE_HOURS = (24, 48)
"""Calendars may take a day or two to refresh; earlier changes need a call."""


def compare(instance: Instance, a: Roster, b: Roster) -> Comparison:
    """Compare two rosters.

    Args:
        instance: The week of the roster after.
        a: The roster before: the published one of this week, or last week's, which is compared by weekday and time.
        b: The roster after.
    """
    return compare_to(a, JudgedWeek.of(Case(instance), b))


def compare_to(a: Roster, b: JudgedWeek) -> Comparison:
    """Compare a roster, of the same week or of the one before, with one that was judged."""
    if a.monday == last_monday(b.case):
        return _compared(a_week_later(b.case, a), None, b)
    return compare_judged(JudgedWeek.of(b.case, a), b)


def compare_judged(a: JudgedWeek, b: JudgedWeek) -> Comparison:
    """Compare two rosters of a week that were judged by the same case: before and after."""
    return _compared(a.roster, a.verdict, b)


def _compared(a: Roster, before: Verdict | None, b: JudgedWeek) -> Comparison:
    """Compare two rosters; there is no verdict on last week's."""
    case, after = b.case, b.verdict
    faults = tuple(v.message for verdict in (before, after) if verdict for v in verdict.violations if v.rule == SHAPE)
    broken = 0 if before is None else len(before.violations), len(after.violations)
    if faults:
        lines = ("A roster does not fit the instance:", *faults)
        return Comparison(violations_before=broken[0], violations_after=broken[1], lines=lines)
    first, second = View(case, a), View(case, b.roster)
    is_last_week = before is None
    bookings, sessions = tuple(_bookings(case, first, second, is_last_week)), tuple(_sessions(case, first, second, is_last_week))
    people = tuple(dict.fromkeys(change.participant for change in bookings))
    comparison = Comparison(
        sessions=sessions,
        bookings=bookings,
        participants=people,
        clinicians=tuple(sorted({c for change in sessions for c in change.clinicians})),
        hours=tuple(_hours(case, first, second, people)),
        violations_before=broken[0],
        violations_after=broken[1],
        care=_tier(before, after, "care"),
        preference=_tier(before, after, "preference"),
        by_rule={} if before is None else _by_rule(before, after),
        within_24_hours=_within(bookings, NOTICE_HOURS[0]),
        within_48_hours=_within(bookings, NOTICE_HOURS[1]),
    )
    return comparison.model_copy(update={"lines": tuple(sentences(comparison))})


def _sessions(case: Case, first: View, second: View, is_last_week: bool) -> Iterator[SessionChange]:
    """Changed sessions in order of time, matched by group, or by service, ordinal and first participant."""
    before, after = ({_identity(p): p for p in view.placed} for view in (first, second))
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        kinds = tuple(_kinds(old, new))
        there = [placed for placed in (old, new) if placed is not None]
        is_redrawn = is_last_week and len(there) > 1 and _is_random(case, there[0].session.service)
        if kinds and not is_redrawn:
            yield SessionChange(
                session=there[-1].id,
                what=there[-1].session.group or f"{there[-1].session.service} of {', '.join(there[-1].participants())}",
                kinds=kinds,
                before=None if old is None else when(old.span),
                after=None if new is None else when(new.span),
                participants=tuple(dict.fromkeys(p for placed in there for p in placed.participants())),
                clinicians=tuple(dict.fromkeys(c for placed in there for c in placed.session.facilitators)),
            )


def _is_random(case: Case, service: str) -> bool:
    """Whether appointments of a service get another time every week, so that it is no change."""
    return not case.services[service].standing


def _identity(placed: PlacedSession) -> tuple[object, ...]:
    if placed.session.group is not None:
        return (placed.session.group,)
    return placed.session.service, placed.session.ordinal, min(placed.participants(), default="")


def _kinds(old: PlacedSession | None, new: PlacedSession | None) -> Iterator[Kind]:
    """The kinds of changes to a session, apart from bookings."""
    if old is None or new is None:
        yield "added" if old is None else "removed"
        return
    if (old.span, old.session.site) != (new.span, new.session.site):
        yield "moved"
    if old.session.mode != new.session.mode:
        yield "mode"
    if old.session.facilitators != new.session.facilitators:
        yield "staff"
    if old.session.room != new.session.room:
        yield "room"


def _bookings(case: Case, first: View, second: View, is_last_week: bool) -> Iterator[BookingChange]:
    """Changed bookings, participant by participant."""
    for participant in case.participants:
        before, after = ({_item(v): v for v in view.visits[participant]} for view in (first, second))
        for key in dict.fromkeys([*before, *after]):
            old, new = before.get(key), after.get(key)
            kind = _booking_kind(old, new)
            is_redrawn = is_last_week and old is not None and new is not None and _is_random(case, old.service)
            if kind is not None and not is_redrawn:
                yield _booking(case, participant, kind, old, new)


def _item(visit: Visit) -> tuple[object, ...]:
    return (visit.group,) if visit.group is not None else (visit.service, visit.ordinal)


def _booking_kind(old: Visit | None, new: Visit | None) -> BookingKind | None:
    if old is None or new is None:
        return "added" if old is None else "removed"
    if (old.span, old.site if old.mode == new.mode else None) != (new.span, new.site if old.mode == new.mode else None):
        return "moved"
    return "mode" if old.mode != new.mode else None


def _booking(case: Case, participant: str, kind: BookingKind, old: Visit | None, new: Visit | None) -> BookingChange:
    there = [visit for visit in (old, new) if visit is not None]
    starts, now = case.week.at(min(visit.span.start for visit in there)), case.instance.now
    return BookingChange(
        participant=participant,
        what=there[0].group or there[0].service,
        kind=kind,
        before=None if old is None else f"{when(old.span)} {MODE_WORDS[old.mode]}",
        after=None if new is None else f"{when(new.span)} {MODE_WORDS[new.mode]}",
        starts=starts,
        notice_hours=None if now is None else (starts - now).total_seconds() / 3600,
    )


def _within(bookings: tuple[BookingChange, ...], hours: int) -> tuple[str, ...]:
    """The participants whose changes begin within a number of hours from `now`."""
    soon = (change.participant for change in bookings if change.notice_hours is not None and change.notice_hours < hours)
    return tuple(dict.fromkeys(soon))


def _hours(case: Case, first: View, second: View, people: tuple[str, ...]) -> Iterator[PersonHours]:
    for person in people:
        minutes = first.care_minutes(person), second.care_minutes(person)
        yield PersonHours(participant=person, before=minutes[0], after=minutes[1], floor=case.care.order(person).floor)


def _tier(before: Verdict | None, after: Verdict, tier: Literal["care", "preference"]) -> TierChange:
    return TierChange(before=None if before is None else getattr(before.score, tier), after=getattr(after.score, tier))


def _by_rule(first: Verdict, second: Verdict) -> dict[str, TierChange]:
    """The rules whose cost differs, in order of their ids."""
    before, after = first.score.by_rule, second.score.by_rule
    changed = (rule for rule in sorted({*before, *after}) if before.get(rule, 0) != after.get(rule, 0))
    return {rule: TierChange(before=before.get(rule, 0), after=after.get(rule, 0)) for rule in changed}
