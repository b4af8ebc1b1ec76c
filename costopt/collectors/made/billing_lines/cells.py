"""What lines of the made bill have in common: whose they are, what they are for, at which price."""

import json
from decimal import Decimal
from hashlib import sha256

from costopt.collectors.made import people
from costopt.collectors.made.billing_lines.charges import Charge
from costopt.collectors.made.billing_lines.coverage import Bought
from costopt.collectors.made.billing_lines.lines import Cells
from costopt.collectors.made.billing_lines.meters import EC2, ELASTICACHE, RDS, REGION_NAMES, Service, prefixed
from costopt.model.focus import ChargeCategory
from costopt.model.specs.commitment import Commitment, CommitmentKind

PAYER = people.PROD
"""The account that pays for all and owns the commitments."""
_RESERVED = {
    "ec2": (EC2, "reserved-instances/{id}", "HeavyUsage"),
    "rds": (RDS, "ri:{id}", "HeavyUsage"),
    "elasticache": (ELASTICACHE, "reserved-instance:{id}", "HeavyUsage"),
}
"""Service, end of the ARN and usage type of reservations."""
_PLANS = {
    CommitmentKind.COMPUTE_SP: Service("ComputeSavingsPlans", "Savings Plans for AWS Compute usage", "Compute"),
    CommitmentKind.EC2_INSTANCE_SP: Service("ComputeSavingsPlans", "Savings Plans for AWS Compute usage", "Compute"),
}


def _sku(*parts: str) -> str:
    """An id in the form of AWS's SKUs: the same for the same meter and price."""
    return sha256("/".join(parts).encode()).hexdigest()[:16].upper()


def account_cells(account: str) -> dict[str, object]:
    """Whose a line is and who sends it."""
    return {
        "BillingAccountId": PAYER,
        "BillingAccountName": people.COMPANY.capitalize(),
        "BillingAccountType": "Management Account",
        "BillingCurrency": "USD",
        "InvoiceIssuerName": "Amazon Web Services, Inc.",
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services, Inc.",
        "SubAccountId": account,
        "SubAccountName": f"{people.COMPANY}-{people.ACCOUNTS.get(account, account)}",
        "SubAccountType": "Member Account",
        "Tags": "{}",
    }


def service_cells(service: Service) -> dict[str, object]:
    """What a line is for."""
    return {"ServiceName": service.name, "ServiceCategory": service.category, "x_ServiceCode": service.code}


def _prices(listed: Decimal, contracted: Decimal) -> dict[str, object]:
    return {"ListUnitPrice": float(listed), "ContractedUnitPrice": float(contracted)}


def usage_cells(charge: Charge) -> Cells:
    """Cells of usage at standard prices."""
    resource, meter, usage = charge.resource, charge.meter, charge.term.usage
    price = charge.term.price.amount
    sku = _sku(meter.service.code, meter.usage_type, meter.operation)
    details = {"InstanceType": usage.instance_type} if usage and "." in usage.instance_type else {}
    if usage and usage.service == "ec2":
        details["OperatingSystem"] = usage.variant.capitalize()
    return {
        **account_cells(resource.account),
        **service_cells(meter.service),
        **_prices(price, price * (1 - charge.discount)),
        "AvailabilityZone": usage.availability_zone if usage else None,
        "ChargeCategory": ChargeCategory.USAGE.value,
        "ChargeDescription": f"${price:f} per {meter.unit}, {charge.term.label}",
        "ChargeFrequency": "Usage-Based",
        "ConsumedUnit": meter.unit,
        "PricingCategory": "Standard",
        "PricingUnit": meter.unit,
        "RegionId": resource.region,
        "RegionName": REGION_NAMES.get(resource.region),
        "ResourceId": charge.bill_id,
        "ResourceName": resource.name,
        "ResourceType": meter.resource_type,
        "SkuId": sku,
        "SkuMeter": meter.usage_type,
        "SkuPriceDetails": json.dumps(details, sort_keys=True) if details else None,
        "SkuPriceId": f"{sku}.{_sku(str(price))[:10]}",
        "Tags": json.dumps(dict(resource.tags or {}), sort_keys=True),
        "x_Operation": meter.operation or None,
        "x_UsageType": meter.usage_type,
    }


