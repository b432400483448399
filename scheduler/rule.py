"""The base class of rules: one file, two faces.

The *model face* (`admits…`, `price`, `conflicts`, `follows`, `pattern`, `rows`) describes which rosters are allowed, in the terms of
:mod:`scheduler.terms`. The *check face* (`check`) judges a finished roster by the wall clock, without any model. Tests compare the two
on all rosters of tiny instances.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.terms import Row, Run, Staffing, Visit
from scheduler.view import View

Level = Literal["hard", "care", "preference"]
Scope = Literal["booking", "day", "week", "shared"]
Field = Literal["need", "clinician", "span", "day", "site", "mode"]
"""A part of an appointment: its need is the participant, service, number and partner."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation, or an amount, that a rule found in a roster.

    Attributes:
        rule: Id of the rule.
        amount: In the rule's unit, before factor or weight; 1 or more.
        about: Ids of participants, clinicians, rooms, groups concerned; participants first.
        message: One sentence for people; names ids only, never labels.
        sessions: Ids of the sessions involved; a hard violation whose sessions are all past does not count.
        participant: Whose care factor applies (care rules).
    """

    rule: str
    amount: int
    about: tuple[str, ...]
    message: str
    sessions: tuple[str, ...] = ()
    participant: str | None = None


class Rule:
    """The base of all rules. Every hook has a neutral default; a rule overrides those of its scope.

    Attributes:
        id: The name of its file.
        level: hard, care (minimized first) or preference.
        scope: What it looks at: a booking alone, a participant's day, a participant's week, or what people share.
        unit: The unit of its amounts.
        weight: Default weight of a preference rule; 0 for hard and care rules.
        parameters: Names of the policy values it reads.
        source: Where the rule comes from.
        reads: What `admits` reads of a visit that is an appointment. Visits that are equal in it are judged together.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    level: ClassVar[Level]
    scope: ClassVar[Scope]
    unit: ClassVar[str]
    weight: ClassVar[int] = 0
    parameters: ClassVar[tuple[str, ...]] = ()
    source: ClassVar[str] = ""
    reads: ClassVar[tuple[Field, ...]] = ("need", "clinician", "span", "site", "mode")

    def applies_to(self, case: Case) -> bool:
        """Whether the instance has the data that this rule needs; otherwise it is listed as not applicable."""
        return True

    # --- model face: booking scope ------------------------------------------------------------------------------------------

    def admits(self, case: Case, visit: Visit) -> bool:
        """Whether a visit is allowed, judged by itself. Refusals are counted by rule and explain unmet care."""
        return True

    def admits_run(self, case: Case, run: Run) -> bool:
        """Whether a run of a group is allowed at its time and place."""
        return True

    def admits_staffing(self, case: Case, staffing: Staffing) -> bool:
        """Whether a clinician may facilitate a run."""
        return True

    def admits_room(self, case: Case, session: Visit | Run, room: str) -> bool:
        """Whether a room suits a session held on site (a visit here is an individual, family or couple session)."""
        return True

    def price(self, case: Case, visit: Visit) -> int:
        """The amount of a visit, judged by itself."""
        return 0

    # --- model face: day scope ----------------------------------------------------------------------------------------------

    def conflicts(self, case: Case, a: Visit, b: Visit) -> bool:
        """Whether two visits of one participant on one day cannot both happen (``a`` does not start later than ``b``)."""
        return False

    def follows(self, case: Case, a: Visit, b: Visit) -> int | None:
        """Amount when ``b`` comes next after ``a`` in one stay (same day and site, nothing on site between); None forbids it."""
        return 0

    # --- model face: week scope ---------------------------------------------------------------------------------------------

    def pattern(self, case: Case, participant: str, days: int) -> int:
        """Amount of a week whose service dates (dates with a counted session) are the bits of ``days``; bit 0 is Monday."""
        return 0

    # --- model face: rows of any scope --------------------------------------------------------------------------------------

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Linear rows. Rules of week scope use visits (and `AnyOf` of visits) of one participant per row only."""
        return ()

    # --- check face ---------------------------------------------------------------------------------------------------------

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Every violation (hard) or amount (care, preference) of a roster, by the wall clock alone."""
        # Each rule must have its own: with an empty default, a rule without one would pass everything.
        raise NotImplementedError

    def violation(
        self,
        amount: int,
        about: Iterable[str],
        message: str,
        sessions: Iterable[str] = (),
        participant: str | None = None,
    ) -> Violation:
        """Create a violation of this rule."""
        return Violation(self.id, amount, tuple(about), message, tuple(sessions), participant)


def overriding(rules: Sequence[Rule], hook: str) -> tuple[Rule, ...]:
    """The rules that override a hook, in order."""
    return tuple(rule for rule in rules if getattr(type(rule), hook) is not getattr(Rule, hook))
