"""What a service of Google Cloud is to the collection: asset types, how each is read, and where its metrics are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.values import Json
from costopt.model.resource import Resource
from costopt.model.specs.gce import Accelerator


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One method of an API that the collection may use."""

    api: str
    """Name of the API, such as `monitoring.googleapis.com`, which must be enabled."""
    method: str
    """Such as `ListTimeSeries`."""
    permissions: tuple[str, ...]
    """IAM permissions that it needs, the telling one first; empty where they are of the billing account."""
    billing_permissions: tuple[str, ...] = ()
    """Permissions that it needs on the billing account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One resource as Cloud Asset Inventory lists it, or would."""

    name: str
    """Full resource name, `//compute.googleapis.com/projects/p/zones/z/instances/i`."""
    asset_type: str
    """Such as `compute.googleapis.com/Instance`."""
    location: str
    """Zone, region, multi-region or `global`; empty where the service has none."""
    data: Json
    """The resource's JSON, as its own API gives it. Holds secrets: it never leaves the parsers."""
    project_number: str | None = None
    """Number of the project that it lies in."""


Parse = Callable[[Project, Asset], Iterable[Resource]]
"""Makes resources of one asset; raises `UnsoundRow` where it cannot be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesQuery:
    """One question to Cloud Monitoring, aggregated there."""

    metric_type: str
    """Such as `compute.googleapis.com/instance/cpu/utilization`."""
    aligner: str
    """How the points of a step become one, such as `ALIGN_MAX`."""
    reducer: str
    """How the series of one resource become one, such as `REDUCE_SUM`."""
    group_by: tuple[str, ...]
    """Labels that name the resource, such as `resource.label.instance_id`."""
    where: str = ""
    """Further condition of the filter."""
    own: bool = False
    """Whether only series whose `project_id` is the project count. A project that watches others (a metrics scope) is
    answered with theirs too, which the labels alone may not tell apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineShape:
    """What a machine type has."""

    vcpus: float
    """vCPUs that the machine sees; a shared-core type (`e2-micro`) is billed for a part of them."""
    memory_gib: float
    """Memory in GiB."""
    accelerators: tuple[Accelerator, ...] = ()
    """GPUs that belong to the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who pays for a project."""

    enabled: bool
    """Whether anybody does."""
    account: str | None
    """Id of the billing account, `012345-567890-ABCDEF`."""


class Api(Protocol):
    """What a service may ask beside its assets, in one project."""

    @property
    def project(self) -> Project:
        """The project."""
        ...

    @property
    def now(self) -> datetime:
        """Time of the collection, UTC."""
        ...

    def latest(self, query: SeriesQuery, *, days: int) -> Mapping[tuple[str, ...], float]:
        """The newest daily value of each series by its labels, of the last `days` days."""
        ...

    def machine_shapes(self, names: Sequence[str]) -> Mapping[tuple[str, str], MachineShape]:
        """Shapes by (zone, machine type); those of zones that could not be reached are missing, and noted."""
        ...

    def reservations(self, location: str) -> Iterable[Asset]:
        """Reservations of BigQuery's slots in a location."""
        ...

    def capacity_commitments(self, location: str) -> Iterable[Asset]:
        """Commitments to slots of BigQuery in a location."""
        ...

    def payer(self) -> Payer:
        """Who pays for the project."""
        ...

    def currency_of(self, account: str) -> str | None:
        """ISO 4217 code of a billing account; None where it says none."""
        ...

    def missing(self, part: str, error: Exception, *, of: str | None = None, kinds: tuple[str, ...] = ()) -> None:
        """Tells the ledger that a part of the rows could not be read, though the rest was.

        Args:
            part: what is missing, a word such as `sizes`.
            error: why.
            of: id of the resource that it is missing of; None for all.
            kinds: kinds that cannot be relied upon any more; none where the rows are whole but for one field.
        """
        ...


Complete = Callable[[Api, list[Resource], Sequence[Asset]], list[Resource]]
"""Joins what several assets say, or asks for what the inventory lacks; gets the service's rows and bare assets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: a file in `collectors/gcp/services` declares it."""

    id: str
    """Name for `--only` and `--skip`, such as `compute`."""
    parsers: Mapping[str, Parse]
    """How each asset type becomes resources."""
    kinds: tuple[type[Any], ...]
    """Specifications that it yields."""
    bare: tuple[str, ...] = ()
    """Asset types that make no rows of their own and are only joined."""
    complete: Complete | None = None
    """Finishes its rows, where an asset alone does not say everything."""
    calls: tuple[Call, ...] = ()
    """What `complete` asks."""
    unsearched: str | None = None
    """Where it looks, where that is not everywhere; the ledger then says of each project that the rest is skipped."""

    @property
    def asset_types(self) -> tuple[str, ...]:
        """Every asset type that it reads."""
        return (*self.parsers, *self.bare)


Keys = Callable[[Sequence[Resource]], Iterable[tuple[tuple[str, ...], Resource]]]
"""Labels of the series of each resource that a metric concerns, and the resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSource:
    """Where one canonical metric of one kind of resource is found in Cloud Monitoring."""

    kind: str
    """Kind of resource."""
    metric: str
    """Canonical name, a key of `model.metrics.METRICS`."""
    query: SeriesQuery
    """What is asked."""
    step_seconds: int
    """Length of a step: 3600 or 86400."""
    days: int
    """Look-back in days."""
    keys: Keys
    """Which series is whose."""
    scale: float = 1.0
    """What a value is multiplied by: 100 where Google sends a fraction and the metric is a percentage."""
