"""Peak memory and time of a refresh from a region file as large as AWS's, made while it is sent.

`python -m tests.prices.refresh.measure_memory --mib 300` prints both.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.prices.refresh.price_files import PUBLISHED, SIZES
from tests.prices.refresh.price_server import PriceServer, offer_path

REGION = "us-east-1"
TYPES = 1000
"""EC2 types in a large region, each with Linux, Windows, RHEL and SUSE prices, on demand and reserved."""

_SYSTEMS = {"Linux": 1.0, "Windows": 1.9, "RHEL": 1.6, "SUSE": 1.5}
_TERMS = [
    ("1yr", "No Upfront", 0.63),
    ("1yr", "Partial Upfront", 0.6),
    ("1yr", "All Upfront", 0.588),
    ("3yr", "No Upfront", 0.43),
    ("3yr", "Partial Upfront", 0.4),
    ("3yr", "All Upfront", 0.376),
]


def region_file(mib: int) -> Iterator[bytes]:
    """An EC2 region file: `TYPES` types that are wanted, and dedicated ones that are not until it is large enough."""
    wanted = [(f"W{place:015d}", *machine) for place, machine in enumerate(_machines())]
    sizes = [len(_product("", "m5.large", "Linux", "Shared")), len(_on_demand("", 1.0)), len(_reserved("", 1.0))]
    others = max(0, mib * 2**20 - len(wanted) * sum(sizes)) // sum(sizes)
    head = {"formatVersion": "v1.0", "offerCode": "AmazonEC2", "publicationDate": PUBLISHED}
    yield json.dumps(head).encode()[:-1] + b', "products": {'
    for sku, name, system, _ in wanted:
        yield _product(sku, name, system, "Shared")
    for place in range(others):
        yield _product(f"X{place:015d}", "m5.large", "Linux", "Dedicated")
    yield b'"END": {}}, "terms": {"OnDemand": {'
    for sku, _, _, usd in wanted:
        yield _on_demand(sku, usd)
    for place in range(others):
        yield _on_demand(f"X{place:015d}", 0.2)
    yield b'"END": {}}, "Reserved": {'
    for sku, _, _, usd in wanted:
        yield _reserved(sku, usd)
    for place in range(others):
        yield _reserved(f"X{place:015d}", 0.2)
    yield b'"END": {}}}}'


def _machines() -> Iterator[tuple[str, str, float]]:
    for place in range(TYPES // len(SIZES)):
        for size, times in SIZES.items():
            for system, factor in _SYSTEMS.items():
                yield f"m{place}x.{size}", system, (0.09 + place / 1000) * times * factor


def _product(sku: str, name: str, system: str, tenancy: str) -> bytes:
    attributes = {
        "servicecode": "AmazonEC2",
        "location": "US East (N. Virginia)",
        "locationType": "AWS Region",
        "instanceType": name,
        "currentGeneration": "Yes",
        "instanceFamily": "General purpose",
        "vcpu": "2",
        "physicalProcessor": "Intel Xeon Platinum 8175",
        "clockSpeed": "3.1 GHz",
        "memory": "8 GiB",
        "storage": "EBS only",
        "networkPerformance": "Up to 10 Gigabit",
        "processorArchitecture": "64-bit",
        "tenancy": tenancy,
        "operatingSystem": system,
        "licenseModel": "No License required",
        "usagetype": f"BoxUsage:{name}",
        "operation": "RunInstances",
        "capacitystatus": "Used",
        "preInstalledSw": "NA",
        "marketoption": "OnDemand",
        "regionCode": REGION,
        "servicename": "Amazon Elastic Compute Cloud",
    }
    product = {"sku": sku, "productFamily": "Compute Instance", "attributes": attributes}
    return f'"{sku}": {json.dumps(product)},\n'.encode()


def _on_demand(sku: str, usd: float) -> bytes:
    dimension = {
        "rateCode": f"{sku}.JRTCKXETXF.6YS6EN2CT7",
        "description": f"${usd} per On Demand Instance Hour",
        "beginRange": "0",
        "endRange": "Inf",
        "unit": "Hrs",
        "pricePerUnit": {"USD": f"{usd:.10f}"},
        "appliesTo": [],
    }
    term = {"offerTermCode": "JRTCKXETXF", "sku": sku, "effectiveDate": PUBLISHED, "priceDimensions": {"d": dimension}}
    return f'"{sku}": {{"{sku}.JRTCKXETXF": {json.dumps({**term, "termAttributes": {}})}}},\n'.encode()


def _reserved(sku: str, usd: float) -> bytes:
    terms = {}
    for length, payment, ratio in _TERMS:
        paid_before = {"No Upfront": 0.0, "Partial Upfront": 0.5, "All Upfront": 1.0}[payment]
        fee = usd * ratio * paid_before * 8760 * int(length[0])
        dimensions = {"h": {"unit": "Hrs", "pricePerUnit": {"USD": f"{usd * ratio * (1 - paid_before):.10f}"}}}
        if fee:
            dimensions["q"] = {"unit": "Quantity", "pricePerUnit": {"USD": f"{fee:.4f}"}}
        bought = {"LeaseContractLength": length, "OfferingClass": "standard", "PurchaseOption": payment}
        terms[f"{sku}.{length}{payment}"] = {"sku": sku, "priceDimensions": dimensions, "termAttributes": bought}
    return f'"{sku}": {json.dumps(terms)},\n'.encode()


def measured(mib: int) -> dict[str, float]:
    """Refresh in a process of its own; its peak memory in MiB, its seconds, rows, and the file's size in MiB."""
    with PriceServer() as server:
        server.publish([REGION])
        sent = [0]

        def counted() -> Iterator[bytes]:
            for block in region_file(mib):
                sent[0] += len(block)
                yield block

        server.streams[offer_path("AmazonEC2", REGION)] = counted
        command = [sys.executable, "-m", "tests.prices.refresh.measure_memory", "--url", server.url]
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[3],
            env={**os.environ, "no_proxy": "127.0.0.1"},
        )
        return {**json.loads(done.stdout), "file_mib": sent[0] / 2**20}


def _refresh(url: str) -> dict[str, float]:
    from costopt.prices.refresh.refresh import refresh
    from costopt.prices.refresh.sources import Sources

    start = time.monotonic()
    with tempfile.TemporaryDirectory() as cache:
        report = refresh(
            Path(cache),
            regions=[REGION],
            services=["ec2", "savings_plans"],
            sources=Sources(base_url=url),
            now=datetime.now(UTC),
        )
    return {"peak_mib": _peak_mib(), "seconds": time.monotonic() - start, "rows": report.rows, "gaps": len(report.gaps)}


def _peak_mib() -> float:
    """Peak resident memory of this program; Linux's `ru_maxrss` also counts what its parent had before `exec`."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=300)
    parser.add_argument("--url", help="refresh from this server instead of starting one")
    asked = parser.parse_args()
    sys.stdout.write(json.dumps(_refresh(asked.url) if asked.url else measured(asked.mib)) + "\n")


if __name__ == "__main__":
    main()
