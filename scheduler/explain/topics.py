"""Explanations of one group, clinician or room: what it does this week, how full it is, and what else could be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.explain.idle import leaders_taken
from scheduler.explain.report import TopicExplanation
from scheduler.explain.words import listed
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.rules import RULES
from scheduler.rules.clinician_load import limit, minutes_per_week
from scheduler.rules.group_size import places, sum_of_places
from scheduler.timegrid import DAY, Span, clock
from scheduler.verify import judge
from scheduler.view import PlacedSession, View
from scheduler.words import counted, day_name

MOST = 12


def explain_topic(instance: Instance, roster: Roster, id: str) -> TopicExplanation:
    """Explain the week of a group, a clinician or a room.

    Args:
        instance: The instance of the week.
        roster: A roster of known ids; it may break rules.
        id: An id of a group, clinician or room; an id that is used for several kinds means the first of them.

    Raises:
        KeyError: The instance has none of them with this id.
    """
    case = Case(instance)
    view = View(case, roster)
    violations = tuple(v.message for v in judge(case, roster).violations if id in v.about)
    kind = kind_of(case, id)
    candidates = enumerate_candidates(case, RULES, None if kind == "group" else ())
    facts = {"group": _group, "clinician": _clinician, "room": _room}[kind](case, view, candidates, id)
    return TopicExplanation(kind=kind, id=id, violations=violations, lines=(*(f"Not legal: {m}" for m in violations), *facts))


def kind_of(case: Case, id: str) -> Literal["group", "clinician", "room"]:
    """What an id names.

    Raises:
        KeyError: No group, clinician or room has this id.
    """
    if id in case.groups:
        return "group"
    if id in case.clinicians:
        return "clinician"
    if id in case.rooms:
        return "room"
    raise KeyError(id)


def _group(case: Case, view: View, candidates: Candidates, id: str) -> Iterator[str]:
    """Its run with people and places left, then other times, leaders, rooms and people."""
    group, placed = case.groups[id], next((p for p in view.runs if p.session.group == id), None)
    booked = () if placed is None else placed.participants()
    yield f"{id}: {'does not meet' if placed is None else _session(placed, id)}"
    if placed is None and (reason := leaders_taken(view, id)) is not None:
        yield f"  {reason[1]}"
    num_taken = sum_of_places(case, id, booked)
    yield f"  {num_taken} of {places(case, id)} places taken{_reserve(case, id)}{': ' if booked else ''}{', '.join(booked)}"
    runs = [run for run in candidates.runs if run.group == id]
    others = [run for run in runs if placed is None or run.span != placed.span]
    if others:
        yield f"  could meet{'' if placed is None else ' instead'}: {_times(run.span for run in others)}"
    if not runs and group.starts:
        refusing = dict.fromkeys(candidates.run_refusals.get(id, {}))
        yield f"  cannot meet this week: {'; '.join(_titles(refusing)) or 'none of its times is in this week'}"
    leaders = dict.fromkeys(staffing.clinician for run in runs for staffing in candidates.staffings[run])
    rooms = dict.fromkeys(housing.room for run in runs for housing in candidates.housings[run])
    in_use = () if placed is None else (*placed.session.facilitators, placed.session.room)
    yield from _others("could also be led by", [c for c in leaders if c not in in_use])
    yield from _others("could also use", [room for room in rooms if room not in in_use])
    visits = dict.fromkeys(visit.participant for run in runs for visit in candidates.visits_in[run])
    yield from _others("by themselves, could also join", [p for p in visits if p not in booked])


def _clinician(case: Case, view: View, candidates: Candidates, id: str) -> Iterator[str]:
    """The load compared with its limits, the sessions, and the other groups the clinician could lead."""
    sessions = view.by_clinician[id]
    minutes = sum(placed.real.minutes for placed in sessions)
    appointments = [placed for placed in sessions if placed.session.group is None]
    own = {p for placed in appointments for p in placed.participants() if case.participants[p].primary_therapist == id}
    yield (
        f"{id}: {minutes} of at most {minutes_per_week(case, id)} direct minutes in {counted(len(sessions), 'session')}, "
        f"{len(own)} of at most {limit(case, id, 'caseload')} own participants"
    )
    if not case.time.work(id):
        yield "  does not work this week"
    for day in sorted({placed.day for placed in sessions}):
        of_day = [placed for placed in sessions if placed.day == day]
        direct = sum(placed.real.minutes for placed in of_day)
        yield f"  {day_name(day)}, {direct} of at most {limit(case, id, 'minutes')} minutes:"
        yield from (f"    {_session(placed, id, with_day=False)}" for placed in of_day)
    led = {placed.session.group for placed in sessions}
    could = dict.fromkeys(staffing.run.group for staffing in candidates.facilitated[id])
    yield from _others("could also lead", [group for group in could if group not in led])


def _room(case: Case, view: View, candidates: Candidates, id: str) -> Iterator[str]:
    """Seats, sessions, and the other groups it could hold."""
    sessions, room = view.by_room.get(id, ()), case.rooms[id]
    used = sum(placed.real.minutes for placed in sessions)
    opened = sum(span.minutes for span in case.time.open(room.site))
    yield f"{id}: {counted(room.seats, 'seat')}, in use for {used} of the {opened} minutes that {room.site} is open"
    closed = [span for span in case.time.closed(id) if 0 <= span.start < 7 * DAY]
    yield from _others("closed", [_time(span) for span in closed])
    yield from (f"  {_session(placed, id)}" for placed in sessions)
    held = {placed.session.group for placed in sessions}
    could = dict.fromkeys(h.run.group for housings in candidates.housings.values() for h in housings if h.room == id)
    yield from _others("could also hold", [group for group in could if group not in held])


def _session(placed: PlacedSession, topic: str = "", with_day: bool = True) -> str:
    """A session in words: when, what, with whom, who leads, and where; the topic itself is not repeated."""
    session = placed.session
    what = session.group if session.group not in (None, topic) else "" if session.group else f"{session.service} of "
    people = "" if session.group else ", ".join(placed.participants())
    leaders = [c for c in session.facilitators if c != topic]
    words = [_time(placed.span, with_day), f"{what}{people}", f"led by {', '.join(leaders)}" if leaders else ""]
    words.append(f"in {session.room}" if session.room not in (None, topic) else "by telehealth" if session.mode == "telehealth" else "")
    return " ".join(word for word in words if word)


def _time(span: Span, with_day: bool = True) -> str:
    hours = f"{clock(span.start % DAY)}-{clock((span.end - 1) % DAY + 1)}"
    return f"{day_name(span.day)} {hours}" if with_day else hours


def _times(spans: Iterable[Span]) -> str:
    return listed([_time(span) for span in dict.fromkeys(spans)], MOST)


def _reserve(case: Case, id: str) -> str:
    reserve = case.groups.reserve(id)
    return f" ({counted(reserve, 'more place')} kept for admissions)" if reserve else ""


def _titles(rules: Iterable[str]) -> list[str]:
    titles = {rule.id: rule.title for rule in RULES}
    return [titles.get(rule, rule) for rule in rules]


def _others(what: str, ids: Sequence[str]) -> Iterator[str]:
    if ids:
        yield f"  {what}: {listed(ids, MOST)}"
