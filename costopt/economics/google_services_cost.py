"""What Google's managed services cost a month by the hour or by what they hold, whether used or not.

An item that the price book does not state raises, and the finding then says which price is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from costopt.economics.gce.costs import LICENCE_FREE
from costopt.economics.gce.machines import SERVICE as GCE
from costopt.economics.gce.machines import machine_type
from costopt.economics.gce.usage import accelerator_item
from costopt.economics.lookups import PriceBook
from costopt.economics.slot_usage import SERVICE as BIGQUERY
from costopt.economics.slot_usage import slot_usage
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price, Quality
from costopt.model.resource import Resource
from costopt.model.specs.gce import Accelerator
from costopt.model.specs.google_ml import DeployedModel, VertexEndpoint
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import BigQueryReservation, GcsBucket

_GIB = Decimal(1024**3)
_VERTEX_SHARE = Decimal("1.15")
"""Price of a machine that serves a model over that of Compute Engine, without sustained use discounts: 0.21849885 over
0.189999 of n1-standard-4 in us-central1. Source: https://cloud.google.com/vertex-ai/pricing."""


def slot_terms(
    reservation: Resource, spec: BigQueryReservation, slots: int, prices: PriceBook, *, committed: bool = False
) -> tuple[Term, ...]:
    """Baseline slots by the hour. Source: https://cloud.google.com/bigquery/pricing#capacity_compute_analysis_pricing.

    Args:
        reservation: whose cost it is.
        spec: gives the edition.
        slots: how many.
        prices: price book.
        committed: whether commitments pay for a part of what reservations like it have, so that it is to be settled.

    Raises:
        PriceNotFound: no price of the edition in the region, or an old flat rate.
    """
    if spec.edition is None:
        raise PriceNotFound("flat rate of the reservation")
    usage = slot_usage(reservation.account, spec.edition)
    return (
        Term(
            label="baseline slots",
            subject=reservation.key,
            quantity=HOURS_PER_MONTH * slots,
            price=prices.unit(BIGQUERY, usage.instance_type, reservation.region),
            usage=usage if committed else None,
        ),
    )


def kept_warm_terms(service: Resource, spec: CloudRunService, prices: PriceBook) -> tuple[Term, ...]:
    """Instances of Cloud Run that are kept warm and idle. Source: https://cloud.google.com/run/pricing.

    Raises:
        PriceNotFound: no price in the region, or the instances have GPUs.
    """
    if spec.gpu_count:
        raise PriceNotFound(f"{spec.gpu_type} of Cloud Run in {service.region}")
    kind = "always" if spec.cpu_always_allocated else "idle"
    amounts = (("vcpu", spec.vcpu), ("memory", spec.memory_gib))
    return tuple(
        Term(
            label=f"{what} of {spec.min_instances} warm instance(s)",
            subject=service.key,
            quantity=HOURS_PER_MONTH * spec.min_instances * Decimal(str(amount)),
            price=prices.unit("cloud_run", f"{kind}_{what}_hour", service.region),
        )
        for what, amount in amounts
    )


def endpoint_terms(endpoint: Resource, spec: VertexEndpoint, prices: PriceBook) -> tuple[Term, ...]:
    """The machines that an endpoint of Vertex AI keeps at least. Source: https://cloud.google.com/vertex-ai/pricing.

    Raises:
        PriceNotFound: no price of a machine or its accelerators, or it is not told how many of which there are.
    """
    return tuple(term for model in spec.deployed for term in _deployment_terms(endpoint, model, prices))


def _deployment_terms(endpoint: Resource, model: DeployedModel, prices: PriceBook) -> Iterator[Term]:
    if model.machine_type is None or model.minimum is None or model.spot:
        raise PriceNotFound(f"machines of deployment {model.deployed_id}")
    hours = HOURS_PER_MONTH * model.minimum
    price = _serving_machine(model.machine_type, endpoint.region, prices)
    yield Term(label=model.machine_type, subject=endpoint.key, quantity=hours, price=price)
    for gpu in model.accelerators:
        if not _belongs(gpu, model.machine_type):
            price = _managed(prices.unit(GCE, accelerator_item(gpu), endpoint.region))
            yield Term(label=gpu.accelerator_type, subject=endpoint.key, quantity=hours * gpu.count, price=price)


def _serving_machine(name: str, region: str, prices: PriceBook) -> Price:
    """What the price book states, else the machine's price at Compute Engine and what Vertex AI adds."""
    try:
        return prices.unit("vertex", name.replace("-", "_"), region)
    except PriceNotFound:
        return _managed(prices.instance(GCE, name, region, variant=LICENCE_FREE))


def _managed(price: Price) -> Price:
    return replace(price, amount=price.amount * _VERTEX_SHARE, quality=Quality.ESTIMATE)


def _belongs(gpu: Accelerator, name: str) -> bool:
    """Whether accelerators are those that the machine type has in it anyhow, whose price holds them."""
    try:
        size = machine_type(name)
    except PriceNotFound:
        return False
    return accelerator_item(gpu) == f"gpu_{size.gpu_name}"


def class_change_terms(
    bucket: Resource, spec: GcsBucket, target: str, prices: PriceBook, moved: Mapping[str, int]
) -> tuple[Term, ...]:
    """Bytes at the price of their class, less at that of another. Source: https://cloud.google.com/storage/pricing.

    Moving takes an operation for each object, once, which is not in it: how many objects there are is not known.

    Args:
        bucket: whose cost it is.
        spec: gives the location.
        target: class that they move to, such as `COLDLINE`.
        prices: price book.
        moved: bytes by class.

    Raises:
        PriceNotFound: no price in the location.
    """
    then = prices.unit("gcs", f"{target.lower()}_storage", spec.location)
    terms = []
    for storage_class, size in sorted(moved.items()):
        quantity, now = Decimal(size) / _GIB, prices.unit("gcs", f"{storage_class.lower()}_storage", spec.location)
        terms += [
            Term(label=f"{storage_class.lower()} storage", subject=bucket.key, quantity=quantity, price=now),
            Term(label=f"{target.lower()} storage", subject=bucket.key, quantity=-quantity, price=then),
        ]
    return tuple(terms)
