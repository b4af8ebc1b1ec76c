"""Made snapshots of a given size, for measurements."""

import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from costopt.model.coverage import Scope, ScopeResult, Status
from costopt.model.kinds import SPEC_TYPES
from costopt.model.money import Money
from costopt.model.resource import Resource
from costopt.model.snapshot import SNAPSHOT_SCHEMA_VERSION, Manifest
from costopt.model.specs.ec2 import Ec2Instance
from costopt.store.resources import write_resources
from costopt.store.series import SCHEMA
from costopt.store.snapshot import fingerprint_of, write_manifest

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
HOURS = 14 * 24
ACCOUNT = "111111111111"
REGION = "us-east-1"
METRICS = ("cpu_max_percent", "cpu_mean_percent", "network_in_bytes", "network_out_bytes", "memory_used_percent")
TYPES = ("m5.large", "m5.xlarge", "m5.2xlarge", "m7g.large", "c5.xlarge", "r5.large", "t3.medium", "m4.large")


def fleet(directory: Path, instances: int) -> int:
    """Write a snapshot of so many instances with 14 days of 5 hourly metrics; returns the number of points."""
    directory.mkdir(parents=True)
    draw = Random(7)
    write_resources(directory / "r", (_instance(number, draw) for number in range(instances)))
    with pq.ParquetWriter(directory / "s", SCHEMA, compression="zstd") as writer:
        for metric in METRICS:
            for begin in range(0, instances, 2_000):
                writer.write_table(_series(metric, range(begin, min(begin + 2_000, instances)), draw))
    files = {}
    for stem, name in (("resources", "r"), ("series", "s")):
        fingerprint = fingerprint_of(directory / name)
        (directory / name).rename(directory / f"{stem}-{fingerprint[:16]}.parquet")
        files[f"{stem}-{fingerprint[:16]}.parquet"] = fingerprint
    write_manifest(directory, _manifest(files))
    return instances * len(METRICS) * HOURS


def _instance(number: int, draw: Random) -> Resource:
    spec = Ec2Instance(
        instance_type=draw.choice(TYPES),
        state="running",
        platform="linux",
        availability_zone=f"{REGION}{draw.choice('abc')}",
        architecture="x86_64",
        launched_at=NOW - timedelta(days=draw.randint(20, 400)),
    )
    return Resource(
        provider="aws",
        account=ACCOUNT,
        region=REGION,
        id=f"i-{number:017x}",
        spec=spec,
        name=f"web-{number}",
        created_at=spec.launched_at,
        tags={"team": f"team-{number % 20}"},
    )


def _series(metric: str, numbers: range, draw: Random) -> pa.Table:
    scale = 1e8 if "bytes" in metric else 100.0
    level = [draw.random() * scale for _ in range(4_096)]
    values = array.array(
        "d",
        (level[(number * 31 + hour) % 4_096] * (number % 97 + 3) / 100 for number in numbers for hour in range(HOURS)),
    )
    offsets = pa.array(range(0, len(values) + 1, HOURS), pa.int32())
    lists = pa.ListArray.from_arrays(
        offsets, pa.Array.from_buffers(pa.float64(), len(values), [None, pa.py_buffer(values)])
    )
    count = len(numbers)
    columns = {
        "provider": ["aws"] * count,
        "account": [ACCOUNT] * count,
        "region": [REGION] * count,
        "kind": [Ec2Instance.KIND] * count,
        "id": [f"i-{number:017x}" for number in numbers],
        "metric": [metric] * count,
        "start": [NOW - timedelta(hours=HOURS)] * count,
        "step_seconds": [3600] * count,
        "values": lists,
    }
    return pa.table(columns, schema=SCHEMA)


def _manifest(files: dict[str, str]) -> Manifest:
    return Manifest(
        schema_version=SNAPSHOT_SCHEMA_VERSION,
        tool_version="bench",
        collected_at=NOW,
        accounts=(ACCOUNT,),
        regions=(REGION,),
        catalog_version="bench",
        collection_cost=Money(amount=Decimal(0)),
        files=files,
        coverage=tuple(_all_read()),
        made=True,
    )


def _all_read() -> Iterator[ScopeResult]:
    for kind in sorted(SPEC_TYPES):
        scope = Scope(provider="aws", account=ACCOUNT, region=REGION, operation=kind)
        yield ScopeResult(scope=scope, status=Status.OK, kinds=(kind,), rows=1)
