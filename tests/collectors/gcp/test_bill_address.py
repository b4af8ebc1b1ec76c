"""Addresses of tables and buckets: what is none never reaches a query or a request."""

import pytest

from costopt.collectors.gcp.bill_address import parse_bucket, parse_table
from costopt.collectors.gcp.bill_permissions import bill_role
from costopt.errors import UsageError


@pytest.mark.parametrize("start", ["", "bigquery://"])
@pytest.mark.parametrize(
    "name", ["finops-1.billing.gcp_billing_export_v1_01A2B3_C4D5E6_F7A8B9", "example.com:finops-1.billing.x-y"]
)
def test_a_table_is_named_with_or_without_its_beginning(start: str, name: str) -> None:
    assert str(parse_table(start + name)) == name


@pytest.mark.parametrize(
    "name",
    ["a.b", "finops-1.billing", "finops-1.billing.t`; DROP TABLE x --", "finops-1.b b.t", "finops-1..t",
     "finops-1.b.t\n", "gs://finops-1.b.t", "Finops-1.b.t", "finops-1.b.t*"],
)  # fmt: skip
def test_what_is_no_table_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no address of a table"):
        parse_table(name)


def test_a_bucket_is_named_with_a_folder_or_without() -> None:
    assert str(parse_bucket("gs://bills/export/2026/")) == "gs://bills/export/2026"
    assert parse_bucket("gs://bills").path == ""


@pytest.mark.parametrize("address", ["gs://", "gs:///x", "s3://bills/x", "gs://Bills/x", "gs://b\x1b/x"])
def test_what_is_no_bucket_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="no address of a bucket"):
        parse_bucket(address)


def test_the_role_of_a_table_reads_it_and_changes_nothing() -> None:
    role = bill_role("bigquery://finops-1.billing.t")
    assert role.split("includedPermissions:\n")[1].split() == [
        "-", "bigquery.tables.get", "-", "bigquery.tables.getData",
    ]  # fmt: skip
    assert "roles/bigquery.jobUser (bigquery.jobs.create)" in role


def test_the_role_of_a_bucket_lists_and_reads() -> None:
    role = bill_role("gs://bills/export")
    assert role.split("includedPermissions:\n")[1].split() == ["-", "storage.objects.get", "-", "storage.objects.list"]
    assert "buckets add-iam-policy-binding gs://bills " in role
