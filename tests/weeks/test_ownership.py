"""Whose a line is, one line at a time."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from scheduler.model.line import Line, Tier
from scheduler.rule import Rule, Scope
from scheduler.terms import AnyOf, FreeVariable, Run
from scheduler.timegrid import Span
from scheduler.weeks.ownership import Ownership, split, unpriced
from tests.weeks.made import index, visit

ANA, ANAS_TALK, ANAS_TEST, BEN, BENS_TALK, RUN, OF_ANA, OF_BOTH, OUTER, NOTHING, OF_RUN, ANAS_HOME, BENS_HOME, STAY, FREE = range(15)
BOOKED = [
    visit(0, 540, 600, "g"),
    visit(0, 600, 660),
    visit(1, 600, 660, service="test"),
    visit(0, 540, 600, "g", who="ben"),
    visit(0, 600, 660, who="ben"),
]
MEETING = Run("g", Span(540, 600), "in_person", "s1")
ANAS = AnyOf(("ana", 0), (BOOKED[ANA], BOOKED[ANAS_TALK]))
BOTHS = AnyOf(("both",), (BOOKED[ANA], BOOKED[BEN]))
EMPTY = AnyOf(("nothing",), ())
HANDLES = [
    *BOOKED,
    MEETING,
    ANAS,
    BOTHS,
    AnyOf(("outer",), (ANAS, BOOKED[ANAS_TEST], EMPTY)),
    EMPTY,
    AnyOf(("run",), (MEETING, BOOKED[ANA])),
    *(FreeVariable((name,)) for name in ("ana's home", "ben's home", "stay", "free")),
]
MEMBERSHIP = [
    Line("identity", ("ana", 0), [ANA, ANAS_TALK, OF_ANA], [1, 1, -1], 0, source="identity"),
    Line("identity", ("both",), [ANA, OF_BOTH], [1, -1], 0, source="identity"),
    Line("identity", ("both",), [OF_BOTH, ANA, BEN], [1, -1, -1], 0, source="identity"),
    Line("identity", ("outer",), [OF_ANA, ANAS_TEST, OUTER], [1, 1, -1], 0, source="identity"),
    Line("identity", ("run",), [OF_RUN, RUN, ANA], [1, -1, -1], 0, source="identity"),
]
OF_ANA_LINE, BOTH_1, BOTH_2, OUTER_LINE, RUN_LINE = MEMBERSHIP


class Week(Rule):
    """About one participant's week."""

    id, scope = "week", "week"


class Shared(Rule):
    """About what people share."""

    id: ClassVar[str] = "shared"
    scope: ClassVar[Scope] = "shared"


class Hours(Shared):
    """Left out as far as it is about breaks."""

    id = "clinician_availability"
    raises_bounds = False


RULES = (Week(), Shared(), Hours())


def line(*variables: int, rule: str = "week", **more: Any) -> Line:
    """A line of a rule."""
    return Line(rule, (), list(variables), [1] * len(variables), 0, **more)


def owners(*lines: Line, loose: tuple[str, ...] = ()) -> Ownership:
    """Of these lines and those of membership."""
    return split(index(HANDLES, [*MEMBERSHIP, *lines], rules=RULES), loose)


def names(found: list[Line]) -> list[int]:
    """Lines by identity, for two may be equal."""
    return [id(line) for line in found]


@pytest.mark.parametrize(
    "variables",
    [(ANA,), (ANA, ANAS_TALK), (OF_ANA,), (OUTER, ANA), (OUTER,), (ANA, NOTHING), (NOTHING, ANA, ANAS_HOME), (OF_ANA, NOTHING)],
)
def test_a_line_over_one_participants_week_is_their_own(variables: tuple[int, ...]) -> None:
    """Visits, any of them, any of any; what is never true is nobody's and changes nothing."""
    mine = line(*variables)
    found = owners(mine)
    assert (names(found.own["ana"]), found.own["ben"]) == ([id(mine)], [])
    assert (found.shared, found.shared_variables) == ([], [])


@pytest.mark.parametrize(
    ("variables", "membership", "free"),
    [
        ((ANA, BEN), [], []),
        ((ANA, RUN), [], [RUN]),
        ((RUN,), [], [RUN]),
        ((OF_BOTH,), [BOTH_1, BOTH_2], [OF_BOTH]),
        ((ANA, OF_BOTH), [BOTH_1, BOTH_2], [OF_BOTH]),
        ((OF_ANA, BEN), [OF_ANA_LINE], [OF_ANA]),
        ((OUTER, BEN), [OF_ANA_LINE, OUTER_LINE], [OF_ANA, OUTER]),
        ((OF_RUN, ANA), [RUN_LINE], [RUN, OF_RUN]),
        ((NOTHING,), [], [NOTHING]),
        ((), [], []),
    ],
)
def test_a_line_over_more_than_one_is_shared(variables: tuple[int, ...], membership: list[Line], free: list[int]) -> None:
    """With what ties its parts to visits, which are in tables; what is in no table is free."""
    ours = line(*variables)
    found = owners(ours)
    assert found.own == {"ana": [], "ben": []}
    assert names(found.shared) == names([ours, *membership])
    assert found.shared_variables == free


