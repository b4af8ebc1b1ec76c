"""A Cost Explorer for the fake AWS: GetCostAndUsage over some charges, with filters, groups and pages.

And a month of charges whose bill is worked out by hand in the tests.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.cost_explorer import CostExplorerBill, read_cost_explorer
from costopt.collectors.aws.sessions import Access
from tests.oracles.fakeaws import FakeAws, Request
from tests.oracles.fakeaws_api import FakeTime

NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
FIRST = date(2026, 2, 1)
PAYER, MEMBER = "111111111111", "222222222222"
EC2, SP = "Amazon Elastic Compute Cloud - Compute", "Savings Plans for AWS Compute usage"
METRICS = ("UnblendedCost", "NetUnblendedCost", "AmortizedCost", "NetAmortizedCost")


@dataclass(frozen=True)
class Charge:
    """One line behind Cost Explorer's sums."""

    day: date
    kind: str
    service: str
    unblended: str
    amortized: str | None = None
    net: tuple[str, str] | None = None
    account: str = PAYER

    @property
    def amounts(self) -> dict[str, Decimal]:
        amortized = self.unblended if self.amortized is None else self.amortized
        net = self.net or (self.unblended, amortized)
        values = (self.unblended, net[0], amortized, net[1])
        return {name: Decimal(value) for name, value in zip(METRICS, values, strict=True)}

    def value_of(self, key: str) -> str:
        return {"RECORD_TYPE": self.kind, "SERVICE": self.service, "LINKED_ACCOUNT": self.account}[key]


def _group(keys: tuple[str, ...], amounts: Mapping[str, Decimal]) -> dict[str, Any]:
    metrics = {name: {"Amount": str(amount), "Unit": "USD"} for name, amount in amounts.items()}
    return {"Keys": list(keys), "Metrics": metrics}


class Explorer:
    """GetCostAndUsage over some charges: filters, groups, and pages of `page` groups."""

    def __init__(self, charges: list[Charge], *, page: int = 5000, estimated_from: date = date.max) -> None:
        self.charges = charges
        self.page = page
        self.estimated_from = estimated_from

    def __call__(self, params: Mapping[str, Any], request: Request) -> dict[str, Any]:
        groups = sorted(self._groups(params).items())
        first = int(params.get("NextPageToken", 0))
        page = groups[first : first + self.page]
        more = len(groups) > first + self.page
        answer: dict[str, Any] = {
            "ResultsByTime": [
                {
                    "TimePeriod": {"Start": start.isoformat(), "End": self._end(start, params).isoformat()},
                    "Total": {},
                    "Groups": [_group(keys, amounts) for (day, keys), amounts in page if day == start],
                    "Estimated": self._end(start, params) > self.estimated_from,
                }
                for start in self._steps(params)
                # Steps without any costs are told, too.
                if (not first or start >= page[0][0][0]) and (not more or start <= page[-1][0][0])
            ],
            "DimensionValueAttributes": [{"Value": MEMBER, "Attributes": {"description": "Team A"}}],
        }
        return answer | ({"NextPageToken": str(first + self.page)} if more else {})

    def _steps(self, params: Mapping[str, Any]) -> list[date]:
        steps = [date.fromisoformat(params["TimePeriod"]["Start"])]
        while (following := self._end(steps[-1], params)) < date.fromisoformat(params["TimePeriod"]["End"]):
            steps.append(following)
        return steps

    def _groups(self, params: Mapping[str, Any]) -> dict[tuple[date, tuple[str, ...]], dict[str, Decimal]]:
        wanted = params.get("Filter", {}).get("Dimensions", {}).get("Values")
        keys = [group["Key"] for group in params["GroupBy"]]
        span = params["TimePeriod"]
        groups: dict[tuple[date, tuple[str, ...]], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for charge in self.charges:
            if span["Start"] <= charge.day.isoformat() < span["End"] and (wanted is None or charge.kind in wanted):
                start = charge.day if params["Granularity"] == "DAILY" else charge.day.replace(day=1)
                for name, amount in charge.amounts.items():
                    groups[start, tuple(charge.value_of(key) for key in keys)][name] += amount
        return groups

    @staticmethod
    def _end(start: date, params: Mapping[str, Any]) -> date:
        if params["Granularity"] == "DAILY":
            return start + timedelta(days=1)
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)


MONTH = [
    # On demand 10.00; covered by a plan at 30.00 on demand and 20.00 effective, with its negation.
    Charge(FIRST, "Usage", EC2, "10.00"),
    Charge(FIRST, "SavingsPlanCoveredUsage", EC2, "30.00", "20.00"),
    Charge(FIRST, "SavingsPlanNegation", EC2, "-30.00", "0"),
    # The plan costs 24.00 a day, of which 20.00 were used.
    Charge(FIRST, "SavingsPlanRecurringFee", SP, "24.00", "4.00"),
    # A reservation of 3.00 a day, fully used by an hour of usage that is 0 unblended.
    Charge(FIRST, "RIFee", "Amazon Relational Database Service", "3.00", "0"),
    Charge(FIRST, "DiscountedUsage", "Amazon Relational Database Service", "0", "3.00", account=MEMBER),
    Charge(FIRST, "Tax", "Tax", "7.7777777777"),
    Charge(FIRST, "Credit", EC2, "-5.00"),
    Charge(date(2026, 2, 9), "Refund", EC2, "-1.50", account=MEMBER),
    Charge(FIRST, "Support fee", "AWS Support (Business)", "29.00"),
    Charge(FIRST, "Future Rebate", EC2, "-0.25"),
]


def sign_in(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of the payer."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    aws.on("sts", "GetCallerIdentity", {"Account": PAYER, "Arn": f"arn:aws:iam::{PAYER}:user/u"})


def read(aws: FakeAws, folder: Path, **more: Any) -> CostExplorerBill:
    """February, unless something else is asked, below `folder`."""
    asked: dict[str, Any] = {"start": date(2026, 2, 1), "end": date(2026, 3, 1), "now": NOW, **more}
    return read_cost_explorer(
        Access(wire=Wire(endpoint_url=aws.url, max_attempts=3, read_timeout=5)),
        cache=folder / "cache",
        folder=folder / "files",
        clock=FakeTime().clock,
        **asked,
    )


def rows_of(bill: CostExplorerBill) -> list[dict[str, Any]]:
    """What was written."""
    return [row for file in bill.delivery.files for row in pq.read_table(file.path).to_pylist()]
