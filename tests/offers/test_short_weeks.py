"""Who falls below the ordered minutes by an absence, a closure or a missed session, and where they could make up for it."""

from __future__ import annotations

import json

import pytest

from scheduler.errors import EditError
from scheduler.instance import Participant, Program
from scheduler.offers import MakeUpQuestion, ParticipantInSession, ShortWeeks, short_weeks
from tests.build import MONDAY, at, free, group, instance, participant, roster, run
from tests.cli.command import stepdown, written

ORDER = {"minutes": {"floor": 360}, "sessions": {"floor": 1}, "days": {"floor": 1}}
AWAY = free() | {"absences": [{"first": str(MONDAY), "last": str(MONDAY)}]}
TIMES = {"g1": ("mon", "09:00"), "g2": ("tue", "09:00"), "g3": ("wed", "09:00"), "g4": ("thu", "09:00")}


def week(now: str = "mon", **ana):
    """Ana is in the groups of Monday and Tuesday, ben in all four; nothing is missed unless it is said."""
    people = [participant("ana", order=ORDER, **ana), participant("ben", order=ORDER)]
    sessions = [run(id, *time, ("ana", "ben") if id in ("g1", "g2") else ("ben",)) for id, time in TIMES.items()]
    before = roster(*sessions)
    groups = [group(id, *time, maximum=2, reserve=0) for id, time in TIMES.items()]
    return instance(groups=groups, participants=people, now=at(now, "12:00"), published={"roster": before.model_dump()}), before


def asked(*, missed: tuple[str, ...] = (), walk_ins: tuple[str, ...] = (), **more) -> ShortWeeks:
    parts = [
        tuple(ParticipantInSession(participant=text.split("@")[0], session=text.split("@")[1]) for text in texts)
        for texts in (missed, walk_ins)
    ]
    return short_weeks(*week(**more), MakeUpQuestion(missed=parts[0], walk_ins=parts[1]))


def places(answer: ShortWeeks, person: int = 0) -> list[str | None]:
    return [place.session for one in answer.people[person].make_ups for place in one.places]


def test_an_absence_is_found_without_being_asked_about():
    answer = asked(availability=AWAY)
    (ana,) = answer.people
    assert (ana.participant, ana.minutes, ana.floor, ana.short) == ("ana", 180, 360, 180)
    assert [one.missed for one in ana.make_ups] == ["g.g1.2026-11-30"]
    assert places(answer) == ["g.g3.2026-11-30", "g.g4.2026-11-30"]
    assert answer.lines[0] == "ana: 180 of 360 ordered minutes left, 180 minutes short"


def test_who_stays_above_the_floor_is_not_listed():
    """Ben misses a session of four, and is ordered two."""
    made, before = week()
    ben = Participant.model_validate(participant("ben", order=ORDER, availability=AWAY))
    answer = short_weeks(made.model_copy(update={"participants": (made.participants[0], ben)}), before, MakeUpQuestion())
    assert answer.people == ()
    assert answer.lines == ("Nobody falls below the ordered minutes because of an absence, a closure or a missed session",)


def test_a_walk_in_counts_and_is_not_offered_again():
    """It is Wednesday noon, and ana was in the third group."""
    answer = asked(now="wed", availability=AWAY, walk_ins=("ana@g3",))
    assert answer.people == ()
    answer = asked(now="tue", missed=("ana@g1",), walk_ins=("ana@g3",))
    assert (answer.people[0].minutes, answer.people[0].short, places(answer)) == (360, 0, ["g.g4.2026-11-30"])


def test_a_closure_is_found_for_everyone_short_of_the_floor():
    """The floor of a week with a holiday is four fifths; ana has half of it left."""
    made, before = week()
    closures = [{"date": str(MONDAY), "site": "s1"}]
    program = Program.model_validate(made.program.model_dump() | {"closures": closures})
    answer = short_weeks(made.model_copy(update={"program": program}), before, MakeUpQuestion())
    assert [(one.participant, one.minutes) for one in answer.people] == [("ana", 180)]
    assert answer.people[0].floor < 360


@pytest.mark.parametrize(
    ("missed", "walk_ins", "said"),
    [
        (("ana@g3",), (), "is not booked in g3"),
        ((), ("ana@g1",), "and so is no walk-in"),
        (("ana@g9",), (), "is no group or session"),
        (("zoe@g1",), (), "zoe is no participant"),
    ],
)
def test_what_makes_no_sense_is_refused(missed, walk_ins, said):
    with pytest.raises(EditError, match=said):
        asked(missed=missed or ("ana@g1",), walk_ins=walk_ins)


def test_on_the_command_line(tmp_path):
    made, before = week()
    files = [str(written(tmp_path, name, one)) for name, one in (("week.json", made), ("roster.json", before))]
    assert stepdown("make-up", *files).stdout.startswith("Nobody falls below")
    answer = json.loads(stepdown("make-up", *files, "--missed", "ana@g1", "--walk-in", "ana@g3", "--json").stdout)
    assert [(one["participant"], one["minutes"]) for one in answer["people"]] == [("ana", 360)]
    wrong = stepdown("make-up", *files, "--walk-in", "ana")
    assert (wrong.exit_code, "participant@session" in wrong.stderr) == (2, True)
