"""Columns of Google's detailed usage cost export over events, nested as in BigQuery or flattened; and their FOCUS.

Source: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage.
"""

from collections.abc import Sequence
from datetime import timedelta

from costopt.model.bill import FileForm
from tools.bills.columns import Sort, Written
from tools.bills.focus_columns import Booked, Booking
from tools.bills.gcp_lines import credits_sql
from tools.bills.gcp_offers import ACCOUNT, FOLDER, ORGANISATION, PROJECTS
from tools.bills.request import Period, Request

_PROMOTION = "Promotion: Harbour Lights"
_MACHINE = """CASE WHEN machine IS NOT NULL THEN
    [{'key': 'compute.googleapis.com/machine_spec', 'value': machine}] ELSE [] END"""
_LABELS = "list_transform(map_entries(COALESCE(labels, MAP {})), lambda one: {'key': one.key, 'value': one.value})"
_GLOBAL = """'//compute.googleapis.com/projects/' || project || '/zones/' || COALESCE(zone, region) || '/instances/'
    || resource"""


def _of_project(position: int) -> str:
    return "CASE project " + " ".join(f"WHEN '{one[0]}' THEN '{one[position]}'" for one in PROJECTS) + " END"


def _time(sql: str, file: FileForm) -> str:
    """A moment as BigQuery's exports write it: with its zone, which each sort of file spells its own way."""
    if file is FileForm.PARQUET:
        return f"CAST({sql} AS TIMESTAMPTZ)"
    return f"strftime({sql}, '%Y-%m-%d %H:%M:%S{' UTC' if _is_json(file) else '+00:00'}')"


def gcp_columns(request: Request, period: Period) -> list[Written]:
    """Columns of a file of the export, in order."""
    number = _of_project(2)
    ancestry = f"'/{ORGANISATION}/{FOLDER}/' || {number} || '/'"
    columns: list[Written | tuple[str, list[Written]]] = [
        Written("billing_account_id", f"'{ACCOUNT}'"),
        ("service", [Written("id", "service_id"), Written("description", "service")]),
        ("sku", [Written("id", "sku_id"), Written("description", "sku")]),
        Written("usage_start_time", _time("starts", request.file)),
        Written("usage_end_time", _time("ends", request.file)),
        (
            "project",
            [
                Written("id", "project"),
                Written("number", number),
                Written("name", _of_project(1)),
                Written("ancestry_numbers", ancestry),
            ],
        ),
        Written("labels", _LABELS, Sort.NESTED),
        Written("system_labels", _MACHINE, Sort.NESTED),
        (
            "location",
            [
                Written("location", "location"),
                Written("country", "CASE WHEN region LIKE 'us%' THEN 'US' WHEN region <> '' THEN 'BE' END"),
                Written("region", "CASE WHEN region LIKE '%-%' THEN region END"),
                Written("zone", "zone"),
            ],
        ),
        Written("transaction_type", "'GOOGLE'"),
        Written("seller_name", "'Google'"),
        Written("export_time", _time("exported", request.file)),
        Written("cost", "cost", Sort.UNITS),
        Written("currency", "'USD'"),
        Written("currency_conversion_rate", "1.0", Sort.NUMBER),
        (
            "usage",
            [
                Written("amount", "quantity / 1e3 * usage_factor", Sort.NUMBER),
                Written("unit", "usage_unit"),
                Written("amount_in_pricing_units", "quantity", Sort.THOUSANDTHS),
                Written("pricing_unit", "pricing_unit"),
            ],
        ),
        Written("credits", credits_sql(), Sort.NESTED),
        ("invoice", [Written("month", f"'{period.first:%Y%m}'"), Written("publisher_type", "'GOOGLE'")]),
        Written("cost_type", "cost_type"),
        ("adjustment_info", [Written("id", "adjustment")]),
        (
            "resource",
            [Written("name", "resource"), Written("global_name", f"CASE WHEN machine <> '' THEN {_GLOBAL} END")],
        ),
        ("price", [Written("effective_price", "rate", Sort.UNITS), Written("unit", "pricing_unit")]),
        Written("cost_at_list", "list_cost", Sort.UNITS),
        ("subscription", [Written("instance_id", "subscription")]),
    ]
    return list(_nested(columns) if request.file is FileForm.PARQUET or _is_json(request.file) else _flat(columns))


def _is_json(file: FileForm) -> bool:
    return file in (FileForm.JSONL, FileForm.JSONL_GZ)


def _flat(columns: Sequence[Written | tuple[str, list[Written]]]) -> list[Written]:
    flat: list[Written] = []
    for column in columns:
        if isinstance(column, Written):
            flat.append(column)
        else:
            flat.extend(Written(f"{column[0]}.{leaf.name}", leaf.sql, leaf.sort) for leaf in column[1])
    return flat


def _nested(columns: Sequence[Written | tuple[str, list[Written]]]) -> list[Written]:
    nested: list[Written] = []
    for column in columns:
        if isinstance(column, Written):
            nested.append(column)
        else:
            fields = ", ".join(f"'{leaf.name}': {_scalar(leaf)}" for leaf in column[1])
            nested.append(Written(column[0], f"{{{fields}}}", Sort.NESTED))
    return nested


