"""Purchases of a portfolio as a plan lists them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil

from costopt.economics.break_even import break_even_utilisation
from costopt.economics.instruments import Holding, Instrument, InstrumentKind
from costopt.economics.sustained_rates import series_rates
from costopt.model.money import HOURS_PER_MONTH, USD, Money
from costopt.model.plan import Purchase, ScenarioUse
from costopt.model.price import Quality

NAMES = {
    InstrumentKind.ZONAL_RI: "Zonal Reserved Instances",
    InstrumentKind.SIZE_BOUND_RI: "Reserved Instances",
    InstrumentKind.REGIONAL_RI: "Regional Reserved Instances",
    InstrumentKind.CONVERTIBLE_RI: "Convertible Reserved Instances",
    InstrumentKind.EC2_INSTANCE_SP: "EC2 Instance Savings Plan",
    InstrumentKind.COMPUTE_SP: "Compute Savings Plan",
    InstrumentKind.SAGEMAKER_SP: "SageMaker Savings Plan",
    InstrumentKind.DATABASE_SP: "Database Savings Plan",
    InstrumentKind.RESOURCE_CUD: "Resource-based CUD",
    InstrumentKind.FLEXIBLE_CUD: "Flexible CUD",
}
"""What the providers call them."""

_CENT = Decimal("0.01")
_ROUNDING = 1e-9
_PREFIXES = ("db", "cache")
"""Of services whose families begin with them."""
_UNITS = {InstrumentKind.SIZE_BOUND_RI: "instances", InstrumentKind.ZONAL_RI: "instances"}


def list_purchases(
    bought: Sequence[Holding],
    uses: Sequence[Sequence[ScenarioUse]],
    qualities: Mapping[str, Quality],
    horizon_months: int,
    binding: Sequence[str] = (),
) -> tuple[Purchase, ...]:
    """Purchases, what saves most first.

    Args:
        bought: what is bought.
        uses: of each the scenarios, the planned demand first; savings over the horizon.
        qualities: how good the price of each instrument is, by its id.
        horizon_months: months that savings are over.
        binding: names of limits that bind; one that names a purchase's family is told with it.
    """
    pairs = sorted(
        zip(bought, uses, strict=True), key=lambda pair: (-pair[1][0].net_saving.amount, pair[0].instrument.id)
    )
    return tuple(
        _purchase(f"P{number}", holding, tuple(use), qualities, horizon_months, binding)
        for number, (holding, use) in enumerate(pairs, start=1)
    )


def _purchase(
    id_: str,
    holding: Holding,
    uses: tuple[ScenarioUse, ...],
    qualities: Mapping[str, Quality],
    months: int,
    binding: Sequence[str],
) -> Purchase:
    instrument = holding.instrument
    worst = min(use.net_saving.amount for use in uses)
    return Purchase(
        id=id_,
        buy_on=holding.start.date(),
        instrument=NAMES[instrument.kind],
        kind=instrument.kind.value,
        scope=instrument.scope,
        account=instrument.account,
        term_months=instrument.term_months,
        payment=instrument.payment,
        quantity=holding.quantity,
        unit=unit_of(instrument),
        monthly_cost=_money(holding.quantity * instrument.hourly_cost * HOURS_PER_MONTH),
        upfront=_money(holding.quantity * instrument.upfront),
        monthly_saving=_money(uses[0].net_saving.amount / months),
        break_even_month=_break_even_month(instrument),
        break_even_utilisation=_break_even(instrument),
        scenarios=uses,
        worst_regret=_money(max(-worst, Decimal(0))),
        binding=tuple(name for name in binding if _names(name, instrument)),
        quality=qualities[instrument.id],
    )


def unit_of(instrument: Instrument) -> str:
    """Unit of an instrument's quantity, in words."""
    if instrument.kind.in_dollars:
        return "USD per hour"
    if instrument.kind is InstrumentKind.RESOURCE_CUD:
        return "vCPUs" if instrument.scope.split(" ")[1:2] == ["vcpu"] else "GiB"
    # A convertible one whose scope is a type, not a family, is bound to it: Windows' for one.
    if instrument.kind is InstrumentKind.CONVERTIBLE_RI and "." in instrument.scope.partition(" ")[0]:
        return "instances"
    return _UNITS.get(instrument.kind, "normalised units")


def _break_even(instrument: Instrument) -> float | None:
    """Utilisation from which the dearest of what it pays for breaks even: of all the rest it does so earlier."""
    ratios = instrument.price_ratio[instrument.covers]
    # A series' own sustained use discount is lost where its commitment pays.
    resource_based = instrument.kind is InstrumentKind.RESOURCE_CUD
    rates = series_rates(instrument.scope.split(" ")[0]) if resource_based else None
    return break_even_utilisation(float(ratios.max()), rates) if len(ratios) else None


def _break_even_month(instrument: Instrument) -> int | None:
    """Month of the term from which it may lie idle without a loss, where it was fully used until then.

    Of a term of T months at the share r of on-demand prices, m used months save (1 - r) m and the rest costs
    r (T - m): even at m = r T.
    """
    share = _break_even(instrument)
    return None if share is None else ceil(share * instrument.term_months - _ROUNDING)


def _names(limit: str, instrument: Instrument) -> bool:
    """Whether a limit is about the family that an instrument is bound to."""
    parts = instrument.scope.split(" ")[0].split(".")  # `m5`, `m5.large`, `db.r5`, `cache.r6g.large`
    family = ".".join(parts[:2]) if parts[0] in _PREFIXES else parts[0]
    return instrument.kind.family_bound and limit.partition("[")[2].startswith(f"{family} ")


def _money(amount: Decimal) -> Money:
    return Money(amount=amount.quantize(_CENT), currency=USD)
