"""What is in the catalogue: every instance with what it stresses and where its facts come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from instances import day_program, families, hours, stays, timetables, weeks, workbooks
from scheduler.generate import generate
from scheduler.generate.routine import routine_term, routine_week
from scheduler.instance import Instance
from scheduler.roster import Roster

GENERATED = "generated: planning sizes, shares of lives, 12-week taper"


@dataclass(frozen=True, slots=True)
class Entry:
    """One instance of the catalogue.

    Attributes:
        stresses: What it is there for.
        source: Of its facts.
    """

    name: str
    make: Callable[[], Instance]
    stresses: str
    source: str = GENERATED

    def build(self) -> Instance:
        """The instance under its catalogue name, validated from scratch."""
        named = self.make().model_copy(update={"id": self.name})
        return Instance.model_validate(named.model_dump(mode="json"))


SIZES = (24, 60, 120, 240)
ROUTINE_SIZES = (60, 120)
SEED = 1
"""Of the generated weeks whose name is a size."""
LAST_WEEKS = Path(__file__).parent / "last_weeks"
"""Solved rosters of the week before the weeks named `hold`; `python -m instances.last_weeks` makes them anew."""
TERMS = Path(__file__).parent / "terms"
"""Solved rosters of the terms around which the weeks named `routine` are drawn; the same command makes them."""


def hold_week(participants: int) -> Instance:
    """The week after a solved roster; without one, after a greedy roster."""
    path = LAST_WEEKS / f"{participants}.json"
    last_week = Roster.model_validate_json(path.read_bytes()) if path.is_file() else None
    return generate(participants, SEED, mode="hold", last_week=last_week)


def drawn_week(participants: int) -> Instance:
    """The routine week around a solved roster: everybody can get what is ordered."""
    roster = Roster.model_validate_json((TERMS / f"{participants}.json").read_bytes())
    return routine_week(routine_term(participants, SEED), roster, participants, Random(SEED + 1))


ENTRIES = (
    Entry("demo", partial(generate, 28, 7), "a small program to look at: morning and evening, families, a couple, a wheelchair user"),
    Entry(
        "unchanged_week", timetables.unchanged_week, "hold: nothing changed, so no one moves",
        "Palmetto Health: day M/W/Th 10-14:30, evening M-Th 17:30-20:30, multi-family on Tuesday",
    ),
    Entry(
        "deaconess_evenings", timetables.deaconess_evenings, "own bands of 3 x 210 minutes; no unmet care",
        "Deaconess: M/Tu/Th 17:30-21:00 for six weeks, then one hour a week",
    ),
    Entry("holiday_monday", timetables.holiday_monday, "hold: Monday closed for a M/W/Th track; partial week and make-up group"),
    Entry(
        "choc_teens", timetables.choc_teens, "hold: adolescents, closed group at its two-week gate, parents' group beside it",
        "CHOC: M/Tu/Th/F 15:30-18:45, parents M/Th 17:30-18:45, admissions every two weeks",
    ),
    Entry(
        "dbt_individuals", timetables.dbt_individuals, "two individual sessions a week around fixed groups, longest wait touched",
        "EBT Seattle: skills M/W/Th 10-12, mindfulness W 13-14, individuals M and Th",
    ),
    Entry(
        "matrix_blocks", stays.matrix_blocks, "blocks of three hours with a leader each; two people cannot stay for the last hour",
        "Matrix: early recovery, relapse prevention and family education in one evening",
    ),
    Entry("busy_leader", stays.busy_leader, "the only leader of a group of ten has individual sessions that must give way"),
    Entry(
        "matrix_weeks", stays.matrix_weeks, "hold: groups for weeks of the stay, three individual sessions in 16 weeks, a course that ends",
        "Matrix: M/F early recovery in weeks 1-4 and relapse prevention, W education until week 12, then social support",
    ),
    Entry(
        "day_and_evening", day_program.day_and_evening, "two levels of care, mixed ages, individual sessions out of school, intake first",
        "adolescent day program 8:30-15:05 in hours of 50 minutes with lunch and school; evenings M/Tu/Th 17:30-20:30",
    ),
    Entry(
        "multi_family", families.multi_family, "parents and partners come to a weekly group; their hours and seats decide",
        "Palmetto Health: evening M-Th 17:30-20:30, multi-family on Tuesday",
    ),
    Entry(
        "first_workbook", workbooks.first_workbook, "a workbook as a person types it; two people apart, teens, guests, a couple",
        "typed into the template: `first_workbook.xlsx`",
    ),
    Entry(
        "eating_disorder_evenings", hours.eating_disorder_evenings, "four single hours with dinner; support persons free on one evening",
        "an eating disorder program's published evenings: M-Th 15:30-19:30, dinner at 16:30",
    ),
    Entry(
        "youth_day", hours.youth_day, "hour by hour: seven groups a day with lunch and school, an IOP beside it, parents in sessions",
        "a youth program's published days: M-F 8:30-15:10; IOP M/Tu/Th 15:30-18:30",
    ),
    Entry("wednesday_changes", weeks.wednesday_changes, "Wednesday noon, full tracks: two admissions, a discharge, a step-up"),
    Entry("evening_bottleneck", weeks.evening_bottleneck, "55 evening-only people for 48 evening seats"),
    Entry("monday_740", weeks.monday_740, "Monday 7:40: the only evening DBT leader is sick; the week is published"),
    Entry("couple_and_no_contact", weeks.couple_and_no_contact, "a couple session, a pair apart and two pairs apart in time"),
    Entry("access_mix", weeks.access_mix, "van, interpreter, telehealth day, two authorized days until Wednesday, rotating shifts"),
    Entry("short_visits", weeks.short_visits, "hold, two sites: random drug screens without a trip, medication beside groups, home sites"),
    Entry("php_step_down", weeks.php_step_down, "hold: six arrivals from partial hospitalization against the intake limit"),
    Entry("dst_spring", weeks.dst_spring, "clock forward on Sunday, Sunday group, busy time told by another zone's clock"),
    Entry("dst_autumn", weeks.dst_autumn, "hold over the Sunday on which the clock went back"),
    Entry("over_constrained", partial(generate, 60, 91, tightness=1.3), "half the cohorts the people need, and fewer staff"),
    Entry("two_sites", partial(generate, 72, 92, sites=2), "two buildings, travel between them, clinicians at both"),
    *(Entry(f"rebuild_{n}", partial(generate, n, SEED), f"size: {n} participants, all free all week") for n in (24, 60, 120, 240)),
    *(Entry(f"hold_{n}", partial(hold_week, n), f"size: {n} participants, a routine Thursday") for n in SIZES),
    *(
        Entry(f"routine_{n}", partial(drawn_week, n), f"size: {n} participants, a routine week in which all can get what is ordered")
        for n in ROUTINE_SIZES
    ),
)  # fmt: skip
