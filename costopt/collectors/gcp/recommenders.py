"""Google's recommenders that are read, with where their recommendations are.

Source: https://cloud.google.com/recommender/docs/recommenders.
"""

from collections.abc import Callable
from dataclasses import dataclass

from costopt.collectors.gcp.calls import RECOMMENDER
from costopt.collectors.gcp.interface import Call
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.google_network import GceAddress
from costopt.model.specs.persistent_disks import PersistentDisk


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommender:
    """One of Google's recommenders."""

    id: str
    """Such as `google.compute.instance.IdleResourceRecommender`."""
    call: Call
    """What reading it needs."""
    place: Callable[[Resource], str | None]
    """Zone or region that holds the recommendations on a resource; None where it does not judge the resource."""


def _recommender(name: str, permission: str, place: Callable[[Resource], str | None]) -> Recommender:
    permissions = (f"recommender.{permission}Recommendations.list",)
    call = Call(api=RECOMMENDER, method="ListRecommendations", permissions=permissions)
    return Recommender(id=f"google.{name}Recommender", call=call, place=place)


def _of_instances(resource: Resource) -> str | None:
    return resource.spec.zone if isinstance(resource.spec, GceInstance) else None


def _of_disks(resource: Resource) -> str | None:
    spec = resource.spec
    return spec.zones[0] if isinstance(spec, PersistentDisk) and not spec.regional else None


def _of_addresses(resource: Resource) -> str | None:
    return resource.region if isinstance(resource.spec, GceAddress) else None


def _of_databases(resource: Resource) -> str | None:
    return resource.region if isinstance(resource.spec, CloudSqlInstance) else None


RECOMMENDERS: tuple[Recommender, ...] = (
    _recommender("compute.instance.IdleResource", "computeInstanceIdleResource", _of_instances),
    _recommender("compute.instance.MachineType", "computeInstanceMachineType", _of_instances),
    _recommender("compute.disk.IdleResource", "computeDiskIdleResource", _of_disks),
    _recommender("compute.address.IdleResource", "computeAddressIdleResource", _of_addresses),
    _recommender("cloudsql.instance.Idle", "cloudsqlIdleInstance", _of_databases),
    _recommender("cloudsql.instance.Overprovisioned", "cloudsqlOverprovisionedInstance", _of_databases),
)
"""In the order in which the reads of a run are spent."""
