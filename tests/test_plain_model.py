"""The model without old names of methods, and its rows of numbers."""

from ortools.sat.python import cp_model

from scheduler.model.plain_model import PlainModel


def test_it_is_solved_like_any_other():
    model = PlainModel()
    a, b = (model.new_bool_var(name) for name in "ab")
    model.add(a + b <= 1)
    model.maximize(a + 2 * b)
    solver = cp_model.CpSolver()
    assert solver.solve(model) == cp_model.OPTIMAL
    assert (solver.value(a), solver.value(b)) == (0, 1)


def test_a_row_of_numbers_is_that_of_an_expression():
    by_numbers, by_expression = PlainModel(), PlainModel()
    for model in (by_numbers, by_expression):
        a, b, c = (model.new_bool_var(name) for name in "abc")
    by_numbers.add_row([(c.index, -2), (a.index, 3), (b.index, 1)], 4)
    by_expression.add(3 * a + b - 2 * c <= 4)
    assert str(by_numbers.proto) == str(by_expression.proto)


def test_a_new_one_holds_nothing_that_holds_it():
    assert "NewBoolVar" in vars(cp_model.CpModel())
    assert vars(PlainModel()) == {}
