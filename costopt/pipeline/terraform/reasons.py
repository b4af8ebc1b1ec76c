"""Why a recommendation is left to a person, although the state holds its resource."""

from costopt.pipeline.terraform.advice import Advice

NEVER_REMOVED = "resources are never removed without a person"
NOT_WRITTEN = {
    "delete": NEVER_REMOVED,
    "stop": "resources are never stopped without a person",
    "buy": "commitments are bought by a person: `costopt plan` says which",
    "schedule": "a schedule is a resource of its own: `costopt terraform generate` writes one",
}
"""Kinds of action that are never written, and why."""
_UPGRADE = "which version to go to, and when, is for a person: an upgrade has to be tried first"
NOT_SET = {
    "bigquery_stale": "whether anybody still needs the table, and until when, is for a person to find out",
    "gcs_no_lifecycle": "which objects may go, and when, is for a person to decide",
    "gke_node_underused": "what pods ask for is not in this configuration, and how far to go is for a person to decide",
    "pd_tier": "terraform would make the disk anew without its data: make it from a snapshot, then move the attachment",
    "project_unattended": "a project is shut down by its owner: removing its block takes all that is in it along",
    "rds_extended_support": _UPGRADE,
    "sql_extended_support": _UPGRADE,
    "vertex_endpoint_idle": "its models are deployed by something else: undeploy them there, the endpoint may stay",
}
"""Checks whose recommendation no attribute says, and why."""
_FOR_A_PERSON = "the figure or the way is for a person to decide"


def why_by_hand(advice: Advice) -> str:
    """Why nothing is set for a recommendation."""
    return NOT_SET.get(advice.source) or NOT_WRITTEN.get(advice.kind) or _FOR_A_PERSON
