"""The message for machines: every alert with its fingerprint, which is the incident, and its key, which is the step."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from costopt.model.alert import Alert
from costopt.model.budget_status import Anomaly, BudgetStatus
from costopt.renderers.clean import without_surrogates
from costopt.renderers.formats import plain
from costopt.renderers.messages.digest import Known

VERSION = 1
ALERTS = "costopt.alerts"
TEST = "costopt.test"


def render_event(
    message_id: str,
    alerts: Sequence[Alert],
    known: Known,
    now: datetime,
    *,
    kind: str = ALERTS,
) -> str:
    """The JSON: names as they are, amounts as decimal text, times in UTC.

    Args:
        message_id: of the digest.
        alerts: all of them.
        known: what their figures come from.
        now: of the run, aware.
        kind: of the event.
    """
    data = {
        "version": VERSION,
        "id": message_id,
        "alerts": [_alert(one, known) for one in alerts],
    }
    return json.dumps({"type": kind, "timestamp": _moment(now), "data": data})


def _alert(alert: Alert, known: Known) -> dict[str, Any]:
    condition = alert.condition
    status = known.status_of(condition)
    anomaly = known.anomalies.get(condition.fingerprint)
    return {
        "kind": alert.kind.value,
        "fingerprint": condition.fingerprint,
        "dedupe_key": alert.dedupe_key,
        "rule": condition.rule.value,
        "subject": without_surrogates(condition.subject),
        "summary": without_surrogates(condition.summary),
        "rank": condition.rank,
        "measure": plain(condition.measure),
        "since": _moment(alert.since),
        "budget": None if status is None else _budget(status),
        "anomaly": None if anomaly is None else _anomaly(anomaly, known.currency),
    }


def _budget(status: BudgetStatus) -> dict[str, Any]:
    forecast = status.forecast
    return {
        "period": status.label,
        "start": status.start.isoformat(),
        "end": status.end.isoformat(),
        "currency": status.budget.currency,
        "state": status.state.value,
        "amount": plain(status.amount),
        "spent": _known(status.spent),
        "forecast": None
        if forecast is None
        else {"expected": plain(forecast.expected), "low": plain(forecast.low), "high": plain(forecast.high)},
        "breach_probability": status.breach_probability,
        "breach_day": None if status.breach_day is None else status.breach_day.isoformat(),
        "owner": None if status.budget.owner is None else without_surrogates(status.budget.owner),
    }


def _anomaly(anomaly: Anomaly, currency: str | None) -> dict[str, Any]:
    return {
        "dimension": without_surrogates(anomaly.dimension),
        "value": None if anomaly.value is None else without_surrogates(anomaly.value),
        "kind": anomaly.kind.value,
        "currency": currency,
        "actual_per_day": plain(anomaly.actual),
        "expected_per_day": plain(anomaly.expected),
        "start": _moment(anomaly.start),
        "end": _moment(anomaly.end),
        "ongoing": anomaly.ongoing,
    }


def _known(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
