"""Bills in a bucket, against moto's S3: layouts, editions, and everything that may be wrong with them."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from costopt.collectors.aws.bill_bucket import fetch_bill
from costopt.collectors.aws.bill_fetch import BillFetch
from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.sessions import Access
from costopt.errors import BillError, CollectError, UsageError
from tests.oracles.fakeaws_api import NOW, FakeTime
from tests.oracles.moto_server import moto_server

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with moto_server() as url:
        yield url


class Bucket:
    """A bucket of moto's, and fetches from it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.name = f"bills-{next(_NUMBERS)}"
        self.s3 = Session().create_client("s3", region_name="us-east-1", endpoint_url=url)
        self.s3.create_bucket(Bucket=self.name)

    def put(self, key: str, body: bytes | dict[str, Any]) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.s3.put_object(Bucket=self.name, Key=key, Body=raw)

    def fetch(self, prefix: str = "", **more: Any) -> BillFetch:
        return fetch_bill(
            f"s3://{self.name}/{prefix}",
            self.folder,
            access=Access(wire=Wire(endpoint_url=self.url)),
            limits=Limits.of(clock=FakeTime().clock),
            now=NOW,
            **more,
        )

    @property
    def there(self) -> dict[str, bytes]:
        """What the folder holds now."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def bucket(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return Bucket(server, tmp_path / "bills")


def legacy(keys: list[str], assembly: str = "a-1", start: str = "20260101T000000.000Z") -> dict[str, Any]:
    return {"assemblyId": assembly, "reportKeys": keys, "billingPeriod": {"start": start}, "bucket": "elsewhere"}


def put_legacy(bucket: Bucket, assembly: str = "a-1", body: bytes = b"january") -> None:
    key = f"cur/daily/20260101-20260201/{assembly}/daily-00001.csv.gz"
    bucket.put(key, body)
    bucket.put("cur/daily/20260101-20260201/daily-Manifest.json", legacy([key], assembly))


def put_export(bucket: Bucket, period: str, execution: str, body: bytes, *, folder: str = "") -> None:
    key = f"x/focus/data/BILLING_PERIOD={period}/{folder}focus-00001.snappy.parquet"
    bucket.put(key, body)
    manifest = {"executionId": execution, "dataFiles": [f"s3://{bucket.name}/{key}"], "columns": []}
    bucket.put(f"x/focus/metadata/BILLING_PERIOD={period}/{folder}focus-Manifest.json", manifest)


def test_a_legacy_report_comes_as_if_it_had_been_synced_but_for_what_no_manifest_names(bucket: Bucket) -> None:
    put_legacy(bucket)
    bucket.put("cur/daily/20260101-20260201/old/daily-00001.csv.gz", b"an older edition")
    bucket.put("cur/daily/20260101-20260201/old/daily-Manifest.json", legacy(["gone.csv.gz"], "old"))
    fetched = bucket.fetch("cur/daily/")
    (bill,) = fetched.bills
    assert (bill.export, bill.period, bill.version, bill.bytes) == ("cur/daily/daily", "2026-01", "a-1", 7)
    assert bill.manifest == bucket.folder / "20260101-20260201/daily-Manifest.json"
    assert bucket.there == {
        "20260101-20260201/a-1/daily-00001.csv.gz": b"january",
        "20260101-20260201/daily-Manifest.json": json.dumps(
            legacy(["cur/daily/20260101-20260201/a-1/daily-00001.csv.gz"])
        ).encode(),
    }
    assert (fetched.unchanged, fetched.gaps) == ((), ())


def test_of_a_data_export_the_edition_written_last_is_taken(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    put_export(bucket, "2026-01", "e-1", b"first", folder="2026-02-01T00:00:00.000Z-e1/")
    put_export(bucket, "2026-01", "e-2", b"restated", folder="2026-02-02T00:00:00.000Z-e2/")
    put_export(bucket, "2026-02", "e-3", b"february", folder="2026-03-01T00:00:00.000Z-e3/")
    bills = bucket.fetch().bills
    assert [(bill.period, bill.version, [path.read_bytes() for path in bill.files]) for bill in bills] == [
        ("2026-01", "e-2", [b"restated"]),
        ("2026-02", "e-3", [b"february"]),
    ]


def test_partitions_are_known_in_either_case(bucket: Bucket) -> None:
    bucket.put("f/data/billing_period=2026-01/f-1.parquet", b"x")
    manifest = {"executionId": "e", "dataFiles": ["f/data/billing_period=2026-01/f-1.parquet"]}
    bucket.put("f/metadata/billing_period=2026-01/f-Manifest.json", manifest)
    assert [bill.period for bill in bucket.fetch("f").bills] == ["2026-01"]


def test_an_edition_that_is_known_is_not_downloaded_and_a_newer_one_is(bucket: Bucket) -> None:
    put_export(bucket, "2026-01", "e-1", b"january")
    put_export(bucket, "2026-02", "e-1", b"february")
    fetched = bucket.fetch(known={"2026-01": {"e-1"}, "2026-02": {"e-0"}})
    assert fetched.unchanged == ("2026-01",)
    assert [bill.period for bill in fetched.bills] == ["2026-02"]
    assert not any("2026-01" in name for name in bucket.there)


def test_months_choose_and_one_that_is_not_there_is_a_gap(bucket: Bucket) -> None:
    for month in ("2026-01", "2026-02", "2026-03"):
        put_export(bucket, month, month, b"x")
    fetched = bucket.fetch(months=["2026-02", "2025-12"])
    assert [bill.period for bill in fetched.bills] == ["2026-02"]
    assert [(gap.period, gap.hint) for gap in fetched.gaps] == [("2025-12", "It has 2026-01 to 2026-03.")]
    with pytest.raises(BillError, match="no bill of 2024-01"):
        bucket.fetch(months=["2024-01"])


def test_a_listing_of_more_than_one_page(bucket: Bucket) -> None:
    keys = [f"cur/r/20260101-20260201/a/r-{number:05}.csv.gz" for number in range(2005)]
    for key in keys:
        # Straight into moto's memory, which takes a hundredth of the time.
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket.name, key, key[-12:-7].encode())
    bucket.put("cur/r/20260101-20260201/r-Manifest.json", legacy([keys[0], keys[1004], keys[2004]]))
    (bill,) = bucket.fetch("cur").bills
    assert [path.read_bytes() for path in bill.files] == [b"00000", b"01004", b"02004"]


def test_an_edition_that_names_an_absent_file_is_a_gap_and_the_others_come(bucket: Bucket) -> None:
    put_export(bucket, "2026-01", "e-1", b"january")
    put_export(bucket, "2026-02", "e-2", b"february")
    bucket.s3.delete_object(Bucket=bucket.name, Key="x/focus/data/BILLING_PERIOD=2026-01/focus-00001.snappy.parquet")
    fetched = bucket.fetch()
    assert [bill.period for bill in fetched.bills] == ["2026-02"]
    (gap,) = fetched.gaps
    assert (gap.export, gap.period) == ("x/focus/focus", "2026-01")
    assert "names 1 of 1 files that are not in" in gap.reason
    assert "focus-00001.snappy.parquet" in gap.reason
    assert not any("2026-01" in name for name in bucket.there)


def test_where_nothing_can_be_taken_the_reason_is_raised(bucket: Bucket) -> None:
    bucket.put("cur/r/20260101-20260201/r-Manifest.json", legacy(["cur/r/half.csv.gz"]))
    with pytest.raises(BillError, match=r"half\.csv\.gz") as caught:
        bucket.fetch("cur")
    assert "half-written" in caught.value.hint


def test_a_bill_restated_while_it_is_downloaded_comes_in_its_new_edition(bucket: Bucket) -> None:
    put_legacy(bucket, "a-1", b"old")
    (bill,) = bucket.fetch(announce=lambda files, size: put_same_key(bucket, "a-2", b"restated")).bills
    assert bill.version == "a-2"
    assert [path.read_bytes() for path in bill.files] == [b"restated"]
    assert json.loads(bill.manifest.read_bytes())["assemblyId"] == "a-2"  # type: ignore[union-attr]


def put_same_key(bucket: Bucket, assembly: str, body: bytes) -> None:
    """Overwrites the edition of `put_legacy`, as a report that keeps no versions does."""
    key = "cur/daily/20260101-20260201/a-1/daily-00001.csv.gz"
    bucket.put(key, body)
    bucket.put("cur/daily/20260101-20260201/daily-Manifest.json", legacy([key], assembly))


def test_a_bill_that_vanishes_while_it_is_downloaded_leaves_nothing_behind(bucket: Bucket) -> None:
    put_legacy(bucket)

    def delete(files: int, size: int) -> None:
        for key in ("a-1/daily-00001.csv.gz", "daily-Manifest.json"):
            bucket.s3.delete_object(Bucket=bucket.name, Key=f"cur/daily/20260101-20260201/{key}")

    with pytest.raises(BillError, match="changed twice"):
        bucket.fetch(announce=delete)
    assert bucket.there == {}


def test_an_older_manifest_does_not_stay_beside_files_of_a_newer_edition(bucket: Bucket) -> None:
    put_legacy(bucket, "a-1", b"old")
    bucket.fetch()
    second = "cur/daily/20260101-20260201/a-1/daily-00002.csv.gz"
    put_same_key(bucket, "a-2", b"new")
    bucket.put("cur/daily/20260101-20260201/daily-Manifest.json", legacy([second], "a-3"))
    bucket.put(second, b"second")

    def delete(files: int, size: int) -> None:
        bucket.s3.delete_object(Bucket=bucket.name, Key=second)

    with pytest.raises(BillError, match="daily-00002"):
        bucket.fetch(announce=delete)
    assert not any(name.endswith("Manifest.json") for name in bucket.there)


def test_size_is_announced_and_refused_before_the_first_byte(bucket: Bucket) -> None:
    put_legacy(bucket, body=b"x" * 1000)
    announced: list[tuple[int, int]] = []
    with pytest.raises(BillError, match="1,000 bytes; at most 999"):
        bucket.fetch(max_bytes=999, announce=lambda files, size: announced.append((files, size)))
    assert (announced, bucket.there) == ([], {})
    bucket.fetch(max_bytes=1000, announce=lambda files, size: announced.append((files, size)))
    assert announced == [(1, 1000)]


def test_files_without_a_manifest_come_all(bucket: Bucket) -> None:
    bucket.put("loose/a.parquet", b"a")
    bucket.put("loose/deep/b.csv.gz", b"b")
    bucket.put("loose/readme.txt", b"no bill")
    bucket.put("loose/deep/", b"")
    (bill,) = bucket.fetch("loose").bills
    assert (bill.period, bill.version, bill.manifest, bill.bytes) == ("", None, None, 2)
    assert bucket.there == {"a.parquet": b"a", "deep/b.csv.gz": b"b"}
    with pytest.raises(BillError, match="2 files and no manifest"):
        bucket.fetch("loose", months=["2026-01"])


def test_an_empty_prefix_says_so(bucket: Bucket) -> None:
    with pytest.raises(BillError, match="there is no bill in"):
        bucket.fetch("nothing/here")


def test_a_link_in_the_folder_does_not_lead_a_file_out(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("loose/sub/a.parquet", b"a")
    outside = tmp_path / "outside"
    outside.mkdir()
    bucket.folder.mkdir()
    (bucket.folder / "sub").symlink_to(outside)
    with pytest.raises(BillError, match="leads out of"):
        bucket.fetch("loose")
    assert list(outside.iterdir()) == []


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("loose/a.parquet", b"new")
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    bucket.folder.mkdir()
    (bucket.folder / "a.parquet").symlink_to(target)
    bucket.fetch("loose")
    assert (target.read_bytes(), bucket.there["a.parquet"]) == (b"precious", b"new")


def test_hostile_keys_in_the_bucket_are_refused_without_writing_anything(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put("loose/x/../../../escaped.parquet", b"evil")
    bucket.put("loose/a.parquet", b"good")
    with pytest.raises(BillError, match=r"escaped\.parquet"):
        bucket.fetch("loose")
    assert bucket.there == {}
    assert not list(tmp_path.rglob("escaped*"))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "is no manifest"),
        (b"{}", "names no files"),
        (b'{"reportKeys": "abc"}', "names no files"),
        (b'{"dataFiles": [1]}', "names no files"),
        (json.dumps({"reportKeys": [f"k{n}" for n in range(10_001)]}).encode(), "at most 10,000"),
        (json.dumps(legacy(["k"], start="20251201T000000.000Z")).encode(), "begins on 20251201"),
        (b" " * (16 * 2**20 + 1), "at most 16,777,216"),
        (json.dumps(legacy(["cur/r/../../../etc/passwd"])).encode(), "etc/passwd"),
    ],
)
def test_a_manifest_that_is_none_is_refused(bucket: Bucket, raw: bytes, message: str) -> None:
    bucket.put("cur/r/20260101-20260201/r-Manifest.json", raw)
    bucket.put("cur/r/../../../etc/passwd", b"evil")
    with pytest.raises(BillError, match=message):
        bucket.fetch("cur")
    assert bucket.there == {}


def test_a_file_in_the_way_of_a_folder_is_said(bucket: Bucket) -> None:
    bucket.put("loose/a.csv", b"file")
    bucket.put("loose/a.csv/b.csv", b"below it")
    with pytest.raises(BillError, match="cannot be written"):
        bucket.fetch("loose")


def test_a_bucket_that_does_not_exist_or_refuses_is_said(bucket: Bucket) -> None:
    with pytest.raises(CollectError, match="NoSuchBucket"):
        fetch_bill(
            "s3://no-such-bucket/",
            bucket.folder,
            access=Access(wire=Wire(endpoint_url=bucket.url)),
            limits=Limits.of(),
            now=NOW,
        )


def test_a_month_that_is_none_is_refused(bucket: Bucket) -> None:
    with pytest.raises(UsageError, match="2026-13"):
        bucket.fetch(months=["2026-13"])
