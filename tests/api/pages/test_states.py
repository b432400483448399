"""Every page in every state of which pictures are drawn: axe-core finds nothing, wide and light, narrow and dark, and nothing overflows."""

from __future__ import annotations

import pytest

from tests.api.pages.chromium import find_chromium
from tests.api.pages.test_browser import SIDEWAYS
from tests.api.pages.test_staff_axe import violations
from tools.picture_states import STATES
from tools.pictures import at_the_desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: the states were not entered"),
]


def test_axe_finds_nothing_in_any_state():
    faults = []
    with at_the_desk() as (tab, hand):
        for state in STATES:
            tab.be(1280, 860)
            state.enter(hand)
            for width, scheme in ((1280, "light"), (390, "dark")):
                tab.be(width, 860, scheme)
                faults += [(state.name, width, fault) for fault in violations(tab)]
                if tab.look(SIDEWAYS):
                    faults.append((state.name, width, "is wider than the screen"))
    assert faults == []
