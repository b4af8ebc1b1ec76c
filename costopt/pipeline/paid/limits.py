"""What a bill does not tell, in words for the reader of a report."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal

from costopt.analyzer.negotiated import DISCOUNT_LINES, SkuCost
from costopt.billing.engine import Engine
from costopt.model.money import USD
from costopt.model.period import Period
from costopt.model.report import BillNote
from costopt.model.resource import Resource
from costopt.model.specs.gcp_project import GcpProject
from costopt.pipeline.paid.questions import ask


def limits(skus: Sequence[SkuCost], currencies: Collection[str]) -> list[str]:
    """What a bill that is used does not tell."""
    words = []
    others = sorted(set(currencies) - {USD})
    if others:
        words.append(
            f"is in {' and '.join(others)} and the prices are in {USD}"
            ": its discounts are used, which are ratios, and its amounts are not"
        )
    if not skus:
        words.append("shows no usage at standard prices beside list prices, so that its discounts are not known")
    return words


def unused(engine: Engine, accounts: Sequence[str], window: Period) -> str:
    """Why nothing in a bill is of use: Cost Explorer, for one, knows neither resources nor list prices."""
    if any(table.num_rows for table in ask(engine, "costs", accounts, window, by=())):
        return "has charges of the snapshot's accounts but names no resources and no list prices, and is not used"
    return f"holds no charge of the snapshot's accounts from {window.start:%Y-%m-%d} on, and is not used"


def foreign_bills(resources: Iterable[Resource], billed: Collection[str]) -> Iterator[BillNote]:
    """Bills of Google's in another currency than the prices that were not read.

    Args:
        resources: of the snapshot; its projects know in what they are billed.
        billed: accounts and projects that the bills that were read have charges of.
    """
    projects: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in resources:
        spec = one.spec
        if isinstance(spec, GcpProject) and spec.billing_account and spec.currency:
            projects[spec.billing_account, spec.currency].add(one.account)
    for (account, currency), paid in sorted(projects.items()):
        if currency != USD and paid.isdisjoint(billed):
            yield BillNote(source=account, words=f"is in {currency} and was not read: all figures here are in {USD}")


def discount_lines(engine: Engine, accounts: Sequence[str], window: Period) -> list[str]:
    """Discounts that no line of usage shows, since they stand in lines of their own.

    They are asked for from the first of a month on, since such a line may be for all of it.
    """
    since = window.start.replace(day=1)
    sums: dict[tuple[bool, str], Decimal] = defaultdict(Decimal)
    period = Period(start=since, end=window.end)
    for table in ask(engine, "costs", accounts, period, "ChargeCategory=Adjustment", by=("x_SourceType",)):
        for row in table.to_pylist():
            sums[row["x_SourceType"] in DISCOUNT_LINES, row["BillingCurrency"]] += row["billed_cost"] or 0
    words = []
    for is_known, what in ((True, "discounts"), (False, "adjustments, which may be discounts,")):
        amounts = [
            f"{-cost:.2f} {code}" for (known, code), cost in sorted(sums.items()) if known is is_known and cost < 0
        ]
        if amounts:
            words.append(
                f"has {what} of {' and '.join(amounts)} from {since:%Y-%m-%d} on in lines of their own, which are in "
                "none of these rates and amounts"
            )
    return words
