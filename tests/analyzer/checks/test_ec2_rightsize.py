"""Right-sizing: what must fit, what must stay, and when nothing may be said."""

from decimal import Decimal

import pytest

from costopt.analyzer.checks.ec2_rightsize import CHECK
from costopt.analyzer.registry import thresholds
from costopt.errors import ConfigError, PriceNotFound
from costopt.model.finding import ActionKind, Confidence, Outcome, Risk
from tests.oracles.compute import EBS, LINUX, SHAPES, instance, load, market, volume
from tests.oracles.judging import StaticPrices, ago, context, judge, monthly, resource, shape

CALM = 1e6
"""Bytes an hour: far below any baseline."""


def facts(cpu=20.0, memory=30.0, network=CALM, mean=None):
    return load(cpu, mean=mean, memory=memory, network_in=network, network_out=network)


def target(machine, given, **more):
    """The type that is named, or the outcome; without compute-optimised types, unless the test gives a market."""
    verdict = judge(CHECK, machine, facts=given, **{"prices": market("c5.xlarge", "c5a.xlarge"), **more})
    return verdict.action.target if verdict.outcome is Outcome.FLAGGED else verdict.outcome


def test_half_used_machine_goes_to_half_the_size():
    verdict = judge(CHECK, instance("m5.xlarge"), facts=facts(), prices=market())
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target, verdict.action.restart) == (
        ActionKind.RESIZE,
        "m5.large",
        True,
    )
    assert monthly(verdict) == Decimal("70.080")  # 730 x (0.192 - 0.096)
    assert [term.quantity for term in verdict.saving.terms] == [730, -730]
    assert [term.usage.instance_type for term in verdict.saving.terms] == ["m5.xlarge", "m5.large"]
    assert (verdict.confidence, verdict.risk) == (Confidence.HIGH, Risk.REVERSIBLE)


@pytest.mark.parametrize(("cpu", "expected"), [(40.0, "m5.large"), (40.1, Outcome.CLEAR)])
def test_a_fifth_of_the_new_cpu_stays_free(cpu, expected):
    # 40 % of 4 vCPUs are 1.6, which is 80 % of 2 vCPUs.
    assert target(instance("m5.xlarge"), facts(cpu=cpu)) == expected


@pytest.mark.parametrize(("memory", "expected"), [(40.0, "m5.large"), (40.1, "r5.large")])
def test_memory_keeps_a_fifth_free_else_another_family_fits(memory, expected):
    # 40 % of 16 GiB are 6.4, which is 80 % of 8 GiB.
    assert target(instance("m5.xlarge"), facts(memory=memory)) == expected


def test_all_vcpus_needed_but_little_memory_goes_across_families():
    busy = facts(cpu=75.0, memory=30.0)
    assert target(instance("m5.xlarge"), busy, prices=market()) == "c5a.xlarge"
    # Where its disks must sustain more than the 50 MiB/s of c5a.xlarge, c5.xlarge is the next cheapest.
    machine = instance("m5.xlarge", volume_ids=("vol-1",))
    assert target(machine, busy, prices=market(), beside=[volume(throughput_mibps=140)]) == "c5.xlarge"


def test_one_wild_hour_in_14_days_is_not_the_measure_but_two_are():
    # The 99.5th percentile of 336 hours lies between the second and third highest.
    assert target(instance("m5.xlarge"), facts(cpu=[20.0] * 335 + [100.0])) == "m5.large"
    assert target(instance("m5.xlarge"), facts(cpu=[20.0] * 333 + [100.0] * 3)) is Outcome.CLEAR


def test_unknown_memory_never_shrinks():
    verdict = judge(CHECK, instance("m5.xlarge"), facts=load(20.0, network_in=CALM, network_out=CALM), prices=market())
    assert verdict.action.target == "r5.large"  # 2 vCPUs and the same 16 GiB
    assert verdict.confidence is Confidence.MEDIUM
    assert any("memory use is unknown" in one.statement for one in verdict.evidence)
    without = market("r5.large")
    assert target(instance("m5.xlarge"), load(20.0, network_in=CALM, network_out=CALM), prices=without) is Outcome.CLEAR


def test_memory_measured_too_rarely_is_unknown():
    sparse = load(20.0, memory=[10.0] * 100, network_in=CALM, network_out=CALM)
    assert target(instance("m5.xlarge"), sparse) == "r5.large"


def test_network_need_is_kept():
    # 0.75 Gbit/s of m5.large carry, with the peak at 3 times the mean and a fifth free, 0.2 Gbit/s: 90 GB an hour.
    carried = 0.2e9 / 8 * 3600 / 2
    assert target(instance("m5.xlarge"), facts(network=carried * 0.99)) == "m5.large"
    assert target(instance("m5.xlarge"), facts(network=carried * 1.01)) is Outcome.CLEAR


