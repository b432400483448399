"""Questions about weeks of participants and newcomers, and what the answers say."""

from __future__ import annotations

import json
from datetime import date

import pytest

from scheduler.errors import EditError, InstanceError
from scheduler.instance import Participant
from scheduler.instance.change import applied
from scheduler.model.clock import Clock
from scheduler.offers import Offers, OffersQuestion, ask_offers
from scheduler.result import SolveLimits
from scheduler.verify import verify
from tests.build import MONDAY, at, free, group, instance, meet, participant, roster, run
from tests.cli.command import stepdown, written

ORDER = {"minutes": {"floor": 180}, "sessions": {"floor": 1}, "days": {"floor": 1}, "services": [{"service": "process", "per_week": 1}]}


def asked(week, before, **question) -> Offers:
    clock = Clock(SolveLimits(deterministic_time=5, workers=1), lambda: False)
    return ask_offers(week, before, OffersQuestion(**question), clock)


def full(**more):
    """The Monday group is full with ben and cid; cid could also be in the one on Tuesday, ana only on Monday."""
    monday = free("08:00", "21:00", ("mon",))
    people = [
        participant("ana", order=ORDER, availability=monday),
        participant("ben", order=ORDER, availability=monday),
        participant("cid", order=ORDER),
        participant("eve", order=ORDER, status="on_hold", on_hold_since="2026-11-25"),
        participant("fay", status="discharged"),
    ]
    groups = [group("g1", maximum=2, reserve=0), group("g2", "tue", maximum=2, reserve=0)]
    made = instance(**({"groups": groups, "participants": people} | more))
    return made, roster(run("g1", "mon", "09:00", ("ben", "cid")))


def newcomer(**more) -> Participant:
    return Participant.model_validate(participant("zoe", order=ORDER) | more)


def test_nobody_moves_unless_that_is_allowed():
    """Without moves there is no week, and the answer says what is in the way and what would help."""
    answer = asked(*full(), participant="ana")
    assert answer.offers == ()
    assert answer.lines[0] == "ana: no week is possible"
    causes = [cause.rule for entry in answer.unmet for cause in entry.causes]
    assert "group_size" in causes
    assert any(fix.kind == "extra_run" for entry in answer.unmet for fix in entry.fixes)


def test_one_moves_for_another_and_is_named():
    """Cid takes a place on Tuesday; ben stays."""
    week, before = full()
    answer = asked(week, before, participant="ana", moves=1)
    (offer,) = answer.offers
    assert [session.group for session in offer.sessions] == ["g1"]
    (moved,) = offer.moved
    assert moved.participant == "cid"
    assert moved.changes == ("no longer g1 (Monday 09:00 in person)", "now also g2 (Tuesday 09:00 in person)")
    assert (offer.missing, offer.broken, answer.is_complete, answer.unmet) == ((), (), True, ())
    assert verify(week, offer.roster) == ()
    assert "   cid moves: no longer g1 (Monday 09:00 in person); now also g2 (Tuesday 09:00 in person)" in answer.lines


def test_an_offer_that_was_taken_is_the_first_when_asked_again():
    """Nobody has to move any more."""
    week, before = full()
    taken = asked(week, before, participant="ana", moves=1).offers[0].roster
    again = asked(week, taken, participant="ana", moves=1).offers[0]
    assert (again.roster, again.moved) == (taken, ())


def test_places_of_last_week_are_given_up_by_agreement():
    """In a running program cid holds the place; the offer says that cid gives it up."""
    _, before = full()
    last = roster(run("g1", "mon", "09:00", ("ben", "cid"), monday=date(2026, 11, 23)), monday=date(2026, 11, 23))
    week, _ = full(history={"last_week": last.model_dump(mode="json")})
    (offer,) = asked(week, before, participant="ana", moves=1).offers
    assert offer.change == {"history": {"released": {"add": [{"participant": "cid", "group": "g1"}]}}}
    assert verify(week, offer.roster) != ()
    assert verify(applied(week, offer.change), offer.roster) == ()


