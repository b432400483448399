"""What prevents an option, in one sentence; ids only."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.case import Case
from scheduler.explain.obstacles import Obstacle
from scheduler.explain.words import listed
from scheduler.rules import RULES
from scheduler.timegrid import WEEKDAYS
from scheduler.words import day_name

TITLES = {rule.id: rule.title for rule in RULES}


def block_sentence(case: Case, participant: str, block: Obstacle) -> str:
    """Why an option is not possible with the rest of the roster."""
    words = _WORDS.get(block.rule)
    return words(case, participant, block) if words else TITLES.get(block.rule, block.rule).lower()


def _group_size(case: Case, participant: str, block: Obstacle) -> str:
    group = block.about[0]
    if "minimum" in block.detail:
        return f"{group} does not meet: it needs {block.over + 1} participants, 1 would come"
    if "maximum" not in block.detail:
        return f"{group} does not meet then"
    reserve = min(case.groups.reserve(group), case.groups.maximum(group))
    return f"{group} is full ({block.used} of {block.bound}{f', {reserve} kept in reserve' if reserve else ''})"


def _held_place(case: Case, participant: str, block: Obstacle) -> str:
    if block.about[0] == participant:
        return f"the place held in {block.about[-1]} is not taken up, so no new one is possible"
    if block.bound == 0:
        return f"all places in {block.about[0]} are held by others"
    return f"the places in {block.about[0]} are held by others but for {block.bound}, and {block.used} of these are taken"


def _group_intake(case: Case, participant: str, block: Obstacle) -> str:
    return f"{block.about[0]} takes {block.bound} newcomers this week, {block.used} are placed"


def _clinician_load(case: Case, participant: str, block: Obstacle) -> str:
    limits = [str(part) for part in block.detail]
    unit = {"week": "minutes in the week", "caseload": "own participants"}.get(limits[0])
    unit = f"{limits[1]} on {day_name(WEEKDAYS.index(limits[0]))}" if unit is None else unit
    return f"{block.about[0]} is at the limit of {unit} ({block.used} of {block.bound})"


def _room_conflict(case: Case, participant: str, block: Obstacle) -> str:
    rooms = listed(block.about)
    return f"room {rooms} is taken" if len(block.about) == 1 else f"all of the rooms {rooms} are taken ({block.used} of {block.bound})"


def _weekly_ceiling(case: Case, participant: str, block: Obstacle) -> str:
    unit = next((str(part) for part in block.detail if part in ("minutes", "sessions", "days")), None)
    if unit is None:
        return f"the order allows at most {block.bound} of {listed([str(part) for part in block.detail if part != 'mix'])}"
    return f"the ceiling of {block.bound} {unit}{' a day' if 'day' in block.detail else ''} would be exceeded by {block.over}"


def _authorization(case: Case, participant: str, block: Obstacle) -> str:
    if len(block.detail) != 2 or block.detail[1] not in ("period", "week", "next week"):
        return f"no authorization of {participant} has enough units left"
    return f"authorization {block.detail[0]} has {max(0, block.bound - block.used)} units left"


def _identity(case: Case, participant: str, block: Obstacle) -> str:
    return f"{participant} is placed at another time" if participant in block.about else f"{block.about[0]} meets at another time"


def _keep_apart(case: Case, participant: str, block: Obstacle) -> str:
    other = next((id for id in block.about if id != participant), participant)
    return f"{participant} is kept apart from {other}"


def _participant_conflict(case: Case, participant: str, block: Obstacle) -> str:
    if "left" in block.detail:
        return f"{participant} is not in the group that could be left for it"
    return f"{participant} has another session then, or is on the way to one"


def _pinned(case: Case, participant: str, block: Obstacle) -> str:
    return f"pin {block.detail[0]} prevents it"


_WORDS: dict[str, Callable[[Case, str, Obstacle], str]] = {
    "group_size": _group_size,
    "held_place": _held_place,
    "group_intake": _group_intake,
    "clinician_load": _clinician_load,
    "room_conflict": _room_conflict,
    "weekly_ceiling": _weekly_ceiling,
    "authorization": _authorization,
    "identity": _identity,
    "keep_apart": _keep_apart,
    "pinned": _pinned,
    "service_spacing": lambda case, participant, block: f"{participant} has a session of the same service too soon before or after",
    "without_trip": lambda case, participant, block: f"{participant} is not on site then for a session that it could go with",
    "clinician_conflict": lambda case, participant, block: f"{block.about[0]} has another session then",
    "clinician_availability": lambda case, participant, block: f"{block.about[0]} would lose lunch or rest",
    "clinician_qualification": lambda case, participant, block: "nobody who leads it is licensed where the participant joins from",
    "facilitator_ratio": lambda case, participant, block: f"{block.about[0]} has too few facilitators for one more",
    "room_fit": lambda case, participant, block: f"no room has enough seats or features for {block.about[0]}",
    "resource_capacity": lambda case, participant, block: f"{block.about[0]} has no place left ({block.used} of {block.bound})",
    "participant_conflict": _participant_conflict,
    "participant_availability": lambda case, participant, block: f"{participant} is not free for the whole stay",
    "longest_wait": lambda case, participant, block: f"{participant} would wait on site longer than {case.policy.longest_wait} minutes",
    "track_integrity": lambda case, participant, block: f"{participant} has groups of another track",
    "whole_block": lambda case, participant, block: f"{participant} cannot attend the other hours of the same block",
    "step_down_ceiling": lambda case, participant, block: f"last week's ceiling of {block.bound} minutes would be exceeded by {block.over}",
    "curriculum_order": lambda case, participant, block: f"{participant} would take modules out of order",
    "eligibility": lambda case, participant, block: f"{participant} needs an intake session first",
    "joint_session": lambda case, participant, block: "the partner has no session then",
}
