"""The template as a person fills it in: 26 invented people, 85 mistakes for a strict reader, and a handful of questions for this one."""

import datetime as dt

import pytest

from instances.workbooks import ANSWERS, FIRST_WORKBOOK, correct, first_workbook
from scheduler.exchange.workbook import NO_ANSWERS, Answers, WorkbookError, read_workbook
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.importing import import_source
from scheduler.validation import errors


def said(answers: Answers = NO_ANSWERS, is_corrected: bool = False) -> list[tuple[str, str, str]]:
    """Code, place and message of what an import says."""
    source = read_source(FIRST_WORKBOOK)
    if is_corrected:
        correct(source)
    try:
        issues = import_source(source, None, answers).issues
    except WorkbookError as refused:
        issues = tuple(errors(refused.issues))
    return [(issue.code, issue.path, issue.message) for issue in issues]


def test_the_first_import_asks_four_questions():
    assert said() == [
        ("date_order", "Week, row 4, Monday (B4)", "write YYYY-MM-DD, since this could be January 11, 2027 or November 1, 2027"),
        (
            "half_day",
            "Participants, rows 18 and 24, Free (E18, E24)",
            "write am or pm: as written, 04:00-10:00 (row 18) and 02:30-08:00 (row 24) are outside opening hours; 16:00-22:00 (row 18) and "
            "14:30-20:00 (row 24) may be meant",
        ),
        ("date_order", "Absences, row 2, First (E2)", "write YYYY-MM-DD, since this could be January 12, 2027 or December 1, 2027"),
        ("date_order", "Absences, row 2, Last (F2)", "write YYYY-MM-DD, since this could be January 12, 2027 or December 1, 2027"),
    ]


def test_each_question_lists_its_answers():
    with pytest.raises(WorkbookError) as refused:
        read_workbook(FIRST_WORKBOOK)
    answers = {issue.code: issue.answers for issue in errors(refused.value.issues)}
    assert answers == {"date_order": ("dates=month-first", "dates=day-first"), "half_day": ("times=pm", "times=am")}


def test_at_most_ten_corrections_are_needed_and_each_is_one_sentence():
    questions, contradictions = said(), said(ANSWERS)
    assert [place for _, place, _ in contradictions] == ["Relations, row 2"]
    assert len(questions) + len(contradictions) <= 10
    assert not any(". " in message or message.endswith(".") for _, _, message in questions + contradictions)


def test_answers_are_said_back():
    read = {place: message for code, place, message in said(ANSWERS, is_corrected=True) if code == "read_as"}
    assert read["Week, row 4, Monday (B4)"] == "read month first, as you answered"
    assert read["Participants, rows 18 and 24, Free (E18, E24)"] == (
        "read as 16:00-22:00 (row 18) and 14:30-20:00 (row 24), as you answered"
    )
    assert read["Week, row 7, Time zone (B7)"] == "read as America/New_York"


def test_a_group_of_several_days_is_offered_as_several_groups():
    warned = [issue for issue in said(Answers("month-first", "pm"), is_corrected=True) if issue[0] == "one_run_a_week"]
    assert [place for _, place, _ in warned] == ["Groups, row 2, Starts (E2)", "Groups, row 3, Starts (E3)", "Groups, row 4, Starts (E4)"]
    assert "make 3 groups, e.g. adult-am-mon, adult-am-wed, adult-am-fri" in warned[0][2]


WEEK = first_workbook()
PEOPLE = {person.id: person for person in WEEK.participants}


class TestWhatItMeans:
    def test_week_and_program(self):
        assert (WEEK.id, WEEK.monday, WEEK.program.id) == ("2027-week-2", dt.date(2027, 1, 11), "Harbor-IOP")
        assert (WEEK.program.zone, WEEK.policy.pack) == ("America/New_York", "adult_iop_2_1")

    def test_every_participant_and_nothing_else(self):
        assert sorted(PEOPLE) == [str(number) for number in range(101, 127)]

    @pytest.mark.parametrize(
        ("person", "days", "start", "end"),
        [
            ("101", "mon wed fri", 480, 780),
            ("104", "mon tue wed thu fri", 480, 840),
            ("109", "mon wed fri", 480, 780),
            ("113", "mon tue wed thu fri sat sun", 960, 1440),
            ("116", "mon tue thu", 960, 1320),
            ("121", "mon tue wed thu", 870, 1200),
            ("123", "mon tue wed thu", 900, 1200),
        ],
    )
    def test_free_times(self, person, days, start, end):
        windows = PEOPLE[person].availability.weekly
        assert (" ".join(window.day for window in windows), {(window.start, window.end) for window in windows}) == (days, {(start, end)})

    def test_working_hours(self):
        hours = {clinician.id: [(w.day, w.start, w.end) for w in clinician.hours] for clinician in WEEK.clinicians}
        assert hours["AG"] == [("mon", 720, 1260), ("tue", 720, 1260), ("thu", 720, 1260), ("wed", 720, 1080)]
        assert hours["RB"] == [(day, 600, 1140) for day in ("mon", "tue", "wed", "thu")]

    def test_words_match_whatever_their_capitals(self):
        assert WEEK.services[2].credentials == ("lcsw", "lpc")
        assert {c for clinician in WEEK.clinicians for c in clinician.credentials} == {"lcsw", "lpc", "DBT"}
        assert {person.gender for person in WEEK.participants} == {"M", "F"}
        assert PEOPLE["113"].preferences[0].ranked == ("evening",)

    def test_other_words(self):
        assert PEOPLE["101"].travel == {"Main-St.": 15}
        assert PEOPLE["120"].age_group == "adolescent"
        assert WEEK.relations[0].kind == "apart_in_time"
        assert WEEK.services[1].minutes == 180
        assert WEEK.clinicians[4].languages == ("en",)

    def test_groups_meet_on_each_of_their_days(self):
        starts = {group.id: [(start.day, start.time) for start in group.starts] for group in WEEK.groups}
        assert starts["adult-am-wed"] == [("wed", 540)]
        assert starts["adult-pm-thu"] == [("thu", 1050)]
        assert len(starts) == 10
