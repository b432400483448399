"""Policy packs and overlays: sets of policy values, each with its source. Not legal advice: every program must check its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scheduler.instance.policy import Policy, PolicyValues


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


def resolve(policy: Policy) -> PolicyValues:
    """The values in force: defaults, pack, overlays in order, then the program's own values.

    Raises:
        KeyError: A pack or overlay is unknown (validation reports this first).
    """
    values: dict[str, Any] = {}
    for name in (policy.pack, *policy.overlays):
        values |= {key: value for key, (value, _) in PACKS[name].values.items()}
    values |= {key: value for key, value in policy.values if value is not None}
    return PolicyValues(**values)


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
