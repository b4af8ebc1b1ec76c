"""Prices a configuration: every resource to components, every component to a price or a reason why there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from costopt.economics.lookups import PriceBook
from costopt.errors import PriceNotFound
from costopt.model.price import Price
from costopt.model.terraform import Evaluation, PlannedResource, ResourceChange
from costopt.model.terraform_cost import (
    Component,
    CostDifference,
    CostEstimate,
    CostLine,
    InstanceRate,
    NoRate,
    ResourceCost,
)
from costopt.terraform.cost.estate import Estate, Item, Setting
from costopt.terraform.cost.free_types import is_free
from costopt.terraform.cost.reading import NotKnown
from costopt.terraform.cost.resource_types import ESTIMATED


def estimate(evaluation: Evaluation, setting: Setting) -> CostEstimate:
    """What a configuration costs a month, before and after what its plan changes.

    Args:
        evaluation: what the configuration says.
        setting: prices, usage, day, and what tells regions.

    Raises:
        TerraformError: the usage file gives something that is no number.
    """
    after = resource_costs(evaluation.resources, setting)
    before: tuple[ResourceCost, ...] | None = None
    if evaluation.changes:
        before = resource_costs(_before(evaluation), setting)
    unused = setting.usage.unused({*evaluation.resources, *(one.address for one in before or ())})
    return CostEstimate(
        resources=after,
        before=before,
        differences=tuple(_differences(evaluation.changes, before, after)) if before is not None else (),
        engine=evaluation.engine,
        catalog=setting.prices.version,
        skipped=evaluation.skipped,
        unevaluated=evaluation.unevaluated,
        provider_versions=evaluation.provider_versions,
        remarks=tuple(f"the usage file names {address}, which is not in the configuration" for address in unused),
    )


def resource_costs(resources: Mapping[str, PlannedResource], setting: Setting) -> tuple[ResourceCost, ...]:
    """What every resource costs a month, by address."""
    estate = Estate(resources, setting)
    return tuple(_cost(item, estate) for item in estate.items())


def components_of(item: Item, estate: Estate) -> tuple[Component, ...]:
    """Components of one resource, without prices.

    Raises:
        NotKnown: what it consists of depends on something that is not known.
        KeyError: its type is not one that is estimated.
    """
    return tuple(ESTIMATED[item.type](item, estate))


def _cost(item: Item, estate: Estate) -> ResourceCost:
    region = estate.region(item)
    if is_free(item.type):
        return ResourceCost(address=item.address, type=item.type, region=region, lines=(), free=True)
    if item.type not in ESTIMATED:
        reason = f"resources of the type {item.type} are not estimated"
        return ResourceCost(address=item.address, type=item.type, region=region, lines=(), reason=reason)
    try:
        components = components_of(item, estate)
    except NotKnown as unknown:
        return ResourceCost(address=item.address, type=item.type, region=region, lines=(), reason=str(unknown))
    lines = tuple(price_line(component, region, estate.setting.prices) for component in components)
    return ResourceCost(address=item.address, type=item.type, region=region, lines=lines, free=not lines)


def price_line(component: Component, region: str | None, prices: PriceBook) -> CostLine:
    """A component with its price, or with the reason why it has none.

    Args:
        component: how much of what.
        region: of the resource; None where it is not known.
        prices: price book.
    """
    price, missing = _price(component, component.region or region, prices)
    reason = component.unknown or missing
    monthly: Decimal | None = None
    if price is not None and component.quantity is not None and not reason:
        monthly = component.quantity * component.per * price.amount
    elif component.quantity == 0 and not component.unknown:
        monthly, reason = Decimal(0), ""  # nothing of something costs nothing, whatever it costs
    return CostLine(component=component, price=price, monthly=monthly, reason=reason)


def _price(component: Component, region: str | None, prices: PriceBook) -> tuple[Price | None, str]:
    rate = component.rate
    if isinstance(rate, NoRate):
        return None, rate.reason
    if not region:
        return None, "its region is not known: give --region"
    try:
        if isinstance(rate, InstanceRate):
            found = prices.instance(
                rate.service, rate.instance_type, region, variant=rate.variant, purchase=rate.purchase
            )
        else:
            found = prices.unit(rate.service, rate.item, region)
    except PriceNotFound as error:
        return None, str(error)
    return found, ""


def _before(evaluation: Evaluation) -> dict[str, PlannedResource]:
    """The resources as they were: what is not changed, as it is."""
    found: dict[str, PlannedResource] = {}
    for address, resource in evaluation.resources.items():
        change = evaluation.changes.get(address)
        if change is None:
            found[address] = resource
        elif change.before is not None:
            found[address] = replace(resource, values=change.before)
    for address, change in evaluation.changes.items():
        if address not in evaluation.resources and change.before is not None:
            found[address] = _deleted(change, evaluation)
    return found


def _deleted(change: ResourceChange, evaluation: Evaluation) -> PlannedResource:
    module, _, local = change.address.rpartition(f"{change.type}.")
    provider = change.type.split("_", maxsplit=1)[0]
    key = provider if provider in evaluation.provider_settings else ""
    return PlannedResource(
        address=change.address,
        type=change.type,
        name=local.split("[", maxsplit=1)[0],
        module=module.rstrip("."),
        provider_key=key,
        values=change.before or {},
    )


def _differences(
    changes: Mapping[str, ResourceChange], before: tuple[ResourceCost, ...], after: tuple[ResourceCost, ...]
) -> Iterator[CostDifference]:
    earlier, later = ({one.address: one for one in side} for side in (before, after))
    for address, change in sorted(changes.items()):
        if change.actions not in (("no-op",), ("read",)):
            yield CostDifference(
                address=address, actions=change.actions, before=earlier.get(address), after=later.get(address)
            )
