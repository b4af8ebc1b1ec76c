"""Keys that are hostile, and downloads over a server that breaks."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.collectors.aws.bill_bucket import fetch_bill
from costopt.collectors.aws.bill_fetch import BillFetch
from costopt.collectors.aws.bill_object import BucketPrefix, local_path, parse_uri
from costopt.collectors.aws.connection import Wire
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.sessions import Access
from costopt.errors import BillError, CollectError, UsageError
from tests.oracles.fakeaws import FakeAws, Fault
from tests.oracles.fakeaws_api import NOW, FakeTime

_CONTENT = b"0123456789" * 52 + b"012345"
"""As long as what the server announces where it cuts an answer off."""


@pytest.mark.parametrize("uri", ["bucket/prefix", "s3://", "s3:///key", "https://bucket/key", "s3://Bad_Bucket/x"])
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    with pytest.raises(UsageError, match="no address of a bucket"):
        parse_uri(uri)


def test_a_prefix_is_a_folder() -> None:
    assert parse_uri("s3://my-bucket//a/b") == BucketPrefix(bucket="my-bucket", prefix="a/b/")
    assert str(parse_uri("s3://my-bucket")) == "s3://my-bucket/"


HOSTILE = (
    "../outside.parquet",
    "/etc/passwd.parquet",
    "a//b.parquet",
    "./a.parquet",
    ".ssh/keys.csv",
    "a\\..\\b.parquet",
    "a\x1b[2J.parquet",
    "-rf.csv",
    "ünï.parquet",
    "a" * 201 + ".csv",
    "d/" * 30 + "deep.csv",
)


@pytest.mark.parametrize("key", HOSTILE)
def test_a_key_that_is_no_name_of_a_file_below_the_folder_is_refused(tmp_path: Path, key: str) -> None:
    place = BucketPrefix(bucket="bucket", prefix="p/")
    with pytest.raises(BillError, match="has no name that a file below one folder could have") as caught:
        local_path(tmp_path, place, f"p/{key}")
    assert "\x1b" not in str(caught.value)


def test_a_key_outside_the_prefix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BillError):
        local_path(tmp_path, BucketPrefix(bucket="bucket", prefix="p/"), "q/a.parquet")


@given(key=st.text(max_size=80) | st.lists(st.sampled_from(["..", ".", "", "a", "/", "b.c"]), max_size=6).map("/".join))
def test_no_key_at_all_leaves_the_folder(key: str) -> None:
    folder = Path("/var/empty/folder")
    try:
        path = local_path(folder, BucketPrefix(bucket="bucket", prefix=""), key)
    except BillError:
        return
    assert path.is_relative_to(folder)
    assert path != folder
    assert os.path.normpath(path) == str(path)


@pytest.fixture
def breaking(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    aws.on("sts", "GetCallerIdentity", {"Account": "111111111111", "Arn": "arn:aws:iam::111111111111:user/u"})
    listed = {"Key": "p/a.parquet", "Size": len(_CONTENT), "ETag": '"e"', "LastModified": NOW}
    aws.on("s3", "ListObjectsV2", {"Name": "bucket", "IsTruncated": False, "Contents": [listed]})
    aws.on("s3", "GetObject", {"Body": _CONTENT, "ContentLength": len(_CONTENT), "ETag": '"e"'})
    return aws


def fetch_breaking(aws: FakeAws, folder: Path) -> BillFetch:
    wire = Wire(endpoint_url=aws.url, max_attempts=3, read_timeout=5)
    limits = Limits.of(clock=FakeTime().clock)
    return fetch_bill("s3://bucket/p", folder, access=Access(wire=wire), limits=limits, now=NOW)


def test_a_download_that_breaks_off_is_begun_again(breaking: FakeAws, tmp_path: Path) -> None:
    breaking.faults.append(Fault("s3", "GetObject", kind="truncate", times=2))
    (bill,) = fetch_breaking(breaking, tmp_path).bills
    assert bill.files[0].read_bytes() == _CONTENT
    assert breaking.count("s3", "GetObject") == 3
    assert breaking.requests[-1].params["IfMatch"] == '"e"'


def test_a_download_that_keeps_breaking_off_leaves_nothing(breaking: FakeAws, tmp_path: Path) -> None:
    breaking.faults.append(Fault("s3", "GetObject", kind="truncate"))
    with pytest.raises(BillError, match="broke off 3 times"):
        fetch_breaking(breaking, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_object_of_another_length_than_listed_is_refused(breaking: FakeAws, tmp_path: Path) -> None:
    for body in (_CONTENT[1:], _CONTENT + b"x"):
        breaking.on("s3", "GetObject", {"Body": body, "ContentLength": len(body)})
        with pytest.raises(BillError, match="does not have the 526 bytes"):
            fetch_breaking(breaking, tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_a_listing_that_is_cut_off_is_not_taken_for_the_whole(breaking: FakeAws, tmp_path: Path) -> None:
    breaking.on("s3", "ListObjectsV2", {"Name": "bucket", "IsTruncated": True})
    with pytest.raises(CollectError, match="cut off"):
        fetch_breaking(breaking, tmp_path)
    breaking.on("s3", "ListObjectsV2", {"Name": "bucket", "IsTruncated": True, "NextContinuationToken": "t"})
    with pytest.raises(CollectError, match="cannot be read"):
        fetch_breaking(breaking, tmp_path)


def test_a_refusal_names_the_permission(breaking: FakeAws, tmp_path: Path) -> None:
    breaking.faults.append(Fault("s3", "ListObjectsV2", code="AccessDenied", status=403, message="Access Denied"))
    with pytest.raises(CollectError, match="s3://bucket/p/ cannot be read") as caught:
        fetch_breaking(breaking, tmp_path)
    assert "s3:ListBucket" in caught.value.hint


def test_credentials_that_expire_on_the_way_are_renewed(breaking: FakeAws, tmp_path: Path) -> None:
    breaking.faults.append(Fault("s3", "GetObject", code="ExpiredToken", times=1))
    assert len(fetch_breaking(breaking, tmp_path).bills) == 1
