"""Kinds of cells: what people write is understood, what we write is read back."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.exchange.workbook.cells import Cell, CellError, escape, harmless, unescape, unharmed
from scheduler.exchange.workbook.kinds import CODE, ID, TEXT, WHOLE, WORD, YES_NO, list_of, one_of, split
from scheduler.exchange.workbook.times import CLOCK, DATE, MOMENT, WEEKDAY
from scheduler.exchange.workbook.windows import BOOKINGS, SEGMENTS, SPANS, STARTS, TRAVEL, WINDOWS, WORK
from scheduler.timegrid import WEEKDAYS, clock

MODE = one_of("in_person", "telehealth")
TIMES = st.integers(0, 1440).map(lambda minute: "24:00" if minute == 1440 else clock(minute))
DAYS = st.sampled_from(WEEKDAYS)
SITES = st.sampled_from([None, "at", "B", "mon", "x-1"])

READ = [
    (CLOCK, Cell(1.0, is_dated=True), "24:00"),
    (CLOCK, Cell(0.375, is_dated=True), "09:00"),
    (CLOCK, "17:30", "17:30"),
    (CLOCK, "9", "09:00"),
    (CLOCK, "5:30 PM", "17:30"),
    (CLOCK, "12 am", "00:00"),
    (CLOCK, "17:30:00", "17:30"),
    (CLOCK, 9.0, "09:00"),
    (CLOCK, 0.729166667, "17:30"),
    (CLOCK, 24.0, "24:00"),
    (DATE, "2027-1-5", "2027-01-05"),
    (DATE, "5 January 2027", "2027-01-05"),
    (DATE, "Jan. 5, 2027", "2027-01-05"),
    (DATE, "2027-01-05 00:00:00", "2027-01-05"),
    (DATE, 46392.0, "2027-01-05"),
    (MOMENT, "2027-01-05 7:40", "2027-01-05T07:40:00"),
    (MOMENT, "2027-01-05T07:40:00-05:00", "2027-01-05T07:40:00-05:00"),
    (WEEKDAY, "Thursday", "thu"),
    (WEEKDAY, "TH", "thu"),
    (MODE, "In-Person ", "in_person"),
    (MODE, "in person", "in_person"),
    (YES_NO, "Y", True),
    (YES_NO, False, False),
    (WHOLE, "12.0", 12),
    (WHOLE, " 12\u00a0", 12),
    (ID, 17.0, "17"),
    (ID, "0012", "0012"),
    (ID, " p1\u200b", "p1"),
    (WORD, 2.1, "2.1"),
    (TEXT, "  J. ", "  J. "),
    (TEXT, 2027.0, "2027"),
    (list_of(ID), "a; b,c\nd,", ["a", "b", "c", "d"]),
    (list_of(ID), "(None)", []),
    (list_of(DATE), "2027-01-05, 5 Feb 2027", ["2027-01-05", "2027-02-05"]),
    (list_of(WORD), '"a, b", c', ["a, b", "c"]),
    (TRAVEL, "main 20, north: 35 min", {"main": 20, "north": 35}),
    (TRAVEL, 20.0, {"": 20}),
    (SEGMENTS, 'process 90; break 15; "break" 5', [{"service": "process", "minutes": 90}, {"service": None, "minutes": 15},
                                                    {"service": "break", "minutes": 5}]),
    (STARTS, "mon-tue 5:30pm", [{"day": "mon", "time": "17:30"}, {"day": "tue", "time": "17:30"}]),
    (SPANS, "9-12, 2-5pm", [{"start": "09:00", "end": "12:00"}, {"start": "14:00", "end": "17:00"}]),
    (BOOKINGS, "p1, p2 (Telehealth)", [{"participant": "p1"}, {"participant": "p2", "mode": "telehealth"}]),
]  # fmt: skip

WINDOWS_READ = {
    "mon-thu 17:00-21:00; sat 9-12": "mon-thu 17:00-21:00; sat 09:00-12:00",
    "Mon, Tue 5-9pm, Thu 9-5pm": "mon, tue 17:00-21:00; thu 09:00-17:00",
    "A mon 9\u201312; B: tue 10:00 \u2013 12:00, 13-15": "A mon 09:00-12:00; B tue 10:00-12:00, 13:00-15:00",
    "Monday through Friday, 9am to 5pm": "mon-fri 09:00-17:00",
    "tues & thurs: 17:00 to 20:00": "tue, thu 17:00-20:00",
    "mon/wed 9-12 fri 8-9": "mon, wed 09:00-12:00; fri 08:00-09:00",
    "M W F 11-1pm and 2-3pm": "mon, wed, fri 11:00-13:00, 14:00-15:00",
    "weekdays 9-17\nsat 10-12": "mon-fri 09:00-17:00; sat 10:00-12:00",
    "fri-mon 9-12": "fri-mon 09:00-12:00",
    "Never": "never",
    "always": "mon-sun 00:00-24:00",
}

REFUSED = [
    (CLOCK, ("25:00", "9:60", "2560", 1.0, 930.0, 0.12345, True, "noonish")),
    (DATE, ("13/13/2027", "1/5", "Tue 2027-01-11", "2027-13-01", 12.0, True, "soon")),
    (MOMENT, ("2027-01-05", 46392.5, "5pm")),
    (WEEKDAY, ("t", "s", "someday")),
    (WHOLE, ("1,200", "12.5", 12.5, True, "1e5", "9999999999", float("1e300"))),
    (ID, ("?", "a\nb", "x" * 65)),
    (CODE, ("Jane Doe", "-a", "a/b", "x" * 65)),
    (YES_NO, ("maybe", 2.0)),
    (WINDOWS, ("9-12", "mon", "mon 25-26", "someday 9-12", "mon 9pm-5pm", 5.0, "mon-thu", "; ;", "mon 9-12 x", "x" * 20_001)),
    (STARTS, ("mon", "evenings")),
    (TRAVEL, ("main", "main twenty", "main 5; main 6")),
    (SEGMENTS, ("process", "90", "process ninety")),
    (BOOKINGS, ("Jane Doe", "p1 (hybrid)")),
]


@pytest.mark.parametrize(("kind", "value", "meant"), READ)
def test_what_people_write_is_understood(kind, value, meant):
    assert kind.parse(value if isinstance(value, Cell) else Cell(value)) == meant


@pytest.mark.parametrize(("written", "meant"), WINDOWS_READ.items())
def test_windows_are_read_as_people_write_them(written, meant):
    assert WINDOWS.show(WINDOWS.parse(Cell(written))) == meant


@pytest.mark.parametrize(("kind", "values"), REFUSED)
def test_what_could_mean_two_things_is_refused_with_what_to_write(kind, values):
    for value in values:
        with pytest.raises(CellError, match=r"write|begin|format"):
            kind.parse(Cell(value))


def test_a_date_the_spreadsheet_made_of_an_id_is_told():
    for kind in (ID, WORD, TEXT, WINDOWS, BOOKINGS, MODE):
        with pytest.raises(CellError, match="turned it into a date"):
            kind.parse(Cell(46392.0, is_dated=True))


def test_places_of_work_are_read():
    hours = WORK.parse(Cell("mon-tue 12:00-21:00 at main; wed 9-13 remote; thu 9-13"))
    assert [window.get("site", "?") for window in hours] == ["main", "main", None, "?"]
    assert WORK.show(hours[:3]) == "mon, tue 12:00-21:00 at main; wed 09:00-13:00 remote"


@given(st.lists(st.fixed_dictionaries({"day": DAYS, "start": TIMES, "end": TIMES, "weeks": st.sampled_from(["every", "A", "B"])})))
def test_any_windows_come_back_in_their_order(windows):
    read = WINDOWS.parse(Cell(str(WINDOWS.show(windows))))
    assert [{"weeks": "every", **window} for window in read] == windows


@given(st.lists(st.fixed_dictionaries({"day": DAYS, "start": TIMES, "end": TIMES, "site": SITES})))
def test_any_working_hours_come_back_in_their_order(windows):
    assert WORK.parse(Cell(str(WORK.show(windows)))) == windows


@pytest.mark.unmeasured
@given(st.lists(st.text(max_size=6)))
def test_any_words_come_back(words):
    assert list_of(WORD).parse(Cell(str(list_of(WORD).show(words)))) == words


@given(st.text())
def test_any_text_survives_escaping_and_stays_harmless(text):
    assert unescape(escape(text)) == text
    assert unharmed(harmless(text)) == text
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_times_and_dates_are_written_as_real_ones():
    assert CLOCK.show("17:30") == dt.timedelta(hours=17, minutes=30)
    assert DATE.show("2027-01-05") == dt.date(2027, 1, 5)
    assert MOMENT.show("2027-01-05T07:40:00") == dt.datetime(2027, 1, 5, 7, 40)  # noqa: DTZ001


def test_quotes_around_a_list_do_not_stop_the_reading_of_others():
    assert split("a, \u201cb; c\u201d") == ["a", '"b; c"']
