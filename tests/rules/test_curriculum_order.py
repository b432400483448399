"""Words to numbers for `curriculum_order`."""

from itertools import product

import pytest

from scheduler.case import Case
from scheduler.rules.curriculum_order import CurriculumOrder
from tests.build import MONDAY, ZONE, at, group, instance, participant, run, view
from tests.faces import both

RULE = CurriculumOrder()
DAYS = ("mon", "tue", "wed", "thu", "fri")


def case(modules, booked, done=(), sequenced=True, more=None, of=("a", "b", "c")):
    """A group a day that gives the modules in this order; booked are the places in it; done is the history."""
    groups = [group(f"g{n}", DAYS[n], "09:00", curriculum="cycle", module=m) for n, m in enumerate(modules)]
    made = instance(
        participants=[participant("ana")],
        curricula=[{"id": "cycle", "modules": of, "sequenced": sequenced}],
        groups=groups,
        history={"modules": [{"participant": "ana", "curriculum": "cycle", "module": m} for m in done]},
        **(more or {}),
    )
    return view(made, *(run(f"g{n}", DAYS[n], "09:00", ("ana",)) for n in booked))


@pytest.mark.parametrize("facts", [{"module": "c"}, {"curriculum": "cycle"}, {"curriculum": "cycle", "module": "z"}])
def test_a_group_outside_the_sequence_has_no_order(facts) -> None:
    """A module of no curriculum, no module, and one that the curriculum no longer has."""
    curricula = [{"id": "cycle", "modules": ("a", "b", "c"), "sequenced": True}]
    made = instance(participants=[participant("ana")], curricula=curricula, groups=[group("g", **facts)])
    assert both(RULE, view(made, run("g", "mon", "09:00", ("ana",)))) == (0, 0)


@pytest.mark.parametrize(
    ("modules", "booked", "done", "amount"),
    [
        ("abc", (0, 1, 2), "", 0),  # the whole cycle in order
        ("abc", (1,), "", 1),  # b first
        ("abc", (0, 2), "", 1),  # c without b
        ("abc", (2,), "ab", 0),  # c is next
        ("abc", (2,), "b", 0),  # c is next after b, whatever came before
        ("abc", (0,), "b", 1),  # a waits for the next cycle
        ("abc", (1,), "ab", 1),  # b again before the cycle is done
        ("abc", (0,), "ab", 1),  # a again before the cycle is done
        ("abc", (0, 1), "abc", 0),  # a done cycle begins again
        ("abc", (1,), "abc", 1),  # but not at b
        ("cab", (0, 1, 2), "ab", 0),  # the cycle is finished and begun again within the week
        ("cab", (1, 2), "ab", 1),  # a without c; b then follows a
        ("aa", (0, 1), "", 1),  # a twice
        ("abb", (0, 1, 2), "", 1),  # b twice after one a
        ("ba", (0, 1), "", 1),  # b before a: b alone is wrong
        ("cb", (0, 1), "", 2),  # c, then b, and neither has its module before it: two
        ("bb", (0, 1), "", 2),  # b twice without a
        ("cba", (0, 1, 2), "", 2),  # backwards: only a is in order
        ("bcb", (0, 1, 2), "", 2),  # b out of order, c after it, b again before the cycle is done
    ],
)
def test_order_by_hand(modules, booked, done, amount):
    """Cycle a, b, c: which places are out of order."""
    assert both(RULE, case(modules, booked, done)) == (amount, None if amount else 0)


def test_two_places_out_of_order_are_two_findings_of_their_own_day():
    """c on Monday and b on Tuesday: one sentence each, with its session."""
    found = case("cb", (0, 1))
    assert [(v.amount, v.sessions) for v in RULE.check(found.case, found)] == [(1, ("g.g0.2026-11-30",)), (1, ("g.g1.2026-11-30",))]


@pytest.mark.parametrize(("start", "amount"), [("12:00", 0), ("11:45", 1)])
def test_a_module_may_begin_when_the_one_before_it_ends(start, amount):
    """a from 9:00 to 12:00, b at 12:00 touches and is in order; at 11:45 it is not."""
    groups = [group(f"g{m}", time=time, curriculum="cycle", module=m) for m, time in (("a", "09:00"), ("b", start))]
    curricula = [{"id": "cycle", "modules": ["a", "b"], "sequenced": True}]
    found = view(
        instance(participants=[participant("ana")], curricula=curricula, groups=groups),
        run("ga", "mon", "09:00", ("ana",)),
        run("gb", "mon", start, ("ana",)),
    )
    assert both(RULE, found) == (amount, None if amount else 0)


