"""Sessions on dates that no authorization covers: legal, and told wherever a roster is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scheduler import explain, why
from scheduler.case import Case
from scheduler.exchange.page import render_roster
from scheduler.exchange.summary import page_of_result, page_of_verdict
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.validation import validate
from scheduler.verify import judge, not_covered
from tests.build import MONDAY, ZONE, at, group, instance, meet, participant, roster, run, view
from tests.cli.command import stepdown, written
from tests.solving import solved

SENTENCE = "no authorization of ana covers process on Thursday 2026-12-03"
ORDER = {"minutes": {"floor": 410}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": [
    {"service": "process", "per_week": 2}, {"service": "individual", "per_week": 1}, {"service": "peer", "per_week": 1}]}  # fmt: skip


def grant(last: str = "2026-12-02", **more: Any) -> dict[str, Any]:
    """An authorization that ends on Wednesday unless given."""
    return {"id": "a1", "unit": "day", "first": "2026-11-01", "last": last} | more


def week(*grants: dict[str, Any], **more: Any) -> Instance:
    """Ana has blocks on Monday and Thursday, an individual session, and peer support on Friday, which does not count."""
    groups = [group("gm", "mon"), group("gt", "thu"), group("gf", "fri", service="peer", minutes=60)]
    return instance(participants=[participant("ana", label="A. N.", order=ORDER, authorizations=list(grants))], groups=groups, **more)


SESSIONS = (
    run("gm", "mon", "09:00", ("ana",)),
    run("gt", "thu", "09:00", ("ana",)),
    run("gf", "fri", "09:00", ("ana",), 60, service="peer"),
    meet("ana", "tue", "09:00"),
)
BOOKED: Roster = roster(*SESSIONS)


def told(*grants: dict[str, Any], booked: Roster = BOOKED, **more: Any) -> list[str]:
    """The groups or services that a verdict says are not covered."""
    verdict = judge(Case(week(*grants, **more)), booked)
    assert verdict.violations == ()
    return [found.session.split(".")[1] if found.session.startswith("g.") else found.service for found in verdict.not_covered]


def test_only_the_participants_asked_about_are_told() -> None:
    """Ana and ben have Thursday's block after their authorizations have ended."""
    people = [participant(id, order=ORDER, authorizations=[grant()]) for id in ("ana", "ben")]
    made = view(instance(participants=people, groups=[group("gt", "thu")]), run("gt", "thu", "09:00", ("ana", "ben")))
    for asked, names in ((None, ["ana", "ben"]), (["ben"], ["ben"]), ([], [])):
        assert [found.participant for found in not_covered(made.case, made, asked)] == names


def test_a_session_after_the_last_covered_date_is_told() -> None:
    """The authorization ends on Wednesday: Thursday's block; not peer support, which draws on nothing."""
    assert told(grant()) == ["gt"]
    assert told(grant("2026-12-03")) == []
    assert told() == []


def test_before_the_first_and_between_two() -> None:
    """From Wednesday on; until Monday and again from Friday; all of it over in November."""
    assert told(grant("2026-12-31", first="2026-12-02")) == ["gm", "individual"]
    assert told(grant("2026-11-30"), grant("2026-12-31", id="a2", first="2026-12-04")) == ["individual", "gt"]
    assert told(grant("2026-11-29")) == ["gm", "individual", "gt"]


def test_what_is_not_approved_covers_nothing() -> None:
    """Asked for until December: everything may have to be paid by somebody else. Approved until Tuesday, and the rest denied: Thursday."""
    assert told(grant("2026-12-31", state="asked")) == ["gm", "individual", "gt"]
    assert told(grant("2026-12-01"), grant("2026-12-31", id="a2", state="denied")) == ["gt"]


def test_services_that_are_not_authorized_at_all_are_not_told() -> None:
    """An authorization for groups says nothing of the individual session; one for both says it of both."""
    assert told(grant("2026-11-30", services=["process"])) == ["gt"]
    assert told(grant("2026-11-30", services=["process", "individual"])) == ["individual", "gt"]
    assert told(grant("2026-11-30", services=["peer"])) == ["gf"]


