"""Why ordered care is missing: impossible even alone, lost to shared resources, or not decided within the limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scheduler.explain.alone import Alone
from scheduler.explain.blocks import Obstacle, obstacles, options
from scheduler.explain.missing import Missing, missing_care
from scheduler.explain.refused import refused_causes
from scheduler.explain.sentences import block_sentence
from scheduler.model.around import Around
from scheduler.model.lines import item_of
from scheduler.result import Cause, Unmet
from scheduler.terms import Visit
from scheduler.words import when

MOST_CAUSES = 3
FREE = "search"
"""The cause for care that nothing prevents: the search stopped before placing it."""
NOTHING_MORE = "exchange"
"""The cause for care that only an exchange of bookings could give."""


def explain_unmet(around: Around, alone: Alone, people: Sequence[str]) -> tuple[Unmet, ...]:
    """One entry for every care amount of some participants, in the order of the verdict.

    Args:
        around: The roster, around at least these people.
        alone: Isolated weeks of the same people.
    """
    missing_things = [m for m in missing_care(around.case, around.view, around.verdict) if m.participant in people]
    costs: dict[str, int] = {}
    for missing in missing_things:
        costs[missing.participant] = costs.get(missing.participant, 0) + missing.amount * around.case.care.factor(missing.participant)
    return tuple(_explained(around, alone, missing, costs[missing.participant]) for missing in missing_things)


def _explained(around: Around, alone: Alone, missing: Missing, cost: int) -> Unmet:
    """The kind and causes of one missing item."""
    case, person = around.case, missing.participant
    least = alone.of(person) if person in around.candidates.visits else 0
    # If part of a participant's care is impossible alone, check this item separately.
    is_impossible = least >= cost or (least > 0 and alone.least(missing) >= missing.amount)
    causes = _impossible(around, alone, missing) if is_impossible else lost_causes(around, missing)
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


def _impossible(around: Around, alone: Alone, missing: Missing) -> tuple[Cause, ...]:
    """The rules that refuse a participant's options or, without any, the rules that exclude them jointly."""
    refused = refused_causes(around.case, around.candidates, missing)
    return refused or alone.relief(missing)


def lost_causes(around: Around, missing: Missing) -> tuple[Cause, ...]:
    """What prevents the helpful options in this roster, counted; the sole obstacle of the most options comes first."""
    question = (missing.participant, missing.rule, missing.key)
    if question not in around.causes:
        around.causes[question] = _lost_causes(around, missing)
    return around.causes[question]


def _lost_causes(around: Around, missing: Missing) -> tuple[Cause, ...]:
    placed = {item_of(visit) for visit in around.booked(missing.participant)}
    helpful: dict[tuple[object, ...], list[Visit]] = {}
    for key, visits in options(around, missing.participant).items():
        if mine := [v for v in visits if missing.helps(v) and item_of(v) not in placed]:
            helpful[key] = mine
    if not helpful:
        sentence = "everything that would help is already booked; only different bookings could give more"
        return (Cause(rule=NOTHING_MORE, about=(missing.participant,), amount=0, sentence=sentence),)
    sole: dict[tuple[object, ...], int] = {}
    lost: dict[tuple[object, ...], int] = {}
    shown: dict[tuple[object, ...], tuple[Obstacle, Visit]] = {}
    for visits in helpful.values():
        blocks, visit = least_blocked(around, visits)
        if not blocks:
            return (Cause(rule=FREE, amount=1, sentence=f"{when(visit.span)} is possible; the search stopped before booking it"),)
        for block in blocks:
            shown.setdefault(block.subject, (block, visit))
            lost[block.subject] = lost.get(block.subject, 0) + 1
            sole[block.subject] = sole.get(block.subject, 0) + (len(blocks) == 1)
    ranked = sorted(lost, key=lambda subject: (-sole[subject], -lost[subject]))
    return tuple(_cause(around, missing.participant, *shown[subject], lost[subject], len(helpful)) for subject in ranked)


def least_blocked(around: Around, visits: Iterable[Visit], without: Sequence[Visit] = ()) -> tuple[tuple[Obstacle, ...], Visit]:
    """The mode in which an option breaks the least, with other visits removed for it."""
    return min(((obstacles(around, visit, without), visit) for visit in visits), key=lambda pair: len(pair[0]))


def _cause(around: Around, participant: str, block: Obstacle, visit: Visit, number: int, total: int) -> Cause:
    sentence = block_sentence(around.case, participant, block)
    if number > 1 or visit.group is None:
        sentence = f"{sentence}, at {number} of {total} possible times"
    else:
        sentence = f"{when(visit.span)}: {sentence}"
    return Cause(rule=block.rule, about=block.about, amount=number, sentence=sentence)
