import pytest

from costopt.analyzer.checks.pd_tier import CHECK
from costopt.model.finding import ActionKind, Outcome
from tests.oracles.google_estate import REGION, UNITS, disk, machine
from tests.oracles.judging import StaticPrices, judge, monthly, series

PRICES = StaticPrices(units=UNITS, region=REGION)
MIB = 1024**2


def ssd(**fields):
    return disk(**{"disk_type": "pd-ssd", "size_gib": 500, **fields})


def facts(ops=1_000.0, mib=10.0):
    """Half of it read, half written."""
    return [
        series("disk_read_ops_per_second_max", ops / 2),
        series("disk_write_ops_per_second_max", ops / 2),
        series("disk_read_bytes_per_second_max", mib * MIB / 2),
        series("disk_write_bytes_per_second_max", mib * MIB / 2),
    ]


def verdict_of(one=None, measured=None, **params):
    return judge(CHECK, one or ssd(), facts=facts() if measured is None else measured, prices=PRICES, **params)


def test_an_ssd_far_below_its_limits_becomes_balanced():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.action.kind, verdict.action.target) == (ActionKind.MIGRATE, "pd-balanced")
    assert monthly(verdict) == 35  # 500 GiB x (0.17 - 0.10)


@pytest.mark.parametrize(("ops", "outcome"), [(4_800.0, Outcome.FLAGGED), (4_801.0, Outcome.CLEAR)])
def test_the_balanced_disk_must_do_the_operations_with_a_fifth_free(ops, outcome):
    """3,000 and 6 for each of 500 GiB: 6,000 operations."""
    assert verdict_of(measured=facts(ops=ops)).outcome is outcome


@pytest.mark.parametrize(("mib", "outcome"), [(143.9, Outcome.FLAGGED), (144.0, Outcome.CLEAR)])
def test_thirty_percent_of_the_throughput_is_the_boundary(mib, outcome):
    """240 and 0.48 for each of 500 GiB: 480 MiB/s."""
    assert verdict_of(measured=facts(mib=mib)).outcome is outcome


def test_a_spinning_disk_is_offered_only_where_it_is_allowed():
    balanced = ssd(disk_type="pd-balanced")
    quiet = facts(ops=100.0)
    assert verdict_of(balanced, quiet).outcome is Outcome.CLEAR
    allowed = verdict_of(balanced, quiet, allow_standard=True)
    assert allowed.action.target == "pd-standard"
    assert monthly(allowed) == 30  # 500 GiB x (0.10 - 0.04)


def test_a_spinning_disk_must_read_what_is_asked():
    """0.75 reads for each of 500 GiB, a fifth free: 300."""
    balanced = ssd(disk_type="pd-balanced")
    assert verdict_of(balanced, facts(ops=300.0), allow_standard=True).outcome is Outcome.FLAGGED
    assert verdict_of(balanced, facts(ops=301.0), allow_standard=True).outcome is Outcome.CLEAR


@pytest.mark.parametrize(("size", "outcome"), [(71, Outcome.CLEAR), (72, Outcome.FLAGGED)])
def test_less_than_five_dollars_is_churn(size, outcome):
    assert verdict_of(ssd(size_gib=size)).outcome is outcome


@pytest.mark.parametrize(
    ("volume", "holder", "advice"),
    [
        ({}, {}, "Make a pd-balanced disk from a snapshot"),
        ({"managed_by": "gke"}, {"managed_by": "gke", "instance_group": "groups/pool"}, "Give its data a new volume"),
        ({}, {"managed_by": "gke", "instance_group": "groups/pool"}, "Make a node pool with pd-balanced disks"),
        ({}, {"instance_group": "groups/web"}, "Give groups/web a template with pd-balanced disks"),
    ],
    ids=["own", "volume of a cluster", "disk of a node", "disk of a group"],
)
def test_what_a_cluster_or_a_group_made_is_changed_there(volume, holder, advice):
    verdict = judge(CHECK, ssd(**volume), facts=facts(), beside=[machine(**holder)], prices=PRICES)
    assert verdict.action.summary.startswith(advice)


@pytest.mark.parametrize("lost", range(4))
def test_a_missing_metric_is_never_a_quiet_disk(lost):
    known = facts()
    del known[lost]
    assert verdict_of(measured=known).outcome is Outcome.NO_DATA


def test_a_disk_that_was_detached_half_of_the_time_is_not_judged():
    half = [series(one.metric, one.values[:168]) for one in facts()]
    assert verdict_of(measured=half).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    "fields",
    [
        {"disk_type": "pd-standard"},
        {"disk_type": "hyperdisk-balanced"},
        {"zones": ("a", "b")},
        {"instance_ids": ()},
    ],
)
def test_other_disks_are_not_concerned(fields):
    assert verdict_of(ssd(**fields)).outcome is Outcome.NOT_APPLICABLE


def test_without_the_price_of_the_cheaper_type_nothing_is_advised():
    prices = StaticPrices(units={("gce", "pd_ssd"): "0.17"}, region=REGION)
    assert judge(CHECK, ssd(), facts=facts(), prices=prices).outcome is Outcome.NO_DATA
