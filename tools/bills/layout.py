"""Where the files of a bill lie and what their manifests say, as AWS delivers them. Google's have no manifest.

Sources: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html and, of the legacy report,
https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costopt.model.bill import FileForm
from tools.bills.aws_commitments import PAYER
from tools.bills.columns import Sort, Written
from tools.bills.gcp_offers import ACCOUNT
from tools.bills.request import Cloud, Form, Period, Request

BUCKET = "harbourline-billing"
NAMES = {Form.CUR2: "harbourline-cur2", Form.LEGACY: "harbourline-cur", Form.FOCUS: "harbourline-focus"}
"""Names of AWS's exports and report."""
_PREFIX = "finance"
_SUFFIXES = {FileForm.PARQUET: "snappy.parquet", FileForm.CSV_GZ: "csv.gz", FileForm.CSV: "csv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Files of one month."""

    files: tuple[Path, ...]
    """Data, in order."""
    manifests: tuple[Path, ...]
    """Manifests, all with the same text; none of Google's."""


def edition_id(request: Request, period: Period) -> str:
    """Id of the assembly or execution; another for each edition and request."""
    digest = hashlib.sha256(f"{request}/{period.label}".encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def layout_of(request: Request, period: Period, folder: Path) -> Layout:
    """Where a month lies below `folder`."""
    if request.cloud is Cloud.GCP:
        return _google(request, period, folder)
    return _report(request, period, folder) if request.form is Form.LEGACY else _export(request, period, folder)


def _numbered(request: Request, name: str) -> list[str]:
    return [f"{name}-{number:05d}.{_SUFFIXES[request.file]}" for number in range(1, request.split + 1)]


def _export(request: Request, period: Period, folder: Path) -> Layout:
    name = NAMES[request.form]
    export, partition = folder / _PREFIX / name, f"BILLING_PERIOD={period.label}"
    return Layout(
        files=tuple(export / "data" / partition / file for file in _numbered(request, name)),
        manifests=(export / "metadata" / partition / f"{name}-Manifest.json",),
    )


def _report(request: Request, period: Period, folder: Path) -> Layout:
    name, assembly = NAMES[request.form], edition_id(request, period)
    report = folder / _PREFIX / name
    month = report / f"{period.first:%Y%m%d}-{period.after:%Y%m%d}"
    manifest = f"{name}-Manifest.json"
    data = month / assembly
    if request.file is FileForm.PARQUET:
        # Reports for Athena are always overwritten, and lie by year and month.
        data = report / name / f"year={period.first.year}" / f"month={period.first.month}"
        return Layout(files=tuple(data / file for file in _numbered(request, name)), manifests=(month / manifest,))
    return Layout(
        files=tuple(data / file for file in _numbered(request, name)),
        manifests=(month / manifest, data / manifest),
    )


def _google(request: Request, period: Period, folder: Path) -> Layout:
    kind = "focus" if request.form is Form.FOCUS else "resource_v1"
    table = f"gcp_billing_export_{kind}_{ACCOUNT.replace('-', '_')}"
    suffix = {FileForm.PARQUET: "parquet", FileForm.JSONL_GZ: "jsonl.gz"}.get(request.file, request.file.value)
    names = [f"{period.first:%Y%m}-{number:012d}.{suffix}" for number in range(request.split)]
    return Layout(files=tuple(folder / table / name for name in names), manifests=())


def write_manifests(request: Request, period: Period, layout: Layout, folder: Path, columns: Sequence[Written]) -> None:
    """Write a month's manifests, last of all, as AWS does."""
    keys = [file.relative_to(folder).as_posix() for file in layout.files]
    of_report = request.form is Form.LEGACY
    content = (_report_manifest if of_report else _export_manifest)(request, period, keys, columns)
    for path in layout.manifests:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _stamp(request: Request, period: Period) -> tuple[dict[str, str], str]:
    """The month as manifests write it, and when the edition was made: 3 or 12 days after the month."""
    spans = {"start": f"{period.first:%Y%m%d}T000000.000Z", "end": f"{period.after:%Y%m%d}T000000.000Z"}
    day = 3 if request.edition == 1 else 12
    return spans, f"{period.after:%Y-%m}-{day:02d}T06:00:00.000Z"


def _report_manifest(request: Request, period: Period, keys: list[str], columns: Sequence[Written]) -> dict[str, Any]:
    spans, _ = _stamp(request, period)
    parquet = request.file is FileForm.PARQUET
    listed = []
    for column in columns:
        category, _, name = column.name.partition("/")
        listed.append({"category": category, "name": name} if name else {"category": "", "name": column.name})
    return {
        "assemblyId": edition_id(request, period),
        "account": PAYER,
        "columns": listed,
        "charset": "UTF-8",
        "compression": "Parquet" if parquet else "GZIP",
        "contentType": "Parquet" if parquet else "text/csv",
        "reportId": hashlib.sha256(NAMES[request.form].encode()).hexdigest(),
        "reportName": NAMES[request.form],
        "billingPeriod": spans,
        "bucket": BUCKET,
        "reportKeys": keys,
        "additionalArtifactKeys": [],
    }


def _export_manifest(request: Request, period: Period, keys: list[str], columns: Sequence[Written]) -> dict[str, Any]:
    spans, made_at = _stamp(request, period)
    name = NAMES[request.form]
    table = "COST_AND_USAGE_REPORT" if request.form is Form.CUR2 else "FOCUS_1_2_AWS"
    parquet = request.file is FileForm.PARQUET
    return {
        "exportArn": f"arn:aws:bcm-data-exports:us-east-1:{PAYER}:export/{name}",
        "executionId": edition_id(request, period),
        "exportName": name,
        "tableName": table,
        "billingPeriod": spans,
        "createdAt": made_at,
        "columns": [{"name": column.name, "type": _TYPES[column.sort]} for column in columns],
        "contentType": "Parquet" if parquet else "text/csv",
        "compression": "Parquet" if parquet else "GZIP",
        "dataFiles": [f"s3://{BUCKET}/{key}" for key in keys],
    }


_TYPES = {
    Sort.TEXT: "string",
    Sort.UNITS: "double",
    Sort.THOUSANDTHS: "double",
    Sort.NUMBER: "double",
    Sort.TIME: "timestamp",
    Sort.NESTED: "map<string,string>",
}
