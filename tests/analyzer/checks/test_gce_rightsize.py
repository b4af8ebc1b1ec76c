from decimal import ROUND_FLOOR, Decimal

import pytest

from costopt.analyzer.checks.gce_rightsize import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.gce import Accelerator, GceReservation, InstanceDisk, ManagedInstanceGroup
from costopt.model.specs.persistent_disks import PersistentDisk
from tests.oracles.google_commitments import committed_use
from tests.oracles.google_estate import (
    N1_MEMORY,
    N1_PAID,
    N1_VCPU,
    REGION,
    UNITS,
    ZONE,
    disk,
    disk_id,
    google,
    machine,
)
from tests.oracles.judging import StaticPrices, ago, judge, monthly, series

PRICES = StaticPrices(units=UNITS, region=REGION)
E2_VCPU, E2_MEMORY = Decimal("0.021812"), Decimal("0.002924")
CUSTOM = StaticPrices(
    units={**UNITS, ("gce", "e2_custom_vcpu"): "0.021812", ("gce", "e2_custom_memory"): "0.002924"}, region=REGION
)
N1_STANDARD_8 = 730 * N1_PAID * (8 * N1_VCPU + 30 * N1_MEMORY)
N1_HIGHMEM_2 = 730 * N1_PAID * (2 * N1_VCPU + 13 * N1_MEMORY)
GROUP = "zones/us-central1-a/instanceGroupManagers/web"


def large(**fields):
    return machine(**{"machine_type": "n1-standard-8", "vcpus": 8.0, "memory_gib": 30.0, **fields})


def facts(cpu=20.0, memory=30.0, network=1e6, mean=5.0):
    """8 vCPUs at 20 % with 20 % headroom: 2.0 vCPUs. 30 GiB at 30 %: 11.25 GiB."""
    known = [
        series("cpu_max_percent", cpu),
        series("cpu_mean_percent", mean),
        series("network_in_bytes", network),
        series("network_out_bytes", network),
    ]
    return known if memory is None else [*known, series("memory_used_percent", memory)]


def verdict_of(one=None, measured=None, beside=None, prices=PRICES, **kwargs):
    return judge(
        CHECK,
        one or large(),
        facts=facts() if measured is None else measured,
        beside=[disk()] if beside is None else beside,
        prices=prices,
        **kwargs,
    )


def test_the_cheapest_type_that_carries_the_load_is_named_with_the_difference():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.action.target == "n1-highmem-2"
    assert monthly(verdict) == (N1_STANDARD_8 - N1_HIGHMEM_2).quantize(Decimal("1e-8"))
    assert (verdict.action.kind, verdict.action.restart) == (ActionKind.RESIZE, True)
    assert verdict.confidence is Confidence.HIGH


def test_the_licence_of_rhel_shrinks_with_the_vcpus_and_is_part_of_the_saving():
    licensed = StaticPrices(units={**UNITS, ("gce", "licence_rhel_vcpu_to_8"): "0.0144"}, region=REGION)
    verdict = verdict_of(large(platform="rhel"), prices=licensed)
    assert verdict.action.target == "n1-highmem-2"
    saved = N1_STANDARD_8 - N1_HIGHMEM_2 + 730 * 6 * Decimal("0.0144")
    assert monthly(verdict) == saved.quantize(Decimal("1e-8"))


def test_a_custom_type_is_cut_to_the_load():
    verdict = verdict_of(prices=CUSTOM)
    assert verdict.action.target == "e2-custom-2-11520"  # 11.25 GiB
    saved = N1_STANDARD_8 - 730 * (2 * E2_VCPU + Decimal("11.25") * E2_MEMORY)
    assert monthly(verdict) == saved.quantize(Decimal("1e-8"))


@pytest.mark.parametrize(("cpu", "target"), [(20.0, "n1-highmem-2"), (20.01, "n1-standard-4")])
def test_the_peak_with_headroom_must_fit_the_vcpus(cpu, target):
    assert verdict_of(measured=facts(cpu=cpu)).action.target == target


@pytest.mark.parametrize(("memory", "target"), [(34.6, "n1-highmem-2"), (34.7, "e2-highmem-2")])
def test_the_peak_of_memory_with_headroom_must_fit(memory, target):
    """13 GiB of 30, 20 % free: 34.67 %."""
    assert verdict_of(measured=facts(memory=memory)).action.target == target


