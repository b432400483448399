"""The rule book: the list of files in this folder is the specification. `RULES` holds one instance of each, hard first."""

from scheduler.rule import Rule
from scheduler.rules.group_size import GroupSize
from scheduler.rules.longest_wait import LongestWait
from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.rules.weekly_floor import WeeklyFloor

RULES: tuple[Rule, ...] = (
    ParticipantConflict(),
    LongestWait(),
    GroupSize(),
    WeeklyFloor(),
)

__all__ = ["RULES"]
