"""A case remembers its answers, and goes when nobody holds it."""

import gc

import pytest

from scheduler.case import Case
from scheduler.compare import compare
from scheduler.reading import read_instance, read_roster
from scheduler.validation import validate
from scheduler.verify import judge
from tests.source_tree import ROOT
from tests.tiny import drawn

pytestmark = pytest.mark.unmeasured

INSTANCES = ROOT / "instances"


@pytest.fixture
def no_collector():
    gc.disable()
    # What the other tests left would be looked through each time. It stays frozen: thawed, it would slow every later test.
    gc.freeze()
    yield
    gc.enable()


def read():
    return read_instance(INSTANCES / "rebuild_24.json"), read_roster(INSTANCES / "best" / "rebuild_24.json")


def circles_left_by(do) -> int:
    """Objects that only the garbage collector could free. What is made once, by the first call, is not meant."""
    do()
    gc.collect()
    do()
    return gc.collect()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("name", ["read", "validate", "judge", "compare"])
def test_nothing_is_left_to_the_garbage_collector_which_would_hold_up_a_server(name):
    instance, roster = read()
    acts = {
        "read": read,
        "validate": lambda: validate(instance),
        "judge": lambda: judge(Case(instance), roster),
        "compare": lambda: compare(instance, roster, roster),
    }
    assert circles_left_by(acts[name]) == 0


def test_an_answer_is_worked_out_once():
    case = Case(drawn(3))
    (person, *_) = case.participants
    assert case.time.free(person) is case.time.free(person)


def test_a_part_answers_when_nobody_holds_its_case():
    instance = drawn(3)
    (person, *_) = instance.participants
    assert Case(instance).care.factor(person.id) == 1


def test_cases_of_one_instance_keep_their_own_answers():
    instance = drawn(3)
    a, b = Case(instance), Case(instance)
    (person, *_) = instance.participants
    assert a.care.order(person.id) == b.care.order(person.id)
    assert a.care.order(person.id) is not b.care.order(person.id)
    assert a.time.free(person.id, True) == a.time.free(person.id, is_real=True)
