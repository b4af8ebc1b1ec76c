"""Components of Google's external addresses, by what uses them.

Source: https://cloud.google.com/vpc/network-pricing#ipaddress
"""

from collections.abc import Iterator
from contextlib import suppress

from costopt.economics.gce.machines import SERVICE
from costopt.model.terraform_cost import Component
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.google_machines import Machines, is_preemptible
from costopt.terraform.cost.lines import MONTH, line, unit_rate
from costopt.terraform.cost.reading import NotKnown, Section

_ADDRESSES = ("google_compute_address", "google_compute_global_address")
_RULES = ("google_compute_forwarding_rule", "google_compute_global_forwarding_rule")
_RATES = {
    "unused": "address_unused",
    "preemptible VM": "address_in_use_spot",
    "standard VM": "address_in_use",
    "Cloud NAT": "address_in_use",
}
"""User of an address to the item of the price book; what a forwarding rule holds is not charged."""


def address(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_address`, `google_compute_global_address`: external ones of IPv4, used or not.

    Raises:
        NotKnown: an argument is not known.
    """
    if item.text("address_type", "EXTERNAL") == "INTERNAL" or item.text("ip_version") == "IPV6":
        return
    if item.text("purpose") not in ("", "GCE_ENDPOINT"):
        return  # ranges for peering and the like are not charged as addresses
    user = estate.once("users of addresses", lambda: _users(estate)).get(item.address, "unused")
    if user in _RATES:
        yield line(f"IP address ({user})", MONTH, "hours", unit_rate(SERVICE, _RATES[user]))


def ephemeral_lines(section: Section, machines: Machines, estate: Estate) -> Iterator[Component]:
    """External addresses that machines get while they run; one that is reserved is priced where it is made.

    Args:
        section: the machine, or the template of all of them.
        machines: how many, and for how long.
        estate: all resources.

    Raises:
        NotKnown: how many there are is not known.
    """
    interfaces = section.blocks("network_interface")
    access = [one for interface in interfaces for one in interface.blocks("access_config")]
    got = [one for one in access if one.place("nat_ip") not in one.resource.references and not _made_here(one, estate)]
    if got:
        # There are no commitments for addresses: they are on demand beside a machine that has one.
        bought, item = ("preemptible", "address_in_use_spot") if machines.is_spot else ("on-demand", "address_in_use")
        quantity = machines.hours * machines.count * len(got)
        yield line(f"IP address (ephemeral, {bought})", quantity, "hours", unit_rate(SERVICE, item))


def _made_here(access: Section, estate: Estate) -> bool:
    return estate.follow(access, "nat_ip", *_ADDRESSES) is not None


def _users(estate: Estate) -> dict[str, str]:
    """Address of what is used, and what uses it; where several do, one that pays."""
    return {**dict(_of_rules(estate)), **dict(_of_gateways(estate)), **dict(_of_machines(estate))}


def _of_rules(estate: Estate) -> Iterator[tuple[str, str]]:
    for rule in estate.of_type(*_RULES):
        found = estate.follow(rule, "ip_address", *_ADDRESSES)
        if found is not None:
            yield found.address, "forwarding rule"


def _of_gateways(estate: Estate) -> Iterator[tuple[str, str]]:
    for gateway in estate.of_type("google_compute_router_nat"):
        for found in estate.follow_all(gateway, "nat_ips", *_ADDRESSES):
            yield found.address, "Cloud NAT"


def _of_machines(estate: Estate) -> Iterator[tuple[str, str]]:
    for machine in estate.of_type("google_compute_instance"):
        with suppress(NotKnown):  # what one machine does not tell yet is no reason to doubt all addresses
            for interface in machine.blocks("network_interface"):
                for access in interface.blocks("access_config"):
                    found = estate.follow(access, "nat_ip", *_ADDRESSES)
                    if found is not None:
                        yield found.address, "preemptible VM" if is_preemptible(machine) else "standard VM"
