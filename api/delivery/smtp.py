"""Hand one mail for one person to the mail server; the outcome is a code. Errors never contain the address or the server's response."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from api.kernel.mail_addresses import SmtpServer
from api.outbox.store import Outcome

WAIT_SECONDS, WHOLE_SECONDS = 10.0, 60.0
"""Time limits for one response of the server, and for the whole mail, however slow the responses."""
SUBJECT = "Appointment changed"
UNREAD = "Replies to this message are not read."


def write_mail(id: str, sender: str, to: str, text: str, at: datetime, *, is_reply_read: bool, subject: str = SUBJECT) -> EmailMessage:
    """A mail with neutral subject and text that asks machines not to reply.

    Args:
        id: The message's id, by which receivers recognize a repetition.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{id}@{_domain(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text if is_reply_read else f"{text}\n\n{UNREAD}", charset="utf-8", cte="quoted-printable")
    return mail


def send_mail(server: SmtpServer, mail: EmailMessage, trust: ssl.SSLContext | None = None) -> Outcome:
    """Hand a mail over; TLS unless the server is on this machine.

    Args:
        trust: The trusted certificates; None: those of the system.
    """
    try:
        with _connected(server, str(mail["From"]), trust or ssl.create_default_context()) as smtp:
            smtp.send_message(mail)
        return Outcome("delivered", "accepted")
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return Outcome("dead", "refused") if all(code >= 500 for code in codes) else Outcome("again", "later")
    except smtplib.SMTPDataError as error:
        return Outcome("dead", "refused") if error.smtp_code >= 500 else Outcome("again", "later")
    except smtplib.SMTPNotSupportedError:
        return Outcome("again", "no_tls")
    except smtplib.SMTPAuthenticationError:
        return Outcome("again", "login")
    except ssl.SSLError:
        return Outcome("again", "bad_certificate")
    except (TimeoutError, smtplib.SMTPServerDisconnected):
        return Outcome("again", "broken_off")
    except smtplib.SMTPException:
        return Outcome("again", "failed")
    except OSError:
        return Outcome("again", "unreachable")


@contextmanager
def _connected(server: SmtpServer, sender: str, trust: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """A connection that is closed after the overall time limit, whatever happens."""
    here = _domain(sender)
    smtp = (
        smtplib.SMTP_SSL(server.host, server.port, here, timeout=WAIT_SECONDS, context=trust)
        if server.is_tls
        else smtplib.SMTP(server.host, server.port, here, timeout=WAIT_SECONDS)
    )
    watch = threading.Timer(WHOLE_SECONDS, _cut, [smtp])
    watch.daemon = True
    watch.start()
    try:
        if not server.is_tls and not server.is_here:
            smtp.starttls(context=trust)
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
        # Errors after the mail was accepted do not undo it.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        watch.cancel()
        smtp.close()


def _cut(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]
