"""Only one edition of a month counts; where it is not known which, none is taken."""

from pathlib import Path

import pytest

from costopt.collectors.files.editions import newest, require_one_edition
from costopt.collectors.files.manifests import Manifest, read_manifest
from costopt.errors import BillError
from tests.collectors.files.conftest import GUID_A, GUID_B, Writer


def read(path: Path) -> Manifest:
    manifest = read_manifest(path)
    assert manifest is not None
    return manifest


def files(root: Path, *names: str) -> list[Path]:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    return [root / name for name in names]


def test_the_manifest_at_the_top_of_the_period_counts(legacy_report: Writer) -> None:
    older = legacy_report(GUID_B, top=False)
    top = legacy_report(GUID_A)
    own = top.parent / GUID_A / top.name
    chosen = newest([read(path) for path in (older, own, top)])
    assert (chosen.version, chosen.path) == (GUID_A, top)


def test_without_one_at_the_top_the_latest_time_counts(legacy_report: Writer) -> None:
    times = ["20261005T101010Z", "20261020T000000Z", "20261019T235959Z"]
    manifests = [read(legacy_report(time, top=False)) for time in times]
    for order in (manifests, manifests[::-1]):
        assert newest(order).version == "20261020T000000Z"


def test_the_time_may_stand_in_the_folder_of_a_data_export(data_export: Writer) -> None:
    early = data_export(edition=f"2026-10-03T04:05:06.123Z-{GUID_B}", execution=GUID_B)
    late = data_export(edition=f"2026-10-03T04:05:07.000Z-{GUID_A}", execution=GUID_A)
    assert newest([read(late), read(early)]).version == GUID_A


def test_editions_without_time_or_of_one_time_are_refused(legacy_report: Writer, data_export: Writer) -> None:
    nameless = [read(legacy_report(edition, top=False)) for edition in (GUID_A, GUID_B)]
    with pytest.raises(BillError, match="neither says that it is later") as refused:
        newest(nameless)
    assert "Name the manifest" in refused.value.hint
    same = [
        read(data_export(edition=f"20261003T040506Z-{execution}", execution=execution))
        for execution in (GUID_A, GUID_B)
    ]
    with pytest.raises(BillError, match="neither says"):
        newest(same)
    with pytest.raises(BillError, match="neither says"):
        newest([nameless[0], read(legacy_report("20261003T040506Z", top=False))])


def test_copies_of_one_edition_are_one(legacy_report: Writer) -> None:
    top = legacy_report(GUID_A)
    assert newest([read(top.parent / GUID_A / top.name), read(top)]).path == top


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (GUID_A, GUID_B),
        ("20261003T040506Z", "20261004T040506Z"),
        (f"2026-10-03T04:05:06.123Z-{GUID_A}", f"2026-10-04T04:05:06.123Z-{GUID_B}"),
        (GUID_A.upper(), "20261004T040506Z"),
    ],
)
def test_folders_of_two_editions_are_refused(tmp_path: Path, first: str, second: str) -> None:
    found = files(tmp_path, f"p/{first}/a-1.csv", f"p/{second}/a-1.csv")
    with pytest.raises(BillError, match=r"/p holds several editions") as refused:
        require_one_edition(found)
    assert "Name the folder" in refused.value.hint


def test_one_edition_a_month_and_partitions_of_one_are_taken(tmp_path: Path) -> None:
    require_one_edition(files(tmp_path, f"10/{GUID_A}/a-1.csv", f"10/{GUID_A}/x/a-2.csv", f"11/{GUID_B}/a-1.csv"))
    require_one_edition(files(tmp_path, "y=1/m=1/a.parquet", "y=1/m=2/a.parquet", "20261001-20261101/a.csv"))


def test_editions_that_are_reached_by_links_are_seen(tmp_path: Path) -> None:
    files(tmp_path, f"p/{GUID_A}/a.csv", f"p/{GUID_B}/a.csv")
    (tmp_path / "one").symlink_to(tmp_path / "p" / GUID_A)
    (tmp_path / "two").symlink_to(tmp_path / "p" / GUID_B)
    with pytest.raises(BillError, match="several editions"):
        require_one_edition([tmp_path / "one" / "a.csv", tmp_path / "two" / "a.csv"])


@pytest.mark.parametrize(
    ("first", "second"), [("a.csv", "a.csv.gz"), ("a.csv", "a.parquet"), ("a.JSON", "a.csv"), ("a.json.gz", "a.jsonl")]
)
def test_one_bill_in_two_forms_is_refused(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(BillError, match="one bill in two forms"):
        require_one_edition(files(tmp_path, first, second))
    require_one_edition(files(tmp_path, f"x/{first}", f"y/{second}", "a-2.csv"))
