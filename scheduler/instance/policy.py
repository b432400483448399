"""Policy: every number set by law, payers or the program's own practice, with its unit and source.

The product gives no legal advice: values are defaults that the program must check. A pack is the base; overlays (state or payer) are
applied in order, then the ``values`` of the instance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Optional

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from scheduler.fields import ClockTime, Count, Id, Minutes, Model
from scheduler.names import Tag

JUDGEMENT = "our judgment, no published source; set your own"
OPERATIONS = "operational default; programs differ"

Weight = Annotated[int, Field(ge=1, le=100)]


def _value(default: Any, unit: str, source: str, description: str) -> Any:
    return Field(default, description=description, json_schema_extra={"unit": unit, "source": source})


class PolicyValues(Model):
    """Every parameter of the rules. Orders and phases override the bands for individual participants."""

    # Order bands
    weekly_minutes_floor: Minutes = _value(540, "minutes", "ASAM level 2.1: 9 h and more for adults", "Minimum care minutes per week.")
    weekly_minutes_target: Minutes | None = _value(None, "minutes", JUDGEMENT, "Target care minutes per week; None for no target.")
    weekly_minutes_ceiling: Minutes = _value(720, "minutes", "program practice: 9-12 h in 3-5 sessions", "Maximum care minutes per week.")
    sessions_floor: Count = _value(3, "sessions", "program practice: 3-5 sessions a week", "Minimum counted sessions per week.")
    sessions_ceiling: Count = _value(5, "sessions", "program practice: 3-5 sessions a week", "Maximum counted sessions per week.")
    days_floor: Count = _value(3, "days", "H0015: three days a week", "Minimum service days per week.")
    days_ceiling: Count = _value(5, "days", "program practice: three to five days", "Maximum service days per week.")
    day_minutes_ceiling: Minutes = _value(360, "minutes", JUDGEMENT, "Maximum care minutes of one participant per day.")
    day_sessions_ceiling: Count = _value(2, "sessions", JUDGEMENT, "Maximum counted sessions of one participant per day.")
    billable_day_minutes: Minutes = _value(180, "minutes", "H0015: 3 h a day", "Minimum counted minutes for a billable day.")
    billable_days: Count = _value(
        0, "days", "H0015: three days a week, if the payer requires it", "Minimum billable days per week; 0 for no requirement."
    )
    breaks_count: bool = _value(True, "yes/no", "differs by payer", "Whether breaks count as care minutes.")
    counted_session_minutes: Minutes = _value(30, "minutes", JUDGEMENT, "Services up to this length are outside session bands.")
    block_minutes: Minutes = _value(
        150, "minutes", "published timetables: blocks of 3 h and 3.5 h", "Groups of at least this length are blocks."
    )
    # Participants
    longest_wait: Minutes = _value(60, "minutes", JUDGEMENT, "Longest wait on site between two sessions.")
    arrival_buffer: Minutes = _value(
        15, "minutes", "programs ask for 10-15 min", "Minutes before the first start, for people kept apart in time."
    )
    unknown_travel: Minutes = _value(
        30, "minutes", JUDGEMENT, "Assumed travel to a site, in a program of several, for participants without any travel time."
    )
    beside_group_minutes: Minutes = _value(15, "minutes", JUDGEMENT, "Longest wait between a group and an appointment beside it.")
    on_hold_days: Count = _value(14, "days", JUDGEMENT, "How long a place is kept for a participant on hold.")
    start_grain: int = Field(
        15,
        ge=5,
        le=60,
        description="Start times of individual sessions are multiples of this.",
        json_schema_extra={"unit": "minutes", "source": OPERATIONS},
    )
    record_years: Count = _value(
        7, "years", "42 CFR 424.516(f): 7 years from the date of service; states differ",
        "How long a participant's records are kept after the last service, before they may be deleted.",
    )  # fmt: skip
    # Clinicians
    notes_after_group: Minutes = _value(
        15, "minutes", JUDGEMENT, "Notes after a group (new programs: 10); fewer if its track goes on sooner."
    )
    notes_after_session: Minutes = _value(10, "minutes", JUDGEMENT, "Time for notes after any other session.")
    duty_without_lunch: Minutes = _value(360, "minutes", OPERATIONS, "Duties longer than this include a lunch break.")
    lunch_minutes: Minutes = _value(30, "minutes", OPERATIONS, "Length of the lunch break.")
    lunch_start: ClockTime = _value(660, "clock", OPERATIONS, "Start of the lunch window.")
    lunch_end: ClockTime = _value(900, "clock", OPERATIONS, "End of the lunch window.")
    rest_minutes: Minutes = _value(660, "minutes", JUDGEMENT, "Minimum rest between two duties.")
    direct_minutes_per_day: Minutes = _value(360, "minutes", "operational: at most 6 h a day", "Maximum direct minutes per day.")
    direct_minutes_per_week: Minutes = _value(1500, "minutes", "operational: at most 25 h a week", "Maximum direct minutes per week.")
    blocks_per_day: Count = _value(2, "blocks", OPERATIONS, "Maximum blocks of one clinician per day.")
    clinician_sessions_per_day: Count = _value(8, "sessions", OPERATIONS, "Maximum sessions of one clinician per day.")
    caseload: Count = _value(
        24, "participants", "NJAC 10:161B: 1:24 in IOP", "Maximum number of a clinician's own participants seen in a week."
    )
    indirect_percent: int = Field(
        25,
        ge=0,
        le=100,
        description="Minimum share of working minutes outside sessions.",
        json_schema_extra={"unit": "percent", "source": "MN: 25 % of scheduled hours; " + JUDGEMENT},
    )
    second_staff_required: bool = _value(
        True, "yes/no", JUDGEMENT, "Whether a second staff member must be in the building with participants."
    )
    # Groups
    group_minimum: Count = _value(
        3, "participants", "most payers expect three", "Minimum number of participants in a group that the solver opens."
    )
    group_target: Count = _value(8, "participants", JUDGEMENT, "Best group size.")
    group_maximum: Count = _value(12, "participants", "90853: 10-12", "Maximum number of participants in a psychotherapy group.")
    education_maximum: Count = _value(
        16, "participants", "TX counseling and MN adolescents 16; TX education 35", "Maximum number of participants in an education group."
    )
    education_categories: tuple[Tag, ...] = _value(
        ("education", "life_skills"), "ids", "TX 448.901", "Categories to which the education maximum applies."
    )
    open_track_reserve: Count = _value(1, "places", JUDGEMENT, "Places reserved for admissions in an open group of a track.")
    participants_per_facilitator: int = Field(
        10,
        ge=1,
        description="Participants per facilitator.",
        json_schema_extra={"unit": "participants", "source": "one per 8-12; " + JUDGEMENT},
    )
    adolescents_per_facilitator: int = Field(
        6,
        ge=1,
        description="Participants per facilitator in adolescent groups.",
        json_schema_extra={"unit": "participants", "source": JUDGEMENT},
    )
    newcomers_per_group: Count = _value(2, "participants", OPERATIONS, "Maximum newcomers per week in one group.")
    settling_weeks: Count = _value(2, "weeks", JUDGEMENT, "Weeks after its first in which a new group takes no newcomers.")
    # Due dates
    authorization_warning_days: Count = _value(
        10, "working days", OPERATIONS, "How early the end, the last units and the review of an authorization are due."
    )
    due_warning_days: Count = _value(5, "working days", OPERATIONS, "How early everything else with a date is due.")
    # Care
    session_amount: Minutes = _value(60, "minutes", JUDGEMENT, "Cost of a missing session or day in the care tier, in minutes.")
    largest_step: Minutes = _value(180, "minutes", JUDGEMENT, "Maximum decrease of weekly minutes within a phase.")
    service_gap_days: Count | None = _value(
        None, "days", "NC SAIOP: 2; none elsewhere", "Maximum number of consecutive open days without service; None for no limit."
    )
    admission_days: Count = _value(
        2, "days", "goal: first session within 2 days (NIATx)", "Time after admission within which the first session is due."
    )
    step_down_days: Count = _value(
        14, "days", "continuity measures: 14 days", "How long a participant from a higher level of care comes first."
    )
    factor_critical: int = Field(
        4,
        ge=1,
        description="Care factor after a step-down, at risk, or after a short week.",
        json_schema_extra={"unit": "times", "source": JUDGEMENT},
    )
    factor_first_phase: int = Field(
        2, ge=1, description="Care factor in the first phase.", json_schema_extra={"unit": "times", "source": JUDGEMENT}
    )
    # Preference
    evening_start: ClockTime = _value(1020, "clock", JUDGEMENT, "Starts from this time on count as evening.")
    afternoon_start: ClockTime = _value(720, "clock", JUDGEMENT, "Starts from this time on count as afternoon.")
    notice_hours_short: Count = _value(48, "hours", OPERATIONS, "Changes with less notice than this have the highest cost.")
    notice_hours_long: Count = _value(168, "hours", OPERATIONS, "Changes with less notice than this have a higher cost.")
    notice_weight_short: Weight = _value(5, "weight", JUDGEMENT, "Weight of a change with less notice than the short one.")
    notice_weight_long: Weight = _value(
        2, "weight", JUDGEMENT, "Weight of a change with less notice than the long one; with more, it weighs 1."
    )


def _optional(field: FieldInfo) -> Any:
    """The field's type or None, with its limits and its parsing of clock times, which pydantic keeps separately from the type."""
    kind = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return Optional[kind]  # noqa: UP045 - created at run time


