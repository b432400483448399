"""Commands that judge: `validate`, `verify`, `explain`, `compare`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.text import Text

from scheduler.case import Case
from scheduler.cli.command import BAD_INPUT, DONE, FINDINGS
from scheduler.cli.console import console, print_issues, print_json
from scheduler.cli.files import load_instance, load_readable_roster, load_roster
from scheduler.cli.options import AsJson, InstanceFile, RosterFile
from scheduler.errors import InstanceError
from scheduler.exchange.page import NOT_COVERED
from scheduler.exchange.summary import care_cost
from scheduler.rules import RULES
from scheduler.verify import Verdict, judge, not_applicable
from scheduler.words import counted


class Readable(Protocol):
    """A result that can be printed as sentences."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The result in sentences."""


def validate(instance: InstanceFile, as_json: AsJson = False) -> None:
    """List every error and warning in an instance."""
    try:
        week, issues = load_instance(instance)
    except InstanceError as error:
        if not as_json:
            raise
        print_json({"issues": error.issues})
        print_issues(error.issues, str(instance), console(to_error=True))
        raise typer.Exit(BAD_INPUT) from None
    if as_json:
        print_json({"issues": issues})
        return
    print_issues(issues, str(instance), console())
    parts = (
        counted(len(week.participants), "participant"),
        counted(len(week.clinicians), "clinician"),
        counted(len(week.groups), "group"),
        counted(len(week.rooms), "room"),
    )
    console().print(f"{instance}: ready to solve, {counted(len(issues), 'warning')}. {', '.join(parts)}.")


def verify(instance: InstanceFile, roster: RosterFile, as_json: AsJson = False) -> None:
    """Check a roster, made here or by hand, against every rule. Uses no solver."""
    week, _ = load_instance(instance)
    case = Case(week)
    verdict = judge(case, load_roster(roster))
    skipped = not_applicable(case)
    if as_json:
        print_json(
            {
                "violations": verdict.violations,
                "amounts": verdict.amounts,
                "not_covered": verdict.not_covered,
                "score": None if verdict.violations else verdict.score,
                "not_applicable": skipped,
            }
        )
    else:
        _print_verdict(verdict, skipped)
    raise typer.Exit(FINDINGS if verdict.violations else DONE)


def _print_verdict(verdict: Verdict, skipped: tuple[str, ...]) -> None:
    """Print violations, or the cost of a legal roster by rule."""
    to = console()
    if verdict.violations:
        to.print(Text(f"Not legal: {counted(len(verdict.violations), 'violation')}", "bold red"))
        for amount in verdict.violations:
            to.print(Text.assemble(("  " + amount.rule, "bold"), f": {amount.message}"))
        return
    to.print(Text("Legal: no hard rule is broken", "bold green"))
    to.print(care_cost(verdict.score.care))
    for amount in verdict.amounts:
        if amount.participant is not None:
            to.print(Text.assemble("  ", (amount.rule, "bold"), f": {amount.message}"))
    if verdict.not_covered:
        to.print(NOT_COVERED)
        for session in verdict.not_covered:
            to.print(f"  {session.sentence}")
    to.print(f"Preferences: cost {verdict.score.preference}")
    for rule in RULES:
        if rule.level == "preference" and rule.id in verdict.score.by_rule:
            to.print(f"  {rule.id:<24}{verdict.score.by_rule[rule.id]:>7}")
    to.print(f"Not applicable, for lack of data: {', '.join(skipped) or 'none'}", style="dim")


def explain(
    instance: InstanceFile,
    roster: RosterFile,
    id: Annotated[
        str | None, typer.Argument(metavar="ID", help="A participant, group, clinician or room; by default, everything unmet.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain why care is unmet and what would help, or the week of a participant, group, clinician or room."""
    week, _ = load_instance(instance)
    document = load_readable_roster(week, roster)
    if id is None or id in {person.id for person in week.participants}:
        from scheduler.explain import explain as explain_roster

        _print_found(explain_roster(week, document, id), as_json)
    elif id in {entry.id for entries in (week.groups, week.clinicians, week.rooms) for entry in entries}:
        from scheduler.explain import explain_topic

        _print_found(explain_topic(week, document, id), as_json)
    else:
        raise typer.BadParameter("write the id of a participant, group, clinician or room of the instance", param_hint="ID")


def compare(
    instance: InstanceFile,
    a: Annotated[
        Path,
        typer.Argument(metavar="A", help="The roster before: of this week, or of the week before.", show_default=False, readable=False),
    ],
    b: Annotated[Path, typer.Argument(metavar="B", help="The roster after.", show_default=False, readable=False)],
    as_json: AsJson = False,
) -> None:
    """Show what changed between two rosters and who is affected."""
    from scheduler.compare import compare as compare_rosters

    week, _ = load_instance(instance)
    before = load_roster(a)
    if before.monday != week.monday - timedelta(days=7):
        before = load_readable_roster(week, a)
    _print_found(compare_rosters(week, before, load_readable_roster(week, b)), as_json)


def _print_found(finding: Readable, as_json: bool) -> None:
    if as_json:
        print_json(finding)
        return
    for line in finding.lines:
        console().print(line)
