"""`find_machines`: what meets the demand on Compute Engine, cheapest month first, custom types among it."""

from decimal import Decimal

import pytest

from costopt.economics.gce.machines import predefined_types
from costopt.errors import UsageError
from costopt.prices.catalog import Catalog, open_catalog
from costopt.prices.find import Demand
from costopt.prices.find_gce import FoundMachines, find_machines


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


def find(catalog: Catalog, region: str = "europe-west4", **demand: object) -> FoundMachines:
    return find_machines(catalog, Demand(**demand), region=region, regions=catalog.google_regions)  # type: ignore[arg-type]


def test_six_vcpus_and_twenty_gib_in_the_netherlands(catalog: Catalog) -> None:
    """E2, whose custom types cost 5 % more than predefined ones: 1.05 x (6 x 0.02401338 + 20 x 0.00321816)."""
    found = find(catalog, vcpu=6, memory_gib=20)
    best = found.offers[0]
    assert best.machine.name == "e2-custom-6-20480"
    assert best.costs.on_demand.amount == Decimal("0.218865654")
    assert best.costs.month == Decimal("0.218865654") * 730
    months = [offer.costs.month for offer in found.offers]
    assert months == sorted(months)
    assert all(offer.machine.vcpu >= 6 and offer.machine.memory_gib >= 20 for offer in found.offers)


def test_a_month_is_compared_after_the_discounts_that_come_by_themselves(catalog: Catalog) -> None:
    """N1's 8 vCPUs and 30 GiB cost more by the hour than E2's 8 and 32, and less by the month."""
    names = [offer.machine.name for offer in find(catalog, vcpu=8, memory_gib=30).offers]
    by_name = {offer.machine.name: offer.costs for offer in find(catalog, vcpu=8, memory_gib=30).offers}
    assert by_name["n1-standard-8"].on_demand.amount > by_name["e2-standard-8"].on_demand.amount
    assert names.index("n1-standard-8") < names.index("e2-standard-8")


def test_nothing_that_would_do_is_left_out(catalog: Catalog) -> None:
    found = find(catalog, vcpu=8, memory_gib=32)
    named = {offer.machine.name for offer in found.offers} | set(found.unpriced)
    wanted = {one.name for one in predefined_types() if one.vcpu >= 8 and one.memory_gib >= 32 and not one.gpus}
    assert wanted <= named
    assert "c4n-standard-16" in found.unpriced


def test_a_shared_core_is_left_out_where_a_whole_one_is_asked_for(catalog: Catalog) -> None:
    assert find(catalog, vcpu=2).offers[0].machine.name == "e2-micro"
    assert not find(catalog, vcpu=1, burstable=False).offers[0].machine.shared_core


def test_an_architecture_that_no_price_is_known_for_is_unpriced_and_not_wrong(catalog: Catalog) -> None:
    found = find(catalog, "me-west1", vcpu=4, architecture="arm64")
    assert not found.offers
    assert "t2a-standard-4" in found.unpriced
    assert {offer.machine.architecture for offer in find(catalog, vcpu=4, architecture="arm64").offers} == {"arm64"}


@pytest.mark.parametrize("region", ["europe-west", "eu-west-1", "mars-east1"])
def test_an_unknown_region_is_named_with_what_may_be_meant(catalog: Catalog, region: str) -> None:
    with pytest.raises(UsageError, match=region) as refused:
        find(catalog, region=region)
    assert "Did you mean" in refused.value.hint or "Known:" in refused.value.hint


def test_accelerators_are_asked_for_or_left_out(catalog: Catalog) -> None:
    offered = [offer.machine for offer in find(catalog, gpus=2).offers]
    assert {"g2-standard-24", "a2-highgpu-2g"} <= {machine.name for machine in offered}
    assert all(machine.gpus >= 2 for machine in offered)
    assert not any(offer.machine.gpus for offer in find(catalog, vcpu=12).offers)
    assert {offer.machine.gpu_name for offer in find(catalog, gpus=1, gpu_name="L4").offers} == {"l4"}