_OPTIONAL: Any = {name: (_optional(field), Field(None, description=field.description)) for name, field in PolicyValues.model_fields.items()}
_Overrides = create_model("PolicyOverrides", __base__=Model, **_OPTIONAL)

if TYPE_CHECKING:
    PolicyOverrides = Model
else:
    PolicyOverrides = _Overrides
    PolicyOverrides.__doc__ = "The program's values, which override those of the pack and its overlays."


LEVEL_VALUES = (
    "weekly_minutes_floor",
    "weekly_minutes_target",
    "weekly_minutes_ceiling",
    "sessions_floor",
    "sessions_ceiling",
    "days_floor",
    "days_ceiling",
    "day_minutes_ceiling",
    "day_sessions_ceiling",
    "billable_day_minutes",
    "billable_days",
    "breaks_count",
    "group_minimum",
    "group_target",
    "group_maximum",
    "education_maximum",
    "participants_per_facilitator",
    "adolescents_per_facilitator",
)
"""The values that may differ by level of care."""

_LevelOverrides = create_model("LevelOverrides", __base__=Model, **{name: _OPTIONAL[name] for name in LEVEL_VALUES})

if TYPE_CHECKING:
    LevelOverrides = Model
else:
    LevelOverrides = _LevelOverrides
    LevelOverrides.__doc__ = "The values of one level of care, which override all others for it."


class LevelPolicy(Model):
    """The numbers of one level of care in a program that has several, e.g. a day program with an intensive outpatient program."""

    level: str = Field(max_length=16, description="Level of care of the phases it applies to, and of groups that take only that level.")
    pack: Tag | None = Field(None, description="Base pack of the level, in place of the program's; None: the program's.")
    overlays: tuple[Tag, ...] = Field((), description="State and payer overlays of the level, after those of the program.")
    values: LevelOverrides = Field(default_factory=LevelOverrides, description="The level's own values, which override all others.")


class Policy(Model):
    """The pack, the overlays and the program's own values, and those of single levels of care."""

    pack: Id = Field("adult_iop_2_1", description="Base pack; `stepdown rules` lists them.")
    overlays: tuple[Id, ...] = Field((), description="State and payer overlays, applied in order.")
    values: PolicyOverrides = Field(default_factory=PolicyOverrides, description="The program's own values, which override all others.")
    levels: tuple[LevelPolicy, ...] = Field((), description="Levels of care with other numbers; they take precedence for their level.")