def test_one_place_and_one_appointment_each_are_own() -> None:
    """What ties no part to a visit is like any other line."""
    mine, run = line(ANA, source="identity"), line(RUN, source="identity")
    found = owners(mine, run)
    assert (names(found.own["ana"]), names(found.shared)) == ([id(mine)], [id(run)])


class TestChoices:
    """A choice is made for one participant's week, or for all."""

    def test_a_choice_goes_with_the_week_it_is_about(self) -> None:
        """Its lines over choices alone as well, before and after."""
        first, by_visit, last = line(ANAS_HOME), line(ANA, ANAS_HOME), line(ANAS_HOME, STAY)
        bens, stay = line(BEN, BENS_HOME), line(ANAS_TALK, STAY)
        found = owners(first, by_visit, last, bens, stay)
        assert names(found.own["ana"]) == names([first, by_visit, last, stay])
        assert names(found.own["ben"]) == names([bens])
        assert (found.shared, found.shared_variables) == ([], [])

    def test_a_choice_about_two_weeks_is_shared(self) -> None:
        """With every line it is in, in any order: decided by each for itself it would tie nobody."""
        alone, anas, bens, talk = line(STAY), line(ANA, STAY), line(BEN, STAY), line(ANAS_TALK, STAY)
        for order in ((alone, anas, bens, talk), (anas, talk, bens, alone)):
            found = owners(*order)
            assert names(found.shared) == names(order)
            assert found.shared_variables == [STAY]
            assert found.own == {"ana": [], "ben": []}

    def test_what_is_tied_to_such_a_choice_is_shared(self) -> None:
        """Her home decides about his, and his is not yet chosen where his stay is."""
        anas, chain, bens = line(ANA, ANAS_HOME), line(ANAS_HOME, STAY), line(STAY, BENS_HOME)
        for his in (line(BEN, BENS_HOME), line(BEN, STAY)):
            for order in ((anas, chain, bens, his), (his, bens, chain, anas), (anas, his, bens, chain)):
                assert names(owners(*order).shared) == names(order)

    def test_a_choice_in_a_line_about_two_weeks_is_nobodys(self) -> None:
        """Neither Ana's nor Ben's."""
        alone, ours = line(STAY), line(ANA, BEN, STAY)
        found = owners(alone, ours)
        assert found.own == {"ana": [], "ben": []}
        assert names(found.shared) == names([alone, ours])

    def test_choices_of_two_weeks_are_shared(self) -> None:
        """His home and hers."""
        lines = line(ANAS_HOME, BENS_HOME), line(ANA, ANAS_HOME), line(BEN, BENS_HOME)
        found = owners(*lines)
        assert names(found.shared) == names(lines)
        assert found.shared_variables == [ANAS_HOME, BENS_HOME]

    def test_a_choice_about_nobody_is_shared(self) -> None:
        """A pattern of days is no line: its cost is in the tables."""
        free, run, pattern = line(FREE), line(RUN, STAY), line(FREE, source="pattern")
        found = owners(free, run, pattern)
        assert names(found.shared) == names([free, run])
        assert found.shared_variables == [RUN, STAY, FREE]

    def test_a_pattern_over_visits_is_a_line(self) -> None:
        """Of whom it concerns."""
        mine, ours = line(ANA, FREE, source="pattern"), line(ANA, BEN, source="pattern")
        found = owners(mine, ours)
        assert (names(found.own["ana"]), names(found.shared)) == ([id(mine)], [id(ours)])

    def test_what_is_never_true_makes_no_choice(self) -> None:
        """Only what a week can have says whose a choice is."""
        alone = line(STAY)
        found = owners(alone, line(NOTHING, STAY))
        assert id(alone) in names(found.shared)


class TestRules:
    """Where a line belongs may depend on its rule."""

    @pytest.mark.parametrize(
        ("variables", "is_own"), [((ANA,), True), ((ANAS_TALK,), False), ((ANA, ANAS_TALK), False), ((OF_ANA,), False)]
    )
    def test_what_people_share_is_no_matter_of_one_weeks_appointments(self, variables: tuple[int, ...], is_own: bool) -> None:
        """Places in groups may be; appointments that look alike stay alike."""
        ours = line(*variables, rule="shared")
        found = owners(ours)
        assert names(found.own["ana"]) == ([id(ours)] if is_own else [])
        assert (id(ours) in names(found.shared)) is not is_own

    def test_lines_of_no_rule_in_force_are_like_any_other(self) -> None:
        """Ana's."""
        mine = line(ANAS_TALK, rule="other")
        assert names(owners(mine).own["ana"]) == [id(mine)]

    @pytest.mark.parametrize(
        ("variables", "is_kept"), [((RUN, ANA), True), ((RUN, OF_BOTH), False), ((OF_BOTH,), False), ((RUN, FREE), False), ((RUN,), True)]
    )
    def test_breaks_of_clinicians_are_left_out(self, variables: tuple[int, ...], is_kept: bool) -> None:
        """And with them what ties their parts to visits."""
        theirs = line(*variables, rule="clinician_availability")
        found = owners(theirs)
        assert names(found.shared) == ([id(theirs)] if is_kept else [])
        assert bool(found.shared_variables) is is_kept

    def test_others_are_kept(self) -> None:
        """The same line of another rule."""
        theirs = line(RUN, OF_BOTH, rule="shared")
        assert names(owners(theirs).shared) == names([theirs, BOTH_1, BOTH_2])


