"""The cost of a configuration in every format: sums, gaps, and names that want to be more than names."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from costopt.model.price import Price, Quality
from costopt.model.terraform import Engine
from costopt.model.terraform_cost import (
    Component,
    CostDifference,
    CostEstimate,
    CostLine,
    NoRate,
    ResourceCost,
    UnitRate,
)
from costopt.renderers.terraform_cost import FORMATS, headline, render_cost
from costopt.renderers.terraform_cost_markdown import render_markdown

PRICE = Price(amount=Decimal("0.1"), unit="GiB-month", source="=cmd()", as_of=date(2026, 7, 1), quality=Quality.LIST)
HOSTILE = 'aws_ebs_volume.v["=cmd|`@team <img src=x>\x1b[2J\u202e"]'


def line(quantity: int | None, reason: str = "") -> CostLine:
    """Storage, priced or not."""
    rate = NoRate(reason=reason) if reason else UnitRate(service="ebs", item="gp2_storage")
    component = Component(
        name="Storage", quantity=None if quantity is None else Decimal(quantity), unit="GB", rate=rate
    )
    priced = None if reason or quantity is None else PRICE.amount * quantity
    return CostLine(component=component, price=None if reason else PRICE, monthly=priced, reason=reason)


def volume(address: str, *lines: CostLine) -> ResourceCost:
    """A volume."""
    return ResourceCost(address=address, type="aws_ebs_volume", region="us-east-1", lines=lines)


def estimate(*resources: ResourceCost, **told: object) -> CostEstimate:
    """An estimate of these."""
    return CostEstimate(resources=resources, engine=Engine.STUB, catalog="c", **told)  # type: ignore[arg-type]


MIXED = estimate(volume("aws_ebs_volume.a", line(10), line(5, "no price of it")), volume("aws_ebs_volume.b", line(7)))


def test_a_sum_with_a_gap_says_at_least() -> None:
    assert headline(MIXED) == "at least $1.70 a month for 2 resources; 1 not priced in full"
    assert headline(estimate(volume("aws_ebs_volume.b", line(7)))) == "$0.70 a month for 1 resource"


def test_json_keeps_amounts_exact_and_gaps_null() -> None:
    document = json.loads(render_cost(MIXED, "json"))
    first = document["resources"][0]
    assert (document["monthly"], document["complete"]) == ("1.7", False)
    assert [one["monthly"] for one in first["components"]] == ["1", None]
    assert first["components"][1]["not_priced"] == "no price of it"


def test_csv_has_a_row_a_line_and_an_empty_cell_for_what_is_not_known() -> None:
    rows = list(csv.DictReader(io.StringIO(render_cost(MIXED, "csv"))))
    assert [row["monthly"] for row in rows] == ["1", "", "0.7"]
    assert rows[1]["reason"] == "no price of it"
    assert rows[0]["price_source"] == "'=cmd()"


def test_the_table_says_why_something_is_not_priced() -> None:
    text = render_cost(MIXED, "table", width=120)
    assert "Storage; not priced: no price of it" in text
    assert "10 GB" in text


def test_a_change_shows_before_after_and_difference() -> None:
    before, after = volume("aws_ebs_volume.a", line(10)), volume("aws_ebs_volume.a", line(30))
    changed = CostDifference(address="aws_ebs_volume.a", actions=("update",), before=before, after=after)
    found = estimate(after, before=(before,), differences=(changed,))
    assert headline(found) == "$3.00 a month for 1 resource; +$2.00 by this plan"
    for form in ("table", "markdown"):
        assert "+$2.00" in render_cost(found, form)
    document = json.loads(render_cost(found, "json"))["changes"][0]
    assert (document["monthly_before"], document["monthly_after"], document["difference"]) == ("1", "3", "2")


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_addresses_stay_addresses(form: str) -> None:
    text = render_cost(estimate(volume(HOSTILE, line(1))), form)
    assert "\x1b" not in text
    if form == "json":
        assert json.loads(text)["resources"][0]["address"] == HOSTILE
    else:
        assert "\u202e" not in text
    if form == "markdown":
        row = next(one for one in text.splitlines() if "aws_ebs_volume" in one)
        assert row.startswith("| `aws_ebs_volume.v")
        assert row.count("`") == 2
        assert row.count("|") == 4


def test_markdown_fits_into_a_comment_and_says_what_is_left_out() -> None:
    many = [volume(f"aws_ebs_volume.{'v' * 60}{number}", line(1, f"reason {number}")) for number in range(3_000)]
    text = render_cost(estimate(*many), "markdown")
    assert len(text) <= 60_000
    assert "more, not shown" in text
    assert len(render_markdown(estimate(*many), title="t", sentences=(), max_characters=5_000)) <= 5_000
