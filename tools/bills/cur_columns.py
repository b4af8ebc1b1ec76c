"""Columns of AWS's Cost and Usage Reports, legacy and 2.0, over events.

Source of the names: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html and, of the legacy
report, https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html.
"""

from costopt.model.bill import FileForm
from tools.bills.aws_commitments import MEMBERS, PAYER, PLANS, RESERVATIONS, Plan, Reservation
from tools.bills.aws_offers import AWS_INC, SELLER
from tools.bills.columns import Sort, Written
from tools.bills.people import TAG_KEYS
from tools.bills.request import Edp, Form, Period, Request

ACCOUNT_NAME = (
    "CASE account " + " ".join(f"WHEN '{account}' THEN '{name}'" for account, name in MEMBERS) + " END"
)  # fmt: skip
DIVISION = f"CASE WHEN account = '{MEMBERS[2][0]}' THEN 'Research' ELSE 'Ocean, and Air' END"
"""Cost category `Division`."""
MARKETPLACE = f"seller = '{SELLER}'"
MARKETPLACE_ISSUER = "Amazon Web Services EMEA SARL"
"""Who invoices what the marketplace sells."""
ISSUER = f"CASE WHEN {MARKETPLACE} THEN '{MARKETPLACE_ISSUER}' ELSE '{AWS_INC}' END"
_IS_PLAN = "commitment LIKE 'arn:aws:savingsplans%'"
_RESERVED = "kind IN ('DiscountedUsage', 'RIFee')"
_FEE = "kind = 'SavingsPlanRecurringFee'"


def of_commitment(field: str) -> str:
    """Expression of a fact of a line's commitment; NULL where it has none."""
    everything: tuple[Reservation | Plan, ...] = (*RESERVATIONS, *PLANS)
    owned = [one for one in everything if hasattr(one, field)]
    return "CASE commitment " + " ".join(f"WHEN '{one.arn}' THEN '{getattr(one, field)}'" for one in owned) + " END"


def invoice_id(period: Period) -> str:
    """Expression of the invoice: one of AWS a month, and one for the marketplace."""
    return f"'{period.first:%Y%m}0' || CASE WHEN {MARKETPLACE} THEN '2' ELSE '1' END"


def cur_columns(request: Request, period: Period) -> list[Written]:
    """Columns of a file of either report, in order."""
    columns = _base(request, period)
    if request.form is Form.CUR2:
        return [*(one for one in columns if one.name not in _ONLY_LEGACY), *_nested()]
    athena = request.file is FileForm.PARQUET
    flat = [column for column in columns if column.name not in _ONLY_CUR2]
    if request.edp is not Edp.NET:
        flat = [column for column in flat if "_net_" not in column.name]
    flat += _legacy_tags(athena=athena)
    if athena:
        return flat
    return [Written(legacy_name(one.name), one.sql, one.sort) for one in flat]


_ONLY_CUR2 = ("bill_payer_account_name", "line_item_usage_account_name")
_ONLY_LEGACY = ("product_product_name", "product_operating_system")
"""In 2.0 they are entries of the map `product`."""
_LEGACY = {
    "product_product_name": "product/ProductName",
    "product_operating_system": "product/operatingSystem",
    "pricing_public_on_demand_cost": "pricing/publicOnDemandCost",
    "pricing_public_on_demand_rate": "pricing/publicOnDemandRate",
    "pricing_term": "pricing/term",
    "pricing_unit": "pricing/unit",
    "pricing_currency": "pricing/currency",
    "reservation_reservation_a_r_n": "reservation/ReservationARN",
    "savings_plan_savings_plan_a_r_n": "savingsPlan/SavingsPlanARN",
}
_SECTIONS = {"line_item": "lineItem", "savings_plan": "savingsPlan", "split_line_item": "splitLineItem"}


def legacy_name(name: str) -> str:
    """`line_item_usage_type` as the legacy report spells it: `lineItem/UsageType`."""
    if "/" in name or name in _LEGACY:
        return _LEGACY.get(name, name)
    section = next((one for one in _SECTIONS if name.startswith(one + "_")), name.split("_", 1)[0])
    words = name.removeprefix(section + "_").split("_")
    first = words[0] if section == "product" else words[0].capitalize()
    return f"{_SECTIONS.get(section, section)}/{first}{''.join(word.capitalize() for word in words[1:])}"


def _base(request: Request, period: Period) -> list[Written]:
    return [
        *_identity(period),
        *_line_item(request),
        *_product(),
        *_pricing(),
        *_reservation(request),
        *_savings_plan(request),
        *_split(request),
    ]


