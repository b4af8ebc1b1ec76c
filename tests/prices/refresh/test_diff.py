from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.errors import CatalogError
from costopt.model.price import Purchase, Quality
from costopt.prices.refresh.diff import diff
from costopt.prices.rows import HourlyRow, UnitRow
from costopt.prices.writer import write_catalog

DAY = date(2026, 11, 1)


def catalog(folder: Path, hourly: dict[str, str], units: dict[str, str]) -> Path:
    folder.mkdir()
    machines = [
        HourlyRow("ec2", name, "us-east-1", "linux", Purchase.ON_DEMAND, Decimal(usd), "file", DAY, Quality.LIST)
        for name, usd in hourly.items()
    ]
    things = [
        UnitRow("ebs", item, "us-east-1", Decimal(usd), "GiB-month", "file", DAY, Quality.LIST)
        for item, usd in units.items()
    ]
    write_catalog(folder, {"hourly": machines, "units": things}, version=folder.name, built_at=DAY)
    return folder


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return catalog(
        tmp_path / "old", {"m5.large": "0.1", "c5.large": "0.08", "r5.large": "0.126"}, {"gp3_storage": "0.08"}
    )


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return catalog(
        tmp_path / "new", {"m5.large": "0.11", "c5.large": "0.06", "m8g.large": "0.09"}, {"gp3_storage": "0.08"}
    )


def test_the_largest_relative_change_comes_first_whichever_way_it_goes(old: Path, new: Path) -> None:
    found = diff(old, new)
    assert [(change.key[1], change.relative_change) for change in found.changes] == [
        ("c5.large", Decimal("-0.25")),
        ("m5.large", Decimal("0.1")),
    ]
    assert (found.changed, found.unchanged, found.added, found.removed) == (2, 1, 1, 1)


def test_a_limit_shortens_the_list_and_not_the_count(old: Path, new: Path) -> None:
    found = diff(old, new, limit=1)
    assert [change.key[1] for change in found.changes] == ["c5.large"]
    assert found.changed == 2


def test_a_catalog_does_not_differ_from_itself(old: Path) -> None:
    found = diff(old, old)
    assert (found.changes, found.changed, found.added, found.removed, found.unchanged) == ((), 0, 0, 0, 4)


def test_a_folder_without_a_catalog_is_an_error(old: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="nothing"):
        diff(old, tmp_path / "nothing")
