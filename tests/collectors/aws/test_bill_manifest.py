"""Which edition of a billing period is the one to take."""

from datetime import UTC, datetime

from costopt.collectors.aws.bill_manifest import StoredObject, newest_editions


def stored(key: str, day: int) -> StoredObject:
    return StoredObject(key=key, size=1, etag='"1"', modified=datetime(2026, 2, day, tzinfo=UTC))


def test_which_edition_of_a_period_is_the_newest() -> None:
    found = newest_editions(
        [
            # Of a legacy report the one at the top, though a copy of the bucket has other times.
            stored("r/20260101-20260201/a-1/r-Manifest.json", 9),
            stored("r/20260101-20260201/r-Manifest.json", 1),
            # Of an export the last one: it may have kept no versions before, so that the top is an old one.
            stored("e/metadata/BILLING_PERIOD=2026-01/e-Manifest.json", 1),
            stored("e/metadata/BILLING_PERIOD=2026-01/t1-x/e-Manifest.json", 2),
            stored("e/metadata/BILLING_PERIOD=2026-01/t2-y/e-Manifest.json", 3),
            # Of the same second the later folder.
            stored("e/metadata/BILLING_PERIOD=2026-02/t1-x/e-Manifest.json", 3),
            stored("e/metadata/BILLING_PERIOD=2026-02/t2-y/e-Manifest.json", 3),
            # No manifests of bills.
            stored("r/20260101-20260201/r-RedshiftManifest.json", 3),
            stored("r/20261301-20260201/r-Manifest.json", 3),
            stored("e/metadata/BILLING_PERIOD=2026-00/e-Manifest.json", 3),
        ]
    )
    assert [(one.export, one.period, one.folder) for one in found] == [
        ("e/e", "2026-01", "t2-y"),
        ("e/e", "2026-02", "t2-y"),
        ("r/r", "2026-01", ""),
    ]
