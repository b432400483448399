"""What is typed and kept around staff pages is in no log, no audit row, no header and no address; no page is a defect, whatever is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from api.database.tables import AuditEntryRow
from tests.api.pages.test_names import NAME, log, plant  # noqa: F401 - the log is a fixture
from tests.api.weeks.small import MONDAY, PROGRAM

FIELDS = (
    "q", "label", "zone", "login", "password", "session", "participant", "version", "booking", "status", "answer", "state", "next",
    "kind", "first", "last", "reference", "whose", "acknowledged", "every-mon", "date-0", "hours-0",
    "phase", "decided_by", "reason", "since", "discharge", "aftercare", "do", "letter", "minutes",
)  # fmt: skip
PARAMETERS = {"program": PROGRAM, "monday": str(MONDAY), "day": str(MONDAY), "participant": "ana"}


def staff_routes(app) -> list[tuple[str, str]]:
    """Method and path of every staff page, but the one that takes nothing and fills the demo."""
    routes = ((method, str(route.path)) for route in iter_route_contexts(app.routes) for method in set(route.methods or ()) - {"HEAD"})
    return sorted((m, p) for m, p in routes if p.startswith(("/programs/", "/begin", "/sign-in")) and p != "/begin/demo")


def filled(path: str, other: str) -> str:
    """A path with its parameters."""
    return "/".join(PARAMETERS.get(part[1:-1], other) if part.startswith("{") else part for part in path.split("/"))


def test_no_name_is_where_it_must_not_be(app, desk, store, published, clock, log):  # noqa: F811
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))
    plant(store)
    browser = desk("director")
    headers = {"Sec-Fetch-Site": "same-origin"}
    for method, path in staff_routes(app):
        fields = dict.fromkeys(FIELDS, NAME) if method == "POST" else None
        answer = browser.client.request(method, filled(path, "none-such"), headers=headers, data=fields, follow_redirects=False)
        assert answer.status_code < 500, path
        assert NAME.lower() not in str(answer.headers).lower(), path
    assert NAME in browser.client.post(f"/programs/{PROGRAM}/search", data={"q": NAME}, headers=headers).text
    with store.reading() as session:
        audit = str(session.execute(select(AuditEntryRow.__table__)).all())
    for text in (log.getvalue(), audit):
        assert NAME.lower() not in text.lower()
    assert "page.search" in audit


@pytest.mark.parametrize("value", ["", "9" * 30, "é\u202e' <b>"])
def test_whatever_is_sent_no_page_is_a_defect(app, desk, published, clock, value):
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))
    browser = desk("director")
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    for method, path in staff_routes(app):
        url = filled(path, "none-such")
        if method == "POST":
            answer = browser.client.post(url, content=urlencode(dict.fromkeys(FIELDS, value)), headers=headers, follow_redirects=False)
        else:
            query = urlencode(dict.fromkeys(("by", "id", "next", "week", "from"), value))
            answer = browser.client.get(f"{url}?{query}", follow_redirects=False)
        assert answer.status_code < 500, (path, value)
        assert answer.headers.get("content-type", "").startswith("text/html") or answer.status_code in (303, 307), path
