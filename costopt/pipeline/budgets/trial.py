"""Channels tried out by hand: whether each can be opened, and on request whether a message arrives."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.errors import ConfigError, NotifyError
from costopt.pipeline.budgets.channels import open_channel
from costopt.renderers.messages.message import render_trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of trying one channel."""

    channel: ChannelSettings
    """Which."""
    sent: bool
    """Whether a message was taken."""
    error: str | None = None
    """Why it cannot be opened or took nothing; holds no address."""
    hint: str = ""
    """What to do about it."""
    notes: tuple[str, ...] = ()
    """What has to be known although it was taken."""


def try_channels(
    settings: NotifySettings,
    *,
    send: bool,
    now: datetime,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[Trial, ...]:
    """Open every channel, and send each a message that says that it is a test. What was told before is not touched.

    Args:
        settings: the channels.
        send: whether to send.
        now: aware time; it is in the id of the message.
        folder: what relative paths of the settings are relative to; the current directory otherwise.
        environ: environment that addresses are read from, `os.environ` by default.
    """
    surroundings = os.environ if environ is None else environ
    return tuple(_try(one, send, now, folder or Path(), surroundings) for one in settings.channels)


def _try(channel: ChannelSettings, send: bool, now: datetime, folder: Path, environ: Mapping[str, str]) -> Trial:  # noqa: FBT001
    try:
        target = open_channel(channel, folder=folder, environ=environ)
        notes = target.send(render_trial(now)) if send else ()
    except (NotifyError, ConfigError) as error:
        return Trial(channel=channel, sent=False, error=str(error), hint=error.hint)
    return Trial(channel=channel, sent=send, notes=notes)