def _scalar(leaf: Written) -> str:
    divisor = {Sort.UNITS: " / 1e10", Sort.THOUSANDTHS: " / 1e3"}.get(leaf.sort, "")
    return f"({leaf.sql}){divisor}"


_CATEGORY = """(CASE WHEN is_gift THEN 'Credit' WHEN cost_type = 'tax' THEN 'Tax' WHEN cost_type <> 'regular'
    THEN 'Adjustment' WHEN sku LIKE 'Commitment%' THEN 'Purchase' ELSE 'Usage' END)"""
_IS_USAGE = f"({_CATEGORY} = 'Usage')"
_PRICED = f"({_CATEGORY} IN ('Usage', 'Purchase'))"


def gcp_booking(_request: Request, period: Period) -> Booking:
    """Google's events as a FinOps expert books them by FOCUS 1.2.

    Credits that lower a price are part of their line; a promotion is a row of ChargeCategory Credit, all of whose costs
    are its amount. The export does not tell which fee pays for which usage, so both keep what they cost.
    """
    paid = "CASE WHEN is_gift THEN gift ELSE cost + COALESCE(reduction, 0) END"
    costs = {"BilledCost": paid, "EffectiveCost": paid, "x_SourceCost": paid}
    costs["ListCost"] = "CASE WHEN is_gift THEN gift ELSE list_cost END"
    costs["ContractedCost"] = "CASE WHEN is_gift THEN gift ELSE cost END"
    committed = f"CASE WHEN {_CATEGORY} = 'Purchase' THEN {{}} END"
    texts = {
        "ChargeCategory": _CATEGORY,
        "ChargeClass": "CASE WHEN cost_type = 'adjustment' THEN 'Correction' END",
        "ChargeDescription": f"CASE WHEN is_gift THEN '{_PROMOTION}' ELSE sku END",
        "ChargeFrequency": f"""CASE {_CATEGORY} WHEN 'Usage' THEN 'Usage-Based' WHEN 'Purchase' THEN 'Recurring'
            ELSE 'One-Time' END""",
        "PricingCategory": f"""CASE WHEN {_IS_USAGE} AND reduction_type = 'COMMITTED_USAGE_DISCOUNT' THEN 'Committed'
            WHEN {_IS_USAGE} AND sku LIKE 'Spot %' THEN 'Dynamic' WHEN {_PRICED} THEN 'Standard' END""",
        "CommitmentDiscountId": committed.format("subscription"),
        "CommitmentDiscountCategory": committed.format("'Usage'"),
        "CommitmentDiscountType": committed.format("'Committed Use Discount'"),
        "PricingUnit": f"CASE WHEN {_PRICED} THEN pricing_unit END",
        "ConsumedUnit": f"CASE WHEN {_IS_USAGE} THEN usage_unit END",
        "BillingAccountId": f"'{ACCOUNT}'",
        "BillingCurrency": "'USD'",
        "SubAccountId": "project",
        "SubAccountName": _of_project(1),
        "InvoiceIssuerName": "'Google'",
        "ProviderName": "'Google Cloud'",
        "PublisherName": "'Google'",
        "AvailabilityZone": "zone",
        "RegionId": "region",
        "RegionName": "location",
        "ResourceId": f"CASE WHEN machine <> '' THEN {_GLOBAL} ELSE resource END",
        "ResourceName": "resource",
        "ServiceName": "service",
        "ServiceCategory": "category",
        "SkuId": "sku_id",
        "SkuMeter": "sku",
        "Tags": "tags",
        "SkuPriceDetails": "CASE WHEN machine <> '' THEN CAST(to_json({'InstanceType': machine}) AS VARCHAR) END",
        "x_SourceType": "CASE WHEN is_gift THEN 'credit:PROMOTION' ELSE cost_type END",
        "x_ServiceCode": "service_id",
        "x_UsageType": "sku_id",
        "x_InstanceType": "machine",
    }
    times = {
        # Midnight in California, as FOCUS wants it: in UTC.
        "BillingPeriodStart": f"TIMESTAMP '{period.start}'",
        "BillingPeriodEnd": f"TIMESTAMP '{period.start + timedelta(hours=period.hours)}'",
        "ChargePeriodStart": "starts",
        "ChargePeriodEnd": "ends",
    }
    return {
        **{name: Booked(sql, Sort.UNITS) for name, sql in costs.items()},
        **{name: Booked(sql) for name, sql in texts.items()},
        **{name: Booked(sql, Sort.TIME) for name, sql in times.items()},
        "PricingQuantity": Booked(f"CASE WHEN {_PRICED} THEN quantity END", Sort.THOUSANDTHS),
        "ConsumedQuantity": Booked(f"CASE WHEN {_IS_USAGE} THEN quantity / 1e3 * usage_factor END", Sort.NUMBER),
        "ContractedUnitPrice": Booked(f"CASE WHEN {_IS_USAGE} THEN rate / 1e10 END", Sort.NUMBER),
    }
