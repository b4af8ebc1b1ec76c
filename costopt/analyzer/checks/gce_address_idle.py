"""Static external addresses of Compute Engine that no running machine uses.

Signal: the address is reserved and in use by nothing, and older than 15 days; or the machine that holds it is stopped.

Google does not tell when an address was given up, so its age is the upper bound of the time without use, and the
confidence is medium. No metric is read. Internal and IPv6 addresses cost nothing and are not concerned; an address that
a forwarding rule, a router or a running machine uses is in use. Where the machine that holds it cannot be found the
check says `no data`.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.gce.disk_cost import unused_address_terms
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Evidence,
    Outcome,
    Risk,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.google_network import GceAddress
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_address_idle`."""

    days: int = 15
    """Age in days from which on an address that nothing uses is flagged."""
    on_stopped: bool = True
    """Whether addresses of stopped machines are flagged too."""


def _excludes(_: Resource, spec: GceAddress) -> str | None:
    if spec.address_type != "EXTERNAL":
        return "internal address"
    return "costs nothing" if spec.ip_version != "IPV4" else None


def _run(address: Resource, spec: GceAddress, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    if spec.status == "RESERVED" and not spec.user_ids:
        age = context.age(address)
        if age is None:
            return no_data("creation time unknown")
        if age < timedelta(days=params.days):
            return CLEAR
        return _flagged(address, f"in use by nothing; reserved {age.days} days ago", context, age.days, params)
    machines = [user for user in spec.user_ids if "/instances/" in user]
    if not machines or len(machines) < len(spec.user_ids) or not params.on_stopped:
        return CLEAR
    found = [context.find(address, GceInstance, user) for user in machines]
    if any(one is None for one in found):
        return no_data("instance not in the snapshot")
    if not all(one[1].stopped for one in found if one is not None):
        return CLEAR
    return _flagged(address, f"held by {', '.join(machines)}, which is stopped", context, None, params)


def _flagged(address: Resource, statement: str, context: Context, days: int | None, params: Params) -> Verdict:
    saving, price_gap = priced(lambda: unused_address_terms(address, context.prices))
    observed = None if days is None else float(days)
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(statement=statement, observed=observed, threshold=None if days is None else float(params.days)),
        ),
        action=Action(
            kind=ActionKind.DELETE,
            summary="Release the address, once no allow-list or DNS record names it: it cannot be had back for sure",
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="gce_address_idle",
    title="Static external address is not in use",
    category=Category.WASTE,
    lever="Idle network",
    applies_to=GceAddress,
    params=Params,
    source="https://cloud.google.com/compute/docs/viewing-and-applying-idle-resources-recommendations (addresses, 15"
    " days); https://cloud.google.com/vpc/network-pricing#ipaddress",
    run=_run,
    excludes=_excludes,
)
