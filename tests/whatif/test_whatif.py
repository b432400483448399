"""What an edit would do is the difference between two full verdicts, and a roster with edits applied is judged as if from nothing."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.reading import read_instance, read_roster
from scheduler.rules import RULES
from scheduler.verify import judge, shape_faults
from scheduler.whatif import BookingDrop, BookingMove, Cancellation, Effect, NewAppointment, NewBooking, RosterEdit, SessionMove, Whatif
from tests.build import clinician, group, instance, meet, participant, roster, run, windows
from tests.faces import unpruned
from tests.rosters import decisions, some_rosters
from tests.tiny import WEEKS
from tests.whatif.drawing import as_counts, draw_edit

INSTANCES = Path(__file__).parent.parent.parent / "instances"
NUMBER = 25
"""Rosters of each tiny week."""


@cache
def starts(week: str) -> tuple[Whatif, ...]:
    """Rosters of a tiny week, prepared; the published one among them."""
    case = Case(WEEKS[week]())
    published = [case.published] if case.published is not None else []
    return tuple(Whatif(case, r) for r in [*published, *some_rosters(case, decisions(case, unpruned(case)), NUMBER)])


def compare(before: Whatif, edits: tuple[RosterEdit, ...]) -> tuple[Whatif, Effect] | None:
    """Compare the effect of some edits, and the verdict after them, with full verdicts; None if they cannot be made."""
    case = before.case
    try:
        effect, after = before.judge(*edits), before.apply(*edits)
    except EditError:
        return None
    assert not [*shape_faults(case, after.roster)], edits
    was, now = judge(case, before.roster), judge(case, after.roster)
    assert as_counts(after.verdict()) == as_counts(now), edits
    assert Counter(effect.new) == Counter(now.violations) - Counter(was.violations), edits
    assert Counter(effect.past) == Counter(was.violations) - Counter(now.violations), edits
    assert Counter(effect.costs) == Counter(now.amounts) - Counter(was.amounts), edits
    assert Counter(effect.savings) == Counter(was.amounts) - Counter(now.amounts), edits
    assert (effect.care, effect.preference) == (now.score.care - was.score.care, now.score.preference - was.score.preference), edits
    rises = {rule: now.score.by_rule.get(rule, 0) - was.score.by_rule.get(rule, 0) for rule in {*now.score.by_rule, *was.score.by_rule}}
    assert dict(effect.by_rule) == {rule: rise for rule, rise in rises.items() if rise}, edits
    assert set(effect.not_covered) == {*now.not_covered} - {*was.not_covered}, edits
    return after, effect


@settings(max_examples=70)
@given(week=st.sampled_from(sorted(WEEKS)), seed=st.integers(0, 2**32 - 1))
def test_drawn_edits_of_tiny_weeks(week: str, seed: int) -> None:
    """One or two edits of any kind, and more after them."""
    rng = random.Random(seed)
    here = rng.choice(starts(week))
    for _ in range(3):
        edits = tuple(draw_edit(rng, here.case, here.roster) for _ in range(rng.choice((1, 1, 2))))
        if (result := compare(here, edits)) is not None:
            here = result[0]


def test_every_rule_has_its_say() -> None:
    """Among many drawn edits, the finding of each rule comes or goes."""
    rng, rules = random.Random(7), set[str]()
    for _ in range(130):
        for week in WEEKS:
            here = rng.choice(starts(week))
            try:
                effect = here.judge(draw_edit(rng, here.case, here.roster))
            except EditError:
                continue
            rules |= {v.rule for v in (*effect.new, *effect.past, *effect.costs, *effect.savings)}
    assert {rule.id for rule in RULES} - rules == set()


def monday() -> Whatif:
    """Ana and ben are in a group on Monday at 9:00, with cora, and ana sees cora at 13:00."""
    week = instance(
        rooms=[{"id": "r1", "site": "s1", "seats": 4}, {"id": "r2", "site": "s1", "seats": 2}],
        clinicians=[clinician("cora"), clinician("dan", hours=windows("08:00", "12:00", site="s1"))],
        groups=[group("g1", maximum=2, reserve=0), group("g2", "tue", maximum=2, reserve=0)],
        participants=[participant("ana"), participant("ben"), participant("cem", status="discharged")],
    )
    here = roster(
        run("g1", "mon", "09:00", ("ana", "ben")),
        run("g2", "tue", "09:00", ()),
        meet("ana", "mon", "13:00", facilitators=["cora"], room="r2"),
    )
    return Whatif(Case(week), here)


G1, G2, MEETING = "g.g1.2026-11-30", "g.g2.2026-11-30", "a.ana.individual.2026-11-30.1"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (SessionMove("g.g9"), "g.g9 is no session of the roster"),
        (SessionMove(G1, room="r9"), "r9 is no room of the instance"),
        (SessionMove(G1, site="s9"), "s9 is no site of the instance"),
        (SessionMove(G1, facilitators=("eve",)), "eve is no clinician of the instance"),
        (SessionMove(G1, facilitators=("dan", "dan")), f"session {G1} lists a facilitator twice"),
        (SessionMove(G1, start=-30), f"session {G1} is not within one day of the week"),
        (NewBooking(G1, "zoe"), "zoe is no participant of the instance"),
        (NewBooking(G1, "ana"), f"ana is already in {G1}"),
        (NewBooking(G1, "cem", "telehealth"), f"session {G1} is in_person but has bookings of another mode"),
        (BookingDrop(G1, "cem"), f"cem is not in {G1}"),
        (BookingMove(G2, "ana", G1), f"ana is not in {G2}"),
        (Cancellation("g.g9"), "g.g9 is no session of the roster"),
        (NewAppointment("ana", "individual", 600, "cora"), f"{MEETING} is already in the roster"),
        (NewAppointment("ana", "yoga", 600, "cora"), "yoga is no service of the instance"),
        (
            NewAppointment("ben", "individual", 600, "cora"),
            "session a.ben.individual.2026-11-30.1 books a participant in person but has no site",
        ),
    ],
)
def test_an_edit_that_cannot_be_made(edit: RosterEdit, message: str) -> None:
    """It names what is not there, or leaves a roster that the rules cannot read."""
    for ask in (monday().judge, monday().apply):
        with pytest.raises(EditError) as refusal:
            ask(edit)
        assert str(refusal.value) == message


def test_the_effect_of_a_move() -> None:
    """Dan has gone by 13:00: what is broken, whom it concerns, and what it costs."""
    effect = monday().judge(SessionMove(MEETING, facilitators=("dan",)))
    assert [(v.rule, v.amount, v.about) for v in effect.broken] == [("clinician_availability", 60, ("dan",))]
    assert (effect.people, effect.clinicians) == (("ana",), ("cora", "dan"))
    assert monday().judge(SessionMove(MEETING, start=13 * 60)) == Effect()


def test_only_those_whose_sessions_change_are_affected() -> None:
    """A booking concerns the one booked, another leader everyone in the group."""
    assert monday().judge(BookingDrop(G1, "ben")).people == ("ben",)
    assert monday().judge(SessionMove(G1, facilitators=("dan",))).people == ("ana", "ben")


def test_what_becomes_smaller_is_not_broken() -> None:
    """A violation that shrinks is new by its sentence only."""
    late = monday().apply(SessionMove(MEETING, facilitators=("dan",), start=12 * 60))
    earlier = late.judge(SessionMove(MEETING, start=11 * 60 + 30))
    assert [v.amount for v in earlier.new if v.rule == "clinician_availability"] == [30]
    assert "clinician_availability" not in {v.rule for v in earlier.broken}


def test_an_appointment_without_anyone_is_cancelled() -> None:
    """A group without anyone still meets; two edits at once are judged together."""
    assert MEETING not in monday().apply(BookingDrop(MEETING, "ana")).view.by_id
    both = monday().apply(BookingMove(G1, "ana", G2), BookingMove(G1, "ben", G2))
    assert [placed.participants() for placed in both.view.placed][::2] == [(), ("ana", "ben")]


def test_a_roster_that_cannot_be_read() -> None:
    """It is refused with the reason."""
    here = monday()
    with pytest.raises(EditError, match="occurs 2 times"):
        Whatif(here.case, here.roster.model_copy(update={"sessions": here.roster.sessions + here.roster.sessions[:1]}))


@pytest.mark.proof
@pytest.mark.parametrize("name", sorted(path.stem for path in (INSTANCES / "best").glob("*.json")))
def test_drawn_edits_of_whole_programs(name: str) -> None:
    """The best rosters on record, edited again and again."""
    rng = random.Random(name)
    here = Whatif(Case(read_instance(INSTANCES / f"{name}.json")), read_roster(INSTANCES / "best" / f"{name}.json"))
    for _ in range(100):
        result = compare(here, tuple(draw_edit(rng, here.case, here.roster) for _ in range(rng.choice((1, 1, 2)))))
        if result is not None and rng.random() < 0.3:
            here = result[0]