def test_open_cycles_are_joined_at_any_module():
    """c, then b, then c again of a curriculum that is not sequenced."""
    assert both(RULE, case("cbc", (0, 1, 2), sequenced=False)) == (0, 0)


def test_a_curriculum_of_one_module_has_no_order():
    """The only module twice in a week."""
    assert both(RULE, case("aa", (0, 1), of=("a",))) == (0, 0)


def test_modules_that_were_dropped_are_ignored():
    """The history names z, which the curriculum has no more: a is first."""
    assert both(RULE, case("ab", (0, 1), "z")) == (0, 0)
    assert both(RULE, case("ab", (1,), "z")) == (1, None)


def test_what_has_happened_is_taken_as_it_was():
    """b was held on Monday out of order: c may follow on Tuesday, a second b on Wednesday may not."""
    past = run("g0", "mon", "09:00", ("ana",))
    more = {"now": at("mon", "20:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [past]}}}
    assert both(RULE, case("bcb", (0,), more=more)) == (0, 0)
    assert both(RULE, case("bcb", (0, 1), more=more)) == (0, 0)
    assert both(RULE, case("bcb", (0, 2), more=more)) == (1, None)


@pytest.mark.parametrize(("start", "amount"), [("12:00", 0), ("12:01", 0), ("11:59", 1)])
def test_modules_that_touch_are_in_order(start, amount):
    """a until 12:00, b the same day: from 12:00 on a is done, a minute earlier it is not."""
    groups = [group(f"g{m}", "mon", time, curriculum="cycle", module=m) for m, time in (("a", "09:00"), ("b", start))]
    made = instance(groups=groups, curricula=[{"id": "cycle", "modules": ["a", "b", "c"], "sequenced": True}])
    assert both(RULE, view(made, run("ga", "mon", "09:00", ("ana",)), run("gb", "mon", start, ("ana",)))) == (amount, None if amount else 0)


def test_it_speaks_of_sequenced_curricula_only():
    """With and without a sequenced curriculum that a group gives."""
    assert RULE.applies_to(case("a", ()).case)
    assert not RULE.applies_to(case("a", (), sequenced=False).case)
    assert not RULE.applies_to(Case(instance(groups=[group("g")])))


@pytest.mark.unmeasured
@pytest.mark.parametrize("done", ["", "a", "ab", "b", "abc"])
def test_faces_agree_and_a_walk_through_the_cycle_says_the_same(done):
    """All 16 choices of places in a, b, c, a against a plain walk: each module follows the one before it."""
    for chosen in product((False, True), repeat=4):
        booked = [n for n, is_booked in enumerate(chosen) if is_booked]
        counts = {m: int(m <= max(done, default="")) for m in "abc"}
        is_legal = True
        for module in ("abca"[n] for n in booked):
            before = counts["abc"["abc".index(module) - 1]] + (module == "a")
            is_legal &= counts[module] < before
            counts[module] += 1
        amount, model = both(RULE, case("abca", booked, done))
        assert (amount == 0) == (model == 0) == is_legal


def test_a_module_is_repeated_once_for_each_time_the_one_before_was_done_in_the_past():
    """a was held on Monday; b may follow on Tuesday, not again on Wednesday."""
    past = run("g0", "mon", "09:00", ("ana",))
    more = {"now": at("mon", "20:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [past]}}}
    assert both(RULE, case("abb", (0, 1), more=more)) == (0, 0)
    assert both(RULE, case("abb", (0, 1, 2), more=more)) == (1, None)


def test_a_curriculum_without_an_order_hides_no_other():
    """Monday's of a curriculum of one module, then b of the cycle without a; the history of a curriculum that is gone is ignored."""
    groups = [group("g0", "mon", curriculum="solo", module="s"), group("g1", "tue", curriculum="cycle", module="b")]
    curricula = [{"id": "solo", "modules": ["s"], "sequenced": True}, {"id": "cycle", "modules": ["a", "b"], "sequenced": True}]
    history = {"modules": [{"participant": "ana", "curriculum": "gone", "module": "a"}]}
    made = instance(groups=groups, curricula=curricula, history=history)
    runs = [run("g0", "mon", "09:00", ("ana",)), run("g1", "tue", "09:00", ("ana",))]
    assert both(RULE, view(made, *runs)) == (1, None)
