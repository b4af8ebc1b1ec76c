"""The permission to read a bill at Google, which is data: a role of its own, apart from the audit's."""

from costopt.collectors.gcp.bill_access import GET_OBJECT, GET_TABLE, LIST_OBJECTS, READ_TABLE, RUN_QUERY
from costopt.collectors.gcp.bill_address import GS, parse_bucket, parse_table

ROLE_ID = "costoptBillReader"
"""Suggested id of the custom role."""


def bill_role(uri: str) -> str:
    """The definition of a custom role that reads the bill at `uri` and nothing else, in YAML, as `gcloud` takes it.

    Granted on the dataset or bucket only, it reads no other; to run queries is a right on the project that pays.
    Source: https://cloud.google.com/bigquery/docs/control-access-to-resources-iam.

    Raises:
        UsageError: `uri` is no address of a table or bucket.
    """
    if uri.startswith(GS):
        place = parse_bucket(uri)
        where = f"gcloud storage buckets add-iam-policy-binding gs://{place.bucket} --member=MEMBER --role=ROLE"
        return _role([f"# Grant it: {where}"], LIST_OBJECTS.permissions + GET_OBJECT.permissions)
    table = parse_table(uri)
    notes = [
        f"# Grant it on the dataset {table.dataset} of {table.project} only (Sharing, Permissions).",
        "# On the project that pays, running queries: gcloud projects add-iam-policy-binding PAYER --member=MEMBER \\",
        f"#   --role=roles/bigquery.jobUser ({RUN_QUERY.permissions[0]})",
    ]
    return _role(notes, GET_TABLE.permissions + READ_TABLE.permissions)


def _role(notes: list[str], permissions: tuple[str, ...]) -> str:
    lines = [
        f"# gcloud iam roles create {ROLE_ID} --organization=NUMBER --file=role.yaml",
        *notes,
        "title: costopt bill reader",
        "description: Reads the exported bill for costopt. Changes nothing.",
        "stage: GA",
        "includedPermissions:",
        *(f"- {one}" for one in sorted(permissions)),
    ]
    return "\n".join(lines) + "\n"
