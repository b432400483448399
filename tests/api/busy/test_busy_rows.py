"""Imported busy time as rows, without a service around them: what is looked at, what is kept, and what a clinician has not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.busy.models import BusySave
from api.busy.store import Owner, clear_busy, owner_of, preview_busy, save_busy, window_for
from api.database.tables import CalendarEventRow, ProgramRow
from api.kernel.errors import Problem
from api.programs.store.entities import find_kept
from api.programs.store.kinds import KINDS
from scheduler.exchange.busy import Busy
from scheduler.instance import BusySpan
from tests.api.weeks.conftest import database_file, rows  # noqa: F401 - two programs

FIRST = date(2026, 11, 30)
PEOPLE = (("participants", "ana"), ("clinicians", "cora"))


def span(start: int, end: int) -> BusySpan:
    """A span of minutes after Monday noon, by the clock of Greenwich."""
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    return BusySpan(start=noon + timedelta(minutes=start), end=noon + timedelta(minutes=end))


def owner(rows: Session, kind: str = "participants", id: str = "ana", **more: Any) -> Owner:  # noqa: F811
    return owner_of(rows, KINDS[kind], find_kept(rows, "north", KINDS[kind], id, **more))


def saved(rows: Session, whose: Owner, *spans: BusySpan, **more: Any) -> list[BusySpan]:  # noqa: F811
    """What is told after saving, which is what is kept."""
    told = save_busy(rows, whose, BusySave.model_validate({"first": FIRST, "days": 7, "spans": spans} | more), "user:1")
    rows.flush()
    assert owner(rows, whose.kind.name, whose.thing.id).busy == told
    return list(told)


def seen(*spans: BusySpan, days: int = 7) -> Busy:
    return Busy(first=FIRST, days=days, spans=spans, num_events=len(spans), left_out={}, warnings=())


@pytest.mark.parametrize(("kind", "id"), PEOPLE)
def test_what_is_saved_takes_the_place_of_what_was_imported_for_these_days(rows, kind, id):  # noqa: F811
    assert saved(rows, owner(rows, kind, id), span(0, 60), span(60, 90), span(200, 230)) == [span(0, 90), span(200, 230)]
    assert saved(rows, owner(rows, kind, id), span(30, 40)) == [span(30, 40)]
    assert saved(rows, owner(rows, kind, id), span(50, 60), is_added=True) == [span(30, 40), span(50, 60)]
    row = owner(rows, kind, id).row
    assert (row.version, row.changed_by) == (4, "user:1")
    clear_busy(rows, owner(rows, kind, id), "user:2")
    assert (owner(rows, kind, id).busy, row.version, row.changed_by) == ((), 5, "user:2")


def test_it_is_kept_with_what_else_is_known_of_somebody(rows):  # noqa: F811
    before = owner(rows).thing
    saved(rows, owner(rows), span(0, 60))
    after = owner(rows).thing
    assert after.availability.busy == (span(0, 60),)
    assert after.availability.weekly == before.availability.weekly
    assert after.model_copy(update={"availability": before.availability}) == before


def test_spans_that_end_before_they_start_are_refused_at_their_places(rows):  # noqa: F811
    start = span(0, 1).start
    spans = tuple(BusySpan.model_construct(start=start, end=start + timedelta(minutes=n)) for n in (1, 0, -60))
    body = BusySave.model_construct(first=FIRST, days=7, spans=spans, is_added=False, takes_suggestion=False)
    with pytest.raises(Problem) as problem:
        save_busy(rows, owner(rows), body, "user:1")
    assert problem.value.code == "wrong_shape"
    assert [(place.path, place.code) for place in problem.value.issues] == [
        ("spans[1]", "window_reversed"),
        ("spans[2]", "window_reversed"),
    ]


def test_only_a_participants_busy_time_becomes_windows_and_only_where_it_returns(rows):  # noqa: F811
    for kind, id in PEOPLE:
        with pytest.raises(Problem) as problem:
            saved(rows, owner(rows, kind, id), span(0, 60), takes_suggestion=True)
        assert problem.value.code == "wrong_state"
    weekly = [span(n * 10080, n * 10080 + 180) for n in range(4)]
    suggested = preview_busy(owner(rows), seen(*weekly, days=28)).suggestion
    assert saved(rows, owner(rows), *weekly, days=28, takes_suggestion=True) == []
    assert suggested == owner(rows).thing.availability
    assert suggested.weekly != ()


@pytest.mark.parametrize(("kind", "id"), PEOPLE)
def test_the_preview_says_what_comes_and_what_goes_to_the_minute(rows, kind, id):  # noqa: F811
    kept = (span(0, 60), span(100, 160), span(200, 260), span(300, 360))
    saved(rows, owner(rows, kind, id), *kept)
    found = (span(30, 110), span(120, 130), span(200, 260), span(290, 370), span(400, 410))
    preview = preview_busy(owner(rows, kind, id), seen(*found))
    assert preview.new == (span(60, 100), span(290, 300), span(360, 370), span(400, 410))
    assert preview.gone == (span(0, 30), span(110, 120), span(130, 160))
    assert (preview.first, preview.days, preview.spans, preview.num_events) == (FIRST, 7, found, 5)
    assert (preview.pattern, preview.suggestion) == (None, None)
    nothing = preview_busy(owner(rows, kind, id), seen())
    assert (nothing.new, nothing.gone) == ((), kept)
    same = preview_busy(owner(rows, kind, id), seen(*kept))
    assert (same.new, same.gone) == ((), ())
    apart = preview_busy(owner(rows, kind, id), seen(span(60, 100), span(160, 200), span(360, 370)))
    assert (apart.new, apart.gone) == ((span(60, 100), span(160, 200), span(360, 370)), kept)


def test_an_owner_knows_the_programs_clock_and_their_own_sessions(rows):  # noqa: F811
    settings = rows.get(ProgramRow, "north")
    settings.document = settings.document | {"week_a": "2026-11-30"}
    event = {"monday": FIRST, "place": "", "status": "CONFIRMED", "sequence": 0} | span(0, 50).model_dump()
    for program, kind, subject in (("north", "participant", "ana"), ("south", "participant", "ana"), ("north", "clinician", "ana")):
        whose = {"program": program, "subject_kind": kind, "subject": subject, "uid": f"{program}.{kind}"}
        rows.add(CalendarEventRow(**whose, **event, changed_at=event["start"]))
    rows.flush()
    found = owner(rows, to_change=True)
    assert (found.zone.key, found.week_a, found.own) == ("America/New_York", FIRST, frozenset({"north.participant"}))
    assert owner(rows, "clinicians", "cora").availability is None
    for kind, id in (("participants", "cora"), ("clinicians", "ana")):
        with pytest.raises(Problem) as problem:
            owner(rows, kind, id)
        assert problem.value.code == "not_found"


def test_busy_time_of_an_archived_program_is_shown_and_not_changed(rows):  # noqa: F811
    rows.get(ProgramRow, "north").archived_at = span(0, 1).start
    rows.flush()
    assert owner(rows).busy == ()
    with pytest.raises(Problem) as problem:
        owner(rows, to_change=True)
    assert problem.value.code == "wrong_state"


@pytest.mark.parametrize("first", [date(9999, 12, 31), date(2199, 11, 24), date(1970, 1, 7), date(1, 1, 1)])
def test_days_no_calendar_computes_with_are_refused(rows, first):  # noqa: F811
    with pytest.raises(Problem) as problem:
        window_for(owner(rows), first, 7)
    assert (problem.value.code, [(place.path, place.code) for place in problem.value.issues]) == ("wrong_shape", [("first", "value_error")])