def _identity(period: Period) -> list[Written]:
    stamp = "'%Y-%m-%dT%H:%M:%SZ'"
    return [
        Written("identity_line_item_id", "line_id"),
        Written("identity_time_interval", f"strftime(starts, {stamp}) || '/' || strftime(ends, {stamp})"),
        Written("bill_invoice_id", invoice_id(period)),
        Written("bill_invoicing_entity", ISSUER),
        Written("bill_billing_entity", f"CASE WHEN {MARKETPLACE} THEN 'AWS Marketplace' ELSE 'AWS' END"),
        Written("bill_bill_type", "CASE WHEN kind = 'Refund' THEN 'Refund' ELSE 'Anniversary' END"),
        Written("bill_payer_account_id", f"'{PAYER}'"),
        Written("bill_payer_account_name", f"'{dict(MEMBERS)[PAYER]}'"),
        Written("bill_billing_period_start_date", f"TIMESTAMP '{period.first} 00:00:00'", Sort.TIME),
        Written("bill_billing_period_end_date", f"TIMESTAMP '{period.after} 00:00:00'", Sort.TIME),
    ]


def _line_item(request: Request) -> list[Written]:
    net = request.edp is Edp.NET
    return [
        Written("line_item_usage_account_id", "account"),
        Written("line_item_usage_account_name", ACCOUNT_NAME),
        Written("line_item_line_item_type", "kind"),
        Written("line_item_usage_start_date", "starts", Sort.TIME),
        Written("line_item_usage_end_date", "ends", Sort.TIME),
        Written("line_item_product_code", "service"),
        Written("line_item_usage_type", "usage_type"),
        Written("line_item_operation", "operation"),
        Written("line_item_availability_zone", "zone"),
        Written("line_item_resource_id", "CASE WHEN kind <> 'SavingsPlanNegation' THEN resource END"),
        Written("line_item_usage_amount", "quantity", Sort.THOUSANDTHS),
        Written("line_item_normalization_factor", "CAST(factor AS DOUBLE)", Sort.NUMBER),
        Written("line_item_normalized_usage_amount", "quantity * factor", Sort.THOUSANDTHS),
        Written("line_item_currency_code", "'USD'"),
        Written("line_item_unblended_rate", "rate", Sort.UNITS),
        Written("line_item_unblended_cost", "cash", Sort.UNITS),
        Written("line_item_blended_rate", "rate", Sort.UNITS),
        Written("line_item_blended_cost", "cash", Sort.UNITS),
        Written("line_item_net_unblended_cost", "net" if net else _NULL, Sort.UNITS),
        Written("line_item_net_unblended_rate", NET_RATE if net else _NO_NUMBER, Sort.NUMBER),
        Written("line_item_line_item_description", "description"),
        Written("line_item_tax_type", "tax_type"),
        Written("line_item_legal_entity", "seller"),
    ]


_NULL = "CAST(NULL AS BIGINT)"
_NO_NUMBER = "CAST(NULL AS DOUBLE)"
NET_RATE = "(CASE WHEN net <> cash THEN rate * 9 / 1e11 ELSE rate / 1e10 END)"
"""Rate after a negotiated discount; a DOUBLE, since it may need an eleventh decimal."""


def _product() -> list[Written]:
    return [
        Written("product_product_family", "NULLIF(family, '')"),
        Written("product_instance_type", "instance"),
        Written("product_location", "location"),
        Written("product_region_code", "region"),
        Written("product_servicecode", "service"),
        Written("product_sku", "sku"),
        Written("product_usagetype", "usage_type"),
        Written("product_product_name", "product_name"),
        Written("product_operating_system", "system"),
    ]


def _pricing() -> list[Written]:
    term = f"""CASE WHEN {_RESERVED} THEN 'Reserved' WHEN usage_type LIKE '%SpotUsage%' THEN 'Spot'
        WHEN list_rate IS NOT NULL THEN 'OnDemand' END"""
    return [
        Written("pricing_rate_code", "rate_code"),
        Written("pricing_currency", "'USD'"),
        Written("pricing_public_on_demand_cost", "CASE WHEN list_rate IS NOT NULL THEN list_cost END", Sort.UNITS),
        Written("pricing_public_on_demand_rate", "list_rate", Sort.UNITS),
        Written("pricing_term", term),
        Written("pricing_purchase_option", f"CASE WHEN {_RESERVED} THEN {of_commitment('payment')} END"),
        Written("pricing_unit", "unit"),
    ]


