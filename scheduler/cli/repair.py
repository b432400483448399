"""`stepdown repair`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from rich.text import Text

from scheduler.cli.command import DONE, FINDINGS
from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_readable_roster, read_week
from scheduler.cli.foreign import write_own
from scheduler.cli.next_week import ORDER, program_time
from scheduler.cli.options import AsJson, RosterFile
from scheduler.errors import StepdownError
from scheduler.instance import Instance, WeeklyWindow
from scheduler.reading import dump_json
from scheduler.result import SolveLimits
from scheduler.rollover import resume
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.repair.disruption import Disruption
    from scheduler.repair.result import Answer, Repair

KINDS = {
    "clinician": "clinician", "participant": "participant", "room": "room", "closed": "site", "resource": "resource",
    "hours": "availability", "merge": "merge", "split": "split",
}  # fmt: skip
"""By option, the kind of disruption."""
DETAILS = {"first": "--from", "until": "--until", "into": "--into", "free": "--free"}
LASTING = ("hours", "merge", "split")
"""What lasts to the end of the week unless --until is given; everything else to the end of its first day."""
TITLES = {
    "same_time": "Others take over, or other rooms", "online": "Go online", "other_time": "Move to other times", "any": "Some of each",
    "cancel": "Cancel what cannot take place",
}  # fmt: skip
HOUR_FORMAT = "write them as `mon 09:00-12:00`"

WeekFile = Annotated[
    Path, typer.Argument(metavar="WEEK", help="This week, as JSON or as a workbook.", show_default=False, readable=False)
]  # fmt: skip
Ids = list[str] | None
Clinician = Annotated[Ids, typer.Option("--clinician", metavar="ID", help="A clinician who is out.")]
Participant = Annotated[Ids, typer.Option("--participant", metavar="ID", help="A participant who is away.")]
Room = Annotated[Ids, typer.Option("--room", metavar="ID", help="A room that is lost.")]
ClosedSite = Annotated[Ids, typer.Option("--closed", metavar="SITE", help="A site that is closed, or `all`.")]
ResourceId = Annotated[Ids, typer.Option("--resource", metavar="ID", help="An interpreter, a van or another resource that is cancelled.")]
Hours = Annotated[Ids, typer.Option("--hours", metavar="ID", help="A participant with other free hours; then --free for each window.")]
Merge = Annotated[Ids, typer.Option("--merge", metavar="GROUP", help="A group that ends; then --into, the group that takes its members.")]
Split = Annotated[Ids, typer.Option("--split", metavar="GROUP", help="A group that is split; then --into, the id of the new half.")]
From = Annotated[Ids, typer.Option("--from", metavar="TIME", help="Since when: `07:40`, a date, or `2027-01-11T07:40`; by default, now.")]
Until = Annotated[Ids, typer.Option("--until", metavar="TIME", help="Until when; a date includes that day. Default: the end of that day.")]
Into = Annotated[Ids, typer.Option("--into", metavar="GROUP", help="Of the --merge or --split before it.")]
Free = Annotated[Ids, typer.Option("--free", metavar="WINDOW", help="Of the --hours before it, such as `mon 09:00-12:00`.")]
Now = Annotated[str | None, typer.Option(metavar="TIME", help="What time it is, such as 2027-01-11T07:40, program time.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for the week as it is then, and a roster for each answer.")]
Seconds = Annotated[float, typer.Option(min=0.1, max=3600, help="Time limit of all answers together.")]


@dataclass
class TypedEvent:
    """Something that happened, as typed.

    Attributes:
        details: By name of an option, what was typed after it.
    """

    option: str
    id: str
    details: dict[str, list[str]] = field(default_factory=dict)

    def detail(self, name: str) -> str | None:
        """What was typed for an option that is given once."""
        return next(iter(self.details.get(name, ())), None)


def repair(
    ctx: typer.Context,
    week: WeekFile,
    roster: RosterFile,
    clinician: Clinician = None,
    participant: Participant = None,
    room: Room = None,
    closed: ClosedSite = None,
    resource: ResourceId = None,
    hours: Hours = None,
    merge: Merge = None,
    split: Split = None,
    first: From = None,
    until: Until = None,
    into: Into = None,
    free: Free = None,
    now: Now = None,
    out: Out = None,
    seconds: Seconds = 10.0,
    as_json: AsJson = False,
) -> None:
    """Answer what happens in a published week: the least care lost, the fewest people changed; two or three answers to choose from."""
    typed = {
        "clinician": clinician, "participant": participant, "room": room, "closed": closed, "resource": resource, "hours": hours,
        "merge": merge, "split": split, "first": first, "until": until, "into": into, "free": free,
    }  # fmt: skip
    published = _published(week, roster, now)
    disruptions = [_disruption(published, event) for event in _events(ctx.meta[ORDER], typed)]
    # Importing the solver takes a second; what was mistyped is reported before.
    from scheduler.repair.answers import repair as answer

    answers = answer(published, disruptions, SolveLimits(seconds=seconds, workers=1))
    if out is not None:
        _write(out, answers)
    if as_json:
        print_json(answers)
    to = console(to_error=as_json)
    for line in _lines(answers):
        to.print(line)
    raise typer.Exit(DONE if answers.answers else FINDINGS)


def _published(week: Path, roster: Path, now: str | None) -> Instance:
    """The week with its roster published, and what time it is."""
    instance = read_week(week)
    at = instance.now if now is None else program_time(instance, now)
    if at is None:
        raise typer.BadParameter("say what time it is, so that nothing that has happened changes", param_hint="--now")
    return resume(instance, load_readable_roster(instance, roster), at)


def _events(order: Sequence[str], typed: Mapping[str, Sequence[Any] | None]) -> Iterator[TypedEvent]:
    """What happened in the order of the command line, each with the details that follow it."""
    rest = {name: iter(values or ()) for name, values in typed.items()}
    events: list[TypedEvent] = []
    for name in order:
        if name in KINDS:
            events.append(TypedEvent(name, next(rest[name])))
        elif name in DETAILS:
            if not events or (name in events[-1].details and name != "free"):
                raise typer.BadParameter("write it after what it belongs to, once", param_hint=DETAILS[name])
            events[-1].details.setdefault(name, []).append(next(rest[name]))
    yield from events


def _disruption(week: Instance, event: TypedEvent) -> Disruption:
    from scheduler.repair.disruption import Disruption

    zone, now = ZoneInfo(week.program.zone), week.now
    assert now is not None
    first, until = event.detail("first"), event.detail("until")
    start = now.astimezone(zone) if first is None else _moment(week, first, "--from")
    if until is not None:
        end = _moment(week, until, "--until", is_end=True)
    else:
        last = week.monday + timedelta(days=6) if event.option in LASTING else start.date()
        end = datetime.combine(last + timedelta(days=1), time(), zone)
    try:
        return Disruption(
            kind=KINDS[event.option],  # type: ignore[arg-type]  # one of its kinds
            id=None if event.option == "closed" and event.id == "all" else event.id,
            start=start,
            end=end,
            into=event.detail("into"),
            free=tuple(map(_window, event.details.get("free", ()))),
        )
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(reason, param_hint=f"--{event.option} {event.id}") from None


def _moment(week: Instance, text: str, option: str, *, is_end: bool = False) -> datetime:
    """A time as typed: of today, a whole day, or of a date."""
    zone, now = ZoneInfo(week.program.zone), week.now
    assert now is not None
    try:
        if len(text) == 10:
            return datetime.combine(datetime.fromisoformat(text).date() + timedelta(days=is_end), time(), zone)
        if len(text) == 5:
            return datetime.combine(now.astimezone(zone).date(), time.fromisoformat(text), zone)
    except ValueError:
        raise typer.BadParameter("write a time such as 14:00, or a date", param_hint=option) from None
    return program_time(week, text, option)


def _window(text: str) -> WeeklyWindow:
    day, _, span = text.partition(" ")
    start, _, end = span.partition("-")
    try:
        return WeeklyWindow.model_validate({"day": day.lower(), "start": start.strip(), "end": end.strip()})
    except ValidationError:
        raise typer.BadParameter(HOUR_FORMAT, param_hint="--free") from None


def _write(folder: Path, answers: Repair) -> None:
    """Write the week with what happened, the answers, and a roster for each."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StepdownError(f"{folder} cannot be made ({error.strerror}); name another folder with --out") from None
    if answers.instance is not None:
        write_own(folder / "week.json", dump_json(answers.instance).encode())
    for number, answer in enumerate(answers.answers, 1):
        write_own(folder / f"roster-{number}.json", dump_json(answer.roster).encode())


