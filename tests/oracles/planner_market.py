"""A small market of instance types with prices by hand, and workloads to plan on it."""

from datetime import UTC, datetime
from typing import Any

from costopt.model.price import Purchase
from costopt.model.workload import Requirements, Spread, Workload, WorkloadKind
from costopt.pipeline.planning.workloads.conditions import Conditions
from costopt.pipeline.planning.workloads.offered_type import Basis
from costopt.pipeline.planning.workloads.offered_types import TypeMarket
from costopt.prices.catalog import embedded_catalog_path
from tests.oracles.judging import StaticPrices, shape

NOW = datetime(2026, 11, 30, tzinfo=UTC)
"""A Monday."""

REGION = "eu-west-1"


BANDWIDTH = {"network_gbps": 1.0, "ebs_baseline_mibps": 100.0, "ebs_baseline_iops": 4000}

SHAPES = (
    shape("m7i.large", 2, 8, **BANDWIDTH),
    shape("m7i.xlarge", 4, 16, **BANDWIDTH),
    shape("c7i.xlarge", 4, 8, **BANDWIDTH),
    shape("m7g.xlarge", 4, 16, architectures=("arm64",), **BANDWIDTH),
    shape("m4.xlarge", 4, 16, current_generation=False, **BANDWIDTH),
    shape("t3.large", 2, 8, burstable=True, **BANDWIDTH),
    shape("g5.xlarge", 4, 16, gpu_count=1, gpu_name="A10G", gpu_memory_gib=24.0, **BANDWIDTH),
    shape("m9i.large", 2, 8, **BANDWIDTH),
)
ON_DEMAND = {
    "m7i.large": "0.10",
    "m7i.xlarge": "0.20",
    "c7i.xlarge": "0.18",
    "m7g.xlarge": "0.14",
    "m4.xlarge": "0.12",
    "t3.large": "0.05",
    "g5.xlarge": "1.00",
}
"""Of m9i.large no price is known."""


def market(
    *, spot: dict[str, str] | None = None, committed: dict[str, str] | None = None, months: int = 12
) -> TypeMarket:
    """The market; `committed` are rates of EC2 Instance Savings Plans of a year without upfront."""
    return TypeMarket(
        book(spot=spot, committed=committed),
        [embedded_catalog_path()],
        spot_prices={},
        horizon_months=months,
        upfront=False,
    )


def book(*, spot: dict[str, str] | None = None, committed: dict[str, str] | None = None) -> Any:
    """Its price book."""
    prices = {("ec2", name, "linux", Purchase.ON_DEMAND): price for name, price in ON_DEMAND.items()}
    prices |= {("ec2", name, "linux", Purchase.SPOT): price for name, price in (spot or {}).items()}
    plans = (committed or {}).items()
    prices |= {("ec2", name, "linux", Purchase.EC2_SP_1Y_NO_UPFRONT): price for name, price in plans}
    return StaticPrices(prices, shapes=SHAPES, region=REGION)


def conditions(
    chosen: TypeMarket | None = None, *, basis: Basis = Basis.ON_DEMAND, performance: dict[str, float] | None = None
) -> Conditions:
    """Conditions on the market."""
    return Conditions(
        market=chosen or market(), basis=basis, performance=performance or {}, now=NOW, solve_seconds=10.0
    )


def workload(kind: WorkloadKind = WorkloadKind.FLEET, **more: object) -> Workload:
    """A workload in the market's region, a fleet of 16 vCPUs where nothing else is said."""
    given = {"name": "web", "region": REGION, "requirements": Requirements(vcpu=16.0)} | more
    return Workload(kind=kind, **given)  # type: ignore[arg-type]


def surviving() -> Spread:
    """Survives the loss of a zone."""
    return Spread(survive_zone_loss=True)
