"""Puts the parts of a refresh together region by region, runs the guards, and gives the rows of a catalog."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from costopt.model.price import Purchase
from costopt.prices.guard_rules import HOME_REGION, HourlyKey, hourly_key
from costopt.prices.guards import Quarantined, Reference, check_hourly, check_units
from costopt.prices.refresh.parts import Part, load_part, part_names
from costopt.prices.refresh.sources import ADVISOR, ALL_REGIONS, part_name
from costopt.prices.refresh.spot import estimated_spot
from costopt.prices.refresh.tally import Advice, Rejected
from costopt.prices.rows import HourlyRow, UnitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRows:
    """Rows of one region that the guards of instance hours have seen."""

    hourly: tuple[HourlyRow, ...]
    """Kept."""
    units: tuple[UnitRow, ...]
    """Each item once, whichever file it stands in; not yet checked, as their guards compare all regions."""
    quarantined: tuple[Rejected, ...]
    """Kept out."""

    @property
    def offerings(self) -> tuple[tuple[str, str], ...]:
        """EC2 types with a Linux on-demand price: what has a price in a region can be started there."""
        wanted = ("ec2", "linux", Purchase.ON_DEMAND)
        return tuple(
            (row.instance_type, row.region) for row in self.hourly if (row.service, row.variant, row.purchase) == wanted
        )


def advisor_part(parts: Path) -> Part | None:
    """The spot advisor's part, None where there is none."""
    return load_part(parts, part_name(ADVISOR, ALL_REGIONS))


def region_rows(parts: Path, reference: Reference, advice: Sequence[Advice]) -> Iterator[RegionRows]:
    """Rows of the parts in a folder, a region at a time so that the memory of one is enough.

    us-east-1 comes first, because the others are compared with it. Spot prices are estimated from what the guards
    kept, so that a wrong on-demand price has no offspring.

    Args:
        parts: folder with the parts.
        reference: prices of the catalog in use, for regions that the parts lack.
        advice: of the spot advisor.
    """
    home: Mapping[HourlyKey, Decimal] = reference.known
    families = reference.accelerated_families
    for region in _regions(parts):
        loaded = list(_parts_of(parts, region))
        families = families.union(*(part.rows.accelerated_families for part in loaded))
        rows = [row for part in loaded for row in part.rows.hourly]
        checked = check_hourly(rows, Reference(accelerated_families=families, known=home))
        if region == HOME_REGION:
            home = {**home, **{hourly_key(row): row.usd_per_hour for row in checked.kept}}
        estimates = _estimates(checked.kept, (entry for entry in advice if entry.region == region))
        yield RegionRows(
            hourly=(*checked.kept, *estimates),
            units=tuple({(row.service, row.item): row for part in loaded for row in part.rows.units}.values()),
            quarantined=(
                *map(_rejected, checked.quarantined),
                *(entry for part in loaded for entry in part.rows.rejected),
            ),
        )


def checked_units(rows: Sequence[UnitRow]) -> tuple[tuple[UnitRow, ...], tuple[Rejected, ...]]:
    """Unit prices of all regions that the guards keep, and those that they do not."""
    checked = check_units(rows)
    return checked.kept, tuple(_rejected_unit(entry) for entry in checked.quarantined)


def _regions(parts: Path) -> list[str]:
    regions = {name.partition("@")[2] for name in part_names(parts)} - {ALL_REGIONS}
    return sorted(regions, key=lambda region: (region != HOME_REGION, region))


def _parts_of(parts: Path, region: str) -> Iterator[Part]:
    for name in part_names(parts):
        part = load_part(parts, name) if name.partition("@")[2] == region else None
        if part is not None:
            yield part


def _estimates(rows: Iterable[HourlyRow], advice: Iterable[Advice]) -> Iterator[HourlyRow]:
    machines = [row for row in rows if row.service == "ec2"]
    by_purchase: dict[Purchase, dict[tuple[str, str, str], HourlyRow]] = {Purchase.ON_DEMAND: {}, Purchase.SPOT: {}}
    for row in machines:
        if row.purchase in by_purchase:
            by_purchase[row.purchase][row.instance_type, row.region, row.variant] = row
    return estimated_spot(advice, by_purchase[Purchase.ON_DEMAND], frozenset(by_purchase[Purchase.SPOT]))


def _rejected(entry: Quarantined[HourlyRow]) -> Rejected:
    row = entry.row
    what = f"{row.service} {row.instance_type} {row.variant} {row.region} {row.purchase.value} {row.usd_per_hour:f}"
    return Rejected(what=what, reason=entry.guard)


def _rejected_unit(entry: Quarantined[UnitRow]) -> Rejected:
    row = entry.row
    return Rejected(what=f"{row.service} {row.item} {row.region} {row.usd:f}", reason=entry.guard)
