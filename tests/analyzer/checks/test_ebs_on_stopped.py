from decimal import Decimal

import pytest

from costopt.analyzer.checks.ebs_on_stopped import CHECK
from costopt.model.finding import Outcome
from costopt.model.specs.ebs import EbsVolume
from costopt.model.specs.ec2 import Ec2Instance
from tests.oracles.judging import StaticPrices, ago, judge, monthly, resource

PRICES = StaticPrices(units={("ebs", "io1_storage"): "0.125", ("ebs", "io1_iops"): "0.065"})


def volume(*instance_ids, root=False):
    spec = EbsVolume(
        volume_type="io1", size_gib=200, state="in-use", availability_zone="us-east-1a", iops=1000,
        instance_ids=instance_ids, root=root,
    )  # fmt: skip
    return resource(spec, "vol-1")


def machine(name, state="stopped", stopped_at=None):
    spec = Ec2Instance(
        instance_type="m5.large", state=state, platform="linux", availability_zone="us-east-1a", stopped_at=stopped_at
    )
    return resource(spec, name)


def test_a_volume_of_a_machine_stopped_for_long_costs_storage_and_iops():
    verdict = judge(CHECK, volume("i-1", root=True), beside=[machine("i-1", stopped_at=ago(45))], prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == Decimal(200) * Decimal("0.125") + Decimal(1000) * Decimal("0.065")
    assert "i-1" in verdict.evidence[0].statement


@pytest.mark.parametrize(("days", "outcome"), [(30, Outcome.FLAGGED), (29.9, Outcome.CLEAR)])
def test_thirty_days_is_the_boundary(days, outcome):
    verdict = judge(CHECK, volume("i-1"), beside=[machine("i-1", stopped_at=ago(days))], prices=PRICES)
    assert verdict.outcome is outcome


def test_one_running_machine_is_enough_to_need_the_volume():
    machines = [machine("i-1", stopped_at=ago(90)), machine("i-2", state="running")]
    assert judge(CHECK, volume("i-1", "i-2"), beside=machines, prices=PRICES).outcome is Outcome.CLEAR


def test_of_several_machines_the_last_stop_counts():
    machines = [machine("i-1", stopped_at=ago(90)), machine("i-2", stopped_at=ago(3))]
    assert judge(CHECK, volume("i-1", "i-2"), beside=machines, prices=PRICES).outcome is Outcome.CLEAR


def test_an_unknown_time_of_stop_is_not_long_ago():
    verdict = judge(CHECK, volume("i-1"), beside=[machine("i-1")], prices=PRICES)
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "stop time unknown")


def test_an_unknown_machine_is_not_a_stopped_one():
    assert judge(CHECK, volume("i-gone"), prices=PRICES).outcome is Outcome.NO_DATA


def test_unread_machines_make_it_unknown():
    machines = [machine("i-1", stopped_at=ago(90))]
    missing = frozenset({"ec2_instance"})
    assert judge(CHECK, volume("i-1"), beside=machines, missing_kinds=missing).outcome is Outcome.NO_DATA


def test_a_volume_attached_to_nothing_is_not_concerned():
    assert judge(CHECK, volume(), prices=PRICES).outcome is Outcome.NOT_APPLICABLE