def covered_cells(charge: Charge, bought: Bought) -> Cells:
    """Cells of usage that a commitment pays for."""
    used = {"PricingCategory": "Committed", "CommitmentDiscountStatus": "Used"}
    return {**usage_cells(charge), **_commitment(bought), **used}


def unused_cells(bought: Bought) -> Cells:
    """Cells of what of a commitment nobody used; it has no price of its own, its purchase has."""
    unused = {"ChargeCategory": ChargeCategory.USAGE.value, "ChargeFrequency": "Usage-Based"}
    status = {"CommitmentDiscountStatus": "Unused", "ChargeDescription": f"Unused: {_name(bought.owned.spec)}"}
    return {**_bought(bought), **_prices(Decimal(0), Decimal(0)), **unused, **status}


def purchase_cells(bought: Bought) -> Cells:
    """Cells of the recurring fee of a commitment."""
    return {
        **_bought(bought),
        **(_prices(Decimal(1), Decimal(1)) if bought.is_plan else _prices(bought.hourly, bought.hourly)),
        "ChargeCategory": ChargeCategory.PURCHASE.value,
        "ChargeDescription": f"Recurring fee: {_name(bought.owned.spec)}",
        "ChargeFrequency": "Recurring",
    }


def _bought(bought: Bought) -> dict[str, object]:
    """What fee and unused part of a commitment have in common."""
    spec, region = bought.owned.spec, bought.owned.spec.region
    service = _service(spec)
    usage_type = _usage_type(bought)
    sku = _sku(service.code, usage_type)
    return {
        **account_cells(bought.account),
        **service_cells(service),
        **_commitment(bought),
        "PricingCategory": "Committed",
        "PricingUnit": "USD" if bought.is_plan else "Hrs",
        "RegionId": region,
        "RegionName": REGION_NAMES.get(region or ""),
        "ResourceId": arn_of(bought),
        "ResourceType": "Savings Plan" if bought.is_plan else "Reserved Instance",
        "SkuId": sku,
        "SkuMeter": usage_type,
        "SkuPriceId": f"{sku}.{_sku(str(bought.hourly))[:10]}",
        "x_UsageType": usage_type,
    }


def _commitment(bought: Bought) -> dict[str, object]:
    unit = "USD" if bought.is_plan else "Normalized Hours" if bought.owned.flexible else "Hours"
    return {
        "CommitmentDiscountCategory": "Spend" if bought.is_plan else "Usage",
        "CommitmentDiscountId": arn_of(bought),
        "CommitmentDiscountName": _name(bought.owned.spec),
        "CommitmentDiscountType": _type(bought.owned.spec),
        "CommitmentDiscountUnit": unit,
    }


def arn_of(bought: Bought) -> str:
    """Id of a commitment in the bill."""
    one, spec = bought.owned, bought.owned.spec
    if bought.is_plan:
        return f"arn:aws:savingsplans::{bought.account}:savingsplan/{one.id}"
    end = _RESERVED[spec.service][1].format(id=one.id)
    return f"arn:aws:{spec.service}:{spec.region or one.region}:{bought.account}:{end}"


def _service(spec: Commitment) -> Service:
    return _PLANS[spec.commitment_kind] if spec.commitment_kind in _PLANS else _RESERVED[spec.service][0]


def _type(spec: Commitment) -> str:
    names = {CommitmentKind.COMPUTE_SP: "Compute Savings Plan", CommitmentKind.EC2_INSTANCE_SP: "EC2 Savings Plan"}
    return names.get(spec.commitment_kind, "Reserved Instance")


def _name(spec: Commitment) -> str:
    """What people call a commitment."""
    if spec.instance_type:
        return f"{spec.count} x {spec.instance_type} {spec.platform}"
    family = f" {spec.instance_family}" if spec.instance_family else ""
    return f"{_type(spec)}{family}, {spec.hourly_commitment} USD/h"


def _usage_type(bought: Bought) -> str:
    spec = bought.owned.spec
    if spec.commitment_kind is CommitmentKind.COMPUTE_SP:
        return "ComputeSP:1yrNoUpfront"
    if spec.commitment_kind is CommitmentKind.EC2_INSTANCE_SP:
        return f"EC2SP:{spec.instance_family}.{spec.region}:1yrNoUpfront"
    return prefixed(spec.region or bought.owned.region, f"{_RESERVED[spec.service][2]}:{spec.instance_type}")
