"""Components of Cloud NAT and of load balancers of Google Cloud.

Sources: https://cloud.google.com/nat/pricing, https://cloud.google.com/load-balancing/pricing
"""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Final

from costopt.model.terraform_cost import Component, NoRate
from costopt.terraform.cost.estate import Estate, Item
from costopt.terraform.cost.lines import MONTH, hours, line, unit_rate, used
from costopt.terraform.cost.reading import NotKnown

NAT: Final = "cloud_nat"
LOAD_BALANCING: Final = "cloud_lb"
"""Service names of their prices in a price book."""

GLOBAL_RULE: Final = "google_compute_global_forwarding_rule"
_MOST_MACHINES: Final = Decimal(32)
"""Machines behind a gateway that are charged; more cost the same. For these the page rounds the hour to 0.044 dollars,
while its price of one makes 0.0448."""
_BUNDLE: Final = 5
"""Forwarding rules that cost as much together as one of them; each more has a price of its own."""
_CHARGED_ALIKE: Final = ("EXTERNAL", "EXTERNAL_MANAGED", "INTERNAL")
"""Schemes whose rules these prices are for. Source: the section "Load balancing and forwarding rules"."""
_ANOTHER_PRODUCT: Final = NoRate(
    reason="no prices of internal Application Load Balancers, service meshes and Private Service Connect are kept"
)
_ANYWHERE: Final = NoRate(reason="data of a global load balancer costs what the region asks that processes it")


def router_nat(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_router_nat`: all of it is use, by the machines behind it. Its addresses are charged as such.

    Raises:
        NotKnown: an argument is not known.
    """
    del estate
    rate, name, key = unit_rate(NAT, "vm_hour"), "Assigned VMs (first 32)", "assigned_vms"
    machines = item.usage.number(key)
    if machines is None:
        yield used(name, item.usage, key, "VM-hours", rate)
    else:
        yield line(name, MONTH * min(machines, _MOST_MACHINES), "VM-hours", rate)
    yield used("Data processed", item.usage, "data_processed_gb", "GB", unit_rate(NAT, "data"))
    if item.text("nat_ip_allocate_option") == "AUTO_ONLY":
        why = NoRate(reason="how many addresses Google allocates depends on the connections of its machines")
        yield Component(name="IP addresses", quantity=None, unit="hours", rate=why, unknown=why.reason)


def forwarding_rule(item: Item, estate: Estate) -> Iterator[Component]:
    """`google_compute_forwarding_rule`, `google_compute_global_forwarding_rule`.

    The first five of a project, those of a region apart from global ones, have one price together. It is shared by
    those of this configuration, as if their project had no others.

    Raises:
        NotKnown: an argument is not known.
    """
    if not _is_charged_alike(item):
        yield hours("Forwarding rule", 1, _ANOTHER_PRODUCT)
        return
    kind = "global_rule" if item.type == GLOBAL_RULE else "rule"
    place, count = _place_among_others(item, estate)
    if place < _BUNDLE:
        share = Decimal(1) / min(count, _BUNDLE)
        yield line(
            "Forwarding rules (share of the first five)",
            MONTH,
            "hours",
            unit_rate(LOAD_BALANCING, f"{kind}s_first_five"),
            per=share,
        )
    else:
        yield hours("Forwarding rule (beyond five)", 1, unit_rate(LOAD_BALANCING, f"{kind}_beyond_five"))
    for name, key in (("Inbound", "ingress"), ("Outbound", "egress")):
        rate = _ANYWHERE if item.type == GLOBAL_RULE else unit_rate(LOAD_BALANCING, f"{name.lower()}_data")
        yield used(f"{name} data processed", item.usage, f"monthly_{key}_data_gb", "GB", rate)


def _is_charged_alike(item: Item) -> bool:
    reached = item.text("target")
    connects = "serviceAttachments" in reached or reached in ("all-apis", "vpc-sc")
    return not connects and item.text("load_balancing_scheme", "EXTERNAL") in _CHARGED_ALIKE


def _place_among_others(item: Item, estate: Estate) -> tuple[int, int]:
    """How many rules of its kind, project and region come before it by address, and how many there are."""
    place = _place(item, estate)
    among = estate.once(f"{item.type} in {place}", lambda: sorted(_alike(item.type, place, estate)))
    return among.index(item.address), len(among)


def _place(rule: Item, estate: Estate) -> tuple[str, str | None]:
    """Project of a rule, and its region where it has one."""
    return estate.project(rule), None if rule.type == GLOBAL_RULE else estate.region(rule)


def _alike(kind: str, place: tuple[str, str | None], estate: Estate) -> Iterator[str]:
    """Addresses of charged rules of a kind in one place."""
    for one in estate.of_type(kind):
        with suppress(NotKnown):  # what one rule does not tell yet is no reason to doubt all
            if _is_charged_alike(one) and _place(one, estate) == place:
                yield one.address
