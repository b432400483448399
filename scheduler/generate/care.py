"""The care offered by a generated program: services, the phases of a 12-week step-down plan, and a curriculum.

The plan is 4 weeks of 4 x 3 h, 4 weeks of 3 x 3 h, then below 9 h (level 1) 2 weeks of 2 x 3 h and 2 weeks of 1 x 1.5 h. Bands
leave room for the weekly individual session and anything else due in the same week.
"""

from __future__ import annotations

from scheduler.fields import BookingMode
from scheduler.instance import CountBand, Curriculum, MinuteBand, MixOrder, OrderSpec, Phase, Plan, Service, ServiceOrder

BLOCK_SERVICES = ("process", "skills", "education", "relapse_prevention")
INTAKE = ("assessment", "orientation")
BOTH: tuple[BookingMode, ...] = ("in_person", "telehealth")

SERVICES = (
    Service(id="process", label="Process group", kind="group", category="process", minutes=180, modes=BOTH, credentials=("licensed",)),
    Service(
        id="skills",
        label="Skills group",
        kind="group",
        category="skills",
        minutes=180,
        modes=BOTH,
        credentials=("licensed", "counselor"),
    ),
    Service(
        id="relapse_prevention",
        label="Relapse prevention",
        kind="group",
        category="relapse_prevention",
        minutes=180,
        modes=BOTH,
        credentials=("licensed", "counselor"),
    ),
    Service(
        id="education",
        label="Education",
        kind="group",
        category="education",
        minutes=180,
        modes=BOTH,
        credentials=("licensed", "counselor", "case_manager"),
    ),
    Service(
        id="aftercare",
        label="Aftercare group",
        kind="group",
        category="aftercare",
        minutes=90,
        modes=BOTH,
        credentials=("licensed", "counselor"),
    ),
    Service(
        id="multi_family", label="Multi-family group", kind="group", category="family", minutes=90, credentials=("licensed", "counselor")
    ),
    Service(
        id="individual",
        label="Individual session",
        kind="individual",
        category="individual",
        minutes=50,
        modes=BOTH,
        credentials=("licensed", "counselor"),
    ),
    Service(id="family", label="Family session", kind="family", category="family", minutes=60, modes=BOTH, credentials=("licensed",)),
    Service(id="couple", label="Couple session", kind="couple", category="family", minutes=60, credentials=("licensed",)),
    Service(
        id="medication",
        label="Medication management",
        kind="individual",
        category="medical",
        minutes=20,
        modes=BOTH,
        credentials=("prescriber",),
    ),
    Service(
        id="case_management",
        label="Case management",
        kind="individual",
        category="case_management",
        minutes=30,
        countable=False,
        modes=BOTH,
        credentials=("case_manager", "counselor"),
    ),
    Service(
        id="assessment",
        label="Assessment",
        kind="individual",
        category="intake",
        minutes=60,
        credentials=("licensed",),
        outside_bands=True,
        before_first_group=True,
    ),
    Service(
        id="orientation",
        label="Orientation",
        kind="individual",
        category="intake",
        minutes=45,
        outside_bands=True,
        before_first_group=True,
    ),
)  # fmt: skip

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
