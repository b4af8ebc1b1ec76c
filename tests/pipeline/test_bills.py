"""Bills from where they lie: a bucket, restated and unchanged, and Cost Explorer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from botocore.session import Session

from costopt.billing.lake import Lake
from costopt.config.settings import AwsSettings, BillingSettings, Settings
from costopt.errors import BillError, UsageError
from costopt.model.bill import BillKind
from costopt.pipeline.bills import BucketRequest, Collected, collect_bill, collect_cost_explorer, cost_explorer_totals
from costopt.pipeline.reconcile import reconcile
from tests.oracles.cost_explorer import MONTH, Explorer, sign_in
from tests.oracles.fakeaws import FakeAws
from tests.oracles.moto_server import moto_server
from tools.bills.company import Made, make_bill

pytestmark = pytest.mark.xdist_group("bills of buckets")  # their server is started once

NOW = datetime(2026, 11, 3, tzinfo=UTC)
# 10 on demand, 30 covered and its negation, 24 + 3 of fees, tax, credit, refund, support and a rebate.
TOTAL = Decimal("10") + 24 + 3 + Decimal("7.7777777777") - 5 - Decimal("1.5") + 29 - Decimal("0.25")


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with moto_server() as url:
        yield url


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    with FakeAws() as server:
        yield server
    assert server.bugs == []


class Bucket:
    """A bucket into which made bills are delivered."""

    def __init__(self, url: str, name: str, folder: Path) -> None:
        self.url, self.name, self.folder = url, name, folder
        self.s3 = Session().create_client("s3", region_name="us-east-1", endpoint_url=url)
        self.s3.create_bucket(Bucket=name)

    def deliver(self, edition: int) -> Made:
        made = make_bill(self.folder / f"e{edition}", form="cur2", lines=600, seed=2, edition=edition)
        root = self.folder / f"e{edition}/bill"
        for path in sorted(root.rglob("*")):
            if path.is_file():
                key = path.relative_to(root).as_posix()
                self.s3.put_object(Bucket=self.name, Key=key, Body=path.read_bytes())
        return made

    def collect(self, store: Path) -> Collected:
        request = BucketRequest(endpoint_url=self.url)
        return collect_bill(BillKind.CUR, [f"s3://{self.name}/finance/"], store, bucket=request, now=NOW)


def test_a_bucket_is_read_by_its_manifests_and_only_what_is_new(moto: str, tmp_path: Path) -> None:
    bucket = Bucket(moto, "bills", tmp_path)
    store = tmp_path / "s"
    first = bucket.deliver(1)
    assert [bill.rows for one in bucket.collect(store).bills for bill in one.bills] == [first.totals[0].total.rows]
    again = bucket.collect(store)
    assert again.bills == ()
    assert again.notes == ("2026-09: nothing new in the bucket",)
    second = bucket.deliver(2)
    (restated,) = bucket.collect(store).bills
    assert [bill.rows for bill in restated.replaced] == [first.totals[0].total.rows]
    (bill,) = Lake(store).catalog().bills
    assert sum(account.billed_cost for account in bill.accounts) == second.totals[0].invoice_total


def test_a_half_written_edition_leaves_the_bill_as_it_was(moto: str, tmp_path: Path) -> None:
    bucket = Bucket(moto, "half", tmp_path)
    store = tmp_path / "s"
    bucket.deliver(1)
    bucket.collect(store)
    before = Lake(store).catalog()
    bucket.deliver(2)
    for item in bucket.s3.list_objects_v2(Bucket="half")["Contents"]:
        if item["Key"].endswith(".parquet"):
            bucket.s3.delete_object(Bucket="half", Key=item["Key"])
    with pytest.raises(BillError):
        bucket.collect(store)
    assert Lake(store).catalog() == before


def test_cost_explorer_becomes_a_bill_that_reconciles_with_it(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign_in(aws, monkeypatch)
    aws.on("ce", "GetCostAndUsage", Explorer(MONTH))
    now = datetime(2026, 3, 1, tzinfo=UTC)
    asked = {"months": 1, "endpoint_url": aws.url, "cache": tmp_path / "cache", "now": now}
    collected, bill = collect_cost_explorer(tmp_path / "s", AwsSettings(), **asked)  # type: ignore[arg-type]
    assert bill.requests <= 20
    assert any("Future Rebate" in note for note in collected.notes)
    asked_before = len(aws.requests)
    totals = cost_explorer_totals(AwsSettings(), **asked)  # type: ignore[arg-type]
    # The second question of the day costs nothing: only who is asking is asked again.
    assert [one for one in aws.requests[asked_before:] if one.operation == "GetCostAndUsage"] == []
    assert totals == {("2026-02", "USD"): TOTAL}
    settings = Settings(billing=BillingSettings(store=str(tmp_path / "s")))
    own, explorer = reconcile(settings, cost_explorer=totals)
    assert (own.unexplained, explorer.unexplained) == (0, 0)
    assert own.store_total == explorer.source_total == TOTAL


def test_cost_explorer_has_no_older_months(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no 20 months"):
        collect_cost_explorer(tmp_path / "s", AwsSettings(), months=20, now=NOW)
