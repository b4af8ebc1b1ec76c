"""Exports as AWS lays them down, small."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.oracles.bill_files import CUR_LINE, FOCUS_LINE, csv_file

GUID_A = "0a1b2c3d-1111-4222-8333-444455556666"
GUID_B = "9f8e7d6c-1111-4222-8333-444455556666"

Writer = Callable[..., Path]


def _bill(path: Path, amount: str, period: str) -> None:
    year, month = map(int, period.split("-"))
    path.parent.mkdir(parents=True, exist_ok=True)
    start = {"bill_billing_period_start_date": f"{year}-{month:02}-01T00:00:00.000Z"}
    csv_file(path, [{"line_item_unblended_cost": amount, **start}], base=CUR_LINE)


@pytest.fixture
def legacy_report(tmp_path: Path) -> Writer:
    """Writes one edition of one month of a legacy report; gives the manifest at the top of the period."""

    def write(
        edition: str = GUID_A,
        *,
        period: str = "2026-10",
        amounts: Sequence[str] = ("1.00", "2.00"),
        top: bool = True,
        report: str = "Daily",
        root: Path = tmp_path / "bucket" / "prefix",
    ) -> Path:
        year, month = map(int, period.split("-"))
        end = f"{year + month // 12}{month % 12 + 1:02}01"
        span = f"{year}{month:02}01-{end}"
        folder = root / report / span
        keys = [f"prefix/{report}/{span}/{edition}/{report}-{n:05}.csv.gz" for n in range(1, len(amounts) + 1)]
        for key, amount in zip(keys, amounts, strict=True):
            _bill(root.parent / key, amount, period)
        raw = json.dumps(
            {
                "assemblyId": edition,
                "account": "111111111111",
                "columns": [{"category": "lineItem", "name": "UnblendedCost"}],
                "charset": "UTF-8",
                "compression": "GZIP",
                "contentType": "text/csv",
                "reportId": "c0ffee",
                "reportName": report,
                "billingPeriod": {"start": f"{year}{month:02}01T000000.000Z", "end": f"{end}T000000.000Z"},
                "bucket": "bucket",
                "reportKeys": keys,
                "additionalArtifactKeys": [],
            }
        )
        (folder / edition / f"{report}-Manifest.json").write_text(raw)
        manifest = folder / f"{report}-Manifest.json"
        if top:
            manifest.write_text(raw)
            return manifest
        return folder / edition / manifest.name

    return write


@pytest.fixture
def data_export(tmp_path: Path) -> Writer:
    """Writes one month of a Data Export that is overwritten in place, or one edition of one that is not."""

    def write(
        period: str = "2026-10",
        *,
        edition: str = "",
        execution: str = GUID_A,
        amount: str = "1.00",
        kind: str = "focus",
        export: str = "Org FOCUS",
        owner: str = "111111111111",
        root: Path = tmp_path / "exports",
    ) -> Path:
        partition = Path(f"BILLING_PERIOD={period}", edition)
        data = root / export / "data" / partition / f"{export}-00001.csv.gz"
        data.parent.mkdir(parents=True, exist_ok=True)
        if kind == "focus":
            start = {"BillingPeriodStart": f"{period}-01T00:00:00Z"}
            csv_file(data, [{"BilledCost": amount, **start}], base=FOCUS_LINE)
        else:
            _bill(data, amount, period)
        manifest = root / export / "metadata" / partition / f"{export}-Manifest.json"
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text(
            json.dumps(
                {
                    "exportArn": f"arn:aws:bcm-data-exports:us-east-1:{owner}:export/x-{GUID_B}",
                    "executionId": execution,
                    "columns": [{"name": "BilledCost", "type": "double"}],
                    "dataFiles": [f"s3://a-bucket/some/prefix/{data.relative_to(root).as_posix()}"],
                    "additionalOutputFiles": [],
                }
            )
        )
        return manifest

    return write
