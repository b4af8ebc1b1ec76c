"""Telling people: once, early, and each channel for itself.

Each channel has a book of its own. It is saved when the channel has taken its message and not before: a channel that
fails is told at the next run what it does not know, and a run that is killed in between tells one channel once more,
with the same keys.
"""

import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from costopt.budgets.alerts import AlertPolicy, update
from costopt.budgets.conditions import anomaly_conditions
from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.errors import ConfigError, NotifyError
from costopt.model.alert import Alert, AlertBook, AlertMute, Condition
from costopt.model.budget_status import Anomaly, BudgetStatus
from costopt.model.delivery import ChannelOutcome, Delivery
from costopt.model.message import Message
from costopt.pipeline.budgets.channels import open_channel, open_state
from costopt.renderers.messages.digest import Known
from costopt.renderers.messages.message import render_message
from costopt.store.alert_book.document import Lease
from costopt.store.alert_book.interface import Shelf
from costopt.store.alert_book.turn import LEASE, Turn, take_turn

_log = logging.getLogger(__name__)

STEP = timedelta(seconds=5)
"""Between two looks at whether another run is still telling."""
PATIENCE = LEASE + STEP
"""As long as a run that was killed can be taken for one that works."""


def tell(
    conditions: Sequence[Condition],
    *,
    settings: NotifySettings,
    now: datetime,
    judged: Collection[str] | None = None,
    statuses: Sequence[BudgetStatus] = (),
    anomalies: Sequence[Anomaly] = (),
    currency: str | None = None,
    mutes: Sequence[AlertMute] = (),
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    began: float | None = None,
    patience: timedelta = timedelta(0),
    pause: Callable[[float], None] = time.sleep,
) -> Delivery:
    """Tell every channel what it does not know yet, and remember what it was told.

    Args:
        conditions: what holds now.
        settings: channels and where the state is. Without channels nothing is read or written.
        now: aware time.
        judged: subjects that this run could judge; None is all.
        statuses: where the budgets stand; amounts, causes and next steps of the messages come from them.
        anomalies: those that some conditions are about, likewise.
        currency: of anomalies.
        mutes: silences.
        folder: what relative paths of the settings are relative to; the current directory otherwise.
        environ: environment that addresses are read from, `os.environ` by default.
        began: what `time.monotonic` said at `now`; this moment otherwise. A check of a large bill takes a while, and a
            turn that is counted from its beginning would be another run's before it ends.
        patience: how long another run that is telling is waited for. It may have been killed, and whoever starts runs
            starts the next one at once, which must not end well without having told anybody.
        pause: waits, in seconds.

    Returns:
        What became of it, one outcome a channel. A channel that fails is an outcome and no exception.

    Raises:
        AlertBookError: the state cannot be read or written, is damaged, or of a newer version.
        ConfigError: the state's address cannot be meant, a condition is for a channel that there is not, or `now` has
            no zone.
    """
    _require_known(conditions, settings)
    if not settings.channels:
        return Delivery()
    if now.utcoffset() is None:
        raise ConfigError(f"{now} has no time zone", hint="Write it as 2026-11-20T12:00:00Z.")
    surroundings = _Surroundings(folder=folder or Path(), environ=os.environ if environ is None else environ)
    news = _News(
        conditions=tuple(conditions),
        known=_known(statuses, anomalies, currency, now),
        judged=None if judged is None else frozenset(judged),
        mutes=tuple(mutes),
        now=now.astimezone(UTC),
        settings=settings,
    )
    shelf = open_state(settings, folder=surroundings.folder, environ=surroundings.environ)
    turn = _awaited(shelf, _running_from(now, began), patience, pause)
    if isinstance(turn, Lease):
        return Delivery(
            busy=f"another run is telling, {turn.owner}, until {turn.expires:%Y-%m-%d %H:%M} UTC at the latest"
        )
    with turn:
        return Delivery(outcomes=tuple(_tell(one, turn, news, surroundings) for one in settings.channels))


