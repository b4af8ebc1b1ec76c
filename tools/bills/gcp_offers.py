"""What Harbourline Freight uses of Google Cloud. Ids and rates are made up in the order of real ones."""

from dataclasses import dataclass

from tools.bills.exact import units

ACCOUNT = "01A2B3-C4D5E6-F7A8B9"
"""Billing account."""
PROJECTS: tuple[tuple[str, str, str], ...] = (
    ("harbourline-core", "Harbourline Core", "510000000001"),
    ("harbourline-lake", "Harbourline Lake", "510000000002"),
    ("harbourline-web", "Harbourline Web", "510000000003"),
)
"""Id, name and number of every project."""
ORGANISATION = "910000000001"
FOLDER = "920000000002"
COMPUTE = ("6F81-5844-456A", "Compute Engine", "Compute")
INVOICE = ("A1E8-BE35-7EBC", "Invoice", "Other")
"""Service of what is not of any: tax and rounding."""
COMMITTED = "COMMITTED_USAGE_DISCOUNT"
SUSTAINED = "SUSTAINED_USAGE_DISCOUNT"
PROMOTION = "PROMOTION"
COMMITMENT_ID = "harbourline-n2-1y"
"""Subscription of the committed use."""
COMMITMENT_RATE = units("0.0199")
"""Fee of a committed vCPU for an hour."""
CORES = 8_000
"""vCPUs of a machine, thousandths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A kind of usage."""

    service: tuple[str, str, str]
    """Id and name of the service, and FOCUS ServiceCategory."""
    sku: str
    """Name of the SKU."""
    weight: int
    """How many resources of every round are of it."""
    rate: int
    """Price that is paid, units for one of the pricing unit."""
    list_rate: int
    """Public price; above `rate` where a contract lowers it."""
    pricing_unit: str
    """Unit of the price."""
    usage_unit: str
    """Unit of the usage."""
    usage_factor: float
    """Units of usage in a unit of price."""
    low: int
    """Least quantity an hour, thousandths of the pricing unit."""
    step: int
    """Quantities are `low` and up in such steps."""
    count: int
    """In so many steps."""
    region: str = "us-central1"
    """Region id."""
    reduction: str | None = None
    """Type of the credit that lowers the price."""
    reduction_percent: int = 0
    """By how much."""
    machine: str | None = None
    """Machine type."""

    def check(self) -> None:
        """Costs, their hundredths and list costs must be whole units.

        Raises:
            ValueError: they are not.
        """
        rates = (self.rate, self.list_rate)
        if any(rate * part % 100_000 for rate in rates for part in (self.low, self.step)):
            raise ValueError(f"{self.sku} is not exact")


def _cores(sku: str, rate: str, machine: str, weight: int, reduction: str | None = None, percent: int = 0) -> Offer:
    return Offer(
        service=COMPUTE,
        sku=sku,
        weight=weight,
        rate=units(rate),
        list_rate=units(rate),
        pricing_unit="hour",
        usage_unit="seconds",
        usage_factor=3600.0,
        low=CORES,
        step=0,
        count=1,
        reduction=reduction,
        reduction_percent=percent,
        machine=machine,
    )


def _metered(
    service: tuple[str, str, str],
    sku: str,
    rate: str,
    list_rate: str,
    pricing_unit: str,
    usage_unit: str,
    factor: float,
    *,
    weight: int,
    low: int,
    step: int,
    region: str = "us-central1",
) -> Offer:
    return Offer(
        service=service,
        sku=sku,
        weight=weight,
        rate=units(rate),
        list_rate=units(list_rate),
        pricing_unit=pricing_unit,
        usage_unit=usage_unit,
        usage_factor=factor,
        low=low,
        step=step,
        count=97,
        region=region,
    )


_GIB = 1024.0**3
OFFERS: tuple[Offer, ...] = (
    _cores("N1 Predefined Instance Core running in Americas", "0.031611", "n1-standard-8", 4, SUSTAINED, 20),
    _cores("N2 Instance Core running in Americas", "0.031611", "n2-standard-8", 3, COMMITTED, 100),
    _cores("E2 Instance Core running in Americas", "0.02181159", "e2-standard-8", 3),
    _cores("Spot Preemptible E2 Instance Core running in Americas", "0.00654348", "e2-standard-8", 2),
    _metered(
        ("95FF-2EF5-5EA1", "Cloud Storage", "Storage"), "Standard Storage US Multi-region", "0.026", "0.026",
        "gibibyte month", "byte-seconds", _GIB * 2_628_000, weight=3, low=1_300, step=70, region="us",
    ),
    _metered(
        ("24E6-581D-38E5", "BigQuery", "Analytics"), "Analysis", "5.9375", "6.25",
        "tebibyte", "bytes", _GIB * 1024, weight=2, low=40, step=8,
    ),
    _metered(
        COMPUTE, "Network Internet Data Transfer Out from Americas to EMEA", "0.12", "0.12",
        "gibibyte", "bytes", _GIB, weight=2, low=110, step=30,
    ),
    _metered(
        ("9662-B51E-5089", "Cloud SQL", "Databases"), "Cloud SQL for PostgreSQL: Regional - vCPU", "0.0826", "0.0826",
        "hour", "seconds", 3600.0, weight=2, low=2_000, step=0, region="europe-west1",
    ),
    _metered(
        ("152E-C115-5142", "Cloud Run", "Compute"), "Requests", "0", "0",
        "count", "requests", 1.0, weight=1, low=10_000, step=7_000,
    ),
)  # fmt: skip
"""Everything that is used."""
SLOTS = sum(offer.weight for offer in OFFERS)
"""Resources in one round of all offers."""
