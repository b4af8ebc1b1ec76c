"""AWS events as a FinOps expert books them by FOCUS 1.2. This is the truth that normalisation is held against.

Where the specification decides, it is followed: https://focus.finops.org/focus-specification/v1-2/. A credit is what
it is in all four cost columns, a tax has no quantity, and one name of a service has one category. Tax and refunds keep
what is paid as their effective cost, as providers do.
"""

from tools.bills.aws_commitments import MEMBERS, PAYER
from tools.bills.columns import Sort
from tools.bills.cur_columns import ACCOUNT_NAME, DIVISION, ISSUER, NET_RATE, invoice_id, of_commitment
from tools.bills.focus_columns import Booked, Booking
from tools.bills.request import Edp, Period, Request

_UNUSED = "(kind = 'Unused')"
_COVERED = "(kind = 'SavingsPlanCoveredUsage')"
_RESERVED = "(kind = 'DiscountedUsage')"
_COMMITTED = f"({_UNUSED} OR {_COVERED} OR {_RESERVED})"
_PLAN = "(commitment LIKE 'arn:aws:savingsplans%')"
_CATEGORY = """(CASE WHEN kind IN ('Tax', 'Credit') THEN kind
    WHEN kind = 'EdpDiscount' THEN 'Adjustment'
    WHEN kind IN ('Fee', 'RIFee', 'SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee') THEN 'Purchase'
    WHEN kind = 'Refund' AND commitment IS NOT NULL THEN 'Purchase' ELSE 'Usage' END)"""
_IS_USAGE = f"({_CATEGORY} = 'Usage')"
_PRICED = f"({_CATEGORY} IN ('Usage', 'Purchase'))"


def aws_booking(request: Request, period: Period) -> Booking:
    """Canonical columns over events of AWS."""
    return {
        **_costs(request),
        **_quantities(request),
        **_charge(period),
        **_commitment(),
        **_who(period),
        **_what(request),
    }


def _costs(request: Request) -> Booking:
    net = request.edp is Edp.NET
    paid = "net" if net else "cash"
    # What the usage would cost on demand at negotiated rates; of a reserved hour the line itself charges nothing.
    contracted = "CASE WHEN net_effective <> effective THEN list_cost // 10 * 9 ELSE list_cost END"
    return {
        "BilledCost": Booked(f"CASE WHEN {_COVERED} THEN 0 ELSE {paid} END", Sort.UNITS),
        "EffectiveCost": Booked("net_effective" if net else "effective", Sort.UNITS),
        "ListCost": Booked("list_cost", Sort.UNITS),
        "ContractedCost": Booked(
            f"CASE WHEN {_COVERED} OR {_RESERVED} THEN {contracted if net else 'list_cost'} ELSE {paid} END",
            Sort.UNITS,
        ),
    }


def _quantities(request: Request) -> Booking:
    rate = NET_RATE if request.edp is Edp.NET else "rate / 1e10"
    used = f"{_IS_USAGE} AND NOT {_UNUSED}"
    spent = f"CASE WHEN {_UNUSED} AND NOT {_PLAN} THEN unused_quantity ELSE quantity END"
    return {
        "PricingQuantity": Booked(f"CASE WHEN {_PRICED} THEN {spent} END", Sort.THOUSANDTHS),
        "PricingUnit": Booked(f"CASE WHEN {_PRICED} THEN unit END"),
        "ConsumedQuantity": Booked(f"CASE WHEN {used} THEN quantity END", Sort.THOUSANDTHS),
        "ConsumedUnit": Booked(f"CASE WHEN {used} THEN unit END"),
        "ListUnitPrice": Booked("list_rate / 1e10", Sort.NUMBER),
        "ContractedUnitPrice": Booked(f"CASE WHEN {used} AND NOT {_COMMITTED} THEN {rate} END", Sort.NUMBER),
        "CommitmentDiscountQuantity": Booked(
            f"""CASE WHEN {_COVERED} OR ({_UNUSED} AND {_PLAN}) THEN effective / 1e10
            WHEN {_RESERVED} THEN quantity * factor / 1e3 WHEN {_UNUSED} THEN unused_quantity * factor / 1e3 END""",
            Sort.NUMBER,
        ),
        "CommitmentDiscountUnit": Booked(
            f"CASE WHEN {_COMMITTED} THEN CASE WHEN {_PLAN} THEN 'USD' ELSE 'Normalized Hours' END END"
        ),
    }


