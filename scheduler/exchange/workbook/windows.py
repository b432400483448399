"""Windows, starts and pairs in one cell, in everyday notation: ``mon-thu 17:00-21:00; sat 9-12``.

Reading days and times is the work of :mod:`scheduler.exchange.workbook.typed`. A trailing ``at SITE`` or ``remote`` says where a clinician
works. Written values are read back in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from scheduler.exchange.workbook.cells import Cell, CellError, Json, Value, clean
from scheduler.exchange.workbook.kinds import BECAME_DATE, DURATION, ID, ID_PATTERN, SIGNS, CellKind, quoted, split, unquoted
from scheduler.exchange.workbook.typed.lengths import read_length
from scheduler.exchange.workbook.typed.windows import TypedWindow, read_windows
from scheduler.timegrid import WEEKDAYS

NEVER = "never"
NEVER_WORDS = {NEVER, "off", "no", "none", "n/a", "na", "not free", "not available", "unavailable", "closed", "out", "-"}
LONGEST = 20_000
"""The maximum number of characters in a cell parsed word by word."""

PLACE = re.compile(
    r"\s*(?:\b(?:at|in)\b|@)\s*(?P<site>[^,;\n]*[^\s,;\n])|[\s(]+(?P<remote>remote(?:ly)?|telehealth|from home|online)\b\)?",
    re.IGNORECASE,
)
HOW = "write days and times, e.g. mon-thu 17:00-21:00; sat 9:00-12:00"


def _text(cell: Cell) -> str:
    """The cell's clean text."""
    if cell.is_dated:
        raise CellError(BECAME_DATE)
    if not isinstance(cell.value, str) or len(cell.value) > LONGEST:
        raise CellError
    return clean(cell.value)


def _windows(text: str) -> list[Json]:
    windows = read_windows(text)
    if not windows:
        raise CellError
    return [_window(window) for window in windows]


def _window(window: TypedWindow) -> Json:
    if window.end is None:
        raise CellError("write times as 17:00-21:00")
    more = {} if window.weeks == "every" else {"weeks": window.weeks}
    return {"day": window.day, "start": window.start, "end": window.end, **more}


def _is_never(text: str) -> bool:
    return text.lower().rstrip(".") in NEVER_WORDS


def _read_windows(cell: Cell) -> Json:
    text = _text(cell)
    return [] if _is_never(text) else _windows(text)


def _read_work(cell: Cell) -> Json:
    """Windows with their sites; a window without a place has no ``site`` yet."""
    text, windows = _text(cell), []
    for part in [] if _is_never(text) else [part for part in re.split(r"[;\n]", text) if part.strip()]:
        for times, where in _placed(part):
            windows += [{**window, **where} for window in _windows(times)]
    return windows


def _placed(part: str) -> Iterator[tuple[str, Json]]:
    """The times of a part, each with its place."""
    at = 0
    for place in PLACE.finditer(part):
        times = part[at : place.start()]
        if any(c.isdigit() for c in times):
            yield times, {"site": ID.read(Cell(place["site"])) if place["site"] else None}
            at = place.end()
    if part[at:].strip(" ,"):
        yield part[at:], {}


def _read_starts(cell: Cell) -> Json:
    """Starts; the end of a window that was written instead is kept for a check of the group's minutes."""
    return [{"day": w.day, "time": w.start} | ({} if w.end is None else {"until": w.end}) for w in read_windows(_text(cell))]


def _read_spans(cell: Cell) -> Json:
    text = _text(cell)
    if _is_never(text):
        return []
    return [{"start": window["start"], "end": window["end"]} for window in _windows(f"mon {text}")]


def write_days(days: Sequence[str]) -> str:
    """Days as :func:`read_days` reads them in the same order; three or more consecutive days are joined."""
    parts, left = [], [WEEKDAYS.index(day) for day in days]
    while left:
        length = next((n for n in range(len(left), 2, -1) if n <= 7 and left[:n] == [(left[0] + k) % 7 for k in range(n)]), 1)
        parts.append(WEEKDAYS[left[0]] if length == 1 else f"{WEEKDAYS[left[0]]}-{WEEKDAYS[left[length - 1]]}")
        left = left[length:]
    return ", ".join(parts)


def _write(items: Iterable[Json], time: Callable[[Json], str], where: Callable[[Json], str] = lambda _: "") -> str:
    """Items by day, in their order; consecutive items that differ only in the day are joined."""
    blocks = [
        (key, ", ".join(time(item) for item in mine))
        for key, mine in groupby(items, key=lambda item: (item.get("weeks", "every"), item["day"], where(item)))
    ]
    parts = []
    for (weeks, place, times), same in groupby(blocks, key=lambda block: (block[0][0], block[0][2], block[1])):
        days = write_days([key[1] for key, _ in same])
        parts.append(f"{'' if weeks == 'every' else weeks + ' '}{days} {times}{place}")
    return "; ".join(parts)


