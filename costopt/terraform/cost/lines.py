"""Makes components: of what is known, and of what only a usage file can tell."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from costopt.model.price import Purchase
from costopt.model.terraform_cost import Component, NoRate, Rate, UnitRate
from costopt.terraform.cost.usage import Usage

MONTH = Decimal(730)
"""Hours, as everywhere in costopt."""


def line(
    name: str, quantity: Decimal | int, unit: str, rate: Rate, *, per: Decimal | int = 1, part: str = ""
) -> Component:
    """A component whose quantity is known."""
    return Component(name=name, quantity=Decimal(quantity), unit=unit, rate=rate, per=Decimal(per), part=part)


def hours(name: str, count: Decimal | int, rate: Rate) -> Component:
    """A month's hours of some things of one kind."""
    return line(name, MONTH * count, "hours", rate)


def used(
    name: str,
    usage: Usage,
    key: str | Sequence[str],
    unit: str,
    rate: Rate,
    *,
    scale: Decimal | int = 1,
    times: Decimal | int = 1,
    part: str = "",
) -> Component:
    """A component that depends on use: its quantity is in the usage file, or not known.

    Args:
        name: of the component.
        usage: of the resource.
        key: name in the usage file, or the names that lead to it.
        unit: what one of the component is.
        rate: key of its price.
        scale: things of the usage file in one unit of the component.
        times: how often each of them is charged in a month.
        part: block that it belongs to.
    """
    path = (key,) if isinstance(key, str) else tuple(key)
    found = usage.number(*path)
    if found is None:
        why = f"depends on use: give {'.'.join(path)} in the usage file"
        return Component(name=name, quantity=None, unit=unit, rate=rate, part=part, unknown=why)
    return line(name, found * times / scale, unit, rate, part=part)


def tiers(
    name: str, quantity: Decimal | None, unit: str, steps: Sequence[tuple[str, Decimal | None, Rate]], why: str
) -> Iterator[Component]:
    """A quantity spread over tiers of prices.

    Args:
        name: before the name of the tier.
        quantity: all of it; None where it is not known.
        unit: what one is.
        steps: name, size (None for the rest) and price of every tier, the first first.
        why: what to do where it is not known.
    """
    if quantity is None:
        label, _, rate = steps[0]
        yield Component(name=f"{name} ({label})", quantity=None, unit=unit, rate=rate, unknown=why)
        return
    left = quantity
    for label, size, rate in steps:
        part = left if size is None else min(left, size)
        if part > 0 or left == quantity:
            yield line(f"{name} ({label})", part, unit, rate)
        left -= part
        if left <= 0:
            return


def unit_rate(service: str, item: str) -> UnitRate:
    """Key of a unit price."""
    return UnitRate(service=service, item=item)


def reserved_purchase(usage: Usage) -> Purchase | NoRate | None:
    """How a usage file says that instances are bought; None where it does not say.

    Two ways to say it: `purchase_option`, any way to buy that costopt knows, such as `compute_sp_1y_no_upfront`; or
    the three `reserved_instance_*` of Infracost.
    """
    named = usage.text("purchase_option")
    if named:
        if named in {one.value for one in Purchase}:
            return Purchase(named)
        return NoRate(reason=f"purchase_option {named!r} is none: try {Purchase.COMPUTE_SP_1Y_NO_UPFRONT.value}")
    term, payment = usage.text("reserved_instance_term"), usage.text("reserved_instance_payment_option")
    if not term:
        return None
    kind = "convertible_ri" if usage.text("reserved_instance_type") == "convertible" else "ri"
    value = f"{kind}_{term.removesuffix('_year')}y_{payment}"
    if value in {one.value for one in Purchase}:
        return Purchase(value)
    return NoRate(reason=f"no price of a reservation of {term} with {payment or 'no payment option'} ({kind}) is kept")
