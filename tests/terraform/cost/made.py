"""Resources and estimates for tests, as a plan would give them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from costopt.model.terraform import Engine, PlannedResource
from costopt.model.terraform_cost import Component, ResourceCost
from costopt.prices.catalog import Catalog, open_catalog
from costopt.terraform.cost.estate import Estate, Setting
from costopt.terraform.cost.estimate import components_of, resource_costs
from costopt.terraform.cost.usage import UsageFile

DAY = date(2026, 11, 30)


@cache
def catalog() -> Catalog:
    """The embedded prices."""
    return open_catalog()


def resource(
    address: str, /, references: Mapping[str, tuple[str, ...]] | None = None, module: str = "", **values: Any
) -> PlannedResource:
    """A planned resource; its type and name are read from its address."""
    local = address.removeprefix(f"{module}.") if module else address
    kind, _, name = local.partition(".")
    return PlannedResource(
        address=address,
        type=kind,
        name=name.partition("[")[0],
        module=module,
        values=values,
        provider_key=kind.partition("_")[0],
        references=references or {},
    )


def setting(usage: Mapping[str, Mapping[str, Any]] | None = None, **changes: Any) -> Setting:
    """What holds for an estimate in us-east-1."""
    told: dict[str, Any] = {
        "engine": Engine.STUB,
        "day": DAY,
        "prices": catalog(),
        "usage": UsageFile(resources=usage or {}),
        "region": "us-east-1",
    }
    return Setting(**{**told, **changes})


def costs(
    *resources: PlannedResource, usage: Mapping[str, Mapping[str, Any]] | None = None, **changes: Any
) -> dict[str, ResourceCost]:
    """What resources cost, by address."""
    named = {one.address: one for one in resources}
    return {one.address: one for one in resource_costs(named, setting(usage, **changes))}


def components(
    *resources: PlannedResource, usage: Mapping[str, Mapping[str, Any]] | None = None, **changes: Any
) -> tuple[Component, ...]:
    """Components of the first resource, the others beside it."""
    estate = Estate({one.address: one for one in resources}, setting(usage, **changes))
    return components_of(estate.item(resources[0]), estate)


def quantities(*resources: PlannedResource, **told: Any) -> dict[str, Decimal | None]:
    """Name to quantity of the components of the first resource."""
    return {one.name: one.quantity for one in components(*resources, **told)}
