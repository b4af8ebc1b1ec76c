"""Guards against wrong prices: they run when the embedded catalog is built and at every refresh.

A guard is a pure function that takes rows and yields the ones that break its rule. `check_hourly` and `check_units` run
them all and part the rows into kept and quarantined; `accept` refuses a catalog of which too much was quarantined.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Generic, TypeVar

from costopt.errors import CatalogError
from costopt.prices.guard_rules import (
    HourlyKey,
    commitment_below_on_demand,
    hourly_key,
    linear_in_size,
    longer_is_cheaper,
    more_upfront_is_cheaper,
    positive,
    regional_ratio,
    spot_below_on_demand,
    unit_below_on_demand,
    unit_positive,
    unit_regional_ratio,
)
from costopt.prices.rows import HourlyRow, UnitRow

MAX_QUARANTINED_FRACTION: Final = Decimal("0.01")
"""A refresh with more offending rows than this is refused: then the source is broken, not a row."""

Row = TypeVar("Row", HourlyRow, UnitRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined(Generic[Row]):
    """A row that is not used, and why."""

    row: Row
    """The offending row."""
    guard: str
    """Name of the guard that it broke, such as `linear_in_size`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Generic[Row]):
    """What the guards made of some rows."""

    kept: tuple[Row, ...]
    """Rows that broke no rule, in their order."""
    quarantined: tuple[Quarantined[Row], ...]
    """Rows that did, each with the first guard that it broke."""

    @property
    def quarantined_fraction(self) -> Decimal:
        """Share of all rows that is quarantined, 0 where there are none."""
        rows = len(self.kept) + len(self.quarantined)
        return Decimal(len(self.quarantined)) / rows if rows else Decimal(0)

    def by_guard(self) -> Mapping[str, int]:
        """How many rows each guard caught."""
        return Counter(entry.guard for entry in self.quarantined)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What the guards of hourly prices need beside the rows."""

    accelerated_families: frozenset[str] = frozenset()
    """EC2 families with accelerators; their price is not linear in size (`g5.2xlarge` is not twice `g5.xlarge`)."""
    known: Mapping[HourlyKey, Decimal] = field(default_factory=dict)
    """Prices of the catalog in use, for rules that compare with rows that the new ones lack (another region)."""


def check_hourly(rows: Sequence[HourlyRow], reference: Reference | None = None) -> Checked[HourlyRow]:
    """Run the guards of instance hours in turn; each sees what the ones before it kept.

    Args:
        rows: new prices, each key once.
        reference: what is known beside them.
    """
    beside = reference or Reference()

    def linear(kept: Sequence[HourlyRow]) -> Iterator[HourlyRow]:
        return linear_in_size(kept, accelerated_families=beside.accelerated_families)

    def with_known(
        rule: Callable[[Sequence[HourlyRow], Mapping[HourlyKey, Decimal]], Iterator[HourlyRow]],
    ) -> Callable[[Sequence[HourlyRow]], Iterator[HourlyRow]]:
        def run(kept: Sequence[HourlyRow]) -> Iterator[HourlyRow]:
            prices = dict(beside.known)
            prices.update((hourly_key(row), row.usd_per_hour) for row in kept)
            return rule(kept, prices)

        return run

    return _run(
        rows,
        {
            "positive": positive,
            "linear_in_size": linear,
            "regional_ratio": with_known(regional_ratio),
            "commitment_below_on_demand": with_known(commitment_below_on_demand),
            "more_upfront_is_cheaper": with_known(more_upfront_is_cheaper),
            "longer_is_cheaper": with_known(longer_is_cheaper),
            "spot_below_on_demand": with_known(spot_below_on_demand),
        },
    )


def check_units(rows: Sequence[UnitRow]) -> Checked[UnitRow]:
    """Run the guards of unit prices."""
    return _run(
        rows,
        {
            "positive": unit_positive,
            "regional_ratio": unit_regional_ratio,
            "below_on_demand": unit_below_on_demand,
        },
    )


def accept(new: Checked[Row], *, origin: str) -> tuple[Row, ...]:
    """Rows that may be used.

    Args:
        new: what the guards made of the new rows.
        origin: what is being accepted, for the message, such as `EC2 prices of eu-west-1`.

    Raises:
        CatalogError: more than `MAX_QUARANTINED_FRACTION` of them are quarantined. The caller keeps the old catalog.
    """
    if new.quarantined_fraction > MAX_QUARANTINED_FRACTION:
        caught = ", ".join(f"{guard} {count}" for guard, count in sorted(new.by_guard().items()))
        rows = len(new.kept) + len(new.quarantined)
        raise CatalogError(
            f"{origin}: {len(new.quarantined)} of {rows} rows look wrong ({caught}); the catalog in use was kept",
            hint="Try again later; if it stays so, the provider changed its price files: report it with this message.",
        )
    return new.kept


def _run(rows: Sequence[Row], guards: Mapping[str, Callable[[Sequence[Row]], Iterable[Row]]]) -> Checked[Row]:
    kept: Sequence[Row] = rows
    quarantined: list[Quarantined[Row]] = []
    for name, guard in guards.items():
        offending = set(guard(kept))
        if offending:
            quarantined.extend(Quarantined(row=row, guard=name) for row in kept if row in offending)
            kept = [row for row in kept if row not in offending]
    return Checked(kept=tuple(kept), quarantined=tuple(quarantined))
