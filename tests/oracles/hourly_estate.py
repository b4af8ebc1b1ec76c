"""Short words for demand and holdings in tests of what is settled by the hour."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Holding, Instrument, InstrumentKind

START = datetime(2026, 1, 1, tzinfo=UTC)


def item(name: str, account: str = "1", **more: object) -> UsageItem:
    """EC2 Linux usage; a name with a dot is an instance type, one without a family."""
    fields: dict[str, object] = {
        "provider": "aws", "region": "us-east-1", "service": "ec2", "variant": "linux",
        "family": name.split(".", maxsplit=1)[0], "instance_type": name if "." in name else None,
    }  # fmt: skip
    return UsageItem(account=account, **{**fields, **more})  # type: ignore[arg-type]


def gce(family: str, account: str = "p", variant: str = "vcpu", **more: object) -> UsageItem:
    return item(family, account, provider="gcp", service="gce", variant=variant, **more)


def demand(usage: Mapping[UsageItem, float | Sequence[float]], start: datetime = START) -> HourlyDemand:
    """Dollars of each item: of one hour, or a list of hours."""
    columns = [np.atleast_1d(np.asarray(dollars, dtype=float)) for dollars in usage.values()]
    return HourlyDemand(items=tuple(usage), dollars=np.stack(columns, axis=1), start=start)


def holding(
    kind: InstrumentKind,
    quantity: object,
    take: Mapping[UsageItem, float],
    of: HourlyDemand,
    *,
    account: str | None = None,
    name: str = "",
    cost: str = "1",
    start: datetime = START,
    end: datetime = START + timedelta(days=365),
) -> Holding:
    """A quantity of what takes so many units for a dollar of each item, and pays for no other."""
    instrument = Instrument(
        id=name or kind.value, kind=kind, scope="", term_months=12, payment="no_upfront", account=account,
        hourly_cost=Decimal(cost), upfront=Decimal(0), take=np.array([take.get(one, np.inf) for one in of.items]),
    )  # fmt: skip
    return Holding(instrument=instrument, quantity=Decimal(str(quantity)), start=start, end=end)
