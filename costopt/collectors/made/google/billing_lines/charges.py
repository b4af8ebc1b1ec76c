"""What each resource of the made projects is charged for, and for how long it was there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from costopt.collectors.made.billing_lines.meters import Service
from costopt.collectors.made.google.billing_lines import skus
from costopt.economics import cloud_sql_cost, google_services_cost
from costopt.economics.gce.disk_cost import disk_terms, image_terms, snapshot_terms, unused_address_terms
from costopt.economics.gce.machines import SERVICE, machine_type
from costopt.economics.gce.usage import accelerator_item
from costopt.economics.lookups import PriceBook
from costopt.economics.tpu_cost import tpu_terms
from costopt.errors import PriceNotFound
from costopt.model.finding import Term
from costopt.model.money import HOURS_PER_MONTH
from costopt.model.price import Price
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.gce import GceInstance, GceReservation
from costopt.model.specs.google_ml import TpuNode, VertexEndpoint
from costopt.model.specs.google_network import GceAddress
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import BigQueryReservation, GcsBucket
from costopt.model.specs.persistent_disks import DiskSnapshot, GceImage, PersistentDisk

_ALWAYS = datetime(2008, 4, 7, tzinfo=UTC)
"""Birth of what does not tell its own: the day on which Google's first cloud service opened."""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """Something that is metered of one resource, at its list price."""

    service: Service
    """Whose line of the price list."""
    sku: str
    """Description of the SKU."""
    unit: str
    """Unit of quantities, as bills have it."""
    count: Decimal
    """Units at once: vCPUs, GiB, machines."""
    price: Price
    """List price of one, by the hour or by the month."""
    series: str | None = None
    """Series of the machine, whose sustained use makes it cheaper; None of what is no part of one."""
    part: str | None = None
    """`vcpu` or `memory`, which commitments may pay for; None of all else."""

    @property
    def by_month(self) -> bool:
        """Whether it is priced by the month, else by the hour."""
        return self.unit.endswith("month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What is metered of one resource, and when."""

    resource: Resource
    """Whose."""
    metered: Metered
    """What."""
    begins: datetime
    """First moment that is charged, UTC."""
    ends: datetime
    """First moment that is not, UTC."""


def charges(resources: Sequence[Resource], prices: PriceBook) -> tuple[Charge, ...]:
    """Charges of everything that has a price, in the order of the resources.

    Left out are resources of which a price is missing in the catalog, since half of one would look cheap; spot
    machines, whose prices change; and licences.

    Args:
        resources: of the projects.
        prices: list prices, without discounts.
    """
    return tuple(
        Charge(resource=resource, metered=metered, begins=resource.created_at or _ALWAYS, ends=_end(resource))
        for resource in resources
        for metered in _of(resource, prices)
        if metered.count > 0
    )


def _of(resource: Resource, prices: PriceBook) -> Sequence[Metered]:
    metered = _METERED.get(resource.spec.KIND)
    try:
        return () if metered is None else tuple(metered(resource, resource.spec, prices))
    except PriceNotFound:
        return ()


def _end(resource: Resource) -> datetime:
    spec = resource.spec
    return spec.last_stopped_at or _NEVER if isinstance(spec, GceInstance) and spec.stopped else _NEVER


def _machine(machine: Resource, spec: GceInstance, prices: PriceBook) -> Iterator[Metered]:
    known = spec.running or (spec.stopped and spec.last_stopped_at is not None)
    if not known or spec.provisioning_model != "standard" or spec.platform != "linux":
        return
    yield from _units(spec.machine_type, 1, machine.region, prices)
    size = machine_type(spec.machine_type)
    if not size.gpus:
        for gpu in spec.accelerators:
            # GPUs of N1 get its discount. Source: https://cloud.google.com/compute/docs/sustained-use-discounts.
            yield _compute(accelerator_item(gpu), Decimal(gpu.count), machine.region, prices, series=size.series)
    if spec.local_ssd_gib:
        yield _compute("local_ssd", Decimal(spec.local_ssd_gib), machine.region, prices)


def _reserved(reservation: Resource, spec: GceReservation, prices: PriceBook) -> Iterator[Metered]:
    """Machines that nobody starts."""
    unused = (spec.count or 0) - (spec.in_use_count or 0)
    return _units(str(spec.machine_type), unused, reservation.region, prices)


def _units(name: str, machines: int, region: str, prices: PriceBook) -> Iterator[Metered]:
    size = machine_type(name)
    for item, count in size.units():
        end = item.rpartition("_")[2]
        part = end if end in ("vcpu", "memory") else None
        yield _compute(item, count * machines, region, prices, series=size.series, part=part)


def _compute(
    item: str,
    count: Decimal,
    region: str,
    prices: PriceBook,
    *,
    series: str | None = None,
    part: str | None = None,
) -> Metered:
    price = prices.unit(SERVICE, item, region)
    sku, unit = skus.compute_sku(item, region)
    return Metered(service=skus.COMPUTE, sku=sku, unit=unit, count=count, price=price, series=series, part=part)


def _disk(disk: Resource, spec: PersistentDisk, prices: PriceBook) -> Iterator[Metered]:
    item = f"{spec.disk_type.replace('-', '_')}{'_regional' if spec.regional else ''}"
    return _terms(skus.COMPUTE, *skus.compute_sku(item, disk.region), disk_terms(disk, spec, prices))


def _snapshot(snapshot: Resource, spec: DiskSnapshot, prices: PriceBook) -> Iterator[Metered]:
    sku = skus.compute_sku("snapshot", spec.locations[0])
    return _terms(skus.COMPUTE, *sku, snapshot_terms(snapshot, spec, prices))


def _image(image: Resource, spec: GceImage, prices: PriceBook) -> Iterator[Metered]:
    return _terms(skus.COMPUTE, *skus.compute_sku("image", spec.locations[0]), image_terms(image, spec, prices))


def _address(address: Resource, spec: GceAddress, prices: PriceBook) -> Iterator[Metered]:
    """Only of what nothing uses; one in use is charged with its machine."""
    if spec.status != "RESERVED" or (spec.address_type, spec.ip_version) != ("EXTERNAL", "IPV4"):
        return iter(())
    sku = skus.compute_sku("address_unused", address.region)
    return _terms(skus.COMPUTE, *sku, unused_address_terms(address, prices))


def _database(database: Resource, spec: CloudSqlInstance, prices: PriceBook) -> Iterator[Metered]:
    if not spec.running:
        return
    engine = {"mysql": "MySQL", "postgres": "PostgreSQL"}.get(spec.engine, "SQL Server")
    start = f"Cloud SQL for {engine}: {spec.availability.capitalize()} -"
    place = skus.PLACES[database.region]
    for term, (what, unit) in zip(
        cloud_sql_cost.compute_terms(database, spec, prices), (("vCPU", "hour"), ("RAM", "gibibyte hour")), strict=True
    ):
        yield from _terms(skus.SQL, f"{start} {what} in {place}", unit, (term,))


def _bucket(bucket: Resource, spec: GcsBucket, prices: PriceBook) -> Iterator[Metered]:
    for storage_class, size in sorted((spec.bytes_by_class or {}).items()):
        yield Metered(
            service=skus.STORAGE,
            sku=f"{storage_class.capitalize()} Storage {skus.PLACES[bucket.region]}",
            unit="gibibyte month",
            count=Decimal(size) / _GIB,
            price=prices.unit("gcs", f"{storage_class.lower()}_storage", spec.location),
        )


def _slots(reservation: Resource, spec: BigQueryReservation, prices: PriceBook) -> Iterator[Metered]:
    sku = f"BigQuery {str(spec.edition).capitalize()} Edition for {skus.PLACES[reservation.region]}"
    terms = google_services_cost.slot_terms(reservation, spec, spec.slot_capacity, prices)
    return _terms(skus.SLOTS, sku, "hour", terms)


def _service(service: Resource, spec: CloudRunService, prices: PriceBook) -> Iterator[Metered]:
    """Only what is kept warm: how long requests take is not known."""
    if not spec.min_instances:
        return iter(())
    terms = google_services_cost.kept_warm_terms(service, spec, prices)
    return iter([one for term in terms for one in _terms(skus.RUN, _warm(term, service.region), "hour", (term,))])


def _warm(term: Term, region: str) -> str:
    what = "CPU" if term.label.startswith("vcpu") else "Memory"
    return f"Services Min Instance {what} in {region}"


def _endpoint(endpoint: Resource, spec: VertexEndpoint, prices: PriceBook) -> Iterator[Metered]:
    terms = google_services_cost.endpoint_terms(endpoint, spec, prices)
    for term in terms:
        sku = f"Vertex AI: Online Prediction {term.label} in {skus.PLACES[endpoint.region]}"
        yield from _terms(skus.VERTEX, sku, "hour", (term,))


def _tpu(node: Resource, spec: TpuNode, prices: PriceBook) -> Iterator[Metered]:
    if spec.state != "READY":
        return iter(())
    sku = f"Tpu {spec.accelerator_type} in {skus.PLACES[node.region]}"
    return _terms(skus.TPU, sku, "hour", tpu_terms(node, spec, prices))


def _terms(service: Service, sku: str, unit: str, terms: Sequence[Term]) -> Iterator[Metered]:
    for term in terms:
        count = term.quantity if unit.endswith("month") else term.quantity / HOURS_PER_MONTH
        yield Metered(service=service, sku=sku, unit=unit, count=count, price=term.price)


_METERED: Mapping[str, Callable[..., Iterator[Metered]]] = {
    BigQueryReservation.KIND: _slots,
    CloudRunService.KIND: _service,
    CloudSqlInstance.KIND: _database,
    DiskSnapshot.KIND: _snapshot,
    GceAddress.KIND: _address,
    GceImage.KIND: _image,
    GceInstance.KIND: _machine,
    GceReservation.KIND: _reserved,
    GcsBucket.KIND: _bucket,
    PersistentDisk.KIND: _disk,
    TpuNode.KIND: _tpu,
    VertexEndpoint.KIND: _endpoint,
}
