from decimal import Decimal

import pytest

from costopt.analyzer.checks.gce_gpu_idle import CHECK
from costopt.model.finding import Confidence, Outcome
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import Accelerator, ManagedInstanceGroup
from tests.oracles.google_estate import N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, ZONE, google, machine
from tests.oracles.judging import StaticPrices, ago, judge, monthly, series

T4 = Accelerator(accelerator_type="nvidia-tesla-t4", count=2)
PRICES = StaticPrices(
    units={
        **UNITS,
        ("gce", "gpu_t4"): "0.35",
        ("gce", "local_ssd"): "0.08",
    },
    instances={("gce", "g2-standard-4", "linux"): "0.708", ("gce", "a3-ultragpu-8g", "linux"): "84.8"},
    region=REGION,
)
HOURS = 14 * 24


def gpu_machine(**fields):
    return machine(**{"accelerators": (T4,), **fields})


def busy(hours):
    return series("gpu_used_percent", [6.0] * hours + [5.0] * (HOURS - hours))


def host(cpu=4.9, daily=4_999_999.0):
    each = daily / 2 / 24
    return [
        series("cpu_max_percent", cpu),
        series("network_in_bytes", each),
        series("network_out_bytes", each),
    ]


def verdict_of(facts, one=None):
    return judge(CHECK, one or gpu_machine(), facts=facts, prices=PRICES)


def test_an_idle_machine_saves_its_units_and_its_gpus_after_the_discount():
    verdict = verdict_of([busy(0)])
    full = 730 * (4 * N1_VCPU + 15 * N1_MEMORY + 2 * Decimal("0.35"))
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == (full * N1_PAID).quantize(Decimal("1e-8"))
    assert verdict.confidence is Confidence.HIGH


def test_local_ssd_is_saved_too_and_its_loss_is_said():
    verdict = verdict_of([busy(0)], gpu_machine(local_ssd_gib=375))
    assert monthly(verdict) - monthly(verdict_of([busy(0)])) == 30  # 375 GiB x 0.08
    assert "erases its local SSD" in verdict.action.summary


@pytest.mark.parametrize(
    ("autoscaled", "advice"),
    [
        (False, "Delete this instance from groups/render, whose size falls by one"),
        (True, "Lower the least size of groups/render, whose autoscaler"),
    ],
)
def test_a_member_of_a_group_is_not_stopped_which_its_group_would_undo(autoscaled, advice):
    group = google(ManagedInstanceGroup(target_size=2, zones=(ZONE,), autoscaled=autoscaled), "groups/render")
    member = gpu_machine(instance_group="groups/render")
    verdict = judge(CHECK, member, facts=[busy(0)], beside=[group], prices=PRICES)
    assert verdict.action.summary.startswith(advice)


def test_gpus_that_belong_to_the_type_are_counted_once():
    l4 = Accelerator(accelerator_type="nvidia-l4", count=1)
    verdict = verdict_of([busy(0)], gpu_machine(machine_type="g2-standard-4", accelerators=(l4,)))
    assert monthly(verdict) == 730 * Decimal("0.708")
    assert [term.usage.instance_type for term in verdict.saving.terms] == ["g2-standard-4"]


def test_a_type_whose_units_are_not_known_has_the_price_of_the_whole():
    h200 = Accelerator(accelerator_type="nvidia-h200-141gb", count=8)
    verdict = verdict_of([busy(0)], gpu_machine(machine_type="a3-ultragpu-8g", accelerators=(h200,)))
    assert monthly(verdict) == 730 * Decimal("84.8")


@pytest.mark.parametrize(("hours", "outcome"), [(3, Outcome.FLAGGED), (4, Outcome.CLEAR)])
def test_one_percent_of_the_hours_is_the_boundary(hours, outcome):
    """336 hours: three are 0.9 %, four 1.2 %."""
    assert verdict_of([busy(hours)]).outcome is outcome


def test_without_the_agent_an_idle_host_is_a_weak_hint():
    verdict = verdict_of(host())
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.LOW)


@pytest.mark.parametrize("load", [{"cpu": 5.0}, {"daily": 5_000_000.0}])
def test_a_host_at_the_threshold_works(load):
    assert verdict_of(host(**load)).outcome is Outcome.CLEAR


def test_a_few_points_of_the_agent_are_no_data():
    assert verdict_of([series("gpu_used_percent", [0.0] * 100), *host()]).outcome is Outcome.NO_DATA


def test_without_any_metric_nothing_is_said():
    assert verdict_of([]).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"accelerators": ()}, {"status": "TERMINATED"}, {"managed_by": "gke"}])
def test_other_machines_are_not_concerned(fields):
    assert verdict_of([busy(0)], gpu_machine(**fields)).outcome is Outcome.NOT_APPLICABLE


def test_a_gpu_without_a_price_is_a_gap():
    other = Accelerator(accelerator_type="nvidia-h100-80gb", count=8)
    verdict = verdict_of([busy(0)], gpu_machine(accelerators=(other,)))
    assert verdict.saving is None
    assert "gpu_h100_80gb" in verdict.price_gap


@pytest.mark.parametrize(
    ("machine_type", "fields", "gap"),
    [
        ("g2-standard-4", {"commitment_type": "GRAPHICS_OPTIMIZED"}, "commitments/c until 2027-05-23"),
        ("g2-standard-4", {"commitment_type": "GRAPHICS_OPTIMIZED", "auto_renew": True}, "2027-05-23, when it renews"),
        ("a3-ultragpu-8g", {"commitment_type": "ACCELERATOR_OPTIMIZED_A3_ULTRA"}, "commitments/c until 2027-05-23"),
        ("g2-standard-4", {"commitment_type": "OF_TOMORROW"}, "commitments/c until 2027-05-23"),
        ("g2-standard-4", {"commitment_type": "ACCELERATOR_OPTIMIZED_A3_ULTRA"}, None),
        ("g2-standard-4", {"commitment_type": "GRAPHICS_OPTIMIZED", "status": "EXPIRED"}, None),
        ("g2-standard-4", {"commitment_type": "GRAPHICS_OPTIMIZED", "start": ago(-1)}, None),
        ("n1-standard-4", {"commitment_type": "GENERAL_PURPOSE", "accelerators": (T4,)}, None),  # settled
    ],
)
def test_where_a_commitment_pays_for_a_part_of_a_type_with_one_price_it_is_named(machine_type, fields, gap):
    term = {"plan": "TWELVE_MONTH", "status": "ACTIVE", "start": ago(100), "end": ago(-265)}
    owned = google(CommittedUse(**{**term, **fields}), "commitments/c")
    idle = gpu_machine(machine_type=machine_type, accelerators=(T4,))
    verdict = judge(CHECK, idle, facts=[busy(0)], beside=[owned], prices=PRICES)
    assert verdict.outcome is Outcome.FLAGGED
    assert (verdict.saving is None) is (gap is not None)
    assert (gap or "") in (verdict.price_gap or "")
