"""External addresses of Google Cloud: who uses them, and who is charged."""

from typing import Any

import pytest

from costopt.model.terraform import UNKNOWN
from tests.terraform.cost.made import costs, quantities, resource


def test_an_address_says_who_uses_it() -> None:
    access = {"nat_ip": UNKNOWN}
    told = {"network_interface[0].access_config[0].nat_ip": ("google_compute_address.a.address",)}
    machine = resource(
        "google_compute_instance.m",
        references=told,
        network_interface=[{"access_config": [access]}],
        scheduling=[{"provisioning_model": "SPOT"}],
    )
    address = resource("google_compute_address.a")
    assert quantities(address) == {"IP address (unused)": 730}
    assert quantities(address, machine) == {"IP address (preemptible VM)": 730}
    assert costs(resource("google_compute_address.a", address_type="INTERNAL"))["google_compute_address.a"].free


@pytest.mark.parametrize("kind", ["google_compute_forwarding_rule", "google_compute_global_forwarding_rule"])
def test_the_address_of_a_forwarding_rule_is_free(kind: str) -> None:
    told = {"ip_address": ("google_compute_global_address.a.address", "google_compute_global_address.a")}
    rule = resource(f"{kind}.r", references=told, ip_address=UNKNOWN)
    address = resource("google_compute_global_address.a")
    assert quantities(address) == {"IP address (unused)": 730}
    assert costs(address, rule)["google_compute_global_address.a"].free


def test_every_address_of_a_gateway_is_in_use() -> None:
    told = {"nat_ips": ("google_compute_address.a",)}
    gateway = resource("google_compute_router_nat.n", references=told, nat_ips=UNKNOWN)
    pair = [resource(f"google_compute_address.a[{number}]") for number in (0, 1)]
    for one, other in (pair, reversed(pair)):
        assert quantities(one, other, gateway) == {"IP address (Cloud NAT)": 730}


def test_a_gateway_that_names_its_addresses_uses_them_alone() -> None:
    gateway = resource("google_compute_router_nat.n", nat_ips=["https://compute/a"])
    held = resource("google_compute_address.a", self_link="https://compute/a")
    other = resource("google_compute_address.b", self_link="https://compute/b")
    assert quantities(held, gateway) == {"IP address (Cloud NAT)": 730}
    assert quantities(other, gateway) == {"IP address (unused)": 730}


@pytest.mark.parametrize(("count", "spot"), [(1, False), (2, True)])
def test_a_machine_pays_for_the_addresses_that_it_gets_while_it_runs(count: int, spot: bool) -> None:
    got = [{"access_config": [{}]}] * count
    scheduling = [{"provisioning_model": "SPOT" if spot else "STANDARD"}]
    machine = resource(
        "google_compute_instance.m", machine_type="e2-small", network_interface=got, scheduling=scheduling
    )
    used = quantities(machine, usage={machine.address: {"monthly_hrs": 100}})
    assert used[f"IP address (ephemeral, {'preemptible' if spot else 'on-demand'})"] == count * 100


@pytest.mark.parametrize("nat_ip", [UNKNOWN, "a"])
def test_a_reserved_address_is_not_charged_with_its_machine_too(nat_ip: Any) -> None:
    told = {"network_interface[0].access_config[0].nat_ip": ("google_compute_address.a.address",)}
    address = resource("google_compute_address.a", name="a")
    machine = resource(
        "google_compute_instance.m",
        references=told if nat_ip is UNKNOWN else None,
        machine_type="e2-small",
        network_interface=[{"access_config": [{"nat_ip": nat_ip}]}],
    )
    assert not any("IP address" in name for name in quantities(machine, address))
    assert quantities(address, machine) == {"IP address (standard VM)": 730}


def test_the_machines_of_a_group_get_an_address_each() -> None:
    interface = [{"access_config": [{}]}]
    template = resource(
        "google_compute_instance_template.t", id="t", machine_type="e2-small", network_interface=interface
    )
    group = resource("google_compute_instance_group_manager.g", version=[{"instance_template": "t"}], target_size=3)
    assert quantities(group, template)["IP address (ephemeral, on-demand)"] == 3 * 730


def test_an_address_is_on_demand_beside_a_machine_that_has_a_commitment() -> None:
    got = [{"access_config": [{}]}]
    machine = resource("google_compute_instance.m", machine_type="n2-standard-4", network_interface=got)
    found = quantities(machine, usage={machine.address: {"purchase_option": "cud_1y"}})
    assert found["IP address (ephemeral, on-demand)"] == 730


def test_addresses_of_ipv6_are_free() -> None:
    assert costs(resource("google_compute_address.a", ip_version="IPV6"))["google_compute_address.a"].free


def test_an_address_that_a_state_names_is_charged_once() -> None:
    address = resource("google_compute_address.a", name="a", address="192.0.2.7")
    interface = [{"access_config": [{"nat_ip": "192.0.2.7"}]}]
    machine = resource("google_compute_instance.m", machine_type="e2-small", network_interface=interface)
    assert not any("IP address" in name for name in quantities(machine, address))
    assert quantities(address, machine) == {"IP address (standard VM)": 730}
