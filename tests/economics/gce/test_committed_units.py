"""What a machine saves while a commitment goes on paying for its vCPUs and memory, by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks import gce_idle, gce_rightsize
from costopt.analyzer.engine import finding_of
from costopt.analyzer.settlement import settle
from costopt.economics.commitments import left_by_layer
from costopt.economics.gce.committed_units import committed_units
from costopt.economics.gce.usage import device_usage, unit_usage
from costopt.model.period import Period
from costopt.pipeline.audit import estate
from costopt.pipeline.billed_commitments import Fee, flexible_commitments
from tests.oracles.google_commitments import committed_use
from tests.oracles.google_estate import IDLE, N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, disk, machine
from tests.oracles.judging import NOW, StaticPrices, judge

PRICES = StaticPrices(units=UNITS, region=REGION)
VCPUS, MEMORY = 730 * 4 * N1_VCPU * N1_PAID, 730 * 15 * N1_MEMORY * N1_PAID
"""A month of n1-standard-4, its two halves."""
PAIR = [machine("idle"), machine("busy", number="1001")]


def finding(check, judged, facts, prices=PRICES):
    return finding_of(check, judged, judge(check, judged, facts=facts, beside=[disk("idle")], prices=prices))


def settled(owned, check=gce_idle.CHECK):
    (one,) = settle([finding(check, PAIR[0], IDLE)], estate([*PAIR, owned], PRICES, NOW))
    return one


@pytest.mark.parametrize(
    ("vcpus", "memory_gib", "saves"),
    [
        (0, 0.0, VCPUS + MEMORY),
        (4, 15.0, VCPUS + MEMORY),  # the other machine takes all of it
        (6, 15.0, VCPUS / 2 + MEMORY),  # two of the four vCPUs are paid for anyway
        (6, 22.5, VCPUS / 2 + MEMORY * 7 / 15),  # and eight GiB
        (8, 30.0, Decimal(0)),
        (80, 300.0, Decimal(0)),
    ],
)
def test_units_that_a_commitment_goes_on_paying_for_save_nothing(vcpus, memory_gib, saves):
    assert settled(committed_use(vcpus, memory_gib)).counted.amount == pytest.approx(saves, abs=Decimal("0.000001"))


def test_the_commitment_is_named_with_its_end():
    assert "commitments/c (vcpu) until 2027-05-23" in settled(committed_use(6)).overlap


@pytest.mark.parametrize(
    "fields",
    [
        {"commitment_type": "GENERAL_PURPOSE_N2"},
        {"status": "EXPIRED"},
        {"category": "LICENSE"},
        {"end": NOW},
        {"start": NOW + timedelta(1)},
    ],
)
def test_another_series_or_an_inactive_commitment_pays_for_nothing(fields):
    assert settled(committed_use(80, 300.0, **fields)).counted.amount == pytest.approx(
        VCPUS + MEMORY, abs=Decimal("0.000001")
    )


def test_a_move_to_another_series_strands_the_commitment():
    """The smaller machine is of E2, so that what N1 is committed to is paid without any use."""
    one = settled(committed_use(8, 30.0), gce_rightsize.CHECK)
    assert one.counted.amount == 0
    assert "strand" in one.overlap


def test_memory_optimised_commitments_are_of_either_series():
    units = committed_units(committed_use(40, commitment_type="MEMORY_OPTIMIZED"))
    assert [one.spec.instance_family for one in units] == ["m1", "m2"]


@pytest.mark.parametrize(("hourly", "left"), [("36", 0), ("28.80", 10), ("43.20", 0), ("0", 50)])
def test_a_flexible_commitment_pays_for_as_much_as_in_googles_own_examples(hourly, left):
    """50 $ an hour of usage: 36 $ of a year pay for all of it, 28.80 $ for 40, and 43.20 $ for no more than there is.

    Source: https://cloud.google.com/billing/docs/how-to/cud-analysis-flexible.
    """
    fee = Fee(billing_account="b", years=1, currency="USD", hourly=Decimal(hourly))
    owned = flexible_commitments([fee], Period(start=NOW - timedelta(30), end=NOW))
    usage = (REGION, unit_usage("n2_vcpu"))
    *_, rest = left_by_layer({usage: Decimal(730) * 50}, owned, lambda _: Decimal(1), lambda *_: None)
    assert rest[usage] / 730 == pytest.approx(left)


@pytest.mark.parametrize(
    ("item", "years", "covered"),
    [
        ("n2_vcpu", 1, True),
        ("m3_memory", 1, False),
        ("m3_memory", 3, True),
        ("a2_vcpu", 3, False),
        ("h3-standard-88", 1, True),  # one price for its vCPUs and memory
        ("t2d-standard-4", 3, False),
        ("a2-highgpu-1g", 3, False),
        ("f1_micro", 3, False),
    ],
)
def test_a_flexible_commitment_pays_for_the_series_of_its_term(item, years, covered):
    fee = Fee(billing_account="b", years=years, currency="USD", hourly=Decimal(1))
    (owned,) = flexible_commitments([fee], Period(start=NOW - timedelta(30), end=NOW))
    assert owned.covers((REGION, unit_usage(item))) is covered
    assert not owned.covers((REGION, device_usage("gpu_t4")))


def test_resource_based_commitments_pay_before_flexible_ones():
    """Of 8 vCPUs 6 are committed by units; a dollar's flexible commitment has two left to pay for."""
    fee = Fee(billing_account="b", years=1, currency="USD", hourly=Decimal(100))
    flexible = flexible_commitments([fee], Period(start=NOW - timedelta(30), end=NOW))
    usage = (REGION, unit_usage("n1_vcpu"))
    owned = [*flexible, *committed_units(committed_use(6))]
    stages = left_by_layer({usage: Decimal(730) * 8}, owned, lambda _: N1_VCPU, lambda *_: None)
    assert [stage[usage] / 730 for stage in stages] == [8, 2, 2, 0]


