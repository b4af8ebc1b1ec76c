"""Full names of the made projects' resources, as Asset Inventory and the bill have them."""

from collections.abc import Mapping, Sequence

from costopt.collectors.made.plan import Identity, Place, Plan
from costopt.model.resource import Resource, Spec

_COMPUTE = "compute"
_APIS: Mapping[str, str] = {
    "bigquery_dataset": "bigquery",
    "bigquery_reservation": "bigqueryreservation",
    "bigquery_table": "bigquery",
    "capacity_commitment": "bigqueryreservation",
    "cloud_run_service": "run",
    "cloud_sql_instance": "cloudsql",
    "gke_cluster": "container",
    "gke_node_pool": "container",
    "tpu_node": "tpu",
    "vertex_endpoint": "aiplatform",
    "workbench_instance": "notebooks",
}
"""Services in names; all other kinds are of Compute Engine.
Source: https://cloud.google.com/asset-inventory/docs/resource-name-format."""


def full_name(account: str, kind: str, resource_id: str) -> str:
    """Name of a resource that no other one in the world has."""
    if kind == "gcs_bucket":
        return f"//storage.googleapis.com/{resource_id}"
    return f"//{_APIS.get(kind, _COMPUTE)}.googleapis.com/projects/{account}/{resource_id}"


class ProjectPlan(Plan):
    """A plan whose resources have Google's full names."""

    def add(
        self,
        place: Place,
        resource_id: str,
        spec: Spec,
        who: Identity,
        *,
        age_days: float | None,
        arn: str | None = None,
        flags: Sequence[str] = (),
    ) -> Resource:
        """Add a resource; see `Plan.add`."""
        name = arn or full_name(place.account, spec.KIND, resource_id)
        return super().add(place, resource_id, spec, who, age_days=age_days, arn=name, flags=flags)
