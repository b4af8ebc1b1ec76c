"""Where Google's export of the bill lies: a table of BigQuery, or objects below a prefix of Cloud Storage."""

import re
from dataclasses import dataclass
from typing import Final

from costopt.collectors.faults import printable
from costopt.errors import UsageError

BIGQUERY: Final = "bigquery://"
"""How the address of a table begins."""
GS: Final = "gs://"
"""How the address of objects begins."""
_TABLE = re.compile(
    r"(?P<project>(?:[a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9])"
    r"\.(?P<dataset>[A-Za-z0-9_]{1,1024})\.(?P<table>[A-Za-z0-9_-]{1,1024})"
)
"""No letter of it means anything between backquotes.
Source: https://cloud.google.com/bigquery/docs/tables#table_naming (which allows more) and
https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin."""
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
"""Source: https://cloud.google.com/storage/docs/buckets#naming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAddress:
    """A table or view of BigQuery."""

    project: str
    """Project that it lies in."""
    dataset: str
    """Dataset."""
    table: str
    """Name."""

    def __str__(self) -> str:
        return f"{self.project}.{self.dataset}.{self.table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketAddress:
    """Objects of a bucket."""

    bucket: str
    """Name of the bucket."""
    path: str
    """Name of a folder or of one object, without a slash at either end; empty for the whole bucket."""

    def __str__(self) -> str:
        return f"{GS}{self.bucket}/{self.path}"


def parse_table(address: str) -> TableAddress:
    """The table that `bigquery://project.dataset.table` names, with or without its beginning.

    Raises:
        UsageError: it is no such address.
    """
    match = _TABLE.fullmatch(address.removeprefix(BIGQUERY))
    if match is None:
        raise UsageError(
            f"no address of a table: {printable(address)[:200]!r}",
            hint="It looks like bigquery://project.dataset.gcp_billing_export_resource_v1_XXXXXX_XXXXXX_XXXXXX.",
        )
    return TableAddress(project=match["project"], dataset=match["dataset"], table=match["table"])


def parse_bucket(address: str) -> BucketAddress:
    """The objects that `gs://bucket/path` names.

    Raises:
        UsageError: it is no such address.
    """
    bucket, _, path = address.removeprefix(GS).partition("/")
    if not address.startswith(GS) or not _BUCKET.fullmatch(bucket):
        raise UsageError(
            f"no address of a bucket: {printable(address)[:200]!r}", hint="It looks like gs://bucket/folder."
        )
    return BucketAddress(bucket=bucket, path=path.strip("/"))