@pytest.mark.parametrize(
    ("idle", "busy"), [("e2-standard-4", "n1-standard-4"), ("n1-standard-4", "e2-standard-4")], ids=["E2", "N1"]
)
def test_a_flexible_commitment_that_moves_on_to_another_series_saves_what_that_one_would_pay(idle, busy):
    """It pays for the E2 machine and for nothing else; when either stops, the rest of its money goes to the other one.

    Without E2 it pays for N1, which gets 30 % off by itself: that is no longer paid, and not its price on demand.
    """
    e2 = 4 * Decimal("0.021812") + 16 * Decimal("0.002924")
    n1 = 4 * N1_VCPU + 15 * N1_MEMORY
    fee = Fee(billing_account="b", years=1, currency="USD", hourly=e2 * Decimal("0.72"))
    owned = flexible_commitments([fee], Period(start=NOW - timedelta(30), end=NOW))
    machines = [machine("idle", machine_type=idle), machine("busy", machine_type=busy, number="1001")]
    (one,) = settle([finding(gce_idle.CHECK, machines[0], IDLE)], estate(machines, PRICES, NOW, owned))
    before = 730 * n1 * N1_PAID
    left_of_n1 = max(n1 - e2, Decimal(0)) if idle.startswith("e2") else Decimal(0)
    assert one.counted.amount == pytest.approx(before - 730 * left_of_n1 * N1_PAID, abs=Decimal("0.000001"))


@pytest.mark.parametrize(("paid_for", "counted"), [("0", 246), ("0.5", 246), ("1.5", 123), ("2", 0)])
def test_a_flexible_commitment_pays_for_machines_that_have_one_price(paid_for, counted):
    """Of two machines of 246 $ a month it pays for none, a half, one and a half and both; one of them is stopped."""
    prices = StaticPrices(instances={("gce", "h3-standard-88", "linux"): "0.336986"}, region=REGION)
    hourly = Decimal(paid_for) * Decimal("0.336986") * Decimal("0.83")
    fee = Fee(billing_account="b", years=1, currency="USD", hourly=hourly)
    owned = flexible_commitments([fee], Period(start=NOW - timedelta(30), end=NOW))
    machines = [machine(name, machine_type="h3-standard-88") for name in ("idle", "busy")]
    idle = finding(gce_idle.CHECK, machines[0], IDLE, prices)
    (one,) = settle([idle], estate(machines, prices, NOW, owned))
    assert one.counted.amount == pytest.approx(Decimal(counted), abs=Decimal("0.01"))


def test_a_commitment_of_an_unknown_type_pays_for_no_known_machine():
    assert committed_units(committed_use(40, 100.0, commitment_type="GENERAL_PURPOSE_Q9")) == ()


def test_a_commitment_that_renews_by_itself_says_so():
    assert "commitments/c (vcpu) until 2027-05-23, when it renews" in settled(committed_use(6, auto_renew=True)).overlap
