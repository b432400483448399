"""`stepdown next`: the week after a roster, or the rest of its own week, with the changes people report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from scheduler.cli.command import BAD_INPUT, DONE, Command
from scheduler.cli.console import console, print_issues, print_json
from scheduler.cli.files import issues_of_week, load_readable_roster, read_week, write_week
from scheduler.cli.options import AsJson, RosterFile
from scheduler.cli.questions import Dates, Starts, Times, answers_of
from scheduler.errors import StepdownError
from scheduler.instance import Instance, Participant
from scheduler.reading import read_model
from scheduler.rollover import admit, close, discharge, give_leave, resume, roll_over
from scheduler.validation import Issue, errors
from scheduler.words import counted, long_date

ORDER = "stepdown.order"
FORMATS = ["%Y-%m-%d"]
DATES_OF = {"sick": ("first", "last"), "admitted": ("on",), "discharged": ("on",), "closed": ()}
"""By change, the options with a date that may follow it."""

OPTIONS = {"first": "--from", "last": "--to", "on": "--on"}

WeekFile = Annotated[
    Path,
    typer.Argument(metavar="WEEK", help="This week, as JSON or as a workbook.", show_default=False, readable=False),
]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it: .json, .xlsx, or .zip for CSV files.")]
Sick = Annotated[list[str] | None, typer.Option("--sick", metavar="CLINICIAN", help="A clinician who is away; then --from and --to.")]
First = Annotated[
    list[datetime] | None,
    typer.Option("--from", metavar="DATE", formats=FORMATS, help="First day away; by default the first day that can still change."),
]
Last = Annotated[
    list[datetime] | None, typer.Option("--to", metavar="DATE", formats=FORMATS, help="Last day away; by default the first day.")
]
ClosedDates = Annotated[list[datetime] | None, typer.Option("--closed", metavar="DATE", formats=FORMATS, help="A date with no sessions.")]
AdmittedPeople = Annotated[
    list[str] | None,
    typer.Option("--admit", metavar="PERSON", help="Someone waiting or away, or a JSON file with a new participant; then --on."),
]
DischargedPeople = Annotated[
    list[str] | None, typer.Option("--discharge", metavar="PERSON", help="Someone who leaves; then --on, the last day.")
]
On = Annotated[list[datetime] | None, typer.Option("--on", metavar="DATE", formats=FORMATS, help="First or last day of that person.")]
Now = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Within the week: plan its rest from this time, such as 2027-01-11T07:40, program time."),
]


class ChangesCommand(Command):
    """A command that knows in which order its options were given: a date belongs to the change before it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep the names of the options in the order of the command line."""
        ctx.meta[ORDER] = [option.name for option in self.make_parser(ctx).parse_args(list(args))[2]]
        return super().parse_args(ctx, args)


@dataclass
class EnteredChange:
    """A change as typed.

    Attributes:
        kind: A key of `DATES_OF`.
        what: An id, a path, or the date of a closure.
        dates: By name of an option, its date.
    """

    kind: str
    what: Any
    dates: dict[str, date] = field(default_factory=dict)


def next_(
    ctx: typer.Context,
    week: WeekFile,
    roster: RosterFile,
    out: OutFile,
    sick: Sick = None,
    first: First = None,
    last: Last = None,
    closed: ClosedDates = None,
    admitted: AdmittedPeople = None,
    discharged: DischargedPeople = None,
    on: On = None,
    now: Now = None,
    dates: Dates = None,
    times: Times = None,
    starts: Starts = None,
    as_json: AsJson = False,
) -> None:
    """Carry a week and its roster on to the next week, or with --now to the rest of the same week."""
    values = {"sick": sick, "first": first, "last": last, "closed": closed, "admitted": admitted, "discharged": discharged, "on": on}
    changes = tuple(_changes(ctx.meta[ORDER], values))
    before = read_week(week, answers_of(dates, times, starts))
    following, notes = _following(before, roster, None if now is None else program_time(before, now))
    for change in changes:
        following = _entered(following, change)
    write_week(out, following, inputs=(week, roster))
    issues = issues_of_week(out, following)
    _report(following, notes, issues, out, as_json)
    raise typer.Exit(BAD_INPUT if errors(issues) else DONE)


def _changes(order: Sequence[str], values: Mapping[str, Sequence[Any] | None]) -> Iterator[EnteredChange]:
    """The changes in the order of the command line, each with the dates that follow it."""
    rest = {name: iter(of_one or ()) for name, of_one in values.items()}
    changes: list[EnteredChange] = []
    for name in order:
        if name in DATES_OF:
            changes.append(EnteredChange(name, next(rest[name])))
        elif name in OPTIONS:
            owner = changes[-1] if changes else None
            if owner is None or name not in DATES_OF[owner.kind] or name in owner.dates:
                after = "--sick" if name != "on" else "--admit or --discharge"
                raise typer.BadParameter(f"write it after the {after} it belongs to, once", param_hint=OPTIONS[name])
            owner.dates[name] = next(rest[name]).date()
    yield from changes


def _following(before: Instance, roster: Path, now: datetime | None) -> tuple[Instance, tuple[str, ...]]:
    """The instance to plan, with notes: the rest of the week, if it is not over, otherwise the week after."""
    published = load_readable_roster(before, roster)
    monday = before.monday + timedelta(days=7)
    day = monday if now is None else now.astimezone(ZoneInfo(before.program.zone)).date()
    if now is not None and day < monday:
        return resume(before, published, now), ()
    if day >= monday + timedelta(days=7):
        raise typer.BadParameter(f"give a time before {monday + timedelta(days=7)}, the end of the next week", param_hint="--now")
    following = roll_over(before, published)
    return following.instance.model_copy(update={"now": now}), following.notes


def program_time(week: Instance, text: str, option: str = "--now") -> datetime:
    """A time as typed; without an offset, in the program's zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write date and time, such as 2027-01-11T07:40", param_hint=option) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(week.program.zone))


def _entered(week: Instance, change: EnteredChange) -> Instance:
    """The week with a change."""
    dates, start = change.dates, week.monday
    if week.now is not None:
        start = max(start, week.now.astimezone(ZoneInfo(week.program.zone)).date())
    if change.kind == "sick":
        first = dates.get("first", start)
        return give_leave(week, change.what, first, dates.get("last", first))
    if change.kind == "closed":
        return close(week, change.what.date())
    if change.kind == "admitted":
        return admit(week, _newcomer(week, change.what), dates.get("on", start))
    if "on" not in dates:
        raise typer.BadParameter(f"give the last day of {change.what} with --on", param_hint="--discharge")
    return discharge(week, change.what, dates["on"])


def _newcomer(week: Instance, text: str) -> str | Participant:
    """An id of the week, or the participant in a file."""
    if text in {person.id for person in week.participants} or not Path(text).is_file():
        return text
    try:
        return read_model(Participant, Path(text))
    except StepdownError as error:
        error.add_note(text)
        raise


def _report(week: Instance, notes: Sequence[str], issues: Sequence[Issue], out: Path, as_json: bool) -> None:
    to = console(to_error=as_json)
    if as_json:
        print_json({"instance": str(out), "monday": week.monday, "notes": notes, "issues": issues})
    print_issues(issues, str(out), to)
    for note in notes:
        to.print(note)
    mistakes = len(errors(issues))
    state = "ready to solve" if not mistakes else f"correct the {counted(mistakes, 'error')} above first"
    to.print(f"{out}: week of {long_date(week.monday)}, {state}. {counted(len(week.participants), 'participant')}.")
