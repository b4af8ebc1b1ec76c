"""Demands and offers for tests of commitments."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from costopt.economics.demand import HourlyDemand, UsageItem
from costopt.economics.instruments import Holding, Instrument, InstrumentKind

START = datetime(2026, 1, 1, tzinfo=UTC)


def usage(family="m5", variant="linux", *, account="1", region="eu-west-1", service="ec2", provider="aws", **more):
    given = {"dollars_per_unit": 1.0 if service == "gce" else None, **more}
    return UsageItem(
        provider=provider,
        account=account,
        region=region,
        service=service,
        family=family,
        variant=variant,
        **given,
    )


def demand_of(dollars, items=None, start=START):
    dollars = np.asarray(dollars, dtype=float)
    dollars = dollars.reshape(len(dollars), -1)
    items = items or tuple(usage(f"m{number}") for number in range(dollars.shape[1]))
    return HourlyDemand(items=tuple(items), dollars=dollars, start=start)


def offer(take, *, name="plan", kind=InstrumentKind.COMPUTE_SP, cost="1", **more):
    given = {"scope": name, "term_months": 12, "payment": "no_upfront", "upfront": Decimal(0), **more}
    return Instrument(
        id=name,
        kind=kind,
        hourly_cost=Decimal(cost),
        take=np.array([np.inf if one is None else one for one in take], dtype=float),
        **given,
    )


def family_plan(take, name="family", **more):
    return offer(take, name=name, kind=InstrumentKind.EC2_INSTANCE_SP, **more)


def held(instrument, quantity, *, hours=8760, start=START, since=timedelta(0)):
    """An owned commitment that ends so many hours after `start`."""
    return Holding(
        instrument=instrument,
        quantity=Decimal(str(quantity)),
        start=start - since,
        end=start + timedelta(hours=hours),
        owned=True,
    )
