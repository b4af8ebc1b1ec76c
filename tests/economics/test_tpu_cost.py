"""Chips of TPU types, and what they cost by hand."""

from decimal import Decimal

import pytest

from costopt.economics.tpu_cost import TpuSize, tpu_size, tpu_terms
from costopt.errors import PriceNotFound
from costopt.model.specs.google_ml import TpuNode
from tests.oracles.google_estate import REGION, ZONE, google
from tests.oracles.judging import StaticPrices


@pytest.mark.parametrize(
    ("name", "item", "chips"),
    [
        # A v2-8 is one board of four chips with two cores each; from the next size on it is a slice of a pod.
        ("v2-8", "v2_device_chip", 4),
        ("v2-32", "v2_pod_chip", 16),
        ("v3-8", "v3_device_chip", 4),
        ("v3-2048", "v3_pod_chip", 1024),
        ("v4-8", "v4_chip", 4),
        ("v5p-12288", "v5p_chip", 6144),
        # These two count chips.
        ("v5litepod-4", "v5e_chip", 4),
        ("v6e-256", "v6e_chip", 256),
    ],
)
def test_a_type_is_so_many_chips(name, item, chips):
    assert tpu_size(name) == TpuSize(item=item, chips=chips)


@pytest.mark.parametrize("name", ["v7x-8", "v4-7", "v5litepod-0", "v6e", "v3-8\n", "v6e-99999999", ""])
def test_another_generation_or_a_part_of_a_chip_is_not_guessed(name):
    with pytest.raises(PriceNotFound, match="chips of TPU"):
        tpu_size(name)


def test_a_slice_costs_its_chips_at_the_price_of_a_pod():
    prices = StaticPrices(units={("tpu", "v2_device_chip"): "1.125", ("tpu", "v2_pod_chip"): "1.5"}, region=REGION)
    spec = TpuNode(accelerator_type="v2-32", state="READY", zone=ZONE)
    node = google(spec, f"locations/{ZONE}/nodes/trainer")
    (term,) = tpu_terms(node, spec, prices)
    assert term.amount == 730 * 16 * Decimal("1.5")
    assert term.subject == node.key
