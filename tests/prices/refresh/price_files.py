"""Price files with the structure of AWS's own, made small; and a company's worth of prices to fill them with.

The prices of m5, c5 and r5 in us-east-1 are the published ones of 2025; other regions are 1.1 times that.
"""

import json
from decimal import Decimal
from typing import Any

PUBLISHED = "2026-11-01T21:00:00Z"
LARGE = {"m5": Decimal("0.096"), "c5": Decimal("0.085"), "r5": Decimal("0.126")}
SIZES = {"large": 1, "xlarge": 2, "2xlarge": 4, "4xlarge": 8, "8xlarge": 16, "12xlarge": 24, "16xlarge": 32}
PREFIX = {"us-east-1": "", "eu-west-1": "EU-", "us-west-2": "USW2-"}
RI_RATIOS = {
    ("1yr", "No Upfront"): Decimal("0.63"),
    ("1yr", "Partial Upfront"): Decimal("0.60"),
    ("1yr", "All Upfront"): Decimal("0.588"),
    ("3yr", "No Upfront"): Decimal("0.432"),
    ("3yr", "Partial Upfront"): Decimal("0.40"),
    ("3yr", "All Upfront"): Decimal("0.376"),
}
OS_OPERATION = {"Linux": "RunInstances", "Windows": "RunInstances:0002", "RHEL": "RunInstances:0010"}


class OfferFile:
    """Builds a region's file of one service."""

    def __init__(self, region: str, offer_code: str = "AmazonEC2") -> None:
        self.region = region
        self.head = {
            "formatVersion": "v1.0",
            "disclaimer": "This pricing list is for informational purposes only.",
            "offerCode": offer_code,
            "version": "20261101210000",
            "publicationDate": PUBLISHED,
        }
        self.products: dict[str, Any] = {}
        self.on_demand: dict[str, Any] = {}
        self.reserved: dict[str, Any] = {}

    def product(self, family: str, usage: str, **attributes: str) -> str:
        sku = f"SKU{len(self.products):013d}"
        self.products[sku] = {
            "sku": sku,
            "productFamily": family,
            "attributes": {
                "servicecode": self.head["offerCode"],
                "location": "Somewhere",
                "locationType": "AWS Region",
                "usagetype": PREFIX[self.region] + usage,
                "regionCode": self.region,
                **attributes,
            },
        }
        return sku

    def price(self, sku: str, usd: object, unit: str = "Hrs", *, currency: str = "USD", begin: str = "0") -> None:
        code = f"{sku}.JRTCKXETXF"
        term = self.on_demand.setdefault(sku, {}).setdefault(
            code, {"offerTermCode": "JRTCKXETXF", "sku": sku, "priceDimensions": {}, "termAttributes": {}}
        )
        rate = f"{code}.{len(term['priceDimensions'])}"
        term["priceDimensions"][rate] = {
            "rateCode": rate,
            "description": "a price",
            "beginRange": begin,
            "endRange": "Inf",
            "unit": unit,
            "pricePerUnit": {currency: str(usd)},
            "appliesTo": [],
        }

    def reserve(
        self, sku: str, length: str, payment: str, *, fee: object = None, hourly: object = None, kind: str = "standard"
    ) -> None:
        code = f"{sku}.{length}{payment}{kind}"
        dimensions = {}
        if fee is not None:
            dimensions["fee"] = {"unit": "Quantity", "pricePerUnit": {"USD": str(fee)}}
        if hourly is not None:
            dimensions["hours"] = {"unit": "Hrs", "beginRange": "0", "pricePerUnit": {"USD": str(hourly)}}
        self.reserved.setdefault(sku, {})[code] = {
            "offerTermCode": code,
            "sku": sku,
            "priceDimensions": dimensions,
            "termAttributes": {"LeaseContractLength": length, "OfferingClass": kind, "PurchaseOption": payment},
        }

    def machine(self, name: str, system: str = "Linux", **attributes: str) -> str:
        return self.product(
            "Compute Instance",
            f"BoxUsage:{name}",
            **{
                "instanceType": name,
                "instanceFamily": "General purpose",
                "tenancy": "Shared",
                "operatingSystem": system,
                "licenseModel": "No License required",
                "capacitystatus": "Used",
                "preInstalledSw": "NA",
                "operation": OS_OPERATION.get(system, "RunInstances"),
                "marketoption": "OnDemand",
                **attributes,
            },
        )

    def content(self) -> dict[str, Any]:
        terms = {"OnDemand": self.on_demand, "Reserved": self.reserved}
        return {**self.head, "products": self.products, "terms": terms, "attributesList": {}}

    def body(self) -> bytes:
        return json.dumps(self.content(), indent=1).encode()


def region_factor(region: str) -> Decimal:
    return Decimal(1) if region == "us-east-1" else Decimal("1.1")


