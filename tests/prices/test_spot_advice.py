"""The spot advisor's bands, as shares of instances that are interrupted in a month."""

from datetime import date
from pathlib import Path

from costopt.prices.catalog import embedded_catalog_path
from costopt.prices.spot_advice import read_interruptions
from costopt.prices.writer import write_catalog

DAY = date(2026, 11, 1)


def catalog(folder: Path, **bands: int) -> Path:
    """A catalog that says something of types in one region; `m5_large` stands for `m5.large`."""
    folder.mkdir()
    rows = [(name.replace("_", "."), "eu-west-1", "linux", 0.6, band, "by hand", DAY) for name, band in bands.items()]
    write_catalog(folder, {"spot_advice": rows}, version=folder.name, built_at=DAY)
    return folder


def test_a_band_stands_for_its_upper_end(tmp_path: Path) -> None:
    found = read_interruptions([catalog(tmp_path / "a", m5_large=0, c5_large=4)], "eu-west-1", "linux")
    assert found == {"m5.large": 0.05, "c5.large": 0.30}


def test_a_later_catalog_stands_above(tmp_path: Path) -> None:
    folders = [catalog(tmp_path / "a", m5_large=0, r5_large=1), catalog(tmp_path / "b", m5_large=3)]
    assert read_interruptions(folders, "eu-west-1", "linux") == {"m5.large": 0.20, "r5.large": 0.10}


def test_other_regions_and_systems_are_not_told(tmp_path: Path) -> None:
    folder = catalog(tmp_path / "a", m5_large=0)
    assert read_interruptions([folder], "us-east-1", "linux") == {}
    assert read_interruptions([folder], "eu-west-1", "windows") == {}


def test_the_embedded_catalog_says_nothing() -> None:
    assert read_interruptions([embedded_catalog_path()], "us-east-1", "linux") == {}
