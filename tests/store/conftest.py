"""A way to put resources and series on disk as a snapshot."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.money import Money
from costopt.model.resource import Resource
from costopt.model.series import Series
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.model.specs.network import ElasticIp
from costopt.store.open import open_snapshot
from costopt.store.sink import Run, open_sink
from costopt.store.snapshot import Snapshot

NOW = datetime(2026, 11, 20, 10, 37, tzinfo=UTC)
SCOPE = Scope(provider="aws", account="111111111111", region="us-east-1", operation="ec2_instances")
RUN = Run(collected_at=NOW, tool_version="0", request="r")

Keep = Callable[..., Snapshot]


def a_manifest(*results: ScopeResult) -> Manifest:
    return Manifest(
        schema_version=SNAPSHOT_SCHEMA_VERSION,
        tool_version="0",
        collected_at=NOW,
        accounts=("111111111111",),
        regions=("us-east-1",),
        catalog_version="test",
        collection_cost=Money.zero(),
        files={},
        coverage=results,
    )


def ok(scope: Scope = SCOPE, rows: int = 1) -> ScopeResult:
    return ScopeResult(scope=scope, status=Status.OK, kinds=("ec2_instance",), rows=rows)


def address(id_: str) -> Resource:
    return Resource(
        provider="aws",
        account="111111111111",
        region="us-east-1",
        id=id_,
        spec=ElasticIp(public_ip="192.0.2.1"),
        name="</script>",
        created_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        tags={"ключ": "=cmd()"},
    )


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Writes one scope of resources and series and opens the snapshot."""

    def write(
        resources: Sequence[Resource] = (), series: Sequence[Series] = (), path: Path = tmp_path / "snap"
    ) -> Snapshot:
        with open_sink(path, RUN, resume=False) as sink:
            sink.save(ok(), resources=resources, series=series)
            sink.finish(a_manifest(ok()))
        return open_snapshot(path)

    return write
