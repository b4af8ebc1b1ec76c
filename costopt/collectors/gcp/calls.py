"""Every method that the collection may call, with the permissions that it needs; the role is generated from this."""

from costopt.collectors.gcp.interface import Call

ASSETS = "cloudasset.googleapis.com"
MONITORING = "monitoring.googleapis.com"
COMPUTE = "compute.googleapis.com"
BILLING = "cloudbilling.googleapis.com"
RECOMMENDER = "recommender.googleapis.com"
RESERVATION = "bigqueryreservation.googleapis.com"

USE_SERVICES = "serviceusage.services.use"
"""Lets calls count against the quota of the project that pays for them.
Source: https://cloud.google.com/asset-inventory/docs/roles-permissions."""

LIST_ASSETS = Call(
    api=ASSETS,
    method="ListAssets",
    permissions=("cloudasset.assets.listResource", USE_SERVICES),
)
"""Source: https://cloud.google.com/asset-inventory/docs/roles-permissions (content type RESOURCE)."""

LIST_TIME_SERIES = Call(
    api=MONITORING,
    method="ListTimeSeries",
    permissions=("monitoring.timeSeries.list", USE_SERVICES),
)
"""Source: https://cloud.google.com/monitoring/access-control."""

LIST_MACHINE_TYPES = Call(api=COMPUTE, method="AggregatedList", permissions=("compute.machineTypes.list",))
"""Source: https://cloud.google.com/compute/docs/reference/rest/v1/machineTypes/aggregatedList."""

GET_PROJECT_BILLING_INFO = Call(
    api=BILLING,
    method="GetProjectBillingInfo",
    permissions=("resourcemanager.projects.get", USE_SERVICES),
)
"""Source: https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo."""

GET_BILLING_ACCOUNT = Call(
    api=BILLING,
    method="GetBillingAccount",
    permissions=(),
    billing_permissions=("billing.accounts.get",),
)
"""Source: https://cloud.google.com/billing/docs/reference/rest/v1/billingAccounts/get."""

LIST_RESERVATIONS = Call(
    api=RESERVATION,
    method="ListReservations",
    permissions=("bigquery.reservations.list", USE_SERVICES),
)
"""Source: https://cloud.google.com/bigquery/docs/reference/reservations/rest/v1/projects.locations.reservations/list."""

LIST_CAPACITY_COMMITMENTS = Call(
    api=RESERVATION,
    method="ListCapacityCommitments",
    permissions=("bigquery.capacityCommitments.list", USE_SERVICES),
)
"""Source: https://cloud.google.com/bigquery/docs/access-control (BigQuery Resource Viewer)."""
