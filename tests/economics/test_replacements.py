"""Which types could take the place of another at all."""

from decimal import Decimal

import pytest

from costopt.economics.replacements import architecture_of, cheaper, same_kind
from costopt.errors import PriceNotFound
from tests.oracles.compute import instance, market
from tests.oracles.judging import StaticPrices, shape

M5 = shape("m5.xlarge", 4, 16)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (shape("m5.large", 2, 8), True),
        (shape("r6i.large", 2, 16), True),
        (shape("c7i.xlarge", 4, 8), True),
        (shape("m4.xlarge", 4, 16), False),  # older
        (shape("r5.large", 2, 16, hypervisor="xen"), False),
        (shape("m5.large", 2, 8, hypervisor="xen"), True),  # the same family
        (shape("m5.xlarge", 4, 16), False),  # itself
        (shape("i4i.xlarge", 4, 32), False),  # built round a disk
        (shape("x2iezn.xlarge", 4, 64), False),
        (shape("g5.xlarge", 4, 16, gpu_count=1, gpu_name="A10G"), False),
        (shape("f2.xlarge", 4, 16), False),  # an FPGA, although no GPU is counted
        (shape("hpc7a.xlarge", 4, 16), False),
        (shape("mac2.metal", 8, 16, bare_metal=True), False),
        (shape("u-6tb1.metal", 448, 6144, bare_metal=True), False),
        (shape("m6i.metal", 128, 512, bare_metal=True), False),
        (shape("strange", 4, 16), False),
    ],
)
def test_same_kind(other, same):
    assert same_kind(M5, other) is same


def test_accelerators_keep_name_and_number():
    now = shape("g5.2xlarge", 8, 32, gpu_count=1, gpu_name="A10G", local_disk_gib=450.0)
    smaller = shape("g5.xlarge", 4, 16, gpu_count=1, gpu_name="A10G", local_disk_gib=450.0)
    other_gpu = shape("g6.xlarge", 4, 16, gpu_count=1, gpu_name="L4", local_disk_gib=450.0)
    less_disk = shape("g5.xlarge", 4, 16, gpu_count=1, gpu_name="A10G", local_disk_gib=250.0)
    assert same_kind(now, smaller)
    assert not same_kind(now, other_gpu)
    assert not same_kind(now, less_disk)


def test_disk_series_stays_in_its_series():
    assert same_kind(shape("i3.xlarge", 4, 30.5, local_disk_gib=950.0), shape("i4i.large", 2, 16, local_disk_gib=950.0))


def test_cheapest_first_and_the_newer_of_two_equals():
    machine = instance("m5.xlarge")
    prices = StaticPrices(
        instances={
            ("ec2", name, "linux"): amount
            for name, amount in {"m5.xlarge": "0.2", "m6i.large": "0.1", "m7i.large": "0.1", "m5.large": "0.09"}.items()
        },
        shapes=(
            M5,
            shape("m5.large", 2, 8),
            shape("m6i.large", 2, 8),
            shape("m7i.large", 2, 8),
            shape("m9.large", 2, 8),
        ),
    )
    found = cheaper(machine, machine.spec, prices, lambda one: same_kind(M5, one), Decimal(5), Decimal("0.05"))
    assert [one.shape.instance_type for one in found] == ["m5.large", "m7i.large", "m6i.large"]  # m9 has no price


def test_without_todays_price_nothing_is_cheaper():
    machine = instance("m5.xlarge")
    with pytest.raises(PriceNotFound):
        cheaper(machine, machine.spec, market("m5.xlarge"), lambda one: True, Decimal(5), Decimal("0.05"))


@pytest.mark.parametrize(
    ("told", "types", "expected"),
    [
        ("x86_64", ("x86_64",), "x86_64"),
        (None, ("i386", "x86_64"), "x86_64"),
        (None, ("arm64",), "arm64"),
        ("arm64", ("arm64",), "arm64"),
        ("i386", ("i386", "x86_64"), "i386"),
    ],
)
def test_architecture_as_told_else_as_the_type_has_it(told, types, expected):
    machine = instance("m5.large", architecture=told)
    assert architecture_of(machine.spec, shape("m5.large", 2, 8, architectures=types)) == expected
