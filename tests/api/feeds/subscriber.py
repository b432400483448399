"""A calendar program that subscribes: asks with what it has, replaces everything when it gets something new, and complains."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from fastapi.testclient import TestClient

from tests.exchange.lint import lint
from tests.exchange.readers import Read, read_icalendar, read_vobject


class Subscriber:
    """It believes what its kind believes: an event is newer only by SEQUENCE or LAST-MODIFIED, the whole only by the validators."""

    def __init__(self, client: TestClient, path: str, feed: str, agent: str = "Google-Calendar-Importer") -> None:
        self.client, self.path, self.feed, self.agent = client, path, feed, agent
        self.etag: str | None = None
        self.modified: str | None = None
        self.events: dict[str, Read] = {}
        self.body = b""

    def fetch(self, *, by_date: bool = False) -> int:
        """Ask whether anything is new, by ETag or by date alone; the status."""
        headers = {"User-Agent": self.agent}
        if by_date and self.modified is not None:
            headers["If-Modified-Since"] = self.modified
        elif self.etag is not None:
            headers["If-None-Match"] = self.etag
        answer = self.client.get(self.path, headers=headers)
        if answer.status_code == 200:
            assert answer.headers["ETag"] != self.etag or by_date, "the same bytes, and not 304"
            self._take(answer)
        elif answer.status_code == 304:
            assert answer.content == b""
            assert (answer.headers["ETag"], answer.headers["Last-Modified"]) == (self.etag, self.modified)
        return answer.status_code

    def _take(self, answer: Any) -> None:
        modified = answer.headers["Last-Modified"]
        if self.modified is not None:
            assert parsedate_to_datetime(modified) >= parsedate_to_datetime(self.modified), "went back in time"
        self.body, self.etag, self.modified = answer.content, answer.headers["ETag"], modified
        assert lint(self.body) == []
        new = {event.uid: event for event in read_icalendar(self.body)}
        assert list(new.values()) == read_vobject(self.body)
        for uid, event in new.items():
            old = self.events.get(uid)
            if old is not None and (old.start, old.end, old.status) != (event.start, event.end, event.status):
                assert event.sequence > old.sequence, "changed, and not newer"
        self.events = new

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What its user sees: start in UTC and title, by start."""
        return [(f"{event.start:%m-%d %H:%M}", event.summary) for event in self.events.values()]
