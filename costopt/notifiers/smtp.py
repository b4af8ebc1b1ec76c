"""Mail, through the user's own server and only ever over verified TLS."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from email.utils import localtime
from urllib.parse import unquote, urlsplit

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.post import is_loopback

_SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465}
"""Submission with STARTTLS, and with TLS from the beginning. Source: https://www.rfc-editor.org/rfc/rfc8314."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server of mail and how to log in."""

    host: str
    """Its name, which its certificate has to bear."""
    port: int
    """Its port."""
    tls_first: bool
    """TLS from the beginning; otherwise STARTTLS, without which nothing is sent except to this machine."""
    user: str | None = field(default=None, repr=False)
    """Name to log in with; None sends without logging in."""
    password: str = field(default="", repr=False)
    """Its password."""


def parse_server(url: str) -> Server:
    """The server of `smtp://user:password@host:587` or `smtps://...:465`.

    Raises:
        NotifyError: it is none. The address is not shown.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        port, host, parts = None, None, urlsplit("")
    if parts.scheme not in _PORTS or not host or parts.query or parts.path.strip("/"):
        raise NotifyError(
            "the address is no server of mail",
            hint="Write smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465; escape special "
            "characters as %40.",
        )
    user = None if parts.username is None else unquote(parts.username)
    return Server(
        host=host,
        port=port or _PORTS[parts.scheme],
        tls_first=parts.scheme == "smtps",
        user=user,
        password=unquote(parts.password or ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpChannel:
    """Sends one mail to all recipients."""

    server: Server
    """Through which server."""
    sender: str
    """From whom."""
    recipients: tuple[str, ...]
    """To whom."""

    def send(self, message: Message) -> tuple[str, ...]:
        """Hand the mail over.

        Returns:
            Recipients that the server refused, where it took the mail for others.

        Raises:
            NotifyError: it was taken for nobody.
        """
        mail = compose(message, self.sender, self.recipients)
        try:
            with _connected(self.server) as server:
                refused = server.send_message(mail, self.sender, self.recipients)
        except smtplib.SMTPRecipientsRefused:
            raise NotifyError("the server refused every recipient", hint="Check recipients and sender.") from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise NotifyError(_why(error), hint=_hint(error)) from None
        return tuple(f"the server refused {recipient}" for recipient in sorted(refused))


def compose(message: Message, sender: str, recipients: tuple[str, ...]) -> EmailMessage:
    """The mail: text, and HTML with its pictures beside it."""
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["Subject"] = message.subject
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = localtime()  # RFC 5322 wants one, and servers that take mail for others need not add it
    # The same message sent again has the same id, by which mail systems show it once.
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers by machines
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    page = mail.get_payload()[1]  # type: ignore[index]
    assert isinstance(page, EmailMessage)  # noqa: S101 - add_alternative made it
    for picture in message.pictures:
        page.add_related(picture.png, "image", "png", cid=f"<{picture.id}>", disposition="inline")
    return mail


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A session that is encrypted and logged in."""
    context = ssl.create_default_context()
    session: smtplib.SMTP
    if server.tls_first:
        session = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        _secure(session, server, context)
        if server.user is not None:
            session.login(server.user, server.password)
        yield session
        with suppress(smtplib.SMTPException, OSError):  # the mail is taken; how the session ends is no matter
            session.quit()
    finally:
        session.close()


def _secure(session: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    session.ehlo()
    if server.tls_first:
        return
    if session.has_extn("starttls"):
        session.starttls(context=context)
        session.ehlo()
    elif not is_loopback(server.host):
        raise NotifyError(
            "the server offers no STARTTLS, so the mail would travel in clear",
            hint="Use smtps://, or a server that encrypts.",
        )


def _why(error: Exception) -> str:
    """In words of our own: a server's text is a stranger's, and may repeat what was sent to it."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the server refused the login"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return f"the server refused the sender ({error.smtp_code})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the server refused the mail ({error.smtp_code})"
    if isinstance(error, ssl.SSLError):
        return "the server's certificate cannot be verified, or TLS fails"
    if isinstance(error, TimeoutError):
        return "the server did not answer in time; it may have taken the mail"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the connection broke; the server may have taken the mail"
    return "no connection to the server" if isinstance(error, OSError) else "the server does not speak SMTP as expected"


def _hint(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "Check user and password in the address."
    if isinstance(error, ssl.SSLError):
        return "Behind an own authority set SSL_CERT_FILE; verification cannot be switched off."
    return "Check the server. It is told again at the next run, with the same id."
