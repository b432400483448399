"""Words to numbers for `not_alone`."""

from itertools import product

import pytest

from scheduler.rules.not_alone import NotAlone
from scheduler.view import View
from tests.build import clinician, group, instance, participant, run, view
from tests.faces import both

RULE = NotAlone()
PEOPLE = {
    "ana": {"gender": "female", "company": ["gender"]},
    "bea": {"gender": "female", "company": ["gender"]},
    "cleo": {"gender": "female"},
    "dov": {"gender": "male", "languages": ["es"], "company": ["language"]},
    "eli": {"gender": "male", "languages": ["en", "es"]},
    "fin": {"languages": ["es", "fr"], "company": ["gender", "language"]},
    "gil": {"gender": "male", "age_group": "adolescent", "company": ["age_group", "gender"]},
}
GROUPS = [group("g", mode="hybrid"), group("h", "tue")]


def week(*people: str, second: tuple[str, ...] = ()) -> View:
    """Who is in the Monday group (hybrid), and in a second one on Tuesday."""
    made = instance(
        participants=[participant(p, **more) for p, more in PEOPLE.items()],
        groups=GROUPS,
        clinicians=[clinician("cora", gender="female"), clinician("dan")],
    )
    sessions = [run("g", "mon", "09:00", people, mode="hybrid")]
    return view(made, *sessions, *([run("h", "tue", "09:00", second)] if second else []))


def test_the_only_woman_counts_one() -> None:
    """Ana among men; the facilitator, a woman, is no company."""
    assert both(RULE, week("ana", "dov", "eli")) == (1, 1)


def test_company_need_not_be_marked() -> None:
    """Ana and Cleo."""
    assert both(RULE, week("ana", "cleo", "eli")) == (0, 0)


def test_two_marked_ones_keep_each_other_company() -> None:
    """Ana and Bea."""
    assert both(RULE, week("ana", "bea", "eli")) == (0, 0)


def test_company_by_telehealth_counts() -> None:
    """Ana in the room, Bea at home."""
    assert both(RULE, week("ana", "bea@home")) == (0, 0)


def test_the_unmarked_do_not_count() -> None:
    """Cleo is the only woman and carries no mark."""
    assert both(RULE, week("cleo", "eli")) == (0, 0)


def test_any_shared_language_is_company() -> None:
    """Dov speaks Spanish only: with Ana (English) alone, with Eli (English and Spanish) or Fin (Spanish and French) not."""
    assert both(RULE, week("dov", "ana", "cleo")) == (1, 1)
    assert both(RULE, week("dov", "eli")) == (0, 0)
    assert both(RULE, week("dov", "fin")) == (0, 0)


def test_marks_add_up() -> None:
    """Gil, the only adolescent and the only male: 2; with Ana, the only woman: 3 in all."""
    assert both(RULE, week("gil", "cleo")) == (2, 2)
    assert both(RULE, week("gil", "ana")) == (3, 3)
    assert both(RULE, week("gil", "eli")) == (1, 1)  # the only adolescent, among men


def test_an_unrecorded_value_has_no_amount() -> None:
    """Fin's gender is not recorded; alone by language he counts 1."""
    assert both(RULE, week("fin", "cleo")) == (1, 1)


def test_runs_are_judged_one_by_one() -> None:
    """Ana alone on Monday and on Tuesday: 2; with Bea on Tuesday: 1."""
    assert both(RULE, week("ana", second=("ana",))) == (2, 2)
    assert both(RULE, week("ana", second=("ana", "bea"))) == (1, 1)


def test_without_marks_it_does_not_apply() -> None:
    """Nobody asked for company."""
    assert not RULE.applies_to(view(instance(groups=GROUPS)).case)
    assert RULE.applies_to(week("ana").case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_groups() -> None:
    """All 128 sets of seven people."""
    for chosen in product((False, True), repeat=len(PEOPLE)):
        people = tuple(p for p, is_in in zip(PEOPLE, chosen, strict=True) if is_in)
        checked, modelled = both(RULE, week(*people))
        assert checked == modelled


def test_the_message_names_the_attribute_in_words() -> None:
    """Gil is the only adolescent, and the only man."""
    made = week("ana", "bea", "gil")
    assert sorted(found.message for found in RULE.check(made.case, made)) == [
        "gil is the only one of this age group in g on Monday 2026-11-30 09:00",
        "gil is the only one of this gender in g on Monday 2026-11-30 09:00",
    ]
