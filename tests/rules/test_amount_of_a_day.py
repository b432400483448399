"""What a missing session or day counts is a policy value: at 0 minutes the rules that use it are switched off, a minute is enough."""

import pytest

from scheduler.case import Case
from scheduler.rules import RULES
from scheduler.view import View
from tests.build import instance, participant, roster
from tests.faces import both

ORDER = {"minutes": {"floor": 0}, "sessions": {"floor": 1}, "days": {"floor": 1}}


@pytest.mark.parametrize("rule", [rule for rule in RULES if "session_amount" in rule.parameters], ids=lambda rule: rule.id)
def test_an_amount_of_nothing_switches_the_rule_off(rule):
    """Nobody comes, the first session was due on Monday, three open days in a row are too many."""

    def case(minutes):
        values = {"second_staff_required": False, "session_amount": minutes, "service_gap_days": 2}
        people = [participant("ana", order=ORDER, admitted="2026-11-30", first_session_due="2026-11-30")]
        return Case(instance(participants=people, policy={"values": values}))

    assert not rule.applies_to(case(0))
    assert rule.applies_to(case(1))
    amount, model = both(rule, View(case(1), roster()))
    assert amount == model > 0
    assert both(rule, View(case(3), roster())) == (3 * amount, 3 * amount)