def _reservation(request: Request) -> list[Written]:
    def net(sql: str) -> str:
        return f"({sql}) // 10 * 9" if request.edp is Edp.NET else _NULL

    def of_fee(sql: str) -> str:
        return f"CASE WHEN kind = 'RIFee' THEN {sql} END"

    used = "CASE WHEN kind = 'DiscountedUsage' THEN {} END"
    prefix = "reservation_"
    return [
        Written(prefix + "amortized_upfront_fee_for_billing_period", of_fee("amortised"), Sort.UNITS),
        Written(prefix + "effective_cost", used.format("effective"), Sort.UNITS),
        Written(prefix + "net_effective_cost", used.format("net_effective") if _net(request) else _NULL, Sort.UNITS),
        Written(prefix + "number_of_reservations", of_fee("CAST(reserved_units AS VARCHAR)")),
        Written(prefix + "reservation_a_r_n", f"CASE WHEN NOT {_IS_PLAN} THEN commitment END"),
        Written(prefix + "subscription_id", f"CASE WHEN NOT {_IS_PLAN} THEN substr(md5(commitment), 1, 10) END"),
        Written(prefix + "unused_amortized_upfront_fee_for_billing_period", of_fee("unused_amortised"), Sort.UNITS),
        Written(prefix + "unused_quantity", of_fee("unused_quantity"), Sort.THOUSANDTHS),
        Written(prefix + "unused_normalized_unit_quantity", of_fee("unused_quantity * factor"), Sort.THOUSANDTHS),
        Written(prefix + "unused_recurring_fee", of_fee("unused_recurring"), Sort.UNITS),
        Written(
            prefix + "net_unused_amortized_upfront_fee_for_billing_period",
            of_fee(net("unused_amortised")),
            Sort.UNITS,
        ),
        Written(prefix + "net_unused_recurring_fee", of_fee(net("unused_recurring")), Sort.UNITS),
        Written(prefix + "upfront_value", of_fee("upfront_value"), Sort.UNITS),
    ]


def _net(request: Request) -> bool:
    return request.edp is Edp.NET


def _savings_plan(request: Request) -> list[Written]:
    def of_fee(column: str, *, net: bool = False) -> str:
        if net and not _net(request):
            return _NULL
        return f"CASE WHEN {_FEE} THEN {f'{column} // 10 * 9' if net else column} END"

    covered = "CASE WHEN kind = 'SavingsPlanCoveredUsage' THEN {} END"
    net_cost = covered.format("net_effective") if _net(request) else _NULL
    prefix = "savings_plan_"
    return [
        Written(prefix + "amortized_upfront_commitment_for_billing_period", of_fee("amortised"), Sort.UNITS),
        Written(
            prefix + "net_amortized_upfront_commitment_for_billing_period", of_fee("amortised", net=True), Sort.UNITS
        ),
        Written(prefix + "recurring_commitment_for_billing_period", of_fee("recurring"), Sort.UNITS),
        Written(prefix + "net_recurring_commitment_for_billing_period", of_fee("recurring", net=True), Sort.UNITS),
        Written(prefix + "savings_plan_a_r_n", f"CASE WHEN {_IS_PLAN} THEN commitment END"),
        Written(prefix + "savings_plan_effective_cost", covered.format("effective"), Sort.UNITS),
        Written(prefix + "net_savings_plan_effective_cost", net_cost, Sort.UNITS),
        Written(prefix + "savings_plan_rate", "plan_rate", Sort.UNITS),
        Written(prefix + "offering_type", of_commitment("offering")),
        Written(prefix + "payment_option", f"CASE WHEN {_IS_PLAN} THEN {of_commitment('payment')} END"),
        Written(prefix + "purchase_term", f"CASE WHEN {_IS_PLAN} THEN '1yr' END"),
        Written(prefix + "total_commitment_to_date", of_fee("total_commitment"), Sort.UNITS),
        Written(prefix + "used_commitment", of_fee("used_commitment"), Sort.UNITS),
    ]


def _split(request: Request) -> list[Written]:
    return [
        Written("split_line_item_parent_resource_id", "split_parent"),
        Written("split_line_item_split_cost", "split_cost", Sort.UNITS),
        Written("split_line_item_net_split_cost", "net_split" if _net(request) else _NULL, Sort.UNITS),
    ]


def _nested() -> list[Written]:
    """Maps of CUR 2.0. The name of a product and its operating system are in `product` only."""
    keys = {"product_name": "product_name", "operating_system": "system", "region": "region"}
    entries = ", ".join(f"{{'k': '{key}', 'v': {column}}}" for key, column in keys.items())
    product = f"map_from_entries(list_filter([{entries}], lambda entry: entry.v IS NOT NULL))"
    return [
        Written("product", product, Sort.NESTED),
        Written("resource_tags", "COALESCE(user_tags, MAP {})", Sort.NESTED),
        Written("cost_category", f"MAP {{'Division': {DIVISION}}}", Sort.NESTED),
    ]


def _legacy_tags(*, athena: bool) -> list[Written]:
    """One column a tag. Athena's table spells them its own way."""
    tag, category = ("resource_tags_user_", "cost_category_") if athena else ("resourceTags/user:", "costCategory/")
    columns = [Written(tag + key, f"json_extract_string(tags, '$.{key}')") for key in TAG_KEYS]
    return [*columns, Written(category + ("division" if athena else "Division"), DIVISION)]
