"""From settings to the channels that tell people and to the state that remembers it; secrets are read only here."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.config.secret import read_secret
from costopt.errors import NotifyError
from costopt.notifiers.interface import Channel
from costopt.store.alert_book.interface import Shelf
from costopt.store.alert_book.open import open_shelf


def open_channel(settings: ChannelSettings, *, folder: Path, environ: Mapping[str, str]) -> Channel:
    """The channel; nothing is sent yet.

    Args:
        settings: checked ones.
        folder: what relative paths are relative to.
        environ: the environment.

    Raises:
        ConfigError: its address or key is not where the settings say.
        NotifyError: the address makes no sense, or a package is not installed.
    """
    if settings.kind == "console":
        from costopt.notifiers.console import ConsoleChannel

        return ConsoleChannel(stream=sys.stderr)
    if settings.kind == "sns":
        from costopt.notifiers.sns import SnsChannel

        return SnsChannel(topic_arn=settings.topic_arn or "")
    if settings.kind == "pubsub":
        return _pubsub(settings.topic or "", environ.get("PUBSUB_EMULATOR_HOST", ""))
    url = read_secret(variable=settings.url_env, file=settings.url_file, folder=folder, environ=environ)
    key = None
    if settings.kind == "webhook":
        key = read_secret(variable=settings.secret_env, file=settings.secret_file, folder=folder, environ=environ)
    return _OPENERS[settings.kind](settings, url, key)


def open_state(settings: NotifySettings, *, folder: Path, environ: Mapping[str, str]) -> Shelf:
    """The place of the state; nothing is read of it yet.

    Args:
        settings: checked ones.
        folder: what a relative path is relative to.
        environ: the environment.

    Raises:
        ConfigError: its address is not where the settings say, or cannot be meant.
        AlertBookError: a package is not installed.
    """
    if settings.state_env is None:
        return open_shelf(settings.state, folder)
    address = read_secret(variable=settings.state_env, file=None, folder=folder, environ=environ)
    return open_shelf(address, folder)


def _pubsub(topic: str, emulator: str) -> Channel:
    """Over Google's interface, or that of an emulator, as all of Google's clients read the variable."""
    try:
        from costopt.notifiers.pubsub import ENDPOINT, PubsubChannel
    except ImportError as error:
        raise NotifyError(
            "the client of Google Cloud is not installed", hint="pip install 'cloud-costopt[gcp]'"
        ) from error
    try:
        return PubsubChannel(topic=topic, endpoint=f"http://{emulator}" if emulator else ENDPOINT)
    except NotifyError:
        raise NotifyError(
            "PUBSUB_EMULATOR_HOST names no emulator on this machine",
            hint="Unset it to publish to Google; an emulator is written as localhost:8085, without http://.",
        ) from None


def _smtp(settings: ChannelSettings, url: str, _: str | None) -> Channel:
    from costopt.notifiers.smtp import SmtpChannel, parse_server

    return SmtpChannel(server=parse_server(url), sender=settings.sender or "", recipients=settings.recipients)


def _slack(_: ChannelSettings, url: str, __: str | None) -> Channel:
    from costopt.notifiers.chat import ChatChannel
    from costopt.notifiers.post import Poster

    return ChatChannel(poster=Poster(url=url), form="slack")


def _teams(_: ChannelSettings, url: str, __: str | None) -> Channel:
    from costopt.notifiers.chat import ChatChannel
    from costopt.notifiers.post import Poster

    return ChatChannel(poster=Poster(url=url), form="teams")


def _webhook(_: ChannelSettings, url: str, key: str | None) -> Channel:
    from costopt.notifiers.post import Poster
    from costopt.notifiers.webhook import WebhookChannel, signing_key

    return WebhookChannel(poster=Poster(url=url), key=signing_key(key or ""))


def _apprise(_: ChannelSettings, url: str, __: str | None) -> Channel:
    try:
        from costopt.notifiers.apprise_channel import AppriseChannel
    except ImportError as error:
        raise NotifyError("Apprise is not installed", hint="pip install 'cloud-costopt[notify]'") from error
    return AppriseChannel(url)


_OPENERS: Mapping[str, Callable[[ChannelSettings, str, str | None], Channel]] = {
    "smtp": _smtp,
    "slack": _slack,
    "teams": _teams,
    "webhook": _webhook,
    "apprise": _apprise,
}
