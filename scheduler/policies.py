"""Policy packs and overlays: sets of policy values, each with its source. Not legal advice: every program must check its values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scheduler.instance.policy import LevelPolicy, Policy, PolicyValues


@dataclass(frozen=True, slots=True)
class Pack:
    """A named set of values that replace the defaults.

    Attributes:
        values: The value and source note of every parameter.
        is_overlay: Overlays go on top of a base pack.
    """

    id: str
    title: str
    values: dict[str, tuple[Any, str]]
    is_overlay: bool = False


NEW_PROGRAMS: dict[str, tuple[Any, str]] = {"notes_after_group": (10, "published timetables: hours of 50 minutes with breaks of 10")}
"""Values stated in templates and in new programs of the service. Documents that say nothing keep the defaults they were written with."""

DAY_TIMETABLES = "published day timetables: 5 days of 5-6 h between 8:30 and 15:30"

PACKS: dict[str, Pack] = {
    pack.id: pack
    for pack in (
        Pack("adult_iop_2_1", "Adult intensive outpatient, level 2.1: 9-12 h in 3-5 sessions", {}),
        Pack(
            "adolescent_iop_2_1",
            "Adolescent intensive outpatient, level 2.1: 6 h and more",
            {
                "weekly_minutes_floor": (360, "ASAM level 2.1: 6 h and more for adolescents"),
                "billable_day_minutes": (120, "youth rules: two service hours a day (VA)"),
                "education_maximum": (16, "MN: adolescent groups at most 16"),
            },
        ),
        Pack(
            "php_2_5",
            "Partial hospitalization, level 2.5: 20 h and more",
            {
                "weekly_minutes_floor": (1200, "ASAM level 2.5: 20 h and more"),
                "weekly_minutes_ceiling": (1500, "program practice: 5 days of 4-5 h"),
                "sessions_floor": (4, "program practice: four or five days"),
                "sessions_ceiling": (7, "program practice"),
                "days_floor": (4, "program practice: four or five days"),
                "days_ceiling": (5, "program practice"),
            },
        ),
        Pack(
            "adult_day_2_5",
            "Adult day program, level 2.5, hour by hour: 20-30 h in 5 days",
            {
                "weekly_minutes_floor": (1200, "ASAM level 2.5 and 42 CFR 410.43: 20 h and more"),
                "weekly_minutes_ceiling": (1800, DAY_TIMETABLES),
                "sessions_floor": (4, "program practice: four or five days, in blocks or single hours"),
                "sessions_ceiling": (40, "program practice: up to eight hours of 50 minutes a day"),
                "days_floor": (4, "program practice: four or five days"),
                "days_ceiling": (5, "program practice"),
                "day_minutes_ceiling": (420, DAY_TIMETABLES),
                "day_sessions_ceiling": (9, "program practice: single hours, meals and school among them"),
                **NEW_PROGRAMS,
            },
        ),
        Pack(
            "adolescent_day_2_5",
            "Adolescent day program, level 2.5, hour by hour, with school: 20 h and more in 5 days",
            {
                "weekly_minutes_floor": (1200, "ASAM level 2.5: 20 h and more"),
                "weekly_minutes_ceiling": (1500, "published day timetables: 5 hours of groups a day beside school and meals"),
                "sessions_floor": (5, "program practice: every school day, in blocks or single hours"),
                "sessions_ceiling": (45, "program practice: single hours, school and meals among them"),
                "days_floor": (5, "program practice: every school day"),
                "days_ceiling": (5, "program practice: every school day"),
                "day_minutes_ceiling": (420, DAY_TIMETABLES),
                "day_sessions_ceiling": (9, "program practice: single hours, school and meals among them"),
                **NEW_PROGRAMS,
                "education_maximum": (16, "MN: adolescent groups at most 16"),
            },
        ),
        Pack(
            "outpatient_1",
            "Outpatient, level 1: below 9 h",
            {
                "weekly_minutes_floor": (60, "ASAM level 1: below 9 h; programs see people weekly"),
                "weekly_minutes_ceiling": (480, "ASAM level 1: below 9 h"),
                "sessions_floor": (1, "program practice: weekly"),
                "sessions_ceiling": (3, "program practice"),
                "days_floor": (1, "program practice: weekly"),
                "days_ceiling": (3, "program practice"),
            },
        ),
        Pack(
            "nc_saiop",
            "North Carolina SAIOP: three days of 3 h, at most two days in a row without service",
            {
                "service_gap_days": (2, "NC SAIOP: no more than 2 consecutive days between offered services"),
                "billable_days": (3, "NC SAIOP: at least three days a week of three hours"),
                "billable_day_minutes": (180, "NC SAIOP: at least three hours a day"),
            },
            is_overlay=True,
        ),
        Pack(
            "h0015_three_days",
            "Payers of H0015: three billable days of 3 h",
            {
                "billable_days": (3, "H0015: at least 3 h a day and 3 days a week"),
                "billable_day_minutes": (180, "H0015: at least 3 h a day"),
            },
            is_overlay=True,
        ),
        Pack(
            "va_php",
            "Virginia PHP: five service hours a day, treatment time only",
            {
                "weekly_minutes_floor": (1200, "VA ARTS, level 2.5: 20 service hours a week"),
                "billable_day_minutes": (300, "VA ARTS, level 2.5: five service hours a day"),
                "breaks_count": (False, "VA PHP: only time in skilled treatment is billable"),
            },
            is_overlay=True,
        ),
        Pack(
            "breaks_not_counted",
            "Payers that count treatment time only",
            {"breaks_count": (False, "e.g. VA PHP: only time in skilled treatment is billable")},
            is_overlay=True,
        ),
        Pack(
            "tx_education",
            "Texas: education and life-skills groups up to 35, counseling up to 16",
            {"education_maximum": (35, "TX 25 TAC 448.901"), "group_maximum": (16, "TX 25 TAC 448.901")},
            is_overlay=True,
        ),
        Pack("nj_caseload", "New Jersey: caseload 1:24 in IOP", {"caseload": (24, "NJAC 10:161B-10.1")}, is_overlay=True),
    )
}


def new_policy() -> Policy:
    """The policy of a new program that names none."""
    values = {name: value for name, (value, _) in NEW_PROGRAMS.items()}
    return Policy.model_validate({"values": values})


def resolve(policy: Policy, level: LevelPolicy | None = None) -> PolicyValues:
    """The values in force: defaults, pack, overlays in order, then the program's own values, then the same of the level.

    Args:
        level: The numbers of one level of care; its pack takes the place of the program's.

    Raises:
        KeyError: A pack or overlay is unknown (validation reports this first).
    """
    has_own_pack = level is not None and level.pack is not None
    values = _of_packs((*(() if has_own_pack else (policy.pack,)), *policy.overlays))
    values |= {key: value for key, value in policy.values if value is not None}
    if level is not None:
        values |= _of_packs((*(() if level.pack is None else (level.pack,)), *level.overlays))
        values |= {key: value for key, value in level.values if value is not None}
    return PolicyValues(**values)


def _of_packs(names: Iterable[str]) -> dict[str, Any]:
    return {key: value for name in names for key, (value, _) in PACKS[name].values.items()}


def sources(policy: Policy) -> dict[str, str]:
    """The source note of each value in force, by parameter."""
    notes = {name: note(name) for name in PolicyValues.model_fields}
    for name in (policy.pack, *policy.overlays):
        notes |= {key: source for key, (_, source) in PACKS[name].values.items()}
    return notes | {key: "set by this program" for key, value in policy.values if value is not None}


def note(parameter: str, key: str = "source") -> str:
    """The source (or unit) declared with a parameter's default."""
    extra = PolicyValues.model_fields[parameter].json_schema_extra
    return str(extra[key]) if isinstance(extra, dict) else ""
