"""What an idle machine with GPUs and local SSD saves while those are committed, by hand, at prices of us-central1."""

from datetime import timedelta
from decimal import Decimal

import pytest

from costopt.analyzer.checks.gce_gpu_idle import CHECK
from costopt.analyzer.engine import finding_of
from costopt.analyzer.settlement import settle
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.gce import Accelerator, GceReservation
from costopt.pipeline.audit import estate
from tests.oracles.google_commitments import committed_use
from tests.oracles.google_estate import N1_MEMORY, N1_PAID, N1_VCPU, REGION, UNITS, ZONE, google, machine
from tests.oracles.judging import NOW, StaticPrices, judge, series

PRICES = StaticPrices(units={**UNITS, ("gce", "gpu_t4"): "0.35", ("gce", "local_ssd"): "0.08"}, region=REGION)
"""An hour of a T4 and a month of a GiB. Sources: https://cloud.google.com/compute/gpus-pricing and
https://cloud.google.com/compute/disks-image-pricing."""
ONE_T4 = Accelerator(accelerator_type="nvidia-tesla-t4", count=1)
UNITS_OF_MACHINE = 730 * (4 * N1_VCPU + 15 * N1_MEMORY) * N1_PAID
GPU, LOCAL_SSD = 730 * Decimal("0.35") * N1_PAID, 375 * Decimal("0.08")
DEVICES = {"accelerators": (ONE_T4,), "local_ssd_gib": 375}


def committed(gpus, gib=0):
    t4 = Accelerator(accelerator_type="nvidia-tesla-t4", count=gpus)
    return committed_use(accelerators=(t4,) if gpus else (), local_ssd_gib=gib)


def reserved(count, **fields):
    given = {"number": "7", "zone": ZONE, "status": "READY", "machine_type": "n1-standard-4", "in_use_count": 0}
    return google(GceReservation(**{**given, **DEVICES, "count": count, **fields}), f"zones/{ZONE}/reservations/r")


def settled(*beside):
    idle = machine("idle", **DEVICES)
    verdict = judge(CHECK, idle, facts=[series("gpu_used_percent", 0.0)], beside=beside, prices=PRICES)
    (one,) = settle([finding_of(CHECK, idle, verdict)], estate([idle, *beside], PRICES, NOW))
    return one


@pytest.mark.parametrize(
    ("beside", "saves"),
    [
        ((), UNITS_OF_MACHINE + GPU + LOCAL_SSD),
        ((committed(1),), UNITS_OF_MACHINE + LOCAL_SSD),
        ((committed(1, 375),), UNITS_OF_MACHINE),
        ((committed(0, 75),), UNITS_OF_MACHINE + GPU + LOCAL_SSD * 300 / 375),
        ((committed(1, 375), machine("busy", number="1001", **DEVICES)), UNITS_OF_MACHINE + GPU + LOCAL_SSD),
        ((committed(1, 375), reserved(1)), UNITS_OF_MACHINE + GPU + LOCAL_SSD),
        ((committed(1, 375), reserved(1, in_use_count=None)), Decimal(0)),
    ],
    ids=[
        "nothing committed",
        "its GPU",
        "its GPU and its local SSD",
        "a fifth of its local SSD",
        "another machine takes what is committed",
        "a reservation takes what is committed",
        "it may be the machine in the reservation",
    ],
)
def test_devices_that_a_commitment_goes_on_paying_for_save_nothing(beside, saves):
    assert settled(*beside).counted.amount == pytest.approx(saves, abs=Decimal("0.000001"))


def test_the_commitment_on_devices_is_named_with_its_end():
    assert "commitments/c (gpu t4) until 2027-05-23" in settled(committed(1)).overlap


def test_the_gpu_of_another_type_is_not_paid_for():
    v100 = Accelerator(accelerator_type="nvidia-tesla-v100", count=8)
    owned = google(
        CommittedUse(
            commitment_type="GENERAL_PURPOSE", plan="TWELVE_MONTH", status="ACTIVE", start=NOW - timedelta(100),
            end=NOW + timedelta(265), accelerators=(v100,),
        ),
        "regions/us-central1/commitments/v",
    )  # fmt: skip
    assert settled(owned).overlap is None
