"""Words to numbers for `home_site_preference`; the week is that of `home_site`."""

from __future__ import annotations

import pytest

from scheduler.rules.home_site_preference import HomeSitePreference
from tests.build import run
from tests.faces import both
from tests.rules.test_home_site import AWAY, HERE, TALK, week

RULE = HomeSitePreference()


@pytest.mark.parametrize("use", ["preferred", None])
def test_sessions_elsewhere_cost_one_each(use: str | None) -> None:
    assert both(RULE, week(HERE, use=use)) == (0, 0)
    assert both(RULE, week(HERE, AWAY, TALK, use=use)) == (2, 2)
    assert RULE.applies_to(week(use=use).case)


def test_a_required_site_is_another_rules() -> None:
    assert both(RULE, week(HERE, AWAY, TALK)) == (0, 0)
    assert not RULE.applies_to(week().case)


def test_telehealth_other_people_and_no_home_site_are_not_concerned() -> None:
    remote = run("h", "thu", "09:00", ("ana@home",), mode="hybrid", site="s2", room="r3")
    assert both(RULE, week(remote, use="preferred")) == (0, 0)
    assert both(RULE, week(run("far", "tue", "09:00", ("ben",), site="s2", room="r3"), use="preferred")) == (0, 0)
    nowhere = week(AWAY, use="preferred", home=None)
    assert both(RULE, nowhere) == (0, 0)
    assert not RULE.applies_to(nowhere.case)


def test_the_message_says_where() -> None:
    made = week(TALK, use="preferred")
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana has individual on Wednesday 2026-12-02 10:00 at s2 instead of s1"
