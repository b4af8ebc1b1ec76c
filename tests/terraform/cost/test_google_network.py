"""Cloud NAT and forwarding rules of Google Cloud, by hand from the prices of the catalog."""

from decimal import Decimal
from typing import Any

import pytest

from costopt.model.terraform import UNKNOWN
from costopt.model.terraform_cost import ResourceCost
from tests.terraform.cost.made import costs, quantities, resource

CENT = Decimal("0.01")


def gateway(**values: Any) -> Any:
    return resource("google_compute_router_nat.n", **{"region": "europe-west4", **values})


def rules(count: int, *, kind: str = "google_compute_global_forwarding_rule", **values: Any) -> list[Any]:
    return [resource(f"{kind}.r{place}", **{"region": "us-central1", **values}) for place in range(count)]


def monthly(found: ResourceCost, words: str) -> Decimal | None:
    (line,) = (one for one in found.lines if words in one.component.name)
    return None if line.monthly is None else line.monthly.quantize(CENT)


def test_a_gateway_costs_its_machines_and_what_passes_through_it() -> None:
    usage = {"google_compute_router_nat.n": {"assigned_vms": 4, "data_processed_gb": 1_000}}
    found = costs(gateway(), usage=usage)["google_compute_router_nat.n"]
    assert monthly(found, "Assigned VMs") == Decimal("4.09")  # 4 x 730 x 0.0014
    assert monthly(found, "Data processed") == Decimal("45.00")  # 1,000 x 0.045


@pytest.mark.parametrize(("machines", "charged"), [(31, 31), (32, 32), (33, 32), (400, 32)])
def test_more_than_32_machines_cost_as_much_as_32(machines: int, charged: int) -> None:
    usage = {"google_compute_router_nat.n": {"assigned_vms": machines}}
    assert quantities(gateway(), usage=usage)["Assigned VMs (first 32)"] == charged * 730


def test_what_only_use_tells_of_a_gateway_is_asked_for_and_not_counted_as_nothing() -> None:
    found = costs(gateway(nat_ip_allocate_option="AUTO_ONLY"))["google_compute_router_nat.n"]
    assert set(dict(found.unpriced())) == {"Assigned VMs (first 32)", "Data processed", "IP addresses"}


@pytest.mark.parametrize(
    ("count", "together"),
    [(1, "18.25"), (2, "18.25"), (5, "18.25"), (6, "25.55"), (8, "40.15")],  # 730 x 0.025, and 730 x 0.01 for each more
)
def test_five_global_rules_cost_as_much_as_one_and_each_more_has_its_price(count: int, together: str) -> None:
    found = costs(*rules(count)).values()
    total = sum((line.monthly or Decimal(0) for one in found for line in one.lines), Decimal(0))
    assert total.quantize(CENT) == Decimal(together)


def test_the_first_five_of_a_region_are_a_gap_and_those_beyond_are_priced() -> None:
    found = costs(*rules(6, kind="google_compute_forwarding_rule"))
    missing = [dict(one.unpriced()).get("Forwarding rules (share of the first five)") for one in found.values()]
    assert [reason is None for reason in missing] == [False] * 5 + [True]
    last = found["google_compute_forwarding_rule.r5"]
    assert monthly(last, "beyond five") == Decimal("7.30")


def test_rules_of_another_region_have_five_of_their_own() -> None:
    kind = "google_compute_forwarding_rule"
    other = resource(f"{kind}.z", region="us-east1")
    found = costs(*rules(5, kind=kind), other)[f"{kind}.z"]
    (line,) = (one for one in found.lines if "first five" in one.component.name)
    assert line.component.per == 1


@pytest.mark.parametrize("project", [{"project": "b"}, {"references": {"project": ("google_project.b.project_id",)}}])
def test_rules_of_another_project_have_five_of_their_own(project: dict[str, Any]) -> None:
    kind = "google_compute_global_forwarding_rule"
    other = resource(f"{kind}.z", region="us-central1", **{"project": UNKNOWN, **project})
    own = {"google": {"project": "a"}}
    assert monthly(costs(*rules(3), other, providers=own)[other.address], "first five") == Decimal("18.25")
    same = resource(other.address, region="us-central1", project="a")
    assert monthly(costs(*rules(3), same, providers=own)[same.address], "first five") == Decimal("4.56")  # a quarter


def test_the_traffic_of_a_region_is_priced_and_that_of_a_global_balancer_is_not_guessed() -> None:
    told = {"monthly_ingress_data_gb": 100, "monthly_egress_data_gb": 50}
    (regional,) = rules(1, kind="google_compute_forwarding_rule")
    found = costs(regional, usage={regional.address: told})[regional.address]
    assert monthly(found, "Inbound") == Decimal("0.80")  # 100 x 0.008
    assert monthly(found, "Outbound") == Decimal("0.40")
    (worldwide,) = rules(1)
    assert monthly(costs(worldwide, usage={worldwide.address: told})[worldwide.address], "Inbound") is None


@pytest.mark.parametrize(
    "values",
    [
        {"load_balancing_scheme": "INTERNAL_MANAGED"},
        {"load_balancing_scheme": "INTERNAL_SELF_MANAGED"},
        {"target": "all-apis"},
        {"target": "projects/p/regions/us-central1/serviceAttachments/a"},
    ],
)
def test_rules_of_other_products_are_told_and_take_no_share(values: dict[str, str]) -> None:
    (other,) = rules(1, **values)
    plain = resource("google_compute_global_forwarding_rule.z", region="us-central1")
    found = costs(other, plain)
    assert "Forwarding rule" in dict(found[other.address].unpriced())
    assert monthly(found[plain.address], "first five") == Decimal("18.25")
