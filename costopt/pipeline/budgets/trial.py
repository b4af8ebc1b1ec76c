"""Channels and state tried out by hand: whether each can be opened, and on request whether it takes something."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.errors import AlertBookError, ConfigError, NotifyError
from costopt.pipeline.budgets.channels import open_channel, open_state
from costopt.pipeline.budgets.tell import run_owner
from costopt.renderers.messages.message import render_trial
from costopt.store.alert_book.document import Lease, decode
from costopt.store.alert_book.interface import Shelf
from costopt.store.alert_book.turn import take_turn


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTrial:
    """What became of trying the place that remembers what was told."""

    place: str
    """Where it is, without credentials; the name of the variable where that is all that is known."""
    note: str = ""
    """What was found."""
    error: str | None = None
    """Why it cannot be used."""
    hint: str = ""
    """What to do about it."""


def try_state(
    settings: NotifySettings,
    *,
    write: bool,
    now: datetime,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> StateTrial:
    """Read the state, and on request take a turn and give it back, which shows that a check may write it.

    What was told before stays as it is; where there is no state yet, a turn makes an empty one.

    Args:
        settings: where it is.
        write: whether to take a turn.
        now: aware time.
        folder: what a relative path is relative to; the current directory otherwise.
        environ: environment that an address is read from, `os.environ` by default.
    """
    place = settings.state if settings.state_env is None else f"${settings.state_env}"
    try:
        shelf = open_state(settings, folder=folder or Path(), environ=os.environ if environ is None else environ)
        place = shelf.place
        return StateTrial(place=place, note=_turned(shelf, now) if write else _found(shelf))
    except (AlertBookError, ConfigError) as error:
        return StateTrial(place=place, error=str(error), hint=error.hint)


def _found(shelf: Shelf) -> str:
    kept = shelf.read()
    if kept is None:
        return "not there yet; the first check makes it"
    decode(kept.content, shelf.place)
    return "can be read"


def _turned(shelf: Shelf, now: datetime) -> str:
    turn = take_turn(shelf, owner=run_owner(), clock=lambda: now)
    if isinstance(turn, Lease):
        return f"can be read; another run is telling, {turn.owner}, so that writing was not tried"
    with turn:
        return "can be read and written"


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
