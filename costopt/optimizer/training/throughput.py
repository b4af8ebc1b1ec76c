"""Types of machine compared by the work that a dollar does, from throughputs that the user gives or measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from costopt.errors import WorkloadError


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A run of the user's own job on a type. Throughput is never inferred from data sheets."""

    instance_type: str
    """Type, such as `p4d.24xlarge`."""
    steps: float
    """Steps, samples or tokens done; the same unit for all types."""
    hours: float
    """Hours that they took, warm-up left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeValue:
    """What a type does for its price."""

    instance_type: str
    """Type."""
    throughput: float
    """Work in an hour where the reference type does one."""
    price_per_hour: Decimal
    """Dollars an hour of one machine."""

    @property
    def dollars_per_work_hour(self) -> Decimal:
        """Dollars of what the reference type does in an hour."""
        return self.price_per_hour / Decimal(str(self.throughput))


def relative_throughput(measurements: Sequence[Measurement], *, reference: str) -> dict[str, float]:
    """Throughput of each type over that of the reference: medians of its runs.

    Raises:
        WorkloadError: no run of the reference, or a run without steps or time.
    """
    rates: dict[str, list[float]] = {}
    for one in measurements:
        if not (0 < one.steps < float("inf") and 0 < one.hours < float("inf")):
            raise WorkloadError(f"a run on {one.instance_type} has {one.steps} steps in {one.hours} hours")
        rates.setdefault(one.instance_type, []).append(one.steps / one.hours)
    if reference not in rates:
        raise WorkloadError(
            f"the reference type {reference} was not measured; measured are {', '.join(sorted(rates)) or 'none'}",
            hint="Run the job on it for a few minutes, or choose another reference.",
        )
    return {name: median(found) / median(rates[reference]) for name, found in rates.items()}


def rank(throughput: dict[str, float], prices: dict[str, Decimal]) -> list[TypeValue]:
    """Types by dollars for the same work, cheapest first; of equal ones the faster.

    Raises:
        WorkloadError: a type without a price, or without throughput.
    """
    missing = sorted(throughput.keys() - prices.keys())
    if missing:
        raise WorkloadError(f"no price is given for {', '.join(missing)}", hint="Add prices, or leave the types out.")
    for name, value in throughput.items():
        if not 0 < value < float("inf"):
            raise WorkloadError(f"type {name} has the throughput {value}", hint="Leave out types that cannot run it.")
    values = [
        TypeValue(instance_type=name, throughput=value, price_per_hour=prices[name])
        for name, value in throughput.items()
    ]
    return sorted(values, key=lambda one: (one.dollars_per_work_hour, -one.throughput, one.instance_type))
