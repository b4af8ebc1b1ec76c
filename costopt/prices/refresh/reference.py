"""What the guards compare fresh prices with: the home region of a catalog at hand."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from costopt.model.price import Purchase
from costopt.prices.guard_rules import HOME_REGION, HourlyKey
from costopt.prices.guards import Reference
from costopt.prices.manifest import read_manifest, read_table


def reference_of(catalog: Path) -> Reference:
    """The us-east-1 on-demand prices and the accelerated families of a catalog, such as the embedded one.

    With it a refresh of other regions alone is compared too. Prices of us-east-1 that the refresh itself reads come
    before these.

    Args:
        catalog: folder of a catalog.

    Raises:
        CatalogError: the folder holds no readable catalog.
    """
    manifest = read_manifest(catalog)
    hourly = read_table(catalog, "hourly", manifest)
    shapes = read_table(catalog, "shapes", manifest)
    accelerated = shapes.filter(pc.greater(shapes.column("gpu_count"), 0)).column("family").to_pylist()
    return Reference(accelerated_families=frozenset(accelerated), known=_home_prices(hourly))


def _home_prices(hourly: pa.Table) -> dict[HourlyKey, Decimal]:
    wanted = {"region": HOME_REGION, "purchase": Purchase.ON_DEMAND.value}
    for column, word in wanted.items():
        hourly = hourly.filter(pc.equal(hourly.column(column), word))
    columns = [hourly.column(name).to_pylist() for name in ("service", "instance_type", "variant", "usd_per_hour")]
    return {
        (service, instance_type, HOME_REGION, variant, Purchase.ON_DEMAND): usd
        for service, instance_type, variant, usd in zip(*columns, strict=True)
    }
