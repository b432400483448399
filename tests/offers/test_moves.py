"""The weeks offered to one participant when some others may move, against every legal week there is."""

from __future__ import annotations

import random

import pytest

from scheduler.case import Case
from scheduler.offers.agreed import agreed
from scheduler.offers.movers import others_of
from scheduler.offers.open_week import OpenWeek
from scheduler.roster import Roster
from scheduler.verify import judge
from scheduler.view import View
from tests.exact import Legal, Week
from tests.offers.test_week_offers import differs, offered, parts, rank
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


def check_moves(seed: int, moves: int) -> int:
    """Compare the offers of a drawn week with all weeks in which few others move; the number of those who move."""
    draw, week = random.Random(f"{seed} moves"), tried(seed)
    legal = week.legal()
    if not legal:
        return 0
    start, person = draw.choice(legal), draw.choice(list(week.case.participants))
    before = start.roster
    case = agreed(week.case, others_of(OpenWeek.of(week.case, before, person)))
    left = list(possible(Week(case.instance).legal(), case, start, person, moves))
    offers = offered(week.case, before, person, moves=moves)
    if any(offer.broken for offer in offers):
        return 0
    for offer in offers:
        assert judge(case, offer.roster).violations == ()
        assert sorted(offer.moved) == sorted(moved(case, before, offer.roster, person))
        assert keeps_the_rest(case, before, offer.roster, person)
        assert offer.rank == min(rank for _, rank in left), (seed, person)
        left = [(one, rank) for one, rank in left if differs(parts(case, one.roster, person), parts(case, offer.roster, person))]
    assert len(offers) == 3 or not left, (seed, person)
    return sum(len(offer.moved) for offer in offers)


def possible(legal: list[Legal], case: Case, start: Legal, person: str, moves: int) -> list[tuple[Legal, tuple[int, ...]]]:
    """The weeks with a session to come in which only few others move, and miss no more than before, with their ranks."""
    found = []
    for one in legal:
        others = moved(case, start.roster, one.roster, person)
        is_fair = all(one.care_of[other] <= start.care_of[other] for other in others)
        if len(others) <= moves and is_fair and parts(case, one.roster, person) and keeps_the_rest(case, start.roster, one.roster, person):
            found.append((one, rank(case, one, person, len(others))))
    return found


@pytest.mark.unmeasured
def test_nothing_better_exists_with_so_many_moved():
    """Drawn weeks, with one and with two who may move."""
    assert sum(check_moves(seed, 1 + seed % 2) for seed in range(14)) > 0


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(14, 300))
def test_nothing_better_exists_with_so_many_moved_in_many_weeks(seed):
    """Weeks of every kind."""
    check_moves(seed, 1 + seed % 2)
