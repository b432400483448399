"""Recording keeps the better numbers and renders them."""

from instances.catalogue import ENTRIES
from instances.record import README, merged, read_numbers, render, status_of, with_table

OLD = {"care": 300, "care_bound": 240, "preference": 500, "preference_bound": 450, "date": "2027-01-01"}


def numbers(**changes):
    return OLD | {"date": "2027-02-02"} | changes


def test_less_unmet_care_wins_over_any_preference():
    assert merged(numbers(care=240, preference=900, preference_bound=880), OLD)["preference"] == 900


def test_a_worse_roster_still_raises_the_bound():
    best = merged(numbers(care=360, care_bound=300, preference=100, preference_bound=90), OLD)
    assert (best["care"], best["care_bound"], best["preference"], best["preference_bound"]) == (300, 300, 500, 450)
    assert best["date"] == "2027-02-02"


def test_equal_numbers_keep_the_date():
    assert merged(numbers(), OLD) == OLD


def test_statuses():
    assert status_of(None) == "not solved yet"
    assert status_of(OLD) == "open"
    assert status_of(OLD | {"care_bound": 300}) == "care proven"
    assert status_of(OLD | {"care_bound": 300, "preference_bound": 500}) == "proven"


def test_the_readme_shows_what_is_recorded():
    readme = README.read_text(encoding="utf-8")
    table = render(read_numbers())
    assert with_table(readme, table) == readme
    assert len(table.splitlines()) == len(ENTRIES) + 2
