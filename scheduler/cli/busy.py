"""The command that imports calendars: `busy`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.text import Text

from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_instance
from scheduler.cli.foreign import write_own
from scheduler.cli.importing import refuse_folder
from scheduler.cli.options import AsJson
from scheduler.errors import StepdownError
from scheduler.exchange.busy import Busy, BusyError, BusyOptions
from scheduler.exchange.busy.models import MOST_BYTES, MOST_DAYS, USUAL_DAYS
from scheduler.instance import Availability, BusySpan, Instance
from scheduler.reading import dump_json
from scheduler.timegrid import WEEK, Week, clock
from scheduler.words import counted, long_date, short_weekday_date

# Functions import what reads calendars, so that all other commands start without it.
if TYPE_CHECKING:
    from scheduler.exchange.busy import Pattern, Suggestion

EXCEPTIONS_TOLD = 8

CalendarFile = Annotated[Path, typer.Argument(metavar="FILE.ics", help="An exported calendar file.", show_default=False, readable=False)]
Of = Annotated[Path, typer.Option("--instance", metavar="INSTANCE", help="The week to plan, as JSON.", show_default=False, readable=False)]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write the instance with the busy time in it.")]
Days = Annotated[int, typer.Option("--days", min=1, max=MOST_DAYS, help="Number of days to read, from the week's Monday.")]


def busy(
    file: CalendarFile,
    instance: Of,
    participant: Annotated[str | None, typer.Option("--participant", metavar="ID", help="Whose calendar it is.")] = None,
    clinician: Annotated[str | None, typer.Option("--clinician", metavar="ID", help="Whose calendar it is.")] = None,
    out: Out = None,
    days: Days = USUAL_DAYS,
    ignore_all_day: Annotated[bool, typer.Option("--ignore-all-day", help="Ignore all-day events.")] = False,
    ignore_tentative: Annotated[bool, typer.Option("--ignore-tentative", help="Ignore tentative events.")] = False,
    address: Annotated[
        str,
        typer.Option("--address", metavar="EMAIL", help="The person's e-mail address in the calendar; events they declined are free time."),
    ] = "",
    patterns: Annotated[bool, typer.Option("--patterns", help="Write recurring times as availability windows.")] = False,
    add: Annotated[bool, typer.Option("--add", help="Keep what was imported before, as for a second calendar.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read when someone is busy from a calendar file; with --out, write it into an instance. Titles are neither read nor kept."""
    from scheduler.exchange.busy import find_regular, window_of

    if (participant is None) == (clinician is None):
        raise typer.BadParameter("name one person, with --participant or --clinician", param_hint="--participant")
    if out is not None:
        refuse_folder(out)
    week, _ = load_instance(instance)
    owner = _Owner(week, participant, clinician)
    options = BusyOptions(
        all_day="ignore" if ignore_all_day else "busy", tentative="ignore" if ignore_tentative else "busy", address=address
    )  # fmt: skip
    calendar = _read(file, week, days, options)
    changed, suggestion = owner.with_busy(calendar, is_added=add)
    if patterns and suggestion is None:
        raise StepdownError("nothing in this calendar returns exactly, or it is a clinician's; leave out --patterns")
    if patterns and suggestion is not None:
        changed = owner.replaced(suggestion.availability)
    pattern = find_regular(calendar.spans, window_of(ZoneInfo(week.program.zone), calendar.first, calendar.days), week.program.week_a)
    if out is not None:
        write_own(out, dump_json(changed).encode())
    if as_json:
        print_json({"busy": calendar, "pattern": pattern, "suggestion": suggestion, "instance": None if out is None else str(out)})
    _tell(calendar, week, pattern, suggestion, console(to_error=as_json))
    if out is not None:
        console(to_error=as_json).print(Text(f"{out}: written, with the {'windows and ' if patterns else ''}busy time in it.", "bold"))


