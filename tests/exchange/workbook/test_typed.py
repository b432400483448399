"""Times as people type them: more than two hundred ways to write days, times, dates and lengths, and what each means.

A question mark behind a time: it was written without am or pm, and might be twelve hours later.
"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.exchange.workbook.cells import Cell, CellError
from scheduler.exchange.workbook.kinds import CODE, DURATION, ID, LANGUAGE, WORD, YES_NO, ZONE, list_of
from scheduler.exchange.workbook.times import CLOCK, MOMENT, SESSION_DAY
from scheduler.exchange.workbook.typed.clocks import HalfDay
from scheduler.exchange.workbook.typed.dates import SlashDate, read_date
from scheduler.exchange.workbook.typed.lengths import read_length
from scheduler.exchange.workbook.typed.readings import ReadAs
from scheduler.exchange.workbook.windows import SEGMENTS, SPANS, STARTS, TRAVEL, WINDOWS, WORK, write_days
from scheduler.timegrid import clock

CASES = """
mon 17:00-21:00                        | mon 17:00-21:00
mon 5-9                                | mon 05:00?-09:00?
Mon-Thu 1-9                            | mon-thu 01:00?-09:00?
5:30 pm-8:30 pm                        | mon-sun 17:30-20:30
mon 5 pm-9 pm                          | mon 17:00-21:00
8:00 AM - 1:00 PM                      | mon-sun 08:00-13:00
Mon 8:00 AM - 1:00 PM                  | mon 08:00-13:00
MWF 9-12                               | mon, wed, fri 09:00?-12:00?
Mon-Wed-Fri 9am-noon                   | mon, wed, fri 09:00-12:00
Tue-Thu-Sat 1pm-5pm                    | tue, thu, sat 13:00-17:00
every Tuesday 1pm-5pm                  | tue 13:00-17:00
every Mon and every Wed 1pm-5pm        | mon, wed 13:00-17:00
Mon 1pm-5pm (A weeks)                  | A mon 13:00-17:00
Mon 9am-noon, B week; Tue 1pm-5pm      | B mon 09:00-12:00; tue 13:00-17:00
Mon 1pm-5pm week A; Tue 1-5pm weeks B  | A mon 13:00-17:00; B tue 13:00-17:00
M T Th 12-9, W 12-6                    | mon, tue, thu 12:00-21:00; wed 12:00-18:00
Mon thru Thu 3-8pm                     | mon-thu 15:00-20:00
Mon through Thu 3pm-8pm                | mon-thu 15:00-20:00
Monday to Thursday 3 to 8 pm           | mon-thu 15:00-20:00
Mon 9-noon                             | mon 09:00-12:00
Mon 9 - midday                         | mon 09:00-12:00
Mon noon-2                             | mon 12:00-14:00
Mon noon-9                             | mon 12:00-21:00
Mon 9pm-midnight                       | mon 21:00-24:00
Mon 5-midnight                         | mon 05:00?-24:00
Mon midnight-6am                       | mon 00:00-06:00
Mon 10pm-12                            | mon 22:00-24:00
Mon 10pm-12am                          | mon 22:00-24:00
Mon 18:00-0:00                         | mon 18:00-24:00
Mon 18:00-24:00                        | mon 18:00-24:00
after 4pm                              | mon-sun 16:00-24:00
after 4                                | mon-sun 04:00?-24:00
Mon after 4pm                          | mon 16:00-24:00
every day after 4pm                    | mon-sun 16:00-24:00
Any day after 4pm                      | mon-sun 16:00-24:00
weekdays after 5:30pm                  | mon-fri 17:30-24:00
from 4pm on                            | mon-sun 16:00-24:00
Mon 4pm on                             | mon 16:00-24:00
Mon 4pm onwards                        | mon 16:00-24:00
Mon 4pm or later                       | mon 16:00-24:00
Mon 4pm+                               | mon 16:00-24:00
Mon any time after 3pm                 | mon 15:00-24:00
Mon-Fri not before 10am                | mon-fri 10:00-24:00
since 4pm mon                          | mon 16:00-24:00
after 4pm Mon-Thu                      | mon-thu 16:00-24:00
after 4pm, Sat 9am-12pm                | mon-sun 16:00-24:00; sat 09:00-12:00
until 3                                | mon-sun 00:00-03:00?
until 3pm                              | mon-sun 00:00-15:00
Mon until 3pm                          | mon 00:00-15:00
Mon till noon                          | mon 00:00-12:00
before noon                            | mon-sun 00:00-12:00
Mon before 10am                        | mon 00:00-10:00
Mon up to 2pm                          | mon 00:00-14:00
Mon no later than 2pm                  | mon 00:00-14:00
Mon not after 5pm                      | mon 00:00-17:00
Mon 9a-12p                             | mon 09:00-12:00
Mon 9a - 5p                            | mon 09:00-17:00
Mon 9 a.m. - 5 p.m.                    | mon 09:00-17:00
Mon 9 AM to 5 PM                       | mon 09:00-17:00
Mon 9am to noon                        | mon 09:00-12:00
Mon 9AM-12PM                           | mon 09:00-12:00
Mon 12am-6am                           | mon 00:00-06:00
Mon 12-6am                             | mon 00:00-06:00
Mon 12pm-1pm                           | mon 12:00-13:00
Mon 12-1                               | mon 12:00-13:00
Mon 12-1pm                             | mon 12:00-13:00
Mon 12:30-1:30                         | mon 12:30-13:30
Mon 11-2                               | mon 11:00?-14:00
Mon 11:00-2:00                         | mon 11:00?-14:00
Mon 11-1pm                             | mon 11:00-13:00
Mon 10-12                              | mon 10:00?-12:00?
Mon 10:00-12:00                        | mon 10:00-12:00
Mon 9:00-11:30                         | mon 09:00?-11:30?
Mon 09:00-11:30                        | mon 09:00-11:30
Mon 9-5                                | mon 09:00?-17:00
Mon 9-5pm                              | mon 09:00-17:00
Mon 9am-5                              | mon 09:00-17:00
Mon 5pm-9                              | mon 17:00-21:00
Mon 5-9pm                              | mon 17:00-21:00
Mon 5-9p                               | mon 17:00-21:00
Mon 5:30-8:30pm                        | mon 17:30-20:30
Mon 7-9am                              | mon 07:00-09:00
Mon 8-9pm                              | mon 20:00-21:00
Mon 8-1                                | mon 08:00?-13:00
Mon 8-4                                | mon 08:00?-16:00
Mon 8-13                               | mon 08:00-13:00
Mon 9-17                               | mon 09:00-17:00
Mon 17-21                              | mon 17:00-21:00
Mon 17-21:30                           | mon 17:00-21:30
Mon 9-9                                | mon 09:00?-21:00
Mon 2:30-8                             | mon 02:30?-08:00?
Mon 2:45pm - 8pm                       | mon 14:45-20:00
Mon 0900-1200                          | mon 09:00-12:00
Mon 1730-2030                          | mon 17:30-20:30
Mon 0900-1200, 1300-1700               | mon 09:00-12:00, 13:00-17:00
Mon 9h-12h                             | mon 09:00?-12:00?
Mon 9h30-17h                           | mon 09:30-17:00
Mon 9.30-12.30                         | mon 09:30?-12:30?
Mon 9:00:00-17:00:00                   | mon 09:00-17:00
Mon 9 o'clock to 5 o'clock             | mon 09:00?-17:00
Mon 9\u201312                          | mon 09:00?-12:00?
Mon\u2013Thu 10\u20137                 | mon-thu 10:00?-19:00
Mon \u2014 Thu 10 am \u2014 7 pm       | mon-thu 10:00-19:00
Mon\u00a09am\u2011noon                 | mon 09:00-12:00
Mon 9-12 & 1-4                         | mon 09:00?-12:00?, 13:00-16:00
Mon 9-12, 1-4                          | mon 09:00?-12:00?, 13:00-16:00
Mon 9-12 and 1:30-4                    | mon 09:00?-12:00?, 13:30-16:00
Mon 8-10 + 3-5                         | mon 08:00?-10:00?, 15:00-17:00
Mon 1pm-3pm, 4-6                       | mon 13:00-15:00, 16:00-18:00
Mon 7-8:30, 3:30-9                     | mon 07:00?-08:30?, 15:30-21:00
Mon 14:00-17:00, 09:00-12:00           | mon 14:00-17:00, 09:00-12:00
Mon 9-5 except 12-1                    | mon 09:00-12:00, 13:00-17:00
weekdays 9-5 except Wed                | mon, tue, thu, fri 09:00?-17:00
Mon-Fri 9-5 (not Wed)                  | mon, tue, thu, fri 09:00?-17:00
Mon-Fri but not Wed, 9-12              | mon, tue, thu, fri 09:00?-12:00?
Mon-Fri except Wed 9-12                | mon, tue, thu, fri 09:00?-12:00?
Mon-Fri except Tue and Thu 9am-5pm     | mon, wed, fri 09:00-17:00
any time except Wed                    | mon, tue, thu-sun 00:00-24:00
Mon-Thu 9am-5pm, Fri off               | mon-thu 09:00-17:00
Mon all day, Tue 9am-12pm              | mon 00:00-24:00; tue 09:00-12:00
Mon, Wed any time                      | mon, wed 00:00-24:00
any                                    | mon-sun 00:00-24:00
any time                               | mon-sun 00:00-24:00
always                                 | mon-sun 00:00-24:00
24/7                                   | mon-sun 00:00-24:00
flexible                               | mon-sun 00:00-24:00
Tues/Thurs 9am-12pm                    | tue, thu 09:00-12:00
Tu/Th 9am-12pm                         | tue, thu 09:00-12:00
T/Th 9am-12pm                          | tue, thu 09:00-12:00
TTh 9am-12pm                           | tue, thu 09:00-12:00
TuTh 9am-12pm                          | tue, thu 09:00-12:00
TR 9am-12pm                            | tue, thu 09:00-12:00
MW 9am-12pm                            | mon, wed 09:00-12:00
MTW 9am-12pm                           | mon-wed 09:00-12:00
MTWTF 9am-12pm                         | mon-fri 09:00-12:00
MTWThF 9am-12pm                        | mon-fri 09:00-12:00
MTWRF 9am-12pm                         | mon-fri 09:00-12:00
M-F 9am-12pm                           | mon-fri 09:00-12:00
M-Th 9am-12pm                          | mon-thu 09:00-12:00
M - F 9am-12pm                         | mon-fri 09:00-12:00
M,W,F 9am-12pm                         | mon, wed, fri 09:00-12:00
M/W/F 9am-12pm                         | mon, wed, fri 09:00-12:00
M W F 9am-12pm                         | mon, wed, fri 09:00-12:00
Mon Wed Fri 8:00 AM - 1:00 PM          | mon, wed, fri 08:00-13:00
Mon,Tue,Thu 15:00 to 22:00             | mon, tue, thu 15:00-22:00
Mon & Wed 9am-12pm                     | mon, wed 09:00-12:00
Mon and Wed 9am-12pm                   | mon, wed 09:00-12:00
Mondays and Wednesdays from 9 to 5     | mon, wed 09:00?-17:00
between 9am and 5pm on Mon             | mon 09:00-17:00
9am-5pm Mon-Fri                        | mon-fri 09:00-17:00
4pm-9pm on Mondays                     | mon 16:00-21:00
MON 9AM-5PM                            | mon 09:00-17:00
Mon. 9am-5pm                           | mon 09:00-17:00
Mon.-Fri. 9 a.m.-5 p.m.                | mon-fri 09:00-17:00
Mon: 9am-5pm                           | mon 09:00-17:00
Mon (9am-5pm)                          | mon 09:00-17:00
Mon   9am  -   5pm                     | mon 09:00-17:00
weekdays 8am-4pm                       | mon-fri 08:00-16:00
week days 8am-4pm                      | mon-fri 08:00-16:00
weekends 10-2                          | sat, sun 10:00?-14:00
Sat & Sun 10am-2pm                     | sat, sun 10:00-14:00
daily 9am-5pm                          | mon-sun 09:00-17:00
every day 9am-5pm                      | mon-sun 09:00-17:00
everyday 9am-5pm                       | mon-sun 09:00-17:00
fri-mon 9am-12pm                       | fri-mon 09:00-12:00
Mon 9am-12pm; Tue 1pm-5pm              | mon 09:00-12:00; tue 13:00-17:00
Mon 9am-12pm, Tue 1pm-5pm              | mon 09:00-12:00; tue 13:00-17:00
Mon 9am-12pm Tue 1pm-5pm               | mon 09:00-12:00; tue 13:00-17:00
Mon 9am-12pm/Tue 1pm-5pm               | mon 09:00-12:00; tue 13:00-17:00
Mon 9am-12pm\\nTue 1pm-5pm             | mon 09:00-12:00; tue 13:00-17:00
Mon, Wed: 9am-12pm; Fri: 1pm-5pm       | mon, wed 09:00-12:00; fri 13:00-17:00
Mon-Thu 1pm-9pm; Fri 9-1pm             | mon-thu 13:00-21:00; fri 09:00-13:00
Mon evenings 5-9                       | mon 17:00-21:00
Mon mornings 9-12                      | mon 09:00-12:00
Mon afternoon 1-4                      | mon 13:00-16:00
A mon 9am-12pm                         | A mon 09:00-12:00
A week: mon 9am-12pm                   | A mon 09:00-12:00
B weeks: tue 10:00 - 12:00, 13-15      | B tue 10:00-12:00, 13:00-15:00
A mon 9am-12pm; B tue 9am-12pm         | A mon 09:00-12:00; B tue 09:00-12:00
free Mon 9am-12pm                      | mon 09:00-12:00
available Mon-Fri 9am-5pm              | mon-fri 09:00-17:00
Mon & Wed 5:30pm                       | mon, wed 17:30
mon 17:30; tue 17:30, 18:00            | mon 17:30; tue 17:30, 18:00
Mon-Thu 3:30 pm                        | mon-thu 15:30
Mon 5:30                               | mon 05:30?
Mon 9, 1                               | mon 09:00?, 13:00
Mon noon                               | mon 12:00
never                                  | never
off                                    | never
N/A                                    | never
not available                          | never
"""

REFUSED = {
    "9-12": "begin with days",
    "mon": "write times after the days",
    "mon-thu": "write times after the days",
    "evenings": "not a word",
    "Mon & Wed evenings": "not a word",
    "T 9-12": "T alone",
    "M-T 9-12": "T alone",
    "S 9-12": "begin with days",
    "someday 9-12": "begin with days",
    "every other Mon 9-12": "write A or B in front",
    "mon 9-12 odd weeks": "write A or B in front",
    "mon 25-26": "HH:MM",
    "mon 9:75-10": "HH:MM",
    "mon 13pm-2pm": "1 to 12",
    "mon 12-12": "end after the start",
    "mon 9pm-5pm": "end after the start",
    "mon 9-12 after work": "begin with days",
    "9am-12pm Mon 1pm": "semicolon",
}

DATES = """
2027-01-11                    | 2027-01-11
2027/1/11                     | 2027-01-11
2027.01.11                    | 2027-01-11
20270111                      | 2027-01-11
2027-01-11 00:00:00           | 2027-01-11
2027-01-11T00:00              | 2027-01-11
1/13/2027                     | 2027-01-13 month-first
13/1/2027                     | 2027-01-13 day-first
13.1.2027                     | 2027-01-13 day-first
1-13-2027                     | 2027-01-13 month-first
1/13/27                       | 2027-01-13 month-first
1/11/2027                     | 2027-01-11 or 2027-11-01
01/11/27                      | 2027-01-11 or 2027-11-01
3/4/2027                      | 2027-03-04 or 2027-04-03
3.4.2027                      | 2027-03-04 or 2027-04-03
5/5/2027                      | 2027-05-05
2/29/2028                     | 2028-02-29 month-first
March 4, 2027                 | 2027-03-04
March 4 2027                  | 2027-03-04
Mar 4, 2027                   | 2027-03-04
Mar. 4th, 2027                | 2027-03-04
4 March 2027                  | 2027-03-04
4th of March 2027             | 2027-03-04
4-Mar-27                      | 2027-03-04
4-Mar-2027                    | 2027-03-04
4 Mar '27                     | 2027-03-04
Mar-4-2027                    | 2027-03-04
04MAR2027                     | 2027-03-04
Thu, March 4, 2027            | 2027-03-04
Thursday 4 March 2027         | 2027-03-04
Thu 3/4/2027                  | 2027-03-04 month-first
Sat 3/4/2027                  | 2027-04-03 day-first
Sept 7, 2027                  | 2027-09-07
"""

LENGTHS = {
    "90": 90, "15 min": 15, "15min": 15, "15 mins": 15, "15 minutes": 15, "15 min.": 15, "90m": 90, "3 h": 180, "3h": 180, "3 hr": 180,
    "3 hrs": 180, "3 hours": 180, "1 hour": 60, "1 hr 30": 90, "1 hr 30 min": 90, "1h30": 90, "1h 30m": 90, "1 h, 30 min": 90,
    "1 hour and 15 minutes": 75, "1.5 hours": 90, "1.5h": 90, "1,5 h": 90, "0.25 h": 15, "1:30": 90, "0:50": 50, "3 H": 180,
}  # fmt: skip
NO_LENGTHS = ("", "soon", "1.33 h", "h", "1:75", "-5", "90 seconds")


def pairs(table: str) -> list[tuple[str, str]]:
    lines = (line.partition("|") for line in table.strip().splitlines())
    return [(left.strip().replace("\\n", "\n"), right.strip()) for left, _, right in lines]


def marked(time: str) -> str:
    return f"{time}?" if isinstance(time, HalfDay) else time


def shown(text: str) -> str:
    """Windows and starts in our notation, in the order read."""
    kind = STARTS if not text.lower().startswith(("off", "never", "n/a", "not")) else WINDOWS
    parts: list[tuple[str, list[str], list[str]]] = []
    by_day: dict[int, tuple[str, str, list[str]]] = {}
    for item in kind.parse(Cell(text)):
        window = item if "start" in item else {"start": item["time"], "end": item.get("until")}
        time = marked(window["start"]) + ("" if window["end"] is None else f"-{marked(window['end'])}")
        weeks = item.get("weeks", "every")
        last = by_day.get(len(by_day) - 1)
        if last is not None and last[:2] == (weeks, item["day"]):
            last[2].append(time)
        else:
            by_day[len(by_day)] = (weeks, item["day"], [time])
    for weeks, day, times in by_day.values():
        if parts and parts[-1][0] == weeks and parts[-1][2] == times:
            parts[-1][1].append(day)
        else:
            parts.append((weeks, [day], times))
    return "; ".join(f"{'' if w == 'every' else w + ' '}{write_days(days)} {', '.join(times)}" for w, days, times in parts) or "never"


@pytest.mark.parametrize(("text", "meant"), pairs(CASES), ids=[text for text, _ in pairs(CASES)])
def test_times_are_read_as_people_type_them(text, meant):
    if meant[:2] in ("A ", "B ") or "; B " in meant:
        windows = WINDOWS.parse(Cell(text))
        assert WINDOWS.show(windows) == meant
    else:
        assert shown(text) == meant


def test_there_are_more_than_two_hundred_ways():
    assert len(pairs(CASES)) + len(pairs(DATES)) + len(LENGTHS) > 200


@pytest.mark.parametrize(("text", "hint"), REFUSED.items())
def test_what_nobody_can_read_is_asked_about(text, hint):
    with pytest.raises(CellError, match=hint):
        STARTS.parse(Cell(text))


@pytest.mark.parametrize(("text", "meant"), pairs(DATES))
def test_dates_are_read_as_people_type_them(text, meant):
    read = read_date(text)
    more = "" if not isinstance(read, SlashDate) else f" {read.order}" if read.order else f" or {read.other}"
    assert f"{read}{more}" == meant


@pytest.mark.parametrize("text", ["1/5", "March 4", "2027-02-30", "13/13/2027", "Tue 2027-01-11", "12/2027", "soon", ""])
def test_no_dates(text):
    with pytest.raises(CellError):
        read_date(text)


@pytest.mark.parametrize(("text", "minutes"), LENGTHS.items())
def test_lengths_are_read_as_people_type_them(text, minutes):
    assert read_length(text) == minutes


@pytest.mark.parametrize("text", NO_LENGTHS)
def test_no_lengths(text):
    with pytest.raises(CellError):
        read_length(text)


@given(st.dates(dt.date(1901, 1, 1), dt.date(2199, 12, 31)), st.sampled_from(["%B %d, %Y", "%d %b %Y", "%Y/%m/%d", "%a, %b %d, %Y"]))
def test_any_date_in_words_is_read(day, style):
    assert read_date(day.strftime(style)) == day.isoformat()


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_any_window_with_am_and_pm_is_read(start, length):
    end = min(start + length, 1440)
    windows = WINDOWS.parse(Cell(f"Tue {_twelve(start)} - {_twelve(end)}"))
    assert windows == [{"day": "tue", "start": clock(start), "end": "24:00" if end == 1440 else clock(end)}]
    assert not any(isinstance(time, HalfDay) for time in windows[0].values())


def _twelve(minute: int) -> str:
    hour, rest = divmod(minute % 1440, 60)
    return f"{hour % 12 or 12}:{rest:02d} {'am' if hour < 12 else 'pm'}"


@given(st.integers(0, 99_999))
def test_any_length_comes_back(minutes):
    assert DURATION.parse(Cell(str(DURATION.show(minutes)))) == minutes


@pytest.mark.parametrize(
    ("kind", "value", "meant"),
    [
        (CLOCK, "1730", "17:30"),
        (CLOCK, "noon", "12:00"),
        (CLOCK, "5p", "17:00"),
        (CLOCK, "5 p.m.", "17:00"),
        (CLOCK, Cell(0.5, is_dated=True), "12:00"),
        (DURATION, Cell(0.0625, is_dated=True), 90),
        (DURATION, 180.0, 180),
        (MOMENT, "1/13/2027 7:40 am", "2027-01-13T07:40:00"),
        (MOMENT, "January 13, 2027 at 5pm", "2027-01-13T17:00:00"),
        (SESSION_DAY, "Thurs", "thu"),
        (SESSION_DAY, "1/13/2027", "2027-01-13"),
        (SPANS, "9am-noon & 1-4pm", [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "16:00"}]),
        (SPANS, "off", []),
        (TRAVEL, "15 min", {"": 15}),
        (TRAVEL, "1 h", {"": 60}),
        (TRAVEL, "Main St. 15 min; north: 1 h 10", {"Main-St.": 15, "north": 70}),
        (SEGMENTS, "process 1.5 h; break 15 min; DBT Skills 75", [{"service": "process", "minutes": 90}, {"service": None, "minutes": 15},
                                                                  {"service": "DBT-Skills", "minutes": 75}]),
        (ID, "Main St. ", "Main-St."),
        (ID, "Caf\u00e9 #2", "Cafe-2"),
        (list_of(ID), "lcsw/lpc", ["lcsw", "lpc"]),
        (list_of(ID), "LCSW & DBT and LPC", ["LCSW", "DBT", "LPC"]),
        (list_of(CODE), "c1 / c2", ["c1", "c2"]),
        (LANGUAGE, "English", "en"),
        (LANGUAGE, "spanish", "es"),
        (LANGUAGE, "ES", "ES"),
        (LANGUAGE, '"English"', "English"),
        (ZONE, "Eastern", "America/New_York"),
        (ZONE, "US/Pacific Time", "America/Los_Angeles"),
        (ZONE, "america/new york", "America/New_York"),
        (ZONE, '"EST"', "EST"),
        (YES_NO, "\u2713", True),
    ],
)  # fmt: skip
def test_other_cells_are_read_as_people_type_them(kind, value, meant):
    assert kind.parse(value if isinstance(value, Cell) else Cell(value)) == meant


@pytest.mark.parametrize("zone", ["EST", "GMT", "utc", "America/New_York", "Eastern", "Mars/Base"])
def test_any_zone_comes_back(zone):
    assert ZONE.parse(Cell(str(ZONE.show(zone)))) == zone


@pytest.mark.parametrize("code", ["en", "English", "es", "x-1"])
def test_any_language_comes_back(code):
    assert LANGUAGE.parse(Cell(str(LANGUAGE.show(code)))) == code


def test_a_value_read_in_other_words_says_so():
    assert isinstance(ID.parse(Cell("Main St.")), ReadAs)
    assert not isinstance(ID.parse(Cell("main")), ReadAs)
    assert WORD.parse(Cell("Main St.")) == "Main St."


@pytest.mark.parametrize("text", ["mon-thu 9am-5pm @ Main St.", "Mon-Thu 9am-5pm at Main St.", "Mon-Thu 9am-5pm in Main St."])
def test_places_have_names_of_several_words(text):
    assert {window["site"] for window in WORK.parse(Cell(text))} == {"Main-St."}


def test_each_window_may_have_its_place():
    hours = WORK.parse(Cell("Mon 9am-12pm at main, Tue 9am-12pm remote; wed 9am-12pm"))
    assert [window.get("site", "?") for window in hours] == ["main", None, "?"]
