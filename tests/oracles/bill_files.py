"""Small bills written by hand, as the files that a provider would send, and the deliveries that name them."""

import csv
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from costopt.model.bill import BillFile, BillKind, Delivery, FileForm

Row = Mapping[str, object]

CUR_LINE: Row = {
    "bill_payer_account_id": "111111111111",
    "bill_billing_period_start_date": "2026-10-01T00:00:00.000Z",
    "bill_billing_period_end_date": "2026-11-01T00:00:00.000Z",
    "line_item_usage_account_id": "222222222222",
    "line_item_line_item_type": "Usage",
    "line_item_usage_start_date": "2026-10-05T00:00:00.000Z",
    "line_item_usage_end_date": "2026-10-05T01:00:00.000Z",
    "line_item_product_code": "AmazonEC2",
    "line_item_currency_code": "USD",
    "line_item_unblended_cost": "0",
}
"""What every line of a report has."""

FOCUS_LINE: Row = {
    "BilledCost": "1.00",
    "EffectiveCost": "1.00",
    "ListCost": "1.00",
    "ContractedCost": "1.00",
    "BillingAccountId": "111111111111",
    "BillingCurrency": "USD",
    "BillingPeriodStart": "2026-10-01T00:00:00Z",
    "BillingPeriodEnd": "2026-11-01T00:00:00Z",
    "ChargePeriodStart": "2026-10-05T00:00:00Z",
    "ChargePeriodEnd": "2026-10-05T01:00:00Z",
    "ChargeCategory": "Usage",
    "ServiceName": "Amazon EC2",
    "ProviderName": "AWS",
}
"""What every row of a FOCUS file has."""


def csv_file(path: Path, rows: Sequence[Row], *, base: Row, delimiter: str = ",") -> BillFile:
    """Write rows over `base` as CSV, packed where the name ends in `.gz`."""
    columns = list(dict.fromkeys([*base, *(name for row in rows for name in row)]))
    packed = path.suffix == ".gz"
    with gzip.open(path, "wt", newline="") if packed else path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows({**base, **row} for row in rows)
    form = FileForm.CSV_GZ if packed else FileForm.CSV
    return BillFile(path=str(path), form=form, columns=tuple(columns), delimiter=delimiter)


def parquet_file(path: Path, table: pa.Table) -> BillFile:
    """Write a table as Parquet."""
    pq.write_table(table, path)
    return BillFile(path=str(path), form=FileForm.PARQUET, columns=tuple(table.column_names))


def delivery(kind: BillKind, *files: BillFile, source: str = "made", **more: object) -> Delivery:
    """A delivery of files, its fingerprint that of their content."""
    content = hashlib.sha256(b"".join(Path(file.path).read_bytes() for file in files)).hexdigest()
    return Delivery(kind=kind, source=source, files=files, fingerprint=content, **more)  # type: ignore[arg-type]
