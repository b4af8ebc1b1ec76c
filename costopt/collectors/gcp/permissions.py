"""The least-privilege role, generated from the calls that the services declare."""

from collections.abc import Iterable, Sequence

from costopt.collectors.gcp.calls import LIST_ASSETS, LIST_TIME_SERIES
from costopt.collectors.gcp.interface import Call, Service

RUNTIME_CALLS = (LIST_ASSETS, LIST_TIME_SERIES)
"""What a collection asks beside what its services declare: projects and assets, and metrics."""

ROLE_ID = "costoptReader"
"""Suggested id of the custom role."""


def calls_of(services: Iterable[Service], extra: Iterable[Call] = ()) -> tuple[Call, ...]:
    """Every call that a collection of these services may make, once each."""
    found = [*RUNTIME_CALLS, *(call for service in services for call in service.calls), *extra]
    return tuple({(call.api, call.method, call.permissions): call for call in found}.values())


def permissions(calls: Iterable[Call]) -> tuple[str, ...]:
    """Permissions on the projects, or on the folder or organisation above them, sorted."""
    return tuple(sorted({one for call in calls for one in call.permissions}))


def billing_permissions(calls: Iterable[Call]) -> tuple[str, ...]:
    """Permissions on the billing account, which no role of a project can give, sorted."""
    return tuple(sorted({one for call in calls for one in call.billing_permissions}))


def apis(calls: Iterable[Call]) -> tuple[str, ...]:
    """APIs that must be enabled, sorted."""
    return tuple(sorted({call.api for call in calls}))


def role(calls: Sequence[Call]) -> str:
    """The definition of the custom role in YAML, as `gcloud iam roles create --file` takes it.

    Source: https://cloud.google.com/iam/docs/creating-custom-roles.
    """
    lines = [
        f"# gcloud iam roles create {ROLE_ID} --organization=NUMBER --file=role.yaml",
        f"# gcloud services enable {' '.join(apis(calls))}",
    ]
    if beside := billing_permissions(calls):
        lines += [
            "# On the billing account, for the currency of its bills (a custom role of the organisation, or",
            f"# roles/billing.viewer): {', '.join(beside)}",
        ]
    lines += [
        "title: costopt reader",
        "description: Reads settings and metrics for costopt. Reads no data and changes nothing.",
        "stage: GA",
        "includedPermissions:",
        *(f"- {one}" for one in permissions(calls)),
    ]
    return "\n".join(lines) + "\n"