def _lines(answers: Repair) -> Iterator[Text | str]:
    """The answers for people, each with its price and who has to be told."""
    for number, answer in enumerate(answers.answers, 1):
        title = TITLES[answer.kind] if answer.comparison.sessions or answer.comparison.bookings else "Nothing changes"
        yield Text(f"{number}. {title}", "bold")
        yield f"   {_price(answer)}"
        for notice in answer.tell:
            yield f"   tell {notice.id} ({notice.why}): {'; '.join(notice.what) or 'see the roster'}"
    for stuck in answers.stuck:
        yield f"{stuck.title} stays without a leader: {'; '.join(stuck.reasons) or 'nobody is free'}"
    for sentence in answers.broken:
        yield f"  {sentence}"
    yield answers.message


def _price(answer: Answer) -> str:
    """What an answer costs, in words; weighted numbers are for comparing only."""
    lost, changed = answer.care_lost, answer.people_changed
    care = f"{counted(lost.objective, 'minute')} of care lost, urgent people's counted more" if lost.objective else "no care lost"
    least = " (no answer loses less)" if lost.is_proven and lost.objective else ""
    people = counted(sum(notice.role != "resource" for notice in answer.tell), "person", "people")
    fewest = " (no answer changes fewer at short notice)" if changed.is_proven and changed.objective else ""
    return f"{care}{least}; {people} to tell{fewest}"
