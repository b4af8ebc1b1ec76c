from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.ebs_cost import paid_instead, snapshot_terms, volume_terms
from costopt.economics.ebs_limits import gp2_baseline_iops, gp2_baseline_mibps, provisioned_mibps
from costopt.errors import PriceNotFound
from costopt.model.finding import Saving
from costopt.model.price import Quality
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from tests.oracles.judging import StaticPrices, resource

# us-east-1 list prices, https://aws.amazon.com/ebs/pricing/.
PRICES = StaticPrices(
    units={
        ("ebs", "gp2_storage"): "0.10",
        ("ebs", "gp3_storage"): "0.08",
        ("ebs", "gp3_iops"): "0.005",
        ("ebs", "gp3_throughput"): "0.04",
        ("ebs", "io1_storage"): "0.125",
        ("ebs", "io1_iops"): "0.065",
        ("ebs", "io2_storage"): "0.125",
        ("ebs", "io2_iops"): "0.065",
        ("ebs", "st1_storage"): "0.045",
        ("ebs", "snapshot_standard_storage"): "0.05",
        ("ebs", "snapshot_archive_storage"): "0.0125",
    }
)


def cost(volume_type, size_gib, iops=None, throughput=None, prices=PRICES):
    spec = EbsVolume(
        volume_type=volume_type, size_gib=size_gib, state="in-use", availability_zone="us-east-1a", iops=iops,
        throughput_mibps=throughput,
    )  # fmt: skip
    return Saving(terms=volume_terms(resource(spec, "vol-1"), spec, prices))


@pytest.mark.parametrize(
    ("volume", "dollars"),
    [
        (("gp2", 100, 300), "10.00"),
        (("gp3", 100, 3000, 125), "8.00"),
        (("gp3", 100, 3001, 125), "8.005"),
        (("gp3", 100, 3000, 126), "8.04"),
        # AWS's own example: 2,000 GiB, 10,000 IOPS, 500 MiB/s = 160 + 35 + 15.
        (("gp3", 2000, 10_000, 500), "210.00"),
        (("gp3", 100, None, None), "8.00"),
        (("io1", 100, 1000), "77.50"),
        (("io2", 100, 32_000), "2092.50"),
        (("st1", 500), "22.50"),
    ],
)
def test_monthly_cost_of_a_volume(volume, dollars):
    assert cost(*volume).monthly.amount == Decimal(dollars)


def test_io2_has_three_tiers_and_the_further_ones_are_estimates():
    saving = cost("io2", 4, 100_000)
    expected = (
        4 * Decimal("0.125")
        + 32_000 * Decimal("0.065")
        + 32_000 * Decimal("0.065") * Decimal("0.7")
        + 36_000 * Decimal("0.065") * Decimal("0.49")
    )
    assert saving.monthly.amount == expected
    assert saving.quality is Quality.ESTIMATE
    assert cost("io2", 4, 32_000).quality is Quality.LIST


@given(st.sampled_from(("gp3", "io1", "io2")), st.integers(1, 16_384), st.integers(100, 256_000), st.integers(1, 5_000))
def test_more_operations_never_cost_less(volume_type, size_gib, iops, more):
    assert cost(volume_type, size_gib, iops).monthly <= cost(volume_type, size_gib, iops + more).monthly


def test_what_is_paid_instead_cancels_the_cost():
    terms = cost("gp3", 100, 5000, 300).terms
    assert len(terms) == 3
    assert Saving(terms=terms + paid_instead(terms)).monthly.amount == 0


def test_a_missing_part_is_no_half_sum():
    partial = StaticPrices(units={("ebs", "gp3_storage"): "0.08"})
    with pytest.raises(PriceNotFound, match="gp3_iops"):
        cost("gp3", 100, 5000, prices=partial)


@pytest.mark.parametrize(
    ("fields", "dollars"),
    [
        ({}, "5.00"),
        ({"full_size_bytes": 10 * 1024**3}, "0.50"),
        ({"full_size_bytes": 0}, "0"),
        ({"tier": "archive"}, "1.25"),
    ],
)
def test_cost_of_a_snapshot_is_at_most_its_volume(fields, dollars):
    spec = EbsSnapshot(**{"volume_id": "vol-1", "volume_size_gib": 100, "tier": "standard", **fields})
    (term,) = snapshot_terms(resource(spec, "snap-1"), spec, PRICES)
    assert term.amount == Decimal(dollars)


@pytest.mark.parametrize(
    ("size_gib", "iops", "mibps"),
    [
        (1, 100, 25),
        (33, 100, 25),
        (34, 102, 26),
        (170, 510, 128),
        (334, 1002, 250),
        (5333, 15_999, 250),
        (5334, 16_000, 250),
    ],
)
def test_published_limits_of_gp2(size_gib, iops, mibps):
    assert (gp2_baseline_iops(size_gib), gp2_baseline_mibps(size_gib)) == (iops, mibps)


@pytest.mark.parametrize(
    ("volume", "mibps"),
    [(("io1", 1000), 250), (("io1", 2000), 500), (("io1", 16_000), 500), (("io2", 1000), 256), (("io2", 64_000), 4000)],
)
def test_published_limits_of_provisioned_volumes(volume, mibps):
    assert provisioned_mibps(*volume) == mibps