def _awaited(
    shelf: Shelf, clock: Callable[[], datetime], patience: timedelta, pause: Callable[[float], None]
) -> Turn | Lease:
    owner = run_owner()
    turn = take_turn(shelf, owner=owner, clock=clock)
    for step in range(patience // STEP):
        if isinstance(turn, Turn):
            break
        if not step:
            _log.warning("another run is telling, %s; waiting for it", turn.owner)
        pause(STEP.total_seconds())
        turn = take_turn(shelf, owner=owner, clock=clock)
    return turn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surroundings:
    folder: Path
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What a run has to tell, before it is known to whom."""

    conditions: tuple[Condition, ...]
    known: Known
    judged: frozenset[str] | None
    mutes: tuple[AlertMute, ...]
    now: datetime
    settings: NotifySettings

    def for_channel(self, channel: str, book: AlertBook) -> tuple[tuple[Alert, ...], AlertBook]:
        """What the channel does not know, and its book once it does."""
        here = [one for one in self.conditions if not one.channels or channel in one.channels]
        # What goes on and is another channel's now is not over because this channel is no longer told of it.
        elsewhere = {one.subject for one in self.conditions} - {one.subject for one in here}
        known = {one.condition.subject for one in book.remembered.values()}
        judged = (known if self.judged is None else self.judged) - elsewhere
        policy = AlertPolicy(remind_after=timedelta(days=self.settings.remind_days))
        return update(book, here, self.now, judged=judged, mutes=self.mutes, policy=policy)


def _tell(channel: ChannelSettings, turn: Turn, news: _News, surroundings: _Surroundings) -> ChannelOutcome:
    before = turn.book(channel.name)
    alerts, after = news.for_channel(channel.name, before)
    try:
        # Opened where there is nothing to tell, too: an address that is gone has to be known before it is needed.
        target = open_channel(channel, folder=surroundings.folder, environ=surroundings.environ)
        notes = target.send(_message(alerts, news)) if alerts else ()
    except (NotifyError, ConfigError) as error:
        turn.save(channel.name, before)  # it knows what it knew; the turn goes on
        return ChannelOutcome(channel=channel.name, alerts=alerts, error=str(error), hint=error.hint)
    turn.save(channel.name, after)
    return ChannelOutcome(channel=channel.name, alerts=alerts, notes=notes)


def _known(
    statuses: Sequence[BudgetStatus], anomalies: Sequence[Anomaly], currency: str | None, now: datetime
) -> Known:
    by_fingerprint = {condition.fingerprint: one for one in anomalies for condition in anomaly_conditions([one], now)}
    return Known(statuses={one.budget.name: one for one in statuses}, anomalies=by_fingerprint, currency=currency)


def _message(alerts: Sequence[Alert], news: _News) -> Message:
    settings = news.settings
    return render_message(alerts, news.known, now=news.now, top=settings.top, remind_days=settings.remind_days)


def _require_known(conditions: Sequence[Condition], settings: NotifySettings) -> None:
    """Refuse to tell nobody of what somebody was to be told of."""
    known = {one.name for one in settings.channels}
    for condition in conditions:
        for name in condition.channels:
            if name not in known:
                there = ", ".join(sorted(known)) or "none"
                raise ConfigError(
                    f"{condition.subject!r} is to be told to {name!r}, and there is no such channel",
                    hint=f"Write it under [[notify.channels]]; those that there are: {there}.",
                )


def run_owner() -> str:
    """Names this run: what a person looks for, and what makes it unlike any other."""
    return f"process {os.getpid()} on {socket.gethostname()[:100]} ({uuid.uuid4().hex[:8]})"


def _running_from(now: datetime, began: float | None) -> Callable[[], datetime]:
    """The time of the run, which goes on while it works; it begins where the run was told to be."""
    since = time.monotonic() if began is None else began
    return lambda: now.astimezone(UTC) + timedelta(seconds=time.monotonic() - since)