def _span(item: Json) -> str:
    return f"{item['start']}-{item['end']}"


def _place(item: Json) -> str:
    if "site" not in item:
        return ""
    return " remote" if item["site"] is None else f" at {item['site']}"


NAME_AND_LENGTH = re.compile(r'(?P<name>"[^"]+"|.*?[^\s:])(?::\s*|\s+|\s*\(\s*)(?P<length>\d[^()]*)\)?')


def _read_segments(cell: Cell) -> Json:
    segments = []
    for item in split(_text(cell)):
        pair = NAME_AND_LENGTH.fullmatch(item.strip())
        if pair is None:
            raise CellError
        name = pair["name"]
        service = None if name.lower() == "break" else unquoted(name) if name[0] == '"' else ID.read(Cell(name))
        segments.append({"service": service, "minutes": read_length(pair["length"])})
    return segments


def _segment(item: Json) -> str:
    name = "break" if item["service"] is None else item["service"]
    return f"{quoted(name, also='b') if item['service'] is not None and name.lower() == 'break' else name} {item['minutes']}"


def _read_travel(cell: Cell) -> Json:
    """Minutes by site; a bare number has no site yet."""
    if not isinstance(cell.value, str) or clean(cell.value)[:1].isdigit():
        try:
            return {"": DURATION.read(cell)}
        except CellError:
            # It may be a site whose id begins with a digit.
            pass
    minutes_to: dict[str, int] = {}
    for item in split(_text(cell)):
        pair = NAME_AND_LENGTH.fullmatch(item.strip())
        site = None if pair is None else ID.read(Cell(pair["name"]))
        if pair is None or site in minutes_to:
            raise CellError
        minutes_to[str(site)] = read_length(pair["length"])
    return minutes_to


def _read_bookings(cell: Cell) -> Json:
    """Participants, with a mode if given."""
    bookings = []
    text = f"{cell.value:g}" if isinstance(cell.value, float) and not cell.is_dated else _text(cell)
    for item in split(SIGNS.sub(",", text)):
        match = re.fullmatch(r"(\S+?)\s*(?:\(\s*(in[ _-]person|telehealth|remote)\s*\))?", item.strip(), re.IGNORECASE)
        if match is None or not ID_PATTERN.fullmatch(match[1]):
            raise CellError
        mode = {"mode": "in_person" if match[2].lower().startswith("in") else "telehealth"} if match[2] else {}
        bookings.append({"participant": match[1], **mode})
    return bookings


def _booking(item: Json) -> str:
    return f"{item['participant']} ({item['mode'].replace('_', ' ')})" if item.get("mode") else str(item["participant"])


def _kind(name: str, how: str, read: Callable[[Cell], Json], write: Callable[[Json], str], empty: str = "(none)") -> CellKind:
    def show(value: Json) -> Value:
        return write(value) or empty

    return CellKind(name, how, read, show, is_list=True)


WINDOWS = _kind("windows", f"{HOW}; or never", _read_windows, lambda v: _write(v, _span), NEVER)
WORK = _kind("windows", "write days, times and where, e.g. mon-thu 12:00-21:00 at main; fri 9:00-13:00 remote; or never", _read_work,
             lambda v: _write(v, _span, _place), NEVER)  # fmt: skip
STARTS = _kind("starts", "write days and times, e.g. mon 17:30; tue 17:30, 18:00", _read_starts, lambda v: _write(v, lambda i: i["time"]))
SPANS = _kind("times", "write times, e.g. 9:00-12:00, 14:00-17:00; or never", _read_spans, lambda v: ", ".join(map(_span, v)), NEVER)
SEGMENTS = _kind("parts", "write services with their minutes, e.g. process 90; break 15; education 75", _read_segments,
                 lambda v: "; ".join(map(_segment, v)))  # fmt: skip
TRAVEL = _kind("minutes by site", "write minutes by site, e.g. main 20; north 35", _read_travel,
               lambda v: "; ".join(f"{site} {minutes}" for site, minutes in v.items()))  # fmt: skip
BOOKINGS = _kind("list of participants", "write ids of participants with commas between them; add (telehealth) where it differs",
                 _read_bookings, lambda v: ", ".join(map(_booking, v)))  # fmt: skip
