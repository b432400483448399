"""Windows, starts and pairs in one cell, in everyday notation: ``mon-thu 17:00-21:00; sat 9-12``.

Days come first, then times. A new part begins after a semicolon, or with the next day. A leading ``A`` or ``B`` means alternating weeks; a
trailing ``at SITE`` or ``remote`` says where a clinician works. Written values are read back in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from scheduler.exchange.workbook.cells import Cell, CellError, Json, Value, clean
from scheduler.exchange.workbook.kinds import BECAME_DATE, ID_PATTERN, CellKind, quoted, split, unquoted
from scheduler.exchange.workbook.times import DAY_OF, TIME, read_time
from scheduler.timegrid import WEEKDAYS

NEVER = "never"
LONGEST = 20_000
"""The maximum number of characters in a cell parsed word by word."""

TIMES = re.compile(rf"{TIME}(?:\s*-\s*{TIME})?", re.IGNORECASE)
DAYS_AND_TIMES = re.compile(r"(?:(?P<weeks>[AB])(?: weeks?)?[:\s]+)?(?P<days>[a-z][a-z,/&\-\s]*?)[:\s]*(?P<times>\d.*)", re.IGNORECASE)
NEXT_DAYS = re.compile(r"(?<=[\d.m])\s*[,;\n]?\s+(?=(?:[AB](?: weeks?)?[:\s]+)?[a-z]{2,}[a-z,/&\-\s]*\d)", re.IGNORECASE)
PLACE = re.compile(r"\s+(?:(?:at|in|@)\s*(?P<site>\S+)|(?P<remote>remote|telehealth|remotely))$", re.IGNORECASE)
WHOLE_WEEK = {"daily": WEEKDAYS, "every_day": WEEKDAYS, "weekdays": WEEKDAYS[:5], "workdays": WEEKDAYS[:5]}
HOW = "write days and times, e.g. mon-thu 17:00-21:00; sat 9:00-12:00"


def _text(cell: Cell) -> str:
    """The cell's clean text."""
    if cell.is_dated:
        raise CellError(BECAME_DATE)
    if not isinstance(cell.value, str) or len(cell.value) > LONGEST:
        raise CellError
    text = re.sub(r"[ \t]+", " ", clean(cell.value))
    return re.sub(r" and ", ", ", re.sub(r" (?:to|until|till|through) ", "-", text, flags=re.IGNORECASE), flags=re.IGNORECASE)


def read_days(text: str) -> list[str]:
    """Read weekdays from ``mon``, ``mon-thu``, ``mon, wed`` or ``daily``, in the order written.

    Raises:
        CellError: A word is not a weekday.
    """
    if (named := re.sub(r"\s+", "_", text.strip().lower())) in WHOLE_WEEK:
        return list(WHOLE_WEEK[named])
    days: list[str] = []
    for part in re.split(r"[,/&\s]+", re.sub(r"\s*-\s*", "-", text.strip(" ,").lower())):
        first, _, last = part.partition("-")
        ends = [DAY_OF.get(name) for name in ((first, last) if last else (first,))]
        if part and None in ends:
            raise CellError("begin with days: mon, tue, wed, thu, fri, sat, sun, or a stretch as mon-thu")
        if part:
            days += _stretch(*(WEEKDAYS.index(day) for day in ends if day))
    if not days:
        raise CellError
    return days


def _stretch(first: int, last: int | None = None) -> list[str]:
    length = 1 if last is None else (last - first) % 7 + 1
    return [WEEKDAYS[(first + n) % 7] for n in range(length)]


def read_span(text: str) -> tuple[str, str]:
    """Read start and end from ``17:00-21:00``, ``9-12`` or ``5-9pm``.

    Raises:
        CellError: The text is not a start and an end.
    """
    match = TIMES.fullmatch(text.strip().lower())
    if match is None or match[4] is None:
        raise CellError("write times as 17:00-21:00")
    start_half, end_half = match[3], match[6]
    end = read_time(match[4], match[5], end_half)
    if end_half and not start_half and 1 <= int(match[1]) <= 12:
        # In "5-9pm" both times are pm; in "9-5pm" the first is am.
        start_half = next((half for half in (end_half, "am") if read_time(match[1], match[2], half) < end), None)
    start = read_time(match[1], match[2], start_half)
    if end <= start and not (match[2] or match[5] or end_half):
        raise CellError("write the end after the start, by 24 hours or with am and pm: 9-17, 9am-5pm")
    return start, end


def read_point(text: str) -> tuple[str]:
    """Read a time of day.

    Raises:
        CellError: The text is not a time of day.
    """
    match = TIMES.fullmatch(text.strip().lower())
    if match is None or match[4] is not None:
        raise CellError("write a time as 17:30")
    return (read_time(*match.group(1, 2, 3)),)


