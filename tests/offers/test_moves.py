"""The weeks offered to one participant when some others may move, against every legal week there is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.case import Case
from scheduler.explain.missing import missing_care
from scheduler.instance import Published
from scheduler.offers.agreed import agreed
from scheduler.offers.movers import others_of
from scheduler.offers.open_week import OpenWeek
from scheduler.roster import Roster
from scheduler.verify import judge
from scheduler.view import View
from tests.build import MONDAY, SERVICES, clinician, free, group, instance, meet, participant, roster, run, windows
from tests.exact import Legal, Week
from tests.offers.test_week_offers import differs, is_near, offered, parts, rank
from tests.small import tried


def sessions_of(week: Roster, person: str) -> set[str]:
    """The sessions of a participant as they see them: without the other members of a group."""
    mine = (session for session in week.sessions if any(booking.participant == person for booking in session.bookings))
    texts = set()
    for session in mine:
        own = tuple(booking for booking in session.bookings if session.group is None or booking.participant == person)
        texts.add(session.model_copy(update={"bookings": own}).model_dump_json())
    return texts


def moved(case: Case, before: Roster, after: Roster, person: str) -> list[str]:
    """Everyone else whose sessions are not as they were; a couple session may be one with the participant."""
    people = [other for other in case.participants if other not in case.care.together_with([person])]
    return [other for other in people if sessions_of(before, other) != sessions_of(after, other)]


def keeps_the_rest(case: Case, before: Roster, after: Roster, person: str) -> bool:
    """Whether groups that others attend, sessions that two share and partners' weeks are as they were."""
    old, new = ({session.id: session for session in roster.sessions} for roster in (before, after))
    for id, session in old.items():
        people = {booking.participant for booking in session.bookings}
        now = new.get(id)
        if session.group is not None and people - {person}:
            if now is not None and now.model_copy(update={"bookings": session.bookings}) != session:
                return False
        elif session.group is None and len(people) > 1 and person not in people and now != session:
            return False
    partners = set(case.care.together_with([person])) - {person}
    for partner in partners:
        texts = ([t for t in sessions_of(roster, partner) if f'"{person}"' not in t] for roster in (before, after))
        if len({tuple(sorted(t)) for t in texts}) > 1:
            return False
    couples = [session for id, session in new.items() if id not in old and session.group is None and len(session.bookings) > 1]
    return all(person in {booking.participant for booking in session.bookings} for session in couples)


def scarce(seed: int) -> Week:
    """A week drawn at random in which places are few: two groups, and an hour of dan on each of two days."""
    draw = random.Random(f"{seed} scarce")
    people = ["ana", "ben", "cem"]
    alone = draw.sample(people, draw.choice((0, 1, 2)))

    def person(id: str) -> dict[str, object]:
        days = tuple(draw.sample(("mon", "tue"), draw.choice((1, 1, 2, 2) if id != "ana" else (1, 1, 2))))
        services = [{"service": "process", "per_week": 1}, *([{"service": "individual", "per_week": 1}] if id in alone else [])]
        floors = {"minutes": {"floor": draw.choice((0, 180))}, "sessions": {"floor": 1}, "days": {"floor": 1}}
        return participant(id, order=floors | {"services": services}, availability=free("08:00", "21:00", days))

    last, both = MONDAY - timedelta(weeks=1), ("mon", "tue")
    runs = [run(id, day, "09:00", tuple(draw.sample(people, 1)), monday=last) for id, day in (("g1", "mon"), ("g2", "tue"))]
    more = {"history": {"last_week": roster(*runs, monday=last).model_dump()}} if draw.random() < 0.4 else {}
    return Week(
        instance(
            rooms=[{"id": "r1", "site": "s1", "seats": 9}],
            clinicians=[
                clinician("cora"),
                clinician("dan", credentials=["solo"], hours=windows("13:00", "14:00", both, site="s1")),
            ],
            groups=[
                group(id, day, maximum=draw.choice((1, 2)), reserve=0, facilitators=["cora"], is_standing=draw.random() < 0.7, minimum=1)
                for id, day in (("g1", "mon"), ("g2", "tue"))
            ],
            services=[service | ({"credentials": ["solo"]} if service["id"] == "individual" else {}) for service in SERVICES],
            participants=[person(id) for id in people],
            policy={"values": {"second_staff_required": False, "start_grain": 30, "newcomers_per_group": 4}},
            **more,
        )
    )


