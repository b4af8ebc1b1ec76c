"""Reserved public addresses that no running machine uses.

Signal: the address is associated with nothing, or with an instance that is stopped. AWS does not say when an address
was reserved or released from its machine, so neither age nor duration is judged, and the finding rests on the moment
of the snapshot. No metric is read. An address of a network interface without an instance (a NAT gateway's, a load
balancer's) is in use. Where the instance cannot be found, its state is unknown and the check says `no data`.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.idle_addresses import releasable
from costopt.economics.network_cost import address_terms
from costopt.model.finding import CLEAR, Category, Confidence, Evidence, Verdict, no_data
from costopt.model.resource import Resource
from costopt.model.specs.ec2 import Ec2Instance
from costopt.model.specs.network import ElasticIp
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `eip_unattached`."""

    on_stopped: bool = True
    """Whether addresses of stopped instances are flagged too."""


def _run(address: Resource, spec: ElasticIp, facts: Facts, context: Context, params: Params) -> Verdict:
    if spec.association_id is None and spec.instance_id is None:
        return _flagged(address, "associated with nothing", Confidence.HIGH, context)
    if spec.instance_id is None:
        return CLEAR
    found = context.find(address, Ec2Instance, spec.instance_id)
    if found is None:
        return no_data("instance not in the snapshot")
    if found[1].state != "stopped" or not params.on_stopped:
        return CLEAR
    return _flagged(address, f"associated with {spec.instance_id}, which is stopped", Confidence.MEDIUM, context)


def _flagged(address: Resource, statement: str, confidence: Confidence, context: Context) -> Verdict:
    return releasable(Evidence(statement=statement), lambda: address_terms(address, context.prices), confidence)


CHECK = Check(
    id="eip_unattached",
    title="Public address is not in use",
    category=Category.WASTE,
    lever="Idle network",
    applies_to=ElasticIp,
    params=Params,
    source="https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html"
    " (Unassociated Elastic IP Addresses); https://aws.amazon.com/vpc/pricing/",
    run=_run,
    grace_days=0,
)
