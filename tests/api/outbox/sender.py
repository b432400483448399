"""A process of its own that sends on and on until it is killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized

from api.database import Store
from api.delivery.deliverer import Deliverer
from api.delivery.smtp import send_mail, write_mail
from api.kernel.mail_addresses import smtp_server
from api.kernel.settings import Settings
from api.outbox.store import database_time
from tests.api.forks import forked


@contextmanager
def sender(store: Store, url: str, leap: Synchronized[float]) -> Iterator[BaseProcess]:
    """A process that sends each message to a mail server; it is killed in the end.

    Args:
        leap: Seconds by which its clock is ahead; with them leases end when the test says so.
    """
    process = forked(_run, store.url, url, leap)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def _run(database: str, url: str, leap: Synchronized[float]) -> None:
    def send(_settings, _store, claimed, at, _network):  # type: ignore[no-untyped-def]
        return send_mail(smtp_server(url), write_mail(claimed.id, "a@example.net", "b@example.org", "Text.", at, is_reply_read=True))

    deliverer = Deliverer(
        Settings(), Store(database), clock=lambda session: database_time(session) + timedelta(seconds=leap.value), send=send
    )
    while True:
        if not deliverer.deliver_due():
            time.sleep(0.01)