def crowded(legal: list[Legal], person: str, draw: random.Random) -> Legal:
    """A week in which everyone but one participant has all they can have."""
    rest = {id(one): one.care - one.care_of[person] for one in legal}
    return draw.choice([one for one in legal if rest[id(one)] == min(rest.values())])


def check_moves(seed: int, moves: int) -> int:
    """Compare the offers of a drawn week with all weeks in which few others move; the number of those who move."""
    draw, week = random.Random(f"{seed} moves"), scarce(seed) if seed % 3 else tried(seed)
    legal = week.legal()
    if not legal:
        return 0
    person = draw.choice(list(week.case.participants))
    start = crowded(legal, person, draw)
    before = start.roster
    known = Case(week.instance.model_copy(update={"published": Published(roster=before)}))
    case = agreed(known, others_of(OpenWeek.of(known, before, person)))
    start = next(one for one in Week(known.instance).legal() if one.roster.sessions == before.sessions)
    left = list(possible(Week(case.instance).legal(), case, start, person, moves))
    offers = offered(known, before, person, moves=moves)
    if any(offer.broken for offer in offers):
        return 0
    for offer in offers:
        assert judge(case, offer.roster).violations == ()
        assert sorted(offer.moved) == sorted(moved(case, before, offer.roster, person))
        assert keeps_the_rest(case, before, offer.roster, person)
        assert offer.rank == min(rank for _, rank in left), (seed, person)
        left = [(one, rank) for one, rank in left if differs(parts(case, one.roster, person), parts(case, offer.roster, person))]
        left = [(one, rank) for one, rank in left if is_near(case, rank, offers[0], person)]
    assert len(offers) == 3 or not left, (seed, person)
    return sum(len(offer.moved) for offer in offers)


def loses_nothing(case: Case, before: Roster, after: Roster, people: list[str]) -> bool:
    """Whether some participants miss no more of anything than before."""
    amounts = []
    for week in (before, after):
        found = missing_care(case, View(case, week), judge(case, week))
        amounts.append({(one.participant, one.rule, one.key): one.amount for one in found if one.participant in people})
    return all(amount <= amounts[0].get(key, 0) for key, amount in amounts[1].items())


def possible(legal: list[Legal], case: Case, start: Legal, person: str, moves: int) -> list[tuple[Legal, tuple[int, ...]]]:
    """The weeks with a session to come in which only few others move, and miss no more than before, with their ranks."""
    found = []
    for one in legal:
        others = moved(case, start.roster, one.roster, person)
        is_fair = len(others) <= moves and loses_nothing(case, start.roster, one.roster, others)
        if is_fair and parts(case, one.roster, person) and keeps_the_rest(case, start.roster, one.roster, person):
            found.append((one, rank(case, one, person, len(others))))
    return found


def test_rooms_are_those_of_each_appointment():
    """Not of another of the same need, or at the same time: whoever moves has the room they have, or one that nobody uses then."""
    hours = windows("13:00", "17:00", ("mon",), site="s1")
    made = instance(
        participants=[participant(id, order={"services": [{"service": "individual", "per_week": 1}]}) for id in ("ben", "cid", "zoe")],
        rooms=[{"id": "r1", "site": "s1", "seats": 3}, {"id": "r2", "site": "s1", "seats": 3}],
        clinicians=[clinician("cora", hours=hours), clinician("dan", hours=hours)],
    )  # fmt: skip
    times = (("ben", "r1", "cora"), ("cid", "r2", "dan"))
    before = roster(*(meet(person, "mon", "14:00", room=room, facilitators=[leader]) for person, room, leader in times))
    week = replace(OpenWeek.of(Case(made), before, "zoe"), movers=("ben",))
    candidates = week.local.candidates
    visits, sets = candidates.columns.visits, candidates.by_rooms()
    given = {visits[number]: rooms for rooms, sessions in sets.items() for number in sessions.numbers.tolist()}
    assert len({given[visit] for visit in given if visit.participant == "ben"}) > 1
    assert all(rooms == candidates.rooms_at(visit) for visit, rooms in given.items())


@pytest.mark.unmeasured
def test_nothing_better_exists_with_so_many_moved():
    """Two drawn weeks in which somebody has to move."""
    assert sum(check_moves(seed, 1) for seed in (2, 4)) == 3


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(5, 250))
def test_nothing_better_exists_with_so_many_moved_in_many_weeks(seed):
    """Weeks of every kind."""
    check_moves(seed, 1 + seed % 2)
