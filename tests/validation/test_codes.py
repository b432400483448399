"""Every code of the table, by the smallest instance that has it."""

import pytest

from scheduler.instance import Instance
from scheduler.rules.trips import Trips
from scheduler.validation import CODES, errors, examine, validate
from tests.build import instance
from tests.test_reading import REFUSED
from tests.validation.spoiled import SENSE, Spoiled


def test_a_sound_instance_has_no_issue() -> None:
    """What the other instances are spoiled from."""
    assert validate(instance()) == ()


@pytest.mark.parametrize("spoiled", SENSE, ids=[f"{s.code}-{s.path}" for s in SENSE])
def test_what_is_spoiled_is_the_only_issue(spoiled: Spoiled) -> None:
    """Code, severity and path; nothing else is reported."""
    issues = validate(Instance.model_validate(spoiled.document))
    assert [(i.code, i.severity, i.path) for i in issues] == [(spoiled.code, spoiled.severity, spoiled.path)]
    assert bool(errors(issues)) == (spoiled.severity == "error")
    assert errors(examine(Instance.model_validate(spoiled.document), has_advice=False)[0]) == errors(issues)
    message = issues[0].message
    assert message[0].isalnum()
    assert not message.endswith(".")


@pytest.mark.parametrize(("weight", "codes"), [(0, []), (10_000, []), (-1, ["weight_out_of_range"]), (10_001, ["weight_out_of_range"])])
def test_weights_of_preferences_have_a_range(monkeypatch: pytest.MonkeyPatch, weight: int, codes: list[str]) -> None:
    """0 switches a preference off, 10,000 is the most."""
    monkeypatch.setattr("scheduler.validation.policy.RULES", (Trips(),))
    assert [issue.code for issue in validate(instance(weights={"trips": weight}))] == codes


BY_LIMITS = {"too_large", "too_deep"}
"""Seen with lowered limits, in `tests/test_reading.py`."""


def test_every_code_is_documented_and_every_documented_code_is_seen() -> None:
    """The table is neither too short nor too long."""
    assert {s.code for s in SENSE} | {code for code, _ in REFUSED} | BY_LIMITS | {"weight_out_of_range"} == set(CODES)
