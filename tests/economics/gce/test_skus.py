"""What SKUs are for, by descriptions as Google's catalog and bills have them."""

import pytest

from costopt.economics.gce.skus import sku_unit


@pytest.mark.parametrize(
    ("description", "item", "unit"),
    [
        ("N1 Predefined Instance Core running in Americas", "n1_vcpu", "vCPU-hour"),
        ("N1 Predefined Instance Ram running in Berlin", "n1_memory", "GiB-hour"),
        ("Custom Instance Core running in Los Angeles", "n1_custom_vcpu", "vCPU-hour"),
        ("Custom Extended Instance Ram running in Los Angeles", "n1_extended_memory", "GiB-hour"),
        ("Spot Preemptible Custom Instance Core running in Dammam", "n1_custom_vcpu_spot", "vCPU-hour"),
        ("Custom E2 Instance Core running in Iowa", "e2_custom_vcpu", "vCPU-hour"),
        ("N2 Instance Core running in Netherlands", "n2_vcpu", "vCPU-hour"),
        ("N2 Custom Instance Ram running in Singapore", "n2_custom_memory", "GiB-hour"),
        ("N2D AMD Custom Extended Instance Ram running in Singapore", "n2d_extended_memory", "GiB-hour"),
        ("Spot Preemptible N2D AMD Instance Ram running in Americas", "n2d_memory_spot", "GiB-hour"),
        ("Compute optimized Core running in Madrid", "c2_vcpu", "vCPU-hour"),
        ("Compute optimized Instance Ram running in Mexico", "c2_memory", "GiB-hour"),
        ("Memory-optimized Instance Ram running in Tokyo", "m1_memory", "GiB-hour"),
        ("M3 Memory-optimized Instance Core running in Iowa", "m3_vcpu", "vCPU-hour"),
        ("C4A Arm Instance Core running in Iowa", "c4a_vcpu", "vCPU-hour"),
        ("Commitment v1: N2 Cpu in Americas for 1 Year", "n2_vcpu_cud_1y", "vCPU-hour"),
        ("Commitment v1: Cpu in Montreal for 3 Year", "n1_vcpu_cud_3y", "vCPU-hour"),
        ("Commitment: Compute optimized Ram in Iowa for 3 Years", "c2_memory_cud_3y", "GiB-hour"),
        ("Micro Instance with burstable CPU running in Americas", "f1_micro", "hour"),
        ("Spot Preemptible Small Instance with 1 VCPU running in Iowa", "g1_small_spot", "hour"),
        ("Nvidia Tesla T4 GPU running in Americas", "gpu_t4", "hour"),
        ("Nvidia H100 80GB GPU attached to Spot Preemptible VMs running in Iowa", "gpu_h100_80gb_spot", "hour"),
        ("Commitment v1: Nvidia L4 GPU running in Iowa for 1 Year", "gpu_l4_cud_1y", "hour"),
        ("SSD backed Local Storage in Iowa", "local_ssd", "GiB-month"),
        ("SSD backed Local Storage running in Paris", "local_ssd", "GiB-month"),
        ("Commitment v1: Local SSD in Iowa for 3 Year", "local_ssd_cud_3y", "GiB-month"),
        ("Regional Balanced PD Capacity in Iowa", "pd_balanced_regional", "GiB-month"),
        ("Storage Image in EU", "image", "GiB-month"),
        ("Static Ip Charge in Iowa", "address_unused", "hour"),
        ("External IP Charge on a Standard VM", "address_in_use", "hour"),
    ],
)  # fmt: skip
def test_a_known_sku_is_an_item_of_the_price_book(description: str, item: str, unit: str) -> None:
    found = sku_unit(description)
    assert found is not None
    assert (found.item, found.unit) == (item, unit)


@pytest.mark.parametrize(
    "description",
    [
        "N2 Sole Tenancy Instance Core running in Americas",
        "Hyperdisk Balanced IOPS in Confidential Mode in Mumbai",
        "Sole Tenancy Instance Ram running in Iowa",
        "Memory Optimized Upgrade Premium for Memory-optimized Instance Core running in Singapore",
        "M4Ultramem224 Instance Core running in Americas",
        "Reserved A3 Instance Core running in Iowa",
        "A3 Instance Core running in Iowa (DWS Calendar Mode)",
        "Instance Core running in Iowa",
        "N2 Instance Core",
        "Commitment v1: N2 Cpu in Americas for 2 Years",
        "Licensing Fee for Windows Server 2019 Datacenter Edition (CPU cost)",
        "Network Internet Data Transfer Out from Americas to EMEA",
        "N2 Instance Core running in Iowa\n",
        "",
    ],
)
def test_what_is_not_known_is_not_guessed(description: str) -> None:
    assert sku_unit(description) is None
