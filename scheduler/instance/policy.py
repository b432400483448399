"""Policy: every number a law, a payer or the program's own practice sets, with its unit and source.

The product gives no legal advice: values are defaults that the program must check. A pack is the base; overlays (state or payer) are
applied in order, then the ``values`` of the instance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Optional

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from scheduler.fields import ClockTime, Count, Id, Minutes, Model
from scheduler.names import Tag

JUDGEMENT = "our judgement, no published source; set your own"
OPERATIONS = "operational default; programs differ"


def _value(default: Any, unit: str, source: str, description: str) -> Any:
    return Field(default, description=description, json_schema_extra={"unit": unit, "source": source})


class PolicyValues(Model):
    """Every parameter of the rules. Orders and phases override the bands for single participants."""

    # Order bands
    weekly_minutes_floor: Minutes = _value(540, "minutes", "ASAM level 2.1: 9 h and more for adults", "Least care minutes a week.")
    weekly_minutes_target: Minutes | None = _value(None, "minutes", JUDGEMENT, "Care minutes to come close to; None: no target.")
    weekly_minutes_ceiling: Minutes = _value(720, "minutes", "program practice: 9-12 h in 3-5 sessions", "Most care minutes a week.")
    sessions_floor: Count = _value(3, "sessions", "program practice: 3-5 sessions a week", "Least counted sessions a week.")
    sessions_ceiling: Count = _value(5, "sessions", "program practice: 3-5 sessions a week", "Most counted sessions a week.")
    days_floor: Count = _value(3, "days", "H0015: three days a week", "Least service days a week.")
    days_ceiling: Count = _value(5, "days", "program practice: three to five days", "Most service days a week.")
    day_minutes_ceiling: Minutes = _value(360, "minutes", JUDGEMENT, "Most care minutes of one participant a day.")
    day_sessions_ceiling: Count = _value(2, "sessions", JUDGEMENT, "Most counted sessions of one participant a day.")
    billable_day_minutes: Minutes = _value(180, "minutes", "H0015: 3 h a day", "Countable minutes that make a day billable.")
    billable_days: Count = _value(0, "days", "H0015: three days a week, where the payer asks", "Least billable days a week; 0: not asked.")
    breaks_count: bool = _value(True, "yes/no", "differs by payer", "Whether breaks count as care minutes.")
    counted_session_minutes: Minutes = _value(30, "minutes", JUDGEMENT, "Services this short or shorter are outside session bands.")
    block_minutes: Minutes = _value(150, "minutes", "published timetables: blocks of 3 h and 3.5 h", "A group this long is a block.")
    # Participants
    longest_wait: Minutes = _value(60, "minutes", JUDGEMENT, "Longest wait on site between two sessions.")
    arrival_buffer: Minutes = _value(15, "minutes", "programs ask for 10-15 min", "Before the first start, for people kept apart in time.")
    on_hold_days: Count = _value(14, "days", JUDGEMENT, "How long a place is kept for somebody on hold.")
    start_grain: int = Field(
        15,
        ge=5,
        le=60,
        description="Individual sessions start on this grain.",
        json_schema_extra={"unit": "minutes", "source": OPERATIONS},
    )
    # Clinicians
    notes_after_group: Minutes = _value(15, "minutes", JUDGEMENT, "Notes after a group.")
    notes_after_session: Minutes = _value(10, "minutes", JUDGEMENT, "Notes after any other session.")
    duty_without_lunch: Minutes = _value(360, "minutes", OPERATIONS, "A duty longer than this has a lunch break.")
    lunch_minutes: Minutes = _value(30, "minutes", OPERATIONS, "Free minutes of the lunch break.")
    lunch_start: ClockTime = _value(660, "clock", OPERATIONS, "Lunch window opens.")
    lunch_end: ClockTime = _value(900, "clock", OPERATIONS, "Lunch window closes.")
    rest_minutes: Minutes = _value(660, "minutes", JUDGEMENT, "Rest between two duties.")
    direct_minutes_per_day: Minutes = _value(360, "minutes", "operational: at most 6 h a day", "Most direct minutes a day.")
    direct_minutes_per_week: Minutes = _value(1500, "minutes", "operational: at most 25 h a week", "Most direct minutes a week.")
    blocks_per_day: Count = _value(2, "blocks", OPERATIONS, "Most blocks of one clinician a day.")
    clinician_sessions_per_day: Count = _value(8, "sessions", OPERATIONS, "Most sessions of one clinician a day.")
    caseload: Count = _value(24, "participants", "NJAC 10:161B: 1:24 in IOP", "Most own participants seen in a week.")
    indirect_percent: int = Field(
        25,
        ge=0,
        le=100,
        description="Share of working minutes not in sessions.",
        json_schema_extra={"unit": "percent", "source": "MN: 25 % of scheduled hours; " + JUDGEMENT},
    )
    second_staff_required: bool = _value(True, "yes/no", JUDGEMENT, "Nobody alone in the building with participants.")
    # Groups
    group_minimum: Count = _value(3, "participants", "most payers expect three", "Least participants of a group the solver opens.")
    group_target: Count = _value(8, "participants", JUDGEMENT, "Best group size.")
    group_maximum: Count = _value(12, "participants", "90853: 10-12", "Most participants of a psychotherapy group.")
    education_maximum: Count = _value(
        16, "participants", "TX counselling and MN adolescents 16; TX education 35", "Most in an education group."
    )
    education_categories: tuple[Tag, ...] = _value(
        ("education", "life_skills"), "ids", "TX 448.901", "Categories with the education maximum."
    )
    open_track_reserve: Count = _value(1, "places", JUDGEMENT, "Places kept for admissions in an open group of a track.")
    participants_per_facilitator: int = Field(
        10,
        ge=1,
        description="One facilitator for so many.",
        json_schema_extra={"unit": "participants", "source": "one per 8-12; " + JUDGEMENT},
    )
    adolescents_per_facilitator: int = Field(
        6,
        ge=1,
        description="The same for adolescents.",
        json_schema_extra={"unit": "participants", "source": JUDGEMENT},
    )
    newcomers_per_group: Count = _value(2, "participants", OPERATIONS, "Newcomers a week in one group.")
    settling_weeks: Count = _value(2, "weeks", JUDGEMENT, "Weeks after its first in which a new group takes no newcomer.")
    # Care
    session_amount: Minutes = _value(60, "minutes", JUDGEMENT, "What a missing session or day counts in the care tier.")
    largest_step: Minutes = _value(180, "minutes", JUDGEMENT, "Largest fall of weekly minutes inside a phase.")
    service_gap_days: Count | None = _value(
        None, "days", "NC SAIOP: 2; none elsewhere", "Most open days in a row without service; None: off."
    )
    admission_days: Count = _value(2, "days", "goal: first session within 2 days (NIATx)", "First session due after admission.")
    step_down_days: Count = _value(14, "days", "continuity measures: 14 days", "How long an arrival from a higher level has factor 4.")
    factor_critical: int = Field(
        4,
        ge=1,
        description="Care factor: just stepped down, risk, or short last week.",
        json_schema_extra={"unit": "times", "source": JUDGEMENT},
    )
    factor_first_phase: int = Field(
        2, ge=1, description="Care factor of the first phase.", json_schema_extra={"unit": "times", "source": JUDGEMENT}
    )
    # Preference
    evening_start: ClockTime = _value(1020, "clock", JUDGEMENT, "From here on a start is an evening.")
    afternoon_start: ClockTime = _value(720, "clock", JUDGEMENT, "From here on a start is an afternoon.")
    notice_hours_short: Count = _value(48, "hours", OPERATIONS, "Changes sooner than this count most.")
    notice_hours_long: Count = _value(168, "hours", OPERATIONS, "Changes sooner than this count more.")


def _optional(field: FieldInfo) -> Any:
    """The field's type or None, with its limits and its parsing of clock times, which pydantic keeps separately from the type."""
    kind = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return Optional[kind]  # noqa: UP045 - made at run time


_OPTIONAL: Any = {name: (_optional(field), Field(None, description=field.description)) for name, field in PolicyValues.model_fields.items()}
_Overrides = create_model("PolicyOverrides", __base__=Model, **_OPTIONAL)

if TYPE_CHECKING:
    PolicyOverrides = Model
else:
    PolicyOverrides = _Overrides
    PolicyOverrides.__doc__ = "Values of this program that replace those of the pack and its overlays."


class Policy(Model):
    """The pack, the overlays and the program's own values."""

    pack: Id = Field("adult_iop_2_1", description="Base pack; `stepdown rules` lists them.")
    overlays: tuple[Id, ...] = Field((), description="State and payer overlays, applied in order.")
    values: PolicyOverrides = Field(default_factory=PolicyOverrides, description="The program's own values, which override all others.")
