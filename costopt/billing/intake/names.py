"""One spelling for the columns of a source, whatever form its files have."""

import re

from costopt.model.bill import BillKind

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def source_name(column: str, kind: BillKind) -> str:
    """The name by which the mapping knows a column.

    A legacy report's `lineItem/UsageAccountId` is CUR 2.0's `line_item_usage_account_id`; every capital begins a word,
    as AWS's own Athena tables have it (`savings_plan_savings_plan_a_r_n`). Google's nested `service.id` is
    `service_id`. Tags and FOCUS columns keep their spelling.
    """
    if kind is BillKind.CUR and "/" in column and not is_tag(column):
        return "_".join(_CAPITAL.sub("_", part).lower() for part in column.split("/"))
    if kind is BillKind.GCP_EXPORT:
        return column.replace(".", "_")
    return column


def is_tag(column: str) -> bool:
    """Whether a legacy report's column is a tag or cost category, whose spelling is the user's own."""
    return column.startswith(("resourceTags/", "costCategory/"))


def tag_key(column: str, prefix: str) -> str:
    """Key of the tag that a column or map entry of AWS is, as FOCUS spells it.

    User tags lose `user:` (legacy) or `user_` (2.0); AWS's own get back the `aws:` that 2.0 spells `aws_`.
    """
    key = column.removeprefix(prefix)
    for marker, kept in (("user:", ""), ("user_", ""), ("aws_", "aws:")):
        if key.startswith(marker):
            return kept + key.removeprefix(marker)
    return key