def _parts(text: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Weeks, days and times of every part of a cell."""
    for part in re.split(r"[;\n]", NEXT_DAYS.sub("; ", text)):
        if not part.strip():
            continue
        match = DAYS_AND_TIMES.fullmatch(part.strip(" ,"))
        if match is None:
            raise CellError
        times = re.split(r"\s*[,&]\s*", match["times"].strip(" ,"))
        yield (match["weeks"] or "every").replace("a", "A").replace("b", "B"), read_days(match["days"]), times


def _windows(text: str) -> list[Json]:
    windows: list[Json] = []
    for weeks, days, times in _parts(text):
        spans = [read_span(time) for time in times]
        more = {} if weeks == "every" else {"weeks": weeks}
        windows += [{"day": day, "start": start, "end": end, **more} for day in days for start, end in spans]
    if not windows:
        raise CellError
    return windows


def _read_windows(cell: Cell) -> Json:
    text = _text(cell)
    if text.lower() == NEVER:
        return []
    if text.lower() == "always":
        return [{"day": day, "start": "00:00", "end": "24:00"} for day in WEEKDAYS]
    return _windows(text)


def _read_work(cell: Cell) -> Json:
    """Windows with their sites; a window without a place has no ``site`` yet."""
    text, windows = _text(cell), []
    for part in [] if text.lower() == NEVER else [part for part in re.split(r"[;\n]", text) if part.strip()]:
        place = PLACE.search(part.rstrip())
        if place and place["site"] and not ID_PATTERN.fullmatch(place["site"]):
            raise CellError("write the id of a site after 'at'")
        where = {"site": place["site"]} if place else {}
        windows += [{**window, **where} for window in _windows(part[: place.start()] if place else part)]
    return windows


def _read_starts(cell: Cell) -> Json:
    return [{"day": day, "time": read_point(time)[0]} for _, days, times in _parts(_text(cell)) for day in days for time in times]


def _read_spans(cell: Cell) -> Json:
    text = _text(cell)
    if text.lower() == NEVER:
        return []
    return [dict(zip(("start", "end"), read_span(part), strict=True)) for part in re.split(r"\s*[,;\n]\s*", text) if part]


def write_days(days: Sequence[str]) -> str:
    """Days as :func:`read_days` reads them in the same order; three or more consecutive days are joined."""
    shown, left = [], [WEEKDAYS.index(day) for day in days]
    while left:
        length = next((n for n in range(len(left), 2, -1) if n <= 7 and left[:n] == [(left[0] + k) % 7 for k in range(n)]), 1)
        shown.append(WEEKDAYS[left[0]] if length == 1 else f"{WEEKDAYS[left[0]]}-{WEEKDAYS[left[length - 1]]}")
        left = left[length:]
    return ", ".join(shown)


def _write(items: Iterable[Json], time: Callable[[Json], str], where: Callable[[Json], str] = lambda _: "") -> str:
    """Items by day, in their order; consecutive items that differ only in the day are joined."""
    blocks = [
        (key, ", ".join(time(item) for item in mine))
        for key, mine in groupby(items, key=lambda item: (item.get("weeks", "every"), item["day"], where(item)))
    ]
    shown = []
    for (weeks, place, times), same in groupby(blocks, key=lambda block: (block[0][0], block[0][2], block[1])):
        days = write_days([key[1] for key, _ in same])
        shown.append(f"{'' if weeks == 'every' else weeks + ' '}{days} {times}{place}")
    return "; ".join(shown)


def _span(item: Json) -> str:
    return f"{item['start']}-{item['end']}"


def _place(item: Json) -> str:
    if "site" not in item:
        return ""
    return " remote" if item["site"] is None else f" at {item['site']}"


def _read_segments(cell: Cell) -> Json:
    segments = []
    for item in split(_text(cell)):
        name, _, minutes = item.strip().rpartition(" ")
        name = name.strip()
        if not re.fullmatch(r"\d{1,5}", minutes) or not ID_PATTERN.fullmatch(unquoted(name)):
            raise CellError
        segments.append({"service": None if name.lower() == "break" else unquoted(name), "minutes": int(minutes)})
    return segments


def _segment(item: Json) -> str:
    name = "break" if item["service"] is None else item["service"]
    return f"{quoted(name, also='b') if item['service'] is not None and name.lower() == 'break' else name} {item['minutes']}"


def _read_travel(cell: Cell) -> Json:
    """Minutes by site; a bare number has no site yet."""
    text = clean(str(cell.value)) if not isinstance(cell.value, float) else f"{cell.value:g}"
    if re.fullmatch(r"\d{1,5}", text) and not cell.is_dated:
        return {"": int(text)}
    minutes_to: dict[str, int] = {}
    for item in split(_text(cell)):
        pair = re.fullmatch(r"(\S+?):?\s+(\d{1,5})(?: ?min\w*)?", item.strip())
        if pair is None or not ID_PATTERN.fullmatch(pair[1]) or pair[1] in minutes_to:
            raise CellError
        minutes_to[pair[1]] = int(pair[2])
    return minutes_to


def _read_bookings(cell: Cell) -> Json:
    """Participants, with a mode if given."""
    bookings = []
    text = f"{cell.value:g}" if isinstance(cell.value, float) and not cell.is_dated else _text(cell)
    for item in split(text):
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
