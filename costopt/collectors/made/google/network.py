"""The network: external addresses, load balancers' forwarding rules, Cloud NAT."""

from collections.abc import Sequence
from typing import Any

from costopt.collectors.made.google.projects import IOWA, ML, NETHERLANDS, WEB, own
from costopt.collectors.made.plan import Place, Plan
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.google_network import CloudNat, ForwardingRule, GceAddress

_PLACES = (Place(WEB, IOWA), Place(WEB, NETHERLANDS), Place(ML, IOWA))


def draw(plan: Plan) -> None:
    """Add the network; the machines must be there."""
    _balancers(plan)
    _gateways(plan)
    _held(plan)
    _reserved(plan)


def _address(
    plan: Plan, place: Place, users: Sequence[str], age_days: float, flags: Sequence[str] = (), **fields: Any
) -> str:
    who = own(plan, place.account, "ip")
    # Addresses that are reserved for documentation, RFC 5737.
    spec = GceAddress(
        **{
            "address": f"198.51.100.{plan.rng.randint(1, 254)}",
            "status": "IN_USE" if users else "RESERVED",
            "address_type": "EXTERNAL",
            "network_tier": "PREMIUM",
            "user_ids": tuple(users),
            **fields,
        }
    )
    where = "global" if place.region == "global" else f"regions/{place.region}"
    return plan.add(place, f"{where}/addresses/{who.name}", spec, who, age_days=age_days, flags=flags).id


def _balancers(plan: Plan) -> None:
    for account in (WEB, WEB, ML):
        place = Place(account, "global")
        who = own(plan, account, "lb")
        rule_id = f"global/forwardingRules/{who.name}"
        spec = ForwardingRule(
            scheme="EXTERNAL_MANAGED",
            target=f"global/targetHttpsProxies/{who.name}",
            ip_address=f"198.51.100.{plan.rng.randint(1, 254)}",
            network_tier="PREMIUM",
        )
        age_days = plan.between(60, 900)
        plan.add(place, rule_id, spec, who, age_days=age_days)
        _address(plan, place, (rule_id,), age_days)


def _gateways(plan: Plan) -> None:
    for place in _PLACES:
        who = own(plan, place.account, "router")
        router = f"regions/{place.region}/routers/{who.name}"
        age_days = plan.between(60, 900)
        addresses = (_address(plan, place, (router,), age_days),) if place.account == WEB else ()
        spec = CloudNat(
            router_id=router,
            network="global/networks/harbour",
            automatic_addresses=not addresses,
            address_ids=addresses,
        )
        plan.add(place, f"{router}/nats/egress", spec, who, age_days=age_days)


def _held(plan: Plan) -> None:
    """By a machine that runs, and by one that is known not to for some weeks."""
    machines = [(one, one.spec) for one in plan.resources if isinstance(one.spec, GceInstance)]
    running = plan.rng.choice([one for one, spec in machines if spec.running])
    stopped = plan.rng.choice([one for one, spec in machines if spec.stopped and spec.last_stopped_at])
    _address(plan, Place(running.account, running.region), (running.id,), 60)
    _address(plan, Place(stopped.account, stopped.region), (stopped.id,), 200, ("gce_address_idle",))


def _reserved(plan: Plan) -> None:
    """In use by nothing for a little more, and for a little less than 15 days; and those that cost nothing."""
    for age_days, flags in (
        (plan.between(15.2, 18), ("gce_address_idle",)),
        (plan.between(60, 500), ("gce_address_idle",)),
        (plan.between(12, 14.8), ()),
    ):
        _address(plan, plan.rng.choice(_PLACES), (), age_days, flags)
    inside = f"10.128.0.{plan.rng.randint(2, 250)}"
    _address(plan, _PLACES[0], (), 100, address=inside, address_type="INTERNAL", network_tier=None)
    _address(plan, Place(WEB, "global"), (), 300, address="2001:db8::1", ip_version="IPV6")
