"""What type names tell."""

import pytest

from costopt.economics.instance_families import family_of, is_accelerated, sustained_cpu_fraction
from tests.oracles.judging import shape


@pytest.mark.parametrize(
    ("name", "series", "generation"),
    [
        ("m5.large", "m", 5),
        ("c6gn.16xlarge", "c", 6),
        ("m7i-flex.large", "m", 7),
        ("x2iedn.metal", "x", 2),
        ("inf2.xlarge", "inf", 2),
        ("u-6tb1.metal", "u", 6),
        ("t2.micro", "t", 4),
        ("t3a.micro", "t", 5),
        ("t4g.micro", "t", 6),
        ("ml.g5.xlarge", "g", 5),
        ("mac2-m2pro.metal", "mac", 2),
    ],
)
def test_series_and_generation(name, series, generation):
    family = family_of(name)
    assert (family.series, family.generation) == (series, generation)


@pytest.mark.parametrize("name", ["", "large", "5m.large", "<script>", "mac-m4.metal"])
def test_names_of_no_known_pattern_say_nothing(name):
    assert family_of(name) is None
    assert not is_accelerated(name)


@pytest.mark.parametrize(
    "name", ["p5.48xlarge", "g4dn.xlarge", "gr6.4xlarge", "inf1.xlarge", "trn1.2xlarge", "f2.6xlarge"]
)
def test_accelerated(name):
    assert is_accelerated(name)


@pytest.mark.parametrize("name", ["m5.large", "t4g.nano", "r6gd.large", "i4g.large", "x8g.large", "hpc7g.4xlarge"])
def test_not_accelerated(name):
    assert not is_accelerated(name)


@pytest.mark.parametrize(
    ("one", "fraction"),
    [
        (shape("m5.large", 2, 8), 1.0),
        (shape("m7i-flex.large", 2, 8), 0.4),
        (shape("t3.nano", 2, 0.5, burstable=True), 0.05),
        (shape("t3.large", 2, 8, burstable=True), 0.3),
        (shape("t4g.2xlarge", 8, 32, burstable=True), 0.4),
        (shape("t2.xlarge", 4, 16, burstable=True), 0.225),
        (shape("t3.small", 2, 2, burstable=True), 0.2),
        (shape("t9.large", 2, 8, burstable=True), None),
        (shape("t1.micro", 1, 0.6, burstable=True), None),
    ],
)
def test_cpu_that_may_be_used_for_ever(one, fraction):
    assert sustained_cpu_fraction(one) == fraction


@pytest.mark.parametrize(
    ("size", "vcpu", "credits_per_hour"),
    [
        ("nano", 2, 6),
        ("micro", 2, 12),
        ("small", 2, 24),
        ("medium", 2, 24),
        ("large", 2, 36),
        ("xlarge", 4, 96),
        ("2xlarge", 8, 192),
    ],
)
def test_baselines_agree_with_the_credits_that_aws_publishes(size, vcpu, credits_per_hour):
    """One credit is a vCPU-minute, so credits an hour / 60 are the vCPUs that can be used for ever."""
    baseline = sustained_cpu_fraction(shape(f"t3.{size}", vcpu, 1, burstable=True))
    assert vcpu * baseline == pytest.approx(credits_per_hour / 60)
