"""The base class of rules: one file, two faces.

The *model face* (`admits…`, `price`, `conflicts`, `follows`, `pattern`, `rows`) describes which rosters are allowed, in the terms of
:mod:`scheduler.terms`. The *check face* (`check`, by one hook for each kind of subject) judges a finished roster by the wall clock, without
any model. Tests compare the two on all rosters of tiny instances.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

from scheduler.case import Case, Need
from scheduler.terms import Row, Run, Staffing, Visit
from scheduler.view import PlacedSession, View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import Flags, Ints

Level = Literal["hard", "care", "preference"]
Scope = Literal["booking", "day", "week", "shared"]
Subject = Literal["booking", "participant", "session", "clinician", "duty", "room", "link"]
"""What a hook of the check face judges."""
Concern = tuple[Literal["participant", "clinician", "group", "session"], str]
"""A participant, clinician, group or session, by id."""
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


@dataclass(frozen=True, slots=True)
class Link:
    """What a rule judges together.

    Attributes:
        key: Names the link within its rule.
        concerns: Whose sessions the judgment depends on.
    """

    key: str
    concerns: tuple[Concern, ...]


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
        raises_bounds: Whether its rows can raise a bound. If not, bounds leave those with an `AnyOf` or a free choice out.
        reads: What `admits` reads of a visit that is an appointment. Visits that are equal in it are judged together.
        price_reads: What `price` reads of a visit, likewise; None for anything.
        judges: The subjects that it judges in a roster: those whose hook it overrides.
        sees_clinicians: Whether what it finds about an appointment's booking, session or link depends on its clinician.
        sees_times: Whether what it finds about a participant's week depends on the time of day of an appointment, not only on its day, mode
            and site, and the group that is left for it.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    level: ClassVar[Level]
    scope: ClassVar[Scope]
    unit: ClassVar[str]
    weight: ClassVar[int] = 0
    parameters: ClassVar[tuple[str, ...]] = ()
    source: ClassVar[str] = ""
    raises_bounds: ClassVar[bool] = True
    reads: ClassVar[tuple[Field, ...]] = ("need", "clinician", "span", "site", "mode")
    price_reads: ClassVar[tuple[Field, ...] | None] = None
    judges: ClassVar[frozenset[Subject]] = frozenset()
    sees_clinicians: ClassVar[bool] = True
    sees_times: ClassVar[bool] = True

    def applies_to(self, case: Case) -> bool:
        """Whether the instance has the data that this rule needs; otherwise it is listed as not applicable."""
        return True

    # --- model face: booking scope ------------------------------------------------------------------------------------------

    def admits(self, case: Case, visit: Visit) -> bool:
        """Whether a visit is allowed, judged by itself. Refusals are counted by rule and explain unmet care."""
        return True

    def admits_times(self, case: Case, need: Need, starts: Ints, site: str | None, clinician: str | None = None) -> Flags | None:
        """What `admits` says of a need's appointments at a site, if it depends on nothing but their starts. None to ask one by one.

        Args:
            clinician: Whose appointments they are, for a rule that reads it.
        """
        return None

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

    def conflicts_times(self, case: Case, place: Visit, visit: Visit, starts: Ints) -> Flags | None:
        """What `conflicts` says of a group place and an appointment like this one at other starts of that day. None to ask one by one."""
        return None

    def follows(self, case: Case, a: Visit, b: Visit) -> int | None:
        """Amount when ``b`` comes next after ``a`` in one stay (same day and site, nothing on site between); None forbids it.

        It depends on the participant and on the minutes between both, and on nothing else.
        """
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

    # Each hook judges one subject and reads only what its words say, so that after a change only the subjects concerned are judged
    # again. A rule needs at least one of them: with none, it would pass everything.

    def check_booking(self, case: Case, placed: PlacedSession, visit: Visit) -> Iterable[Violation]:
        """What is wrong with one booking of a session, or its amount, whatever else is in the roster."""
        return ()

    def check_participant(self, case: Case, view: View, participant: str) -> Iterable[Violation]:
        """What is wrong with the week of one participant: its visits, without the clinicians, and those of partners of couple sessions."""
        return ()

    def check_session(self, case: Case, placed: PlacedSession) -> Iterable[Violation]:
        """What is wrong with one session, whatever else is in the roster."""
        return ()

    def check_clinician(self, case: Case, view: View, clinician: str) -> Iterable[Violation]:
        """What is wrong with the sessions of one clinician."""
        return ()

    def check_duty(self, case: Case, view: View, clinician: str, day: int) -> Iterable[Violation]:
        """What is wrong with the sessions of one clinician on one weekday."""
        return ()

    def check_room(self, case: Case, view: View, room: str) -> Iterable[Violation]:
        """What is wrong with the sessions in one room."""
        return ()

    def links(self, case: Case) -> Iterable[Link]:
        """What this rule judges together: people, groups or sessions that no other hook sees at once."""
        return ()

    def aspect(self, case: Case, placed: PlacedSession) -> Hashable:
        """What `check_link` reads of an appointment. Appointments of the same people that are equal in it are judged alike."""
        return placed.span, placed.session.mode, placed.session.site, placed.session.facilitators if self.sees_clinicians else ()

    def check_link(self, case: Case, view: View, link: Link) -> Iterable[Violation]:
        """What is wrong with the sessions of everyone and everything in a link."""
        return ()

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Every violation (hard) or amount (care, preference) of a roster, by the wall clock alone: of each subject in turn."""
        # A rule that overrides no hook would pass every roster.
        if not self.judges:
            raise NotImplementedError(f"{self.id} judges nothing")
        judges = self.judges
        if "booking" in judges or "participant" in judges:
            for participant, pairs in view.bookings.items():
                for visit, placed in pairs if "booking" in judges else ():
                    yield from self.check_booking(case, placed, visit)
                yield from self.check_participant(case, view, participant)
        for placed in view.placed if "session" in judges else ():
            yield from self.check_session(case, placed)
        for clinician in case.clinicians if "clinician" in judges or "duty" in judges else ():
            for day in sorted({placed.day for placed in view.by_clinician[clinician]}) if "duty" in judges else ():
                yield from self.check_duty(case, view, clinician, day)
            yield from self.check_clinician(case, view, clinician)
        for room in case.rooms if "room" in judges else ():
            yield from self.check_room(case, view, room)
        for link in self.links(case):
            yield from self.check_link(case, view, link)

    def __init_subclass__(cls) -> None:
        """Note the subjects that a rule judges."""
        super().__init_subclass__()
        cls.judges = frozenset(s for s in get_args(Subject) if getattr(cls, f"check_{s}") is not getattr(Rule, f"check_{s}"))

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