def test_what_has_happened_is_not_told() -> None:
    """On Wednesday, Monday and Tuesday are over; the published roster holds them."""
    published = {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": SESSIONS}}
    assert told(grant("2026-11-29"), now=at("wed", "08:00"), published=published) == ["gt"]


@pytest.mark.unmeasured
def test_where_it_is_required_nothing_is_left_to_tell() -> None:
    """Thursday's block is refused, so it is not booked: unmet, with that cause."""
    services = [s | {"requires_authorization": s["id"] == "process"} for s in instance().model_dump(mode="json")["services"]]
    result = solved(Instance.model_validate(week(grant()).model_dump(mode="json") | {"services": services}))
    assert result.not_covered == ()
    assert [cause.rule for unmet in result.unmet for cause in unmet.causes if unmet.rule == "ordered_service"] == ["authorization"]


@pytest.mark.unmeasured
def test_the_result_the_page_and_the_explanations_tell_it() -> None:
    """Solved, judged, explained; by label on the page, by id elsewhere."""
    made = week(grant())
    result = solved(made)
    assert result.roster is not None
    assert SENTENCE in [found.sentence for found in result.not_covered]
    assert type(result).model_validate_json(result.model_dump_json()).not_covered == result.not_covered
    for summary in (page_of_result(result), page_of_verdict(judge(Case(made), BOOKED))):
        page = render_roster(made, BOOKED, summary)
        assert "Not covered by an authorization" in page
        assert "Thursday 2026-12-03: process" in page
        assert "<h3>A. N.</h3>" in page
    assert f"Not covered: {SENTENCE}" in explain(made, BOOKED).lines
    assert f"Not covered: {SENTENCE}" in why(made, BOOKED, "ana").lines
    assert "Not covered" not in render_roster(made, BOOKED, page_of_verdict(judge(Case(week()), BOOKED)))


@pytest.mark.unmeasured
def test_the_command_tells_it(tmp_path: Path) -> None:
    """`verify` in words and as JSON, `solve` in its summary."""
    made, booked = written(tmp_path, "week.json", week(grant())), written(tmp_path, "roster.json", BOOKED)
    assert f"Not covered by an authorization\n  {SENTENCE}" in stepdown("verify", made, booked).stdout
    (found,) = json.loads(stepdown("verify", made, booked, "--json").stdout)["not_covered"]
    assert (found["participant"], found["service"], found["date"]) == ("ana", "process", "2026-12-03")
    printed = stepdown("solve", made, "--out", tmp_path / "out", "--seconds", "300").stdout
    assert f"Not covered by an authorization\n  {SENTENCE}" in printed


@pytest.mark.unmeasured
def test_the_result_says_which_units_are_used_up_or_miscounted() -> None:
    """As validation does: one is used up, one is overused."""
    grants = (grant("2026-12-31", units=4, used=4), grant("2026-12-31", id="a2", units=3, used=9), grant("2026-12-31", id="a3"))
    result = solved(week(*grants))
    assert result.care is not None
    assert result.care.objective == 0
    used_up = "renew a1 of ana, or correct the units used: no units are left for this week"
    said = (used_up, "check the units of a2 of ana: 9 used, but only 3 authorized")
    assert result.notices[-2:] == said


def test_the_day_from_which_units_are_left_is_named() -> None:
    """The payer's week begins on Wednesday."""
    used = grant("2026-12-31", units_per_week=2, used_in_week=2, week_start="wed")
    (found,) = validate(week(used))
    assert found.message == "renew a1 of ana, or correct the units used: no units are left before Wednesday"


def test_what_requires_an_authorization_and_has_none_is_said_ahead() -> None:
    """None at all, one that ended in November, one that ends on Wednesday, one that covers all of it."""
    services = [s | {"requires_authorization": s["id"] in ("process", "peer")} for s in instance().model_dump(mode="json")["services"]]
    both = "enter an authorization of ana for peer, process; without one, no session can be booked on 2026-11-30, 2026-12-03, 2026-12-04"
    late = "enter an authorization of ana for process; without one, no session can be booked on 2026-12-03"
    for grants, expected in (
        ((), [both]),
        ((grant("2026-11-29"),), [both, "renew the authorization of ana: none covers any day of this week"]),
        ((grant("2026-12-31", services=["process", "peer"]),), []),
        ((grant(services=["process"]), grant("2026-12-31", id="a2", services=["peer"])), [late]),
    ):
        made = Instance.model_validate(week(*grants).model_dump(mode="json") | {"services": services})
        assert sorted(i.message for i in validate(made)) == sorted(expected)


@pytest.mark.parametrize(
    ("grants", "dates"),
    [
        ((grant(),), "2026-12-03, 2026-12-04"),
        ((grant("2026-12-31", first="2026-12-01"),), "2026-11-30"),
        ((grant(services=["process"]),), "2026-12-03"),
        ((grant("2026-12-31", first="2026-12-07"),), "2026-11-30, 2026-12-01, 2026-12-02, 2026-12-03, 2026-12-04"),
        ((grant(), grant("2026-12-31", id="a2", first="2026-12-03")), ""),
        ((grant(services=["peer"]),), "2026-12-04"),
        ((grant("2026-12-31", state="asked", units=0),), "2026-11-30, 2026-12-01, 2026-12-02, 2026-12-03, 2026-12-04"),
        ((grant("2026-12-31", state="denied"), grant("2026-12-31", id="a2")), ""),
    ],
)
def test_validation_says_it_ahead(grants: tuple[dict[str, Any], ...], dates: str) -> None:
    """The working days on which something ordered could be placed and would not be covered."""
    made = week(*grants)
    people = [
        p.model_copy(update={"availability": p.availability.model_copy(update={"weekly": p.availability.weekly[:5]})})
        for p in made.participants
    ]
    issues = validate(made.model_copy(update={"participants": tuple(people)}))
    found = [(i.code, i.severity, i.path) for i in issues]
    assert found == ([("authorization_gap", "warning", "participants[0].authorizations")] if dates else [])
    assert all(dates in issue.message for issue in issues)
