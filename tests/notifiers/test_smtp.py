"""Mail through a real server: encrypted, verified, complete, and never with a password in an error."""

from pathlib import Path

import pytest

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.smtp import SmtpChannel, parse_server
from tests.oracles.smtp_inbox import SmtpInbox, make_certificate

TO = ("finops@example.com", "cto@example.com")


def send(url: str, message: Message) -> tuple[str, ...]:
    return SmtpChannel(server=parse_server(url), sender="costopt@example.com", recipients=TO).send(message)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


def test_a_mail_arrives_over_starttls_with_text_page_and_picture(trusted: Path, message: Message) -> None:
    with SmtpInbox(trusted, logins=["p@ss:w/rd"]) as server:
        assert send(f"smtp://finops:p%40ss%3Aw%2Frd@localhost:{server.port}", message) == ()
    (mail,) = server.mails
    assert (mail.encrypted, mail.user, mail.password) == (True, "finops", "p@ss:w/rd")
    assert mail.recipients == TO
    found = mail.message
    assert found["Subject"] == message.subject
    assert found["Message-ID"] == f"<{message.id}@example.com>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime.tzinfo is not None
    text, page = found.get_body(("plain",)), found.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == message.text
    assert 'src="cid:budget-0.costopt"' in page.get_content()
    (picture,) = [part for part in found.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<budget-0.costopt>"
    assert picture.get_content() == message.pictures[0].png


def test_a_mail_arrives_over_tls_from_the_beginning(trusted: Path, message: Message) -> None:
    with SmtpInbox(trusted, tls_first=True) as server:
        send(f"smtps://localhost:{server.port}", message)
    assert [one.encrypted for one in server.mails] == [True]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_stops_the_mail(scheme: str, certificate: Path, message: Message) -> None:
    with SmtpInbox(certificate, tls_first=scheme == "smtps") as server:
        with pytest.raises(NotifyError, match="certificate cannot be verified") as caught:
            send(f"{scheme}://localhost:{server.port}", message)
        assert "SSL_CERT_FILE" in caught.value.hint
    assert server.mails == []


def test_a_certificate_of_another_server_stops_the_mail(
    tmp_path: Path, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_certificate(tmp_path / "other.pem", "mail.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with SmtpInbox(other) as server, pytest.raises(NotifyError, match="certificate cannot be verified"):
        send(f"smtp://localhost:{server.port}", message)
    assert server.mails == []


def test_without_encryption_only_this_machine_is_sent_to(message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    with SmtpInbox() as server:
        send(f"smtp://localhost:{server.port}", message)
        # Another name for the same machine is another machine, as far as anybody can tell.
        monkeypatch.setattr("costopt.notifiers.smtp.is_loopback", lambda _: False)
        with pytest.raises(NotifyError, match="offers no STARTTLS"):
            send(f"smtp://user:hunter2@localhost:{server.port}", message)
    assert [(one.encrypted, one.password) for one in server.mails] == [(False, None)]


def test_a_recipient_that_is_refused_is_told_and_the_others_have_the_mail(message: Message) -> None:
    with SmtpInbox(refuse=["cto@example.com"]) as server:
        assert send(f"smtp://localhost:{server.port}", message) == ("the server refused cto@example.com",)
    assert [one.recipients for one in server.mails] == [("finops@example.com",)]


def test_where_every_recipient_is_refused_nobody_was_told(message: Message) -> None:
    with SmtpInbox(refuse=TO) as server, pytest.raises(NotifyError, match="refused every recipient"):
        send(f"smtp://localhost:{server.port}", message)


def test_a_login_that_is_refused_is_said_without_the_password(trusted: Path, message: Message) -> None:
    with SmtpInbox(trusted, logins=["right"]) as server, pytest.raises(NotifyError, match="the login") as caught:
        send(f"smtp://user:hunter2@localhost:{server.port}", message)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.__suppress_context__


def test_a_mail_that_is_refused_is_an_error_with_its_code(message: Message) -> None:
    with SmtpInbox(data_code=554) as server, pytest.raises(NotifyError, match=r"refused the mail \(554\)"):
        send(f"smtp://localhost:{server.port}", message)


@pytest.mark.parametrize(
    "url", ["", "hunter2", "mail.example.com:25", "http://user:hunter2@h", "smtp://", "smtp://u:hunter2@h:x",
            "smtp://u:hunter2@h:99999", "smtp://u:p/hunter2@h", "smtp://h?password=hunter2", "smtp://[hunter2"],
)  # fmt: skip
def test_an_address_that_is_no_server_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(NotifyError, match="no server of mail") as caught:
        parse_server(url)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_the_usual_ports_are_those_of_submission() -> None:
    assert (parse_server("smtp://h").port, parse_server("smtps://h").port) == (587, 465)
    assert "hunter2" not in repr(parse_server("smtp://u:hunter2@h"))
