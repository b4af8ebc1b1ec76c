"""A snapshot of forgotten volumes and a bill that names some of them, both written by hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from costopt.billing.intake.ingest import ingest
from costopt.model.bill import BillKind
from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.finding import Finding
from costopt.model.money import Money
from costopt.model.period import Period
from costopt.model.report import Report
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.model.specs.ebs import EbsVolume
from costopt.store.sink import Run, open_sink
from tests.oracles.bill_files import FOCUS_LINE, csv_file, delivery

COLLECTED = datetime(2026, 11, 20, 6, tzinfo=UTC)
ACCOUNT = "111122223333"
VOLUME = "vol-0123456789abcdef0"
OTHER = "vol-0fedcba9876543210"
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 19)
"""Days of the bill. Its last good day is 19 November, so that 20 October to 18 November are asked for: 30 days."""

Row = Mapping[str, object]


def volume(id_: str = VOLUME, *, account: str = ACCOUNT) -> Resource:
    """A gp2 volume of 1,000 GiB in us-east-1, attached to nothing since January: 100.00 a month by list."""
    spec = EbsVolume(volume_type="gp2", size_gib=1000, state="available", availability_zone="us-east-1a")
    created = datetime(2026, 1, 1, tzinfo=UTC)
    return Resource(provider="aws", account=account, region="us-east-1", id=id_, spec=spec, created_at=created, tags={})


def write_snapshot(
    path: Path, *resources: Resource, accounts: Sequence[str] = (ACCOUNT,), series: Sequence[Series] = ()
) -> Path:
    """Resources and what was measured of them as a snapshot of 20 November 2026."""
    scope = Scope(provider="aws", account=ACCOUNT, region="us-east-1", operation="ebs_volumes")
    result = ScopeResult(scope=scope, status=Status.OK, kinds=("ebs_volume",), rows=len(resources))
    with open_sink(path, Run(collected_at=COLLECTED, tool_version="0", request="r"), resume=False) as sink:
        sink.save(result, resources=resources, series=series)
        sink.finish(
            Manifest(
                schema_version=SNAPSHOT_SCHEMA_VERSION,
                tool_version="0",
                collected_at=COLLECTED,
                accounts=tuple(accounts),
                regions=("us-east-1",),
                catalog_version="test",
                collection_cost=Money.zero(),
                files={},
                coverage=(result,),
            )
        )
    return path


def daily(
    resource_id: str = VOLUME, *, cost: str = "1.80", listed: str = "2.00", first: date = FIRST, last: date = LAST,
    **cells: object,
) -> list[Row]:  # fmt: skip
    """A row of storage for each day from `first` to `last`: `cost` paid, `listed` at list prices."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [_row(day, resource_id, cost, listed) | cells for day in days]


def _row(day: date, resource_id: str, cost: str, listed: str) -> Row:
    month = day.replace(day=1)
    return {
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ContractedCost": cost,
        "ListCost": listed,
        "SubAccountId": ACCOUNT,
        "BillingPeriodStart": f"{month}T00:00:00Z",
        "BillingPeriodEnd": f"{(month + timedelta(days=32)).replace(day=1)}T00:00:00Z",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{day + timedelta(days=1)}T00:00:00Z",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "ServiceCategory": "Storage",
        "PricingCategory": "Standard",
        "PricingQuantity": "1",
        "PricingUnit": "GB-Mo",
        "SkuId": "S1",
        "SkuMeter": "EBS:VolumeUsage.gp2",
        "RegionId": "us-east-1",
        "ResourceId": resource_id,
    }


def write_bills(store: Path, rows: Sequence[Row], *, source: str = "acme") -> Path:
    """Rows as a FOCUS file, taken into a store as a user would."""
    path = store.with_name(f"{store.name}-{source}.csv")
    ingest(delivery(BillKind.FOCUS, csv_file(path, rows, base=FOCUS_LINE), source=source), store, now=COLLECTED)
    return store


WINDOW = Period(start=datetime(2026, 10, 20, tzinfo=UTC), end=datetime(2026, 11, 19, tzinfo=UTC))
"""The last 30 whole days of the bills that `write_bills` makes."""


def long_charge(cost: str, first: tuple[int, int], last: tuple[int, int], **cells: object) -> Row:
    """One charge of the volume from a day to another, which is not in it."""
    start, end = date(2026, *first), date(2026, *last)
    (row,) = daily(cost=cost, listed=cost, first=start, last=start, **cells)
    return {**row, "ChargePeriodEnd": f"{end}T00:00:00Z"}


def only(report: Report) -> Finding:
    """The finding that the volume is not used."""
    (finding,) = (one for one in report.findings if one.check_id == "ebs_unattached")
    return finding
