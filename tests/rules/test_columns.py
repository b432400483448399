"""What four rules write from columns is what they would write session by session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.columns import FEW_KEYS, NumberedTerms, kinds_of
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.possible_visits import need_visits, visit_at
from scheduler.reading import read_instance
from scheduler.rule import overriding
from scheduler.rules import RULES
from scheduler.terms import AnyOf, Handle, Row, Visit
from tests.build import instance, participant
from tests.rules.row_by_row import balance_rows, conflict_rows, load_rows, room_rows
from tests.tiny import WEEKS, drawn, leaving

pytestmark = pytest.mark.unmeasured

FOLDER = Path(__file__).parents[2] / "instances"
MOST_BYTES = 180_000
"""Of the file of an instance with up to 60 participants."""
Rows = Callable[[Case, Candidates], Iterator[Row]]
ROW_BY_ROW: dict[str, Rows] = {
    "clinician_conflict": conflict_rows,
    "clinician_load": load_rows,
    "clinician_balance": balance_rows,
    "room_conflict": room_rows,
}


def looks(row: Row) -> tuple[object, ...]:
    """A row with its terms in a stable order, and what its `AnyOf` are made of."""
    return row.key, frozenset((_named(handle), coefficient) for handle, coefficient in row.terms), row.bound, row.price, row.step


def _named(handle: Handle) -> object:
    return (handle, frozenset(handle.members)) if isinstance(handle, AnyOf) else handle


def from_columns(rule: str, case: Case, candidates: Candidates) -> list[Row]:
    """The rows of a rule that are written from columns: those without an `AnyOf` of one rule's own."""
    rows = next(r for r in RULES if r.id == rule).rows(case, candidates)
    return [row for row in rows if isinstance(row.terms, NumberedTerms) or rule == "clinician_balance"]


def agree(instance: Instance) -> int:
    """Compare the rows of a week; return how many there are."""
    case, number = Case(instance), 0
    candidates = enumerate_candidates(case, [rule for rule in RULES if rule.applies_to(case)])
    for rule, row_by_row in ROW_BY_ROW.items():
        rows = from_columns(rule, case, candidates) if next(r for r in RULES if r.id == rule).applies_to(case) else []
        expected = list(row_by_row(case, candidates)) if rows else []
        assert {looks(row) for row in rows} == {looks(row) for row in expected}
        assert len(rows) == len(expected)
        number += len(rows)
    return number


@pytest.mark.parametrize("week", WEEKS)
def test_rows_from_columns_are_those_of_each_session(week: str) -> None:
    assert agree(WEEKS[week]()) > 0


def test_rows_from_columns_agree_in_drawn_weeks() -> None:
    assert sum(agree(drawn(seed)) for seed in range(12)) > 100


@pytest.mark.parametrize("name", ["matrix_blocks", "holiday_monday"])
def test_rows_from_columns_agree_in_small_programs(name: str) -> None:
    assert agree(read_instance(FOLDER / f"{name}.json")) > 100


@pytest.mark.proof
@pytest.mark.parametrize(
    "path", [p for p in sorted(FOLDER.glob("*.json")) if p.stat().st_size < MOST_BYTES and p.stem != "catalogue"], ids=str
)
def test_rows_from_columns_agree_in_every_program_up_to_60(path: Path) -> None:
    agree(read_instance(path))


def test_eligibility_for_all_times_is_that_for_each() -> None:
    """Of all appointments of a need at a site or by telehealth, also before an admission and after a discharge."""
    rule, judged = next(rule for rule in RULES if rule.id == "eligibility"), Counter[bool]()
    stays = [instance(participants=[participant("ana", **dates)]) for dates in ({"admitted": "2026-12-02"}, {"discharge": "2026-12-01"})]
    for case in map(Case, [*stays, *(make() for make in WEEKS.values()), *(drawn(seed) for seed in range(4))]):
        for need in (need for person in filter(case.care.is_served, case.participants) for need in case.care.order(person).needs):
            for site in (None, "s1", "s2"):
                visits = [visit for visit in need_visits(case, need) if visit.site == site]
                fits = rule.admits_times(case, need, np.array([v.span.start for v in visits], dtype=np.int64), site)
                each = [rule.admits(case, visit) for visit in visits]
                assert fits is not None
                assert fits.tolist() == each
                judged.update(each)
    assert min(judged[True], judged[False]) > 20


