"""What lines of the made projects' bill have in common: whose they are, what they are for, at which price."""

import json
from decimal import Decimal
from hashlib import sha256

from costopt.collectors.made import people
from costopt.collectors.made.billing_lines.lines import Cells
from costopt.collectors.made.billing_lines.meters import Service
from costopt.collectors.made.google.billing_lines import skus
from costopt.collectors.made.google.billing_lines.charges import Charge
from costopt.collectors.made.google.billing_lines.commitments import Committed
from costopt.collectors.made.google.projects import BILLING_ACCOUNT
from costopt.model.focus import ChargeCategory
from costopt.model.resource import Resource

ISSUER = "Google Cloud"
_NUMBERED = {"gce_instance": "instances", "persistent_disk": "disks", "gce_reservation": "reservations"}
"""Kinds that Compute Engine's global names number."""


def _sku(*parts: str) -> str:
    """An id in the form of Google's SKUs: the same for the same meter."""
    digits = sha256("/".join(parts).encode()).hexdigest()[:12].upper()
    return "-".join((digits[:4], digits[4:8], digits[8:]))


def account_cells(account: str) -> dict[str, object]:
    """Whose a line is and who sends it."""
    return {
        "BillingAccountId": BILLING_ACCOUNT,
        "BillingAccountName": people.COMPANY.capitalize(),
        "BillingAccountType": "Billing Account",
        "BillingCurrency": "USD",
        "InvoiceIssuerName": ISSUER,
        "ProviderName": ISSUER,
        "PublisherName": ISSUER,
        "SubAccountId": account,
        "SubAccountName": account,
        "SubAccountType": "Project",
        "Tags": "{}",
    }


def service_cells(service: Service) -> dict[str, object]:
    """What a line is for."""
    return {"ServiceName": service.name, "ServiceCategory": service.category, "x_ServiceCode": service.code}


def _prices(amount: Decimal) -> dict[str, object]:
    return {"ListUnitPrice": float(amount), "ContractedUnitPrice": float(amount)}


def global_name(resource: Resource) -> str:
    """Name of a resource in the bill: its full name, which of Compute Engine ends in its number."""
    name = resource.arn or resource.id
    number = getattr(resource.spec, "number", None)
    if number is None or resource.spec.KIND not in _NUMBERED:
        return name
    return f"{name.rpartition('/')[0]}/{number}"


def usage_cells(charge: Charge) -> Cells:
    """Cells of usage on demand."""
    resource, metered = charge.resource, charge.metered
    region, sku = _region(resource), _sku(metered.service.code, metered.sku)
    return {
        **account_cells(resource.account),
        **service_cells(metered.service),
        **_prices(metered.price.amount),
        "AvailabilityZone": getattr(resource.spec, "zone", None),
        "ChargeCategory": ChargeCategory.USAGE.value,
        "ChargeDescription": metered.sku,
        "ChargeFrequency": "Usage-Based",
        "ConsumedUnit": metered.unit,
        "PricingCategory": "Standard",
        "PricingUnit": metered.unit,
        "RegionId": region,
        "RegionName": skus.PLACES.get(region),
        "ResourceId": global_name(resource),
        "ResourceName": resource.name,
        "ResourceType": resource.spec.KIND.replace("_", " ").capitalize(),
        "SkuId": sku,
        "SkuMeter": metered.sku,
        "SkuPriceId": f"{sku}.{_sku(str(metered.price.amount))}",
        "Tags": json.dumps(dict(resource.tags or {}), sort_keys=True),
    }


def _region(resource: Resource) -> str:
    """Where it is kept: snapshots and images are global, their bytes are not."""
    locations: tuple[str, ...] = getattr(resource.spec, "locations", ())
    return locations[0] if resource.spec.KIND in ("disk_snapshot", "gce_image") else resource.region


def covered_cells(charge: Charge, one: Committed) -> Cells:
    """Cells of usage that a commitment pays for."""
    used = {"PricingCategory": "Committed", "CommitmentDiscountStatus": "Used"}
    return {**usage_cells(charge), **_commitment(one), **used}


def unused_cells(one: Committed) -> Cells:
    """Cells of what of a commitment nobody used; it has no price of its own, its fee has."""
    unused = {"ChargeCategory": ChargeCategory.USAGE.value, "ChargeFrequency": "Usage-Based"}
    status = {"CommitmentDiscountStatus": "Unused", "ChargeDescription": f"Unused: {_fee(one)}"}
    return {**_bought(one), **_prices(Decimal(0)), **unused, **status}


def fee_cells(one: Committed) -> Cells:
    """Cells of the recurring fee of a commitment."""
    recurring = {"ChargeCategory": ChargeCategory.PURCHASE.value, "ChargeFrequency": "Recurring"}
    return {**_bought(one), **_prices(one.price), **recurring, "ChargeDescription": _fee(one)}


def _fee(one: Committed) -> str:
    return skus.commitment_sku(one.series, one.part, one.years, one.resource.region)


def _bought(one: Committed) -> dict[str, object]:
    region, sku = one.resource.region, _sku(skus.COMPUTE.code, _fee(one))
    return {
        **account_cells(one.resource.account),
        **service_cells(skus.COMPUTE),
        **_commitment(one),
        "PricingCategory": "Committed",
        "PricingUnit": "hour" if one.part == "vcpu" else "gibibyte hour",
        "RegionId": region,
        "RegionName": skus.PLACES.get(region),
        "ResourceId": one.resource.arn,
        "ResourceName": one.resource.name,
        "ResourceType": "Commitment",
        "SkuId": sku,
        "SkuMeter": _fee(one),
        "SkuPriceId": f"{sku}.{_sku(str(one.price))}",
    }


def _commitment(one: Committed) -> dict[str, object]:
    return {
        "CommitmentDiscountCategory": "Usage",
        "CommitmentDiscountId": one.resource.arn,
        "CommitmentDiscountName": one.resource.name,
        "CommitmentDiscountType": "Committed Use Discount",
        "CommitmentDiscountUnit": "Hours" if one.part == "vcpu" else "GiB-Hours",
    }
