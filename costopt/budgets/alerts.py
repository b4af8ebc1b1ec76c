"""Who is told what now: once when something begins, again when it is worse or a week old, and when it is over.

The state after a run is to be saved when the alerts are sent. A run that is killed between the two sends them again,
with the same keys: at least once, and never twice for systems that know the key.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from costopt.errors import ConfigError
from costopt.model.alert import Alert, AlertBook, AlertKind, AlertMute, Condition, Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """When somebody is told again."""

    worse_by: Decimal = Decimal("0.25")
    """A measure this much above what was told is worse, where it can grow by itself."""
    remind_after: timedelta = timedelta(days=7)
    """Silence after which what goes on is told again."""
    resolve_after: timedelta = timedelta(hours=20)
    """How long something is gone before it is over: a forecast that swings around its threshold is no news each hour.
    Less than a day, so that of two daily runs the second may be a little early."""
    forget_after: timedelta = timedelta(days=400)
    """What was not seen for that long is forgotten: resolved, or of a budget that is gone."""
    most_resolved: int = 1_000
    """Resolved things that are kept, the latest. Each day of a daily budget is one, and a book has to stay small."""


USUAL_POLICY = AlertPolicy()


def update(
    book: AlertBook,
    conditions: Sequence[Condition],
    now: datetime,
    *,
    judged: Collection[str] | None = None,
    mutes: Sequence[AlertMute] = (),
    policy: AlertPolicy = USUAL_POLICY,
) -> tuple[tuple[Alert, ...], AlertBook]:
    """What is to be told, and what to remember once it is.

    Args:
        book: what the last run remembered.
        conditions: what holds now. Of two with one fingerprint the worse counts.
        now: aware time.
        judged: subjects that this run could judge; nothing else is over merely because it was not seen. None is all.
        mutes: silences; a mute ends with its last day, UTC.
        policy: when to tell again.

    Returns:
        Alerts, new ones first and then by measure; and the state after them.

    Raises:
        ConfigError: `now` has no zone.
    """
    if now.utcoffset() is None:
        raise ConfigError(f"{now} has no time zone", hint="Write it as 2026-11-20T12:00:00Z.")
    moment = now.astimezone(UTC)
    holding = _worst_by_fingerprint(conditions)
    silent = {mute.target for mute in mutes if moment.date() <= mute.until}
    alerts: list[Alert] = []
    after: dict[str, Remembered] = {}
    for key in sorted(book.remembered.keys() | holding.keys()):
        before, condition = book.remembered.get(key), holding.get(key)
        told, kept = (
            _seen(before, condition, moment, policy)
            if condition is not None
            else _unseen(book.remembered[key], moment, judged, policy)
        )
        muted = bool(silent & {key, kept.condition.subject})
        if told is not None and not muted:
            alerts.append(_alert(told, kept))
            kept = _told(kept, moment)
        if moment - kept.last_seen < policy.forget_after:
            after[key] = kept
    order = {kind: place for place, kind in enumerate(AlertKind)}
    alerts.sort(key=lambda one: (order[one.kind], -one.condition.measure, one.condition.fingerprint))
    return tuple(alerts), AlertBook(remembered=_latest(after, policy.most_resolved))


def _latest(remembered: Mapping[str, Remembered], most_resolved: int) -> Mapping[str, Remembered]:
    resolved = sorted((one.last_seen, key) for key, one in remembered.items() if not one.open)
    forgotten = {key for _, key in resolved[: max(len(resolved) - most_resolved, 0)]}
    return {key: one for key, one in remembered.items() if key not in forgotten}


def _worst_by_fingerprint(conditions: Iterable[Condition]) -> Mapping[str, Condition]:
    return {one.fingerprint: one for one in sorted(conditions, key=lambda one: (one.rank, one.measure))}


def _seen(
    before: Remembered | None, condition: Condition, now: datetime, policy: AlertPolicy
) -> tuple[AlertKind | None, Remembered]:
    if before is None or not before.open:
        episode = 1 if before is None else before.episode + 1
        return AlertKind.NEW, Remembered(condition=condition, episode=episode, since=now, last_seen=now)
    kept = replace(before, condition=condition, last_seen=max(now, before.last_seen))
    if before.told_at is None:
        return AlertKind.NEW, kept
    if condition.rank > before.told_rank or _has_grown(before, condition, policy):
        return AlertKind.WORSENED, kept
    return (AlertKind.REMINDER if now - before.told_at >= policy.remind_after else None), kept


def _has_grown(before: Remembered, condition: Condition, policy: AlertPolicy) -> bool:
    return condition.grows and condition.measure >= before.told_measure * (1 + policy.worse_by)


def _unseen(
    before: Remembered, now: datetime, judged: Collection[str] | None, policy: AlertPolicy
) -> tuple[AlertKind | None, Remembered]:
    can_tell = judged is None or before.condition.subject in judged
    if not before.open or not can_tell or now - before.last_seen < policy.resolve_after:
        return None, before
    closed = replace(before, open=False)
    return (AlertKind.RESOLVED if before.told_at is not None else None), closed


def _alert(kind: AlertKind, kept: Remembered) -> Alert:
    condition = kept.condition
    key = f"{condition.fingerprint}-{kept.episode}-{kept.told_times + 1}"
    return Alert(kind=kind, condition=condition, dedupe_key=key, since=kept.since)


def _told(kept: Remembered, now: datetime) -> Remembered:
    return replace(
        kept,
        told_at=now,
        told_rank=max(kept.told_rank, kept.condition.rank),
        told_measure=max(kept.told_measure, kept.condition.measure),
        told_times=kept.told_times + 1,
    )
