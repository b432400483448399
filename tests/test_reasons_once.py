"""Causes of several missing things, said once."""

from scheduler.reasons import reasons_once
from scheduler.result import Cause, Unmet


def unmet(*causes: Cause) -> Unmet:
    return Unmet(participant="ana", rule="weekly_floor", amount=60, kind="lost", what="60 minutes", causes=causes)


def busy(*groups: str) -> Cause:
    sentence = f"ana is not free at the time of {' and '.join(f'{group} on Monday 10:00' for group in groups)}"
    return Cause(rule="participant_availability", about=(*groups, "ana"), amount=len(groups), sentence=sentence)


FULL = Cause(rule="group_size", about=("g1",), sentence="Monday 10:00: g1 is full (2 of 2)")
SHORT = Cause(rule="participant_availability", about=("g3", "ana"), sentence="ana is free until 11:00, 60 minutes too short for g3")


def test_what_another_sentence_says_of_more_sessions_is_left_out() -> None:
    assert reasons_once([unmet(busy("g1", "g2"), FULL), unmet(busy("g2"), FULL)]) == [busy("g1", "g2").sentence, FULL.sentence]
    assert reasons_once([unmet(busy("g2")), unmet(busy("g1", "g2"))]) == [busy("g1", "g2").sentence]


def test_other_sentences_stay() -> None:
    """Of another session, of another kind, or about somebody who is named in a longer list."""
    assert reasons_once([unmet(busy("g1", "g2")), unmet(busy("g3"), SHORT)]) == [
        busy("g1", "g2").sentence,
        busy("g3").sentence,
        SHORT.sentence,
    ]
    one = Cause(rule="clinician_conflict", about=("cora",), sentence="cora has another session then")
    two = Cause(rule="clinician_conflict", about=("cora", "dan"), sentence="cora and dan have other sessions then")
    other = Cause(rule="clinician_conflict", about=("g1", "cora"), sentence="nobody is free to lead g1")
    assert reasons_once([unmet(one, two, other)]) == [one.sentence, two.sentence, other.sentence]
