"""What the resources of a snapshot cost by one bill."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

import pyarrow as pa

from costopt.billing.dimensions import MAX_LETTERS
from costopt.billing.engine import Engine
from costopt.economics.paid.bill_names import names_in_bill, number_in_bill, plain_arn
from costopt.economics.paid.charges import ResourceCharge, ResourceCost, prorated
from costopt.model.period import Period
from costopt.model.resource import Resource
from costopt.pipeline.paid.questions import AT_ONCE, ask

_LONGEST_CHARGE = timedelta(days=31)
"""Of usage: a charge lies in one billing period."""
_MOST_PRORATED = 1000
"""Resources whose charges are looked at one by one; of more the amounts are left unknown. Such charges are rare: usage
by the month beside usage by the hour or day."""
_LONGEST_NAME = MAX_LETTERS - len("ResourceId=")
"""Letters of a name that a question can ask for."""


def bill_names(resources: Sequence[Resource]) -> Collection[str]:
    """Names under which a bill may know these resources."""
    names = {resource.id for resource in resources} | {plain_arn(one.arn) for one in resources if one.arn}
    return names | {number for one in resources if (number := number_in_bill(one)) is not None}


def resource_costs(
    engine: Engine, source: str, accounts: Sequence[str], window: Period, wanted: Collection[str]
) -> tuple[Sequence[ResourceCost], set[str]]:
    """What the resources that are asked about cost in the window, and the currencies of all resources' costs.

    The question counts a charge where it starts. Of charges that reach beyond the window, at either end, the part that
    is in it is taken.
    """
    currencies: set[str] = set()
    costs: list[ResourceCost] = []
    for table in ask(engine, "resource_costs", accounts, window):
        currencies.update(table.column("BillingCurrency").unique().to_pylist())
        costs.extend(_costs(table, source, window, wanted))
    before = Period(start=window.start - _LONGEST_CHARGE, end=window.start)
    for table in ask(engine, "resource_costs", accounts, before):
        reaching = (cost for cost in _costs(table, source, window, wanted) if cost.last_charge > window.start)
        costs.extend(reaching)
    names = _askable(cost for cost in costs if cost.reaches_beyond)
    within = [cost for cost in costs if (cost.account, cost.resource_id) not in names]
    charges = _charges(engine, names, Period(start=before.start, end=window.end))
    return [*within, *prorated(charges, window, source)], currencies


def _askable(costs: Iterable[ResourceCost]) -> Collection[tuple[str, str]]:
    """Accounts and names whose charges can be asked for one by one; the amounts of the others stay unknown."""
    names = {(cost.account, cost.resource_id) for cost in costs}
    fit = {(account, name) for account, name in names if len(name) <= _LONGEST_NAME and "\0" not in name}
    return fit if len(fit) <= _MOST_PRORATED else ()


def _charges(engine: Engine, names: Collection[tuple[str, str]], period: Period) -> Iterator[ResourceCharge]:
    """Charges of names in the bill, those of one time summed: the same ones that `resource_costs` sums."""
    by_account: dict[str, list[str]] = defaultdict(list)
    for account, name in sorted(names):
        by_account[account].append(name)
    usage = ("ChargeCategory=Usage", "ChargeClass=", "CommitmentDiscountStatus!=Unused")
    by = ("SubAccountId", "ResourceId", "ChargePeriodStart", "ChargePeriodEnd")
    for account, ids in by_account.items():
        for at in range(0, len(ids), AT_ONCE):
            chosen = [f"ResourceId={name}" for name in ids[at : at + AT_ONCE]]
            for table in ask(engine, "costs", [account], period, *usage, *chosen, by=by):
                yield from map(_charge, table.to_pylist())


def _costs(table: pa.Table, source: str, window: Period, wanted: Collection[str]) -> Iterator[ResourceCost]:
    """Rows of the resources that are asked about; a bill may name millions of others, which are never made objects."""
    for batch in table.to_batches():
        names = map(names_in_bill, batch.column("ResourceId").to_pylist())
        places = [at for at, (name, last) in enumerate(names) if name in wanted or last in wanted]
        for row in batch.take(pa.array(places, pa.int64())).to_pylist():
            yield _cost(row, source, window)


def _cost(row: Mapping[str, Any], source: str, window: Period) -> ResourceCost:
    return ResourceCost(
        account=row["SubAccountId"],
        resource_id=row["ResourceId"],
        currency=row["BillingCurrency"],
        billed=row["billed_cost"],
        effective=row["effective_cost"],
        contracted=row["contracted_cost"],
        first_charge=row["first_charge"].replace(tzinfo=UTC),
        last_charge=row["last_charge"].replace(tzinfo=UTC),
        window=window,
        source=source,
    )


def _charge(row: Mapping[str, Any]) -> ResourceCharge:
    return ResourceCharge(
        account=row["SubAccountId"],
        resource_id=row["ResourceId"],
        currency=row["BillingCurrency"],
        billed=row["billed_cost"],
        effective=row["effective_cost"],
        contracted=row["contracted_cost"],
        start=row["ChargePeriodStart"].replace(tzinfo=UTC),
        end=row["ChargePeriodEnd"].replace(tzinfo=UTC),
    )
