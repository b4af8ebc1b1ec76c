"""A real SMTP server on loopback, with STARTTLS or TLS, that keeps the mail it is sent."""

import base64
import socketserver
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.oracles.loopback import LoopbackServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as the server got it."""

    recipients: tuple[str, ...]
    encrypted: bool
    user: str | None
    password: str | None
    message: EmailMessage


class SmtpInbox(LoopbackServer):
    """The server."""

    def __init__(
        self,
        certificate: Path | None = None,
        *,
        tls_first: bool = False,
        refuse: Collection[str] = (),
        logins: Collection[str] = (),
        data_code: int = 250,
    ) -> None:
        """Listen.

        Args:
            certificate: PEM of key and certificate; None offers no TLS.
            tls_first: TLS from the beginning.
            refuse: recipients that are refused.
            logins: passwords that are right.
            data_code: answer to the mail itself.
        """
        self.mails: list[Mail] = []
        self.tls_first = tls_first
        self.refuse = set(refuse)
        self.logins = set(logins)
        self.data_code = data_code
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        super().__init__(_Server(("127.0.0.1", 0), _Session, self))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type["_Session"], inbox: SmtpInbox) -> None:
        self.inbox = inbox
        super().__init__(address, handler)


class _Session(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        try:
            self._talk()
        except (OSError, ssl.SSLError, ValueError):
            return  # the client went away, or did not trust the certificate

    def _talk(self) -> None:
        inbox = self.server.inbox
        self.encrypted = inbox.tls_first
        if inbox.tls_first and inbox.context is not None:
            self.request = inbox.context.wrap_socket(self.request, server_side=True)
        self.user = self.password = None
        self.recipients: list[str] = []
        self.file = self.request.makefile("rb")
        self._say("220 inbox.test ESMTP")
        while line := self.file.readline():
            word, _, rest = line.decode().strip().partition(" ")
            if word.upper() == "QUIT":
                self._say("221 bye")
                break
            self._answer(word.upper(), rest)
        self.file.close()
        self.request.close()

    def _answer(self, word: str, rest: str) -> None:
        known = {"EHLO": self._ehlo, "STARTTLS": self._starttls, "AUTH": self._auth, "RCPT": self._rcpt}
        if word == "DATA":
            self._data()
        elif word in known:
            known[word](rest)
        else:
            self._say("250 ok")

    def _ehlo(self, _: str) -> None:
        offers = ["AUTH PLAIN"] if self.server.inbox.logins else []
        if self.server.inbox.context is not None and not self.encrypted:
            offers.append("STARTTLS")
        self._say("\r\n".join([*(f"250-{one}" for one in ["inbox.test", *offers]), "250 SIZE 10000000"]))

    def _starttls(self, _: str) -> None:
        assert self.server.inbox.context is not None
        self._say("220 go ahead")
        self.request = self.server.inbox.context.wrap_socket(self.request, server_side=True)
        self.file = self.request.makefile("rb")
        self.encrypted = True

    def _auth(self, rest: str) -> None:
        _, self.user, self.password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        right = self.password in self.server.inbox.logins
        # Servers do repeat what they were sent; it must not go on from there.
        self._say("235 welcome" if right else f"535 no such login {self.user} {self.password}")

    def _rcpt(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if address in self.server.inbox.refuse:
            self._say("550 no such mailbox")
            return
        self.recipients.append(address)
        self._say("250 ok")

    def _data(self) -> None:
        self._say("354 go ahead")
        lines = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        code = self.server.inbox.data_code
        if code == 250:
            message = message_from_bytes(b"".join(lines), policy=default)
            assert isinstance(message, EmailMessage)
            self.server.inbox.mails.append(
                Mail(
                    recipients=tuple(self.recipients),
                    encrypted=self.encrypted,
                    user=self.user,
                    password=self.password,
                    message=message,
                )
            )
        self._say(f"{code} done")

    def _say(self, text: str) -> None:
        self.request.sendall(f"{text}\r\n".encode())


def make_certificate(path: Path, *names: str) -> Path:
    """A self-signed certificate for host names and addresses, with its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    alternatives = [
        x509.IPAddress(ip_address(one)) if one[0].isdigit() else x509.DNSName(one) for one in names
    ]  # fmt: skip
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.public_bytes(serialization.Encoding.PEM)
    path.write_bytes(pem)
    return path