def test_without_the_agent_memory_never_shrinks():
    verdict = verdict_of(measured=facts(memory=None))
    assert verdict.action.target == "e2-highmem-4"  # 32 GiB, the least above 30
    assert verdict.confidence is Confidence.MEDIUM
    assert any("memory use is unknown" in one.statement for one in verdict.evidence)


def test_a_busy_network_keeps_the_vcpus_that_carry_it():
    """0.4 Gbit/s each way on average, three times that at the peak, 20 % free: 3 Gbit/s of the 4 of two vCPUs."""
    hourly = 0.4e9 / 8 * 3600
    assert verdict_of(measured=facts(network=hourly)).action.target == "n1-highmem-2"
    assert verdict_of(measured=facts(network=2 * hourly)).action.target == "n1-standard-4"


N1_CUSTOM = StaticPrices(
    units={**CUSTOM.units, ("gce", "n1_custom_vcpu"): "0.033174", ("gce", "n1_custom_memory"): "0.004446"},
    region=REGION,
)


@pytest.mark.parametrize("beside", [[], [disk(disk_type="pd-extreme")], [disk(disk_type="hyperdisk-balanced")]])
def test_a_disk_that_is_unknown_or_of_provisioned_pace_keeps_the_pace_and_the_series(beside):
    """8 vCPUs do 800 MiB/s on disks, fewer do 240; and E2 takes none of these disks."""
    assert verdict_of(beside=beside, prices=N1_CUSTOM).action.target == "custom-8-11520"


def test_what_other_series_may_lack_keeps_the_series():
    bound = large(bound_to_series=True)
    assert verdict_of(bound, prices=CUSTOM).action.target == "n1-highmem-2"
    assert verdict_of(large(), prices=CUSTOM).action.target == "e2-custom-2-11520"


def test_large_disks_keep_the_vcpus_that_drive_them():
    """30 % of 1,200 MiB/s is 360, more than a machine of fewer than 8 vCPUs does."""
    verdict = verdict_of(beside=[disk(disk_type="pd-ssd", size_gib=2_000)], prices=CUSTOM)
    assert verdict.action.target == "e2-custom-8-11520"


def test_an_n2_machine_is_not_moved_to_a_slower_series():
    one = large(machine_type="n2-standard-8", memory_gib=32.0)
    assert verdict_of(one).action.target == "n2-highmem-2"


def test_other_series_stay_among_themselves():
    units = {**UNITS, ("gce", "c2_vcpu"): "0.033982", ("gce", "c2_memory"): "0.004555"}
    one = large(machine_type="c2-standard-8", memory_gib=32.0)
    prices = StaticPrices(units=units, region=REGION)
    assert verdict_of(one, prices=prices).action.target == "c2-standard-4"


def test_a_shared_core_is_for_who_has_one():
    one = machine(machine_type="e2-standard-2", vcpus=2.0, memory_gib=8.0)
    assert verdict_of(one, facts(cpu=1.0, memory=5.0)).action.target == "e2-highcpu-2"
    shared = machine(machine_type="e2-medium", vcpus=2.0, memory_gib=4.0)
    small = verdict_of(shared, facts(cpu=1.0, memory=5.0, mean=0.5))
    assert small.action.target == "e2-micro"


@pytest.mark.parametrize(("more", "outcome"), [("0", Outcome.FLAGGED), ("0.0001", Outcome.CLEAR)])
def test_a_saving_below_the_least_is_churn(more, outcome):
    least = (N1_STANDARD_8 - N1_HIGHMEM_2).quantize(Decimal("1e-6"), ROUND_FLOOR) + Decimal(more)
    assert verdict_of(min_saving_monthly=least).outcome is outcome


def test_a_start_within_the_look_back_may_have_changed_the_type():
    assert verdict_of(large(last_started_at=ago(13))).outcome is Outcome.NO_DATA
    assert verdict_of(large(last_started_at=ago(15))).outcome is Outcome.FLAGGED


