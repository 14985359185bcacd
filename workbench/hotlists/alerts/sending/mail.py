"""Sends parcels by e-mail, which says that there is something and never what it is."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from pydantic import SecretStr

from workbench.domain.clock import Clock
from workbench.errors import AlertNotSentError, SettingsError
from workbench.hotlists.alerts.sending.parcel import About, Parcel
from workbench.hotlists.alerts.target import Target, is_mail_address
from workbench.settings import Settings

_HERE = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that mail is handed to.

    Attributes
    ----------
    tls
        ``starttls``, ``tls`` from the first byte on, or ``none`` on this machine.
    sender
        Address that mail comes from.
    """

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: SecretStr | None = None


def mail_server(settings: Settings) -> MailServer | None:
    """Return the mail server of the settings, or ``None`` where none is set.

    Raises
    ------
    SettingsError
        If half of it is set, or mail would leave this machine without TLS.
    """
    if settings.smtp_host is None:
        return None
    if settings.mail_from is None or not is_mail_address(settings.mail_from):
        raise SettingsError(
            "Mail needs an address to come from",
            given=settings.mail_from,
            allowed="NAME@HOST",
            next_step="set WORKBENCH_MAIL_FROM",
        )
    if (settings.smtp_user is None) != (settings.smtp_password is None):
        raise SettingsError(
            "Half of the account at the mail server is missing",
            allowed="WORKBENCH_SMTP_USER and WORKBENCH_SMTP_PASSWORD, or neither",
        )
    if settings.smtp_tls == "none" and settings.smtp_host not in _HERE:
        raise SettingsError(
            "Mail does not leave this machine without TLS",
            given=settings.smtp_host,
            allowed="WORKBENCH_SMTP_TLS=starttls or tls; none for a server on this machine",
        )
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )


class MailSender:
    """Hands mail to one server.

    Parameters
    ----------
    server
        ``None`` where none is set: then nothing can be sent.
    clock
        Dates the mail.
    tls
        Whose certificates are believed.
    timeout_s
        For each step of the conversation.
    """

    def __init__(
        self,
        server: MailServer | None,
        *,
        clock: Clock,
        tls: ssl.SSLContext,
        timeout_s: float = 8.0,
    ) -> None:
        self._server = server
        self._clock = clock
        self._tls = tls
        self._timeout_s = timeout_s

    def send(self, parcel: Parcel, target: Target) -> None:
        """Send a mail.

        Raises
        ------
        AlertNotSentError
            If there is no server, or it did not take the mail.
        """
        if self._server is None:
            raise AlertNotSentError("No mail server is set", next_step="set WORKBENCH_SMTP_HOST")
        message = mail_of(parcel, sender=self._server.sender, to=target.address)
        message["Date"] = format_datetime(self._clock())
        try:
            with self._connected(self._server) as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise AlertNotSentError(
                "The mail server did not take it",
                given=f"{type(error).__name__} {error.smtp_code}",
            ) from None
        except (OSError, UnicodeError, smtplib.SMTPException) as error:
            # Its name alone: what they say may hold what we sent.
            raise AlertNotSentError(
                "The mail server did not take it", given=type(error).__name__
            ) from None

    def _connected(self, where: MailServer) -> smtplib.SMTP:
        if where.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                where.host, where.port, timeout=self._timeout_s, context=self._tls
            )
        else:
            server = smtplib.SMTP(where.host, where.port, timeout=self._timeout_s)
        try:
            if where.tls == "starttls":
                server.starttls(context=self._tls)
            if where.user is not None and where.password is not None:
                server.login(where.user, where.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


_NAMES = {
    About.CALL: "call for service",
    About.HIT: "hit",
    About.NOTICE: "notice",
    About.TEST: "test",
}


def mail_of(parcel: Parcel, *, sender: str, to: str) -> EmailMessage:
    """Return the mail of a parcel: what kind of thing, how loud, its number and where to read.

    No plate, no place, no person: mail lies in many hands on its way and after it.
    """
    what = _NAMES[parcel.about]
    lines = [f"There is a {what}: number {parcel.number}, level {parcel.level}.", ""]
    if parcel.about is About.TEST:
        lines = [f"This is test {parcel.number}: nothing was seen, nothing is to be done.", ""]
    if parcel.about is About.HIT:
        lines += [_caution(informational=parcel.informational), ""]
    if parcel.late:
        lines += ["Its list is late: older than the policy lets it be, or loaded too seldom.", ""]
    lines += ["Sign in to read it:", parcel.page, ""]
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = f"ALPR {what} {parcel.number}, level {parcel.level}"
    # The same at every attempt, so that a mailbox can show a repeat as the one it knows.
    message["Message-ID"] = f"<{parcel.key}@{sender.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(lines))
    return message


def _caution(*, informational: bool) -> str:
    if informational:
        return "Informational only: it is no ground for a stop."
    return "It is not confirmed and is no ground for a stop by itself."