def test_a_newcomer_is_offered_the_usual_week():
    """On Tuesday noon, the group of Monday can begin next Monday and the one of Tuesday next Tuesday."""
    _, before = full()
    week, _ = full(now=at("tue", "12:00"), published={"roster": before.model_dump()})
    answer = asked(week, before, newcomer=newcomer())
    assert [(offer.minutes, offer.first, offer.sessions[0].group) for offer in answer.offers] == [(180, date(2026, 12, 8), "g2")]
    later = asked(week, before, newcomer=newcomer(), first=date(2027, 1, 1))
    assert later.offers[0].first == date(2027, 1, 5)


def test_someone_who_waits_is_offered_the_usual_week_too():
    """The status and the first day do not matter."""
    people = [participant("ana", order=ORDER, status="waiting"), participant("ben", order=ORDER), participant("cid", order=ORDER)]
    week, before = full(participants=people)
    assert [session.group for session in asked(week, before, participant="ana").offers[0].sessions] == ["g2"]


def test_a_newcomer_without_a_free_evening_is_told_why():
    """Free on Sundays only, when the program has nothing."""
    answer = asked(*full(), newcomer=newcomer(availability=free("08:00", "12:00", ("sun",))))
    assert answer.offers == ()
    assert any(cause.rule == "participant_availability" for entry in answer.unmet for cause in entry.causes)


def test_the_rest_of_a_week_is_asked_about_from_a_day_on():
    """What begins before stays; the rest may change."""
    people = [participant("ana", order=ORDER | {"minutes": {"floor": 360}}), participant("ben")]
    week, _ = full(participants=people)
    before = roster(run("g1", "mon", "09:00", ("ana", "ben")), meet("ben", "wed", "10:00"))
    answer = asked(week, before, participant="ana", first=MONDAY.replace(month=12, day=1))
    assert {session.group for session in answer.offers[0].sessions} == {"g1", "g2"}
    assert answer.offers[0].first == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "name a participant, or give a newcomer"),
        ({"participant": "ana", "newcomer": newcomer()}, "not both"),
        ({"participant": "nobody"}, "nobody is no participant of the instance"),
        ({"participant": "eve"}, "eve is on hold since 2026-11-25 and is not scheduled: end the hold first, then ask"),
        ({"participant": "fay"}, "fay is discharged: admit them again first, then ask"),
        ({"newcomer": newcomer(id="ana")}, "the id ana is taken"),
        ({"participant": "ana", "moves": 3}, "at most 2 others can move: no more have a session to come"),
        ({"participant": "ana", "first": date(2027, 2, 1)}, "2027-02-01 is not in the week of 2026-11-30"),
    ],
)
def test_a_question_that_makes_no_sense(question, said):
    """The error says what would."""
    with pytest.raises(EditError, match=said.replace("(", r"\(")):
        asked(*full(), **question)


def test_a_roster_of_another_week():
    """It is refused, and the error says which week it is of."""
    week, _ = full()
    with pytest.raises(EditError, match="does not belong to the instance"):
        asked(week, roster(monday=date(2026, 12, 7)), participant="ana")


def test_a_newcomer_who_does_not_fit_the_instance():
    """An unknown track is named as in any instance."""
    with pytest.raises(InstanceError) as error:
        asked(*full(), newcomer=newcomer(home_track="nowhere"))
    assert any("nowhere" in issue.message for issue in error.value.issues)


def test_the_command(tmp_path):
    """The answer in sentences or as JSON; a question that makes no sense ends with a message."""
    week, before = full()
    files = written(tmp_path, "week.json", week), written(tmp_path, "roster.json", before)
    person = written(tmp_path, "zoe.json", newcomer())
    said = stepdown("offers", *files, "--participant", "ana", "--moves", "1").stdout
    assert said.startswith("ana: 1 week is possible, with at most 1 other moved\n1. 180 minutes a week from Monday 2026-11-30\n")
    answer = json.loads(stepdown("offers", *files, "--newcomer", person, "--from", "2026-12-02", "--json").stdout)
    assert answer["offers"][0]["first"] == "2026-12-08"
    assert stepdown("offers", *files, "--participant", "nobody").exit_code == 2
