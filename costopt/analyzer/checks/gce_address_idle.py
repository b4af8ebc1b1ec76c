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
from costopt.analyzer.idle_addresses import releasable
from costopt.economics.gce.disk_cost import unused_address_terms
from costopt.model.finding import CLEAR, Category, Confidence, Evidence, Verdict, no_data
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
        statement = f"in use by nothing; reserved {age.days} days ago"
        shown = Evidence(statement=statement, observed=float(age.days), threshold=float(params.days))
        return _flagged(address, shown, context)
    machines = [user for user in spec.user_ids if "/instances/" in user]
    if not machines or len(machines) < len(spec.user_ids) or not params.on_stopped:
        return CLEAR
    found = [context.find(address, GceInstance, user) for user in machines]
    if any(one is None for one in found):
        return no_data("instance not in the snapshot")
    if not all(one[1].stopped for one in found if one is not None):
        return CLEAR
    return _flagged(address, Evidence(statement=f"held by {', '.join(machines)}, which is stopped"), context)


def _flagged(address: Resource, shown: Evidence, context: Context) -> Verdict:
    return releasable(shown, lambda: unused_address_terms(address, context.prices), Confidence.MEDIUM)


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
