"""What people read of a reconciliation."""

from decimal import Decimal

import pytest

from costopt.model.reconciliation import Reconciliation
from costopt.renderers.reconciliation import render_reconciliation


@pytest.mark.parametrize(
    ("total", "shown"),
    [("10.00", "+0.00"), ("9.9971", "+0.00"), ("10.0029", "+0.00"), ("9.98", "+0.02"), ("10.02", "-0.02")],
)
def test_a_fraction_of_a_cent_has_no_sign(total: str, shown: str) -> None:
    one = Reconciliation(
        source="aws",
        billing_period="2026-10",
        currency="USD",
        against="invoice",
        source_total=Decimal(total),
        store_total=Decimal(10),
        steps=(),
        by_category={},
    )
    (line,) = (line for line in render_reconciliation([one], "table").splitlines() if "unexplained" in line)
    assert line.split()[-1] == shown
