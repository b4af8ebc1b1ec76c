"""EC2 instance types and where they are offered, from the answers of the EC2 API that moto carries."""

import re
from datetime import date
from typing import Any

from catalog_sources import MOTO, Sources

from costopt.prices.rows import HourlyRow

_RESOURCES = "moto/ec2/resources"
_NETWORK_TEXT = re.compile(r"(?:(\d+)x )?(?:Up to )?([\d.]+) Gigabit")
_MIB_PER_MB = 1_000_000 / 1_048_576
_GIB_PER_GB = 1_000_000_000 / 1_073_741_824

ShapeRow = tuple[Any, ...]


def shape_rows(sources: Sources) -> list[ShapeRow]:
    """Rows of `shapes.parquet`."""
    types = sources.json(MOTO, f"{_RESOURCES}/instance_types.json.gz")
    return [_shape(name, facts, MOTO.source, MOTO.as_of) for name, facts in sorted(types.items())]


def offering_rows(sources: Sources) -> list[tuple[str, str]]:
    """Rows of `offerings.parquet`."""
    folder = f"{_RESOURCES}/instance_type_offerings/region/"
    rows = []
    for member in sources.names(MOTO, under=folder):
        rows += [(str(offer["InstanceType"]), str(offer["Location"])) for offer in sources.json(MOTO, member)]
    return rows


def unlisted_offerings(
    prices: list[HourlyRow], listed: list[tuple[str, str]], shapes: list[ShapeRow]
) -> list[tuple[str, str]]:
    """Offerings of the regions that moto does not list: what has an on-demand price there can be started there."""
    regions = {region for _, region in listed}
    known = {row[0] for row in shapes}
    return [
        (row.instance_type, row.region) for row in prices if row.region not in regions and row.instance_type in known
    ]


def accelerated_families(rows: list[ShapeRow]) -> frozenset[str]:
    """Families with accelerators, whose price is not linear in size."""
    return frozenset(row[1] for row in rows if row[8])


def _shape(name: str, facts: dict[str, Any], source: str, as_of: date) -> ShapeRow:
    gpu_count, gpu_name, gpu_memory_gib = _accelerators(facts)
    storage = facts.get("EbsInfo", {}).get("EbsOptimizedInfo", {})
    mb_per_second = storage.get("BaselineThroughputInMBps")
    return (
        name,
        name.partition(".")[0],
        int(facts["VCpuInfo"]["DefaultVCpus"]),
        int(facts["MemoryInfo"]["SizeInMiB"]) / 1024,
        ",".join(sorted(facts["ProcessorInfo"]["SupportedArchitectures"])),
        bool(facts["CurrentGeneration"]),
        bool(facts["BurstablePerformanceSupported"]),
        bool(facts["BareMetal"]),
        gpu_count,
        gpu_name,
        gpu_memory_gib,
        round(int(facts.get("InstanceStorageInfo", {}).get("TotalSizeInGB", 0)) * _GIB_PER_GB, 1),
        _network_gbps(facts["NetworkInfo"]),
        None if mb_per_second is None else round(float(mb_per_second) * _MIB_PER_MB, 2),
        storage.get("BaselineIops"),
        facts.get("Hypervisor"),
        source,
        as_of,
    )


def _network_gbps(info: dict[str, Any]) -> float | None:
    """Baseline of all cards. Where two cards share one line (c6in.32xlarge), the API states the line on each card."""
    cards = [card.get("BaselineBandwidthInGbps") for card in info.get("NetworkCards", [])]
    if not cards or None in cards:
        return None
    together = sum(float(card) for card in cards)
    text = _NETWORK_TEXT.fullmatch(info["NetworkPerformance"])
    most = float(text[2]) * int(text[1] or 1) if text else together
    # "Up to 10 Gigabit" also bounds the baseline; a small difference is rounding of the text ("3.12" for 3.125).
    return round(most if together > 1.2 * most else together, 4)


def _accelerators(facts: dict[str, Any]) -> tuple[int, str | None, float | None]:
    """Count, name and memory of GPUs, or else of AWS's own accelerators."""
    if "GpuInfo" in facts:
        devices = facts["GpuInfo"]["Gpus"]
        # A part of a GPU (g6f) counts as one logical GPU.
        count = sum(max(int(device["Count"]), int(device.get("LogicalGpuCount", 0))) for device in devices)
        return count, devices[0]["Name"], _gib(facts["GpuInfo"].get("TotalGpuMemoryInMiB"))
    if "NeuronInfo" in facts:
        devices = facts["NeuronInfo"]["NeuronDevices"]
        memory = _gib(facts["NeuronInfo"].get("TotalNeuronDeviceMemoryInMiB"))
        return sum(int(device["Count"]) for device in devices), devices[0]["Name"], memory
    return 0, None, None


def _gib(mib: int | None) -> float | None:
    return None if mib is None else round(mib / 1024, 2)
