"""The care offered by a generated program: services, the phases of a 12-week step-down plan, and a curriculum.

The plan is 4 weeks of 4 x 3 h, 4 weeks of 3 x 3 h, then below 9 h (level 1) 2 weeks of 2 x 3 h and 2 weeks of 1 x 1.5 h. Bands
leave room for the weekly individual session and anything else due in the same week.
"""

from __future__ import annotations

from typing import Any

from scheduler.fields import BookingMode
from scheduler.instance import CountBand, Curriculum, MinuteBand, MixOrder, OrderSpec, Phase, Plan, Service, ServiceOrder
from scheduler.instance.care import ServiceKind

BLOCK_SERVICES = ("process", "skills", "education", "relapse_prevention")
INTAKE = ("assessment", "orientation")
Modes = tuple[BookingMode, ...]

BOTH: Modes = ("in_person", "telehealth")
ON_SITE: Modes = ("in_person",)


def _service(
    id: str, label: str, kind: ServiceKind, category: str, minutes: int, credentials: str, modes: Modes = BOTH, **more: Any
) -> Service:  # fmt: skip
    """A service; its credentials are separated by spaces."""
    required = tuple(credentials.split())
    return Service(id=id, label=label, kind=kind, category=category, minutes=minutes, credentials=required, modes=modes, **more)


SERVICES = (
    _service("process", "Process group", "group", "process", 180, "licensed"),
    _service("skills", "Skills group", "group", "skills", 180, "licensed counselor"),
    _service("relapse_prevention", "Relapse prevention", "group", "relapse_prevention", 180, "licensed counselor"),
    _service("education", "Education", "group", "education", 180, "licensed counselor case_manager"),
    _service("aftercare", "Aftercare group", "group", "aftercare", 90, "licensed counselor"),
    _service("multi_family", "Multi-family group", "group", "family", 90, "licensed counselor", ON_SITE),
    _service("individual", "Individual session", "individual", "individual", 50, "licensed counselor"),
    _service("family", "Family session", "family", "family", 60, "licensed"),
    _service("couple", "Couple session", "couple", "family", 60, "licensed", ON_SITE),
    _service("medication", "Medication management", "individual", "medical", 20, "prescriber"),
    _service("case_management", "Case management", "individual", "case_management", 30, "case_manager counselor", countable=False),
    _service("assessment", "Assessment", "individual", "intake", 60, "licensed", ON_SITE, outside_bands=True, before_first_group=True),
    _service("orientation", "Orientation", "individual", "intake", 45, "", ON_SITE, outside_bands=True, before_first_group=True),
)

WEEKLY_INDIVIDUAL = ServiceOrder(service="individual", per_week=1)
_MIX = (
    MixOrder(category="process", at_least=1),
    MixOrder(category="skills"),
    MixOrder(category="relapse_prevention"),
    MixOrder(category="education", at_most=1),
)


def _blocks(id: str, label: str, level: str, rank: int, weeks: int, minutes: MinuteBand, sessions: CountBand, days: CountBand) -> Phase:
    order = OrderSpec(minutes=minutes, sessions=sessions, days=days, services=(WEEKLY_INDIVIDUAL,), mix=_MIX, only=True)
    return Phase(id=id, label=label, level=level, rank=rank, weeks=weeks, order=order)


PHASES = (
    _blocks(
        "intensive", "Four days", "2.1", 0, 4,
        MinuteBand(floor=720, target=770, ceiling=900), CountBand(floor=4, ceiling=6), CountBand(floor=3, ceiling=5),
    ),
    _blocks(
        "core", "Three days", "2.1", 1, 4,
        MinuteBand(floor=540, target=590, ceiling=720), CountBand(floor=3, ceiling=5), CountBand(floor=3, ceiling=5),
    ),
    _blocks(
        "step_down", "Two days", "1", 2, 2,
        MinuteBand(floor=360, target=410, ceiling=530), CountBand(floor=2, ceiling=4), CountBand(floor=2, ceiling=4),
    ),
    Phase(
        id="aftercare",
        label="Once a week",
        level="1",
        rank=3,
        weeks=2,
        order=OrderSpec(
            minutes=MinuteBand(floor=90, ceiling=240),
            sessions=CountBand(floor=1, ceiling=3),
            days=CountBand(floor=1, ceiling=3),
            services=(ServiceOrder(service="aftercare", per_week=1), ServiceOrder(service="individual", every_n_weeks=4)),
            mix=(),
            only=True,
        ),
    ),
)  # fmt: skip
PLAN = Plan(id="twelve_weeks", label="Twelve weeks", phases=tuple(p.id for p in PHASES))
CURRICULUM = Curriculum(id="skills_cycle", modules=tuple(f"module_{n}" for n in range(1, 9)))


def services_of(phase: Phase, extras: tuple[ServiceOrder, ...]) -> OrderSpec:
    """A participant's own order: the phase's services and the extras."""
    if not extras:
        return OrderSpec()
    return OrderSpec(services=(*(phase.order.services or ()), *extras))
