"""Why ordered care is missing: impossible even alone, lost to shared resources, or not decided within the limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from scheduler.barriers import OwnWeek
from scheduler.case import Case
from scheduler.explain.binding import ONLY_ALONE, binding_causes
from scheduler.explain.idle import clinician_taken, leaders_taken
from scheduler.explain.isolated_weeks import Alone
from scheduler.explain.missing import Missing, missing_care
from scheduler.explain.obstacles import Obstacle, obstacles, options
from scheduler.explain.sentences import block_sentence
from scheduler.model.local_model import LocalModel
from scheduler.result import Cause, Unmet
from scheduler.roster import Roster
from scheduler.terms import Visit
from scheduler.words import when

MOST_CAUSES = 3
FREE = "search"
"""The cause for care that nothing prevents: the search stopped before placing it."""


def explain_unmet(local: LocalModel, alone: Alone, people: Sequence[str]) -> tuple[Unmet, ...]:
    """One entry for every care amount of some participants, in the order of the verdict.

    Args:
        around: The roster, around at least these people.
        alone: Isolated weeks of the same people.
    """
    missing_things = [m for m in missing_care(local.case, local.view, local.verdict) if m.participant in people]
    costs: dict[str, int] = {}
    for missing in missing_things:
        costs[missing.participant] = costs.get(missing.participant, 0) + missing.amount * local.case.care.factor(missing.participant)
    return tuple(_explained(local, alone, missing, costs[missing.participant]) for missing in missing_things)


def _explained(local: LocalModel, alone: Alone, missing: Missing, cost: int) -> Unmet:
    """The kind and causes of one missing item."""
    case, person = local.case, missing.participant
    least = alone.of(person) if person in local.candidates.visits else 0
    # If part of a participant's care is impossible alone, check this item separately.
    is_impossible = least >= cost or (least > 0 and alone.least(missing) >= missing.amount)
    causes = _impossible(local, alone, missing) if is_impossible else lost_causes(local, missing)
    is_open = not causes or causes[0].rule == FREE
    kind = "impossible_alone" if is_impossible else "unproven" if is_open else "lost"
    return Unmet.model_validate(
        {
            "participant": person,
            "rule": missing.rule,
            "amount": missing.amount,
            "factor": case.care.factor(person),
            "what": missing.what,
            "kind": kind,
            "alone": least,
            "causes": causes[:MOST_CAUSES],
        }
    )


def _impossible(local: LocalModel, alone: Alone, missing: Missing) -> tuple[Cause, ...]:
    """What binds in the participant's own week; where nothing does by itself, the rules that exclude some of it jointly."""
    binding = binding_of(local, missing)
    if binding[0].rule == ONLY_ALONE:
        return alone.relief(missing) or binding
    return binding


class Findings(Protocol):
    """A roster, and what was found out about it: causes by participant, rule, key and question, and own weeks by participant."""

    case: Case
    roster: Roster
    causes: dict[tuple[object, ...], tuple[Cause, ...]]
    own_weeks: dict[str, OwnWeek]


def binding_of(findings: Findings, missing: Missing) -> tuple[Cause, ...]:
    """What binds in the participant's own week, looked for once."""
    question = (missing.participant, missing.rule, missing.key, "binding")
    if question not in findings.causes:
        week = findings.own_weeks.get(missing.participant)
        if week is None:
            week = findings.own_weeks[missing.participant] = OwnWeek(findings.case, missing.participant, findings.roster.sessions)
        findings.causes[question] = binding_causes(week, missing)
    return findings.causes[question]


def lost_causes(local: LocalModel, missing: Missing) -> tuple[Cause, ...]:
    """What prevents the helpful options in this roster, counted; the sole obstacle of the most options comes first."""
    question = (missing.participant, missing.rule, missing.key)
    if question not in local.causes:
        local.causes[question] = _lost_causes(local, missing)
    return local.causes[question]


def _lost_causes(local: LocalModel, missing: Missing) -> tuple[Cause, ...]:
    placed = {visit.item for visit in local.booked(missing.participant)}
    helpful: dict[tuple[object, ...], list[Visit]] = {}
    for key, visits in options(local, missing.participant).items():
        if mine := [v for v in visits if missing.helps(v) and v.item not in placed]:
            helpful[key] = mine
    if not helpful:
        return binding_of(local, missing)
    sole: dict[tuple[object, ...], int] = {}
    lost: dict[tuple[object, ...], int] = {}
    examples: dict[tuple[object, ...], tuple[Obstacle, Visit]] = {}
    for visits in helpful.values():
        blocks, visit = least_blocked(local, visits)
        if not blocks:
            return (Cause(rule=FREE, amount=1, sentence=f"{when(visit.span)} is possible; the search stopped before booking it"),)
        for block in blocks:
            examples.setdefault(block.subject, (block, visit))
            lost[block.subject] = lost.get(block.subject, 0) + 1
            sole[block.subject] = sole.get(block.subject, 0) + (len(blocks) == 1)
    ranked = sorted(lost, key=lambda subject: (-sole[subject], -lost[subject]))
    return tuple(_cause(local, missing.participant, *examples[subject], lost[subject], len(helpful)) for subject in ranked)


def least_blocked(local: LocalModel, visits: Iterable[Visit], without: Sequence[Visit] = ()) -> tuple[tuple[Obstacle, ...], Visit]:
    """The mode in which an option breaks the least, with other visits removed for it."""
    return min(((obstacles(local, visit, without), visit) for visit in visits), key=lambda pair: len(pair[0]))


def _cause(local: LocalModel, participant: str, block: Obstacle, visit: Visit, number: int, total: int) -> Cause:
    if block.rule == "clinician_conflict" and visit.group is not None and (reason := leaders_taken(local.view, visit.group)) is not None:
        leaders, sentence = reason
        return Cause(rule=block.rule, about=(visit.group, *leaders), amount=number, sentence=sentence)
    sentence = block_sentence(local.case, participant, block)
    if block.rule == "clinician_conflict" and number == 1:
        sentence = clinician_taken(local.view, visit) or sentence
    if number == 1 and (visit.group is not None or total > 1):
        sentence = f"{when(visit.span)}: {sentence}"
    elif number < total:
        sentence = f"{sentence} at some of the possible times"
    return Cause(rule=block.rule, about=block.about, amount=number, sentence=sentence)
