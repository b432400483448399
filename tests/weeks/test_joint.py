"""What nobody avoids is counted once: the isolated bound of people who come together."""

from __future__ import annotations

from typing import Any

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.explain.alone import Alone
from scheduler.instance import Instance
from scheduler.result import SolveStatus
from scheduler.rules import RULES
from tests.build import clinician, free, instance, participant, windows
from tests.solving import solved


def ordered(*services: dict[str, Any]) -> dict[str, Any]:
    """Appointments and nothing else."""
    return {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": list(services)}


def couple(partner: str, service: str = "couple", **more: Any) -> dict[str, Any]:
    """A couple session a week."""
    return {"service": service, "per_week": 1, "partner": partner} | more


def on(day: str, start: str, end: str) -> dict[str, Any]:
    """Free on one day."""
    return free(start, end, (day,))


def alone(made: Instance) -> dict[str, int]:
    """The isolated bound of everybody."""
    case = Case(made)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    asked = Alone(case, Candidates(case, rules))
    return {participant: asked.of(participant) for participant in case.participants}


def couple_bound() -> Instance:
    """Three people share three hours of the only clinician; a couple is never free together."""
    individual = ordered({"service": "individual", "per_week": 1})
    mornings = [("mon", "09:00", "10:00"), ("mon", "11:00", "12:00"), ("mon", "13:00", "14:00")]
    hours = [{"day": day, "start": start, "end": end, "site": "s1"} for day, start, end in mornings]
    return instance(
        rooms=[{"id": "r1", "site": "s1", "seats": 9}],
        clinicians=[clinician("c1", hours=[*hours, *windows("16:00", "18:00", ("wed", "thu"), site="s1")])],
        participants=[
            participant("q0", order=individual, availability=on(*mornings[0])),
            participant("q1", order=individual, availability={"weekly": on(*mornings[1])["weekly"] + on(*mornings[2])["weekly"]}),
            participant("q2", order=individual, availability={"weekly": on(*mornings[0])["weekly"] + on(*mornings[1])["weekly"]}),
            participant("z1", order=ordered(couple("z2")), availability=on("wed", "16:00", "17:30")),
            participant("z2", order=ordered(couple("z1")), availability=on("thu", "16:00", "17:30")),
        ],
    )


def test_what_a_couple_never_has_is_counted_once_for_each() -> None:
    """60 for z1 and 60 for z2, not 120 for both: with a bound of 240 the search stopped at 170 and q2 got nothing."""
    assert alone(couple_bound()) == {"q0": 0, "q1": 0, "q2": 0, "z1": 60, "z2": 60}
    result = solved(couple_bound())
    assert result.status == SolveStatus.OPTIMAL
    assert result.care is not None
    assert (result.care.objective, result.care.bound) == (120, 120)
    assert result.roster is not None
    times = {s.bookings[0].participant: f"{s.start:%H:%M}" for s in result.roster.sessions}
    assert times == {"q0": "09:00", "q2": "11:00", "q1": "13:00"}