def _charge(period: Period) -> Booking:
    return {
        "BillingPeriodStart": Booked(f"TIMESTAMP '{period.first} 00:00:00'", Sort.TIME),
        "BillingPeriodEnd": Booked(f"TIMESTAMP '{period.after} 00:00:00'", Sort.TIME),
        "ChargePeriodStart": Booked("starts", Sort.TIME),
        "ChargePeriodEnd": Booked("ends", Sort.TIME),
        "ChargeCategory": Booked(_CATEGORY),
        "ChargeClass": Booked("CASE WHEN kind = 'Refund' THEN 'Correction' END"),
        "ChargeDescription": Booked("description"),
        "ChargeFrequency": Booked(
            f"""CASE WHEN {_IS_USAGE} THEN 'Usage-Based'
            WHEN kind IN ('RIFee', 'SavingsPlanRecurringFee') THEN 'Recurring' ELSE 'One-Time' END"""
        ),
        "PricingCategory": Booked(
            f"""CASE WHEN {_COMMITTED} THEN 'Committed' WHEN usage_type LIKE '%SpotUsage%' THEN 'Dynamic'
            WHEN {_PRICED} THEN 'Standard' END"""
        ),
    }


def _commitment() -> Booking:
    kind = f"CASE WHEN {_PLAN} THEN {of_commitment('offering')} WHEN commitment <> '' THEN 'Reserved Instance' END"
    return {
        "CommitmentDiscountId": Booked("commitment"),
        "CommitmentDiscountCategory": Booked(f"CASE WHEN {_PLAN} THEN 'Spend' WHEN commitment <> '' THEN 'Usage' END"),
        "CommitmentDiscountType": Booked(kind),
        "CommitmentDiscountStatus": Booked(f"CASE WHEN {_UNUSED} THEN 'Unused' WHEN {_COMMITTED} THEN 'Used' END"),
    }


def _who(period: Period) -> Booking:
    return {
        "BillingAccountId": Booked(f"'{PAYER}'"),
        "BillingAccountName": Booked(f"'{dict(MEMBERS)[PAYER]}'"),
        "BillingCurrency": Booked("'USD'"),
        "SubAccountId": Booked("account"),
        "SubAccountName": Booked(ACCOUNT_NAME),
        "InvoiceId": Booked(invoice_id(period)),
        "InvoiceIssuerName": Booked(ISSUER),
        "ProviderName": Booked("'AWS'"),
        "PublisherName": Booked("seller"),
        "Tags": Booked("tags"),
        "x_CostCategories": Booked(f"CAST(to_json(MAP {{'Division': {DIVISION}}}) AS VARCHAR)"),
    }


def _what(request: Request) -> Booking:
    details = "CAST(json_merge_patch('{}', to_json({'InstanceType': instance, 'OperatingSystem': system})) AS VARCHAR)"
    return {
        "AvailabilityZone": Booked("zone"),
        "RegionId": Booked("region"),
        "RegionName": Booked("location"),
        "ResourceId": Booked("resource"),
        "ResourceType": Booked("NULLIF(family, '')"),
        "ServiceName": Booked("product_name"),
        "ServiceCategory": Booked("category"),
        "SkuId": Booked("sku"),
        "SkuMeter": Booked("usage_type"),
        "SkuPriceId": Booked("rate_code"),
        "SkuPriceDetails": Booked(f"CASE WHEN instance IS NOT NULL THEN {details} END"),
        "x_SourceType": Booked("kind"),
        "x_SourceCost": Booked("cash", Sort.UNITS),
        "x_ServiceCode": Booked("service"),
        "x_UsageType": Booked("usage_type"),
        "x_Operation": Booked("operation"),
        "x_InstanceType": Booked("instance"),
        "x_OperatingSystem": Booked("system"),
        "x_SplitParentId": Booked("split_parent"),
        "x_SplitCost": Booked("net_split" if request.edp is Edp.NET else "split_cost", Sort.UNITS),
    }
