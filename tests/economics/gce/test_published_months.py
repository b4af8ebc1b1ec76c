"""Four years of published prices: each month after sustained use discounts out of its hour."""

import csv
import gzip
from decimal import Decimal
from pathlib import Path

from costopt.economics.gce.machines import machine_type
from costopt.economics.sustained_rates import series_rates, slot_price


def test_published_months_are_hours_less_the_discount_of_the_series(shared_data: Path) -> None:
    """20 types in up to 43 regions, 2022 to 2025, to half a percent; the list rounds to a cent of a cent."""
    path = shared_data / "gcp-prices" / "gcp_price_changes_2022-2025.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if Decimal(row["hour"] or 0) and Decimal(row["month_sud"] or 0)]
    wrong = []
    for row in rows:
        rates = series_rates(machine_type(row["machine_type"]).series) or (1.0,)
        month = Decimal(row["hour"]) * 730 * Decimal(slot_price(1.0, rates))
        if abs(month / Decimal(row["month_sud"]) - 1) > Decimal("0.005"):
            wrong.append((row["snapshot_date"], row["machine_type"], row["region"]))
    assert len(rows) > 7_000
    assert not wrong
