"""A week with a client that was generated from the description: strictly typed, against a real service."""

from __future__ import annotations

import io
import json
import sys
import time
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from stepdown_client import AuthenticatedClient
from stepdown_client.api.attendance import list_attendance, record_several
from stepdown_client.api.feeds import create_feed, fetch_calendar, get_warning
from stepdown_client.api.jobs import get_job
from stepdown_client.api.participants import create_participant, list_participants
from stepdown_client.api.programs import create_program, import_week
from stepdown_client.api.publishing import get_published, publish_roster
from stepdown_client.api.spreadsheets import get_workbook_example, preview_workbook
from stepdown_client.api.weeks import generate_roster, get_week
from stepdown_client.models import (
    AttendanceItem,
    AttendanceItemStatus,
    AttendanceList,
    Availability,
    BookPreview,
    FeedIssued,
    FeedWarningText,
    Instance,
    Job,
    JobState,
    NewFeed,
    NewProgram,
    PageOfAttendanceView,
    PageOfEntryOfParticipant,
    Participant,
    ParticipantStatus,
    PreviewWorkbookFilesBody,
    ProblemDetails,
    PublishedView,
    PublishedWeek,
    PublishRequest,
)
from stepdown_client.types import File, Response

T = TypeVar("T")
PROGRAM = "in_python"


def expect(kind: type[T], answer: Response[Any]) -> T:
    """The body of an answer as what it should be."""
    assert isinstance(answer.parsed, kind), answer.content.decode()
    return answer.parsed


def main(url: str, token: str, instance: Path) -> None:
    client = AuthenticatedClient(base_url=url, token=token)
    week = Instance.from_dict(json.loads(instance.read_text(encoding="utf-8")))
    create_program.sync_detailed(client=client, body=NewProgram(id=PROGRAM, zone=week.program.zone))
    assert import_week.sync_detailed(PROGRAM, client=client, body=week).status_code == HTTPStatus.CREATED
    newcomer = Participant(id="p99", label="N. N.", status=ParticipantStatus.WAITING, availability=Availability(weekly=[]))
    create_participant.sync_detailed(PROGRAM, client=client, body=newcomer)
    people = expect(PageOfEntryOfParticipant, list_participants.sync_detailed(PROGRAM, client=client))
    assert [entry.document.id for entry in people.items] == ["p01", "p02", "p99"]

    book = get_workbook_example.sync_detailed(client=client).content
    sent = PreviewWorkbookFilesBody(file=File(io.BytesIO(book), "week.xlsx"))
    assert expect(BookPreview, preview_workbook.sync_detailed(PROGRAM, client=client, body=sent)).num_differences
    assert preview_workbook.sync_detailed(PROGRAM, client=client, body=File(io.BytesIO(book))).status_code == HTTPStatus.OK

    monday: date = week.monday
    job = expect(Job, generate_roster.sync_detailed(PROGRAM, monday, client=client, seconds=10))
    while job.finished_at is None or not job.roster:
        time.sleep(0.2)
        job = expect(Job, get_job.sync_detailed(job.id, client=client))
        assert job.state != JobState.FAILED, job.error
    assert isinstance(job.roster, str)
    etag = get_week.sync_detailed(PROGRAM, monday, client=client).headers["ETag"]
    arguments = (PROGRAM, monday, job.roster)
    late = publish_roster.sync_detailed(*arguments, client=client, body=PublishRequest(), if_match='"0"')
    assert expect(ProblemDetails, late).code == "changed_meanwhile"
    assert expect(PublishedWeek, publish_roster.sync_detailed(*arguments, client=client, body=PublishRequest(), if_match=etag)).published

    warning = expect(FeedWarningText, get_warning.sync_detailed(PROGRAM, client=client)).version
    feed = expect(FeedIssued, create_feed.sync_detailed(PROGRAM, client=client, body=NewFeed(participant="p01", warning=warning)))
    link = feed.links.https.rpartition("/")[2].removesuffix(".ics")
    assert fetch_calendar.sync_detailed(link, client=client).content.startswith(b"BEGIN:VCALENDAR")

    shown = expect(PublishedView, get_published.sync_detailed(PROGRAM, monday, client=client))
    sessions = shown.sessions or []
    marks = [
        AttendanceItem(session=session.id, participant=booking.participant, status=AttendanceItemStatus.EXCUSED)
        for session in sessions
        for booking in session.bookings or []
    ]
    made = expect(PageOfAttendanceView, record_several.sync_detailed(PROGRAM, monday, client=client, body=AttendanceList(items=marks)))
    kept = expect(PageOfAttendanceView, list_attendance.sync_detailed(PROGRAM, monday, client=client))
    assert len(made.items) == len(kept.items) == len(marks) > 0


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
