"""A plain greedy roster: legal and decent, without a solver."""

from __future__ import annotations

from scheduler.case import Case
from scheduler.greedy.appointments import Appointments
from scheduler.greedy.blocks import Blocks
from scheduler.greedy.ledger import Ledger
from scheduler.instance import Instance
from scheduler.roster import Roster


def place(instance: Instance) -> Roster:
    """Book homes, group places, facilitators and rooms, then appointments, the least available people first.

    Args:
        instance: A week without history of places (``rebuild``) and without a past.
    """
    case = Case(instance)
    ledger = Ledger(case)
    blocks, appointments = Blocks(case, ledger), Appointments(case, ledger)
    served = sorted((p for p in case.participants if case.care.is_served(p)), key=lambda p: (_free_minutes(case, p), p))
    for participant in served:
        blocks.settle(participant, case.care.order(participant).needs)
    sessions = list(blocks.staff())
    for participant in served:
        for need in case.care.order(participant).needs:
            if need.partner is None or need.participant < need.partner:
                session = appointments.book(need)
                sessions += [] if session is None else [session]
    return Roster(
        monday=instance.monday,
        zone=instance.program.zone,
        sessions=tuple(sorted(sessions, key=lambda s: (s.start, s.id))),
        homes=tuple(blocks.homes[p] for p in case.participants if p in blocks.homes),
        seed=case.seed,
    )


def _free_minutes(case: Case, participant: str) -> int:
    return sum(span.minutes for span in case.time.free(participant))