@pytest.mark.parametrize("metric", ["cpu_max_percent", "cpu_mean_percent", "network_in_bytes", "network_out_bytes"])
def test_a_missing_metric_of_the_hypervisor_is_no_data(metric):
    known = [one for one in facts() if one.metric != metric]
    assert verdict_of(measured=known).outcome is Outcome.NO_DATA


def test_a_price_that_is_missing_is_no_data():
    assert verdict_of(large(platform="windows")).reason == "price missing"
    assert verdict_of(large(machine_type="x9-enormous-8")).reason == "price missing"


@pytest.mark.parametrize(
    "fields",
    [
        {"accelerators": (Accelerator(accelerator_type="nvidia-tesla-t4", count=1),)},
        {"local_ssd_gib": 375},
        {"managed_by": "gke"},
        {"managed_by": "dataflow"},
        {"status": "TERMINATED"},
        {"sole_tenant": True},
    ],
)
def test_machines_that_others_decide_about_are_not_concerned(fields):
    assert verdict_of(large(**fields)).outcome is Outcome.NOT_APPLICABLE


def group(**fields):
    given = {"target_size": 3, "zones": (ZONE,), "autoscaled": False, **fields}
    return google(ManagedInstanceGroup(**given), GROUP)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, Outcome.FLAGGED),
        ({"autoscaled": True}, Outcome.NOT_APPLICABLE),
        ({"zones": (ZONE, "us-central1-b")}, Outcome.NOT_APPLICABLE),
        ({"autoscaled": None}, Outcome.NO_DATA),
    ],
)
def test_a_member_is_judged_where_its_group_is_of_one_zone_and_fixed_size(fields, outcome):
    assert verdict_of(large(instance_group=GROUP), beside=[disk(), group(**fields)]).outcome is outcome


def test_a_member_is_resized_through_its_template_with_less_confidence():
    verdict = verdict_of(large(instance_group=GROUP), beside=[disk(), group()])
    assert verdict.confidence is Confidence.MEDIUM
    assert f"Give {GROUP} a template" in verdict.action.summary


def test_a_group_that_was_not_read_is_no_data():
    assert verdict_of(large(instance_group=GROUP)).outcome is Outcome.NO_DATA


def test_a_machine_in_a_reservation_keeps_its_type():
    reservation = GceReservation(
        number="7", zone=ZONE, status="READY", machine_type="n1-standard-8", count=1, in_use_count=1
    )
    beside = [disk(), google(reservation, "zones/us-central1-a/reservations/r-1")]
    assert verdict_of(beside=beside).outcome is Outcome.NOT_APPLICABLE


def test_nothing_is_said_where_disks_were_not_read():
    assert verdict_of(missing_kinds=frozenset({PersistentDisk.KIND})).outcome is Outcome.NO_DATA


def test_two_disks_add_up():
    both = tuple(InstanceDisk(disk_id=disk_id(name), device_name=name) for name in ("web-1", "data"))
    halves = [disk(disk_type="pd-ssd", size_gib=500), disk("data", disk_type="pd-ssd", size_gib=500)]
    one = verdict_of(large(disks=both[:1]), beside=halves, prices=CUSTOM)
    two = verdict_of(large(disks=both), beside=halves, prices=CUSTOM)
    assert one.action.target == "e2-custom-2-11520"  # 30 % of 480 MiB/s: 144 of 240
    assert two.action.target == "e2-custom-8-11520"  # 288


def test_a_headroom_that_leaves_nothing_is_refused():
    with pytest.raises(ValueError, match="headroom_fraction"):
        CHECK.params(headroom_fraction=1.0)


@pytest.mark.parametrize(
    ("commitment_type", "outcome"), [("GENERAL_PURPOSE_T2D", Outcome.NO_DATA), ("GENERAL_PURPOSE_N2", Outcome.FLAGGED)]
)
def test_a_type_with_one_price_saves_nothing_that_is_known_beside_a_commitment_of_its_series(commitment_type, outcome):
    whole = StaticPrices(
        instances={("gce", "t2d-standard-8", "linux"): "0.338", ("gce", "t2d-standard-4", "linux"): "0.169"},
        region=REGION,
    )
    owned = committed_use(8, 32.0, commitment_type=commitment_type)
    verdict = verdict_of(large(machine_type="t2d-standard-8", memory_gib=32.0), beside=[disk(), owned], prices=whole)
    assert verdict.outcome is outcome