def test_who_has_no_table_shares_everything() -> None:
    """Ana's lines and visits are shared, Ben's are his; what both have, too."""
    mine, his, ours = line(OF_ANA, ANAS_TEST), line(BEN), line(ANA, BEN)
    found = owners(mine, his, ours, loose=("ana",))
    assert {who: names(lines) for who, lines in found.own.items()} == {"ben": [id(his)]}
    assert names(found.shared) == names([mine, ours, OF_ANA_LINE])
    assert found.shared_variables == [ANA, ANAS_TALK, ANAS_TEST, OF_ANA]


class TestUnits:
    """Parts of one participant's week that cost something by themselves."""

    UNITS: ClassVar[dict[Tier, dict[int, int]]] = {"care": {OF_ANA: 3}, "preference": {OUTER: 2, OF_BOTH: 5, ANA: 7}}

    def test_what_an_any_of_costs_is_a_line_of_the_week(self) -> None:
        """What both are in is shared, with what ties it to their visits; what a visit costs is in no line."""
        found = split(index(HANDLES, MEMBERSHIP, self.UNITS, RULES))
        care = Line("unit", ("ana", 0), [OF_ANA], [1], 0, "care", 3)
        assert found.own == {"ana": [care, Line("unit", ("outer",), [OUTER], [1], 0, "preference", 2)], "ben": []}
        assert (names(found.shared), found.shared_variables) == (names([BOTH_1, BOTH_2]), [OF_BOTH])

    def test_a_shared_one_costs_there(self) -> None:
        """It is a variable, priced like others."""
        ours = line(OF_ANA, BEN)
        found = split(index(HANDLES, [*MEMBERSHIP, ours], {"care": {OF_ANA: 3}}, RULES))
        assert found.own == {"ana": [], "ben": []}
        assert found.shared_variables == [OF_ANA]


class TestUnpriced:
    """What is left out, for a program in which all lines are."""

    HOURS = line(RUN, OF_BOTH, rule="clinician_availability")

    def test_with_what_defines_its_parts(self) -> None:
        """Unless this is there already."""
        made = index(HANDLES, [*MEMBERSHIP, self.HOURS, line(ANA, BEN), line(ANAS_HOME, source="identity")], rules=RULES)
        made.lines.add_later = lambda: None  # type: ignore[method-assign]
        assert names(unpriced(made, [])) == names([self.HOURS, BOTH_1, BOTH_2])
        assert names(unpriced(made, [BOTH_1])) == names([self.HOURS, BOTH_2])

    def test_what_is_added_late_is_read(self) -> None:
        """One more break, and what it chooses."""
        made, late = index(HANDLES, [*MEMBERSHIP], rules=RULES), line(RUN, len(HANDLES), rule="clinician_availability")

        def add() -> None:
            made.lines.handles.append(FreeVariable(("break",)))
            made.lines.lines.append(late)

        made.lines.add_later = add  # type: ignore[method-assign]
        assert names(unpriced(made, [])) == [id(late)]

    def test_what_defines_a_part_is_never_left_out(self) -> None:
        """Whatever rule it comes from."""
        defined = Line("clinician_availability", ("both",), [ANA, OF_BOTH], [1, -1], 0, source="identity")
        ours = line(OF_BOTH, BEN, rule="shared")
        assert names(split(index(HANDLES, [defined, ours], rules=RULES)).shared) == names([ours, defined])
        made = index(HANDLES, [defined, ours], rules=RULES)
        made.lines.add_later = lambda: None  # type: ignore[method-assign]
        assert unpriced(made, []) == []


def test_an_identity_that_ties_a_choice_is_a_line() -> None:
    """Ana's home is where she is."""
    mine = line(ANA, ANAS_HOME, source="identity")
    assert names(owners(mine).own["ana"]) == [id(mine)]


def test_a_pattern_over_a_part_of_both_weeks_is_shared() -> None:
    """It has more than choices."""
    ours = line(OF_BOTH, FREE, source="pattern")
    assert id(ours) in names(owners(ours).shared)


def test_without_tables_all_lines_are_shared() -> None:
    """Those over choices alone, too."""
    found = owners(line(FREE), line(NOTHING), line(ANA), loose=("ana", "ben"))
    assert (found.own, len(found.shared)) == ({}, 3)
