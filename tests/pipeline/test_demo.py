"""The made company on disk: two snapshots that are read as one, and a bill for each cloud."""

from pathlib import Path

import pytest

from costopt.billing.lake import Lake
from costopt.config.settings import PriceSettings
from costopt.errors import UsageError
from costopt.pipeline.demo import take_bill_in, write_made_bill, write_made_company
from costopt.store.open import open_snapshot
from costopt.store.snapshot import MANIFEST

pytestmark = pytest.mark.xdist_group("made company")  # what its fixtures make is made once

SEED = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "snapshot"
    write_made_company(path, seed=SEED)
    return path


def test_each_cloud_has_a_snapshot_of_its_own_and_both_are_one_estate(folder: Path) -> None:
    providers = {
        part.name: {resource.provider for resource in open_snapshot(part).resources} for part in folder.iterdir()
    }
    assert providers == {"aws": {"aws"}, "gcp": {"gcp"}}
    whole = open_snapshot(folder)
    assert {resource.provider for resource in whole.resources} == {"aws", "gcp"}
    assert len(whole.manifest.accounts) == 6
    assert whole.manifest.made


def test_a_directory_that_is_a_snapshot_itself_is_refused_since_it_would_hide_those_in_it(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / MANIFEST).write_bytes((folder / "aws" / MANIFEST).read_bytes())
    with pytest.raises(UsageError, match="is a snapshot of one cloud"):
        write_made_company(tmp_path, seed=SEED)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST]


def test_each_cloud_has_a_bill_of_its_own_under_its_own_name(folder: Path, tmp_path: Path) -> None:
    settings = PriceSettings(directory=str(tmp_path / "prices"))
    files = write_made_bill(folder, tmp_path / "bill", settings)
    assert [file.name for file in files] == [
        "harbourline-2026-10.parquet", "harbourline-2026-11.parquet",
        "harbourline-google-2026-10.parquet", "harbourline-google-2026-11.parquet",
    ]  # fmt: skip
    take_bill_in(files, tmp_path / "bills")
    bills = Lake(tmp_path / "bills").catalog().bills
    assert sorted({bill.source for bill in bills}) == ["harbourline", "harbourline-google"]


def test_a_company_of_one_cloud_has_one_bill(folder: Path, tmp_path: Path) -> None:
    settings = PriceSettings(directory=str(tmp_path / "prices"))
    files = write_made_bill(folder / "gcp", tmp_path / "bill", settings)
    assert [file.name.rpartition("-2026")[0] for file in files] == ["harbourline-google"] * 2
    take_bill_in(files, tmp_path / "bills")
    assert len(Lake(tmp_path / "bills").catalog().bills) == 2
