"""Facts of Google's services that are built in beside those of machines, as they were published."""

from decimal import Decimal

import pytest

from costopt.economics.tpu_cost import tpu_size
from costopt.errors import PriceNotFound
from costopt.model.price import Quality
from costopt.prices.catalog import Catalog, open_catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


@pytest.mark.parametrize(
    ("accelerator", "region", "usd", "quality"),
    [
        # Dollars an hour as skypilot-catalog has them of whole slices, in 2026.
        ("v2-8", "us-central1", "4.5", Quality.LIST),
        ("v2-32", "us-central1", "24", Quality.LIST),
        ("v3-2048", "europe-west4", "2048", Quality.LIST),
        ("v4-8", "us-central2", "12.88", Quality.LIST),
        ("v5litepod-256", "europe-west4", "399.36", Quality.LIST),
        ("v5litepod-8", "asia-east1", "11.11584", Quality.ESTIMATE),  # which nothing else confirms
        ("v5p-12288", "us-east5", "25804.8", Quality.LIST),
        ("v5p-12288", "europe-west1", "27398.89152", Quality.ESTIMATE),
        ("v6e-8", "asia-northeast1", "25.92", Quality.LIST),
    ],
)
def test_a_slice_of_tpus_costs_what_its_chips_do(
    catalog: Catalog, accelerator: str, region: str, usd: str, quality: Quality
) -> None:
    size = tpu_size(accelerator)
    price = catalog.unit("tpu", size.item, region)
    assert (price.amount * size.chips, price.quality) == (Decimal(usd), quality)


def test_spot_prices_of_tpus_are_estimates(catalog: Catalog) -> None:
    price = catalog.unit("tpu", "v6e_chip_spot", "us-east5")
    assert (price.amount, price.quality) == (Decimal("1.27575"), Quality.ESTIMATE)  # 326.592 for 256 chips


@pytest.mark.parametrize(
    ("item", "region"),
    [
        ("v5e_chip", "us-south1"),  # 1.2 in one reading, 1.416 in another
        ("v2_pod_chip", "europe-west4"),  # 1.5 and 1.65
        ("v3_pod_chip", "us-east1"),  # assumed to be that of Iowa by the one that has it
        ("v6e_chip", "asia-east1"),
    ],
)
def test_what_readings_do_not_agree_on_is_a_gap(catalog: Catalog, item: str, region: str) -> None:
    with pytest.raises(PriceNotFound):
        catalog.unit("tpu", item, region)


@pytest.mark.parametrize("region", ["us-central1", "europe-north2", "asia-southeast3"])
def test_licences_and_gateways_cost_the_same_in_every_region(catalog: Catalog, region: str) -> None:
    assert catalog.unit("gce", "licence_rhel_vcpu_9_to_127", region).amount == Decimal("0.0108")
    assert catalog.unit("cloud_nat", "vm_hour", region).amount == Decimal("0.0014")
    assert catalog.unit("cloud_lb", "global_rules_first_five", region).amount == Decimal("0.025")
