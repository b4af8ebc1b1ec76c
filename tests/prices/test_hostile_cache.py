"""A price cache that is damaged or was tampered with: the file is named, and never read as no prices."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from costopt.errors import CatalogError
from costopt.prices import manifest as module
from costopt.prices.catalog import embedded_catalog_path, open_user_catalog
from costopt.prices.manifest import check_catalog


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache whose current catalog is a copy of the embedded one."""
    shutil.copytree(embedded_catalog_path(), tmp_path / "versions/v1")
    (tmp_path / "current").write_text("v1\n")
    return tmp_path


def use(cache: Path) -> None:
    catalog = open_user_catalog(cache)
    catalog.unit("ebs", "gp3_storage", "us-east-1")
    catalog.instance("ec2", "m5.large", "us-east-1", variant="linux")


def forge(cache: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Alter the hourly prices and make the manifest vouch for them."""
    folder = cache / "versions/v1"
    pq.write_table(change(pq.read_table(folder / "hourly.parquet")), folder / "hourly.parquet")
    content = json.loads((folder / "catalog.json").read_text())
    content["files"]["hourly.parquet"]["sha256"] = hashlib.sha256((folder / "hourly.parquet").read_bytes()).hexdigest()
    (folder / "catalog.json").write_text(json.dumps(content))


def test_the_cache_that_the_others_damage_is_sound(cache: Path) -> None:
    use(cache)
    check_catalog(cache / "versions/v1")


@pytest.mark.parametrize("content", [b"../../../etc", b"\xff\xfe", b"gone", b"/etc"])
def test_a_pointer_to_no_catalog_is_an_error_and_not_the_embedded_prices(content: bytes, cache: Path) -> None:
    (cache / "current").write_bytes(content)
    with pytest.raises(CatalogError, match="current") as refused:
        use(cache)
    assert "Delete that file" in refused.value.hint


@pytest.mark.parametrize("content", ["", "{}", "[" * 200_000, '{"schema_version": 99}', "[[["])
def test_a_manifest_that_is_none_is_named(content: str, cache: Path) -> None:
    (cache / "versions/v1/catalog.json").write_text(content)
    with pytest.raises(CatalogError, match=r"catalog\.json"):
        use(cache)


def test_a_pipe_in_the_place_of_a_table_does_not_hang(cache: Path) -> None:
    (cache / "versions/v1/units.parquet").unlink()
    os.mkfifo(cache / "versions/v1/units.parquet")
    with pytest.raises(CatalogError, match=r"units\.parquet.*ordinary file"):
        use(cache)


def _with_prices(price: str) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index("usd_per_hour")
        field = table.schema.field(place)
        return table.set_column(place, field, pa.array([Decimal(price)] * len(table), field.type))

    return change


@pytest.mark.parametrize("price", ["0", "-1"])
def test_no_price_is_free_or_less(price: str, cache: Path) -> None:
    forge(cache, _with_prices(price))
    with pytest.raises(CatalogError, match=r"hourly\.parquet: holds a price of"):
        use(cache)


def test_a_column_of_another_type_is_named(cache: Path) -> None:
    def change(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index("usd_per_hour")
        return table.set_column(place, "usd_per_hour", pa.array(["x"] * len(table)))

    forge(cache, change)
    with pytest.raises(CatalogError, match="usd_per_hour is string"):
        use(cache)


def test_a_small_file_of_many_rows_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 10)
    with pytest.raises(CatalogError, match="rows are not a catalog"):
        use(cache)
