from decimal import Decimal

import pytest

from costopt.analyzer.checks.workbench_idle import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.gce import Accelerator
from costopt.model.specs.google_ml import WorkbenchInstance
from tests.oracles.google_estate import N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, ZONE, google, instance_id, machine
from tests.oracles.judging import StaticPrices, judge, monthly, series

PRICES = StaticPrices(units=UNITS, region=REGION)


def host(**fields):
    return machine("lab", **{"managed_by": "workbench", **fields})


def notebook(minutes=None):
    spec = WorkbenchInstance(
        state="ACTIVE",
        zone=ZONE,
        machine_type="n1-standard-4",
        instance_id=instance_id("lab"),
        idle_shutdown_minutes=minutes,
    )
    return google(spec, f"locations/{ZONE}/instances/lab")


def verdict_of(cpu=4.9, one=None, beside=None, gpu=None):
    facts = [] if cpu is None else [series("cpu_max_percent", cpu)]
    facts += [] if gpu is None else [series("gpu_used_percent", gpu)]
    return judge(CHECK, one or host(), facts=facts, beside=[notebook()] if beside is None else beside, prices=PRICES)


def test_a_notebook_left_running_saves_its_machine():
    verdict = verdict_of()
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.MEDIUM)
    assert monthly(verdict) == (730 * N1_PAID * (4 * N1_VCPU + 15 * N1_MEMORY)).quantize(Decimal("1e-8"))
    assert verdict.action.kind is ActionKind.STOP


@pytest.mark.parametrize(("cpu", "outcome"), [(4.99, Outcome.FLAGGED), (5.0, Outcome.CLEAR)])
def test_five_percent_is_the_boundary(cpu, outcome):
    assert verdict_of(cpu).outcome is outcome


def test_an_hour_of_work_a_day_is_not_use_and_two_are():
    assert verdict_of(([90.0] + [1.0] * 23) * 14).outcome is Outcome.FLAGGED
    assert verdict_of(([90.0] * 2 + [1.0] * 22) * 14).outcome is Outcome.CLEAR


def test_a_notebook_that_stops_by_itself_is_left_alone():
    assert verdict_of(beside=[notebook(180)]).outcome is Outcome.CLEAR


def test_a_machine_whose_notebook_is_not_found_is_a_weak_hint():
    assert verdict_of(beside=[]).confidence is Confidence.LOW


def trainer(**fields):
    return host(accelerators=(Accelerator(accelerator_type="nvidia-tesla-t4", count=4),), **fields)


@pytest.mark.parametrize(("gpu", "outcome"), [(4.99, Outcome.FLAGGED), (5.0, Outcome.CLEAR), (97.0, Outcome.CLEAR)])
def test_a_training_on_gpus_needs_hardly_any_cpu_and_is_use(gpu, outcome):
    assert verdict_of(one=trainer(), gpu=gpu).outcome is outcome


def test_gpus_that_nobody_measured_make_it_a_weak_hint():
    verdict = verdict_of(one=trainer())
    assert (verdict.outcome, verdict.confidence) == (Outcome.FLAGGED, Confidence.LOW)
    assert "GPUs not measured" in verdict.evidence[1].statement
    assert verdict_of(one=trainer(), gpu=0.0).confidence is Confidence.MEDIUM


def test_a_few_points_of_the_gpus_are_no_data():
    assert verdict_of(one=trainer(), gpu=[0.0] * 100).outcome is Outcome.NO_DATA


def test_the_loss_of_local_ssd_is_said():
    assert "erases its local SSD" in verdict_of(one=host(local_ssd_gib=375)).action.summary


def test_a_missing_metric_is_never_idleness():
    assert verdict_of(None).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("fields", [{"managed_by": None}, {"status": "TERMINATED"}])
def test_other_machines_are_not_concerned(fields):
    assert verdict_of(one=host(**fields)).outcome is Outcome.NOT_APPLICABLE


def test_an_unknown_price_is_a_gap():
    verdict = verdict_of(one=host(machine_type="x9-enormous-4"))
    assert verdict.saving is None
    assert "x9-enormous-4" in verdict.price_gap
