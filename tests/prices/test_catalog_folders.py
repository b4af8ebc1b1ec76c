"""Catalogs on disk: written the same twice, damaged, laid one above the other."""

import json
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.errors import CatalogError, PriceNotFound
from costopt.model.price import Purchase, Quality
from costopt.prices.catalog import embedded_catalog_path, open_catalog, open_user_catalog
from costopt.prices.refresh.shelf import publish, unfinished
from costopt.prices.rows import HourlyRow, UnitRow
from costopt.prices.schema import MANIFEST_NAME, TABLES
from costopt.prices.writer import write_catalog

NEW = date(2026, 12, 1)


def hour(
    name: str, usd: str, region: str = "eu-west-1", *, how: Purchase = Purchase.ON_DEMAND, os: str = "linux"
) -> HourlyRow:
    return HourlyRow("ec2", name, region, os, how, Decimal(usd), "AWS price list", NEW, Quality.LIST)


def fresh(folder: Path) -> Path:
    """A refreshed catalog: a newer m5.large, Windows, a Compute Savings Plan, NAT, and another list of offerings."""
    folder.mkdir(exist_ok=True)
    write_catalog(
        folder,
        {
            "hourly": [
                hour("m5.large", "0.106"),
                hour("m5.large", "0.199", os="windows"),
                hour("m5.large", "0.08", how=Purchase.COMPUTE_SP_1Y_NO_UPFRONT),
            ],
            "units": [
                UnitRow("vpc", "nat_gateway_hour", "eu-west-1", Decimal("0.05"), "hour", "list", NEW, Quality.LIST)
            ],
            "offerings": [("m5.large", "eu-west-1"), ("not.known", "eu-west-1")],
        },
        version="refresh-2026-12-01",
        built_at=NEW,
        quarantined_rows=3,
    )
    return folder


def embedded_copy(folder: Path) -> Path:
    shutil.copytree(embedded_catalog_path(), folder, ignore=shutil.ignore_patterns("*.csv", "__*"))
    return folder


def test_refreshed_rows_stand_above_and_the_others_remain(tmp_path: Path) -> None:
    catalog = open_catalog(overlay=fresh(tmp_path / "fresh"))
    newer = catalog.instance("ec2", "m5.large", "eu-west-1", variant="linux")
    assert (newer.amount, newer.as_of, newer.source) == (Decimal("0.106"), NEW, "AWS price list")
    assert catalog.instance("ec2", "m5.large", "eu-west-1", variant="windows").amount == Decimal("0.199")
    plan = catalog.instance("ec2", "m5.large", "eu-west-1", variant="linux", purchase=Purchase.COMPUTE_SP_1Y_NO_UPFRONT)
    assert plan.amount == Decimal("0.08")
    assert catalog.unit("vpc", "nat_gateway_hour", "eu-west-1").amount == Decimal("0.05")
    assert catalog.instance("ec2", "m5.xlarge", "eu-west-1", variant="linux").amount == Decimal("0.214")
    assert catalog.unit("ebs", "gp2_storage", "eu-west-1").amount == Decimal("0.11")


def test_rules_use_the_refreshed_on_demand_price(tmp_path: Path) -> None:
    refreshed = open_catalog(overlay=fresh(tmp_path / "fresh"))
    how = Purchase.RI_1Y_NO_UPFRONT
    # 0.639 of 0.106 instead of 0.107
    price = refreshed.instance("ec2", "m5.large", "eu-west-1", variant="linux", purchase=how)
    assert (price.amount, price.quality) == (Decimal("0.067734"), Quality.ESTIMATE)


def test_a_licence_is_not_discounted_by_the_rules_for_linux(tmp_path: Path) -> None:
    catalog = open_catalog(overlay=fresh(tmp_path / "fresh"))
    with pytest.raises(PriceNotFound):
        catalog.instance("ec2", "m5.large", "eu-west-1", variant="windows", purchase=Purchase.RI_1Y_NO_UPFRONT)


def test_version_and_age_of_both_folders_show(tmp_path: Path) -> None:
    catalog = open_catalog(overlay=fresh(tmp_path / "fresh"))
    assert catalog.version == f"{open_catalog().version}+refresh-2026-12-01"
    assert catalog.as_of == open_catalog().as_of