def ec2_file(region: str) -> OfferFile:
    """21 Linux types with every standard reservation, gp3, snapshots, a NAT gateway, and products of no interest."""
    file = OfferFile(region)
    for family, large in LARGE.items():
        for size, times in SIZES.items():
            usd = large * times * region_factor(region)
            sku = file.machine(f"{family}.{size}")
            file.price(sku, usd)
            for (length, payment), ratio in RI_RATIOS.items():
                hours = 8760 * int(length[0])
                total = usd * ratio
                share = {"No Upfront": Decimal(0), "Partial Upfront": Decimal("0.5"), "All Upfront": Decimal(1)}[
                    payment
                ]
                fee = total * share * hours if share else None
                file.reserve(sku, length, payment, fee=fee, hourly=total * (1 - share))
            dedicated = file.machine(f"{family}.{size}", tenancy="Dedicated")
            file.price(dedicated, usd * 2)
    volume = file.product("Storage", "EBS:VolumeUsage.gp3", volumeApiName="gp3")
    file.price(volume, Decimal("0.08") * region_factor(region), "GB-Mo")
    speed = file.product("Provisioned Throughput", "EBS:VolumeP-Throughput.gp3", volumeApiName="gp3")
    file.price(speed, Decimal("40.96") * region_factor(region), "GiBps-mo")
    file.price(file.product("Storage Snapshot", "EBS:SnapshotUsage"), Decimal("0.05"), "GB-Mo")
    file.price(file.product("NAT Gateway", "NatGateway-Hours"), Decimal("0.045") * region_factor(region))
    return file


def rds_file(region: str) -> OfferFile:
    """MySQL on one zone and two, and its gp3 storage."""
    file = OfferFile(region, "AmazonRDS")
    for times, (deployment, usage) in enumerate({"Single-AZ": "InstanceUsage", "Multi-AZ": "Multi-AZUsage"}.items()):
        sku = file.product(
            "Database Instance",
            f"{usage}:db.m5.large",
            instanceType="db.m5.large",
            databaseEngine="MySQL",
            deploymentOption=deployment,
            licenseModel="No license required",
        )
        file.price(sku, Decimal("0.171") * (times + 1) * region_factor(region))
    storage = file.product("Database Storage", "RDS:GP3-Storage", databaseEngine="MySQL", deploymentOption="Single-AZ")
    file.price(storage, Decimal("0.115") * region_factor(region), "GB-Mo")
    return file


def savings_plans_file(region: str) -> dict[str, Any]:
    """One-year no-upfront plans of both kinds for the m5 family: EC2 Instance at the RI's rate, Compute 0.73."""
    plans = {
        "PLANCOMPUTE": ("ComputeSavingsPlans", Decimal("0.73")),
        "PLANEC2": ("EC2InstanceSavingsPlans", Decimal("0.63")),
    }
    products, terms = [], []
    for sku, (family, ratio) in plans.items():
        products.append(
            {
                "sku": sku,
                "productFamily": family,
                "serviceCode": "ComputeSavingsPlans",
                "usageType": f"{family}:1yrNoUpfront",
                "operation": "",
                "attributes": {"purchaseOption": "No Upfront", "granularity": "hourly", "purchaseTerm": "1yr"},
            }
        )
        rates = [
            plan_rate(sku, region, f"m5.{size}", LARGE["m5"] * times * region_factor(region) * ratio)
            for size, times in SIZES.items()
        ]
        terms.append(
            {
                "sku": sku,
                "description": f"1 year No Upfront {family}",
                "effectiveDate": PUBLISHED,
                "leaseContractLength": {"duration": 1, "unit": "year"},
                "rates": rates,
            }
        )
    head = {"version": "20261101210000", "publicationDate": PUBLISHED, "regionCode": region}
    return {**head, "products": products, "terms": {"savingsPlan": terms}}


def plan_rate(sku: str, region: str, name: str, usd: object, **fields: Any) -> dict[str, Any]:
    return {
        "discountedSku": f"D{name}",
        "discountedUsageType": f"{PREFIX[region]}BoxUsage:{name}",
        "discountedOperation": "RunInstances",
        "discountedServiceCode": "AmazonEC2",
        "rateCode": f"{sku}.D{name}",
        "unit": "Hrs",
        "discountedRate": {"price": str(usd), "currency": "USD"},
        "discountedRegionCode": region,
        "discountedInstanceType": name,
        **fields,
    }


def advisor_file(regions: list[str]) -> dict[str, Any]:
    """Spot is 60 % off m5 and 70 % off c5, in every region; r5 is not advised."""
    types = {f"m5.{size}": {"s": 60, "r": 1} for size in SIZES} | {f"c5.{size}": {"s": 70, "r": 0} for size in SIZES}
    return {"instance_types": {}, "ranges": [], "spot_advisor": {region: {"Linux": types} for region in regions}}
