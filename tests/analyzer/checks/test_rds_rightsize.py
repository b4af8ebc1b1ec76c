import csv
from collections import defaultdict
from decimal import Decimal

import pytest

from costopt.analyzer.checks.rds_rightsize import CHECK
from costopt.model.finding import ActionKind, Outcome
from costopt.model.specs.databases import RdsInstance
from tests.oracles.judging import StaticPrices, judge, monthly, resource, series, shape

GIB = 1024**3
DAY = 86400
PRICES = StaticPrices(
    instances={
        ("rds", "db.m5.large", "mysql:single_az"): "0.171",
        ("rds", "db.m5.xlarge", "mysql:single_az"): "0.342",
        ("rds", "db.m5.2xlarge", "mysql:single_az"): "0.684",
        ("rds", "db.t3.small", "mysql:single_az"): "0.034",
        ("rds", "db.t3.medium", "mysql:single_az"): "0.068",
        ("rds", "db.t3.large", "mysql:single_az"): "0.136",
    },
    shapes=[
        shape("m5.large", 2, 8.0, ebs_baseline_iops=3600),
        shape("m5.xlarge", 4, 16.0, ebs_baseline_iops=6000),
        shape("m5.2xlarge", 8, 32.0, ebs_baseline_iops=12_000),
        shape("t3.small", 2, 2.0, burstable=True),
        shape("t3.medium", 2, 4.0, burstable=True),
        shape("t3.large", 2, 8.0, burstable=True),
    ],
)


def database(instance_class="db.m5.2xlarge", **fields):
    given = {
        "engine": "mysql", "engine_version": "8.0.35", "status": "available", "multi_az": False, "storage_type": "gp3",
        "storage_gib": 100, **fields,
    }  # fmt: skip
    return resource(RdsInstance(instance_class=instance_class, **given), "db-1")


def load(cpu=10.0, free_gib=28.0, connections=20.0, reads=10.0, writes=10.0):
    return [
        series("db_cpu_max_percent", cpu),
        series("db_freeable_memory_min_bytes", free_gib * GIB),
        series("db_connections_max", connections, DAY, 30),
        series("db_read_ops_per_second", reads, DAY, 30),
        series("db_write_ops_per_second", writes, DAY, 30),
    ]


def test_the_cheapest_class_of_the_family_that_fits_may_be_two_steps_down():
    # CPU 10 % of 8 vCPU = 0.8, with 20 % headroom 1.0 of 2; memory 4 GiB used, 5 with headroom, of 8.
    verdict = judge(CHECK, database(), facts=load(), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.kind is ActionKind.RESIZE
    assert verdict.action.target == "db.m5.large"
    assert verdict.action.restart
    assert monthly(verdict) == 730 * (Decimal("0.684") - Decimal("0.171"))
    assert [term.usage.instance_type for term in verdict.saving.terms] == ["db.m5.2xlarge", "db.m5.large"]


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"cpu": 20.0}, "db.m5.large"),  # 1.6 vCPU / 0.8 = 2.0
        ({"cpu": 20.1}, "db.m5.xlarge"),
        ({"cpu": 40.0}, "db.m5.xlarge"),
        ({"cpu": 40.1}, None),
        ({"free_gib": 25.6}, "db.m5.large"),  # 6.4 GiB used / 0.8 = 8
        ({"free_gib": 25.5}, "db.m5.xlarge"),
        ({"free_gib": 19.1}, None),
        ({"connections": 545.0}, "db.m5.large"),  # 8 GiB allow 682 by default; 545 / 0.8 = 681.3
        ({"connections": 547.0}, "db.m5.xlarge"),
        ({"reads": 2000.0, "writes": 880.0}, "db.m5.large"),  # 2,880 / 0.8 = 3,600
        ({"reads": 2000.0, "writes": 881.0}, "db.m5.xlarge"),
    ],
)
def test_each_resource_limits_the_step_down(fields, target):
    verdict = judge(CHECK, database(), facts=load(**fields), prices=PRICES)
    assert (verdict.action.target if verdict.action else None) == target


def test_one_short_peak_in_two_weeks_is_outside_of_the_percentile():
    cpu = [10.0] * 335 + [95.0]
    assert judge(CHECK, database(), facts=load(cpu=cpu), prices=PRICES).action.target == "db.m5.large"


def test_one_moment_without_free_memory_blocks_the_step():
    facts = load()
    facts[1] = series("db_freeable_memory_min_bytes", [28.0 * GIB] * 335 + [1.0 * GIB])
    assert judge(CHECK, database(), facts=facts, prices=PRICES).outcome is Outcome.CLEAR


def test_classes_with_credits_must_do_with_their_baseline():
    # t3.medium sustains 2 x 20 % = 0.4 vCPU; CPU of 15 % on 2 vCPU is 0.3, with headroom 0.375.
    verdict = judge(CHECK, database("db.t3.large"), facts=load(cpu=15.0, free_gib=7.0), prices=PRICES)
    assert verdict.action.target == "db.t3.small"
    busy = judge(CHECK, database("db.t3.large"), facts=load(cpu=17.0, free_gib=7.0), prices=PRICES)
    assert busy.outcome is Outcome.CLEAR


