"""Signatures of webhooks, and the page for those who receive them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from api.delivery.senders import WEBHOOK_SECONDS
from api.outbox.store import ATTEMPTS_MOST, delay_after
from api.webhooks.signing import new_secret, signature
from tests.source_tree import ROOT


def test_signatures_are_those_of_the_specification():
    """The vector of the Standard Webhooks libraries."""
    secret, id = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert signature(secret, id, 1614265330, b'{"test": 2432232314}') == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", new_secret())


def test_every_time_in_the_page_is_what_the_code_does():
    page = re.sub(r"\s+", " ", (ROOT / "docs" / "webhooks.md").read_text())
    hours = sum(delay_after(n, 0.5).total_seconds() for n in range(1, ATTEMPTS_MOST)) / 3600
    assert f"tried ten times: after {delay_after(1, 0.5).seconds} seconds, after {delay_after(2, 0.5).seconds}, then three times" in page
    assert f"about {hours:.0f} hours in all" in page
    assert f"within {WEBHOOK_SECONDS:.0f} seconds" in page
    stamp = re.search(r"webhook-timestamp: (\d+)", page)
    assert stamp is not None
    assert datetime.fromtimestamp(int(stamp[1]), UTC) == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
