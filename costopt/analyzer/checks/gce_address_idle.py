"""Static external addresses of Compute Engine that no running machine uses.

Signal: the address is reserved and in use by nothing, and older than 15 days; or the machines that hold it have been
stopped for 15 days.

Google does not tell when an address was given up, so its age is the upper bound of the time without use, and the
confidence is medium. No metric is read. Internal and IPv6 addresses cost nothing and are not concerned; an address that
a forwarding rule, a router or a running machine uses is in use. To Google one that a stopped machine holds is in use as
well, at half the price of an unused one or less. Where the machine that holds it cannot be found, or nobody tells when
it was stopped, the check says `no data`.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.google.machines import STOPS
from costopt.analyzer.idle_addresses import releasable
from costopt.analyzer.stopped_machines import last_stop
from costopt.economics.gce.disk_cost import held_address_terms, unused_address_terms
from costopt.model.finding import CLEAR, Category, Confidence, Evidence, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.gce import GceInstance
from costopt.model.specs.google_network import GceAddress
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `gce_address_idle`."""

    days: int = 15
    """Age in days from which on an address that nothing uses is flagged, and days since its machine was stopped."""
    on_stopped: bool = True
    """Whether addresses of stopped machines are flagged too."""


def _excludes(_: Resource, spec: GceAddress) -> str | None:
    if spec.address_type != "EXTERNAL":
        return "internal address"
    return "costs nothing" if spec.ip_version != "IPV4" else None


def _run(address: Resource, spec: GceAddress, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    if not spec.user_ids:
        if spec.status != "RESERVED":
            return CLEAR
        age = context.age(address)
        if age is None:
            return no_data("creation time unknown")
        if age < timedelta(days=params.days):
            return CLEAR
        statement = f"in use by nothing; reserved {age.days} days ago"
        shown = Evidence(statement=statement, observed=float(age.days), threshold=float(params.days))
        return releasable(shown, lambda: unused_address_terms(address, context.prices), Confidence.MEDIUM)
    if not params.on_stopped or not all("/instances/" in user for user in spec.user_ids):
        return CLEAR
    return _held(address, spec, context, params)


def _held(address: Resource, spec: GceAddress, context: Context, params: Params) -> Verdict:
    """The verdict on an address that machines hold and nothing else."""
    last = last_stop(address, spec.user_ids, STOPS, context)
    if isinstance(last, Verdict):
        return last
    idle = context.now - last
    if idle < timedelta(days=params.days):
        return CLEAR
    found = [context.find(address, GceInstance, user) for user in spec.user_ids]
    spot = all(one is not None and one[1].provisioning_model == "spot" for one in found)
    statement = f"held by {', '.join(spec.user_ids)}, stopped for {idle.days} days; charged as an address in use"
    shown = Evidence(statement=statement, observed=idle / timedelta(days=1), threshold=float(params.days))
    return releasable(shown, lambda: held_address_terms(address, context.prices, spot=spot), Confidence.MEDIUM)


CHECK = Check(
    id="gce_address_idle",
    title="Static external address is not in use",
    category=Category.WASTE,
    lever="Idle network",
    applies_to=GceAddress,
    params=Params,
    source="https://cloud.google.com/compute/docs/viewing-and-applying-idle-resources-recommendations (addresses, 15"
    " days); https://cloud.google.com/vpc/network-pricing#ipaddress;"
    " https://cloud.google.com/compute/docs/ip-addresses/reserve-static-external-ip-address (in use while stopped)",
    run=_run,
    excludes=_excludes,
)
