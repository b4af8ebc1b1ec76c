"""A small market of real EC2 types at their us-east-1 prices, and the instances that the tests of compute checks share.

Figures are AWS's published ones, copied by hand: vCPUs, GiB, baselines (Gbit/s, MB/s, operations/s), dollars an hour.
"""

import csv
from pathlib import Path
from typing import Any

from costopt.model.price import Purchase
from costopt.model.resource import Resource
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from tests.oracles.judging import Measured, StaticPrices, resource, series, shape

_ARM = {"architectures": ("arm64",)}
_XEN = {"hypervisor": "xen"}
_BURST = {"burstable": True}


def _bandwidth(network: float, mibps: float | None, iops: int | None) -> dict[str, Any]:
    return {"network_gbps": network, "ebs_baseline_mibps": mibps, "ebs_baseline_iops": iops}


SHAPES = (
    shape("m4.xlarge", 4, 16, **_XEN, **_bandwidth(0.75, 93.75, 6000)),
    shape("m5.large", 2, 8, **_bandwidth(0.75, 81.25, 3600)),
    shape("m5.xlarge", 4, 16, **_bandwidth(1.25, 143.75, 6000)),
    shape("m5.2xlarge", 8, 32, **_bandwidth(2.5, 287.5, 12000)),
    shape("m5.24xlarge", 96, 384, **_bandwidth(25, 2375, 80000)),
    shape("m6a.xlarge", 4, 16, **_bandwidth(1.562, 156.25, 6000)),
    shape("m6a.2xlarge", 8, 32, **_bandwidth(3.125, 312.5, 12000)),
    shape("m6g.xlarge", 4, 16, **_ARM, **_bandwidth(1.25, 148.5, 6000)),
    shape("m6g.large", 2, 8, **_ARM, **_bandwidth(0.75, 78.75, 3600)),
    shape("c5.xlarge", 4, 8, **_bandwidth(1.25, 143.75, 6000)),
    shape("c5a.xlarge", 4, 8, **_bandwidth(1.25, 50.0, 1600)),
    shape("r5.large", 2, 16, **_bandwidth(0.75, 81.25, 3600)),
    shape("t2.large", 2, 8, **_XEN, **_BURST, **_bandwidth(0.512, None, None)),
    shape("t3.medium", 2, 4, **_BURST, **_bandwidth(0.256, 43.375, 2000)),
    shape("t3.large", 2, 8, **_BURST, **_bandwidth(0.512, 86.875, 4000)),
    shape("t3.xlarge", 4, 16, **_BURST, **_bandwidth(1.024, 86.875, 4000)),
    shape("g4dn.xlarge", 4, 16, gpu_count=1, gpu_name="T4", local_disk_gib=116.0, **_bandwidth(5, 118.75, 3000)),
)

LINUX = {
    "m4.xlarge": "0.20",
    "m5.large": "0.096",
    "m5.xlarge": "0.192",
    "m5.2xlarge": "0.384",
    "m5.24xlarge": "4.608",
    "m6a.xlarge": "0.1728",
    "m6a.2xlarge": "0.3456",
    "m6g.xlarge": "0.154",
    "m6g.large": "0.077",
    "c5.xlarge": "0.17",
    "c5a.xlarge": "0.154",
    "r5.large": "0.126",
    "t2.large": "0.0928",
    "t3.medium": "0.0416",
    "t3.large": "0.0832",
    "t3.xlarge": "0.1664",
    "g4dn.xlarge": "0.526",
}

EBS = {("ebs", "gp3_storage"): "0.08", ("ebs", "gp2_storage"): "0.10"}


def market(*without: str, spot: dict[str, str] | None = None, windows: dict[str, str] | None = None) -> StaticPrices:
    """All types at their Linux prices, except those `without` a price; spot and Windows prices as given."""
    instances: dict[tuple[Any, ...], str] = {
        ("ec2", name, "linux"): amount for name, amount in LINUX.items() if name not in without
    }
    instances |= {("ec2", name, "linux", Purchase.SPOT): amount for name, amount in (spot or {}).items()}
    instances |= {("ec2", name, "windows"): amount for name, amount in (windows or {}).items()}
    return StaticPrices(instances=instances, units=EBS, shapes=SHAPES)


def instance(instance_type: str = "m5.large", *, tags: dict[str, str] | None = None, **fields: Any) -> Resource:
    """A running Linux machine on demand, unless `fields` say otherwise."""
    given: dict[str, Any] = {
        "state": "running",
        "platform": "linux",
        "availability_zone": "us-east-1a",
        "architecture": "x86_64",
        **fields,
    }
    return resource(Ec2Instance(instance_type=instance_type, **given), "i-1", tags=tags or {})


def volume(volume_id: str = "vol-1", **fields: Any) -> Resource:
    """A gp3 volume of 100 GiB on that machine, unless `fields` say otherwise."""
    given: dict[str, Any] = {
        "volume_type": "gp3",
        "size_gib": 100,
        "state": "in-use",
        "availability_zone": "us-east-1a",
        "iops": 3000,
        "throughput_mibps": 125,
        "instance_ids": ("i-1",),
        **fields,
    }
    return resource(EbsVolume(**given), volume_id)


def load(
    cpu: Any = None, *, mean: Any = None, memory: Any = None, network_in: Any = None, network_out: Any = None
) -> tuple[Measured, ...]:
    """Hourly metrics of 14 days; what is left out was not measured."""
    given = {
        "cpu_max_percent": cpu,
        "cpu_mean_percent": mean,
        "memory_used_percent": memory,
        "network_in_bytes": network_in,
        "network_out_bytes": network_out,
    }
    return tuple(series(metric, values) for metric, values in given.items() if values is not None)


def real_cpu(folder: Path, name: str) -> tuple[list[float], list[float]]:
    """Hourly peak and mean of a published five-minute CloudWatch series of 14 days, in percent."""
    with (folder / "nab" / f"{name}.csv").open(newline="") as file:
        values = [float(row["value"]) for row in csv.DictReader(file)]
    hours = [values[at : at + 12] for at in range(0, len(values), 12)]
    return [max(hour) for hour in hours], [sum(hour) / len(hour) for hour in hours]
