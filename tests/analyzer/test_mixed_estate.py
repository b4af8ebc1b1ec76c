"""One estate in two clouds: what is owned in one never pays for what runs in the other."""

import itertools
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks import ec2_idle, gce_idle
from costopt.analyzer.engine import finding_of
from costopt.analyzer.settlement import settle
from costopt.economics.commitments import Owned
from costopt.economics.estate import estate_hours
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.ec2 import Ec2Instance
from costopt.pipeline.audit import estate
from tests.oracles.google_commitments import committed_use
from tests.oracles.google_estate import IDLE, N1_MEMORY, N1_PAID, N1_VCPU, UNITS, disk, machine
from tests.oracles.judging import NOW, REGION, StaticPrices, ago, judge, resource, shape

EC2 = StaticPrices(instances={("ec2", "m5.xlarge", "linux"): "0.192"}, shapes=[shape("m5.xlarge", 4, 16.0)])
"""Source: https://aws.amazon.com/ec2/pricing/on-demand/ (us-east-1)."""
GOOGLE_MONTH = 730 * N1_PAID * (4 * N1_VCPU + 15 * N1_MEMORY)
EC2_MONTH = 730 * Decimal("0.192")

INSTANCE = resource(
    Ec2Instance(instance_type="m5.xlarge", state="running", availability_zone="us-east-1a", platform="linux"), "i-1"
)
MACHINE = machine("idle")


class BothClouds:
    """A price book of both: each region is of one."""

    version, as_of = EC2.version, EC2.as_of

    def __init__(self):
        self.google = StaticPrices(units=UNITS, region=MACHINE.region)

    def instance(self, service, instance_type, region, **kwargs):
        return (EC2 if region == REGION else self.google).instance(service, instance_type, region, **kwargs)

    def unit(self, service, item, region):
        return (EC2 if region == REGION else self.google).unit(service, item, region)

    def shape(self, instance_type):
        return EC2.shape(instance_type)

    def offered(self, region):
        return EC2.offered(region)


PRICES = BothClouds()


def plan(kind=CommitmentKind.COMPUTE_SP, **fields):
    """A commitment of AWS for far more than runs."""
    given = {
        "service": "any", "state": "active", "start": ago(100), "end": NOW + timedelta(265), "region": None,
        "payment_option": "no_upfront", "hourly_commitment": Decimal(100), "instance_family": "m5", **fields,
    }  # fmt: skip
    return resource(Commitment(commitment_kind=kind, **given), f"sp-{kind}", region="global")


def counted(owned):
    """What the idle machine of each cloud counts: Google's, and AWS's."""
    beside = [INSTANCE, MACHINE, disk("idle"), *owned]
    idle = [
        finding_of(check, judged, judge(check, judged, facts=IDLE, beside=beside, prices=PRICES))
        for check, judged in ((gce_idle.CHECK, MACHINE), (ec2_idle.CHECK, INSTANCE))
    ]
    amounts = {one.resource.provider: one.counted.amount for one in settle(idle, estate(beside, PRICES, NOW))}
    return amounts["gcp"], amounts["aws"]


@pytest.mark.parametrize(
    ("owned", "google", "aws"),
    [
        ([], GOOGLE_MONTH, EC2_MONTH),
        ([plan()], GOOGLE_MONTH, Decimal(0)),
        ([committed_use(400, 1600.0)], Decimal(0), EC2_MONTH),
        ([plan(), committed_use(400, 1600.0)], Decimal(0), Decimal(0)),
        ([plan(), committed_use(2, 15.0)], GOOGLE_MONTH - 730 * N1_PAID * (2 * N1_VCPU + 15 * N1_MEMORY), Decimal(0)),
    ],
    ids=["nothing", "a savings plan", "a committed use", "both", "both, and part of the machine"],
)
def test_each_cloud_is_settled_against_its_own_commitments(owned, google, aws):
    assert counted(owned) == (pytest.approx(google, abs=Decimal("1e-6")), pytest.approx(aws, abs=Decimal("1e-6")))


def test_no_kind_of_commitment_covers_usage_of_the_other_cloud():
    usages = {one.provider: estate_hours([one]) for one in (INSTANCE, MACHINE)}
    theirs = [plan(kind) for kind in CommitmentKind if "cud" not in kind]
    theirs += [replace(one, region=MACHINE.region) for one in theirs]
    names = itertools.product(("any", "ec2"), ("n1_vcpu", "n1-standard-4", "m5.xlarge"))
    theirs += [
        plan(CommitmentKind.STANDARD_RI, service=service, instance_type=name, region=MACHINE.region, count=9)
        for service, name in names
    ]
    owned = [Owned(id=one.id, region=one.region, spec=one.spec) for one in theirs]
    assert not [one.id for one in owned for usage in usages["gcp"] if one.covers(usage)]
    assert any(one.covers(usage) for one in owned for usage in usages["aws"])