def test_a_refreshed_region_replaces_its_list_of_offerings_and_skips_unknown_types(tmp_path: Path) -> None:
    catalog = open_catalog(overlay=fresh(tmp_path / "fresh"))
    assert [shape.instance_type for shape in catalog.offered("eu-west-1")] == ["m5.large"]
    assert len(catalog.offered("us-east-1")) > 1000


def test_the_users_cache_is_used_once_something_is_published_in_it(tmp_path: Path) -> None:
    assert open_user_catalog(tmp_path / "nothing").version == open_catalog().version
    with unfinished(tmp_path) as folder:
        publish(tmp_path, fresh(folder), "refresh-2026-12-01", now=datetime(2026, 12, 1, tzinfo=UTC))
    catalog = open_user_catalog(tmp_path)
    assert catalog.version.endswith("+refresh-2026-12-01")
    assert catalog.instance("ec2", "m5.large", "eu-west-1", variant="linux").amount == Decimal("0.106")


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [hour(name, "0.1", region) for name in ("a.large", "b.large") for region in ("us-east-1", "eu-west-1")]
    for folder, order in ((tmp_path / "one", rows), (tmp_path / "two", rows[::-1])):
        folder.mkdir()
        write_catalog(folder, {"hourly": order}, version="v", built_at=NEW)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_manifest_states_what_is_there(tmp_path: Path) -> None:
    manifest = json.loads((fresh(tmp_path / "fresh") / MANIFEST_NAME).read_text(encoding="utf-8"))
    assert (manifest["version"], manifest["built_at"], manifest["quarantined_rows"]) == (
        "refresh-2026-12-01",
        "2026-12-01",
        3,
    )
    assert manifest["files"]["hourly.parquet"]["rows"] == 3
    assert set(manifest["files"]) == {f"{name}.parquet" for name in TABLES}


def test_a_folder_without_a_catalog_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"catalog\.json: no readable price catalog here") as error:
        open_catalog(tmp_path)
    assert str(tmp_path) in str(error.value)
    assert error.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a catalog manifest"),
        ("[]", "not a catalog manifest"),
        ('{"schema_version": 1}', "not a catalog manifest"),
        ('{"schema_version": 99}', "catalog schema 99, but this program reads 1"),
    ],
)
def test_a_broken_or_newer_manifest_is_refused(tmp_path: Path, text: str, message: str) -> None:
    folder = embedded_copy(tmp_path / "copy")
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=message):
        open_catalog(folder)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    folder = embedded_copy(tmp_path / "copy")
    (folder / "hourly.parquet").unlink()
    with pytest.raises(CatalogError, match=r"hourly\.parquet: cannot be read") as error:
        open_catalog(folder).instance("ec2", "m5.large", "us-east-1", variant="linux")
    assert "refresh" in error.value.hint


def test_a_flipped_byte_is_found_before_it_becomes_a_price(tmp_path: Path) -> None:
    folder = embedded_copy(tmp_path / "copy")
    content = bytearray((folder / "units.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "units.parquet").write_bytes(bytes(content))
    with pytest.raises(CatalogError, match=r"units\.parquet: its content does not match"):
        open_catalog(folder).unit("ebs", "gp3_storage", "us-east-1")


def test_a_file_that_is_no_parquet_is_refused_even_with_the_right_digest(tmp_path: Path) -> None:
    folder = embedded_copy(tmp_path / "copy")
    (folder / "units.parquet").write_bytes(b"hello")
    manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    manifest["files"]["units.parquet"]["sha256"] = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"units\.parquet: not a readable Parquet file"):
        open_catalog(folder).unit("ebs", "gp3_storage", "us-east-1")


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    folder = embedded_copy(tmp_path / "copy")
    shutil.copy(folder / "offerings.parquet", folder / "units.parquet")
    manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    manifest["files"]["units.parquet"] = manifest["files"]["offerings.parquet"]
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"units\.parquet: columns \['instance_type', 'region'\] instead of"):
        open_catalog(folder).unit("ebs", "gp3_storage", "us-east-1")