def test_all_times_of_a_clinician_are_judged_like_each() -> None:
    """On site and by telehealth, before, in and after working hours and protected time, to the minute; not where the clocks change."""
    rule, judged = next(rule for rule in RULES if rule.id == "clinician_availability"), Counter[bool]()
    for case in map(Case, [*(make() for make in WEEKS.values()), *(drawn(seed) for seed in range(4))]):
        needs = [need for person in case.participants for need in case.care.order(person).needs][:1]
        for need, clinician, site in product(needs, case.clinicians, (None, "s1", "s2")):
            spans = [*(span for span, _ in case.time.work(clinician)), *case.time.protected(clinician)]
            edges = {edge for span in spans for edge in span}
            after = need.minutes + case.policy.notes_after_session
            starts = sorted({edge + more for edge in edges for more in (-after - 1, -after, 1 - after, -1, 0, 1)})
            visits = [visit_at(need, (clinician, start, site, "in_person" if site else "telehealth")) for start in starts]
            fits = rule.admits_times(case, need, np.array(starts, dtype=np.int64), site, clinician)
            each = [rule.admits(case, visit) for visit in visits]
            assert fits is None if case.week.seams else fits is not None and fits.tolist() == each
            judged.update(each)
            assert rule.admits_times(case, need, np.array(starts, dtype=np.int64), site) is None
    assert min(judged[True], judged[False]) > 20


def test_conflicts_of_all_times_are_those_of_each() -> None:
    """Of all places of a person with all appointments of a need on their day and at one site."""
    judged, rules = Counter[bool](), overriding(RULES, "conflicts_times")
    assert {rule.id for rule in rules} == {rule.id for rule in overriding(RULES, "conflicts")}
    weeks = [*(make() for make in WEEKS.values()), *(drawn(seed) for seed in range(8)), *(leaving(seed) for seed in range(4))]
    for case in map(Case, weeks):
        for visits in enumerate_candidates(case, [rule for rule in RULES if rule.applies_to(case)]).visits.values():
            places = [v for v in visits if v.group is not None and v.out_of is None]
            alike: dict[object, list[Visit]] = {}
            for v in visits:
                if v.group is None:
                    alike.setdefault((v.service, v.ordinal, v.day, v.site, v.span.minutes, v.out_of), []).append(v)
            for rule, place, some in product(rules, places, alike.values()):
                starts = np.array([v.span.start for v in some], dtype=np.int64)
                if some[0].day == place.day and (found := rule.conflicts_times(case, place, some[0], starts)) is not None:
                    each = [rule.conflicts(case, *sorted((place, v), key=lambda of_day: of_day.span.start)) for v in some]
                    assert found.tolist() == each
                    judged.update(each)
    assert min(judged[True], judged[False]) > 100


def test_what_a_wait_costs_depends_on_its_length_only() -> None:
    """Of one person, whatever comes before and after: tables ask once for each length."""
    waits: dict[object, set[int | None]] = {}
    weeks = [*(make() for make in WEEKS.values()), *(drawn(seed) for seed in range(8)), *(leaving(seed) for seed in range(4))]
    for number, case in enumerate(map(Case, weeks)):
        for who, visits in enumerate_candidates(case, [rule for rule in RULES if rule.applies_to(case)]).visits.items():
            for a, b in product(visits, visits):
                if (a.day, a.site) == (b.day, b.site) and a.span.end <= b.span.start:
                    for rule in overriding(RULES, "follows"):
                        key = rule.id, number, who, case.week.between(a.span.end, b.span.start)
                        waits.setdefault(key, set()).add(rule.follows(case, a, b))
    assert len(waits) > 100
    assert {len(amounts) for amounts in waits.values()} == {1}


def test_terms_by_number_read_like_others() -> None:
    case = Case(WEEKS["new_term"]())
    candidates = enumerate_candidates(case, RULES)
    sessions = candidates.columns.sessions("cora")
    other = AnyOf(("any",), ())
    terms = sessions.terms(2, more=((other, -1),))
    assert [*terms] == [*((handle, 2) for handle in sessions.handles()), (other, -1)]
    assert len(terms) == len(sessions) + 1
    assert terms[-1] == (other, -1)
    assert terms[:1] == ((sessions.handles()[0], 2),)
    assert set(sessions.handles()) == {*candidates.facilitated["cora"], *candidates.appointments["cora"]}


@pytest.mark.parametrize("keys", [[], [0], [3, 1, 3, 0, 1], [7, 2**40, 7, 0], [FEW_KEYS + 3] * 2, list(range(0, 9000, 2)) * 2])
def test_kinds_are_those_of_sorting(keys: list[int]) -> None:
    """Small and large keys, with gaps and twice: the first position of each, in order of the keys."""
    _, expected, which = np.unique(np.array(keys, dtype=np.int64), return_index=True, return_inverse=True)
    first, kinds = kinds_of(np.array(keys, dtype=np.int64))
    assert (first.tolist(), kinds.tolist()) == (expected.tolist(), which.tolist())
