from decimal import Decimal

import pytest

from costopt.analyzer.checks.gce_idle import CHECK
from costopt.model.finding import ActionKind, Confidence, Outcome
from costopt.model.specs.gce import Accelerator, GceReservation
from tests.oracles.google_estate import N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, ZONE, google, machine
from tests.oracles.judging import StaticPrices, judge, monthly, series

PRICES = StaticPrices(units=UNITS, region=REGION)
FULL_MONTH = 730 * (4 * N1_VCPU + 15 * N1_MEMORY)
IDLE_CPU = 0.7
"""Percent of 4 vCPUs: 0.028 of 0.03 vCPUs."""


def facts(cpu=IDLE_CPU, mean=0.2, received=1_999 * 3600.0, sent=999 * 3600.0):
    return [
        series("cpu_max_percent", cpu),
        series("cpu_mean_percent", mean),
        series("network_in_bytes", received),
        series("network_out_bytes", sent),
    ]


def verdict_of(one=None, measured=None, **kwargs):
    return judge(CHECK, one or machine(), facts=facts() if measured is None else measured, prices=PRICES, **kwargs)


def test_an_idle_machine_saves_its_month_after_the_sustained_use_discount():
    verdict = verdict_of()
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == (FULL_MONTH * N1_PAID).quantize(Decimal("1e-8"))
    assert verdict.action.kind is ActionKind.STOP
    assert verdict.confidence is Confidence.HIGH


def test_a_series_without_sustained_use_discount_saves_its_list_price():
    verdict = verdict_of(machine(machine_type="e2-standard-4", memory_gib=16.0))
    assert monthly(verdict) == 730 * (4 * Decimal("0.021812") + 16 * Decimal("0.002924"))


@pytest.mark.parametrize(
    ("percent", "outcome"),
    [(0.7499, Outcome.FLAGGED), (0.75, Outcome.CLEAR), (0.76, Outcome.CLEAR)],
)
def test_three_hundredths_of_a_vcpu_at_the_peak_is_the_boundary(percent, outcome):
    assert verdict_of(measured=facts(cpu=percent)).outcome is outcome


@pytest.mark.parametrize(
    ("rates", "outcome"),
    [
        ({"received": 1_999 * 3600.0}, Outcome.FLAGGED),
        ({"received": 2_000 * 3600.0}, Outcome.CLEAR),
        ({"sent": 999 * 3600.0}, Outcome.FLAGGED),
        ({"sent": 1_000 * 3600.0}, Outcome.CLEAR),
    ],
)
def test_bytes_a_second_have_a_boundary_for_each_direction(rates, outcome):
    assert verdict_of(measured=facts(**rates)).outcome is outcome


def test_a_minute_of_housekeeping_a_day_is_still_idle():
    """One hour in 24 has a busy minute: 4.2 % of the hours, below 5."""
    daily = ([20.0] + [0.1] * 23) * 14
    assert verdict_of(measured=facts(cpu=daily)).outcome is Outcome.FLAGGED


def test_an_hour_of_work_every_night_is_not_idle():
    """The peaks look the same; the mean of 100 % for one hour in 24 is 0.17 vCPUs."""
    peaks, means = ([100.0] + [0.1] * 23) * 14, ([100.0] + [0.1] * 23) * 14
    assert verdict_of(measured=facts(cpu=peaks, mean=means)).outcome is Outcome.CLEAR


def test_the_size_of_a_type_that_was_not_read_is_known_by_its_name():
    assert verdict_of(machine(vcpus=None)).outcome is Outcome.FLAGGED


def test_without_any_size_nothing_is_said():
    verdict = verdict_of(machine(vcpus=None, machine_type="x9-enormous-4"))
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_DATA, "size of the machine type unknown")


@pytest.mark.parametrize("metric", ["cpu_max_percent", "cpu_mean_percent", "network_in_bytes", "network_out_bytes"])
def test_a_missing_metric_is_never_idleness(metric):
    known = [one for one in facts() if one.metric != metric]
    assert verdict_of(measured=known).outcome is Outcome.NO_DATA
    assert verdict_of(measured=[*known, series(metric, [])]).outcome is Outcome.NO_DATA


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "TERMINATED"},
        {"accelerators": (Accelerator(accelerator_type="nvidia-tesla-t4", count=1),)},
        {"machine_type": "a2-highgpu-1g"},
        {"local_ssd_gib": 375},
        {"managed_by": "gke"},
        {"managed_by": "dataflow"},
        {"sole_tenant": True},
    ],
)
def test_machines_that_others_decide_about_are_not_concerned(fields):
    assert verdict_of(machine(**fields)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("fields", [{"platform": "windows"}, {"provisioning_model": "flex_start"}])
def test_an_unknown_price_is_a_gap_and_not_a_saving_of_zero(fields):
    verdict = verdict_of(machine(**fields))
    assert verdict.outcome is Outcome.FLAGGED
    assert verdict.saving is None
    assert verdict.price_gap


def test_a_spot_machine_has_the_spot_price_and_no_sustained_use_discount():
    units = {("gce", "n1_vcpu_spot"): "0.01", ("gce", "n1_memory_spot"): "0.001"}
    prices = StaticPrices(units=units, region=REGION)
    verdict = judge(CHECK, machine(provisioning_model="spot"), facts=facts(), prices=prices)
    assert monthly(verdict) == 730 * (4 * Decimal("0.01") + 15 * Decimal("0.001"))
    assert all(term.usage is None for term in verdict.saving.terms)


def reservation(**fields):
    given = {
        "number": "7", "zone": ZONE, "status": "READY", "machine_type": "n1-standard-4", "count": 1, "in_use_count": 1,
        **fields,
    }  # fmt: skip
    return google(GceReservation(**given), "zones/us-central1-a/reservations/r-1")


def test_a_reservation_that_is_billed_on_leaves_no_saving():
    verdict = verdict_of(beside=[reservation()])
    assert verdict.outcome is Outcome.FLAGGED
    assert monthly(verdict) == 0
    assert "reservations/r-1 is billed on" in verdict.evidence[-1].statement


@pytest.mark.parametrize("fields", [{"in_use_count": 0}, {"machine_type": "n1-standard-8"}, {"zone": "us-central1-b"}])
def test_a_reservation_that_the_machine_cannot_use_changes_nothing(fields):
    assert monthly(verdict_of(beside=[reservation(**fields)])) > 0


def test_of_two_machines_one_reservation_pays_for_one():
    pair = [machine("web-1"), machine("web-2", number="1001")]
    savings = [monthly(verdict_of(one, beside=[*pair, reservation()])) for one in pair]
    assert sorted(saving > 0 for saving in savings) == [False, True]


def test_a_named_reservation_that_was_not_found_is_a_gap():
    verdict = verdict_of(machine(reservation_affinity="specific"))
    assert verdict.saving is None
    assert "reservation" in verdict.price_gap


def test_a_member_of_a_group_is_taken_out_through_the_group():
    verdict = verdict_of(machine(instance_group="zones/us-central1-a/instanceGroupManagers/web"))
    assert verdict.confidence is Confidence.MEDIUM
    assert verdict.action.summary.startswith("Delete this instance from zones/us-central1-a/instanceGroupManagers/web")
