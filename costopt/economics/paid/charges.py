"""What names in a bill cost in a window of whole days; of charges that reach beyond it the part inside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from costopt.model.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCost:
    """What one name in the bill cost in a window of whole days; usage only, without unused commitments."""

    account: str
    """Account that used it."""
    resource_id: str
    """Its name in the bill. Hostile."""
    currency: str
    """ISO 4217 code of the costs."""
    billed: Decimal
    """Invoiced."""
    effective: Decimal
    """Amortised."""
    contracted: Decimal | None
    """At negotiated prices without commitments; None where the bill does not say."""
    first_charge: datetime
    """Earliest start of a charge, UTC."""
    last_charge: datetime
    """Latest end of a charge, UTC."""
    window: Period
    """The whole days that were asked about, UTC."""
    source: str = ""
    """The bill that says so."""

    @property
    def reaches_beyond(self) -> bool:
        """Whether charges are in it of which only a part falls into the window."""
        return self.first_charge < self.window.start or self.last_charge > self.window.end


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCharge:
    """Charges of one name in the bill for one and the same time."""

    account: str
    """Account that used it."""
    resource_id: str
    """Its name in the bill. Hostile."""
    currency: str
    """ISO 4217 code of the costs."""
    billed: Decimal
    """Invoiced."""
    effective: Decimal
    """Amortised."""
    contracted: Decimal | None
    """At negotiated prices without commitments; None where the bill does not say."""
    start: datetime
    """Start of the charge period, UTC."""
    end: datetime
    """End of it, UTC."""


def prorated(charges: Iterable[ResourceCharge], window: Period, source: str) -> list[ResourceCost]:
    """What names cost in a window, of each charge the part that its time has in it; one for each name and currency.

    Args:
        charges: of any time; those outside of the window count nothing.
        window: the whole days that are asked about, UTC.
        source: the bill that the charges are from.
    """
    by_name: dict[tuple[str, str, str], list[tuple[ResourceCharge, Decimal]]] = defaultdict(list)
    for charge in charges:
        part = _part(charge, window)
        if part > 0:
            by_name[charge.account, charge.resource_id, charge.currency].append((charge, part))
    costs = []
    for (account, resource_id, currency), parts in by_name.items():
        contracted = [charge.contracted * part for charge, part in parts if charge.contracted is not None]
        costs.append(
            ResourceCost(
                account=account,
                resource_id=resource_id,
                currency=currency,
                billed=sum((charge.billed * part for charge, part in parts), Decimal(0)),
                effective=sum((charge.effective * part for charge, part in parts), Decimal(0)),
                contracted=sum(contracted, Decimal(0)) if contracted else None,
                first_charge=max(min(charge.start for charge, _ in parts), window.start),
                last_charge=min(max(charge.end for charge, _ in parts), window.end),
                window=window,
                source=source,
            )
        )
    return costs


def _part(charge: ResourceCharge, window: Period) -> Decimal:
    """Part of a charge's time in the window, 0 to 1; a charge without length is in it or not."""
    if charge.end <= charge.start:
        return Decimal(int(window.start <= charge.start < window.end))
    inside = min(charge.end, window.end) - max(charge.start, window.start)
    if inside >= charge.end - charge.start:
        return Decimal(1)
    return max(seconds(inside), Decimal(0)) / seconds(charge.end - charge.start)


def seconds(time: timedelta) -> Decimal:
    """Seconds of a time, exactly."""
    return Decimal(time // timedelta(microseconds=1)).scaleb(-6)
