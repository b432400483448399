"""Sparse terms, and a small linear program that grows, worked by hand."""

from __future__ import annotations

from types import SimpleNamespace

import highspy
import numpy as np

from scheduler.weeks.linear_program import INFINITY, NO_TERMS, LinearProgram, Terms


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def terms(*triples: tuple[int, int, float]) -> Terms:
    """Rows, columns and values."""
    rows, columns, values = zip(*triples, strict=True)
    return Terms(ints(*rows), ints(*columns), np.array(values))


def listed(found: Terms) -> list[tuple[int, int, float]]:
    return list(zip(found.rows.tolist(), found.columns.tolist(), found.values.tolist(), strict=True))


def compressed(found: Terms, num_rows: int) -> list[dict[int, float]]:
    """By row, columns and values; that they are in order is compared, too."""
    first, columns, values = found.compressed(num_rows)
    ends = [*first.tolist()[1:], len(columns)]
    rows = [columns[a:b].tolist() for a, b in zip(first.tolist(), ends, strict=True)]
    assert all(row == sorted(set(row)) for row in rows)
    return [dict(zip(row, values[a : a + len(row)].tolist(), strict=True)) for a, row in zip(first.tolist(), rows, strict=True)]


class TestTerms:
    PART = terms((2, 0, 1.5), (0, 3, -2.0), (2, 0, 0.5), (0, 1, 4.0))

    def test_they_are_joined_chosen_and_turned(self) -> None:
        assert listed(Terms.joined([self.PART, NO_TERMS, terms((1, 1, 7.0))])) == [*listed(self.PART), (1, 1, 7.0)]
        assert listed(self.PART.where(self.PART.values > 1.0)) == [(2, 0, 1.5), (0, 1, 4.0)]
        assert listed(self.PART.transposed()) == [(0, 2, 1.5), (3, 0, -2.0), (0, 2, 0.5), (1, 0, 4.0)]

    def test_terms_at_one_place_add_up_and_rows_may_be_empty(self) -> None:
        assert compressed(self.PART, 4) == [{1: 4.0, 3: -2.0}, {}, {0: 2.0}, {}]
        assert compressed(NO_TERMS, 2) == [{}, {}]

    def test_a_single_column_keeps_its_rows_apart(self) -> None:
        assert compressed(terms((1, 0, 3.0), (0, 0, 2.0)), 2) == [{0: 2.0}, {0: 3.0}]


def bought(least: float = 4.0) -> LinearProgram:
    """At least so much of two goods together, at 3 and 5 a piece."""
    program = LinearProgram()
    assert program.add_rows(np.array([least]), np.array([INFINITY])).tolist() == [0]
    assert program.add_columns(np.array([3.0, 5.0]), terms((0, 0, 1.0), (0, 1, 1.0))).tolist() == [0, 1]
    return program


class TestGrowing:
    def test_the_cheaper_good_is_bought_and_its_cost_is_the_price(self) -> None:
        program = bought()
        assert program.solve(20.0)
        assert (program.value, program.values.tolist(), program.duals.tolist()) == (12.0, [4.0, 0.0], [3.0])

    def test_rows_count_from_the_first_new_one(self) -> None:
        """At most 1 of the first good, and at most 6 of both: 1 at 3, and 3 at 5."""
        program = bought()
        assert program.solve(20.0)
        upper = terms((0, 0, 1.0), (1, 0, 1.0), (1, 1, 1.0))
        assert program.add_rows(np.full(2, -INFINITY), np.array([1.0, 6.0]), upper).tolist() == [1, 2]
        assert program.solve(20.0)
        assert (program.value, program.values.tolist(), program.duals.tolist()) == (18.0, [1.0, 3.0], [5.0, -2.0, 0.0])
        assert program.add_rows(np.zeros(1), np.zeros(1)).tolist() == [3]
        assert program.num_rows == 4

    def test_columns_count_from_the_first_new_one(self) -> None:
        """A third good counts double at 4 a piece, a fourth not at all; they are limited to nothing less than 0."""
        program = bought()
        assert program.add_columns(np.array([4.0, 0.0]), terms((0, 0, 2.0))).tolist() == [2, 3]
        assert program.num_columns == 4
        assert program.solve(20.0)
        assert (program.value, program.values.tolist()[:3], program.duals.tolist()) == (8.0, [0.0, 0.0, 2.0], [2.0])

    def test_whole_numbers_are_costs_too(self) -> None:
        program = bought()
        program.add_columns(ints(1), terms((0, 0, 1.0)))
        assert program.solve(20.0)
        assert program.value == 4.0

    def test_columns_are_limited_and_let_go(self) -> None:
        """At least 1 and at most 3 of the second good; then none of the first."""
        program = bought()
        program.limit_columns(ints(1), np.array([1.0]), np.array([3.0]))
        assert program.solve(20.0)
        assert (program.value, program.values.tolist()) == (14.0, [3.0, 1.0])
        program.limit_columns(ints(0, 1), np.array([0.0, 0.0]), np.array([0.0, INFINITY]))
        assert program.solve(20.0)
        assert (program.value, program.values.tolist()) == (20.0, [0.0, 4.0])

    def test_what_is_impossible_is_not_solved(self) -> None:
        """The value of the last solution stays."""
        program = bought()
        assert program.solve(20.0)
        program.limit_columns(ints(0, 1), np.zeros(2), np.ones(2))
        assert not program.solve(20.0)
        assert program.value == 12.0

    def test_the_limit_counts_from_now_and_without_a_result_nothing_is_solved(self) -> None:
        """The solver counts its time from its first call; 7 seconds have gone."""
        program, options = bought(), {}
        program._highs = SimpleNamespace(
            getRunTime=lambda: 7.0,
            setOptionValue=options.__setitem__,
            run=lambda: None,
            getModelStatus=lambda: highspy.HighsModelStatus.kTimeLimit,
        )
        assert not program.solve(20.0)
        assert options == {"time_limit": 27.0}

    def test_nothing_costs_nothing(self) -> None:
        program = LinearProgram()
        assert (program.value, program.values.tolist(), program.duals.tolist()) == (0.0, [], [])
        assert program.solve(20.0)
        assert program.value == 0.0


class TestBases:
    """A program goes on from where it was solved before."""

    def test_a_larger_program_goes_on_from_it(self) -> None:
        """A third good at 1 a piece, at most 2 of it: 2 x 1 + 2 x 3."""
        program = bought()
        assert program.solve(60.0)
        basis = program.basis
        assert (basis.num_columns, basis.num_rows) == (2, 1)
        program.add_columns(np.array([1.0]), terms((0, 0, 1.0)))
        program.add_rows(np.array([-INFINITY]), np.array([2.0]), terms((0, 2, 1.0)))
        program.resume(basis)
        assert (basis.num_columns, basis.num_rows) == (3, 2)
        assert program.solve(60.0)
        assert program.value == 8.0
        assert program.values.tolist() == [2.0, 0.0, 2.0]

    def test_an_estimate_changes_nothing_else(self) -> None:
        """4 x 5 if none of the first may be bought; the values stay those of 4 x 3, and the next solve is not limited."""
        program = bought()
        assert program.solve(60.0)
        program.limit_columns(ints(0), np.zeros(1), np.zeros(1))
        assert program.estimate(60.0, 100) == 20.0
        assert (program.value, program.values.tolist()) == (12.0, [4.0, 0.0])
        program.limit_columns(ints(0, 1), np.zeros(2), np.array([INFINITY, 0.0]))
        assert program.estimate(60.0, 0) != 12.0
        assert program.solve(60.0)
        assert program.value == 12.0
