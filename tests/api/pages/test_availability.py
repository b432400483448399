"""Free hours on a person's page: typed, drawn, saved; nobody overwrites another, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.pages.people.hours_chart import hours_chart
from api.pages.typed_hours import EXAMPLE_OF_DAY, UnreadableHoursError, hours_text, read_day
from scheduler.instance.calendar import ClockWindow
from tests.api.pages.test_person import items, section, words
from tests.api.pages.test_phone_hours import SITE
from tests.api.programs.seed import keep
from tests.api.weeks.small import PROGRAM

PERSON = f"/programs/{PROGRAM}/people/yan"
FREE = f"{PERSON}/availability"
V1 = f"/v1/programs/{PROGRAM}"
WEEKLY = [{"day": "mon", "start": "09:00", "end": "12:00"}, {"day": "tue", "start": "17:00", "end": "24:00", "weeks": "A"}]


@pytest.fixture(autouse=True)
def yan(published, clock, store):
    """Somebody with alternating hours, a date ahead and one in the past; on Monday of the week, 9:05 in New York."""
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))
    dates = [{"date": "2026-11-02"}, {"date": "2026-12-24", "windows": [{"start": "09:00", "end": "10:00"}]}]
    keep(store, PROGRAM, "participants", id="yan", label="Y.", availability={"weekly": WEEKLY, "dates": dates})


def typed(page) -> dict[str, str]:
    """What the form about the hours would send."""
    form = next(f for f in page.all("form") if f.attributes["action"] == FREE)
    return {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}


def test_the_grid_is_told_the_hours_of_every_week_in_minutes_and_nothing_that_cannot_be_read(desk):
    browser = desk()
    fields = {i.attributes["name"]: i.attributes for i in browser.get(FREE).all("input") if "data-windows" in i.attributes}
    assert list(fields) == [f"every-{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]
    assert (fields["every-mon"]["data-windows"], fields["every-mon"]["data-short"]) == ("540-720", "Mon")
    page = browser.post(FREE, 422, **(typed(browser.get(FREE)) | {"every-mon": "mornings", "every-wed": "9-12, after 4pm"}))
    windows = {i.attributes["name"]: i.attributes["data-windows"] for i in page.all("input") if "data-windows" in i.attributes}
    assert (windows["every-mon"], windows["every-wed"]) == ("", "540-720 960-1440")


def stored(coordinator):
    return coordinator.get(f"{V1}/participants/yan").json()["availability"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9-12, 1pm-5pm", [(540, 720), (780, 1020)]),
        ("after 4pm", [(960, 1440)]),
        ("all day", [(0, 1440)]),
        ("None.", []),
        ("9-12, 11-1pm", [(540, 780)]),
        ("5-9pm", [(1020, 1260)]),
        ("8-12", [(480, 720)]),
        ("1-5", [(780, 1020)]),
    ],
)
def test_hours_are_read_as_people_type_them(text, spans):
    assert [(w.start, w.end) for w in read_day(text, "mon", [SITE])] == spans


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("8-9", "Write am or pm: 8:00 – 9:00 could be in the morning or in the evening."),
        *((text, EXAMPLE_OF_DAY) for text in ("mornings", "5pm-4pm", "tue 9-12", "9", "9-12; 1-5")),
    ],
)
def test_hours_that_are_no_hours_or_could_be_others_are_asked_about(text, message):
    with pytest.raises(UnreadableHoursError) as error:
        read_day(text, "mon", [SITE])
    assert str(error.value).replace("\xa0", " ") == message


def test_what_is_shown_is_read_back():
    for start in range(0, 1440, 45):
        for end in (*range(start + 15, 1440, 45), 1440):
            window = ClockWindow(start=start, end=end)
            assert read_day(hours_text([window]), "mon", ()) == (window,)
    two = (ClockWindow(start=780, end=840), ClockWindow(start=540, end=720))
    assert hours_text(two) == "9:00 am-12:00 pm, 1:00-2:00 pm"


def test_the_form_shows_what_is_stored_and_saving_it_changes_nothing(desk, coordinator):
    browser, before = desk(), stored(coordinator)
    page = browser.get(FREE)
    fields = typed(page)
    assert {name: value for name, value in fields.items() if value} == {
        "version": "1", "every-mon": "9:00 am-12:00 pm", "A-tue": "after 5:00 pm", "date-0": "2026-12-24", "hours-0": "9:00-10:00 am",
    }  # fmt: skip
    page = browser.post(FREE, **fields)
    assert "Saved." in page.text
    assert stored(coordinator) == before


def test_hours_and_dates_are_changed(desk, coordinator):
    browser = desk()
    fields = typed(browser.get(FREE))
    more = {"every-mon": "9-12, 1pm-5pm", "A-tue": "", "B-tue": "10-11:30", "hours-0": "none", "date-1": "12/31/2026", "hours-1": "9-11"}
    browser.post(FREE, **fields | more)
    weekly = [(w["day"], w["start"], w["end"], w["weeks"]) for w in stored(coordinator)["weekly"]]
    assert weekly == [("mon", "09:00", "12:00", "every"), ("mon", "13:00", "17:00", "every"), ("tue", "10:00", "11:30", "B")]
    dates = {one["date"]: [(w["start"], w["end"]) for w in one["windows"]] for one in stored(coordinator)["dates"]}
    assert dates == {"2026-11-02": [], "2026-12-24": [], "2026-12-31": [("09:00", "11:00")]}


@pytest.mark.parametrize(
    ("fields", "where", "message"),
    [
        ({"every-wed": "6-9"}, "every-wed", "Write am or pm: 6:00 – 9:00 could be in the morning or in the evening."),
        ({"B-wed": "often"}, "B-wed", EXAMPLE_OF_DAY),
        ({"date-1": "soon", "hours-1": "9-12"}, "date-1", "Choose the date of these hours."),
        ({"hours-1": "9-12"}, "date-1", "Choose the date of these hours."),
        ({"date-1": "2026-12-31"}, "hours-1", "Write the hours of this date, or none."),
        ({"date-1": "2026-12-24", "hours-1": "9-12"}, "date-1", "This date has a line already."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(desk, coordinator, fields, where, message):
    browser, before = desk(), stored(coordinator)
    page = browser.post(FREE, 422, **typed(browser.get(FREE)) | {"every-fri": "2pm-3pm"} | fields)
    assert words(page.of_id(f"{where}-wrong")) == message
    shown = typed(page)
    assert {name: shown[name] for name in (*fields, "every-fri")} == fields | {"every-fri": "2pm-3pm"}
    assert stored(coordinator) == before


def test_if_someone_else_was_first_both_are_shown_and_saving_again_decides(desk, coordinator):
    browser = desk()
    mine = typed(browser.get(FREE)) | {"every-mon": "9-11"}
    theirs = coordinator.get(f"{V1}/participants/yan")
    changed = theirs.json() | {"availability": {"weekly": [{"day": "mon", "start": "10:00", "end": "12:00"}]}}
    assert coordinator.put(f"{V1}/participants/yan", json=changed, headers={"If-Match": theirs.headers["ETag"]}).status_code == 200
    page = browser.post(FREE, 412, **mine)
    (table,) = [e for e in page.all("table") if "Yours" in e.text]
    assert [[words(cell) for cell in row.all("th", "td")] for row in table.all("tr")][1:] == [
        ["Monday", "9-11", "10:00 am-12:00 pm"],
        ["Tuesday, A weeks", "after 5:00 pm", "–"],
        ["Date 1", "2026-12-24", "–"],
        ["Hours of date 1", "9:00-10:00 am", "–"],
    ]
    assert stored(coordinator)["weekly"][0]["start"] == "10:00"
    browser.post(FREE, **typed(page))
    assert stored(coordinator)["weekly"][0]["end"] == "11:00"


def test_time_away_is_entered_drawn_and_taken_back(desk, coordinator):
    browser = desk()
    browser.get(FREE)
    page = browser.post(f"{PERSON}/away", 422, first="2026-12-07", last="2026-12-01")
    assert words(page.of_id("last-wrong")) == "The end is before the start."
    assert typed(page)["every-mon"] == "9:00 am-12:00 pm"
    before = len([r for r in page.all("rect") if r.attributes["class"] == "free"])
    page = browser.post(f"{PERSON}/away", first="2026-12-07", last="2026-12-08", start="09:00", end="12:00")
    assert [i.split(" Not away")[0] for i in items(page, "away")] == ["Dec 7 – 8, 9:00 am – 12:00 pm"]
    assert len([r for r in page.all("rect") if r.attributes["class"] == "free"]) == before - 1
    (action,) = [f.attributes["action"] for f in page.all("form") if f.attributes["action"].endswith("/remove")]
    browser.post(action.replace("/yan/", "/ana/"), 404)
    for _ in range(2):
        assert "None ahead." in section(browser.post(action), "away").text


def test_hours_are_drawn_to_one_scale_with_the_ordered_band(desk, coordinator):
    assert [y for y, _ in hours_chart([]).lines] == [160 - 25 * n for n in range(7)]
    page = desk().get(f"/programs/{PROGRAM}/people/ana")
    drawing = next(e for e in section(page, "hours").all("svg"))
    (band, scheduled, delivered) = drawing.all("rect")
    assert [e.attributes["class"] for e in (band, scheduled, delivered)] == ["band", "scheduled", "delivered"]
    # 6 to 10 hours ordered, 6 h 50 min scheduled, nothing delivered yet; a line every two hours.
    assert (band.attributes["y"], band.attributes["height"]) == ("10", "60")
    assert (scheduled.attributes["height"], delivered.attributes["height"]) == ("102", "0")


def test_whoever_is_archived_is_only_shown(desk, coordinator):
    tag = coordinator.get(f"{V1}/participants/yan").headers["ETag"]
    browser = desk()
    fields = typed(browser.get(FREE))
    assert coordinator.delete(f"{V1}/participants/yan", headers={"If-Match": tag}).status_code < 300
    page = browser.post(FREE, 412, **fields)
    assert "This person was archived" in page.text
    assert fields["every-mon"] in str(typed(page))
    assert not [b for b in page.all("button") if "Save" in b.text]