class _Owner:
    """The participant or clinician who owns the calendar."""

    def __init__(self, week: Instance, participant: str | None, clinician: str | None) -> None:
        self.week, self.id = week, participant or clinician
        self.kind = "participants" if participant is not None else "clinicians"
        self.position = next((n for n, thing in enumerate(getattr(week, self.kind)) if thing.id == self.id), -1)
        if self.position < 0:
            raise StepdownError(f"the instance has no such {self.kind.removesuffix('s')}; name one by id")

    def with_busy(self, calendar: Busy, *, is_added: bool) -> tuple[Instance, Suggestion | None]:
        """The week with busy time, and the suggested windows for recurring time, if any."""
        from scheduler.exchange.busy import busy_in, suggest, taken_in, window_of

        window = window_of(ZoneInfo(self.week.program.zone), calendar.first, calendar.days)
        if self.kind == "clinicians":
            former = self.week.clinicians[self.position].busy
            return self.replaced(busy_in(former, calendar.spans, window, is_added=is_added)), None
        availability = taken_in(self.week.participants[self.position].availability, calendar.spans, window, is_added=is_added)
        return self.replaced(availability), suggest(availability, window, self.week.program.week_a)

    def replaced(self, by: Availability | tuple[BusySpan, ...]) -> Instance:
        """The week with this person's availability or busy time replaced."""
        things = list(getattr(self.week, self.kind))
        update = {"availability": by} if isinstance(by, Availability) else {"busy": by}
        things[self.position] = things[self.position].model_copy(update=update)
        return self.week.model_copy(update={self.kind: tuple(things)})


def _read(file: Path, week: Instance, days: int, options: BusyOptions) -> Busy:
    """Read a calendar file.

    Raises:
        BusyError: The file is not a calendar, or cannot be read within the limits.
    """
    from scheduler.exchange.busy import read_busy

    try:
        if file.stat().st_size > MOST_BYTES:
            raise BusyError("too_large")
        return read_busy(file.read_bytes(), ZoneInfo(week.program.zone), week.monday, days, options)
    except BusyError as error:
        error.add_note(str(file))
        raise


def _tell(calendar: Busy, week: Instance, pattern: Pattern | None, suggestion: Suggestion | None, to: Console) -> None:
    zone = ZoneInfo(week.program.zone)
    last = calendar.first + timedelta(days=calendar.days - 1)
    days = f"from {long_date(calendar.first)} to {long_date(last)}"
    to.print(Text(f"{counted(len(calendar.spans), 'busy span')} {days}, out of {counted(calendar.num_events, 'event')}.", "bold"))
    if calendar.left_out:
        to.print("Not counted: " + ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in calendar.left_out.items()) + ".")
    for warning in calendar.warnings:
        lines = f" (line {', '.join(map(str, warning.lines))}{', ...' if warning.count > len(warning.lines) else ''})"
        to.print(Text.assemble(("warning ", "yellow"), f"{counted(warning.count, 'event')}: {warning.message}", (lines, "dim")))
    _tell_week(calendar, Week(week.monday, zone), to)
    if pattern is not None:
        _tell_pattern(pattern, to)
        if suggestion is not None:
            to.print("  With --patterns it is written as windows, which continue after these days.")


def _tell_week(calendar: Busy, week: Week, to: Console) -> None:
    planned = [span for span in calendar.spans if span.start < week.at(WEEK)]
    to.print()
    to.print(f"The week of {long_date(week.monday)}:" + ("" if planned else " nothing."))
    for span in planned:
        start, end = span.start.astimezone(week.zone), span.end.astimezone(week.zone)
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{short_weekday_date(end)} {end:%H:%M}"
        to.print(f"  {short_weekday_date(start)} {start:%H:%M} - {until}")


def _tell_pattern(pattern: Pattern, to: Console) -> None:
    from scheduler.exchange.busy.patterns import KIND_WORDS

    to.print()
    to.print(f"Returns {KIND_WORDS[pattern.kind].format(pattern.cycle)}, {pattern.share:.0%} of the busy time:")
    for time in pattern.times:
        to.print(f"  {time.when:<6} {clock(time.start)} - {clock(time.end)}")
    if pattern.exceptions:
        dates = ", ".join(day.isoformat() for day in pattern.exceptions[:EXCEPTIONS_TOLD])
        to.print(f"  Not on {dates}{', ...' if len(pattern.exceptions) > EXCEPTIONS_TOLD else ''}.")