def test_the_smallest_class_and_unpriced_smaller_classes_are_clear():
    assert judge(CHECK, database("db.t3.small"), facts=load(free_gib=1.9), prices=PRICES).outcome is Outcome.CLEAR
    bare = StaticPrices(instances={("rds", "db.m5.xlarge", "mysql:single_az"): "0.342"}, shapes=PRICES.shapes.values())
    assert judge(CHECK, database("db.m5.xlarge"), facts=load(free_gib=14.0), prices=bare).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("price", "outcome"), [("0.1641", Outcome.FLAGGED), ("0.1642", Outcome.CLEAR)])
def test_five_dollars_a_month_are_the_least_saving(price, outcome):
    # 730 h x (0.171 - 0.1641) = 5.037; 730 h x (0.171 - 0.1642) = 4.964. 5 % of 124.83 would be 6.24.
    near = StaticPrices(
        instances={
            ("rds", "db.m5.xlarge", "mysql:single_az"): "0.171",
            ("rds", "db.m5.large", "mysql:single_az"): price,
        },
        shapes=PRICES.shapes.values(),
    )
    facts = load(free_gib=14.0)
    verdict = judge(CHECK, database("db.m5.xlarge"), facts=facts, prices=near, min_saving_fraction=Decimal(0))
    assert verdict.outcome is outcome
    assert judge(CHECK, database("db.m5.xlarge"), facts=facts, prices=near).outcome is Outcome.CLEAR


def test_a_smaller_class_that_costs_more_is_no_advice():
    odd = StaticPrices(
        instances={
            ("rds", "db.m5.xlarge", "mysql:single_az"): "0.171",
            ("rds", "db.m5.large", "mysql:single_az"): "0.342",
        },
        shapes=PRICES.shapes.values(),
    )
    assert judge(CHECK, database("db.m5.xlarge"), facts=load(free_gib=14.0), prices=odd).outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    "facts", [[], load()[:1], load()[1:], [series("db_cpu_max_percent", [5.0] * 200), load()[1]]],
    ids=["nothing", "no memory", "no CPU", "60 % of the CPU points"],
)  # fmt: skip
def test_without_cpu_and_memory_nothing_is_said(facts):
    assert judge(CHECK, database(), facts=facts, prices=PRICES).outcome is Outcome.NO_DATA


def test_an_unknown_class_and_a_missing_price_are_unknown():
    assert judge(CHECK, database("db.z9.large"), facts=load(), prices=PRICES).outcome is Outcome.NO_DATA
    partial = StaticPrices(
        instances={("rds", "db.m5.large", "mysql:single_az"): "0.171"}, shapes=PRICES.shapes.values()
    )
    assert judge(CHECK, database(), facts=load(), prices=partial).outcome is Outcome.NO_DATA


def test_stopped_and_serverless_instances_are_not_concerned():
    assert judge(CHECK, database(status="stopped"), facts=load()).outcome is Outcome.NOT_APPLICABLE
    assert judge(CHECK, database("db.serverless"), facts=load()).outcome is Outcome.NOT_APPLICABLE


def real_hourly_peaks(folder):
    """Peak of each hour of a real RDS instance's CPU over 14 days, from its 5-minute points."""
    peaks = defaultdict(float)
    with (folder / "nab" / "rds_cpu_utilization_cc0c53.csv").open() as lines:
        for row in csv.DictReader(lines):
            hour = row["timestamp"][:13]
            peaks[hour] = max(peaks[hour], float(row["value"]))
    return list(peaks.values())[-336:]


def test_a_real_database_that_can_shrink_does(shared_data):
    """CPU is real (NAB rds_cpu_utilization_cc0c53, at most 25 % in 14 days); memory and connections are made."""
    cpu = real_hourly_peaks(shared_data)
    assert len(cpu) == 336
    verdict = judge(CHECK, database("db.m5.xlarge"), facts=load(cpu=cpu, free_gib=12.0), prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.target == "db.m5.large"
    assert monthly(verdict) == 730 * Decimal("0.171")


def test_the_same_real_database_keeps_its_size_where_memory_is_unknown_or_full(shared_data):
    cpu = real_hourly_peaks(shared_data)
    alone = judge(CHECK, database("db.m5.xlarge"), facts=[series("db_cpu_max_percent", cpu)], prices=PRICES)
    assert alone.outcome is Outcome.NO_DATA
    full = judge(CHECK, database("db.m5.xlarge"), facts=load(cpu=cpu, free_gib=2.0), prices=PRICES)
    assert full.outcome is Outcome.CLEAR


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"free_gib": 28.0}, "db.m5.large"),  # 4 GiB used / 0.5 = 8, exactly what it has
        ({"free_gib": 27.9}, "db.m5.xlarge"),
        ({"connections": 341.0}, "db.m5.large"),  # 341 / 0.5 = 682, exactly the default limit
        ({"connections": 342.0}, "db.m5.xlarge"),
    ],
)
def test_the_headroom_can_be_set_and_an_exact_fit_fits(fields, target):
    verdict = judge(CHECK, database(), facts=load(**fields), prices=PRICES, headroom_fraction=0.5)
    assert verdict.action.target == target