def test_unknown_network_keeps_todays_baseline():
    assert target(instance("m5.xlarge"), load(20.0, memory=30.0)) is Outcome.CLEAR


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "m5.large"),  # of what is included 0.3 count: 37.5 MiB/s and 900 operations
        ({"throughput_mibps": 168}, "m5.large"),  # 37.5 + 43 = 80.5 of 81.25 MiB/s
        ({"throughput_mibps": 169}, Outcome.CLEAR),  # 81.5 MiB/s
        ({"iops": 5_700}, "m5.large"),  # 900 + 2,700 = 3,600 operations, exactly what m5.large sustains
        ({"iops": 5_701}, Outcome.CLEAR),
        ({"volume_type": "io2", "iops": 3_601, "throughput_mibps": None}, Outcome.CLEAR),
    ],
)
def test_what_volumes_were_provisioned_with_is_kept(fields, expected):
    machine = instance("m5.xlarge", volume_ids=("vol-1",))
    assert target(machine, facts(), beside=[volume(**fields)]) == expected


def test_volume_that_is_not_in_the_snapshot_keeps_todays_baseline():
    assert target(instance("m5.xlarge", volume_ids=("vol-9",)), facts()) is Outcome.CLEAR


def test_unread_volumes_are_no_data():
    verdict = judge(
        CHECK, instance("m5.xlarge"), facts=facts(), prices=market(), missing_kinds=frozenset({"ebs_volume"})
    )
    assert verdict.outcome is Outcome.NO_DATA


def test_no_burstable_target_unless_it_is_one_already():
    assert target(instance("m5.large"), facts(cpu=5.0, memory=10.0)) is Outcome.CLEAR
    assert target(instance("t3.xlarge"), facts(cpu=5.0, memory=10.0)) == "t3.medium"


def test_burstable_target_must_sustain_the_mean():
    # Mean 25 % of 4 vCPUs is 1 vCPU; t3.large and t3.medium sustain 0.6 and 0.4.
    given = facts(cpu=30.0, memory=10.0, mean=25.0)
    assert target(instance("t3.xlarge"), given) == "m5.large"
    assert target(instance("t3.xlarge"), facts(cpu=30.0, memory=10.0, mean=9.9)) == "t3.medium"
    assert target(instance("t3.xlarge"), facts(cpu=30.0, memory=10.0, mean=10.1)) == "t3.large"


def test_equal_size_that_is_cheaper_is_another_checks_business():
    assert target(instance("m5.2xlarge"), facts(cpu=75.0, memory=70.0)) is Outcome.CLEAR


def test_arm_only_where_allowed():
    only_arm_is_left = market("m5.large", "r5.large", "c5.xlarge", "c5a.xlarge")
    assert target(instance("m5.xlarge"), facts(), prices=only_arm_is_left) is Outcome.CLEAR
    assert target(instance("m5.xlarge"), facts(), prices=only_arm_is_left, allow_arm=True) == "m6g.large"
    windows = {"m5.xlarge": "0.376", "m6g.large": "0.1"}
    machine = instance("m5.xlarge", platform="windows")
    assert target(machine, facts(), prices=market(windows=windows), allow_arm=True) is Outcome.CLEAR


def test_xen_to_nitro_only_where_allowed():
    assert target(instance("m4.xlarge"), facts()) is Outcome.CLEAR
    assert target(instance("m4.xlarge"), facts(), allow_xen_to_nitro=True) == "m5.large"


def test_never_an_older_generation():
    # 4 vCPUs and 8 GiB of m6a.xlarge would fit c5a.xlarge, but its processor is a generation older.
    assert target(instance("m6a.xlarge"), facts(cpu=60.0, memory=10.0), prices=market()) is Outcome.CLEAR


def test_accelerators_and_local_disk_stay():
    assert target(instance("g4dn.xlarge"), facts(cpu=1.0, memory=1.0)) is Outcome.CLEAR
    disk = shape("m5d.xlarge", 4, 16, local_disk_gib=150.0, network_gbps=1.25)
    prices = StaticPrices(
        instances={("ec2", name, "linux"): amount for name, amount in {**LINUX, "m5d.xlarge": "0.226"}.items()},
        shapes=(*SHAPES, disk),
    )
    assert target(instance("m5d.xlarge"), facts(), prices=prices) is Outcome.CLEAR


@pytest.mark.parametrize(("price", "expected"), [("0.0891", "m5.small"), ("0.09", Outcome.CLEAR)])
def test_below_five_dollars_or_five_percent_is_no_recommendation(price, expected):
    # 730 x (0.096 - 0.0891) = 5.04 and 7.2 %; 730 x (0.096 - 0.09) = 4.38.
    smaller = shape("m5.small", 1, 4)
    prices = StaticPrices(
        instances={("ec2", "m5.large", "linux"): "0.096", ("ec2", "m5.small", "linux"): price},
        shapes=(shape("m5.large", 2, 8), smaller),
    )
    assert target(instance("m5.large"), facts(cpu=5.0, memory=5.0), prices=prices) == expected


def test_five_percent_of_a_large_machine_is_more_than_five_dollars():
    big, less = shape("m5.8xlarge", 32, 128), shape("c5.9xlarge", 32, 72)
    for price, expected in (("1.4592", "c5.9xlarge"), ("1.46", Outcome.CLEAR)):  # 5 % of 1.536 is 0.0768
        prices = StaticPrices(
            instances={("ec2", "m5.8xlarge", "linux"): "1.536", ("ec2", "c5.9xlarge", "linux"): price},
            shapes=(big, less),
        )
        assert target(instance("m5.8xlarge"), facts(cpu=50.0, memory=30.0), prices=prices) == expected


def test_a_smaller_size_that_costs_more_is_no_recommendation():
    dear = {**LINUX, "m5.large": "0.25", "r5.large": "0.25", "c5.xlarge": "0.25", "c5a.xlarge": "0.25"}
    prices = StaticPrices(
        instances={("ec2", name, "linux"): amount for name, amount in dear.items()}, units=EBS, shapes=SHAPES
    )
    assert target(instance("m5.xlarge"), facts(), prices=prices) is Outcome.CLEAR


def test_spot_is_judged_on_spot_prices():
    spot = {"m5.xlarge": "0.08", "m5.large": "0.04"}
    verdict = judge(CHECK, instance("m5.xlarge", lifecycle="spot"), facts=facts(), prices=market(spot=spot))
    assert monthly(verdict) == Decimal("29.20")
    assert {term.usage for term in verdict.saving.terms} == {None}
    without = judge(CHECK, instance("m5.xlarge", lifecycle="spot"), facts=facts(), prices=market())
    assert (without.outcome, without.reason) == (Outcome.NO_DATA, "price missing")


def test_window_with_a_change_of_type_is_no_data():
    assert target(instance("m5.xlarge", launched_at=ago(13)), facts()) is Outcome.NO_DATA
    assert target(instance("m5.xlarge", launched_at=ago(15)), facts()) == "m5.large"


def test_no_cpu_is_no_data():
    assert target(instance("m5.xlarge"), load(memory=30.0)) is Outcome.NO_DATA


def test_unknown_type_is_no_data():
    assert target(instance("m99.large"), facts()) is Outcome.NO_DATA


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "stopped"}, "not running"),
        ({"auto_scaling_group": "web"}, "member of an auto scaling group; its template decides"),
        ({"managed_by": "eks"}, "managed by a cluster"),
        ({"instance_type": "m5.metal"}, "bare metal"),
        ({"tenancy": "dedicated"}, "dedicated hardware"),
        ({"lifecycle": "capacity_block"}, "paid in advance"),
    ],
)
def test_not_applicable(fields, reason):
    verdict = judge(CHECK, instance(**fields), facts=facts(), prices=market())
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, reason)


@pytest.mark.parametrize("headroom", [1.0, 20.0, -0.1])
def test_impossible_headroom_is_refused_with_its_name(headroom):
    with pytest.raises(ConfigError, match="memory_headroom_fraction"):
        thresholds(CHECK, {"memory_headroom_fraction": headroom})


class CountingPrices(StaticPrices):
    """Counts how often the whole offer of a region is read."""

    reads = 0

    def offered(self, region):
        self.reads += 1
        return super().offered(region)


def test_the_market_is_searched_once_for_all_instances_of_a_sort():
    base = market()
    prices = CountingPrices(shapes=SHAPES)
    prices.instances = base.instances
    surroundings = context([], prices)
    for number in range(50):
        machine = resource(instance("m5.xlarge").spec, f"i-{number}")
        assert judge(CHECK, machine, facts=facts(), context=surroundings).action.target == "m5.large"
    assert prices.reads == 1


def test_cheapest_of_all_that_carry_by_brute_force():
    """Independent search over the whole market for a grid of loads."""
    prices = market()
    current = prices.shape("m5.2xlarge")
    for cpu in range(5, 100, 10):
        for memory in range(5, 100, 10):
            possible = []
            for one in SHAPES:
                try:
                    cost = prices.instance("ec2", one.instance_type, "us-east-1", variant="linux").amount
                except PriceNotFound:
                    continue
                smaller = one.vcpu < 8 or one.memory_gib < 32
                kin = one.instance_type.split(".")[0] in ("m5", "m6a", "c5", "c5a", "r5")
                fits = 8 * cpu / 100 <= 0.8 * one.vcpu and 32 * memory / 100 <= 0.8 * one.memory_gib
                if smaller and kin and fits and cost <= Decimal("0.384") * Decimal("0.95"):
                    possible.append((cost, one.instance_type))
            got = target(instance("m5.2xlarge"), facts(cpu=float(cpu), memory=float(memory)), prices=prices)
            assert got == (min(possible)[1] if possible else Outcome.CLEAR), (cpu, memory, current)
